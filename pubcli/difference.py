"""How two byte strings differ: what both begin and end with, and a unified diff for people to read.

Quick for a small change in a large file, since only what lies around the change is compared. Knows
neither files nor why anything changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

_CONTEXT = 3  # unchanged lines around a change
_MOST_PAIRS = 4_000_000  # lines compared with lines; a larger piece is shown as replaced whole
_STRETCH = 1 << 16  # bytes compared at once


def hunks(before: bytes, after: bytes) -> Iterator[bytes]:
    """The lines of a unified diff, without the two that name the files, each without its line end."""
    end = b"\n" if b"\n" in before or b"\n" in after else b"\r"
    crlf = all(data.count(b"\r\n") == data.count(b"\n") for data in (before, after))
    first, shared_end = _around_the_change(before, after, end)
    offset = before.count(end, 0, first)
    old, new = (_lines(data[first : len(data) - shared_end], end) for data in (before, after))

    def show(sign: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
        for line in lines:
            text = line.removesuffix(end)
            yield sign + (text.removesuffix(b"\r") if crlf else text)

    for hunk in _grouped(_edits(old, new)):
        i = max(hunk[0][0] - _CONTEXT, 0)
        j = hunk[0][2] - (hunk[0][0] - i)
        tail = min(_CONTEXT, len(old) - hunk[-1][1])
        ranges = (i, hunk[-1][1] + tail), (j, hunk[-1][3] + tail)
        old_range, new_range = (_range(start + offset, stop - start) for start, stop in ranges)
        yield f"@@ -{old_range} +{new_range} @@".encode()
        for i1, i2, j1, j2 in hunk:
            yield from show(b" ", old[i:i1])
            yield from show(b"-", old[i1:i2])
            yield from show(b"+", new[j1:j2])
            i = i2
        yield from show(b" ", old[i : i + tail])


def _around_the_change(before: bytes, after: bytes, end: bytes) -> tuple[int, int]:
    """Where the lines to compare begin, and how many bytes to leave out at the end of both."""
    start = shared_start(before, after)
    tail = shared_end(before, after, start)
    for _ in range(_CONTEXT + 1):
        start = before.rfind(end, 0, max(start, 0)) if start > 0 else -1
        if start < 0:
            break
    stop = len(before) - tail
    for _ in range(_CONTEXT + 1):
        found = before.find(end, stop)
        stop = found + 1 if found >= 0 else len(before)
    return start + 1, len(before) - stop


def shared_start(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return _shared(min(len(one), len(other)), lambda first, last: one[first:last] == other[first:last])


def shared_end(one: bytes, other: bytes, start: int) -> int:
    """How many bytes both end with, not counting the first `start` of either."""
    ends = len(one), len(other)
    return _shared(
        min(ends) - start,
        lambda first, last: one[ends[0] - last : ends[0] - first] == other[ends[1] - last : ends[1] - first],
    )


def _shared(most: int, same: Callable[[int, int], bool]) -> int:
    """How many bytes, `most` at the most, are shared, where `same` compares those from one count to another.

    Stretches are compared rather than whole files, so that a large file is not copied.
    """
    low, high = 0, min(_STRETCH, most)
    while low < high and same(low, high):
        low, high = high, min(high + _STRETCH, most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if same(low, middle) else (low, middle - 1)
    return low


def _lines(data: bytes, end: bytes) -> list[bytes]:
    lines = [line + end for line in data.split(end)]
    lines[-1] = lines[-1].removesuffix(end)
    return lines if lines[-1] else lines[:-1]


Edit = tuple[int, int, int, int]  # old[i1:i2] becomes new[j1:j2]


def _edits(old: list[bytes], new: list[bytes]) -> Iterator[Edit]:
    """The differing pieces, sought between the lines that both hold exactly once, so entries stay whole."""
    from difflib import SequenceMatcher

    i = j = 0
    for next_i, next_j in [*_anchors(old, new), (len(old), len(new))]:
        left, right = old[i:next_i], new[j:next_j]
        if left != right and len(left) * len(right) > _MOST_PAIRS:
            yield i, next_i, j, next_j
        elif left != right:
            for kind, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
                if kind != "equal":
                    yield i + i1, i + i2, j + j1, j + j2
        i, j = next_i + 1, next_j + 1


def _anchors(old: list[bytes], new: list[bytes]) -> list[tuple[int, int]]:
    """The longest run, in the order of both, of lines that each holds once: patience sorting."""
    from bisect import bisect_left

    places = [_places_of_unique(lines) for lines in (old, new)]
    pairs = [(i, places[1][line]) for line, i in places[0].items() if line in places[1]]
    ends: list[int] = []  # per length, the smallest place in `new` at which a run of that length ends
    runs: list[tuple[int, int, Any]] = []  # the same runs: their last pair, and what comes before it
    for i, j in pairs:
        at = bisect_left(ends, j)
        ends[at : at + 1] = [j]
        runs[at : at + 1] = [(i, j, runs[at - 1] if at else None)]
    anchors = []
    run = runs[-1] if runs else None
    while run:
        i, j, run = run
        anchors.append((i, j))
    return anchors[::-1]


def _places_of_unique(lines: list[bytes]) -> dict[bytes, int]:
    seen: dict[bytes, int] = {}
    doubled = set()
    for place, line in enumerate(lines):
        if seen.setdefault(line, place) != place:
            doubled.add(line)
    return {line: place for line, place in seen.items() if line not in doubled}


def _grouped(edits: Iterator[Edit]) -> Iterator[list[Edit]]:
    hunk: list[Edit] = []
    for edit in edits:
        if hunk and edit[0] - hunk[-1][1] > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(edit)
    if hunk:
        yield hunk


def _range(start: int, length: int) -> str:
    first = start + 1 if length else start  # an empty range names the line before it, as diff(1) does
    return str(first) if length == 1 else f"{first},{length}"
