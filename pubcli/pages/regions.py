"""The regions of a page: what stands between pubcli's markers, and the page with a region's text replaced.

A region begins on the line after `<!-- pubcli:begin NAME -->` and ends on the line before
`<!-- pubcli:end NAME sum=XXXXXXXX -->`; in LaTeX the markers are `% pubcli:begin NAME` and
`% pubcli:end NAME sum=XXXXXXXX`. Knows nothing of what is written between them, and reads and writes no file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from pathlib import PurePath

from pubcli.difference import hunks
from pubcli.errors import ConflictError, NotFoundError, UnreadableError, did_you_mean
from pubcli.pages.hidden import LINE_END, PageKind, Span, Why, hidden_spans, kind_of, line_of, line_starts
from pubcli.visible import visible_line


@dataclass(frozen=True, slots=True)
class Region:
    """What stands between two markers of a page.

    `text` is everything from after the begin marker's line end up to the first character of the end marker's
    line: whole lines, the last line end included, or nothing. `sum` is the checksum that the end marker
    carries, or empty. `start` and `end` are the offsets of `text` in the page.
    """

    name: str
    text: str
    sum: str
    start: int
    end: int
    begin_line: int
    end_line: int
    line_end: str


class State(Enum):
    """How a region's text relates to the text that would be written into it."""

    CURRENT = "as it would be written"
    STALE = "behind the library"
    HAND_EDITED = "edited by hand since pubcli wrote it"
    UNMARKED = "not written by pubcli, and different"
    EMPTYING = "about to lose all its references"

    @property
    def is_conflict(self) -> bool:
        """Whether writing would lose something that only the page holds."""
        return self in (State.HAND_EDITED, State.UNMARKED, State.EMPTYING)


def checksum(text: str) -> str:
    """The first 8 hex digits of SHA-256 over a region's `text` in UTF-8, CRLF read as LF."""
    from hashlib import sha256

    return sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()[:8]


def find_regions(page_text: str, *, path: str | PurePath) -> tuple[Region, ...]:
    """The regions of the page, in order; `path` tells its language and is named in errors.

    Raises NotFoundError for a marker without its partner, and UnreadableError for markers that are doubled,
    reversed, nested or malformed.
    """
    starts = line_starts(page_text)
    markers = _markers(page_text, starts, path)
    _refuse_unpaired(markers, path)
    begins = [marker for marker in markers if marker.begins]
    ends = {marker.name: marker for marker in markers if not marker.begins}
    return tuple(_region(page_text, begin, ends[begin.name]) for begin in begins)


def find_region(page_text: str, name: str, *, path: str | PurePath) -> Region:
    """The region `name` of the page; NotFoundError where there is none."""
    regions = find_regions(page_text, path=path)
    for region in regions:
        if region.name == name:
            return region
    begin, end = marker_lines(name, kind_of(path))
    near = did_you_mean(name, [region.name for region in regions])
    if near:
        hint = near
    elif line := _misplaced(page_text, name):
        hint = f"line {line} names it, but a marker counts only on its own line, outside code and comments"
    else:
        hint = f"`pubcli adopt {path}` places its markers, or write them: {begin} and {end}, a line each"
    raise NotFoundError(f"{path}: no region '{name}'", hint=hint)


def marker_lines(name: str, kind: PageKind, sum: str = "") -> tuple[str, str]:
    """The begin and the end marker of a region as text, without line ends."""
    end = f"{name} sum={sum}" if sum else name
    if kind is PageKind.LATEX:
        return f"% pubcli:begin {name}", f"% pubcli:end {end}"
    return f"<!-- pubcli:begin {name} -->", f"<!-- pubcli:end {end} -->"


def state(region: Region, body: str, *, references: bool | None = None) -> State:
    """What stands between the region and `body`, the text that would be written into it.

    `references` says whether `body` holds any; by default, whether it holds any text. Line ends do not count
    as a difference. An edited region is HAND_EDITED before it is anything else; one whose text is already
    right is STALE as long as its sum is missing or wrong.
    """
    if references is None:
        references = bool(body.strip())
    holds_text = bool(region.text.strip())
    summed = region.sum == checksum(region.text)
    if _folded(region.text) == _folded(_whole_lines(body)):
        return State.CURRENT if summed or not (holds_text or region.sum) else State.STALE
    if region.sum and not summed:
        return State.HAND_EDITED
    if holds_text and not region.sum:
        return State.UNMARKED
    return State.EMPTYING if holds_text and not references else State.STALE


