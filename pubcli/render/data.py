"""Publications as data: JSON, CSV, TSV, keys, and the plain lines that `list` gives a pipe.

Values are plain Unicode. Knows no files and no colours. A new format is a function from
publications to text, and a row of FORMATS.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pubcli.publication import Author, Publication
from pubcli.query import short_venue

# The columns of CSV and TSV; a cell with several values has `; ` between them.
COLUMNS: Mapping[str, Callable[[Publication], object]] = {
    "key": lambda publication: publication.key,
    "type": lambda publication: publication.entry_type.lower(),
    "year": lambda publication: publication.year,
    "title": lambda publication: publication.title,
    "authors": lambda publication: _joined(author_names(publication)),
    "venue": lambda publication: publication.venue,
    "abbr": short_venue,
    "tags": lambda publication: _joined(publication.tags),
    "awards": lambda publication: _joined(award.text for award in publication.awards),
    "selected": lambda publication: "true" if publication.selected else "",
    "preprint": lambda publication: "true" if publication.is_preprint else "",
    "citations": lambda publication: publication.citations,
    "doi": lambda publication: publication.doi,
    "arxiv": lambda publication: publication.arxiv_id,
    "url": lambda publication: publication.links[0].url if publication.links else "",
    "state": lambda publication: publication.state,
}
_PADDED = 24  # longer keys and venues push their own line only


def as_json(publications: Iterable[Publication]) -> str:
    """A list of objects, one for each publication; every object has every key.

    `year` and `citations` are null where unknown; `authors_complete` is false where the entry ends
    in `and others`; `abbr` is the venue's short name, from our table where the entry has none.
    """
    import json

    return (
        json.dumps([_object(publication) for publication in publications], ensure_ascii=False, indent=2)
        + "\n"
    )


def as_csv(publications: Iterable[Publication]) -> str:
    """A table as in RFC 4180, but with `\\n` at line ends; the first row names the columns.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_no_formula(cell) for cell in _cells(publication)] for publication in publications)
    return text.getvalue()


def as_tsv(publications: Iterable[Publication]) -> str:
    """A table with tabs between cells and in none; the first row names the columns. Nothing is quoted."""
    rows = ["\t".join(_cells(publication)) for publication in publications]
    return "".join(f"{row}\n" for row in ["\t".join(COLUMNS), *rows])


def as_keys(publications: Iterable[Publication]) -> str:
    """The citation keys, one per line."""
    return "".join(f"{publication.key}\n" for publication in publications)


FORMATS: Mapping[str, Callable[[Iterable[Publication]], str]] = {
    "json": as_json,
    "csv": as_csv,
    "tsv": as_tsv,
    "keys": as_keys,
}


def lines(
    publications: Iterable[Publication], *, trends: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """One line for each publication: key, year, star, venue, title, [tags], awards, citations.

    The key is the first word; nothing is cut, however long; what is unknown is left out, or `-`
    in the columns. `trends` are sparklines by key, shown behind the counts.
    """
    rows = [
        (publication, _one_line(publication.key), _one_line(short_venue(publication)))
        for publication in publications
    ]
    keys = max((_width(key) for _, key, _ in rows if _width(key) <= _PADDED), default=0)
    venues = max((_width(venue) for _, _, venue in rows if _width(venue) <= _PADDED), default=0)
    for publication, key, venue in rows:
        star = "★" if publication.selected else " "
        year = publication.year or "-"
        columns = (
            _padded(key, keys),
            f"{year!s:<4}",
            star,
            _padded(venue or "-", venues),
            _ending(publication, trends.get(publication.key, "")),
        )
        yield "  ".join(columns) + "\n"


def author_names(publication: Publication) -> list[str]:
    """The authors' names in natural order; `et al.` last where the entry says `and others`."""
    names = [author.name.full for author in publication.authors]
    return [*names, "et al."] if publication.others else names


def _ending(publication: Publication, trend: str) -> str:
    parts = [publication.title or "-"]
    if publication.tags:
        parts.append(f"[{', '.join(publication.tags)}]")
    parts += [award.text if award.presentation else f"🏆 {award.text}" for award in publication.awards]
    if publication.citations is not None:
        parts.append(f"(cited {publication.citations}{f' {trend}' if trend else ''})")
    return _one_line("  ".join(parts))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """The cells that a terminal gives the text; near enough for padding, and without rich."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _object(publication: Publication) -> dict[str, Any]:
    return {
        "key": publication.key,
        "type": publication.entry_type.lower(),
        "title": publication.title,
        "authors": [_author(author) for author in publication.authors],
        "authors_complete": not publication.others,
        "year": publication.year,
        "venue": publication.venue,
        "abbr": short_venue(publication),
        "tags": list(publication.tags),
        "awards": [award.text for award in publication.awards],
        "selected": publication.selected,
        "doi": publication.doi,
        "arxiv": publication.arxiv_id,
        "links": [{"label": link.label, "url": link.url} for link in publication.links],
        "citations": publication.citations,
        "preprint": publication.is_preprint,
        "state": publication.state,
    }


def _author(author: Author) -> dict[str, Any]:
    name = author.name
    return {
        "name": name.full,
        "given": name.given,
        "von": name.von,
        "family": name.family,
        "suffix": name.suffix,
        "roles": sorted(author.roles),
    }


def _cells(publication: Publication) -> list[str]:
    values = (value(publication) for value in COLUMNS.values())
    return ["" if value is None else _one_line(str(value)) for value in values]


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def _one_line(text: str) -> str:
    """The text without tabs, line ends and what drives a terminal."""
    if text.isprintable():
        return text
    from pubcli.markup import printable

    return printable(text)
