"""What several formats tell of a publication: its day, its pages, its names, an identifier of its own.

Knows no format; values are plain Unicode on one line, without anything that drives a terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pubcli.bibtex.names import Name, parse_names
from pubcli.markup import printable, safe_url
from pubcli.publication import Publication

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Where the publication itself is to be read, the best address first.
_READING_FIELDS = ("url", "html", "website", "pdf")
_ISO_DATE = r"(?<!\d)(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?!\d)"
_DASHES = r"\s*(?:--+|[‐-―−])\s*"
_NOT_IN_SLUGS = r"[^A-Za-z0-9_-]+"


def plain(publication: Publication, *names: str) -> str:
    """The first non-empty one of these fields as plain text."""
    return printable(publication.text(*names))


def day(publication: Publication) -> tuple[int, ...]:
    """Year, month and day, as many of them as are known; a month without a year is not."""
    if publication.year is None:
        return ()
    found = re.search(_ISO_DATE, publication.raw("date"))
    if found and int(found[1]) == publication.year:
        numbers = [int(number) for number in found.groups() if number]
    else:
        numbers = [publication.year]
    if len(numbers) == 1 and (month := _month(publication.text("month"))):
        numbers.append(month)
        if (written := publication.raw("day")).isdecimal():
            numbers.append(int(written))
    while len(numbers) > 1 and not 1 <= numbers[-1] <= (12 if len(numbers) == 2 else 31):
        numbers.pop()
    return tuple(numbers)


def iso_day(publication: Publication) -> str:
    """The day as in ISO 8601, as far as it is known: `2024-05`."""
    return "-".join(f"{number:02d}" for number in day(publication))


def _month(text: str) -> int:
    word = text.strip(". ").lower()
    if word.isascii() and word.isdigit():
        return int(word) if len(word) < 3 else 0
    return MONTHS.index(word[:3]) + 1 if word[:3] in MONTHS else 0


def page_range(publication: Publication) -> str:
    """The pages with plain hyphens: `12-19`."""
    return re.sub(_DASHES, "-", plain(publication, "pages"))


def names_of(publication: Publication, field: str) -> Sequence[Name]:
    """The names in `author` or `editor`, in order."""
    return parse_names(publication.raw(field)).names


def reading_url(publication: Publication) -> str:
    """Where it is to be read besides its DOI and arXiv: http and https only, or empty."""
    for link in publication.links:
        if link.field in _READING_FIELDS and link.url.lower().startswith(("http://", "https://")):
            return safe_url(link.url)
    return ""


def any_url(publication: Publication) -> str:
    """The best address there is, the DOI's and arXiv's included, or empty."""
    if address := reading_url(publication):
        return address
    urls = (link.url for link in publication.links if link.field in ("doi", "arxiv"))
    return next((safe_url(url) for url in urls if safe_url(url)), "")


def doi_of(publication: Publication) -> str:
    """The DOI; for a preprint without one, the DOI that arXiv registers for every identifier."""
    if publication.doi or not (publication.arxiv_id and publication.is_preprint):
        return publication.doi
    return f"10.48550/arXiv.{publication.arxiv_id}"


def identified(publications: Iterable[Publication]) -> Iterator[tuple[str, Publication]]:
    """Each with an identifier: its key, made different where it is missing or doubled."""
    seen: set[str] = set()
    for publication in publications:
        yield _free(printable(publication.key) or "publication", seen), publication


def slugs(publications: Iterable[Publication]) -> Iterator[tuple[str, Publication]]:
    """Each with a name for its file: letters, digits, `-` and `_`, different in any case of letters."""
    seen: set[str] = set()
    for publication in publications:
        slug = re.sub(_NOT_IN_SLUGS, "-", publication.key).strip("-") or "publication"
        yield _free(slug, seen, folded=True), publication


def _free(name: str, seen: set[str], *, folded: bool = False) -> str:
    number, free = 1, name
    while (free.casefold() if folded else free) in seen:
        number += 1
        free = f"{name}-{number}"
    seen.add(free.casefold() if folded else free)
    return free
