"""Where a hand-written reference has its title, authors, venue and year.

Judges by what such things look like and by the markup around them; what a page does with most of its
references (`Habits`) tips the balance for the rest. Knows neither templates nor who I am, and takes
time linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pubcli.template.names_finding import find_authors, with_markup
from pubcli.template.runs import Habits, Run, runs_of
from pubcli.template.title_finding import find_title
from pubcli.template.tokens import Plain, plain_of
from pubcli.template.venue_finding import find_parts_of_venue

LONGEST = 30_000  # characters of an item that are looked at


class Part(NamedTuple):
    """A stretch of the item: `title`, `url`, `authors`, `venue`, `abbr`, `year` or `number`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The parts of one reference, in order and apart; `title_look` and `venue_look` are the markup around."""

    parts: tuple[Part, ...]
    title_look: str = ""
    venue_look: str = ""
    order: str = ""
    line: int = 0
    venue_line: int = -2

    def part(self, name: str) -> Part | None:
        """The first part of this name."""
        return next((part for part in self.parts if part.name == name), None)


def habits_of(found: Iterable[Anatomy | None]) -> Habits:
    """What is usual among these."""
    known = [anatomy for anatomy in found if anatomy is not None]

    def usual(looks: Iterable[str]) -> str:
        counted = Counter(looks).most_common(1)
        return counted[0][0] if counted and 2 * counted[0][1] >= len(known) > 1 else ""

    return Habits(
        usual(a.title_look for a in known),
        usual(a.venue_look for a in known),
        usual(a.order for a in known),
        int(usual(str(a.line) for a in known) or -1),
        int(usual(str(a.venue_line) for a in known) or -1),
    )


def anatomies(texts: Sequence[str], markup_name: str) -> list[Anatomy | None]:
    """The parts of every reference of a page, doubtful ones judged by the others; None where no title is."""
    plains = [plain_of(text[:LONGEST], markup_name) for text in texts]
    habits = Habits()
    for _ in range(2):
        found = [_anatomy(plain, text, habits) for plain, text in zip(plains, texts, strict=True)]
        habits = habits_of(found)
    return [_anatomy(plain, text, habits) for plain, text in zip(plains, texts, strict=True)]


def _anatomy(plain: Plain, source: str, habits: Habits) -> Anatomy | None:
    runs = runs_of(plain)
    title = find_title(runs, habits)
    if title is None:
        return None
    title = _with_inner_markup(title, plain)
    authors = find_authors(plain, title)
    venue = find_parts_of_venue(runs, title, authors, habits)
    parts = [Part("title", *plain.span(title.first, title.last))]
    for wrap in reversed(title.wraps):
        if (
            wrap.kind == "link"
            and wrap.url[0] < wrap.url[1]
            and len(source[wrap.inner : wrap.inner_end]) < 700
        ):
            parts.append(Part("url", *wrap.url))
            break
    if authors:
        parts.append(Part("authors", *with_markup(plain, *authors)))
    parts += [Part(name, *plain.span(first, last)) for name, first, last in venue.parts]
    if not any(name == "year" for name, _, _ in venue.parts) and (badge := _BADGE.search(source)):
        parts = [part for part in parts if part.name != "venue"]
        parts += [Part("venue", *badge.span(1)), Part("year", *badge.span(2))]
    number = re.match(
        r"\s*\\item\s*\[(\d{1,3})\]|\s*[(\[]?(\d{1,3})[.)\]](?=\s)|[-*]\s+\[(\d{1,3})\](?!\()", source
    )
    if number:
        group = number.lastindex or 0
        parts.append(Part("number", *number.span(group)))
    ordered = _apart(sorted(parts, key=lambda part: part.start))
    order = " ".join(part.name for part in ordered if part.name in ("title", "authors", "venue"))
    return Anatomy(ordered, title.look, venue.look, order, title.line, venue.line)


_INSIDE_TITLES = frozenset({"italic", "code", "sup", "sub", "tt", "kbd"})


def _with_inner_markup(title: Run, plain: Plain) -> Run:
    """The whole of a title that holds markup itself: `**Learning *Fast* and Slow**`."""
    outer = next((w for w in reversed(title.wraps) if w.kind in ("bold", "link", "italic")), None)
    if outer is None:
        return title
    inside = [w for w in plain.wraps if outer.inner <= w.start and w.end <= outer.inner_end]
    if not inside or any(w.kind not in _INSIDE_TITLES and w.kind != outer.kind for w in inside):
        return title
    if any(w.inner <= plain.at[title.first] < w.inner_end for w in inside):
        return title
    held = [at for at, place in enumerate(plain.at) if outer.inner <= place < outer.inner_end]
    text = plain.text[held[0] : held[-1] + 1]
    if "\n" in text.strip() or len(text) > 400:
        return title
    end = held[0] + len(text.rstrip(" ."))
    first = held[0] + len(text) - len(text.lstrip())
    return Run(first, end, plain.text[first:end], title.wraps, title.look, title.line)


_BADGE = re.compile(r"img\.shields\.io/badge/([A-Za-z][\w%]*)-((?:19|20)\d\d)-")


def _apart(parts: Sequence[Part]) -> tuple[Part, ...]:
    kept: list[Part] = []
    for part in parts:
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return tuple(kept)
