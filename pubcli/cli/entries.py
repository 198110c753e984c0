"""`set`, `edit`, `rename`, `remove`, `move`: the entries themselves."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from typing import Annotated

import typer

from pubcli.changes import FileChange, read_file, scratch_file
from pubcli.cli.params import DryRun, ExactKeys, Key, Yes, complete_key
from pubcli.cli.session import Session, count, named, today
from pubcli.errors import ConflictError, NotFoundError, PubcliError, UnreadableError, UsageError
from pubcli.history import history_path, read_history

app = typer.Typer()

YEAR = re.compile(r"[12]\d{3}")

Assignments = Annotated[
    list[str],
    typer.Argument(metavar="FIELD=VALUE...", help="`year=2024`; `note=` removes.", show_default=False),
]
Neighbour = Annotated[
    str | None, typer.Option(metavar="KEY", show_default=False, autocompletion=complete_key)
]


@app.command("set")
def set_(ctx: typer.Context, key: Key, assignments: Assignments, dry_run: DryRun = False) -> int:
    """Set fields of an entry; FIELD= without a value removes one. Values are BibTeX text.

    Example: pubcli set gao2025multi year=2025 note=
    """
    session: Session = ctx.obj
    library = session.library()
    found = library.find(key)
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"'{assignment}' sets nothing", hint="write FIELD=VALUE, or FIELD= to remove it")
        library.set_field(found, name.strip(), _checked(name.strip().lower(), value.strip()))
    return session.finish(
        library.changes(), dry_run=dry_run, done=f"Set {count(len(assignments), 'field')} of {found}"
    )


def _checked(name: str, value: str) -> str:
    """The value; UsageError for a year with digits in it that is none."""
    if name == "year" and any(map(str.isdigit, value)) and not YEAR.fullmatch(value):
        raise UsageError(f"'{value}' is no year", hint="four digits, as in year=2024")
    return value


@app.command()
def edit(ctx: typer.Context, key: Key, dry_run: DryRun = False) -> int:
    """Edit an entry's own text in the editor that $EDITOR names.

    Example: pubcli edit gao2025multi
    """
    session: Session = ctx.obj
    library = session.library()
    found = library.find(key)
    text = library.bib.entry(found).text
    while True:
        text = _edited(session, text)
        try:
            new = library.replace(found, text)
            changes = library.changes()
            break
        except PubcliError as error:  # the work in the editor must not be lost over one brace
            if not session.interactive:
                raise
            session.agree(f"{error.message}. Edit it again?", yes=False)
            library = session.library(anew=True)
    return session.finish(
        [*changes, *_history_renamed(session, found, new)], dry_run=dry_run, done=f"Edited {found}"
    )


def _history_renamed(session: Session, old: str, new: str) -> list[FileChange]:
    """The citation counts under the new key; no change where there are none, or the key is the same."""
    if old == new:
        return []
    return read_history(history_path(session.library_path)).with_renamed(old, new, day=today()).changes()


def _edited(session: Session, text: str) -> str:
    """The text as the user leaves it in the editor; the library is changed by the plan, later."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        if not session.interactive:
            raise UsageError("there is no editor", hint="set EDITOR, as in EDITOR=nano pubcli edit KEY")
        editor = "notepad" if sys.platform == "win32" else "vi"
    with scratch_file("entry.bib", text.encode()) as path:
        try:
            status = subprocess.call([*shlex.split(editor), str(path)])
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise NotFoundError(
                f"the editor '{editor}' cannot be started: {reason}", hint="set EDITOR to another"
            ) from None
        if status:
            raise ConflictError(
                f"the editor ended with {status}, so nothing was changed", hint="end it without an error"
            )
        try:
            return (read_file(path) or b"").decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnreadableError(
                "what the editor wrote is not UTF-8", hint="have it write UTF-8; nothing was changed"
            ) from None


@app.command()
def rename(
    ctx: typer.Context,
    key: Key,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new citation key.", show_default=False)],
    dry_run: DryRun = False,
) -> int:
    """Give an entry another citation key.

    Example: pubcli rename gao2025multi gao2025drafting
    """
    session: Session = ctx.obj
    library = session.library()
    found = library.find(key)
    library.rename(found, new)
    changes = [*library.changes(), *_history_renamed(session, found, new)]
    return session.finish(changes, dry_run=dry_run, done=f"Renamed {found} to {new}")


@app.command()
def remove(ctx: typer.Context, keys: ExactKeys, yes: Yes = False, dry_run: DryRun = False) -> int:
    """Remove entries. Takes whole keys only, and asks first.

    Example: pubcli remove zhou2022fast --dry-run
    """
    session: Session = ctx.obj
    library = session.library()
    found = [library.exact(key) for key in dict.fromkeys(keys)]
    titles = [f"  {key}  {library.publication(key).title}" for key in found]
    for key in found:
        library.remove(key)
    if not dry_run:
        session.agree(f"Remove {count(len(found), 'entry')}?", yes=yes, detail="\n".join(titles))
    return session.finish(library.changes(), dry_run=dry_run, done=f"Removed {named(found)}")


@app.command()
def move(
    ctx: typer.Context,
    key: Key,
    before: Neighbour = None,
    after: Neighbour = None,
    first: Annotated[bool, typer.Option("--first", help="To the top.")] = False,
    last: Annotated[bool, typer.Option("--last", help="To the end.")] = False,
    dry_run: DryRun = False,
) -> int:
    """Move an entry within the file.

    Example: pubcli move zhou2022fast --first
    """
    if [before is not None, after is not None, first, last].count(True) != 1:
        raise UsageError("where to?", hint="give one of --before KEY, --after KEY, --first, --last")
    session: Session = ctx.obj
    library = session.library()
    found = library.find(key)
    library.move(
        found,
        before=library.find(before) if before is not None else None,
        after=library.find(after) if after is not None else None,
        first=first,
    )
    return session.finish(library.changes(), dry_run=dry_run, done=f"Moved {found}")
