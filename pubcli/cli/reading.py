"""`list`, `show`, `open`: looking at publications."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from pubcli.cli.params import Json, Key, Query
from pubcli.cli.session import Session, count
from pubcli.errors import NotFoundError, UsageError, did_you_mean
from pubcli.publication import Publication
from pubcli.query import parse_query, sort, split_query
from pubcli.render import data

app = typer.Typer()

SAFE_SCHEMES = ("http://", "https://")

Terms = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TERM...",
        help="Words of title, authors, venue or tags; year:2020..2024 tag:NLP author:xia venue:acl award: "
        "selected; ^TERM is not, a lone , is or.",
        show_default=False,
    ),
]


@app.command("list")
def list_(
    ctx: typer.Context,
    terms: Terms = None,
    query: Query = None,
    order: Annotated[
        str | None,
        typer.Option("--sort", metavar="ORDER", help="year, file, title, author, venue, citations, key."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="csv, tsv, keys or json.", show_default=False),
    ] = None,
    trend: Annotated[bool, typer.Option("--trend", help="Show how the citations grew.")] = False,
    source: Annotated[
        str, typer.Option(metavar="SOURCE", help="Whose citation counts, as in `sync`.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """List publications: all, or those that every term fits.

    Example: pubcli list year:2020.. tag:"LLM Inference"
    """
    session: Session = ctx.obj
    found = chosen(session, terms or [], query, order, source)
    trends = _trends(session, source) if trend else {}
    name = "json" if json else output
    if name is not None:
        session.write(format_named(name)(found))
    elif session.width:
        from pubcli.render.table import table

        session.paint(table(found, width=session.width, color=session.color, trends=trends))
    else:
        session.paint(data.lines(found, trends=trends))
    if name is None:
        _conclude(session, found, source)
    _warn_of_broken(session)


def _trends(session: Session, source: str) -> dict[str, str]:
    """A sparkline for every publication whose counts are known by day."""
    from pubcli.history import SCHOLAR
    from pubcli.render.plot import sparkline
    from pubcli.stats import trends

    series = trends(session.history(), source=source or SCHOLAR)
    if not series:
        session.say("no counts by day yet; `pubcli sync` begins the record")
    return {key: sparkline(counts) for key, counts in series.items()}


def format_named(name: str) -> Callable[[Sequence[Publication]], str]:
    """The data format of this name."""
    if name not in data.FORMATS:
        hint = did_you_mean(name, data.FORMATS) or f"there are {', '.join(data.FORMATS)}"
        raise UsageError(f"there is no format '{name}'", hint=hint)
    return data.FORMATS[name]


def chosen(
    session: Session, terms: Sequence[str], query: str | None, order: str | None, source: str
) -> list[Publication]:
    """The publications that fit every term and the query, in order."""
    publications = session.publications(source)
    asked = parse_query(terms)
    inline = parse_query(split_query(query or ""), minus=True)
    found = inline.filter(asked.filter(publications))
    if not found and (hint := asked.hint or inline.hint):
        session.say(f"hint: {hint}")
    return sort(found, order or session.config.sort)


def _conclude(session: Session, found: Sequence[Publication], source: str) -> None:
    total = len(session.library().publications)
    selected = sum(publication.selected for publication in found)
    if not total:
        session.say("the library is empty; `pubcli add` adds a publication")
    elif not found:
        session.say(f"no publication fits (of {total})")
    elif session.width:
        origin = session.counts_origin(found, source)
        ending = f"; {origin}" if origin else ""
        session.say(f"{count(len(found), 'publication')}, {selected} selected{ending}")


def _warn_of_broken(session: Session) -> None:
    library = session.library()
    for broken in library.bib.broken:
        session.say(f"warning: {library.path}:{broken.line}: {broken.reason}; left as it is, and not listed")


@app.command()
def show(ctx: typer.Context, key: Key, json: Json = False) -> None:
    """Show one publication in full: every field, every link, the BibTeX.

    Example: pubcli show gao2025
    """
    session: Session = ctx.obj
    library = session.library()
    publication = library.publication(library.find(key))
    if json:
        session.write(format_named("json")([publication]))
        return
    from pubcli.matching import my_authors
    from pubcli.render.table import show as shown

    text = shown(
        publication,
        bibtex=library.bib.entry(publication.key).text,
        mine=my_authors(publication, session.config.me),
        width=session.width,
        color=session.color,
    )
    session.paint([text])


@app.command("open")
def open_(
    ctx: typer.Context,
    key: Key,
    link: Annotated[
        str | None, typer.Option(metavar="FIELD", help="Which link: doi, pdf, code, …", show_default=False)
    ] = None,
) -> None:
    """Open the publication in a browser (http and https only).

    Example: pubcli open zhou2022fast --link code
    """
    import webbrowser

    session: Session = ctx.obj
    library = session.library()
    publication = library.publication(library.find(key))
    links = [found for found in publication.links if found.url.lower().startswith(SAFE_SCHEMES)]
    fields = [found.field for found in links]
    if not links:
        raise NotFoundError(
            f"{publication.key} has no link", hint=f"pubcli set {publication.key} url=https://…"
        )
    if link is not None and link not in fields:
        raise NotFoundError(f"{publication.key} has no link '{link}'", hint=f"it has {', '.join(fields)}")
    url = next(found.url for found in links if link in (None, found.field))
    session.write(f"{url}\n")
    if not webbrowser.open(url):
        session.say("no browser could be started; the address is above")
