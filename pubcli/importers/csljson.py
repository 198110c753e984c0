"""CSL-JSON, as citation managers export it and DOI registries answer with it.

Knows the item schema and the two dialects of the registries (Crossref's own type names and lists
of titles, DataCite's upper-case DOIs); knows no site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pubcli.errors import UnreadableError
from pubcli.importers.records import PlainName, arxiv_number, record
from pubcli.publication import Publication

# CSL's types, then Crossref's; `venue` is the field that the container's title becomes.
_TYPES: Mapping[str, tuple[str, str]] = {
    "article-journal": ("article", "journal"),
    "article-magazine": ("article", "journal"),
    "article-newspaper": ("article", "journal"),
    "review": ("article", "journal"),
    "paper-conference": ("inproceedings", "booktitle"),
    "chapter": ("incollection", "booktitle"),
    "entry": ("incollection", "booktitle"),
    "entry-encyclopedia": ("incollection", "booktitle"),
    "entry-dictionary": ("incollection", "booktitle"),
    "book": ("book", "series"),
    "thesis": ("phdthesis", ""),
    "report": ("techreport", "series"),
    "manuscript": ("unpublished", ""),
    "article": ("misc", "journal"),
    "journal-article": ("article", "journal"),
    "proceedings-article": ("inproceedings", "booktitle"),
    "book-chapter": ("incollection", "booktitle"),
    "reference-entry": ("incollection", "booktitle"),
    "monograph": ("book", "series"),
    "edited-book": ("book", "series"),
    "reference-book": ("book", "series"),
    "proceedings": ("proceedings", "series"),
    "dissertation": ("phdthesis", ""),
    "report-series": ("techreport", "series"),
}
_PUBLISHER = {"phdthesis": "school", "mastersthesis": "school", "techreport": "institution"}
_STATES = {
    "submitted": "submitted",
    "in press": "inpress",
    "forthcoming": "forthcoming",
    "in preparation": "inpreparation",
}
_PLAIN_FIELDS = (
    ("volume", "volume"), ("number", "issue"), ("pages", "page"), ("edition", "edition"), ("doi", "DOI"),
    ("url", "URL"), ("isbn", "ISBN"), ("series", "collection-title"),
)  # fmt: skip


def parse(text: str) -> list[Publication]:
    """The records of a CSL-JSON array, of one item, or of a DOI registry's answer."""
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"this is not JSON: {error}") from None
    return [parse_item(item) for item in items(data)]


def items(data: object) -> list[Mapping[str, Any]]:
    """The items in decoded CSL-JSON; UnreadableError where it is JSON of another kind."""
    if isinstance(data, Mapping):
        for name in ("message", "items", "references"):
            if isinstance(data.get(name), (Mapping, list)) and "title" not in data:
                return items(data[name])
        data = [data]
    if not isinstance(data, list) or not all(isinstance(item, Mapping) and _is_item(item) for item in data):
        raise UnreadableError(
            "this JSON is not CSL-JSON", hint="a list of items, each with a type and a title"
        )
    return data


def parse_item(item: Mapping[str, Any]) -> Publication:
    """The record of one item."""
    entry_type, venue = _TYPES.get(_text(item, "type"), ("misc", "howpublished"))
    if entry_type == "phdthesis" and "master" in _text(item, "genre").lower():
        entry_type = "mastersthesis"
    values = {field: _text(item, name) for field, name in _PLAIN_FIELDS}
    if venue and (container := _text(item, "container-title")):
        values[venue] = container
    values["title"] = _title(item)
    values["abbr"] = "" if entry_type == "article" else _text(item, "container-title-short")
    values[_PUBLISHER.get(entry_type, "publisher")] = _text(item, "publisher")
    values["pubstate"] = _STATES.get(_text(item, "status").lower(), "")
    values["keywords"] = _text(item, "keyword") if "keyword" in item else ""
    values["number"] = values["number"] or _text(item, "number")  # of a report; journals have issues
    values["pages"] = values["pages"] or _text(item, "article-number")
    values |= _date(item) | _arxiv(item)
    names = {"author": _names(item.get("author")), "editor": _names(item.get("editor"))}
    found = record(entry_type, values, names)
    if found.fields.get("author") and _own(item).get("authors-incomplete") is True:
        return replace(found, fields={**found.fields, "author": f"{found.fields['author']} and others"})
    return found


def _is_item(item: Mapping[str, Any]) -> bool:
    return "title" in item or ("type" in item and ("author" in item or "DOI" in item))


def _text(item: Mapping[str, Any], name: str) -> str:
    """A variable as text: Crossref puts titles into lists, others write numbers as numbers."""
    value = item.get(name)
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _title(item: Mapping[str, Any]) -> str:
    title, subtitle = _text(item, "title").strip(), _text(item, "subtitle").strip()
    return f"{title}: {subtitle}" if subtitle and subtitle.casefold() not in title.casefold() else title


def _names(value: object) -> list[PlainName]:
    people = value if isinstance(value, Sequence) and not isinstance(value, str) else []
    return [_name(person) for person in people if isinstance(person, Mapping)]


def _name(person: Mapping[str, Any]) -> PlainName:
    literal = _text(person, "literal") or _text(person, "name")
    von = " ".join(filter(None, (_text(person, f"{kind}dropping-particle") for kind in ("", "non-"))))
    family, given = _text(person, "family"), _text(person, "given")
    return PlainName(family, given, von, _text(person, "suffix"), literal or (given if not family else ""))


def _date(item: Mapping[str, Any]) -> dict[str, str]:
    for name in ("issued", "published-print", "published", "published-online", "posted"):
        date = item.get(name)
        if not isinstance(date, Mapping):
            continue
        parts = date.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
        numbers = [str(part) for part in first if str(part).isdigit()]
        if numbers and len(numbers[0]) == 4:
            return {"date": "-".join(numbers[:2])}
        if written := _text(date, "raw") or _text(date, "literal"):
            return {"date": written}
    return {}


def _own(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """What our own export tells beyond CSL's variables."""
    custom = item.get("custom")
    return custom if isinstance(custom, Mapping) else {}


def _arxiv(item: Mapping[str, Any]) -> dict[str, str]:
    """`eprint` for what arXiv has: its DOI, the number that citation managers write, or our own `custom`."""
    own = _text(_own(item), "arxiv")
    of_doi, of_number = arxiv_number(_text(item, "DOI")), arxiv_number(_text(item, "number"))
    number = of_doi or of_number or own
    found = {"eprint": number, "archiveprefix": "arXiv"} if number else {}
    found |= {"doi": "", "publisher": ""} if of_doi else {}
    return found | ({"number": "", "publisher": ""} if of_number else {})
