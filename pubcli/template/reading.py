"""Cutting a written reference into the slots of a template, in linear time in practice.

Knows the nodes of a template and what a slot's text may look like; knows nothing of publications.
The nodes become a small program that is run with backtracking: a slot is tried up to each place
where what follows it may begin. A state (instruction, position) that has failed is never tried
again, lengths are bounded, and work is counted: a text that needs too much of it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pubcli.markup import Markup
from pubcli.template.records import Captured
from pubcli.template.slots import TROPHY
from pubcli.template.syntax import Literal, Node, Optional, Repeat, Slot
from pubcli.template.writing import LEADING_STOP

MOST_WORK = 150_000  # about a microsecond each
LONGEST_TEXT = 100_000
_SLACK = 300  # of text behind a slot that is looked at for what follows it
_MOST_READINGS = 24  # complete cuts that are looked at before the first one is taken


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a slot's text looks: the longest it gets, what it never holds, a pattern for a short one."""

    longest: int
    without: str = r"\n\s*\n|<br|</?(?:div|li|p|td|tr)\b"
    pattern: str = ""


_TEXT = _Kind(400)
_ADDRESS = _Kind(2000, r"\s")
_KINDS: Mapping[str, _Kind] = {
    "title": _Kind(600),
    "authors": _Kind(8000, r"\n\s*\n|<br|</?(?:div|li|p|td|tr|img)\b|(?<![(\"'])https?://"),
    "venue": _Kind(400, r"\n\s*\n|<br|</?(?:div|li|p|td|tr|a)\b|://"),
    "abbr": _Kind(60, r"[\n`*<>\[\]]"),
    "year": _Kind(4, "", r"(?:1[5-9]|20)\d\d"),
    "month": _Kind(12, "", r"[A-Za-z]{3,9}\.?|1?\d"),
    "doi": _Kind(200, r"[\s<>\"]", r"10\.\d{4,9}/.+"),
    "arxiv": _Kind(40, r"\s", r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}"),
    "citations": _Kind(9, r"\D"),
    "number": _Kind(9, r"\D"),
    "key": _Kind(100, r"[\s{}\\\"#%,~()=]"),
    "type": _Kind(30, r"[^A-Za-z]"),
    "url": _ADDRESS,
    "link": _ADDRESS,
    "thumbnail": _Kind(2000, r"[\s\"'<>]"),
    "text": _Kind(200, r"\n\s*\n|<br|</?(?:div|li|p|td|tr)\b|://"),
    "label": _Kind(60, r"[\n\[\]<>]"),
    "awards": _Kind(300, r"\n"),
    "tags": _Kind(300, r"\n"),
}
_NEVER_EMPTY = frozenset({"title", "number"})
# Markup that a value's own text never holds: it would have been escaped.
_MARKUP = {
    "markdown": re.compile(r"(?<!\\)(?:\*\*|__|\]\()|</?[A-Za-z][^<>]*>"),
    "html": re.compile(r"</?[A-Za-z][^<>]*>"),
    "latex": re.compile(r"\\(?:textbf|textit|emph|underline|href|url|textcolor|color|item)(?![A-Za-z])"),
}
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d\.?")
_PLAIN_TEXT = frozenset({"title", "venue", "abbr", "text", "label", "awards", "tags", "field", "state"})


@dataclass(slots=True)
class _Step:
    """One instruction: a literal, a slot, or a choice between `targets`; `group` begins an element."""

    literal: Literal | None = None
    slot: Slot | None = None
    targets: tuple[int, ...] = ()
    group: Repeat | None = None
    within: Repeat | None = None
    optional: bool = False


