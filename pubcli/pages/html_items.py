"""The publications in HTML: list items, table rows, cards and paragraphs, found by what repeats."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from pubcli.pages.elements import Element
from pubcli.pages.likeness import looks_like_reference, may_be_reference
from pubcli.pages.page import Page, Range

_DEEPEST = 100  # deeper nesting is no list of publications
_NEVER = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "nav", "footer", "form"])
CONTAINERS = frozenset(["ul", "ol", "table", "tbody", "thead", "dl", "body", "html", "main", "section"])
_WHOLE = frozenset(["li", "tr", "article", "p", "dd", "dt"])


def html_items(page: Page, start: int, end: int) -> list[Range]:
    """Where the items that `page` lists from `start` up to `end` begin and end."""
    found: list[Range] = []
    for element in outermost(page.elements, start, end).values():
        found += items_of_element(page, element)
    return sorted(found) or _segments(page, start, end)


def items_of_element(page: Page, element: Element, depth: int = 0) -> list[Range]:
    """The items in an element: itself, or those of its parts where several of a kind look like references."""
    if (
        element.tag in _NEVER
        or depth > _DEEPEST
        or not may_be_reference(page.text[element.start : element.end])
    ):
        return []
    if element.tag in _WHOLE and not _is_layout(element):
        inner = [part for nested in _lists(element) for part in items_of_element(page, nested, depth + 1)]
        return inner if len(inner) > 1 else _whole(page, element)
    sure = element.tag in CONTAINERS
    is_hit = may_be_reference if sure else looks_like_reference
    hits = [child for child in element.children if is_hit(page.text[child.start : child.end])]
    inner = [part for child in hits for part in items_of_element(page, child, depth + 1)]
    if (sure and inner) or (
        len(inner) > 1 and (len(hits) == 1 or _alike(hits) or len(inner) >= 2 * len(hits))
    ):
        return inner
    return _segments_or_whole(page, element)


def _lists(element: Element) -> list[Element]:
    """The outermost lists and tables in the element."""
    found, end = [], 0
    for nested in element.walk():
        if nested.tag in ("ul", "ol", "table") and nested.start >= end:
            found.append(nested)
            end = nested.end
    return found


def _is_layout(element: Element) -> bool:
    """Whether a table's only row holds more than one item: a table that places a whole column of the page."""
    return element.tag == "tr" and element.parent is not None and len(element.parent.children) == 1


def _alike(hits: list[Element]) -> bool:
    """Whether two of these have the same tag and class, as items of a list have, and parts of an item not."""
    tags = Counter((hit.tag, *re.findall(r"class\s*=\s*[\"']?([^\"'>]*)", hit.attributes)) for hit in hits)
    return tags.most_common(1)[0][1] >= 2


def _whole(page: Page, element: Element) -> list[Range]:
    """The element, and the term that a definition belongs to, if it is a reference."""
    siblings = element.parent.children if element.tag == "dd" and element.parent else []
    at = siblings.index(element) if siblings else 0
    if at and siblings[at - 1].tag == "dt":
        return [(siblings[at - 1].start, element.end)]
    return (
        [(element.start, element.end)] if looks_like_reference(page.text[element.start : element.end]) else []
    )


def _segments_or_whole(page: Page, element: Element) -> list[Range]:
    segments = (
        _segments(page, element.inner, element.inner_end) if element.tag not in ("tr", "article") else []
    )
    return segments if len(segments) > 1 else _whole(page, element)


def _segments(page: Page, start: int, end: int) -> list[Range]:
    """Text parted by two line breaks or a rule each."""
    found, at = [], start
    for gap in re.compile(r"(?:<br[^<>]*>\s*){2,}|<hr[^<>]*>|</?p>", re.IGNORECASE).finditer(
        page.visible, start, end
    ):
        found.append((at, gap.start()))
        at = gap.end()
    found.append((at, end))
    return [part for part in found if looks_like_reference(page.text[part[0] : part[1]])]


def outermost(root: Element, start: int, end: int) -> dict[int, Element]:
    """The outermost elements wholly inside the range, by their start."""
    found: dict[int, Element] = {}
    waiting = [root]
    while waiting:
        children = waiting.pop().children
        for child in children[bisect_right(children, start, key=lambda child: child.end) :]:
            if child.start >= end:
                break
            if start <= child.start and child.end <= end:
                found[child.start] = child
            else:
                waiting.append(child)
    return found
