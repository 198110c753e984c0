"""The arguments that commands share, each declared once: its name, its help, its completion."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from pubcli.cli.session import Session
from pubcli.errors import PubcliError


def complete_key(ctx: typer.Context, incomplete: str) -> Iterable[str]:
    """The citation keys that begin so. Reads the library alone: no entry is taken apart."""
    root = ctx.find_root().params
    session = Session(_path(root.get("library")), _path(root.get("config")))
    try:
        entries = session.library().bib.entries
    except PubcliError:
        return []  # no library here: nothing to offer, and a message would land in the user's prompt
    given = set(_words(ctx.params))
    folded = incomplete.casefold()
    return [e.key for e in entries if e.key.casefold().startswith(folded) and e.key not in given]


def complete_tag(ctx: typer.Context, incomplete: str) -> Iterable[str]:
    """The tags in use that begin so."""
    root = ctx.find_root().params
    session = Session(_path(root.get("library")), _path(root.get("config")))
    try:
        publications = session.library().publications
    except PubcliError:
        return []  # as above
    tags = dict.fromkeys(tag for publication in publications for tag in publication.tags)
    return [tag for tag in tags if tag.casefold().startswith(incomplete.casefold())]


def _path(value: object) -> Path | None:
    return Path(str(value)) if value else None


def _words(params: dict[str, object]) -> Iterable[str]:
    for value in params.values():
        if isinstance(value, (list, tuple)):
            yield from map(str, value)


_KEY_HELP = "A citation key, an unambiguous start of one, or a unique part of a title."

Key = Annotated[
    str, typer.Argument(metavar="KEY", help=_KEY_HELP, autocompletion=complete_key, show_default=False)
]
Keys = Annotated[
    list[str],
    typer.Argument(metavar="KEY...", help=_KEY_HELP, autocompletion=complete_key, show_default=False),
]
ExactKeys = Annotated[
    list[str],
    typer.Argument(
        metavar="KEY...", help="Whole citation keys.", autocompletion=complete_key, show_default=False
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show the diff; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Answer yes to what would be asked.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Check = Annotated[
    bool, typer.Option("--check", help="Show the diff, write nothing, end with 1 if there is one.")
]
Query = Annotated[
    str | None,
    typer.Option(
        "--query",
        "-q",
        metavar="QUERY",
        help="Which publications: `selected year:2020..`.",
        show_default=False,
    ),
]
