"""Small charts: bars and sparklines as text, and a bar chart as SVG.

Knows labels and numbers, not what they mean. The same numbers give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def bars(values: Iterable[tuple[str, int]], *, width: int = 80, ascii_only: bool = False) -> str:
    """One line per value: label, bar, number; no line wider than `width` where labels leave room.

    The longest bar belongs to the largest number; a number above zero always shows something.
    """
    rows = list(values)
    if not rows:
        return ""
    label_width = max(len(label) for label, _ in rows)
    number_width = max(len(f"{number:,}") for _, number in rows)
    room = max(width - label_width - number_width - 2, 1)
    most = max(1, *(number for _, number in rows))
    lines = []
    for label, number in rows:
        bar = _bar(number, most, room, ascii_only)
        lines.append(f"{label:>{label_width}} {bar}{' ' if bar else ''}{number:,}\n")
    return "".join(lines)


def _bar(number: int, most: int, room: int, ascii_only: bool) -> str:
    if number <= 0:
        return ""
    if ascii_only:
        return "#" * max(round(room * number / most), 1)
    full, part = divmod(max(round(8 * room * number / most), 1), 8)
    return "█" * full + (_EIGHTHS[part] if part else "")


def sparkline(values: Sequence[int | None]) -> str:
    """One character per value, from the lowest to the highest; None is a space, no change a low line."""
    known = [value for value in values if value is not None]
    if not known:
        return " " * len(values)
    low, high = min(known), max(known)
    steps = (len(_LEVELS) - 1) / (high - low) if high > low else 0
    return "".join(" " if value is None else _LEVELS[round((value - low) * steps)] for value in values)


# --- SVG ----------------------------------------------------------------------------------------

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 56, 40

_STYLE = """\
    text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #57606a; }
    .title { font-size: 16px; font-weight: 600; fill: #1f2328; }
    .number { fill: #1f2328; text-anchor: middle; }
    .year { text-anchor: middle; }
    .scale { text-anchor: end; }
    .note { text-anchor: end; }
    .ground { fill: #ffffff; }
    .grid { stroke: #d8dee4; }
    .axis { stroke: #8c959f; }
    .bar { fill: #0969da; }
    @media (prefers-color-scheme: dark) {
      text { fill: #9198a1; }
      .title, .number { fill: #f0f6fc; }
      .ground { fill: #0d1117; }
      .grid { stroke: #2a313c; }
      .axis { stroke: #656c76; }
      .bar { fill: #4493f8; }
    }
"""


def svg(values: Iterable[tuple[str, int]], *, title: str, note: str = "") -> str:
    """A bar chart as an SVG file for light and dark pages, with a title that screen readers read.

    `note` stands small at the top right: the source and the day of the numbers.
    """
    rows = list(values)
    step = _scale_step(max((number for _, number in rows), default=0))
    top = max(-(-max((number for _, number in rows), default=0) // step), 1) * step
    described = ", ".join(f"{label}: {number:,}" for label, number in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="title desc">\n'
        f'  <title id="title">{_xml(title)}</title>\n'
        f'  <desc id="desc">{_xml(described)}</desc>\n'
        f"  <style>\n{_STYLE}  </style>\n"
        f'  <rect class="ground" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>\n'
        f'  <text class="title" x="16" y="30">{_xml(title)}</text>\n'
        + (f'  <text class="note" x="{_WIDTH - _RIGHT}" y="30">{_xml(note)}</text>\n' if note else "")
        + "".join(_grid_line(number, top) for number in range(0, top + 1, step))
        + "".join(_columns(rows, top))
        + "</svg>\n"
    )


def _grid_line(number: int, top: int) -> str:
    y = _y(number, top)
    kind = "grid" if number else "axis"
    return (
        f'  <line class="{kind}" x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}"/>\n'
        f'  <text class="scale" x="{_LEFT - 8}" y="{_shifted(y, 4)}">{number:,}</text>\n'
    )


def _columns(rows: Sequence[tuple[str, int]], top: int) -> Iterable[str]:
    """Bars, then their labels; where they stand close, only every second, third, … year and no number."""
    if not rows:
        return
    slot = (_WIDTH - _LEFT - _RIGHT) / len(rows)
    bar_width = min(slot * 0.7, 56)
    widest = max(max(len(label), len(f"{number:,}")) for label, number in rows)
    every = max(-(-(widest * 8 + 4) // max(int(slot), 1)), 1)
    for place, (_, number) in enumerate(rows):
        if number > 0:
            x, y = _number(_LEFT + slot * (place + 0.5) - bar_width / 2), _y(number, top)
            size = f'width="{_number(bar_width)}" height="{_number(_HEIGHT - _BOTTOM - float(y))}"'
            yield f'  <rect class="bar" x="{x}" y="{y}" {size} rx="2"/>\n'
    for place, (label, number) in enumerate(rows):
        middle = _number(_LEFT + slot * (place + 0.5))
        if (len(rows) - 1 - place) % every == 0:
            yield f'  <text class="year" x="{middle}" y="{_HEIGHT - _BOTTOM + 18}">{_xml(label)}</text>\n'
        if every == 1 and number > 0:
            y = _shifted(_y(number, top), -6)
            yield f'  <text class="number" x="{middle}" y="{y}">{number:,}</text>\n'


def _y(number: int, top: int) -> str:
    return _number(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * number / top)


def _shifted(y: str, by: int) -> str:
    return _number(float(y) + by)


def _number(value: float) -> str:
    """At most one digit after the point, so that the bytes do not depend on rounding noise."""
    return f"{value:.1f}".removesuffix(".0")


def _scale_step(most: int) -> int:
    """The distance of grid lines: 1, 2 or 5 times a power of ten, so that there are three to six."""
    step = 1
    for factor in (2, 2.5, 2) * 12:
        if most <= 5 * step:
            return step
        step = int(step * factor)
    return step


def _xml(text: str) -> str:
    """Text for an element or an attribute, without the characters that XML cannot hold."""
    text = _NOT_XML.sub("", text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text
