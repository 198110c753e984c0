"""CSL-JSON, as citation managers and CSL processors read it.

Knows the item schema, which allows no name of one's own; what it has none for stands under `custom`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pubcli.bibtex import latex
from pubcli.bibtex.names import Name
from pubcli.markup import printable, safe_url
from pubcli.publication import Publication
from pubcli.render.facts import day, doi_of, identified, names_of, page_range, plain, reading_url
from pubcli.render.setting import Setting

TYPES: Mapping[str, str] = {
    "article": "article-journal", "inproceedings": "paper-conference", "conference": "paper-conference",
    "incollection": "chapter", "inbook": "chapter", "book": "book", "mvbook": "book", "collection": "book",
    "proceedings": "book", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis",
    "techreport": "report", "report": "report", "manual": "report", "unpublished": "manuscript",
    "booklet": "pamphlet", "patent": "patent", "software": "software", "dataset": "dataset",
    "online": "webpage", "electronic": "webpage", "www": "webpage",
}  # fmt: skip
_CONTAINERS = ("booktitle", "journal", "journaltitle", "maintitle")
_PUBLISHERS = ("publisher", "school", "institution", "organization")
_GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master’s thesis"}
_STATES = {
    "submitted": "submitted",
    "inpress": "in press",
    "forthcoming": "forthcoming",
    "inpreparation": "in preparation",
}
# Titles may hold these tags; each is two private characters while LaTeX is decoded.
_TAGS = {"emph": "i", "textit": "i", "textbf": "b", "textsuperscript": "sup", "textsubscript": "sub"}
_PRIVATE = {macro: f"{chr(0xE0D0 + 2 * at)}{{}}{chr(0xE0D1 + 2 * at)}" for at, macro in enumerate(_TAGS)}
_SET_OFF = re.compile(rf"\\({'|'.join(_TAGS)})\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}")
_PLAIN_FIELDS = (
    ("collection-title", ("series",)), ("container-title-short", ("abbr", "shortjournal")),
    ("publisher", _PUBLISHERS), ("publisher-place", ("address", "location")), ("volume", ("volume",)),
    ("edition", ("edition",)), ("chapter-number", ("chapter",)), ("ISBN", ("isbn",)), ("ISSN", ("issn",)),
    ("abstract", ("abstract",)), ("note", ("note",)),
)  # fmt: skip


def as_csl_json(publications: Sequence[Publication], setting: Setting) -> str:
    """A CSL-JSON array. Fields that only this library has (selected, awards, citations) are `custom`."""
    import json

    items = [csl_item(publication, name) for name, publication in identified(publications)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def csl_item(publication: Publication, name: str) -> dict[str, Any]:
    """One item under this identifier; what is empty is left out."""
    entry_type = publication.entry_type.lower()
    numbered = "number" if csl_type(publication) in ("report", "patent") else "issue"
    authors, editors = names_of(publication, "author"), names_of(publication, "editor")
    values: dict[str, Any] = {
        "id": name,
        "type": csl_type(publication),
        "title": _rich(publication) or publication.title,
        "author": [csl_name(author) for author in authors],
        "editor": [csl_name(editor) for editor in editors],
        "issued": {"date-parts": [list(day(publication))]} if day(publication) else {},
        "container-title": plain(publication, *_CONTAINERS) or _how(publication),
        numbered: plain(publication, "number", "issue"),
        "page": page_range(publication),
        "genre": plain(publication, "type") or _GENRES.get(entry_type, ""),
        "DOI": doi_of(publication),
        "URL": reading_url(publication),
        "status": _STATES.get(publication.state, ""),
        "keyword": ", ".join(publication.tags),
    }
    values |= {variable: plain(publication, *fields) for variable, fields in _PLAIN_FIELDS}
    values["custom"] = _custom(publication)
    return {variable: _printable(value) for variable, value in values.items() if value}


def _rich(publication: Publication) -> str:
    """The title with the tags that CSL knows for what LaTeX sets off; empty where that is nothing."""
    raw = publication.raw("title")
    if "\\" not in raw or publication.raw("subtitle") or not _SET_OFF.search(raw):
        return ""
    marked = _SET_OFF.sub(lambda found: _PRIVATE[found[1]].replace("{}", found[2]), raw)
    text = latex.decode(marked)
    for macro, marks in _PRIVATE.items():
        tag = _TAGS[macro]
        text = text.replace(marks[0], f"<{tag}>").replace(marks[-1], f"</{tag}>")
    return text


def csl_type(publication: Publication) -> str:
    """The CSL type; a preprint is an `article`."""
    if publication.is_preprint:
        return "article"
    return TYPES.get(publication.entry_type.lower(), "document")


def csl_name(name: Name) -> dict[str, str]:
    """A name's parts; a group, or a person of one name, is literal."""
    if name.literal or not name.given:
        return {"literal": _printable(name.full)}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.von,
        "suffix": name.suffix,
    }
    return {part: _printable(text) for part, text in parts.items() if text}


def _how(publication: Publication) -> str:
    if publication.entry_type.lower() in TYPES:
        return ""
    return plain(publication, "howpublished")


def _custom(publication: Publication) -> dict[str, Any]:
    values: dict[str, Any] = {
        "selected": publication.selected,
        "awards": [award.text for award in publication.awards],
        "arxiv": publication.arxiv_id,
        "links": {
            link.field: safe_url(link.url)
            for link in publication.links
            if link.field not in ("doi", "arxiv") and safe_url(link.url)
        },
        "authors-incomplete": publication.others,
    }
    custom = {name: value for name, value in values.items() if value}
    return custom if publication.citations is None else custom | {"citations": publication.citations}


def _printable(value: Any) -> Any:
    """The value with every text in it on one line and without control characters."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _printable(part) for name, part in value.items()}
    return [_printable(part) for part in value] if isinstance(value, list) else value
