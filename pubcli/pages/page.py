"""A page read once: its hidden stretches, headings and elements, for whoever looks for sections and items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pubcli.pages.elements import Element, parse_elements
from pubcli.pages.hidden import LINE_END, PageKind, Span, Why, blanked, hidden_spans, line_of, line_starts
from pubcli.pages.outline import Heading, headings

Range = tuple[int, int]


def with_line_feeds(text: str) -> str:
    """The text, as long, with a line feed at the end of every line."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


@dataclass(frozen=True)
class Page:
    """The text of a page, with what can be asked about it; every offset is one of `text`."""

    text: str
    kind: PageKind
    is_part: bool = False

    @cached_property
    def hidden(self) -> tuple[Span, ...]:
        """The hidden stretches; indentation makes no code in a part of a page that is indented as a whole."""
        spans = hidden_spans(self.text, self.kind)
        if self.is_part and re.match(r"(?:[ \t]*[\r\n]+)*(?: {4}|\t)", self.text):
            return tuple(span for span in spans if span.why is not Why.INDENTED)
        return spans

    @cached_property
    def visible(self) -> str:
        """The text, as long, with hidden stretches but inline code blanked, and line feeds for line ends."""
        return self._without(span for span in self.hidden if span.why is not Why.INLINE)

    def _without(self, spans: Iterable[Span]) -> str:
        return with_line_feeds(blanked(self.text, tuple(spans))).replace("\ufeff", " ")

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """The page's headings, in order."""
        return headings(self.visible, self.kind)

    @cached_property
    def elements(self) -> Element:
        """The page's block elements; in Markdown, a heading that is no element ends the open ones."""
        text = self._without(self.hidden)
        if self.kind is not PageKind.MARKDOWN:
            return parse_elements(text)
        cuts = tuple(h.start for h in self.headings if self.text[h.start : h.end].lstrip().startswith("#"))
        return parse_elements(text, cuts=cuts, same_column=True)

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return line_starts(self.text)

    def line(self, offset: int) -> int:
        """The number of the line that holds `offset`, from 1."""
        return line_of(self.starts, offset)

    def line_start(self, offset: int) -> int:
        """Where the line that holds `offset` begins."""
        return self.starts[self.line(offset) - 1]

    def line_stop(self, offset: int) -> int:
        """Where the line that holds `offset` ends, before its line end."""
        end = LINE_END.search(self.text, offset)
        return end.start() if end else len(self.text)

    def between_headings(self, start: int, end: int) -> Iterator[Range]:
        """The stretches from `start` up to `end` that hold no heading."""
        at = start
        for heading in self.headings:
            if at <= heading.start < end:
                yield at, heading.start
                at = heading.end
        yield at, end
