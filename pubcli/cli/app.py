"""The program: which command is meant, and every error as one line, one hint and an exit code.

Knows no command's insides. Only the module of the command that is asked for is imported, so that
`pubcli list` does not pay for `pubcli sync`.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from pubcli import __version__
from pubcli.cli.completion import COMPLETION, answer
from pubcli.cli.session import Session, tell
from pubcli.errors import (
    ConflictError,
    ExitCode,
    NotFoundError,
    PubcliError,
    SeveralErrors,
    UsageError,
    did_you_mean,
)
from pubcli.visible import visible

# Which module holds which commands, in the order of `pubcli --help`.
MODULES: dict[str, tuple[str, ...]] = {
    "reading": ("list", "show", "open"),
    "adding": ("add",),
    "marks": ("tag", "award", "select"),
    "entries": ("set", "edit", "rename", "remove", "move"),
    "exporting": ("export",),
    "previewing": ("preview",),
    "pages": ("update",),
    "adopting": ("adopt",),
    "syncing": ("sync", "stats"),
    "record": ("log", "undo"),
    "settings": ("init", "config"),
}

PIPE_WIDTH = 120  # columns of help in a pipe: enough to cut no line of it

# Typer re-exports these two of its own exceptions only as ancestors of a public one.
_UsageProblem, _ArgumentProblem = typer.BadParameter.__mro__[1:3]


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command line; returns its exit code. Every error becomes a message here and nowhere else."""
    _prepare_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        _give_up_stdout()
        code = ExitCode.DONE
    except OSError as error:
        if not _stdout_fails():
            raise
        _give_up_stdout()
        code = ExitCode.UNREADABLE
        _complain(f"standard output: cannot be written: {error.strerror}", hint="send it somewhere else")
    except PubcliError as error:
        code = error.exit_code
        hints = set()
        for one in error.errors if isinstance(error, SeveralErrors) else (error,):
            hint = "" if one.hint in hints else one.hint  # the same advice once
            _complain(one.message, one.detail if isinstance(one, ConflictError) else "", hint)
            hints.add(one.hint)
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
        if sys.stderr.isatty():
            tell("\n")  # the terminal stands behind a question or its own ^C
        _complain("interrupted; nothing was changed")
    return int(code)


def _run(arguments: Sequence[str]) -> int:
    wanted = _wanted(arguments)
    command = typer.main.get_command(build([wanted] if wanted else MODULES))
    if COMPLETION in os.environ:
        answer(command)
    try:
        # Not command.main(), which ends a closed pipe in exit code 1 and an interruption without a word.
        with command.make_context("pubcli", list(arguments) or ["--help"], obj=tuple(arguments)) as ctx:
            return int(command.invoke(ctx) or 0)
    except typer.Exit as end:
        return end.exit_code
    except _UsageProblem as problem:  # type: ignore[misc]
        raise _usage_error(problem) from None


def build(modules: Sequence[str] | dict[str, tuple[str, ...]] = MODULES) -> typer.Typer:
    """The app with the commands of these modules."""
    on_terminal = sys.stdout.isatty()
    width = {} if on_terminal else {"terminal_width": PIPE_WIDTH}
    app = typer.Typer(
        rich_markup_mode="rich" if on_terminal else None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], **width},
    )
    app.callback(epilog=_EPILOG)(_globals)
    for name in modules:
        app.add_typer(import_module(f"pubcli.cli.{name}").app)
    return app


_EPILOG = "`pubcli COMMAND --help` shows each command with an example."


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"pubcli {__version__}\n")
        raise typer.Exit


def _globals(
    ctx: typer.Context,
    library: Annotated[
        Path | None,
        typer.Option(readable=False, metavar="PATH", help="The .bib file to work on.", show_default=False),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            metavar="PATH",
            help="The settings, instead of those found upwards.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Keep your publications in one BibTeX file, and every page that shows them up to date."""
    if _here() is None:
        raise NotFoundError("the folder you are in does not exist any more", hint="change to another")
    ctx.obj = Session(library, config, command=("pubcli", *(ctx.obj or ())))


def _here() -> Path | None:
    """The working directory; None where it was deleted."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def _wanted(arguments: Sequence[str]) -> str:
    """The module of the command that is run or completed; empty where all are needed."""
    words = list(arguments)
    if COMPLETION in os.environ:
        words = os.environ.get("_TYPER_COMPLETE_ARGS", os.environ.get("COMP_WORDS", "")).split()[1:]
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in ("--library", "--config")
            continue
        return next((module for module, commands in MODULES.items() if word in commands), "")
    return ""


def _usage_error(problem: typer.BadParameter) -> UsageError:
    """Typer's complaint in our words, with the nearest command or option."""
    message = problem.format_message().strip().rstrip(".")
    ctx = getattr(problem, "ctx", None)
    path = ctx.command_path if ctx else "pubcli"
    hint = f"`{path} --help` shows what it takes"
    if message.startswith("No such command"):
        word = message.split("'")[1]
        message = f"there is no command '{word}'"
        hint = did_you_mean(word, (name for names in MODULES.values() for name in names)) or hint
    return UsageError(message[0].lower() + message[1:], hint=hint)


def _prepare_streams() -> None:
    """Piped output is UTF-8 with `\\n` everywhere; a terminal keeps its encoding and never fails on it."""
    # A stream that the caller closed: its number must not go to the next file that is opened.
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")  # fails when it is written to
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    if isinstance(raw := getattr(sys.stdout, "buffer", None), io.RawIOBase):  # PYTHONUNBUFFERED
        # A buffer keeps what could not be written, which is how it is known later that it could not.
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(raw), sys.stdout.encoding, line_buffering=sys.stdout.isatty()
        )
    for stream in (sys.stdout, sys.stderr):
        if not hasattr(stream, "reconfigure"):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            # A name of a file that is not UTF-8 goes out as it came in.
            stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def _stdout_fails() -> bool:
    """Whether what was not written yet cannot be written now either."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return False


def _give_up_stdout() -> None:
    """Let go of what could not be written, or Python would complain again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, detail: str = "", hint: str = "") -> None:
    if here := _here():  # paths are shown as the user would type them
        message, detail, hint = (text.replace(f"{here}{os.sep}", "") for text in (message, detail, hint))
    lines = [f"pubcli: {visible(message)}"]
    if detail:
        lines.append(visible(detail.rstrip("\n"), keep="\n\t"))
    if hint:
        lines.append("  hint: " + visible(hint, keep="\n"))
    tell("\n".join(lines) + "\n")
