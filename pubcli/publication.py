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
from pubcli.bibtex.names import Name, parse_names

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

_TRUE = frozenset({"true", "yes", "1"})
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV = re.compile(r"(?:arxiv[:.]|arxiv\.org/\w+/|^)\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.I)
_PREPRINT_VENUE = re.compile(r"\barxiv\b|^corr$|\b(?:bio|med|chem|psy)rxiv\b|\bssrn\b|\btechrxiv\b", re.I)
_PRESENTATION = re.compile(
    r"(?:oral|spotlight|highlight|poster|early accept\w*|notable\b.*|top[ -]?\d+(?:\.\d+)? ?%)"
    r"(?: (?:presentation|paper|talk))?(?:\s*\(.*\))?",
    re.I,
)
_ANNOTATION = re.compile(r"(\d+)(?::\w+)?\s*=\s*([^;]*)")


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
        return f"{title}: {subtitle}" if title and subtitle else title or subtitle

    @cached_property
    def authors(self) -> tuple[Author, ...]:
        """The authors in order, or the editors of a publication that has none."""
        annotations = self.fields.get("author+an", "")
        roles = {int(number): _split(words, ",") for number, words in _ANNOTATION.findall(annotations)}
        return tuple(
            Author(name, frozenset(roles.get(number, ())))
            for number, name in enumerate(self._names.names, start=1)
        )

    @property
    def others(self) -> bool:
        """Whether the list of authors ends in `and others`."""
        return self._names.others

    @cached_property
    def _names(self):  # type: ignore[no-untyped-def]
        return parse_names(self.raw("author", "editor"))

    @property
    def year(self) -> int | None:
        """The year of `year` or `date`, or None where neither holds four digits that stand alone."""
        for name in ("year", "date"):
            if found := _YEAR.search(self.fields.get(name, "")):
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
        venue = self.raw(*VENUE_FIELDS)
        if venue:
            return bool(_PREPRINT_VENUE.search(venue))
        if self.entry_type.lower() in ("phdthesis", "mastersthesis", "thesis", "techreport", "book"):
            return False
        return bool(self.arxiv_id or _PREPRINT_VENUE.search(self.raw(*PUBLISHER_FIELDS)))

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The user's tags, in order, each once."""
        found = (tag for name in TAG_FIELDS for tag in _split(self.text(name), ","))
        return tuple(dict.fromkeys(found))

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        """Awards and presentation kinds, in order; `award_name` is read where there is no `award`."""
        return tuple(
            Award(text, presentation=bool(_PRESENTATION.fullmatch(text)))
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
        found = _DOI.search(self.raw("doi")) or _DOI.search(_doi_url(self.raw("url")))
        return latex.decode(found[0]).lower().rstrip(".,;") if found else ""

    @cached_property
    def arxiv_id(self) -> str:
        """The arXiv identifier without its version, or empty."""
        kind = self.raw("archiveprefix", "eprinttype").lower()
        if kind in ("", "arxiv") and (found := _ARXIV.search(self.raw("eprint"))):
            return found[1].lower()
        for value in (self.raw("arxiv"), _arxiv_text(self.fields), self.raw("doi")):
            if found := _ARXIV.search(value):
                return found[1].lower()
        return ""

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
            found.setdefault(url.lower(), Link(label, url, name))
        return tuple(found.values())

    def _link_value(self, name: str) -> str:
        if name == "doi":
            return self.doi
        if name == "arxiv":
            return self.arxiv_id
        return latex.decode(self.raw(name))


def _split(text: str, separator: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(separator)) if part]


def _doi_url(url: str) -> str:
    return url if "doi.org/" in url else ""


def _arxiv_text(fields: Mapping[str, str]) -> str:
    """A field that may name an arXiv paper in passing: its URL, or `arXiv preprint arXiv:2508.02520`."""
    for name in ("url", *VENUE_FIELDS, "howpublished", "note"):
        value = fields.get(name, "")
        if "arxiv" in value.lower():
            return value
    return ""
