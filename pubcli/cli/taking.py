"""What `adopt` makes of a section: what each reference says, whose it is, and the entries it becomes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pubcli.cli.kept import HEADING_YEAR, split_section
from pubcli.cli.session import Session, count
from pubcli.cli.shown import MARKUP_OF_KIND
from pubcli.matching import Index, my_authors
from pubcli.publication import Publication

if TYPE_CHECKING:
    from pubcli.pages import PageKind, Section
    from pubcli.template.inplace import PartsRead

_MOST_LINES = 12


@dataclass(slots=True)
class Taken:
    """The references of a section, each with the line it begins on, and what was read of it."""

    me: tuple[str, ...]
    lines: list[int] = field(default_factory=list)
    reads: list[PartsRead | None] = field(default_factory=list)
    records: list[Publication | None] = field(default_factory=list)
    repeats: dict[int, int] = field(default_factory=dict)
    commented: int = 0

    @property
    def years(self) -> list[int]:
        """The years of the records, in the order of the page."""
        return [record.year for record in self.records if record and record.year]

    def fate(self, at: int) -> str:
        """What became of a reference: `exact`, `different`, `unread` or `strange`."""
        read, record = self.reads[at], self.records[at]
        if read is None or record is None or not record.authors:
            return "unread"
        if self.me and not record.others and not my_authors(record, self.me):
            return "strange"
        return "exact" if read.exact else "different"

    def summary(self) -> Iterator[str]:
        """What was read, for people: a line of counts, and one for each reference not read exactly."""
        fates = [self.fate(at) for at in range(len(self.reads))]
        counted = Counter(fates)
        parts = [f"{counted['exact']} read exactly"]
        for fate, words in (
            ("different", "read with differences"),
            ("unread", "not read"),
            ("strange", "not mine"),
        ):
            if counted[fate]:
                parts.append(f"{counted[fate]} {words}")
        if self.repeats:
            parts.append(f"{len(self.repeats)} twice on the page")
        if self.commented:
            parts.append(f"{self.commented} in comments")
        yield ", ".join(parts)
        odd = [at for at, fate in enumerate(fates) if fate != "exact"]
        for at in odd[:_MOST_LINES]:
            read, record = self.reads[at], self.records[at]
            title = f"'{record.title}': " if record else ""
            why = {"strange": "not mine", "unread": (read.why if read else "") or "no title was found"}.get(
                fates[at], read.why if read else ""
            )
            yield f"  line {self.lines[at]}: {title}{why}"
        if len(odd) > _MOST_LINES:
            yield f"  and {len(odd) - _MOST_LINES} more"

    def strangers(self) -> str:
        """A question where the page seems to be somebody else's; empty where it does not."""
        named = [at for at, record in enumerate(self.records) if record and record.authors]
        mine = [at for at in named if self.fate(at) != "strange"]
        if not self.me or not named or 2 * len(mine) >= len(named):
            return ""
        me = " or ".join(self.me)
        few = f"Only {len(mine)} of {count(len(named), 'reference')} name {me}."
        return f"{few} Take the page over all the same?"


def read_section(page_text: str, section: Section, kind: PageKind, me: Sequence[str]) -> Taken:
    """What the section's references say; a year that only a heading tells is the record's as well."""
    from pubcli.template.inplace import read_page

    stands = page_text[section.start : section.end].replace("\r\n", "\n")
    pieces = split_section(stands, kind)
    taken = Taken(tuple(me), commented=sum(piece.commented for piece in pieces))
    taken.reads = read_page([piece.text for piece in pieces if piece.is_item], MARKUP_OF_KIND[kind.value])
    reads = iter(taken.reads)
    year, line = "", section.first_line
    for piece in pieces:
        if piece.is_item:
            taken.lines.append(line)
            taken.records.append(_dated(next(reads), year))
        else:
            for found in HEADING_YEAR.finditer(piece.text):
                year = found[1]
        line += piece.text.count("\n")
    taken.repeats = _repeats(taken.records)
    return taken


