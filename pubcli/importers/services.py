"""Answers that only one service gives: OpenReview, Semantic Scholar, OpenAlex, ORCID and Open Library.

Knows the shape of each answer, as the services document them. Where an answer names a better source
(a DOI, an arXiv id), it is that which is to be asked, and the answer's own record stands in for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pubcli.errors import NotFoundError, UnreadableError
from pubcli.importers import bibtex
from pubcli.importers.records import natural_names, record
from pubcli.importers.sources import Found, Source, recognise
from pubcli.publication import Publication

Json = Mapping[str, Any]

_S2_IDS = (
    ("ACL", "acl:{}"),
    ("DOI", "doi:{}"),
    ("ArXiv", "arxiv:{}"),
    ("DBLP", "DBLP:{}"),
    ("PubMed", "pmid:{}"),
)
_ORCID_IDS = (("doi", "doi:{}"), ("arxiv", "arxiv:{}"), ("pmid", "pmid:{}"), ("pmc", "{}"))
_ORCID_TYPES = {
    "journal-article": ("article", "journal"), "conference-paper": ("inproceedings", "booktitle"),
    "book-chapter": ("incollection", "booktitle"), "book": ("book", "series"),
    "edited-book": ("book", "series"),
    "dissertation": ("phdthesis", ""), "dissertation-thesis": ("phdthesis", ""),
    "report": ("techreport", "series"),
    "preprint": ("misc", "howpublished"), "working-paper": ("techreport", "series"),
}  # fmt: skip
_OPENALEX_TYPES = {
    "article": ("article", "journal"), "book-chapter": ("incollection", "booktitle"),
    "book": ("book", "series"),
    "dissertation": ("phdthesis", ""), "preprint": ("misc", "howpublished"),
    "report": ("techreport", "series"),
    "proceedings-article": ("inproceedings", "booktitle"),
}  # fmt: skip
_MOST_AT_ONCE = 100  # works that ORCID tells of in one answer


def parse_openreview(text: str) -> Found:
    """The paper of a forum: its own BibTeX, or title and authors where it has none."""
    notes = _list(_json(text), "notes")
    note = next((note for note in notes if note.get("id") == note.get("forum")), notes[0] if notes else None)
    if note is None:
        raise NotFoundError("OpenReview knows no such forum")
    content = _mapping(note, "content")
    if written := _content(content, "_bibtex"):
        found = bibtex.parse(written)
        if found.records:
            return found
    authors = content.get("authors")
    authors = authors.get("value") if isinstance(authors, Mapping) else authors
    values = {
        "title": _content(content, "title"),
        "howpublished": _content(content, "venue"),
        "url": f"https://openreview.net/forum?id={note.get('id', '')}",
    }
    people = [str(name) for name in authors] if isinstance(authors, list) else []
    return Found((record("misc", values, {"author": natural_names(people)}),))


def parse_semanticscholar(text: str) -> Found:
    """The paper by its best identifier; its own fields stand in."""
    paper = _mapping(_json(text))
    identifiers = _mapping(paper, "externalIds")
    journal, venue = _mapping(paper, "journal"), _mapping(paper, "publicationVenue")
    conference = venue.get("type") == "conference" or "Conference" in (paper.get("publicationTypes") or ())
    values = {
        "title": _str(paper, "title"),
        "booktitle" if conference else "journal": _str(venue, "name")
        or _str(paper, "venue")
        or _str(journal, "name"),
        "volume": "" if conference else _str(journal, "volume"),
        "pages": _str(journal, "pages"),
        "date": _str(paper, "publicationDate") or _str(paper, "year"),
    }
    people = natural_names(_str(author, "name") for author in _list(paper, "authors"))
    own = record("inproceedings" if conference else "article", values, {"author": people})
    return Found((own,), _first_known(identifiers, _S2_IDS))


def parse_openalex(text: str) -> Found:
    """The work by its DOI; its own fields stand in."""
    work = _mapping(_json(text))
    biblio, source = _mapping(work, "biblio"), _mapping(_mapping(work, "primary_location"), "source")
    entry_type, venue = _OPENALEX_TYPES.get(_str(work, "type"), ("misc", "howpublished"))
    if source.get("type") == "conference":
        entry_type, venue = "inproceedings", "booktitle"
    pages = "--".join(filter(None, dict.fromkeys((_str(biblio, "first_page"), _str(biblio, "last_page")))))
    values = {
        "title": _str(work, "title") or _str(work, "display_name"),
        "volume": _str(biblio, "volume"),
        "number": _str(biblio, "issue"),
        "pages": pages,
        "date": _str(work, "publication_date") or _str(work, "publication_year"),
        "doi": _str(work, "doi"),
    }
    if venue:
        values[venue] = _str(source, "display_name")
    people = natural_names(
        _str(_mapping(one, "author"), "display_name") for one in _list(work, "authorships")
    )
    better = recognise(_str(work, "doi")) if _str(work, "doi") else None
    return Found((record(entry_type, values, {"author": people}),), (better,) if better else ())


def parse_orcid(text: str) -> Found:
    """A person's works: per group the preferred version, by its own identifier or by ORCID's number."""
    further: list[Source] = []
    numbers: dict[str, list[str]] = {}
    for group in _list(_json(text), "group"):
        versions = _list(group, "work-summary")
        if not versions:
            continue
        work = max(versions, key=lambda version: int(_str(version, "display-index") or 0))
        if known := _first_known(dict(_own_identifiers(work)), _ORCID_IDS):
            further += known
        else:
            person = _str(work, "path").strip("/").partition("/")[0]
            numbers.setdefault(person, []).append(_str(work, "put-code"))
    for person, codes in numbers.items():
        for start in range(0, len(codes), _MOST_AT_ONCE):
            further.append(
                Source("ORCID works", f"{person}/works/{','.join(codes[start : start + _MOST_AT_ONCE])}")
            )
    if not further:
        raise NotFoundError("this ORCID record shows no works", hint="its owner may have hidden them")
    return Found(further=tuple(dict.fromkeys(further)))


def parse_orcid_works(text: str) -> Found:
    """Works in full, as ORCID gives those that have no identifier of their own elsewhere."""
    works = [_mapping(row, "work") for row in _list(_json(text), "bulk") if "work" in row]
    return Found(tuple(_orcid_work(work) for work in works))


def parse_openlibrary(text: str) -> Found:
    """A book, asked for by its ISBN."""
    data = _mapping(_json(text))
    if not data:
        raise NotFoundError(
            "Open Library knows no book with this ISBN", hint="add it with --title and --author"
        )
    number, book = next(iter(data.items()))
    book = _mapping(data, number)
    publishers = [_str(publisher, "name") for publisher in _list(book, "publishers")]
    title, subtitle = _str(book, "title"), _str(book, "subtitle")
    values = {
        "title": f"{title}: {subtitle}" if subtitle else title,
        "publisher": publishers[0] if publishers else "",
        "date": _str(book, "publish_date"),
        "isbn": number.removeprefix("ISBN:"),
    }
    values["date"] = _year_of(values["date"])
    return Found(
        (record("book", values, {"author": natural_names(_str(a, "name") for a in _list(book, "authors"))}),)
    )


def _orcid_work(work: Json) -> Publication:
    citation = _mapping(work, "citation")
    if _str(citation, "citation-type").lower() == "bibtex":
        found = bibtex.parse(_str(citation, "citation-value"))
        if len(found.records) == 1 and not found.broken:
            return found.records[0]
    entry_type, venue = _ORCID_TYPES.get(_str(work, "type"), ("misc", "howpublished"))
    date = _mapping(work, "publication-date")
    title = _mapping(work, "title")
    subtitle = _value(title, "subtitle")
    values = {
        "title": _value(title, "title") + (f": {subtitle}" if subtitle else ""),
        "date": "-".join(filter(None, (_value(date, "year"), _value(date, "month")))),
        "url": _value(work, "url"),
    }
    if venue:
        values[venue] = _value(work, "journal-title")
    people = _list(_mapping(work, "contributors"), "contributor")
    return record(entry_type, values, {"author": natural_names(_value(one, "credit-name") for one in people)})


def _own_identifiers(work: Json) -> Iterator[tuple[str, str]]:
    """The identifiers of the work itself, not of the volume it is in."""
    for one in _list(_mapping(work, "external-ids"), "external-id"):
        if _str(one, "external-id-relationship").lower() == "self":
            yield _str(one, "external-id-type").lower(), _str(one, "external-id-value")


def _first_known(identifiers: Json, kinds: Sequence[tuple[str, str]]) -> tuple[Source, ...]:
    """The first identifier that can be asked for, its own prefix or URL or none before it."""
    for name, form in kinds:
        value = str(identifiers.get(name) or "").strip()
        if value and (source := recognise(value) or recognise(form.format(value))):
            return (source,)
    return ()


def _json(text: str) -> Any:
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"the answer is not JSON: {error}") from None


def _mapping(value: object, name: str = "") -> Json:
    """The object (under `name`), or an empty one: services leave out or null what they do not know."""
    inner = value.get(name) if name and isinstance(value, Mapping) else value
    return inner if isinstance(inner, Mapping) else {}


def _list(value: object, name: str) -> list[Json]:
    inner = value.get(name) if isinstance(value, Mapping) else None
    return [item for item in inner if isinstance(item, Mapping)] if isinstance(inner, list) else []


def _str(value: Json, name: str) -> str:
    inner = value.get(name)
    return str(inner) if isinstance(inner, (str, int)) else ""


def _value(value: object, name: str) -> str:
    """ORCID's texts stand in objects: `{"value": …}`."""
    return _str(_mapping(value, name), "value")


def _content(content: Json, name: str) -> str:
    """OpenReview's values: `{"value": …}` in version 2 of its API, bare in version 1."""
    return _value(content, name) or _str(content, name)


def _year_of(date: str) -> str:
    import re

    found = re.search(r"\d{4}", date)
    return found[0] if found else ""
