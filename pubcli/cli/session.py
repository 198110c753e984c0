"""What every command shares: the settings, the library, the conversation, and the one way to finish.

A command opens, asks the domain, and hands its changes to `Session.finish`; dry runs, checks,
locking, atomic writes, conflicts, undo and the closing line are the same for all of them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pubcli.changes import FileChange, LogEntry, UndoLog, apply, diff
from pubcli.config import Config, read_config
from pubcli.errors import ConflictError, ExitCode
from pubcli.library import Library
from pubcli.publication import Publication
from pubcli.visible import visible

if TYPE_CHECKING:
    from pubcli.history import History
    from pubcli.web import Web


class Session:
    """One command line at work."""

    def __init__(
        self, library: Path | None = None, config: Path | None = None, command: Sequence[str] = ()
    ) -> None:
        self.command = command
        self.library_option = library
        self._config_option = config
        self._library: Library | None = None

    @cached_property
    def config(self) -> Config:
        """The settings that hold here."""
        return read_config(self._config_option, start=Path.cwd())

    @property
    def library_path(self) -> Path:
        """The .bib file that `--library` or the settings name."""
        return shown_path(self.library_option or self.config.library)

    def library(self, *, anew: bool = False) -> Library:
        """The library, read once; or anew, without the edits made so far."""
        if self._library is None or anew:
            self._library = Library.open(self.library_path, encoding=self.config.encoding)
        return self._library

    def publications(self, source: str = "") -> tuple[Publication, ...]:
        """The publications with the citation counts known: the library's own, or those of `source`."""
        publications = self.library().publications
        if not source and self.config.citations_in_bib:
            return publications
        from pubcli.history import SCHOLAR
        from pubcli.stats import known_counts, with_counts

        in_bib = self.config.citations_in_bib
        counts = known_counts(publications, self.history(), source=source or SCHOLAR, in_bib=in_bib)
        return with_counts(publications, counts)

    def counts_origin(self, shown: Iterable[Publication], source: str = "") -> str:
        """Where the counts that are shown come from, and of which day they are; empty if none is shown."""
        if all(publication.citations is None for publication in shown):
            return ""
        latest = self.history().latest(source or "scholar")
        return f"citations from {latest.source}, {latest.day}" if latest else "citations from the library"

    def web(self) -> Web:
        """The network, as this user is to be known there; why it waits is said."""
        from pubcli.web import Web

        return Web(mailto=self.config.mailto, say=self.say)

    def history(self) -> History:
        """The citation counts by day, kept beside the library."""
        from pubcli.history import history_path, read_history

        return read_history(history_path(self.library_path))

    @property
    def watched(self) -> list[Path]:
        """The files that `log` and `undo` here are about: the library, its pages and the settings."""
        settings = [self.config.path] if self.config.path else []
        return [self.library_path, *(page.path for page in self.config.pages), *settings]

    @cached_property
    def undo_log(self) -> UndoLog:
        """What was changed by earlier commands."""
        return UndoLog()

    # --- the conversation ----------------------------------------------------------------------

    def say(self, line: str) -> None:
        """One line on stderr, behind what stdout was given so far."""
        sys.stdout.flush()
        tell(f"{visible(line)}\n")

    def write(self, text: str) -> None:
        """The product, on stdout: as it is into a pipe, without control characters on a terminal."""
        sys.stdout.write(visible(text, keep="\n\t") if sys.stdout.isatty() else text)

    def paint(self, chunks: Iterable[str]) -> None:
        """Text that was made for this terminal, its colours included."""
        sys.stdout.writelines(chunks)

    @property
    def width(self) -> int | None:
        """The terminal's width, or None where stdout is none."""
        return shutil.get_terminal_size().columns if sys.stdout.isatty() else None

    @property
    def color(self) -> bool:
        """Whether stdout takes colour (https://no-color.org)."""
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to answer."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def agree(
        self, question: str, *, yes: bool, detail: str = "", otherwise: str = "nothing was changed"
    ) -> None:
        """Go on only with the user's consent: `--yes`, or an answer at the terminal.

        ConflictError where nobody can answer, or where the answer is no, which means `otherwise`.
        """
        if yes:
            return
        if not self.interactive:
            raise ConflictError(
                question, detail=detail, hint="`--yes` answers, `--dry-run` shows what would be done"
            )
        if detail:
            self.say(detail)
        if self.prompt(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
            raise ConflictError(otherwise)

    def prompt(self, text: str, *, choices: Iterable[str] = ()) -> str:
        """One line from the terminal, Tab completing from `choices`.

        The question goes to stderr where stdout is not the terminal, so that stdout stays the product.
        """
        if sys.stdout.isatty() and (line := _edited_line(visible(text), list(choices))) is not None:
            return line
        tell(visible(text))
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        return line.rstrip("\n")

    # --- the one way to finish -----------------------------------------------------------------

    def finish(
        self,
        changes: Sequence[FileChange],
        *,
        done: str,
        dry_run: bool = False,
        check: bool = False,
        undoes: LogEntry | None = None,
        show_diff: bool = True,
    ) -> ExitCode:
        """Carry the changes out, or only show them, and say in one line what was done.

        With `dry_run` the diff is the product. With `check` too, and changes end in exit code 1.
        """
        changes = [change for change in changes if change.is_one]
        if (dry_run or check) and show_diff:
            self.write(diff(changes, relative_to=Path.cwd()))
        if not changes and undoes is None:
            self.say("nothing to do")
        elif check:
            self.say(f"{count(len(changes), 'file')} would change")
            return ExitCode.FOUND
        elif dry_run:
            self.say(f"dry run: nothing was written ({done})")
        else:
            self._apply(changes, undoes)
            self.say(done)
        return ExitCode.DONE

    def _apply(self, changes: Sequence[FileChange], undoes: LogEntry | None) -> None:
        library = Path.cwd() / self.library_path
        for warning in apply(
            changes, log=self.undo_log, command=self.command, library=library, undoes=undoes
        ):
            self.say(f"warning: {warning}")


def _edited_line(question: str, choices: Sequence[str]) -> str | None:
    """One line typed with line editing and Tab completion, or None where this Python has no readline."""
    try:
        import readline
    except ImportError:  # Windows
        return None

    def complete(typed: str, state: int) -> str | None:
        found = [choice for choice in choices if choice.casefold().startswith(typed.casefold())]
        return found[state] if state < len(found) else None

    readline.set_completer_delims("")  # a venue or a name is completed whole, spaces included
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    try:
        return input(question)
    except EOFError:
        raise KeyboardInterrupt from None
    finally:
        readline.set_completer(None)


def tell(text: str) -> None:
    """Write to stderr; where nobody can hear it (a full disk, a closed pipe), the work goes on."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def today() -> str:
    """The day as `YYYY-MM-DD`; SOURCE_DATE_EPOCH, where it is set, makes it repeatable."""
    from datetime import UTC, date, datetime

    if epoch := os.environ.get("SOURCE_DATE_EPOCH", ""):
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    return date.today().isoformat()


def count(number: int, noun: str) -> str:
    """`1 publication`, `3 publications`, `2 entries`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else plural}"


def named(keys: Sequence[str], most: int = 5) -> str:
    """The keys, or how many publications they are where that would be a long line."""
    return ", ".join(keys) if len(keys) <= most else count(len(keys), "publication")


def shown_path(path: Path) -> Path:
    """The path as the user would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
