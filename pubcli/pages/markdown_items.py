"""The publications in Markdown: bullets, numbered lists, paragraphs, boxes of HTML, and mixtures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pubcli.pages.elements import Element
from pubcli.pages.html_items import CONTAINERS, items_of_element, outermost
from pubcli.pages.likeness import is_legend, likeness, looks_like_reference, may_be_reference
from pubcli.pages.page import Page, Range


@dataclass(frozen=True, slots=True)
class _Block:
    """A top-level block of Markdown."""

    kind: Literal["bullet", "text", "element"]
    start: int
    end: int
    element: Element | None = None


_BULLET = re.compile(
    r"([ \t]*)(?:[-*+•](?=[ \t]|$)|\(?\d{1,3}[.)](?=[ \t])|\\?\[[A-Za-z]{0,3}-?\d{1,3}\\?\](?!\())[ \t]*"
)
_RULE = re.compile(r"[ \t]*(?:(?:[-*_][ \t]*){3,}|<[hb]r[^<>]*>|\\+|&nbsp;)?[ \t]*$", re.IGNORECASE)


def markdown_items(page: Page, start: int, end: int) -> list[Range]:
    """Where the items that `page` lists from `start` up to `end` begin and end."""
    found: list[Range] = []
    parts = [_blocks(page, first, last) for first, last in page.between_headings(start, end)]
    with_tails = _have_tails(page, parts)
    for blocks in parts:
        found += _items_of_blocks(page, _with_tails(page, blocks) if with_tails else blocks)
    return found


def _blocks(page: Page, start: int, end: int) -> list[_Block]:
    """The range as bullets with all that belongs to them, elements, and paragraphs."""
    elements = outermost(page.elements, start, end)
    blocks: list[_Block] = []
    at, after_blank, base = start, True, 0
    while at < end:
        stop = _line_end(page.visible, at, end)
        line = page.visible[at:stop]
        indent = len(line) - len(line.lstrip(" \t"))
        bullet = _BULLET.match(line)
        element = elements.get(at + indent)
        last = blocks[-1] if blocks else None
        in_bullet = last is not None and last.kind == "bullet" and not page.visible[last.end : at].strip()
        if not line.strip():
            pass
        elif bullet and not _RULE.match(line) and (not in_bullet or indent <= base + 1):
            blocks.append(_Block("bullet", at, stop))
            base = indent
        elif element is not None and not (in_bullet and (indent > base + 1 or not after_blank)):
            stop = _line_end(page.visible, element.end, end) if element.end > at else stop
            blocks.append(_Block("element", at, stop, element))
        elif last is not None and (
            (in_bullet and (not after_blank or indent > base + 1))
            or (last.kind == "text" and not after_blank)
        ):
            blocks[-1] = _Block(last.kind, last.start, stop)
        elif not _RULE.match(line):
            blocks.append(_Block("text", at, stop))
        after_blank = not line.strip() or bool(_RULE.match(line) and not in_bullet)
        at = stop + 1
    return blocks


def _line_end(text: str, at: int, end: int) -> int:
    stop = text.find("\n", at, end)
    return stop if stop >= 0 else end


def _have_tails(page: Page, parts: list[list[_Block]]) -> bool:
    """Whether most bullets have a paragraph after them, as where the authors stand below the title."""
    bullets = sum(block.kind == "bullet" for blocks in parts for block in blocks)
    tails = sum(_is_tail(page, a, b) for blocks in parts for a, b in pairwise(blocks))
    return tails >= max(2, 0.6 * bullets)


def _is_tail(page: Page, before: _Block, block: _Block) -> bool:
    text = page.text[block.start : block.end]
    return before.kind == "bullet" and block.kind == "text" and not is_legend(text) and likeness(text) < 4


def _with_tails(page: Page, blocks: list[_Block]) -> list[_Block]:
    """The blocks, each bullet with the paragraphs after it."""
    joined: list[_Block] = []
    for block in blocks:
        if joined and _is_tail(page, joined[-1], block):
            joined[-1] = _Block("bullet", joined[-1].start, block.end)
        else:
            joined.append(block)
    return joined


def _items_of_blocks(page: Page, blocks: list[_Block]) -> list[Range]:
    has_lists = any(
        block.kind == "bullet" or (block.element and _splits(page, block.element)) for block in blocks
    )
    loose = [] if has_lists else _grouped(page, blocks)
    if loose:
        return loose
    bullets = [block for block in blocks if block.kind == "bullet"]
    sure = sum(looks_like_reference(page.text[b.start : b.end]) for b in bullets)
    found: list[Range] = []
    for block in blocks:
        text = page.text[block.start : block.end]
        if block.kind == "bullet":
            found += _items_of_bullet(page, block, least=1 if 2 * sure > len(bullets) else 2)
        elif block.element:
            found += _items_of_element(page, block, block.element)
        elif rows := _rows(page, block):
            found += rows
        elif looks_like_reference(text) and not (has_lists and likeness(text) < 4):
            found.append((block.start, block.end))
    return found


def _rows(page: Page, block: _Block) -> list[Range]:
    """The rows below the head of a table drawn with `|`."""
    rule = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*\|[-:| \t]*$", re.MULTILINE).search(
        page.visible, block.start, block.end
    )
    if rule is None:
        return []
    rows = re.compile(r"^[ \t]*\S.*$", re.MULTILINE).finditer(page.visible, rule.end(), block.end)
    return [row.span() for row in rows if may_be_reference(row[0])]


def _items_of_element(page: Page, block: _Block, element: Element) -> list[Range]:
    """The items in an element of a Markdown page, which may hold Markdown again."""
    split = items_of_element(page, element)
    if len(split) > 1 or (split and element.tag in CONTAINERS):
        return split
    inner = _blocks(page, element.inner, element.inner_end)
    bullets = [b for b in inner if b.kind == "bullet" and looks_like_reference(page.text[b.start : b.end])]
    if len(bullets) > 1 and not looks_like_reference(page.text[block.start : bullets[0].start]):
        return [(b.start, b.end) for b in bullets]
    return [(block.start, block.end)] if may_be_reference(page.text[block.start : block.end]) else []


def _items_of_bullet(page: Page, block: _Block, *, least: int) -> list[Range]:
    """The bullet, or those nested in it where it only heads a group; none with fewer than `least` signs."""
    head = _line_end(page.visible, block.start, block.end)
    if head < block.end and likeness(page.text[block.start : head]) < 3:
        inner = _blocks(page, head + 1, block.end)
        nested = [b for b in inner if b.kind == "bullet" and looks_like_reference(page.text[b.start : b.end])]
        if len(nested) >= 2 or (nested and len(page.visible[block.start : head].split()) < 4):
            return [(b.start, b.end) for b in nested]
    text = page.text[block.start : block.end]
    return [(block.start, block.end)] if likeness(text) >= least and not is_legend(text) else []


def _grouped(page: Page, blocks: list[_Block]) -> list[Range]:
    """Several blocks an item, where items begin with the same kind of block and one block is too little."""
    if len(blocks) < 2:
        return []
    alone = sum(looks_like_reference(page.text[b.start : b.end]) for b in blocks)
    for opening in dict.fromkeys(_signature(page, block) for block in blocks[:3]):
        starts = [i for i, block in enumerate(blocks) if _signature(page, block) == opening]
        groups = [
            (blocks[a].start, blocks[b - 1].end)
            for a, b in zip(starts, [*starts[1:], len(blocks)], strict=True)
        ]
        good = [group for group in groups if looks_like_reference(page.text[group[0] : group[1]])]
        if good and len(good) >= max(0.8 * len(groups), 1) and len(good) > alone - (len(good) >= len(groups)):
            return groups
    return []


def _signature(page: Page, block: _Block) -> str:
    """What a block begins with: its tag and attributes, or its first mark of emphasis or link."""
    if block.element:
        return f"<{block.element.tag} {block.element.attributes}>"
    opening = re.match(r"\s*([*_]{1,3}|!?\[|`+|<\w+|\d+|\(|)", page.visible[block.start : block.end])
    return opening[1] if opening else ""


def _splits(page: Page, element: Element) -> bool:
    return len(items_of_element(page, element)) > 1
