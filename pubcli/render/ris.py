"""RIS, as EndNote, Mendeley and Zotero read it; written by rispy.

Knows the tags' meaning per type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pubcli.bibtex.names import Name
from pubcli.markup import printable
from pubcli.publication import Publication
from pubcli.render.facts import any_url, day, doi_of, identified, names_of, page_range, plain, reading_url
from pubcli.render.setting import Setting

_TYPES: Mapping[str, str] = {
    "article": "JOUR", "inproceedings": "CONF", "conference": "CONF", "incollection": "CHAP",
    "inbook": "CHAP", "book": "BOOK", "mvbook": "BOOK", "collection": "BOOK", "proceedings": "BOOK",
    "phdthesis": "THES", "mastersthesis": "THES", "thesis": "THES", "techreport": "RPRT", "report": "RPRT",
    "manual": "RPRT", "unpublished": "UNPB", "patent": "PAT", "software": "COMP", "dataset": "DATA",
    "online": "ELEC",
}  # fmt: skip
_GENRES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_JOURNALS = ("journal", "journaltitle", "howpublished")
_PUBLISHERS = ("publisher", "school", "institution", "organization")
# rispy numbers the references in lines of their own, which no program wants.
_COUNT = r"(?m)^\d+\.\n"


def as_ris(publications: Sequence[Publication], setting: Setting) -> str:
    """One RIS reference for each publication."""
    import rispy

    references = [_reference(publication, name) for name, publication in identified(publications)]
    text: str = rispy.dumps(references)
    return re.sub(_COUNT, "", text)


def _reference(publication: Publication, name: str) -> dict[str, str | list[str]]:
    entry_type = publication.entry_type.lower()
    kind = "UNPB" if entry_type == "unpublished" else _TYPES.get(entry_type, "GEN")
    first, _, last = page_range(publication).partition("-")
    date = day(publication)
    book = kind == "BOOK"
    values: dict[str, str | list[str]] = {
        "type_of_reference": kind,
        "id": name,
        "title": printable(publication.title),
        "authors": _names(publication, "author"),
        "secondary_authors": _names(publication, "editor"),
        "secondary_title": plain(publication, "series" if book else "booktitle"),
        "journal_name": plain(publication, *_JOURNALS),
        "alternate_title1": plain(publication, "abbr", "shortjournal") if kind != "JOUR" else "",
        "year": str(date[0]) if date else "",
        "date": "/".join(f"{number:02d}" for number in date) + "/" * (3 - len(date)) if len(date) > 1 else "",
        "volume": plain(publication, "volume"),
        "number": plain(publication, "number", "issue"),
        "start_page": first,
        "end_page": last,
        "edition": plain(publication, "edition"),
        "publisher": plain(publication, *_PUBLISHERS),
        "place_published": plain(publication, "address", "location"),
        "issn": plain(publication, "isbn", "issn"),
        "type_of_work": plain(publication, "type") or _GENRES.get(entry_type, ""),
        "doi": doi_of(publication),
        "urls": [address] if (address := _address(publication)) else [],
        "keywords": [printable(tag) for tag in publication.tags],
        "notes": [printable(award.text) for award in publication.awards],
    }
    return {tag: value for tag, value in values.items() if value}


def _address(publication: Publication) -> str:
    """An address that tells more than the DOI does."""
    return reading_url(publication) or ("" if publication.doi else any_url(publication))


def _names(publication: Publication, field: str) -> list[str]:
    return [printable(_name(name)) for name in names_of(publication, field)]


def _name(name: Name) -> str:
    """`Family, Given, Suffix`; a group without commas, since a comma would make it a person."""
    if name.literal or not name.given:
        return name.full.replace(",", "")
    parts = (name.surname, name.given, name.suffix)
    return ", ".join(part.replace(",", "") for part in parts if part)