def is_stale(
    page_text: str, name: str, body: str, *, path: str | PurePath, references: bool | None = None
) -> bool:
    """Whether writing `body` would change the page; ConflictError where it would need `force`."""
    return with_region(page_text, name, body, path=path, references=references) != page_text


def with_region(
    page_text: str,
    name: str,
    body: str,
    *,
    path: str | PurePath,
    references: bool | None = None,
    force: bool = False,
) -> str:
    """The page with `body` as the region's text, in the page's line ends, and the new sum in its end marker.

    Every character outside the region but those of the sum stays. Raises ConflictError, with a diff, where
    that would lose what someone wrote (see `State`) unless `force`; and always where `body` would not be read
    back as written.
    """
    region = find_region(page_text, name, path=path)
    found = state(region, body, references=references)
    if found is State.CURRENT:
        return page_text
    if found.is_conflict and not force:
        raise ConflictError(
            f"{path}:{region.begin_line}: region '{name}' is {found.value}",
            detail=_diff(region, body, path),
            hint=f"`pubcli update {path} --force` replaces it all the same; `pubcli undo` brings it back",
        )
    text = LINE_END.sub(lambda _: region.line_end, _whole_lines(body))
    written = page_text[: region.start] + text + _with_sum(page_text[region.end :], name, checksum(text))
    if not is_read_back(written, name, text, path=path):
        raise ConflictError(
            f"{path}: what would be written into region '{name}' hides its own end marker",
            hint="it opens a comment, a code fence or a raw block that it does not close, or holds a marker",
        )
    return written


def _with_sum(rest: str, name: str, sum: str) -> str:
    """`rest`, which begins with the end marker's line, with `sum` in that marker."""
    marker = re.compile(rf"([^\r\n]*?pubcli:end[^\S\r\n]+{re.escape(name)})(?:[^\S\r\n]+sum=(?:(?!-->)\S)*)?")
    return marker.sub(lambda found: f"{found[1]} sum={sum}", rest, count=1)


def is_read_back(page_text: str, name: str, text: str, *, path: str | PurePath) -> bool:
    """Whether the page has the region `name` and its text is `text`."""
    try:
        return find_region(page_text, name, path=path).text == text
    except (NotFoundError, UnreadableError):
        return False


def _whole_lines(body: str) -> str:
    return body if not body or body.endswith(("\n", "\r")) else body + "\n"


def _folded(text: str) -> str:
    return LINE_END.sub("\n", text)


def _diff(region: Region, body: str, path: str | PurePath) -> str:
    """A unified diff from the region's text to `body`."""
    before, after = (_folded(text).encode("utf-8", "surrogatepass") for text in (region.text, body))
    names = (f"--- {path} (region '{region.name}')", "+++ what would be written")
    return "\n".join([*names, *map(visible_line, hunks(before, after))])


@dataclass(frozen=True, slots=True)
class _Marker:
    begins: bool
    name: str
    sum: str
    start: int  # of its line
    end: int  # after its line's end
    line: int
    line_end: str


_MARKUP = re.compile(r"(?:^\ufeff|(?<=[\r\n])|^)[ \t]*(<!--\s*?pubcli:([^\r\n]*?)-->)[ \t]*(\r\n|\r|\n|$)")
_LATEX = re.compile(r"(?:^\ufeff|(?<=[\r\n])|^)[ \t]*(%[ \t]*pubcli:([^\r\n]*))(\r\n|\r|\n|$)")
_NAME = re.compile(r"\w(?:[\w.]|-(?!-))*")


def is_region_name(name: str) -> bool:
    """Whether a region can be called so: letters, digits, `_`; inside also `.` and single `-`."""
    return bool(_NAME.fullmatch(name)) and name[-1] not in ".-"


def _markers(text: str, starts: Sequence[int], path: str | PurePath) -> list[_Marker]:
    """The markers that count, in order: on lines of their own, and in no hidden stretch of the page."""
    kind = kind_of(path)
    pattern = _LATEX if kind is PageKind.LATEX else _MARKUP
    candidates = list(pattern.finditer(text)) if "pubcli:" in text else []
    spans = hidden_spans(text, kind) if candidates else ()
    markers: list[_Marker] = []
    for found in candidates:
        why = _hidden_by(found.start(1), spans)
        if why is None:
            markers.append(_marker(found, starts, path))
        elif why is Why.INDENTED and markers and markers[-1].begins:
            # what stands in the region decides whether an indented end marker after it is code
            begin, words = markers[-1], found[2].split()
            if words[:2] == ["end", begin.name]:
                markers.append(_marker(found, starts, path))
    return markers


