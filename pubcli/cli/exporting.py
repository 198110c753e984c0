"""`export`: publications as a list, on stdout or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pubcli.changes import FileChange, read_file
from pubcli.cli.params import DryRun, Query
from pubcli.cli.reading import format_named
from pubcli.cli.session import Session, count
from pubcli.cli.shown import bare_page, layout_of, publications_of, template_of
from pubcli.config import Page
from pubcli.errors import ConflictError, NotFoundError, did_you_mean
from pubcli.render.layout import section

app = typer.Typer()


@app.command()
def export(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A region of a configured page.", show_default=False)
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="TEMPLATE", help="A template's name, or a string with slots.", show_default=False
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="Data instead of references: json, csv, …", show_default=False
        ),
    ] = None,
    query: Query = None,
    file: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write into a file.", show_default=False),
    ] = None,
    dry_run: DryRun = False,
) -> int | None:
    """Print a reference list; without arguments, the Selected Publications section.

    Example: pubcli export -q "year:2023.. award:" --template md-line
    """
    session: Session = ctx.obj
    bare = name is None and query is None
    page = page_named(session, name, query, template)
    found = publications_of(session, page)
    if not found:
        session.say(f"nothing to show: no publication fits `{page.query}`")
    if output:
        text = format_named(output)(found)
    else:
        heading = session.config.heading if bare else ""
        text = section(
            found, template_of(page, session.config), layout_of(page, session.config), heading=heading
        )
    if file is None:
        session.write(text)
        return None
    change = FileChange(file, read_file(file), text.encode())
    return session.finish(
        [change], dry_run=dry_run, done=f"Wrote {count(len(found), 'publication')} to {file}"
    )


def page_named(session: Session, name: str | None, query: str | None, template: str | None) -> Page:
    """The settings of what is printed: those of a region, or those of the configuration."""
    page = bare_page(session.config) if name is None else _region_named(session.config.pages, name)
    if query is not None:
        page = replace(page, query=query, profile_link=page.profile_link if name else False)
    return replace(page, template=template) if template else page


def _region_named(pages: Sequence[Page], name: str) -> Page:
    found = [page for page in pages if page.region == name]
    if not found:
        known = sorted({page.region for page in pages})
        hint = (
            did_you_mean(name, known) or f"there are {', '.join(known)}"
            if known
            else "`pubcli adopt PAGE` makes one"
        )
        raise NotFoundError(f"no configured page has a region '{name}'", hint=hint)
    if any(replace(page, path=found[0].path) != found[0] for page in found):
        paths = ", ".join(str(page.path) for page in found)
        raise ConflictError(
            f"the region '{name}' differs between {paths}", hint="give the regions names of their own"
        )
    return found[0]
