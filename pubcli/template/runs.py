"""Stretches of text without markup in them, and the words that tell one kind of them from another.

Knows neither titles nor authors; `Habits` is what a page does with most of its references.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pubcli.template.tokens import BREAK, EDGE, OPAQUE, Plain, Wrap

WORD = re.compile(r"[^\W\d_]{2,}")
CJK = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
YEAR = re.compile(r"(?<![\d./:-])(?:19[5-9]|20[0-4])\d(?![\d./]\d|\d|-\d)")
LABEL = re.compile(
    r"[\[(]?\s*(?:pdf|paper|arxiv|code|doi|link|project(?: ?page)?|bib(?:tex)?|slides?|video|poster|github"
    r"|website|demo|abstract|dataset|supp\w*|blog|page|openreview|tl;?dr|media|talk|data|model|preprint"
    r"|homepage|home|论文|代码|了解更多|主页)s?\s*[\])]?$",
    re.I,
)
VENUE_WORDS = re.compile(
    r"\b(?:proceedings|proc|conference|journal|transactions|trans|arxiv|preprint|workshop|symposium|letters|thesis"
    r"|annual meeting|dissertation|ieee|acm|springer|elsevier|advances in|lecture notes|biorxiv|medrxiv"
    r"|report|under review|submitted|work in progress|in submission|accepted|to appear"
    r"|international conference|findings of|corr|usenix|nature|science|phys|j|lett|review|magazine)\b"
    r"|学报|会议|期刊|大学|학회|学会|审稿",
    re.I,
)
SENTENCE = re.compile(r"\b(?:we|our|this (?:paper|work)|is (?:a|the)|are|was|were|has been|本文)\b", re.I)


@dataclass(frozen=True, slots=True)
class Habits:
    """What the page does with most of its references: the markup around titles and venues, their order."""

    title: str = ""
    venue: str = ""
    order: str = ""
    line: int = -1
    venue_line: int = -1


@dataclass(slots=True)
class Run:
    """Text without markup in it: characters `first` up to `last` of the plain text."""

    first: int
    last: int
    text: str
    wraps: tuple[Wrap, ...] = ()
    look: str = ""
    line: int = 0


def runs_of(plain: Plain) -> list[Run]:
    """The text between edges, in order, with the markup around each."""
    runs: list[Run] = []
    wraps = plain.wraps
    line = 0
    for found in re.finditer(rf"[^{BREAK}{EDGE}{OPAQUE}]+|{BREAK}+", plain.text):
        if found[0][0] == BREAK:
            line += 1
            continue
        text = found[0].strip()
        if not text:
            continue
        first = found.start() + len(found[0]) - len(found[0].lstrip())
        last = first + len(text)
        start, end = plain.span(first, last)
        around = tuple(wrap for wrap in wraps if wrap.inner <= start and end <= wrap.inner_end)
        runs.append(Run(first, last, text, around, _look(around, plain, first, last), line))
    return runs


def _look(wraps: Sequence[Wrap], plain: Plain, first: int, last: int) -> str:
    """How the markup closest to the text looks, for comparing one item with another."""
    looks = []
    for wrap in wraps:
        if wrap.kind in ("tr", "table", "tbody", "ul", "li", "article"):
            continue
        name = wrap.kind
        if wrap.words.startswith("<") and (found := re.search(r"class\s*=\s*[\"']?([\w -]+)", wrap.words)):
            name += "." + found[1].strip()
        looks.append(name)
    return "/".join(looks[-2:])


def cut(run: Run, first: int, last: int) -> Run:
    """The part of the run from character `first` of the plain text up to `last`."""
    text = run.text[first - run.first : last - run.first]
    return Run(first, last, text, run.wraps, run.look, run.line)


def is_venue(text: str) -> bool:
    """Whether the text, a year left out, is the name of a venue that the table knows."""
    from pubcli.venues import find_venue

    text = text.strip(" .,()[]")
    return bool(text) and len(text) < 200 and find_venue(YEAR.sub("", text).strip(" ,.'’()")) is not None
