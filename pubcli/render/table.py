"""Publications on a terminal: the table of `list`, and one publication in full for `show`.

Text that does not fit is wrapped. A column that finds no room (given up in the order of `_GIVEN_UP`)
goes into a dim line below the title, and where the title has no room beside the key, it stands
below it: at 20 columns everything is still there. Rows are made as they are asked for, so that a
long table begins at once; rich's own tables would need all of them first, and cost more than the
whole start. Of rich only the cell widths are used, for text beyond ASCII. Text is shown literally:
what could drive the terminal is taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from typing import NamedTuple

from pubcli.publication import AWARD_FIELDS, LINK_FIELDS, SELECTED_FIELDS, TAG_FIELDS, Publication
from pubcli.query import short_venue

_SAMPLE = 300  # publications that decide the widths
_CHUNK = 50  # rows written at once
_GAP = "  "
_LEAST_TITLE = 32  # a title narrower than this costs a column
_BESIDE_KEY = 22  # a title narrower than this goes below the key
_MOST_LINES = 4  # of one cell
_WIDEST_LABEL = 16  # of `show`

# Columns given up for the title, the first one first.
_GIVEN_UP = ("tags", "awards", "cited", "venue", "year")
_WIDEST = {"key": 22, "year": 4, "venue": 12, "tags": 17, "awards": 17, "cited": 16}
_COLUMNS = ("key", "year", "title", "venue", "tags", "awards", "cited")
_STYLES = {
    "key": "36",
    "year": "",
    "title": "",
    "venue": "32",
    "tags": "2",
    "awards": "33",
    "cited": "",
    "head": "1",
}
_STAR_STYLE, _DIM, _BOLD = "33", "2", "1"


_Paint = Callable[[str, str], str]


class _Row(NamedTuple):
    """The texts of one publication, by column."""

    key: str
    year: str
    title: str
    venue: str
    tags: str
    awards: str
    cited: str
    selected: bool


def table(
    publications: Iterable[Publication],
    *,
    width: int,
    color: bool = True,
    trends: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """The table as pieces of text, each ending in a line end; no line is wider than `width`.

    `width` below 20 is taken as 20. `trends` are sparklines by key, shown before the counts.
    """
    rows = (_row(publication, trends.get(publication.key, "")) for publication in publications)
    sample = list(islice(rows, _SAMPLE))
    if not sample:
        return
    widths = _widths(sample, max(width, 20))
    paint = _painted if color else _unpainted
    if widths["title"]:
        yield _head(widths, paint)
    numbered = chain(sample, rows)
    while piece := list(islice(numbered, _CHUNK)):
        yield "".join(line for row in piece for line in _row_lines(row, widths, max(width, 20), paint))


def _row(publication: Publication, trend: str) -> _Row:
    cited = publication.citations
    return _Row(
        _shown(publication.key),
        str(publication.year or ""),
        _shown(publication.title) or "(no title)",
        _shown(short_venue(publication)),
        _shown(", ".join(publication.tags)),
        _shown("; ".join(award.text for award in publication.awards)),
        "" if cited is None else f"{trend} {cited}".strip(),
        publication.selected,
    )


def _widths(sample: Sequence[_Row], width: int) -> dict[str, int]:
    """The width of each column that is shown; a title of width 0 stands below the key."""
    natural = {name: sorted(_cells(getattr(row, name)) for row in sample) for name in _COLUMNS}
    longest = natural["title"][-1]
    widths = {
        name: _fitting(natural[name], most, breaks_words=name in ("key", "venue"))
        for name, most in _WIDEST.items()
        if natural[name][-1]
    }
    widths = {name: max(found, len(name)) for name, found in widths.items()}
    wanted = min(_LEAST_TITLE, max(longest, len("title")))
    for name in (*_GIVEN_UP, ""):
        room = width - 2 - sum(found + len(_GAP) for found in widths.values())
        if room >= wanted or not name:
            break
        widths.pop(name, None)
    if room < min(wanted, _BESIDE_KEY):
        return {"title": 0}
    shown = {**widths, "title": min(room, max(longest, len("title")))}
    return {name: shown[name] for name in _COLUMNS if name in shown}


def _fitting(sizes: Sequence[int], most: int, *, breaks_words: bool) -> int:
    """The width of a column whose texts have these sizes.

    A few keys wider than what a column may have are broken rather than widening it for all.
    """
    within = [size for size in sizes if size <= most]
    return max(within) if within and (len(within) == len(sizes) or (breaks_words and within[-1])) else most


def _head(widths: Mapping[str, int], paint: _Paint) -> str:
    cells = [_padded(name.upper(), widths[name], right=name == "cited") for name in widths]
    return paint("  " + _GAP.join(cells).rstrip(), _STYLES["head"]) + "\n"


def _row_lines(row: _Row, widths: Mapping[str, int], width: int, paint: _Paint) -> Iterator[str]:
    star = paint("★", _STAR_STYLE) + " " if row.selected else "  "
    hidden = _hidden(row, widths)
    if not widths["title"]:
        for number, line in enumerate(_wrapped(row.key, width - 2)):
            yield (star if number == 0 else "  ") + paint(line, _STYLES["key"]) + "\n"
        for line in _wrapped(row.title, width - 4):
            yield f"    {line}\n"
        for line in _wrapped(hidden, width - 4) if hidden else ():
            yield "    " + paint(line, _DIM) + "\n"
        return
    cells = {name: _wrapped(getattr(row, name), found) for name, found in widths.items()}
    plain = len(cells["title"])
    cells["title"] += _wrapped(hidden, widths["title"]) if hidden else []
    for number in range(max(map(len, cells.values()))):
        parts = []
        for name, lines in cells.items():
            text = lines[number] if number < len(lines) else ""
            style = _DIM if name == "title" and number >= plain else _STYLES[name]
            padding = " " * (widths[name] - _cells(text))
            painted = paint(text, style)
            parts.append(padding + painted if name == "cited" else painted + padding)
        yield ((star if number == 0 else "  ") + _GAP.join(parts)).rstrip() + "\n"


def _hidden(row: _Row, widths: Mapping[str, int]) -> str:
    """What the columns that were given up would show, in one text."""
    names = [name for name in ("year", "venue", "tags", "awards", "cited") if name not in widths]
    texts = [(name, getattr(row, name)) for name in names if getattr(row, name)]
    return " · ".join(f"cited {text}" if name == "cited" else text for name, text in texts)


def show(
    publication: Publication,
    *,
    bibtex: str,
    mine: Collection[int] = (),
    width: int | None = None,
    color: bool | None = None,
) -> str:
    """One publication in full: every field, link, award and tag, then the entry's own text.

    `mine` are the indices of my names among the authors, set in bold. Without `width` nothing is
    wrapped; there is colour where a width is given, unless `color` says otherwise.
    """
    paint = _painted if (width is not None if color is None else color) else _unpainted
    room = None if width is None else max(width, 20)
    title = _wrapped(_shown(publication.title) or "(no title)", room, most=0)
    lines = [paint(line, _BOLD) for line in title]
    if publication.selected:
        lines.append(paint("★ selected", _STAR_STYLE))
    lines.append("")
    facts = list(_facts(publication))
    indent = min(max(_cells(fact.label) for fact in facts) + 2, _WIDEST_LABEL)
    for fact in facts:
        lines += _fact_lines(fact, indent, room, paint, mine if fact.label == "Authors" else ())
    lines += ["", *(_shown(line.expandtabs(4)) for line in bibtex.strip("\r\n").splitlines())]
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Fact(NamedTuple):
    """A line of `show`: several texts are set apart by `joiner`; an address is never broken."""

    label: str
    texts: Sequence[str]
    joiner: str = ","
    breakable: bool = True


def _facts(publication: Publication) -> Iterator[_Fact]:
    """What there is to say about it, in the order it is said."""
    authors = [author.name.full for author in publication.authors]
    preprint = ", a preprint" if publication.is_preprint else ""
    cited, venue = publication.citations, publication.venue
    facts = (
        _Fact("Authors", [*authors, "et al."] if publication.others else authors),
        _Fact("Venue", [_venue(publication)]),
        _Fact("Year", [str(publication.year or "")]),
        _Fact("State", [publication.state]),
        _Fact("Awards", [award.text for award in publication.awards], ";"),
        _Fact("Tags", publication.tags),
        _Fact("Citations", ["" if cited is None else str(cited)]),
        _Fact("Key", [publication.key], breakable=False),
        _Fact("Type", [publication.entry_type.lower() + preprint]),
        *(_Fact(link.label, [link.url], breakable=False) for link in publication.links),
        *(_Fact(name, [publication.text(name)]) for name in publication.fields if name not in _TOLD),
    )
    return (fact for fact in facts if any(fact.texts) and (fact.label == "Venue" or fact.texts != [venue]))


def _venue(publication: Publication) -> str:
    short, venue = short_venue(publication), publication.venue
    if short.lower() in venue.lower():
        return venue
    if not venue:
        return short
    return f"{venue} ({short})"


# Fields that `show` tells under labels of its own.
_TOLD = frozenset((
    "title", "subtitle", "author", "year", "pubstate", "citationcount", "eprint", "abbr",
    *AWARD_FIELDS, *TAG_FIELDS, *SELECTED_FIELDS, *(name for name, _, _ in LINK_FIELDS),
))  # fmt: skip


def _fact_lines(
    fact: _Fact, indent: int, room: int | None, paint: _Paint, bold: Collection[int]
) -> Iterator[str]:
    label = _shown(fact.label)
    first = paint(_padded(label, indent - 1) + " ", _DIM)
    if room is not None and room < 3 * indent:
        yield paint(label, _DIM)
        indent, first = 2, "  "
    last = len(fact.texts) - 1
    pieces = [
        (_shown(text), fact.joiner if number < last else "", _BOLD if number in bold else "")
        for number, text in enumerate(fact.texts)
    ]
    for line in _filled(pieces, room - indent if room and fact.breakable else None, paint):
        yield first + line
        first = " " * indent


def _filled(pieces: Iterable[tuple[str, str, str]], width: int | None, paint: _Paint) -> list[str]:
    """Lines of pieces (text, what follows it, style); one is broken only where a line cannot hold it."""
    lines, used = [""], 0
    for text, joiner, style in pieces:
        size = _cells(text) + len(joiner)
        if used and width is not None and used + 1 + size > width:
            lines.append("")
            used = 0
        *whole, end = _wrapped(text, None if width is None else width - len(joiner), most=0)
        lines[-1:] = [lines[-1] + (" " if used else "") + paint(part, style) for part in whole[:1] or [end]]
        lines += [paint(part, style) for part in [*whole[1:], end] if whole]
        lines[-1] += joiner
        used = _cells(end) + len(joiner) + (used + 1 if used and not whole else 0)
    return lines


def _wrapped(text: str, width: int | None, most: int = _MOST_LINES) -> list[str]:
    """The text in lines of this width; after `most` lines (0: any number) the rest is `…`."""
    if width is None or _cells(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        line = f"{lines[-1]} {word}" if lines[-1] else word
        if _cells(line) > width and _cells(word) <= width:
            lines.append(word)
            continue
        while _cells(line) > width:
            lines[-1] = _cut(line, width)
            line = line[len(lines[-1]) :].lstrip()
            lines.append("")
        lines[-1] = line
    if most and len(lines) > most:
        lines[most - 1 :] = [_cut(lines[most - 1], width - 1).rstrip() + "…"]
    return lines


def _cut(text: str, width: int) -> str:
    """The longest start of the text that fits, one character at least."""
    if text.isascii():
        return text[:width]
    used = 0
    for number, char in enumerate(text):
        used += _cells(char)
        if used > width and number:
            return text[:number]
    return text


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _padded(text: str, width: int, *, right: bool = False) -> str:
    padding = " " * (width - _cells(text))
    return padding + text if right else text + padding


def _shown(text: str) -> str:
    """The text without what drives a terminal."""
    if text.isprintable():
        return text
    from pubcli.markup import printable

    return printable(text)


def _painted(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and text else text


def _unpainted(text: str, style: str) -> str:
    return text
