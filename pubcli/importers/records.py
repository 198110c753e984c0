"""A record from plain text: what every format that is not BibTeX ends in.

Knows entry types, names and pages as BibTeX wants them; knows no format and no site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape

from pubcli.bibtex import latex
from pubcli.bibtex.names import parse_names
from pubcli.importers.titles import one_line, plain, title_text, value_text
from pubcli.publication import Publication

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_RAW = frozenset(("doi", "url", "eprint", "archiveprefix", "primaryclass", "isbn", "year", "month", "pdf"))
_RANGE = re.compile(r"\s*(?:--+|[-‐-―−])\s*")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})(?!\d)(?:[-/](\d{1,2}))?")
_MONTH_WORD = re.compile(r"\b(" + "|".join(MONTHS) + r")[a-z]*\b", re.I)
_ARXIV_NUMBER = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/)?(?:10\.48550/arxiv\.|arxiv:\s*)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"
    r"(?:v\d+)?(?:\s*\[[\w.-]+\])?",
    re.I,
)
_JUNK_IN_DOIS = re.compile(r"[\s{}\\\"^`|]")
_JUNK_IN_URLS = re.compile(r"[\s{}\\\"<>^`|]")


@dataclass(frozen=True, slots=True)
class PlainName:
    """One name as plain text; `literal` for what has no family name: a group, a company."""

    family: str = ""
    given: str = ""
    von: str = ""
    suffix: str = ""
    literal: str = ""

    def bibtex(self) -> str:
        """The name as BibTeX splits it back into the same parts."""
        family, given, von, suffix = (
            _part(text) for text in (self.family, self.given, self.von, self.suffix)
        )
        if not family:
            literal = one_line(plain(self.literal) or f"{plain(self.von)} {plain(self.given)}")
            return f"{{{latex.encode(literal)}}}" if literal else ""
        last = f"{von} {family}".strip()
        return ", ".join((last, *filter(None, [suffix]), *filter(None, [given])))


def record(
    entry_type: str, values: Mapping[str, str], names: Mapping[str, Iterable[PlainName]]
) -> Publication:
    """A record of plain-text values and names, empty ones left out.

    `values` may hold a `date` (`2025-04-11` or `2025 Apr`), which becomes `year` and `month`.
    """
    fields = {}
    for name, people in names.items():
        fields[name] = " and ".join(filter(None, (person.bibtex() for person in people)))
    for name, text in values.items():
        fields[name] = _value(name, text)
    year, month = year_and_month(fields.pop("date", ""))
    fields["year"] = fields.get("year") or year
    fields["month"] = fields.get("month") or (month if fields["year"] == year else "")
    return Publication("", entry_type, {name: value for name, value in fields.items() if value})


def natural_names(texts: Iterable[str]) -> list[PlainName]:
    """Names in reading order (`Jan van der Berg`) or with the family name first (`Berg, Jan`)."""
    return [name for text in texts if (name := _natural_name(plain(text))).family or name.literal]


def _natural_name(text: str) -> PlainName:
    names = () if re.search(r"\sand\s", text, re.I) else parse_names(latex.encode(text)).names
    if len(names) != 1 or not names[0].given:
        return PlainName(literal=text)
    return PlainName(names[0].family, names[0].given, names[0].von, names[0].suffix)


def year_and_month(date: str) -> tuple[str, str]:
    """The year and the month's macro in a date of any of the formats' notations; each may be empty."""
    found = _ISO_DATE.search(date)
    if not found:
        return "", ""
    number = int(found[2] or 0)
    if 1 <= number <= 12:
        return found[1], MONTHS[number - 1]
    word = _MONTH_WORD.search(date)
    return found[1], word[1].lower() if word else ""


def pages(text: str) -> str:
    """Page ranges with `--`; a number such as `e1234` or `12:1` stays."""
    parts = [part.strip() for part in text.split(",")]
    return ", ".join(
        "--".join(ends) if len(ends := _RANGE.split(part)) == 2 and all(ends) else part
        for part in parts
        if part
    )


def identifier(text: str) -> str:
    """A URL or an identifier as it may stand in a field: without braces, spaces, quotes and escapes."""
    return _JUNK_IN_URLS.sub("", one_line(text))


def doi(text: str) -> str:
    """A DOI as it may stand in a field; `<` and `>` are letters of older ones."""
    return _JUNK_IN_DOIS.sub("", one_line(unescape(text)))


def arxiv_number(text: str) -> str:
    """The arXiv id that a text names as a whole (`arXiv:2401.00001 [cs.CL]`, or arXiv's DOI), or nothing."""
    found = _ARXIV_NUMBER.fullmatch(text.strip())
    return found[1] if found else ""


def _value(name: str, text: str) -> str:
    if name == "title":
        return title_text(text)
    if name == "pages":
        return "--".join(map(value_text, pages(plain(text)).split("--")))
    if name == "doi":
        return doi(text)
    return identifier(text) if name in _RAW else value_text(text) if name != "date" else one_line(text)


def _part(text: str) -> str:
    """A part of a name; in braces where BibTeX would read more than a part in it."""
    encoded = latex.encode(plain(text))
    return f"{{{encoded}}}" if "," in encoded or re.search(r"\sand\s", f" {encoded} ", re.I) else encoded
