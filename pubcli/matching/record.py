"""A publication as comparing needs it: folded title, comparable authors, kind of venue.

Knows what an identifier, a type and a venue tell; weighs nothing.
"""

from __future__ import annotations

import re
from functools import cached_property

from pubcli.bibtex.names import parse_names, split_names
from pubcli.matching import titles
from pubcli.matching.me import Person, person
from pubcli.publication import VENUE_FIELDS, Publication

# DOIs of preprint servers and archives: they are no published version's.
_PREPRINT_DOI = r"10\.(?:48550|2139|26434|36227|21203|31234|31219|31235|20944|22541|32388|35542)/|10\.1101/\d"
_CONFERENCE = r"\b(?:conference|proceedings|proc|workshop|symposium|meeting|congress|findings)\b"
_ARCHIVE_DOI = r"10\.(?:5281|6084)/"  # Zenodo, figshare: code, data, slides
_KIND_OF_TYPE = {
    **dict.fromkeys(("inproceedings", "conference"), "a conference"),
    **dict.fromkeys(("phdthesis", "mastersthesis", "thesis"), "a thesis"),
    **dict.fromkeys(("book", "mvbook", "collection", "proceedings"), "a book"),
    **dict.fromkeys(("software", "dataset", "online", "video"), "an archive"),
    "techreport": "a report", "report": "a report", "patent": "a patent",
}  # fmt: skip
_KEY_LENGTH = 24  # letters of a title that an index finds it by; a cut title has more


class Record:
    """A publication with what comparing needs, each part worked out once and only when asked for."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication

    @cached_property
    def published_doi(self) -> str:
        """The DOI, unless a preprint server gave it."""
        doi = self.publication.doi
        return "" if doi and re.match(_PREPRINT_DOI, doi) else doi

    @cached_property
    def normal(self) -> str:
        """The folded title, without the dots of a cut one."""
        title = self.publication.title
        return titles.normal_title(title.rstrip(".… ") if self.cut else title)

    @cached_property
    def key(self) -> str:
        """The folded title without spaces."""
        return titles.title_key(self.normal)

    @cached_property
    def cut(self) -> bool:
        """Whether the title ends in the dots that stand for its rest."""
        return titles.is_cut(self.publication.title)

    @cached_property
    def preprint(self) -> bool:
        """Whether it is on a preprint server and published nowhere that it says."""
        publication = self.publication
        only_doi = bool(publication.doi) and not self.published_doi
        return publication.is_preprint or (only_doi and not publication.raw(*VENUE_FIELDS))

    @cached_property
    def people(self) -> list[Person]:
        """The authors, comparable."""
        return [person(author.name) for author in self.publication.authors]

    @cached_property
    def families(self) -> frozenset[str]:
        """The keys under which the first author may stand elsewhere: the family name, or the given for it."""
        raw = split_names(self.publication.raw("author", "editor"))
        names = parse_names(raw[0]).names if raw else ()
        if not names:
            return frozenset()
        first = person(names[0])
        return first.families | {"".join(word.letters for word in first.given)} - {""}

    @cached_property
    def venue(self) -> str:
        """The folded name of where it appeared."""
        return titles.normal_title(self.publication.venue)

    @cached_property
    def kind(self) -> str:
        """What sort of venue or thing it is, or empty where that is not clear."""
        kind = _KIND_OF_TYPE.get(self.publication.entry_type.lower(), "")
        if re.match(_ARCHIVE_DOI, self.publication.doi):
            return "an archive"
        if self.preprint or kind:
            return kind
        if re.search(_CONFERENCE, self.venue):
            return "a conference"
        return "a journal" if self.publication.entry_type.lower() == "article" and self.venue else ""

    @cached_property
    def keys(self) -> list[str]:
        """What an index finds it by; equal titles and cut ones share their first letters."""
        publication = self.publication
        found = [f"doi {publication.doi}"] if publication.doi else []
        if publication.arxiv_id:
            found.append(f"arxiv {publication.arxiv_id}")
        if publication.scholar_row:
            found.append(f"row {publication.scholar_row}")
        if self.key:
            found.append(f"title {self.key[:_KEY_LENGTH]}")
        return found