def _hidden_by(offset: int, spans: Sequence[Span]) -> Why | None:
    """Why text at `offset` is hidden, by a stretch that began before it; a marker's own begins at it."""
    at = bisect_left(spans, offset, key=lambda span: span.start) - 1
    return spans[at].why if at >= 0 and offset < spans[at].end else None


def _marker(found: re.Match[str], starts: Sequence[int], path: str | PurePath) -> _Marker:
    line = line_of(starts, found.start(1))
    words = found[2].split()
    word = words[0] if words and not found[2][:1].isspace() else ""
    sums = words[2:] if word == "end" else []
    valid = len(words) - len(sums) == 2 and len(sums) <= 1 and all(s.startswith("sum=") for s in sums)
    if word not in ("begin", "end") or not valid or not is_region_name(words[1]):
        begin, end = marker_lines("NAME", kind_of(path))
        raise UnreadableError(
            f"{path}:{line}: this is no marker: {found[1].strip()}",
            hint=f"markers are `{begin}` and `{end}`; NAME is letters, digits, `.`, `_` and `-`",
        )
    sum = sums[0].removeprefix("sum=").lower() if sums else ""
    return _Marker(word == "begin", words[1], sum, starts[line - 1], found.end(), line, found[3])


def _refuse_unpaired(markers: Sequence[_Marker], path: str | PurePath) -> None:
    """Raise for the first marker that is not one of a pair, or stands in the wrong place."""
    begins, ends = ({m.name: m for m in reversed(markers) if m.begins is side} for side in (True, False))
    for marker in markers:
        first = (begins if marker.begins else ends)[marker.name]
        if first is not marker:
            raise UnreadableError(
                f"{path}:{marker.line}: second {_word(marker)} of region '{marker.name}' (line {first.line})",
                hint="a name stands for one region of a page: remove one of them, or give it its own name",
            )
    for marker in markers:
        if marker.name not in (ends if marker.begins else begins):
            _refuse_lonely(marker, markers, path)
    for begin in begins.values():
        end = ends[begin.name]
        if end.line < begin.line:
            raise UnreadableError(
                f"{path}:{end.line}: region '{begin.name}' ends here, but begins on line {begin.line}",
                hint="swap the two markers",
            )
    for outer, inner in pairwise(sorted(begins.values(), key=lambda begin: begin.line)):
        if inner.line < ends[outer.name].line:
            raise UnreadableError(
                f"{path}:{inner.line}: region '{inner.name}' begins inside region '{outer.name}'"
                f" (lines {outer.line} to {ends[outer.name].line})",
                hint="regions do not nest; end the first before the second begins",
            )


def _refuse_lonely(marker: _Marker, markers: Sequence[_Marker], path: str | PurePath) -> None:
    """Raise for a marker whose partner is missing, or has another name."""
    at = markers.index(marker)
    other = next(iter(markers[at + 1 : at + 2]), None)
    if marker.begins and other and not other.begins and all(m.name != other.name for m in markers[:at]):
        raise UnreadableError(
            f"{path}:{other.line}: region '{marker.name}' of line {marker.line} ends here as '{other.name}'",
            hint="give both markers the same name",
        )
    missing = marker_lines(marker.name, kind_of(path))[marker.begins]
    raise NotFoundError(
        f"{path}:{marker.line}: {_word(marker)} of region '{marker.name}' has no {_word(marker, other=True)}",
        hint=f"put `{missing}` on a line of its own where the region {'ends' if marker.begins else 'begins'}",
    )


def _word(marker: _Marker, *, other: bool = False) -> str:
    return "begin marker" if marker.begins is not other else "end marker"


def _region(text: str, begin: _Marker, end: _Marker) -> Region:
    return Region(
        name=begin.name,
        text=text[begin.end : end.start],
        sum=end.sum,
        start=begin.end,
        end=end.start,
        begin_line=begin.line,
        end_line=end.line,
        line_end=begin.line_end or "\n",
    )


def _misplaced(text: str, name: str) -> int:
    """The line on which a begin marker of region `name` stands that does not count, 0 without any."""
    found = re.search(rf"pubcli:begin[ \t]+{re.escape(name)}(?![\w.-])", text)
    return line_of(line_starts(text), found.start()) if found else 0
