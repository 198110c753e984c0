"""RIS, read by rispy.

Knows the tags' meaning per type; knows no site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pubcli.errors import UnreadableError
from pubcli.importers.records import PlainName, arxiv_number, record
from pubcli.publication import Publication

_TYPES: Mapping[str, tuple[str, str]] = {
    "JOUR": ("article", "journal"), "EJOUR": ("article", "journal"), "JFULL": ("article", "journal"),
    "MGZN": ("article", "journal"), "NEWS": ("article", "journal"), "ABST": ("article", "journal"),
    "INPR": ("article", "journal"), "CONF": ("inproceedings", "booktitle"),
    "CPAPER": ("inproceedings", "booktitle"),
    "CHAP": ("incollection", "booktitle"), "ECHAP": ("incollection", "booktitle"), "BOOK": ("book", "series"),
    "EBOOK": ("book", "series"), "EDBOOK": ("book", "series"), "THES": ("phdthesis", ""),
    "RPRT": ("techreport", "series"), "UNPB": ("unpublished", ""), "GEN": ("misc", "howpublished"),
}  # fmt: skip
_PUBLISHER = {"phdthesis": "school", "mastersthesis": "school", "techreport": "institution"}
_VENUES = (
    "journal_name",
    "secondary_title",
    "custom3",
    "alternate_title1",
    "alternate_title3",
    "alternate_title2",
)


def parse(text: str) -> list[Publication]:
    """The records of a RIS file."""
    import rispy
    from rispy.parser import ParseError

    try:
        references = rispy.loads(text.lstrip("\ufeff"), skip_unknown_tags=True)
    except (ParseError, OSError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise UnreadableError(f"this is not RIS: {error}") from None
    if not references:
        raise UnreadableError(
            "this is not RIS: it holds no reference", hint="each reference begins with `TY  - `"
        )
    return [_record(reference) for reference in references]


def _record(reference: Mapping[str, Any]) -> Publication:
    entry_type, venue = _TYPES.get(_text(reference, "type_of_reference"), ("misc", "howpublished"))
    if entry_type == "phdthesis" and "master" in _text(reference, "type_of_work", "custom1").lower():
        entry_type = "mastersthesis"
    first, last = _text(reference, "start_page"), _text(reference, "end_page")
    values = {
        "title": _text(reference, "title", "primary_title", "translated_title"),
        "volume": _text(reference, "volume"),
        "number": _text(reference, "number"),
        "pages": f"{first}--{last}"
        if first and last and first != last and "-" not in first
        else first or last,
        "edition": _text(reference, "edition"),
        "date": _text(reference, "year", "publication_year", "date"),
        "doi": _text(reference, "doi"),
        "url": _text(reference, "urls", "url"),
        _PUBLISHER.get(entry_type, "publisher"): _text(reference, "publisher"),
    }
    date = _text(reference, "date")
    if date[:4] == values["date"][:4]:
        values["date"] = max(values["date"].rstrip("/"), date.rstrip("/"), key=len)
    if number := arxiv_number(values["doi"]):
        values |= {"eprint": number, "archiveprefix": "arXiv", "doi": ""}
    if venue:
        values[venue] = _text(reference, *_VENUES)
    if entry_type == "book":
        values["isbn"] = _text(reference, "issn", "isbn")
    names = {
        "author": _names(reference, "authors", "first_authors"),
        "editor": _names(reference, "secondary_authors", "editors"),
    }
    return record(entry_type, values, names)


def _text(reference: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = reference.get(name)
        if isinstance(value, list):
            value = next((part for part in value if part), "")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _names(reference: Mapping[str, Any], *fields: str) -> list[PlainName]:
    """`Family, Given, Suffix`, as RIS orders them; without a comma it is a group."""
    people = next((value for name in fields if isinstance(value := reference.get(name), list) and value), [])
    found = []
    for person in people:
        family, _, rest = str(person).partition(",")
        given, _, suffix = rest.partition(",")
        known = family.strip() and given.strip()
        found.append(
            PlainName(family.strip(), given.strip(), "", suffix.strip())
            if known
            else PlainName(literal=family.strip())
        )
    return found
