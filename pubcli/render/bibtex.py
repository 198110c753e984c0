"""BibTeX for others: clean entries that stand alone, or the library's own as they are.

Knows which fields are the library's private business; values stand as the entry has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pubcli.bibtex import latex
from pubcli.bibtex.bibfile import MONTHS, BibFile, Block, Entry, Kind
from pubcli.bibtex.scan import read_fields, read_string, split_value
from pubcli.markup import printable
from pubcli.publication import Publication
from pubcli.render.facts import identified
from pubcli.render.setting import Setting

# What only pubcli, al-folio or a citation manager reads: no business of those who cite.
PRIVATE_FIELDS = frozenset((
    "selected", "featured", "award", "award_name", "keywords", "tags", "abbr", "shortjournal",
    "google_scholar_id", "citationcount", "arxiv", "pdf", "html", "code", "website", "slides", "poster",
    "video", "supp", "blog", "preview", "thumbnail", "image", "teaser", "bibtex_show", "annotation",
    "additional_info", "abstract", "hal", "icore", "altmetric", "dimensions", "inspirehep_id", "pmid",
    "selected_order", "file", "groups", "owner", "timestamp", "biburl", "bibsource", "priority", "ranking",
    "readstatus", "relevance", "qualityassured", "printed", "comment", "creationdate", "modificationdate",
    "date-added", "date-modified", "username", "__markedentry",
))  # fmt: skip
_PRIVATE_PREFIXES = ("bdsk-", "mendeley-", "jabref-", "author+an", "editor+an")
# The order for fields that `crossref` lends, which the entry itself does not order.
_FIRST = ("title", "author", "editor", "booktitle", "journal", "series", "volume", "number", "pages", "year")
_KEY_NEEDS_NO = r"[\s,{}\"#%=()\\]"
_MACRO_OF_MONTH = {name: macro for macro, name in MONTHS.items()} | {macro: macro for macro in MONTHS}


def as_bibtex(publications: Sequence[Publication], setting: Setting) -> str:
    """Entries without private fields, each of which stands alone: no macros but months, no crossref."""
    return "\n".join(clean_entry(publication, key) for key, publication in identified(publications))


def as_bibtex_full(publications: Sequence[Publication], setting: Setting) -> str:
    """The entries whole: as the library writes them, with the macros and parents that they use.

    A publication that is not in `setting.bib` is written with all its fields.
    """
    bib = setting.bib
    known = {} if bib is None else {(entry.key, entry.line): entry for entry in bib.entries}
    texts, entries = [], []
    for key, publication in identified(publications):
        entry = known.get((publication.key, publication.line))
        if entry is None:
            texts.append(entry_text(key, publication.entry_type, dict(publication.fields)))
        else:
            entries.append(entry)
            texts.append(_one_line_end(entry.text))
    if bib is not None:
        parents = list(_parents(entries, bib))
        texts = _strings([*entries, *parents], bib) + texts + [_one_line_end(entry.text) for entry in parents]
    return "\n".join(texts)


def clean_entry(publication: Publication, key: str = "") -> str:
    """One entry for those who cite: title, authors, where it appeared and its identifiers."""
    fields = {
        name: _visible(value) for name, value in own_fields(publication).items() if not is_private(name)
    }
    if publication.arxiv_id and publication.raw("arxiv") and "eprint" not in fields:
        fields |= {"eprint": publication.arxiv_id, "archiveprefix": "arXiv"}
    return entry_text(key or publication.key, publication.entry_type, fields)


def own_fields(publication: Publication) -> dict[str, str]:
    """Its fields for a place without its parent: what `crossref` lent is its own."""
    fields = dict(publication.fields)
    if not fields.pop("crossref", ""):
        return fields
    order = {name: number for number, name in enumerate(_FIRST)}
    return dict(sorted(fields.items(), key=lambda field: order.get(field[0], len(order))))


def is_private(field: str) -> bool:
    """Whether a field (its name in lower case) is the library's own business."""
    return field in PRIVATE_FIELDS or field.startswith(_PRIVATE_PREFIXES)


def entry_text(key: str, entry_type: str, fields: dict[str, str]) -> str:
    """An entry, one field a line; months become their macros, empty fields are left out."""
    lines = [f"  {name} = {delimited(name, value)},\n" for name, value in fields.items() if value.strip()]
    return f"@{entry_type}{{{written_key(key)},\n{''.join(lines)}}}\n"


def written_key(key: str) -> str:
    """The key as an entry can have it."""
    return re.sub(_KEY_NEEDS_NO, "", key) or "publication"


def delimited(name: str, value: str) -> str:
    """A value as it is written behind `=`."""
    if name == "month" and value in _MACRO_OF_MONTH:
        return _MACRO_OF_MONTH[value]
    return f"{{{value if latex.is_balanced(value) else latex.encode(latex.decode(value))}}}"


def _visible(value: str) -> str:
    """The value without control characters, its lines kept."""
    return value if value.isprintable() else "\n".join(map(printable, value.splitlines()))


def _one_line_end(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text) + "\n"


def _parents(entries: Sequence[Entry], bib: BibFile) -> Iterator[Entry]:
    """The entries that these name in `crossref`, each once, unless they are among them."""
    by_key = {entry.key.casefold(): entry for entry in reversed(bib.entries)}
    seen = {(entry.key, entry.line) for entry in entries}
    for entry in entries:
        parent = by_key.get(bib.values(entry).get("crossref", "").strip().casefold())
        if parent is not None and (parent.key, parent.line) not in seen:
            seen.add((parent.key, parent.line))
            yield parent


def _strings(entries: Sequence[Entry], bib: BibFile) -> list[str]:
    """The `@string` definitions that these entries need, in the order of the file."""
    blocks: dict[str, Block] = {}
    for block in bib.blocks:
        if block.kind is Kind.STRING:
            blocks[read_string(block)[0].lower()] = block
    wanted: set[str] = set()
    waiting = [str(field.raw) for entry in entries for field in read_fields(entry.block)]
    while waiting:
        for part in split_value(waiting.pop()):
            name = part.strip().lower()
            if name in blocks and name not in wanted:
                wanted.add(name)
                waiting.append(read_string(blocks[name])[1])
    found = [_one_line_end(block.text) for name, block in blocks.items() if name in wanted]
    return ["".join(found)] if found else []
