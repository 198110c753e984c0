"""`update`: the regions of the configured pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from pubcli.changes import FileChange
from pubcli.cli.kept import kept_text
from pubcli.cli.params import Check, DryRun
from pubcli.cli.session import Session, count, shown_path
from pubcli.cli.shown import PageFile, region_text
from pubcli.config import Page
from pubcli.errors import NotFoundError

app = typer.Typer()

Force = Annotated[bool, typer.Option("--force", help="Replace what was edited by hand as well.")]


@app.command()
def update(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(readable=False, metavar="PAGE...", help="Only these pages.", show_default=False),
    ] = None,
    check: Check = False,
    force: Force = False,
    dry_run: DryRun = False,
) -> int:
    """Rewrite the regions of the configured pages, all of them or none.

    Example: pubcli update --check
    """
    session: Session = ctx.obj
    pages = _wanted_pages(session, paths or [])
    changes = [_updated(session, path, of_path, force=force) for path, of_path in pages.items()]
    written = sum(change.is_one for change in changes)
    return session.finish(changes, dry_run=dry_run, check=check, done=f"Updated {count(written, 'page')}")


def _wanted_pages(session: Session, paths: Iterable[Path]) -> dict[Path, list[Page]]:
    """The configured regions by page; of the pages named, or of all."""
    config = session.config
    found: dict[Path, list[Page]] = {}
    if not config.pages:
        raise NotFoundError("no page is configured", hint="`pubcli adopt PAGE` takes one over")
    for path in list(paths) or [page.path for page in config.pages]:
        regions = config.pages_of(Path.cwd() / path)
        if not regions:
            known = ", ".join(dict.fromkeys(page.path.name for page in config.pages))
            raise NotFoundError(
                f"{path} is no configured page", hint=f"`pubcli adopt {path}` takes it over; known: {known}"
            )
        found[regions[0].path] = list(regions)
    return found


def _updated(session: Session, path: Path, regions: Sequence[Page], *, force: bool) -> FileChange:
    """The page with each of its regions written anew."""
    from pubcli.pages import with_region

    file = PageFile(path)
    text = file.text
    for page in regions:
        if page.keep:
            body, any_references = kept_text(session, page, text)
        else:
            body, any_references = region_text(session, page)
        text = with_region(
            text, page.region, body, path=shown_path(path), references=any_references, force=force
        )
    return file.with_text(text)
