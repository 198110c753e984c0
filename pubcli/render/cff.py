"""CITATION.cff 1.2: how to cite a repository, by the publication behind it.

Knows the reference types and keys of the Citation File Format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pubcli.bibtex.names import Name
from pubcli.errors import UsageError
from pubcli.publication import Publication
from pubcli.render.facts import any_url, day, doi_of, page_range, plain
from pubcli.render.setting import Setting
from pubcli.render.yaml import dump
from pubcli.template.slots import venue_name

_TYPES: Mapping[str, str] = {
    "article": "article", "inproceedings": "conference-paper", "conference": "conference-paper",
    "incollection": "generic", "inbook": "generic", "book": "book", "mvbook": "book", "collection": "book",
    "proceedings": "proceedings", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis",
    "techreport": "report", "report": "report", "manual": "manual", "unpublished": "unpublished",
    "booklet": "pamphlet", "patent": "patent", "software": "software", "dataset": "data",
    "online": "website",
}  # fmt: skip
_DOI = r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+"
_ISBN = r"[0-9\- ]{10,17}X?"
_STATES = {"submitted": "submitted", "inpress": "in-press", "inpreparation": "in-preparation"}
_PUBLISHERS = ("publisher", "organization")
_INSTITUTIONS = ("school", "institution")


def as_cff(publications: Sequence[Publication], setting: Setting) -> str:
    """A CITATION.cff that asks to cite the first publication; the others are its `references`.

    What has no title or no author cannot be cited in this format, and is left out; UsageError if
    nothing is left.
    """
    references = [
        _reference(publication) for publication in publications if publication.title and publication.authors
    ]
    if not references:
        raise UsageError(
            "a CITATION.cff needs a publication with a title and authors", hint="choose one with -q"
        )
    first = references[0]
    values: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this work, please cite the publication below.",
        "title": first["title"],
        "authors": first["authors"],
        "preferred-citation": first,
    }
    if references[1:]:
        values["references"] = references[1:]
    return dump(values)


def _reference(publication: Publication) -> dict[str, Any]:
    date = day(publication)
    doi, isbn = doi_of(publication), plain(publication, "isbn")
    first, _, last = page_range(publication).partition("-")
    kind = "article" if publication.is_preprint else _TYPES.get(publication.entry_type.lower(), "generic")
    venue = (
        venue_name(publication) if publication.is_preprint else plain(publication, "journal", "journaltitle")
    )
    publisher = plain(publication, *_PUBLISHERS)
    institution = plain(publication, *_INSTITUTIONS)
    values: dict[str, Any] = {
        "type": kind,
        "title": publication.title,
        "authors": [_person(author.name) for author in publication.authors],
        "journal": venue,
        "collection-title": plain(publication, "booktitle", "maintitle"),
        "publisher": {"name": publisher} if publisher else {},
        "institution": {"name": institution} if institution else {},
        "thesis-type": plain(publication, "type") if kind == "thesis" else "",
        "year": date[0] if date else None,
        "month": date[1] if len(date) > 1 else None,
        "volume": plain(publication, "volume"),
        "issue": plain(publication, "number", "issue"),
        "start": first,
        "end": last,
        "edition": plain(publication, "edition"),
        "isbn": isbn if re.fullmatch(_ISBN, isbn) else "",
        "status": "preprint" if publication.is_preprint else _STATES.get(publication.state, ""),
        "doi": doi if re.fullmatch(_DOI, doi) else "",
        "url": any_url(publication),
    }
    return {name: value for name, value in values.items() if value}


def _person(name: Name) -> dict[str, str]:
    """A person's parts; a group by its name."""
    if name.literal:
        return {"name": name.full}
    parts = {
        "family-names": name.family,
        "given-names": name.given,
        "name-particle": name.von,
        "name-suffix": name.suffix,
    }
    return {part: text for part, text in parts.items() if text}
