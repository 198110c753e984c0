"""`tag`, `award`, `select`: marks on publications."""

from __future__ import annotations

from typing import Annotated

import typer

from pubcli.cli.params import DryRun, Key, Keys, complete_tag
from pubcli.cli.session import Session, named
from pubcli.errors import UsageError
from pubcli.library import DEFAULT_AWARD

app = typer.Typer()

Remove = Annotated[bool, typer.Option("--remove", help="Take the mark off instead.")]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", "-t", metavar="TAG", help="A tag; may be repeated.", autocompletion=complete_tag),
]


@app.command()
def tag(
    ctx: typer.Context, keys: Keys, tags: Tags = None, remove: Remove = False, dry_run: DryRun = False
) -> int:
    """Add tags to publications, or take them off.

    Example: pubcli tag gao2025multi -t "LLM Inference"
    """
    if not tags and not remove:
        raise UsageError("which tag?", hint="give one with -t, or take all off with --remove")
    session: Session = ctx.obj
    library = session.library()
    found = library.find_all(keys)
    for key in found:
        library.retag(key, tags or [], remove=remove)
    verb = "Untagged" if remove else "Tagged"
    return session.finish(library.changes(), dry_run=dry_run, done=f"{verb} {named(found)}")


@app.command()
def award(
    ctx: typer.Context,
    key: Key,
    text: Annotated[str, typer.Argument(metavar="TEXT", show_default=False, help=DEFAULT_AWARD)] = "",
    remove: Remove = False,
    dry_run: DryRun = False,
) -> int:
    """Note an award, or a kind of presentation such as Oral or Spotlight.

    Without TEXT it is the Best Paper Award; a further one joins those already there.

    Example: pubcli award zhou2022fast "Best Paper Runner-up"
    """
    session: Session = ctx.obj
    library = session.library()
    found = library.find(key)
    library.award(found, text, remove=remove)
    what = text or ("every award" if remove else DEFAULT_AWARD)
    done = f"Took {what} off {found}" if remove else f"Noted {what} for {found}"
    return session.finish(library.changes(), dry_run=dry_run, done=done)


@app.command()
def select(ctx: typer.Context, keys: Keys, remove: Remove = False, dry_run: DryRun = False) -> int:
    """Highlight publications: they make up the Selected Publications.

    Example: pubcli select gao2025multi zhou2022fast
    """
    session: Session = ctx.obj
    library = session.library()
    found = library.find_all(keys)
    for key in found:
        library.select(key, remove=remove)
    verb = "Deselected" if remove else "Selected"
    return session.finish(library.changes(), dry_run=dry_run, done=f"{verb} {named(found)}")
