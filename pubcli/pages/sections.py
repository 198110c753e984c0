"""Where a hand-written page lists its publications, and which pages are written by a theme instead.

Detection proposes a stretch of lines and says why; only `with_markers` changes a page, by two lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pubcli.errors import ConflictError, NotFoundError
from pubcli.pages.elements import Element, innermost
from pubcli.pages.generated import loop_source, source_of
from pubcli.pages.hidden import LINE_END, PageKind, Why, kind_of, line_starts
from pubcli.pages.items import Item, items_between
from pubcli.pages.likeness import likeness, looks_like_reference
from pubcli.pages.outline import Heading
from pubcli.pages.page import Page
from pubcli.pages.regions import find_regions, is_read_back, marker_lines
from pubcli.pages.vocabulary import Topic, topic_of


@dataclass(frozen=True, slots=True)
class Section:
    """A publication section: lines count from 1, both ends included; `heading_line` is 0 without a heading.

    `start` up to `end` are the characters that a region would take: whole lines, from the first item (or the
    heading of the first group of items) to the last line that is not blank, its line end included.
    `announced`: a heading, the page's title or its file name says that these are publications.
    """

    heading: str
    heading_line: int
    first_line: int
    last_line: int
    start: int
    end: int
    items: tuple[Item, ...]
    reason: str
    announced: bool = True

    @property
    def references(self) -> int:
        """How many items the page shows."""
        return sum(not item.commented for item in self.items)


def find_section(
    page_text: str, *, path: str | PurePath, me: Sequence[str] = (), heading: str | int = ""
) -> Section:
    """The publication section of the page; `heading` picks one of several by its words or its line.

    Raises NotFoundError where there is none, and ConflictError where several are as likely, or where the
    section is made by a theme or by LaTeX from another file: the hint names that file.
    """
    found = find_sections(page_text, path=path, me=me)
    if heading:
        found = tuple(section for section in found if _is_called(section, heading))
    _refuse_generated(page_text, path, found)
    if len(found) == 1:
        return found[0]
    if found:
        raise ConflictError(
            f"{path}: {len(found)} sections could be the publications",
            detail="\n".join(f"lines {s.first_line} to {s.last_line}: {s.heading}" for s in found),
            hint="say which one by the words of its heading, or by its line",
        )
    page = Page(page_text, kind_of(path))
    named = "; ".join(f"line {page.line(h.start)}: {h.words}" for h in page.headings[:12])
    raise NotFoundError(
        f"{path}: no publication section found" + (f" under the heading '{heading}'" if heading else ""),
        hint="put the two markers around it by hand" + (f"; the headings are {named}" if named else ""),
    )


def _refuse_generated(page_text: str, path: str | PurePath, found: Sequence[Section]) -> None:
    """Refuse a page whose publications a theme or LaTeX writes: all of them, or those of a section found."""
    if any(section.announced for section in found):
        starts = line_starts(page_text)
        texts = [page_text[starts[max(s.heading_line, 1) - 1] : s.end] for s in found]
        source = " and ".join(filter(None, (loop_source(text, path) for text in texts)))
    elif found:
        source = source_of(page_text, path, front_matter=False)
    else:
        source = source_of(page_text, path)
    if source:
        raise ConflictError(f"{path}: its publications are made from {source}", hint=f"edit {source}")


def find_sections(page_text: str, *, path: str | PurePath, me: Sequence[str] = ()) -> tuple[Section, ...]:
    """The sections most likely to be the publications: one, or several as likely as each other, or none."""
    if PurePath(path).suffix.lower() in (".bib", ".bibtex"):
        return ()
    page = Page(page_text, kind_of(path))
    sections = [(extent.topic, section) for extent in _extents(page) if (section := _section(page, extent))]
    whole = _whole_page(page, path, [section for _, section in sections])
    if whole:
        return (whole,)
    best = max((topic for topic, _ in sections), default=Topic.OTHER)
    found = [section for topic, section in sections if topic is best]
    if len(found) > 1 and me:
        mine = [section for section in found if _names(section, me)]
        found = mine or found
    if best in (Topic.WORK, Topic.TYPED) and len(found) > 1:
        most = max(section.references for section in found)
        found = [section for section in found if section.references == most][:1]
    return tuple(found)


def with_markers(page_text: str, section: Section, name: str, *, path: str | PurePath, sum: str = "") -> str:
    """The page with the region's two marker lines around the section, and no other change.

    Give the `sum` only where the section's text is what would be written into the region; it is that of the
    text with its last line end, which a section at the very end of a page may lack and then gets. Raises
    ConflictError where the section overlaps a region, or where the markers would not count.
    """
    kind = kind_of(path)
    text = page_text[section.start : section.end]
    line_end = _line_end_near(page_text, section.start)
    whole = text.endswith(("\n", "\r"))
    body = text if whole else text + line_end
    begin, end = marker_lines(name, kind, sum)
    indent = "" if kind is PageKind.MARKDOWN else text[: len(text) - len(text.lstrip(" \t"))]
    around = f"{indent}{begin}{line_end}{body}{indent}{end}{line_end if whole else ''}"
    marked = page_text[: section.start] + around + page_text[section.end :]
    _refuse_overlap(page_text, section, name, path)
    if not is_read_back(marked, name, body, path=path):
        raise ConflictError(
            f"{path}:{section.first_line}: markers would not count here",
            hint="the section stands in code, in a comment or in a raw block, or leaves one open",
        )
    return marked


def _refuse_overlap(page_text: str, section: Section, name: str, path: str | PurePath) -> None:
    """Refuse to mark a section twice, or a second one by the same name."""
    for region in find_regions(page_text, path=path):
        apart = region.end_line < section.first_line or section.last_line < region.begin_line
        if region.name == name or not apart:
            raise ConflictError(
                f"{path}:{region.begin_line}: the page has the region '{region.name}' already",
                hint=f"it ends on line {region.end_line}; `pubcli update` writes it",
            )


def _line_end_near(text: str, offset: int) -> str:
    found = LINE_END.search(text, offset) or LINE_END.search(text)
    return found[0] if found else "\n"


def _is_called(section: Section, heading: str | int) -> bool:
    if isinstance(heading, int) or heading.isdigit():
        return int(heading) in (section.heading_line, section.first_line)
    return heading.casefold().strip() in section.heading.casefold()


def _names(section: Section, me: Sequence[str]) -> bool:
    """Whether one of my family names stands in the section."""
    families = [name.split()[-1].casefold() for name in me if name.split()]
    text = "\n".join(item.text for item in section.items).casefold()
    return any(family in text for family in families)


@dataclass(frozen=True, slots=True)
class _Extent:
    """From a heading that announces publications to where its section ends."""

    heading: Heading
    topic: Topic
    end: int
    inside: tuple[Heading, ...]


def _extents(page: Page) -> Iterator[_Extent]:
    """The stretch of each heading that announces publications and lies in no other such stretch."""
    headings = page.headings
    covered = -1
    for at, heading in enumerate(headings):
        announced = heading.topic in (Topic.PUBLICATIONS, Topic.TYPED, Topic.WORK)
        if not announced or heading.start < covered:
            continue
        last = _last_inside(page, at)
        end = headings[last + 1].start if last + 1 < len(headings) else len(page.text)
        end = min(end, _container_end(page, heading))
        inside = tuple(h for h in headings[at + 1 : last + 1] if h.start < end)
        topic = max(heading.topic, *(h.topic for h in inside if h.level <= heading.level), Topic.OTHER)
        if heading.topic is Topic.WORK:
            topic = Topic.WORK
        else:
            covered = end
        yield _Extent(heading, topic, end, inside)


def _last_inside(page: Page, at: int) -> int:
    """The index of the last heading that belongs to the section which the heading at `at` begins.

    Deeper ones do, and so do those beside it that only part the list: years, kinds of publication, a rest.
    """
    headings = page.headings
    level, first = headings[at].level, headings[at]
    last = at
    for index in range(at + 1, len(headings)):
        heading = headings[index]
        if heading.level > level:
            last = index
            continue
        if heading.level < level and not first.pseudo:
            break
        parts = {Topic.YEAR} if first.topic is Topic.WORK else {Topic.YEAR, Topic.TYPED, Topic.PUBLICATIONS}
        if heading.topic not in parts and not (
            heading.topic is Topic.REST and _continues(page, index, parts)
        ):
            break
        level = min(level, heading.level)
        last = index
    return last


def _continues(page: Page, index: int, parts: set[Topic]) -> bool:
    """Whether "Others" or "Highlights" is about publications: it lists some, or more of them follow."""
    headings = page.headings
    following = [heading for heading in headings[index + 1 :] if heading.level <= headings[index].level]
    end = following[0].start if following else len(page.text)
    if following and following[0].topic in parts:
        return True
    return any(looks_like_reference(item.text) for item in items_between(page, headings[index].end, end))


_BOUNDS = frozenset(["section", "article", "main", "body"])


def _container_end(page: Page, heading: Heading) -> int:
    """Where the element or environment around the heading ends, unless it holds little but the heading."""
    groups = _latex_groups(page) if page.kind is PageKind.LATEX else page.elements
    element: Element | None = innermost(groups, heading.end, heading.end)
    while element is not None and element.parent is not None:
        bounds = element.tag != "{" if page.kind is PageKind.LATEX else element.tag in _BOUNDS
        if bounds and len(page.visible[heading.end : element.inner_end].strip()) > 80:
            return element.inner_end
        element = element.parent
    return len(page.text)


def _section(page: Page, extent: _Extent) -> Section | None:
    """The section in the extent, or None where nothing in it looks like a reference."""
    found = items_between(page, extent.heading.end, extent.end)
    shown = [item for item in found if not item.commented]
    enough = 2 if extent.topic is Topic.PUBLICATIONS else 3
    if not any(likeness(item.text) >= enough for item in shown):
        return None
    inside = [heading for heading in extent.inside if heading.start >= extent.heading.end]
    start, end = _bounds(page, extent.heading.end, extent.end, shown, inside)
    line = page.line(extent.heading.start)
    reason = f"the heading '{extent.heading.words}' on line {line}, with {len(shown)} references"
    place = _place(page, start, end, found)
    announced = extent.topic is not Topic.WORK
    return Section(extent.heading.words, line, *place, reason=reason, announced=announced)


def _place(
    page: Page, start: int, end: int, found: Sequence[Item]
) -> tuple[int, int, int, int, tuple[Item, ...]]:
    """The first and last line of the characters, where these lines begin and end, and the items in them."""
    first, last = page.line(start), page.line(max(start, end - 1))
    kept = tuple(item for item in found if start <= item.start and item.end <= end)
    stop = page.starts[last] if last < len(page.starts) else len(page.text)
    return first, last, page.starts[first - 1], stop, kept


def _whole_page(page: Page, path: str | PurePath, known: Sequence[Section]) -> Section | None:
    """The page as one section: a file that only lists publications, for a page elsewhere to include."""
    front = next((page.text[s.start : s.end] for s in page.hidden if s.why is Why.FRONT_MATTER), "")
    title = re.search(r"^\s*title\s*[:=]\s*[\"']?(.*?)[\"']?\s*$", front, re.MULTILINE)
    named = [PurePath(path).stem.replace("_", " "), title[1] if title else ""]
    announced = any(topic_of(name) in (Topic.PUBLICATIONS, Topic.TYPED, Topic.WORK) for name in named)
    body = len(front)
    if known and not (announced and all(h.topic is not Topic.OTHER for h in page.headings)):
        return None
    found = items_between(page, body, len(page.text))
    shown = [item for item in found if not item.commented]
    sure = [item for item in shown if looks_like_reference(item.text)]
    if not sure or (known and len(sure) <= 1.3 * max(section.references for section in known)):
        return None
    covered = sum(item.end - item.start for item in shown)
    if not announced and any(heading.topic is Topic.OTHER for heading in page.headings):
        return None
    if not announced and covered < 0.6 * len(page.visible[body:].strip()):
        return None
    start, end = _bounds(page, body, len(page.text), shown, page.headings)
    first = next((h for h in page.headings if h.start < shown[0].start), None)
    heads = first is not None and not page.visible[body : first.start].strip()
    line = page.line(first.start) if first and heads else 0
    reason = f"the whole page lists {len(shown)} references"
    words = first.words if first and heads else ""
    return Section(words, line, *_place(page, start, end, found), reason=reason, announced=announced)


def _bounds(
    page: Page, low: int, high: int, shown: Sequence[Item], inside: Sequence[Heading]
) -> tuple[int, int]:
    """Where a region around the items would begin and end: at whole lines, at the same depth of the page."""
    start, end = shown[0].start, shown[-1].end
    start, end, bound = _level(page, low, high, start, end)
    if page.kind is PageKind.MARKDOWN:
        start = _with_table_head(page, _with_outer_bullet(page, start, low), low)
    start = _with_group_heading(page, start, low, end, inside)
    if page.kind is PageKind.HTML:
        return start, end
    return start, max(end, _last_visible(page, end, bound))


def _level(page: Page, low: int, high: int, start: int, end: int) -> tuple[int, int, int]:
    """`start` and `end` moved out to where both stand in one element, alone on their lines; and its end."""
    groups = _latex_groups(page) if page.kind is PageKind.LATEX else page.elements
    around = innermost(groups, start, end)
    while True:
        inner = [child for child in around.children if child.start < end and child.end > start]
        first = min([start, *(child.start for child in inner)])
        last = max([end, *(child.end for child in inner)])
        bound = min(around.inner_end, high) if around.parent is not None else high
        alone = not page.visible[page.line_start(first) : first].strip()
        if (
            (alone and not page.visible[last : page.line_stop(last)].strip())
            or around.parent is None
            or around.start < low
        ):
            return first, min(last, high) if around.parent is None else last, bound
        start, end, around = around.start, around.end, around.parent


def _latex_groups(page: Page) -> Element:
    """Environments and braces that span lines, as a tree; the document is none of them."""
    root = Element("", "", 0, 0, None, inner_end=len(page.text), end=len(page.text))
    stack = [root]
    token = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}|\\.|([{}])")
    for found in token.finditer(page.visible):
        opens, name = found[1] == "begin" or found[3] == "{", found[2] or "{"
        if name == "document" or not (found[1] or found[3]):
            continue
        if opens:
            stack.append(Element(name, "", found.start(), found.end(), stack[-1]))
        elif any(group.tag == name for group in stack):
            while len(stack) > 1:
                group = stack.pop()
                group.inner_end, group.end = found.start(), found.end()
                if "\n" in page.visible[group.start : group.end] and group.parent is not None:
                    group.parent.children.append(group)
                elif group.parent is not None:
                    group.parent.children.extend(group.children)
                if group.tag == name:
                    break
    return root


def _with_outer_bullet(page: Page, start: int, low: int) -> int:
    """`start`, or the bullet in which the bullet at `start` is nested."""
    outer = start
    indent = start - page.line_start(start)
    while indent >= 2 and page.line(outer) > max(page.line(low), 1):
        outer = page.starts[page.line(outer) - 2]
        bullet = re.compile(r"( *)[-*+] ").match(page.visible, outer)
        if bullet and len(bullet[1]) < indent:
            start, indent = bullet.end(1), len(bullet[1])
    return start


def _with_table_head(page: Page, start: int, low: int) -> int:
    """`start`, or the first line of the table drawn with `|` around it, which a marker would break."""
    row = re.compile(r"[ \t]*\|")
    line = page.line(start)
    while line > page.line(low) and row.match(page.visible, page.starts[line - 1]):
        start = page.starts[line - 1]
        line -= 1
    return start


def _with_group_heading(page: Page, start: int, low: int, end: int, inside: Sequence[Heading]) -> int:
    """`start`, or the heading of the first group right before it, where more groups with headings follow."""
    before = [heading for heading in inside if low <= heading.start < start]
    after = [heading for heading in inside if start < heading.start < end]
    for heading in reversed(before):
        if (
            not any(other.level <= heading.level for other in after)
            or page.visible[heading.end : start].strip()
        ):
            break
        start = page.line_start(heading.start)
    return start


_TAIL = re.compile(
    r"[ \t]*(?:(?:[-*_][ \t]*){3,}|#{1,6}|<[hb]r[^<>]*>|&nbsp;|\\+|<(span|a|div)\b[^<>]*>[ \t]*</\1>"
    r"|\\(?:newpage|pagebreak|clearpage|bigskip|medskip|smallskip|vspace\*?\{[^{}]*\}|end\{document\})"
    r"|%.*)?[ \t]*",
    re.IGNORECASE,
)


def _last_visible(page: Page, end: int, high: int) -> int:
    """The end of the last line before `high` that says something: no rule, anchor or mere spacing."""
    raw = [span for span in page.hidden if span.why is Why.RAW and span.start >= end]
    lines = list(range(page.line(end), page.line(max(high - 1, end)) + 1))
    for line in reversed(lines):
        start = page.starts[line - 1]
        stop = min(page.line_stop(start), high)
        text = page.text[start:stop]
        if stop <= end:
            break
        if (
            text.strip()
            and not _TAIL.fullmatch(text)
            and not any(span.start <= start < span.end for span in raw)
        ):
            return stop
    return end