class Program:
    """A template's nodes as instructions."""

    def __init__(self, nodes: Sequence[Node], markup: Markup) -> None:
        self.markup_name = markup.name
        self.steps: list[_Step] = []
        self._compile(nodes, None, optional=False)
        self.end = len(self.steps)
        self._following: dict[tuple[int, bool], tuple[re.Pattern[str] | None, bool]] = {}
        self._patterns: dict[int, re.Pattern[str]] = {}

    def cuts(
        self, text: str, *, loose: bool, plausible: Callable[[Slot, str], bool]
    ) -> Iterator[list[Captured]]:
        """The ways to cut all of the text into slots, the likeliest first; `loose` lets white space vary."""
        return _Run(self, text, loose, plausible).cuts()

    # --- compiling -----------------------------------------------------------------------------

    def _compile(self, nodes: Sequence[Node], within: Repeat | None, *, optional: bool) -> None:
        for node in nodes:
            if isinstance(node, Literal):
                self._add(literal=node)
            elif isinstance(node, Slot):
                self._add(slot=node, within=within, optional=optional)
            elif isinstance(node, Optional):
                self._compile_optional(node, within)
            else:
                self._compile_repeat(node)

    def _add(
        self,
        *,
        literal: Literal | None = None,
        slot: Slot | None = None,
        group: Repeat | None = None,
        within: Repeat | None = None,
        optional: bool = False,
    ) -> int:
        self.steps.append(_Step(literal, slot, (), group, within, optional))
        return len(self.steps) - 1

    def _compile_optional(self, node: Optional, within: Repeat | None) -> None:
        choice, starts, jumps = self._add(), [], []
        for branch in node.branches:
            starts.append(len(self.steps))
            self._compile(branch, within, optional=True)
            jumps.append(self._add())
        behind = len(self.steps)
        self.steps[choice].targets = (*starts, behind)
        for jump in jumps:
            self.steps[jump].targets = (behind,)

    def _compile_repeat(self, node: Repeat) -> None:
        choice = self._add()
        body = self._add(group=node)
        self.steps[body].targets = (body + 1,)
        self._compile(node.body, node, optional=True)
        again = self._add()
        separated = len(self.steps)
        if separator := node.options.get("sep", ""):
            self._add(literal=Literal(separator))
        back = self._add()
        self.steps[back].targets = (body,)
        behind = len(self.steps)
        self.steps[choice].targets = (body, behind)
        self.steps[again].targets = (separated, behind)

    # --- what may follow a slot ----------------------------------------------------------------

    def following(self, at: int, loose: bool) -> tuple[re.Pattern[str] | None, bool]:
        """Where the text behind this step may begin (None: anywhere), and whether the end may follow."""
        key = (at, loose)
        if key not in self._following:
            self._following[key] = self._first(at + 1, loose)
        return self._following[key]

    def _first(self, start: int, loose: bool) -> tuple[re.Pattern[str] | None, bool]:
        literals: dict[str, None] = {}
        anywhere = at_end = False
        waiting, seen = [start], set()
        while waiting:
            at = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            if at == self.end:
                at_end = True
                continue
            step = self.steps[at]
            if step.literal:
                literals.update(dict.fromkeys(_variants(step.literal.text, loose)))
                at_end = at_end or (loose and not step.literal.text.strip())
            elif step.slot:
                anywhere = True
            else:
                waiting.extend(step.targets)
        if anywhere or "" in literals:
            return None, True
        return (re.compile("|".join(literals)) if literals else re.compile(r"(?!)")), at_end

    def pattern(self, slot: Slot) -> re.Pattern[str] | None:
        """What all of a slot's text must look like, where that is told by a pattern."""
        if slot.name == "trophy":
            return re.compile(re.escape(slot.options.get("sign", TROPHY)))
        if slot.name == "year" and "short" in slot.options:
            return _compiled(r"\d\d")
        pattern = _KINDS.get(slot.name, _TEXT).pattern
        return _compiled(pattern) if pattern else None

    @cached_property
    def matchers(self) -> dict[tuple[str, bool], tuple[re.Pattern[str], re.Pattern[str] | None]]:
        """For each literal, strict and loose: the pattern, and the one without its full stop."""
        texts = {step.literal.text for step in self.steps if step.literal}
        return {(text, loose): _matcher(text, loose) for text in texts for loose in (False, True)}


_COMPILED: dict[str, re.Pattern[str]] = {}


def _compiled(pattern: str) -> re.Pattern[str]:
    if pattern not in _COMPILED:
        _COMPILED[pattern] = re.compile(pattern, re.S)
    return _COMPILED[pattern]


def _matcher(text: str, loose: bool) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    stop = LEADING_STOP.match(text)
    without = re.compile(_literal(stop[1] + text[stop.end() :], loose)) if stop else None
    return re.compile(_literal(text, loose)), without


def _literal(text: str, loose: bool) -> str:
    """The pattern of a literal; white space may vary, and be missing at its ends and beside tags."""
    if not loose or not text.strip():
        return re.escape(text) if not loose else r"\s+"
    pieces = re.split(r"\s+", text)
    pattern = re.escape(pieces[0])
    for before, piece in pairwise(pieces):
        may_miss = not before or not piece or before.endswith(">") or piece.startswith("<")
        pattern += (r"\s*" if may_miss else r"\s+") + re.escape(piece)
    return pattern


def _variants(text: str, loose: bool) -> list[str]:
    """The patterns that a literal may begin with, with and without its leading full stop."""
    stop = LEADING_STOP.match(text)
    variants = [_literal(text, loose)]
    if stop:
        variants.append(_literal(stop[1] + text[stop.end() :], loose))
    return variants


# The way here: the one before, then a slot with its text's bounds, or a group whose element begins.
_Trail = tuple["_Trail | None", _Step, int, int]


