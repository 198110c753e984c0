"""`init`, `config`: the settings and a first library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pubcli.changes import FileChange, read_file
from pubcli.cli.params import DryRun, Json, Yes
from pubcli.cli.session import Session
from pubcli.config import CONFIG_NAME, explain, find_config, new_config_text, parse_scholar
from pubcli.errors import ConflictError, UsageError
from pubcli.library import Library

app = typer.Typer()

# Where the programs around us keep a publication list: al-folio, HugoBlox, ourselves.
LIBRARY_NAMES = ("library.bib", "publications.bib", "_bibliography/papers.bib")
MERGE_RULE = "*.citations.jsonl merge=union"


@app.command()
def init(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="A name I publish under; may be repeated."),
    ] = None,
    scholar: Annotated[
        str | None,
        typer.Option(metavar="ID", help="My Google Scholar user id or profile address.", show_default=False),
    ] = None,
    library: Annotated[
        Path | None,
        typer.Option(
            readable=False, metavar="PATH", help="The .bib file, new or existing.", show_default=False
        ),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> int:
    """Set up: write pubcli.toml and an empty library here, or take up the library that is here.

    Example: pubcli init --name "Ada Lovelace" --scholar AbCdEf0AAAAJ
    """
    session: Session = ctx.obj
    here = Path.cwd()
    if (here / CONFIG_NAME).exists():
        raise ConflictError(
            f"{CONFIG_NAME} is here already", hint="edit it; `pubcli config` explains the keys"
        )
    library = library or session.library_option
    asking = session.interactive and not yes
    if not names and asking:
        names = _asked_names(session)
    names = [name.strip() for name in names or [] if name.strip()]
    if not names:
        raise UsageError("whose publications?", hint='give --name "First Last"')
    if scholar is None:
        scholar = session.prompt("Google Scholar id or profile address (empty for none): ") if asking else ""
    if library is None:
        found = next((name for name in LIBRARY_NAMES if (here / name).exists()), LIBRARY_NAMES[0])
        library = Path(session.prompt(f"Library [{found}]: ").strip() or found) if asking else Path(found)
    values = {"library": library, "me": names, "scholar": _scholar_id(scholar)}
    text = new_config_text({name: value for name, value in values.items() if value})
    changes = [FileChange(here / CONFIG_NAME, None, text.encode())]
    if read_file(library) is None:
        changes += Library.empty(here / library).changes()
    changes += _merge_rule(session, here, asking=asking, yes=yes)
    done = f"Wrote {CONFIG_NAME}; the library is {library}. Next: `pubcli add`"
    return session.finish(changes, dry_run=dry_run, done=done)


def _scholar_id(text: str) -> str:
    """The id in what the user gave; UsageError where there is none."""
    try:
        return parse_scholar(text.strip())
    except UsageError as error:
        raise UsageError(f"--scholar {error.message}", hint=error.hint) from None


def _asked_names(session: Session) -> list[str]:
    return session.prompt("Your name, as on your papers (several with `;`): ").split(";")


def _merge_rule(session: Session, here: Path, *, asking: bool, yes: bool) -> list[FileChange]:
    """The line that lets git join the citation histories of two machines, where there is a repository."""
    if not (here / ".git").exists():
        return []
    path = here / ".gitattributes"
    before = read_file(path)
    text = (before or b"").decode("utf-8", "surrogateescape")
    if MERGE_RULE in text or not (yes or asking):
        return []
    if asking and session.prompt(f"Add `{MERGE_RULE}` to .gitattributes? [Y/n] ").strip().lower() in (
        "n",
        "no",
    ):
        return []
    gap = "" if not text or text.endswith("\n") else "\n"
    return [FileChange(path, before, f"{text}{gap}{MERGE_RULE}\n".encode("utf-8", "surrogateescape"))]


@app.command()
def config(ctx: typer.Context, json: Json = False) -> None:
    """Show every setting, its value, where it comes from and what it means.

    Example: pubcli config
    """
    session: Session = ctx.obj
    rows = explain(session.config)
    if json:
        from json import dumps

        table = {row.key: {"value": row.value, "origin": row.origin, "meaning": row.meaning} for row in rows}
        session.write(dumps(table, ensure_ascii=False, indent=2) + "\n")
        return
    if find_config(Path.cwd()) is None and session.config.path is None:
        session.say("no pubcli.toml from here upwards; `pubcli init` writes one")
    width = max(len(row.key) for row in rows)
    for row in rows:
        session.write(f"{row.key:<{width}}  {row.value or '(not set)'}\n")
        session.write(f"{'':<{width}}  {row.meaning} [{row.origin}]\n")
