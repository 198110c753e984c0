"""From sources to clean records: the one place that asks sites and opens files.

Knows which parser reads which content; the formats themselves are in their modules.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pubcli.changes import read_file
from pubcli.errors import ConflictError, NotFoundError, PubcliError, UnreadableError
from pubcli.importers import bibtex, csljson, nbib, page, pdf, ris, services
from pubcli.importers.clean import cleaned
from pubcli.importers.sites import Site, site
from pubcli.importers.sources import FILE, STDIN, SUFFIXES, Found, Source
from pubcli.importers.titles import one_line
from pubcli.publication import Publication
from pubcli.web import SERVICES

if TYPE_CHECKING:
    from pubcli.web import Web

_FORMATS: Mapping[str, Callable[[str], Found]] = {
    "bibtex": bibtex.parse,
    "csljson": lambda text: Found(tuple(csljson.parse(text))),
    "ris": lambda text: Found(tuple(ris.parse(text))),
    "nbib": lambda text: Found(tuple(nbib.parse(text))),
    "page": page.parse,
    "openreview": services.parse_openreview,
    "semanticscholar": services.parse_semanticscholar,
    "openalex": services.parse_openalex,
    "orcid": services.parse_orcid,
    "orcid_works": services.parse_orcid_works,
    "openlibrary": services.parse_openlibrary,
}
_NAMES = {"bibtex": "BibTeX", "csljson": "CSL-JSON"}
# What a content begins with, or has at the start of a line, when it is of a format.
_SIGNS = (
    ("ris", re.compile(r"^\s*TY {1,2}- ?\w", re.M)),
    ("nbib", re.compile(r"^\s*PMID- ?\d", re.M)),
    ("csljson", re.compile(r"\A\s*[\[{]\s*[\[{\"]")),
    ("bibtex", re.compile(r"^\s*@[A-Za-z]+\s*[{(]", re.M)),
)
_WEB_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_LATER = "try again later, or add it with --title and --author"
_DEEPEST = 3  # a page names an OpenReview forum, …: nothing leads further


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: clean records with the keys they had there, or the error it ended in.

    `broken` are parts of the source that could not be read (`path:line: why`); the records are the rest.
    """

    source: Source
    records: tuple[Publication, ...] = ()
    keys: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    error: PubcliError | None = None


def gather(
    sources: Iterable[Source],
    web: Web,
    *,
    ascii_only: bool = False,
    stdin: Callable[[], bytes] = lambda: b"",
    progress: Callable[[Source, int], None] = lambda source, left: None,
) -> Iterator[Outcome]:
    """What becomes of each source, in order, and of those it leads to (a person's works, a page's links).

    No source is asked twice and none that fails stops the others. `progress` is told the source to be
    asked now and how many are known to follow.
    """
    queue = deque((source, 0) for source in sources)
    asked = set()
    while queue:
        source, depth = queue.popleft()
        if source in asked:
            continue
        asked.add(source)
        progress(source, len(queue))
        try:
            found = fetch(source, web, stdin=stdin)
        except PubcliError as error:
            yield Outcome(source, error=error)
            continue
        if depth < _DEEPEST:
            queue.extendleft((further, depth + 1) for further in reversed(found.further))
        if found.records or found.broken or not found.further:
            own = source.kind in (FILE, STDIN)
            records = tuple(cleaned(record, ascii_only=ascii_only, own=own) for record in found.records)
            yield Outcome(source, records, found.keys or ("",) * len(records), found.broken)


def fetch(source: Source, web: Web, *, stdin: Callable[[], bytes] = lambda: b"") -> Found:
    """What one source holds, as it says it; an answer for one publication holds exactly one record.

    NotFoundError for an identifier or a file that does not exist, UnreadableError for an answer that is
    not what was asked for, ServiceError where a site does not answer.
    """
    if source.kind == FILE:
        data = read_file(Path(source.id))
        if data is None:
            raise NotFoundError(f"there is no file {one_line(source.id)}")
        return read(data, source.id)
    if source.kind == STDIN:
        return read(stdin(), STDIN)
    row = site(source.kind)
    found = _asked(row, source, web)
    if row.several:
        return found
    return _better(found, web) or _the_one(found, source)


