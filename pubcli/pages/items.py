"""A publication section taken apart: one item per publication, and what stands between them.

Puts together what the languages know of hand-written lists; says nothing about what an item means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pubcli.pages.hidden import PageKind, Why
from pubcli.pages.html_items import html_items
from pubcli.pages.latex_items import latex_items
from pubcli.pages.likeness import looks_like_reference
from pubcli.pages.markdown_items import markdown_items
from pubcli.pages.page import Page, Range, with_line_feeds


@dataclass(frozen=True, slots=True)
class Item:
    """One publication on a page: the characters `start` up to `end`, from its first to its last visible one.

    `commented`: it stands in a comment, so the page does not show it.
    """

    start: int
    end: int
    text: str
    commented: bool = False


def items(text: str, kind: PageKind) -> tuple[Item, ...]:
    """The publications listed in a section's text, in order."""
    return items_between(Page(text, kind, is_part=True), 0, len(text))


def pieces(text: str, kind: PageKind) -> tuple[str | Item, ...]:
    """The text as items and the text between them: joined again, it is the same text."""
    found: list[str | Item] = []
    at = 0
    for item in items(text, kind):
        found += [text[at : item.start], item]
        at = item.end
    found.append(text[at:])
    return tuple(piece for piece in found if not isinstance(piece, str) or piece)


def items_between(page: Page, start: int, end: int) -> tuple[Item, ...]:
    """The publications that `page` lists from `start` up to `end`."""
    found = _shown(page, start, end)
    return tuple(sorted([*found, *_commented(page, start, end, found)], key=lambda item: item.start))


def _shown(page: Page, start: int, end: int) -> list[Item]:
    """The items that the page shows."""
    split: dict[PageKind, Callable[[Page, int, int], list[Range]]] = {
        PageKind.MARKDOWN: markdown_items, PageKind.HTML: html_items, PageKind.LATEX: latex_items,
    }  # fmt: skip
    shown = [_trimmed(page.visible, first, last) for first, last in split[page.kind](page, start, end)]
    return [Item(first, last, page.text[first:last]) for first, last in shown if first < last]


def _trimmed(text: str, start: int, end: int) -> Range:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _commented(page: Page, start: int, end: int, shown: Sequence[Item]) -> list[Item]:
    """The items inside comments that stand outside the items the page shows."""
    found = []
    for offset, text in _comments(page, start, end):
        if any(item.start < offset + len(text) and offset < item.end for item in shown):
            continue
        inside = Page(text, page.kind)
        found += [
            Item(
                item.start + offset,
                item.end + offset,
                page.text[item.start + offset : item.end + offset],
                True,
            )
            for item in _shown(inside, 0, len(text))
            if looks_like_reference(item.text)
        ]
    return found


def _comments(page: Page, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The inner text of each comment with its offset; in LaTeX, of each run of lines that are remarks."""
    spans = [
        span for span in page.hidden if span.why is Why.COMMENT and start <= span.start and span.end <= end
    ]
    shown = with_line_feeds(page.text)
    if page.kind is not PageKind.LATEX:
        for span in spans:
            inner = re.sub(
                r"^<!--(?:-+(?=-))?|-+>$|^\{%.*?%\}|\{%[^%]*%\}$", _spaces, shown[span.start : span.end]
            )
            yield span.start, inner
        return
    for run in _runs_of_remarks(page, [(span.start, span.end) for span in spans]):
        yield run[0], re.sub(r"(?m)^[ \t]*%+", _spaces, shown[run[0] : run[1]])


def _runs_of_remarks(page: Page, spans: list[Range]) -> list[Range]:
    """Remarks on adjoining lines, each alone on its line, taken together."""
    runs: list[Range] = []
    for start, end in spans:
        if page.text[page.line_start(start) : start].strip():
            continue
        if (
            runs
            and not page.text[runs[-1][1] : start].strip()
            and page.line(start) - page.line(runs[-1][1]) <= 1
        ):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])
