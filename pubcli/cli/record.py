"""`log`, `undo`: what was changed, and taking it back."""

from __future__ import annotations

import shlex
from itertools import islice
from typing import Annotated

import typer

from pubcli.cli.params import DryRun, Json
from pubcli.cli.session import Session, shown_path
from pubcli.errors import NotFoundError
from pubcli.visible import visible

app = typer.Typer()


@app.command()
def log(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Show so many commands.")] = 20,
    json: Json = False,
) -> None:
    """Show the commands that changed this library or its pages, newest first.

    Example: pubcli log --limit 5
    """
    session: Session = ctx.obj
    entries = list(islice(session.undo_log.entries(session.watched), limit))
    if json:
        from json import dumps

        rows = [
            {
                "time": entry.time.isoformat(),
                "command": list(entry.command),
                "files": [str(path) for path in entry.paths],
                "undone": entry.undone,
            }
            for entry in entries
        ]
        session.write(dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    if not entries:
        session.say("nothing was changed here yet")
    for entry in entries:
        time = entry.time.astimezone().strftime("%Y-%m-%d %H:%M")
        undone = "  (undone)" if entry.undone else ""
        session.write(f"{time}  {visible(shlex.join(entry.command))}{undone}\n")


@app.command()
def undo(ctx: typer.Context, dry_run: DryRun = False) -> int:
    """Take back the last command that changed this library or its pages; again for the one before.

    Example: pubcli undo --dry-run
    """
    session: Session = ctx.obj
    last = session.undo_log.last(session.watched)
    if last is None:
        raise NotFoundError("there is nothing to undo here", hint="`pubcli log` shows what was changed")
    changes = session.undo_log.undo_changes(last)
    files = ", ".join(str(shown_path(path)) for path in last.paths)
    done = f"Took back `{shlex.join(last.command)}` ({files})"
    return session.finish(changes, dry_run=dry_run, done=done, undoes=last)
