"""A record in the house style: the fields a publication list needs, each written one way.

Knows which fields sites add and nobody needs, and how the rest is normalised; asks no one.
A `month` is the name of its macro (`jun`), to be written bare; every other value is BibTeX text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from pubcli.bibtex import latex
from pubcli.bibtex.names import parse_names, split_names
from pubcli.importers.records import MONTHS, doi, identifier, pages, year_and_month
from pubcli.importers.titles import one_line, protected
from pubcli.publication import Publication
from pubcli.venues import find_venue

# The fields of an entry in the order they are written; others follow as they came.
FIELD_ORDER = (
    "title", "author", "editor", "booktitle", "journal", "journaltitle", "abbr", "series", "volume",
    "number", "pages",
    "chapter", "edition", "school", "institution", "publisher", "howpublished", "type", "year", "month",
    "date", "doi",
    "isbn", "url", "eprint", "archiveprefix", "primaryclass", "pubstate",
)  # fmt: skip
# What is kept of a site's answer.
_NEEDED = frozenset((*FIELD_ORDER, "subtitle", "crossref")) - {
    "editor",
    "isbn",
    "type",
    "howpublished",
    "date",
}
_NEEDED_BY_TYPE: Mapping[str, frozenset[str]] = {
    "book": frozenset(("editor", "isbn")),
    "proceedings": frozenset(("editor", "isbn")),
    "incollection": frozenset(("editor",)),
    "inbook": frozenset(("editor",)),
    "phdthesis": frozenset(("type",)),
    "mastersthesis": frozenset(("type",)),
    "techreport": frozenset(("type",)),
    "misc": frozenset(("howpublished",)),
}
# What is left out of a file of the user's own, where any other field may be theirs.
_NOT_NEEDED = frozenset((
    "abstract", "file", "timestamp", "biburl", "bibsource", "copyright", "language", "langid", "urldate",
    "owner",
    "groups", "priority", "date-added", "date-modified", "creationdate", "modificationdate", "numpages",
    "issn",
    "citationcount", "citations", "citedby", "_venue", "read", "rating", "username", "keywords-plus",
    "unique-id",
    "issue_date", "keyword",
))  # fmt: skip
_NOT_NEEDED_PREFIXES = ("bdsk-", "mendeley-", "jabref-", "__")
_PUBLISHERS = frozenset(("abstract", "issn", "numpages", "biburl", "acmid", "issue_date"))
_COUNTS = re.compile(r"cited by|\bcitations?\b|ZSCC|publisher:", re.I)

_ACCENTED = re.compile(
    r"""\{\\(?:[`'^"~=.]\s*|[uvHtcdbkr](?:\s+|(?=\{)))(?:\{\\?[A-Za-z]\}|\\[ij]|[A-Za-z])\}"""
    r"""|\\[`'^"~=.]\s*(?:\{\\?[A-Za-z]\}|\\[ij](?:\{\}|(?![A-Za-z]))|[A-Za-z])"""
    r"""|\\[uvHtcdbkr]\{\\?[A-Za-z]\}"""
    r"""|\{\\(?:ss|o|O|l|L|ae|AE|oe|OE|aa|AA|i|j|dh|DH|th|TH|dj|DJ)\s*\}"""
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_DOI_URL = re.compile(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/|^doi:\s*", re.I)
_ESCAPED = re.compile(r"\\([_&%#$])")
_ARXIV_TEXT = re.compile(r"^\s*(?:corr\b|arxiv\b|arxiv(?:\.org)?$|.*\barxiv preprint\b)", re.I)
_ARXIV_ID = re.compile(r"(?:abs/|arxiv[.:/\s]+(?:\w+/)?)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.I)
_DBLP_TAIL = re.compile(
    r",\s+\{?[A-Z][\w{}/&' -]*\}?,?\s*(?:19|20)\d\d\b.*$|,\s+[^,]+,\s+(?:[^,]+,\s+)*\w+ \d.*\d{4}$"
)
_FULL_STOP = re.compile(r"(?<=[a-z\d)}]{3})\.$")
_MONTH = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?",
    re.I,
)
_HOMONYM = re.compile(r"\s+\d{4}$")
_RAW = frozenset(("url", "pdf", "doi", "eprint"))


def cleaned(record: Publication, *, ascii_only: bool = False, own: bool = False) -> Publication:
    """The record in the house style.

    `ascii_only`: letters beyond ASCII as LaTeX, as in a library that holds none; otherwise the other
    way round. `own`: from a file of the user's, which loses no field that may be theirs.
    """
    fields = {name.lower(): one_line(value) for name, value in record.fields.items()}
    entry_type = record.entry_type.lower()
    if not own and "dblp" in fields.get("bibsource", fields.get("biburl", "")):
        _without_dblp_tail(fields)
    fields = _needed(fields, entry_type, own=own)
    _identifiers(fields)
    if not own:
        entry_type = _preprint(fields, entry_type)
        _dates(fields)
        _conference(fields, entry_type)
        fields["title"] = _title(fields.get("title", ""))
        entry_type = "inproceedings" if entry_type == "article" and "booktitle" in fields else entry_type
    elif _MONTH.fullmatch(month := fields.get("month", "")):
        fields["month"] = month[:3].lower()
    _spelled(fields, ascii_only=ascii_only)
    _short_venue(fields)
    order = {name: number for number, name in enumerate(FIELD_ORDER)}
    names = sorted(fields, key=lambda name: order.get(name, len(order)))
    return Publication("", entry_type, {name: fields[name] for name in names if fields[name]}, record.line)


def _needed(fields: Mapping[str, str], entry_type: str, *, own: bool) -> dict[str, str]:
    if not own:
        needed = _NEEDED | _NEEDED_BY_TYPE.get(entry_type, frozenset())
        if "author" not in fields:
            needed |= {"editor"}
        # `date` and biblatex's names for the rest are read before they go.
        needed |= {"date", "eprinttype", "eprintclass"}
        return {name: value for name, value in fields.items() if name in needed and value}
    publishers = bool(_PUBLISHERS & fields.keys()) or ";" in fields.get("keywords", "")
    return {
        name: value
        for name, value in fields.items()
        if value
        and name not in _NOT_NEEDED
        and not name.startswith(_NOT_NEEDED_PREFIXES)
        and not (name == "keywords" and publishers)
        and not (name == "note" and _COUNTS.search(value))
    }


def _identifiers(fields: dict[str, str]) -> None:
    """DOI without its prefix, no URL that only repeats it, URLs and numbers without LaTeX escapes."""
    for name in _RAW & fields.keys():
        fields[name] = (doi if name == "doi" else identifier)(_ESCAPED.sub(r"\1", fields[name]))
    if bare := _DOI_URL.sub("", fields.get("doi", "")):
        fields["doi"] = bare.lower() if bare.upper() == bare else bare
    url = fields.get("url", "")
    if _DOI_URL.match(url):
        fields.setdefault("doi", _DOI_URL.sub("", url))
        del fields["url"]
    if "pages" in fields:
        fields["pages"] = pages(fields["pages"])


def _preprint(fields: dict[str, str], entry_type: str) -> str:
    """One form for what is on arXiv and nowhere else: `@misc` with `eprint`. Gives the entry type."""
    for alias, name in (("eprinttype", "archiveprefix"), ("eprintclass", "primaryclass")):
        if value := fields.pop(alias, ""):
            fields.setdefault(name, value)
    venue = fields.get("journal", "") or fields.get("howpublished", "") or fields.get("publisher", "")
    sources = (fields.get("doi", ""), fields.get("url", ""), venue, fields.get("volume", ""))
    found = next((match for text in sources if (match := _ARXIV_ID.search(text))), None)
    if found and "eprint" not in fields and "booktitle" not in fields:
        fields["eprint"], fields["archiveprefix"] = found[1], "arXiv"
    if fields.get("archiveprefix", "").lower() == "arxiv":
        fields["archiveprefix"] = "arXiv"
        fields["eprint"] = re.sub(r"^arxiv:", "", fields.get("eprint", ""), flags=re.I)
    bare = not venue or _ARXIV_TEXT.search(latex.decode(venue))
    if "eprint" not in fields or "booktitle" in fields or not bare:
        return entry_type
    for name in ("journal", "volume", "number", "publisher", "howpublished", "pages"):
        fields.pop(name, None)
    if "arxiv" in fields.get("doi", "").lower():
        del fields["doi"]
    return "misc"


def _dates(fields: dict[str, str]) -> None:
    year, month = year_and_month(fields.pop("date", ""))
    if year:
        fields.setdefault("year", year)
    if month and fields.get("year") == year:
        fields.setdefault("month", month)
    number = fields.get("month", "")
    written = f"2000-{number}" if number.isdigit() else f"2000 {number}"
    fields["month"] = year_and_month(written)[1] if number.lower() not in MONTHS else number.lower()
    if "journaltitle" in fields:
        fields.setdefault("journal", fields.pop("journaltitle"))


def _conference(fields: dict[str, str], entry_type: str) -> None:
    """A conference that a registry calls a journal (AAAI's proceedings) is a conference."""
    venue = find_venue(latex.decode(fields.get("journal", ""))) if entry_type == "article" else None
    if venue is not None and venue.kind == "conference":
        fields["booktitle"] = fields.pop("journal")


def _title(value: str) -> str:
    """Without its full stop; with protecting braces where the site writes no braces at all."""
    value = _FULL_STOP.sub("", value)
    letters = _ACCENTED.sub(_letter, value)
    return value if set("{\\$").intersection(letters) else protected(letters)


def _without_dblp_tail(fields: dict[str, str]) -> None:
    """`Proceedings of …, {COLING} 2022, Gyeongju, Republic of Korea, October 12-17` ends at the comma."""
    if "booktitle" in fields:
        fields["booktitle"] = _DBLP_TAIL.sub("", fields["booktitle"])


def _spelled(fields: dict[str, str], *, ascii_only: bool) -> None:
    """Letters as the library writes them, names with the family name first."""
    for name in ("author", "editor"):
        if name in fields:
            names = [_last_first(raw) for raw in split_names(fields[name])]
            names += ["others"] if parse_names(fields[name]).others and "others" not in names else []
            fields[name] = " and ".join(names)
    for name, value in fields.items():
        if name in _RAW:
            continue
        if ascii_only:
            composed = unicodedata.normalize("NFC", value)
            fields[name] = _NOT_ASCII.sub(lambda text: latex.encode(text[0], ascii_only=True), composed)
        elif "\\" in value:
            fields[name] = _ACCENTED.sub(_letter, value)


def _letter(macro: re.Match[str]) -> str:
    letter = unicodedata.normalize("NFC", latex.decode(macro[0]))
    return letter if len(letter) == 1 and not letter.isascii() else macro[0]


def _last_first(raw: str) -> str:
    """A name as `Family, Given`, or as it stands where that would not read back the same."""
    raw = _HOMONYM.sub("", raw.strip())
    if "," in raw or raw == "others":
        return raw
    names = parse_names(raw).names
    if len(names) != 1 or not names[0].given:
        return raw
    turned = latex.encode(names[0].last_first)
    return turned if parse_names(turned).names == names else raw


def _short_venue(fields: dict[str, str]) -> None:
    """`abbr` where the table of venues knows the venue; an own `abbr` or a preprint's absence stays."""
    full = fields.get("booktitle") or fields.get("journal") or fields.get("journaltitle") or ""
    if "abbr" in fields or "shortjournal" in fields or not full:
        return
    venue = find_venue(latex.decode(full))
    if venue is not None and venue.kind != "preprint" and venue.short not in ("", venue.full):
        fields["abbr"] = latex.encode(venue.short)