def _dated(read: PartsRead | None, year: str) -> Publication | None:
    if read is None or read.record.year or not year:
        return read.record if read else None
    return replace(read.record, fields={**read.record.fields, "year": year})


def _repeats(records: Sequence[Publication | None]) -> dict[int, int]:
    """The references that name a publication a second time, with the first that does."""
    numbered = [replace(record, key=str(at)) for at, record in enumerate(records) if record]
    index = Index(numbered)
    repeats = {}
    for record in numbered:
        firsts = [int(match.publication.key) for match in index.find(replace(record, key="")) if match.same]
        if firsts and min(firsts) < int(record.key):
            repeats[int(record.key)] = min(firsts)
    return repeats


def put_into_library(session: Session, taken: Taken) -> list[str]:
    """Add the records of mine that are new; the keys of all that are on the page, in its order."""
    from pubcli.keys import new_key

    library = session.library()
    known = Index(library.publications)
    keys: dict[int, str] = {}
    for at, record in enumerate(taken.records):
        if record is None or taken.fate(at) not in ("exact", "different"):
            continue
        if at in taken.repeats and taken.repeats[at] in keys:
            keys[at] = keys[taken.repeats[at]]
            continue
        match = next(iter(known.find(record)), None)
        if match is None or not match.same:
            if match is not None:
                session.say(
                    f"'{record.title}' may be {match.publication.key} ({match.reason}); added all the same"
                )
            key = new_key(record, library.publications)
            library.add(record.entry_type, _fields(record), key)
            keys[at] = key
        else:
            keys[at] = match.publication.key
    return list(dict.fromkeys(keys.values()))


_ORDER = ("title", "author", "booktitle", "journal", "howpublished", "abbr", "year")


def _fields(record: Publication) -> dict[str, str]:
    """The record's fields in the usual order; a venue told by its short name alone has its full name too."""
    from pubcli.bibtex import latex
    from pubcli.venues import find_venue

    fields = dict(record.fields)
    if record.abbr and not record.venue and record.entry_type in ("article", "inproceedings"):
        venue = find_venue(record.abbr)
        name = "journal" if record.entry_type == "article" else "booktitle"
        fields[name] = latex.encode(venue.full) if venue else fields["abbr"]
    return {name: fields[name] for name in (*_ORDER, *fields) if name in fields}


def asked_for(session: Session, taken: Taken) -> None:
    """Complete each record from the first identifier its reference links to; what the page says stays."""
    from pubcli.importers import gather
    from pubcli.importers.sources import Source, best, in_text
    from pubcli.matching import compare

    places: dict[Source, list[int]] = {}
    for at, read in enumerate(taken.reads):
        if read and taken.records[at] and (sources := in_text(read.text)):
            places.setdefault(best(sources), []).append(at)

    def progress(source: Source, left: int) -> None:
        if sys.stderr.isatty():
            session.say(f"asking for {source}" + (f" ({left} more)" if left else ""))

    web = session.web()
    ascii_only = session.library().writes_latex
    for outcome in gather(places, web, ascii_only=ascii_only, progress=progress):
        if outcome.error:
            session.say(f"{outcome.source}: {outcome.error.message}")
        for found in outcome.records:
            for at in places.get(outcome.source, []):
                record = taken.records[at]
                if record and compare(record, found).same:
                    taken.records[at] = _completed(record, found)


def _completed(record: Publication, found: Publication) -> Publication:
    """The record with the fields it lacks, and the whole list of authors where the page cuts it."""
    fields = {**found.fields, **record.fields}
    if record.others and not found.others and found.authors:
        fields["author"] = found.fields["author"]
    if "booktitle" in record.fields and "journal" in fields:
        fields.pop("journal")
    entry_type = found.entry_type if record.entry_type == "misc" else record.entry_type
    return replace(record, entry_type=entry_type, fields=fields)
