"""The block elements of a page with their places in the text, as forgiving as a browser.

Knows which HTML elements end by themselves and which contain which; knows nothing of publications. Inline
elements are no elements here. Markdown pages are read the same way: what is not a tag is text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

_TABLE = frozenset({"table"})
_CELLS = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol"})
_BLOCKS = (
    _TABLE
    | _CELLS
    | _HEADINGS
    | _LISTS
    | {
        *(
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "nav",
            "aside",
            "center",
            "blockquote",
            "figure",
        ),
        *("li", "dl", "dt", "dd", "p", "details", "summary", "form", "fieldset", "body", "html"),
    }
)
# an opening tag ends the open elements of these names, up to the nearest element of those names
_IMPLIED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), _LISTS),
    "tr": (frozenset({"tr", "td", "th"}), _TABLE),
    "td": (frozenset({"td", "th"}), _TABLE | {"tr"}),
    "th": (frozenset({"td", "th"}), _TABLE | {"tr"}),
    "tbody": (_CELLS, _TABLE),
    "thead": (_CELLS, _TABLE),
    "tfoot": (_CELLS, _TABLE),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
}
# a closing tag of another name reaches no further than the nearest of these
_WALLS = {"li": _LISTS, **dict.fromkeys(_CELLS, _TABLE)}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")


@dataclass(slots=True, eq=False)
class Element:
    """One element: where its opening tag, its content and itself begin and end; the page has no tag."""

    tag: str
    attributes: str
    start: int
    inner: int
    parent: Element | None
    column: int = 0
    inner_end: int = -1
    end: int = -1
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """All elements inside this one, in the order of their opening tags."""
        waiting = list(reversed(self.children))
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def parse_elements(text: str, *, cuts: tuple[int, ...] = (), same_column: bool = False) -> Element:
    """The tree of `text`, whose comments and scripts are blanked.

    At each offset in `cuts` every open element ends (a Markdown heading does that). With `same_column`, an
    element that begins in the same column with the same attributes as an open one ends that one: hand-written
    Markdown pages forget closing tags.
    """
    root = Element("", "", 0, 0, None)
    stack = [root]
    pending = list(cuts)
    for found in _TAG.finditer(text):
        name = found[2].lower()
        if name not in _BLOCKS or found[3].endswith("/"):
            continue
        while pending and pending[0] <= found.start():
            _close(stack, 1, pending[0], pending.pop(0))
        if found[1]:
            _close_named(stack, name, found.start(), found.end())
        else:
            column = found.start() - text.rfind("\n", 0, found.start()) - 1
            element = Element(name, found[3].strip(), found.start(), found.end(), None, column)
            _imply_ends(stack, element, same_column=same_column)
            element.parent = stack[-1]
            stack[-1].children.append(element)
            stack.append(element)
    _close(stack, 1, len(text), len(text))
    root.inner_end = root.end = len(text)
    return root


def _close(stack: list[Element], depth: int, inner_end: int, end: int) -> None:
    """End the open elements from `depth` on; those inside the first end where its content does."""
    for element in stack[depth + 1 :]:
        element.inner_end = element.end = inner_end
    if len(stack) > depth:
        stack[depth].inner_end, stack[depth].end = inner_end, end
    del stack[depth:]


def _close_named(stack: list[Element], name: str, start: int, end: int) -> None:
    """End the nearest open element `name`; a closing tag without one is passed over."""
    wall = _WALLS.get(
        name, _CELLS - {"tbody", "thead", "tfoot"} if name not in ("table", "body", "html") else frozenset()
    )
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag == name:
            _close(stack, depth, start, end)
            return
        if stack[depth].tag in wall:
            return


def _imply_ends(stack: list[Element], opening: Element, *, same_column: bool) -> None:
    """End what the opening tag ends without a closing tag of its own."""
    if stack[-1].tag == "p":
        _close(stack, len(stack) - 1, opening.start, opening.start)
    ended, walls = _IMPLIED.get(opening.tag, (frozenset(), frozenset()))
    lowest = None
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag in walls or not ended:
            break
        if stack[depth].tag in ended:
            lowest = depth
    if same_column and opening.tag == "div" and opening.attributes and lowest is None:
        twin = (opening.tag, opening.attributes, opening.column)
        lowest = next((d for d, e in enumerate(stack) if (e.tag, e.attributes, e.column) == twin), None)
    if lowest:
        _close(stack, lowest, opening.start, opening.start)


def innermost(root: Element, start: int, end: int) -> Element:
    """The innermost element whose content holds all of `start` up to `end`."""
    element = root
    while True:
        at = bisect_right(element.children, start, key=lambda child: child.start) - 1
        if at < 0 or not (element.children[at].inner <= start and end <= element.children[at].inner_end):
            return element
        element = element.children[at]
