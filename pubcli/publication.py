"""What a publication is: the values of one BibTeX entry, read as title, authors, venue, marks and links.

Knows the fields and their aliases; knows neither files nor pages nor who `me` is. A publication
whose `key` is empty is a *record*: fields from outside, not yet an entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pubcli.bibtex import latex
from pubcli.bibtex.names import Name, NameList, parse_names

# Fields read for one meaning, the one we write first (design: al-folio, JabRef, biblatex, HugoBlox).
VENUE_FIELDS = ("booktitle", "journal", "journaltitle", "maintitle")
PUBLISHER_FIELDS = ("school", "institution", "howpublished", "publisher")
SHORT_VENUE_FIELDS = ("abbr", "shortjournal")
TAG_FIELDS = ("keywords", "tags")
AWARD_FIELDS = ("award", "award_name")
SELECTED_FIELDS = ("selected", "featured")

# Links in the order they are shown: field, label, and what stands before the field's value.
LINK_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("doi", "DOI", "https://doi.org/"),
    ("arxiv", "arXiv", "https://arxiv.org/abs/"),
    ("pdf", "PDF", ""),
    ("url", "URL", ""),
    ("html", "HTML", ""),
    ("code", "Code", ""),
    ("website", "Website", ""),
    ("slides", "Slides", ""),
    ("poster", "Poster", ""),
    ("video", "Video", ""),
    ("supp", "Supplement", ""),
    ("blog", "Blog", ""),
)

# Types that are no preprint, whatever fields they lack.
PUBLISHED_TYPES = frozenset({
    "book", "conference", "inbook", "incollection", "inproceedings", "manual", "mastersthesis", "patent",
    "phdthesis", "proceedings", "techreport", "thesis",
})  # fmt: skip

_TRUE = frozenset({"true", "yes", "1"})
_YEAR = r"(?<!\d)(\d{4})(?!\d)"
_DOI = r"10\.\d{4,9}(?:\.\d+)*(?:/|%2[Ff])[^\s\"]+"
_ARXIV_ID = r"(\d{4}\.\d{4,5}(?!\d)|[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?!\d))(?:v\d+)?"
_ARXIV = rf"(?i)(?:\barxiv[\s:.]*(?:e?-?prints?|preprints?)?[\s:.]*|arxiv\.org/\w+/|^|^abs/)\s*{_ARXIV_ID}"
_ARXIV_NOTE = rf"(?i)(?:(?:e-?|pre)print)?\W*arxiv\W*{_ARXIV_ID}(?:\s*\[[\w.-]+\])?\W*"
_PREPRINT_VENUE = (
    r"(?i)\barxiv\b|^corr\b|\b(?:bio|med|chem|psy|eart?h|soc|engr)a?r[xχ]iv\b|\bssrn\b|\btechrxiv\b"
    r"|^preprints?\b|^research square\b"
)
_PRESENTATION = (
    r"(?i)(?:(?:long|short|full|contributed|invited|accepted|selected|as|for|an?) )*"
    r"(?:oral|spotlight|highlight(?:ed)?|poster|talk|early accept\w*|notable\b.*|top[ -]?\d+(?:\.\d+)? ?%)"
    r"(?: (?:presentation|paper|talk))?(?:,? ?\(?top[ -]?\d+(?:\.\d+)? ?%\)?|\s*\(.*\))?"
)
_ANNOTATION = r"(\d+)(?::\w+)?\s*=\s*([^;]*)"
_SCHEME = r"(?i)^https?://(?:www\.|dx\.)?"


@dataclass(frozen=True, slots=True)
class Author:
    """One author: the name, and the roles that `author+an` gives it (`equal`, `corresponding`, …)."""

    name: Name
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Award:
    """An award, or a kind of presentation (Oral, Spotlight, Highlight, Top x %)."""

    text: str
    presentation: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Where something about a publication is found; `field` is the BibTeX field it came from."""

    label: str
    url: str
    field: str


