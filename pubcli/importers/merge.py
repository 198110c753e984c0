"""What a record would add to an entry: empty fields, the published version, the preprint's numbers.

Plans edits as field values; knows neither files nor where the record came from. Which entry is the
same publication is decided in `pubcli.matching`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pubcli.publication import PUBLISHED_TYPES, SHORT_VENUE_FIELDS, VENUE_FIELDS, Publication

_EPRINT = ("eprint", "archiveprefix", "primaryclass")
# Fields of the same meaning: where one of them is filled, none counts as empty.
_SAME = (
    VENUE_FIELDS, SHORT_VENUE_FIELDS, ("year", "date"), ("month", "date"), ("eprint", "arxiv"),
    ("archiveprefix", "eprinttype"), ("primaryclass", "eprintclass"), ("school", "institution"),
)  # fmt: skip
# What the user decides, and no record.
_OWN = frozenset((
    "keywords", "tags", "selected", "featured", "award", "award_name", "author+an", "google_scholar_id",
    "citationcount", "note", "annotation",
))  # fmt: skip
# What says where a publication appeared: of a published version, all of it.
_APPEARANCE = (
    *VENUE_FIELDS, *SHORT_VENUE_FIELDS, "series", "volume", "number", "pages", "chapter", "edition",
    "publisher", "school", "institution", "howpublished", "year", "month", "doi", "isbn",
)  # fmt: skip
# What a preprint says there, and its published version no longer.
_OF_PREPRINTS = (*VENUE_FIELDS, "volume", "number", "pages", "howpublished", "pubstate", "date", "month")
_OF_PREPRINTS_IF_NAMED = ("publisher", "institution", "doi", "url", *SHORT_VENUE_FIELDS)
_NAMED = re.compile(r"arxiv|\bcorr\b|preprint|[a-z]+rxiv\b", re.I)


@dataclass(frozen=True, slots=True)
class Edits:
    """Fields to set, fields to remove, and the entry type to change to (empty: it stays)."""

    values: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    entry_type: str = ""

    def __bool__(self) -> bool:
        """Whether anything would change."""
        return bool(self.values or self.removed or self.entry_type)


def edits(existing: Publication, record: Publication) -> Edits:
    """What `record`, the same publication, would change in `existing`.

    A published version moves a preprint, or what appeared nowhere yet, to its type and venue; the preprint
    of a published one adds its eprint only; otherwise empty fields are filled. Never touched: the key,
    marks, tags, awards.
    """
    nowhere = not existing.venue and existing.entry_type.lower() not in PUBLISHED_TYPES
    if (existing.is_preprint or nowhere) and record.venue and not record.is_preprint:
        return published_version(existing, record)
    if record.is_preprint and not existing.is_preprint and not nowhere:
        return Edits(preprint_of(existing, record))
    return Edits(what_is_new(existing, record))


def what_is_new(existing: Publication, record: Publication) -> dict[str, str]:
    """The record's fields that are empty in `existing` under whatever name; the user's own marks aside."""
    known = _filled(existing) | _OWN
    return {name: value for name, value in record.fields.items() if value.strip() and name not in known}


def published_version(existing: Publication, record: Publication) -> Edits:
    """A preprint becomes what was published: type, venue, year and DOI of the record, beside its own eprint.

    Title and authors stay as they are. An arXiv id that stands only in the venue or in a link becomes
    `eprint`, so that nothing is lost.
    """
    values = {name: record.fields[name] for name in _APPEARANCE if record.fields.get(name)}
    stale = {name for name in _OF_PREPRINTS if existing.fields.get(name)}
    stale |= {name for name in _OF_PREPRINTS_IF_NAMED if _NAMED.search(existing.fields.get(name, ""))}
    if "url" in stale and record.fields.get("url"):
        values["url"] = record.fields["url"]
    elif "url" in stale and existing.arxiv_id:
        stale.remove("url")
    kept = {name: value for name, value in existing.fields.items() if name not in stale}
    remaining = Publication(existing.key, existing.entry_type, {**kept, **values})
    values |= what_is_new(remaining, record)
    if existing.arxiv_id and not {"eprint", "arxiv"} & existing.fields.keys():
        values |= {"eprint": existing.arxiv_id, "archiveprefix": "arXiv"}
    return Edits(
        {name: value for name, value in values.items() if existing.fields.get(name) != value},
        tuple(
            name
            for name in existing.fields
            if name in stale and name not in values and not record.fields.get(name)
        ),
        record.entry_type if record.entry_type.lower() != existing.entry_type.lower() else "",
    )


def preprint_of(existing: Publication, record: Publication) -> dict[str, str]:
    """A published entry gains the eprint of its preprint, and nothing else."""
    filled = _filled(existing)
    if "eprint" in filled:
        return {}
    return {name: record.fields[name] for name in _EPRINT if record.fields.get(name) and name not in filled}


def _filled(publication: Publication) -> set[str]:
    filled = {name for name, value in publication.fields.items() if value.strip()}
    for names in _SAME:
        if filled.intersection(names):
            filled.update(names)
    return filled