def read(data: bytes, name: str) -> Found:
    """What a file (or standard input) holds, by its content first and its name's suffix second."""
    if not data.strip():
        raise UnreadableError(f"{one_line(name)}: it is empty")
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return pdf.parse(data, name)
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(
            f"{one_line(name)}: this is no text", hint="give a .bib, .ris, .json, .nbib or .pdf file"
        )
    from pubcli.bibtex.encoding import decode_bytes

    text = decode_bytes(data, path=PurePath(name)).text
    kind = next((kind for kind, sign in _SIGNS if sign.search(text)), "")
    kind = kind or SUFFIXES.get(PurePath(name).suffix.lower(), "page")
    if kind == "bibtex":
        found = bibtex.parse(text, name)
        if not found.records and not found.broken:
            raise UnreadableError(f"{one_line(name)}: there is no BibTeX entry in it")
        return found
    try:
        return _FORMATS["page" if kind == "pdf" else kind](text)
    except UnreadableError as error:
        raise UnreadableError(f"{one_line(name)}: {error.message}", hint=error.hint) from None


def _asked(row: Site, source: Source, web: Web) -> Found:
    """The first answer of the row's addresses that knows the identifier."""
    missing = NotFoundError(f"{row.name} knows no {source.id}")
    for service, path in row.paths(source.id):
        try:
            text = web.fetch(service, path, accept=row.accept)
        except NotFoundError:
            title = SERVICES[service].title
            missing = NotFoundError(f"{title} knows no {source.id}", hint="check the identifier")
            continue
        try:
            return _parsed(text, row, source)
        except NotFoundError as error:
            missing = error
    raise missing


def _parsed(text: str, row: Site, source: Source) -> Found:
    wanted = _NAMES.get(row.format, "JSON")
    if not text.strip():
        raise UnreadableError(f"{source}: the answer is empty", hint=_LATER)
    if _WEB_PAGE.match(text):
        raise UnreadableError(f"{source}: the answer is a web page, not {wanted}", hint=_LATER)
    try:
        found = _FORMATS[row.format](text)
    except UnreadableError as error:
        raise UnreadableError(f"{source}: {error.message}", hint=error.hint or _LATER) from None
    if not found.records and not found.further:
        what = f": {found.broken[0]}" if found.broken else ""
        raise UnreadableError(f"{source}: the answer is not {wanted}{one_line(what)}", hint=_LATER)
    return found


def _better(found: Found, web: Web) -> Found | None:
    """The record of the better source that an answer names, where that source knows it."""
    for source in found.further:
        try:
            return fetch(source, web)
        except NotFoundError:
            continue
    return None


def _the_one(found: Found, source: Source) -> Found:
    """The answer with the one record that was asked for: volumes that come along are left out."""
    keyed = list(zip(found.records, found.keys or ("",) * len(found.records), strict=True))
    chosen = [(record, key) for record, key in keyed if record.entry_type.lower() != "proceedings"] or keyed
    named = [(record, key) for record, key in chosen if source.id.lower() in (record.doi, record.arxiv_id)]
    chosen = named or chosen
    if len(chosen) != 1:
        titles = "\n".join(f"  {record.title}" for record, _ in chosen)
        raise ConflictError(
            f"{source}: the answer holds {len(chosen)} publications, not one",
            detail=titles,
            hint="add the one you mean by another identifier, or with --title and --author",
        )
    record, key = chosen[0]
    if not record.title:
        raise UnreadableError(f"{source}: the answer tells no title", hint=_LATER)
    return Found((_identified(record, source),), keys=(key,))


def _identified(record: Publication, source: Source) -> Publication:
    """The record with the identifier it was asked for by, where its own answer leaves that out."""
    added: dict[str, str] = {}
    if source.kind == "DOI" and not record.doi:
        added = {"doi": source.id}
    elif source.kind == "arXiv" and not record.arxiv_id:
        added = {"eprint": source.id, "archiveprefix": "arXiv"}
    return replace(record, fields={**record.fields, **added}) if added else record
