"""PubMed's own export, .nbib: MEDLINE tags.

Knows the tags; asks no one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from pubcli.errors import UnreadableError
from pubcli.importers.records import PlainName, record
from pubcli.publication import Publication

_LINE = re.compile(r"([A-Z]{2,4}) *- (.*)")
_DOI = re.compile(r"(10\.\d{4,9}/\S+) \[doi\]")
_SHORTENED = re.compile(r"([a-z]*)(\d+)-(\d+)", re.I)


def parse(text: str) -> list[Publication]:
    """The records of an .nbib file."""
    found = [_record(tags) for tags in _references(text) if "TI" in tags or "PMID" in tags]
    if not found:
        raise UnreadableError("this is not a PubMed export: it holds no `PMID- ` line")
    return found


def _references(text: str) -> Iterator[Mapping[str, list[str]]]:
    """Each reference's values by tag; a line that begins with blanks goes on with the one before."""
    tags: defaultdict[str, list[str]] = defaultdict(list)
    last: list[str] | None = None
    for line in text.lstrip("\ufeff").splitlines():
        if line.startswith("      ") and last:
            last[-1] += " " + line.strip()
        elif found := _LINE.match(line):
            if found[1] == "PMID" and tags:
                yield tags
                tags = defaultdict(list)
            last = tags[found[1]]
            last.append(found[2].strip())
    if tags:
        yield tags


def _record(tags: Mapping[str, list[str]]) -> Publication:
    def first(*names: str) -> str:
        return next((tags[name][0] for name in names if tags.get(name)), "")

    identifiers = " ".join(tags.get("LID", []) + tags.get("AID", []))
    doi = _DOI.search(identifiers)
    values = {
        "title": first("TI").removesuffix("."),
        "journal": first("JT", "TA"),
        "volume": first("VI"),
        "number": first("IP"),
        "pages": _whole_range(first("PG")),
        "date": first("DP"),
        "doi": doi[1] if doi else "",
    }
    if "BTI" in tags:
        values |= {"title": first("TI", "BTI").removesuffix("."), "publisher": first("PB")}
        return record("book", values, {"author": _names(tags)})
    return record("misc" if "Preprint" in tags.get("PT", []) else "article", values, {"author": _names(tags)})


def _names(tags: Mapping[str, list[str]]) -> list[PlainName]:
    """Full names where given; groups stand behind them."""
    people = []
    for name in tags.get("FAU") or tags.get("AU") or []:
        family, comma, given = name.partition(",")
        if not comma:
            family, _, given = name.rpartition(" ")
            given = " ".join(f"{letter}." for letter in given) if given.isupper() else given
        people.append(PlainName(family.strip() or given.strip(), given.strip() if family.strip() else ""))
    return [*people, *(PlainName(literal=group) for group in tags.get("CN", []))]


def _whole_range(pages: str) -> str:
    """`123-9` is 123 to 129."""
    found = _SHORTENED.fullmatch(pages.split(",", maxsplit=1)[0].strip())
    if not found:
        return pages
    letters, first, last = found.groups()
    whole = first[: len(first) - len(last)] + last if len(last) < len(first) else last
    return f"{letters}{first}--{letters}{whole}"