@dataclass(frozen=True)
class Publication:
    """One publication.

    `fields` maps lower-case field names to BibTeX values without their outer braces or quotes,
    macros resolved, LaTeX left in; everything else is read from them when first asked for and is
    plain Unicode.
    """

    key: str
    entry_type: str
    fields: Mapping[str, str] = field(repr=False)
    line: int = 0

    def text(self, *names: str) -> str:
        """The first non-empty one of these fields, decoded to plain Unicode on one line."""
        for name in names:
            if value := self.fields.get(name, ""):
                return latex.decode(value)
        return ""

    def raw(self, *names: str) -> str:
        """The first non-empty one of these fields as it stands: for identifiers and URLs."""
        for name in names:
            if value := self.fields.get(name, "").strip():
                return value
        return ""

    @cached_property
    def title(self) -> str:
        """The title, with its subtitle behind a colon."""
        title, subtitle = self.text("title"), self.text("subtitle")
        if not (title and subtitle):
            return title or subtitle
        return f"{title} {subtitle}" if title[-1] in ":?!." else f"{title}: {subtitle}"

    @cached_property
    def authors(self) -> tuple[Author, ...]:
        """The authors in order, or the editors of a publication that has none."""
        roles = self._roles
        return tuple(
            Author(name, frozenset(roles.get(number, ())))
            for number, name in enumerate(self._names.names, start=1)
        )

    @property
    def others(self) -> bool:
        """Whether the list of authors ends in `and others`."""
        return self._names.others

    @cached_property
    def _names(self) -> NameList:
        return parse_names(self.raw("author", "editor"))

    @property
    def _roles(self) -> dict[int, list[str]]:
        """What biblatex's annotations say of each author, counted from 1."""
        field_name = ("author" if self.raw("author") else "editor") + "+an"
        roles: dict[int, list[str]] = {}
        for name, value in self.fields.items():
            if name == field_name or name.startswith(f"{field_name}:"):
                for number, words in re.findall(_ANNOTATION, value):
                    roles.setdefault(int(number[:9]), []).extend(_split(words.replace('"', ""), ","))
        return roles

    @property
    def year(self) -> int | None:
        """The year of `year` or `date`, or None where neither holds four digits that stand alone."""
        for name in ("year", "date"):
            if found := re.search(_YEAR, self.fields.get(name, "")):
                return int(found[1])
        return None

    @cached_property
    def venue(self) -> str:
        """The full name of where it appeared, as the entry has it; empty for a bare preprint."""
        return self.text(*VENUE_FIELDS) or self.text(*PUBLISHER_FIELDS)

    @cached_property
    def abbr(self) -> str:
        """The venue's short name, only where the entry gives one."""
        return self.text(*SHORT_VENUE_FIELDS)

    @cached_property
    def is_preprint(self) -> bool:
        """Whether this is a preprint: on arXiv or alike, and published nowhere else."""
        venue = self.text(*VENUE_FIELDS)
        if venue:
            return bool(re.search(_PREPRINT_VENUE, venue))
        if self.entry_type.lower() in PUBLISHED_TYPES:
            return False
        return bool(self.arxiv_id or re.search(_PREPRINT_VENUE, self.text(*PUBLISHER_FIELDS)))

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The user's tags, in order, each once."""
        found = (tag for name in TAG_FIELDS for tag in _split(self.text(name), ","))
        return tuple(dict.fromkeys(found))

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        """Awards and presentation kinds, in order; `award_name` is read where there is no `award`."""
        return tuple(
            Award(text, presentation=bool(re.fullmatch(_PRESENTATION, text)))
            for text in _split(self.text(*AWARD_FIELDS), ";")
        )

    @property
    def selected(self) -> bool:
        """Whether it is highlighted: `selected` (or `featured`) is true."""
        return any(self.fields.get(name, "").strip().lower() in _TRUE for name in SELECTED_FIELDS)

    @property
    def state(self) -> str:
        """`pubstate`: submitted, inpress, … or empty."""
        return self.raw("pubstate")

    @cached_property
    def doi(self) -> str:
        """The DOI in lower case without `https://doi.org/`, or empty."""
        found = re.search(_DOI, latex.decode_url(self.raw("doi")))
        if not found and "doi.org/" in (url := self.raw("url")):
            found = re.search(_DOI, latex.decode_url(url))
        return re.sub("%2f", "/", found[0].lower()).rstrip(".,;") if found else ""

    @cached_property
    def arxiv_id(self) -> str:
        """The arXiv identifier without its version, or empty.

        Besides `eprint` and `arxiv` it may stand in the DOI, the URL, the venue (`arXiv preprint
        arXiv:2508.02520`), DBLP's volume (`abs/2508.02520`), or alone in a note.
        """
        kind = self.raw("archiveprefix", "eprinttype").lower()
        if kind in ("", "arxiv") and (found := re.search(_ARXIV, self.raw("eprint"))):
            return found[1].lower()
        for name in ("arxiv", "doi", "url", *VENUE_FIELDS, "volume", "howpublished"):
            value = self.fields.get(name, "")
            if (name == "arxiv" or "arxiv" in value.lower() or value.startswith("abs/")) and (
                found := re.search(_ARXIV, latex.decode_url(value) if name == "url" else value)
            ):
                return found[1].lower()
        found = re.fullmatch(_ARXIV_NOTE, self.raw("note"))
        return found[1].lower() if found else ""

    @property
    def scholar_row(self) -> str:
        """The token of its row on the Google Scholar profile (`google_scholar_id`), or empty."""
        return self.raw("google_scholar_id").rpartition(":")[2]

    @property
    def citations(self) -> int | None:
        """The citation count that the library holds, or None: unknown is not zero."""
        count = self.raw("citationcount")
        return int(count) if count.isascii() and count.isdigit() else None

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link, in the order of `LINK_FIELDS`, no address twice."""
        found: dict[str, Link] = {}
        for name, label, prefix in LINK_FIELDS:
            value = self._link_value(name)
            if not value:
                continue
            url = value if "://" in value or not prefix else prefix + value
            found.setdefault(_address(url), Link(label, url, name))
        return tuple(found.values())

    def _link_value(self, name: str) -> str:
        if name == "doi":
            return self.doi
        if name == "arxiv":
            return self.arxiv_id
        return latex.decode_url(self.raw(name))


def _split(text: str, separator: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(separator)) if part]


def _address(url: str) -> str:
    """What two spellings of one address share: no scheme, no `www.`, no last slash, no arXiv version."""
    host, slash, path = re.sub(_SCHEME, "", url).rstrip("/").partition("/")
    host = host.lower()
    if host == "doi.org":
        path = path.lower().replace("%2f", "/")
    elif host == "arxiv.org":
        path = re.sub(r"v\d+$", "", path.lower())
    return host + slash + path