class _Run:
    """One text being cut."""

    def __init__(
        self, program: Program, text: str, loose: bool, plausible: Callable[[Slot, str], bool]
    ) -> None:
        self.program = program
        self.text = text
        self.loose = loose
        self.plausible = plausible
        self.end = len(text.rstrip()) if loose else len(text)
        self.work = 0

    def cuts(self) -> Iterator[list[Captured]]:
        steps, width = self.program.steps, len(self.text) + 1
        failed: set[int] = set()
        found = 0
        stack: list[tuple[int, int, _Trail | None, Iterator[int] | None]] = [(0, 0, None, None)]
        while stack and self.work < MOST_WORK and found < _MOST_READINGS:
            at, position, trail, ends = stack.pop()
            self.work += 1
            if ends is not None:  # a slot, to be tried up to its next end
                end = next(ends, None)
                if end is not None:
                    stack.append((at, position, trail, ends))
                    stack.append((at + 1, end, (trail, steps[at], position, end), None))
                continue
            state = at * width + position
            if state in failed:
                continue
            failed.add(state)
            if at == self.program.end:
                if position >= self.end:
                    found += 1
                    self.work += 1000 + 2 * len(self.text)
                    yield self._captured(trail)
                    failed.clear()  # what led here may be part of a better cut
                continue
            step = steps[at]
            if step.slot:
                stack.append((at, position, trail, self._ends(at, step, position)))
            elif step.literal:
                for behind in reversed(self._behind(step.literal.text, position)):
                    stack.append((at + 1, behind, trail, None))
            else:
                begun = (trail, step, position, position) if step.group else trail
                stack.extend((target, position, begun, None) for target in reversed(step.targets))

    def _behind(self, text: str, position: int) -> list[int]:
        """Where a literal that stands here ends; its full stop may be the one of the slot before."""
        whole, without_stop = self.program.matchers[text, self.loose]
        ends = [found.end()] if (found := whole.match(self.text, position)) else []
        if without_stop and position and self.text[position - 1] == ".":
            ends += [found.end()] if (found := without_stop.match(self.text, position)) else []
        return ends

    def _ends(self, at: int, step: _Step, position: int) -> Iterator[int]:
        """Where the text of a slot may end, the nearest first."""
        slot = step.slot
        assert slot is not None
        if slot.name not in _NEVER_EMPTY and not step.optional and step.within is None:
            yield from self._empty(at, position)
        if self.text[position : position + 1].isspace():
            return
        limit = self._limit(slot, position)
        pattern = self.program.pattern(slot)
        last = position
        for end in self._candidates(at, position, limit):
            self.work += 1 + (end - last) // 16
            last = end
            if self.work >= MOST_WORK:
                return
            if self.text[end - 1].isspace() or (pattern and not pattern.fullmatch(self.text, position, end)):
                continue
            if self._is_plausible(slot, position, end):
                yield end
        self.work += (limit - last) // 16

    def _limit(self, slot: Slot, position: int) -> int:
        """Up to where the slot's text may reach: its longest, or what it never holds."""
        kind = _KINDS.get(slot.name, _TEXT)
        limit = min(len(self.text), position + kind.longest)
        without = _compiled(kind.without).search(self.text, position, limit) if kind.without else None
        self.work += ((without.start() if without else limit) - position) // 16
        return without.start() if without else limit

    def _is_plausible(self, slot: Slot, start: int, end: int) -> bool:
        self.work += (end - start) // (1 if slot.name == "authors" else 32)
        if not self.loose and slot.name in _PLAIN_TEXT:
            markup = "html" if slot.place == "html" else self.program.markup_name
            if markup in _MARKUP and _MARKUP[markup].search(self.text, start, end):
                return False
            if markup == "markdown" and self.text[start] in "*_" and self.text[end - 1] in "*_":
                return False
        if slot.name in ("venue", "abbr") and _YEAR.fullmatch(self.text, start, end):
            return False
        return self.plausible(slot, self.text[start:end])

    def _empty(self, at: int, position: int) -> Iterator[int]:
        following, at_end = self.program.following(at, self.loose)
        if (
            following is None
            or following.match(self.text, position)
            or (at_end and position == len(self.text))
        ):
            yield position

    def _candidates(self, at: int, position: int, limit: int) -> Iterator[int]:
        following, at_end = self.program.following(at, self.loose)
        start = position + 1
        if following is None:
            yield from range(start, limit + 1)
            return
        while start <= limit and (found := following.search(self.text, start, limit + _SLACK)):
            if found.start() > limit:
                break
            yield found.start()
            start = found.start() + 1
        if at_end and limit >= self.end > position:
            yield self.end

    def _captured(self, trail: _Trail | None) -> list[Captured]:
        found: list[tuple[_Step, int, int]] = []
        while trail is not None:
            trail, step, start, end = trail
            found.append((step, start, end))
        captured, element = [], 0
        for step, start, end in reversed(found):
            if step.group:
                element += 1
            elif step.slot:
                captured.append(Captured(step.slot, self.text[start:end], step.within, element))
        return captured
