"""A page's own template string, from references whose parts are known.

The parts become slots, the links behind them a repeated group, the rest of the markup literal text
as most references have it; what varies from one to the next is left out. Several strings are made
and the one that gives most references back, to the byte, is taken. Knows neither pages nor files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pubcli.markup import Markup
from pubcli.publication import Publication
from pubcli.template import Template, TemplateError
from pubcli.template.builtin import BUILT_INS
from pubcli.template.inplace import PartsRead
from pubcli.template.records import link_field

_MOST_TRIED = 24  # references that each candidate is tried on
_MOST_SHAPES = 4
_MOST_WOVEN = 6  # kinds of references that may become alternatives of one string
_MOST_VARYING = 6  # places in one of them that take words of the reference's own
_LONGEST_WOVEN = 8000
_FALLBACK = {"markdown": "md-line", "html": "html-list", "latex": "tex-item"}
# A row of links: what stands before and behind each, and between them.
_LINK = {
    "markdown": re.compile(
        r"(?P<open>[\[(]?\[?)\[(?P<label>[^\[\]\n]{1,40})\]\((?P<url>[^()\s]+)\)(?P<close>[\])]?)"
    ),
    "html": re.compile(
        r"(?P<open>\[?)<a\b(?P<attributes>[^<>]*?)href=(?P<quote>[\"'])(?P<url>[^\"'<>]+)(?P=quote)(?P<more>[^<>]*)>"
        r"(?P<label>[^<>]{1,40})</a>(?P<close>\]?)"
    ),
    "latex": re.compile(r"(?P<open>\[?)\\href\{(?P<url>[^{}]+)\}\{(?P<label>[^{}]{1,40})\}(?P<close>\]?)"),
}


class Inferred(NamedTuple):
    """A template string, and how many of the references tried it gives back to the byte."""

    source: str
    exact: int
    tried: int


def infer_template(reads: Sequence[PartsRead], markup: Markup) -> Inferred:
    """The string, or the name of a built-in one, that gives most of these references back."""
    tried = _sample(reads)
    best = Inferred(_FALLBACK[markup.name], 0, len(tried))
    for source in _candidates(reads, markup):
        exact = _given_back(source, tried, markup, best.exact)
        if exact > best.exact:
            best = Inferred(source, exact, len(tried))
        if exact == len(tried):
            break
    return best


def _sample(reads: Sequence[PartsRead]) -> list[PartsRead]:
    return list(reads[:: max(1, len(reads) // _MOST_TRIED)])[:_MOST_TRIED]


def given_back(source: str, reads: Sequence[PartsRead], markup: Markup) -> Inferred:
    """How many of these references a template, or a built-in one by its name, gives back to the byte."""
    return Inferred(source, _given_back(source, reads, markup), len(reads))


def _given_back(source: str, reads: Sequence[PartsRead], markup: Markup, best: int = 0) -> int:
    """How many are given back; counted no further where it cannot be more than the best."""
    try:
        template = _parsed(source, markup)
    except TemplateError:
        return 0
    exact = 0
    for left, read in zip(range(len(reads), 0, -1), reads, strict=True):
        if exact + left <= best:
            break
        reading = template.read(read.text)
        if reading is not None and reading.exact and _agrees(reading.publication.title, read.record.title):
            exact += len(reading.publication.authors) == len(read.record.authors)
    return exact


def _agrees(one: str, other: str) -> bool:
    return one.rstrip(".") == other.rstrip(".")


def _parsed(source: str, markup: Markup) -> Template:
    if built_in := BUILT_INS.get(source):
        return Template.parse(built_in.source, built_in.markup)
    return Template.parse(source, markup)


def _candidates(reads: Sequence[PartsRead], markup: Markup) -> Iterator[str]:
    for name, built_in in BUILT_INS.items():
        if built_in.markup is markup:
            yield name
    yield from _own_strings(reads, markup)
    yield from _woven(reads, markup)


def _own_strings(reads: Sequence[PartsRead], markup: Markup) -> Iterator[str]:
    """For each way in which the parts follow each other, strings; and the best as alternatives of one."""
    shapes = Counter(_shape(read) for read in reads if read.exact)
    chosen: list[tuple[int, int, str]] = []
    for shape, _ in shapes.most_common(_MOST_SHAPES):
        alike = [read for read in reads if read.exact and _shape(read) == shape]
        if len(alike) == 1 < len(reads):
            continue
        strings = list(dict.fromkeys(_strings(alike, markup)))
        yield from strings
        exact, string = max((_given_back(string, alike[:12], markup), string) for string in strings)
        if exact:
            chosen.append((len(set(shape)), exact, string))
    chosen.sort(key=lambda choice: (-choice[0], -choice[1]))
    if len(chosen) > 1:
        yield "{?" + "{|}".join(string for _, _, string in chosen) + "?}"


def _shape(read: PartsRead) -> tuple[str, ...]:
    return tuple(_slot_name(read, part.name) for part in read.parts)


def _slot_name(read: PartsRead, name: str) -> str:
    return "abbr" if name == "venue" and read.record.abbr and not read.record.venue else name


def _strings(alike: Sequence[PartsRead], markup: Markup) -> Iterator[str]:
    """Strings for references of one shape: with the links behind them as a group, and with what most have."""
    gaps = [_gaps(read) for read in alike]
    count = len(gaps[0])
    bodies = [tuple(map(_with_thumbnail, gap[:-1])) for gap in gaps]
    body_usual, same = Counter(bodies).most_common(1)[0]
    like = [gap for gap, body in zip(gaps, bodies, strict=True) if body == body_usual] if same > 1 else gaps
    usual = [
        _shared([body[at] for body in bodies] if same == 1 else [body_usual[at]]) for at in range(count - 1)
    ]
    usual.append(_shared([gap[-1] for gap in like]))
    slots = [_slot(alike, at, markup) for at in range(count - 1)]
    body = "".join(_literal(gap) + slot for gap, slot in zip(usual, slots, strict=False))
    tails = [_literal(usual[-1])]
    links = Counter(filter(None, (_with_links(gap[-1], markup) for gap in like)))
    tails = [tail for tail, _ in links.most_common(2)] + tails
    for tail in tails:
        yield body + tail
    if "{*links" in tails[0]:
        yield body + "{?" + tails[0] + "?}"


def _shared(texts: Sequence[str]) -> str:
    """What most of these have; where each is different, what all begin and end with."""
    text, count = Counter(texts).most_common(1)[0]
    if count > 1 or len(set(texts)) == 1:
        return text
    before, after = _common(texts), _common([text[::-1] for text in texts])[::-1]
    before = before[: max(before.rfind(mark) for mark in ">\n ") + 1]
    starts = [at for at in map(after.find, "<\n") if at >= 0]
    after = after[min(starts) :] if starts else ""
    return before + after if len(before) + len(after) <= min(map(len, texts)) else before


def _common(texts: Sequence[str]) -> str:
    """What all of these begin with."""
    length = 0
    for characters in zip(*texts, strict=False):
        if len(set(characters)) > 1:
            break
        length += 1
    return texts[0][:length]


def _with_thumbnail(gap: str) -> str:
    return re.sub(r"""(<img\b[^<>]*?src=['"])[^'"<>]+(?=['"])""", r"\1{thumbnail}", gap, count=1)


def _gaps(read: PartsRead) -> list[str]:
    at, gaps = 0, []
    for part in read.parts:
        gaps.append(read.text[at : part.start])
        at = part.end
    return [*gaps, read.text[at:]]


def _literal(text: str) -> str:
    """The text as a template says it: verbatim where its braces would mean something."""
    if "{thumbnail}" in text:
        return "{thumbnail}".join(map(_literal, text.split("{thumbnail}")))
    if re.search(r"\{[\"?*|/]|[?*]\}|\{[A-Za-z]+[:}.]", text):
        return f'{{"{text}"}}' if '"}' not in text else text
    return text


def _slot(alike: Sequence[PartsRead], at: int, markup: Markup) -> str:
    name = _slot_name(alike[0], alike[0].parts[at].name)
    if name == "venue":
        return "{venue:asis}"
    if name == "year":
        return "{year:short}" if alike[0].parts[at].end - alike[0].parts[at].start == 2 else "{year}"
    return _authors(alike, at) if name == "authors" else f"{{{name}}}"


def _authors(alike: Sequence[PartsRead], at: int) -> str:
    """The `{authors}` slot with the options that most of these lists were written by."""
    lists = [read.text[read.parts[at].start : read.parts[at].end] for read in alike]
    options = []
    me = Counter(found[1] for text in lists for found in _SET_OFF.finditer(text)).most_common(1)
    options.append(_me(me[0][0]) if me else "me=plain")
    format = Counter(read.style.names for read in alike).most_common(1)[0][0]
    if format != "full":
        options.append(f"names={format}")
    style = Counter(read.style.sep for read in alike).most_common(1)[0][0]
    if style == ", ":
        style = _joiner(lists)
    if style != ", ":
        options += [f'sep="{style}"', f'last="{style}"', f'two="{style}"']
    else:
        options.append(f'last="{_last_joiner(lists)}"')
    sign = next(
        (sign for sign in (r"\*", "<sup>*</sup>", "*", r"\textsuperscript{*}") if _is_sign(sign, lists)), ""
    )
    if sign:
        options.append(f"equal='{sign}'")
        if me and any(re.search(rf"{re.escape(sign)}(?:\*\*|</)", text) for text in lists):
            options.append("marks=inside")
    return "{authors:" + " ".join(["max=all", *options]) + "}"


def _is_sign(sign: str, lists: Sequence[str]) -> bool:
    return any(re.search(rf"\w(?:\*\*)?{re.escape(sign)}(?!\*)", text) for text in lists)


_SET_OFF = re.compile(
    r"(\*\*(?:<(?:u|font\b[^<>']*|span\b[^<>']*)>)?"
    r"|<(?:b|strong|u|i|em|(?:b|strong|u|font|span) [^<>']*)>(?:<u>)?"
    r"|\\(?:textbf|underline)\{(?:\\underline\{)?|(?<!\*)\*(?=\w))"
)


def _me(opening: str) -> str:
    """The option that sets me off by what stands before my name."""
    if opening in _ME:
        return _ME[opening]
    signs = re.findall(r"\*\*|<\w+", opening)
    closing = "".join(f"</{sign[1:]}>" if sign[0] == "<" else sign for sign in reversed(signs))
    return f"me='{opening}{{}}{closing}'"


_ME = {
    "**": "me=bold", "**<u>": 'me="**<u>{}</u>**"', "*": "me=italic",
    "<b>": 'me="<b>{}</b>"', "<strong>": 'me="<strong>{}</strong>"', "<u>": 'me="<u>{}</u>"',
    "<strong><u>": 'me="<strong><u>{}</u></strong>"', "\\textbf{": "me=bold", "\\underline{": "me=underline",
    "\\textbf{\\underline{": 'me="\\textbf{\\underline{{}}}"',
}  # fmt: skip


def _joiner(lists: Sequence[str]) -> str:
    """What stands between two names where a line ends between most of them, else the usual joiner."""
    joiners = Counter(found for text in lists for found in _COMMAS.findall(text))
    usual = joiners.most_common(1)
    return usual[0][0] if usual and "\n" in usual[0][0] else ", "


_COMMAS = re.compile(r",\s+(?!and\b|&)")


def _last_joiner(lists: Sequence[str]) -> str:
    joiners = Counter(
        found[0]
        for text in lists
        if (found := re.search(r",? and (?=[^,]*$)|,? & (?=[^,]*$)|, (?=[^,]*$)", text))
        and "et al" not in text
    )
    return joiners.most_common(1)[0][0] if joiners else ", "


def _with_links(tail: str, markup: Markup) -> str:
    """The text behind the parts with its row of links as a group, or empty where it has none."""
    row = _link_row(tail, markup)
    if row is None or '"' in row.separator:
        return ""
    return _literal(row.before) + _link_group(row.separator or " ", row.body) + _literal(row.after)


def _link_group(separator: str, body: str, of: str = "") -> str:
    picked = f' of="{of}"' if of else ""
    return f'{{*links{picked} sep="{separator}" {body}*}}'


def _names_of_links(rows: Sequence[_LinkRow]) -> str:
    """The `of` option that names the links as these rows do, in their order; empty where it cannot."""
    places: dict[str, list[int]] = {}
    for row in rows:
        for place, label in enumerate(row.labels):
            places.setdefault(label, []).append(place)
    if any(set(label) & set('",:{}') for label in places):
        return ""
    named: dict[str, str] = {}
    for label in sorted(places, key=lambda label: -len(places[label])):
        named.setdefault(link_field(label, "", {}), label)
    order = sorted(named, key=lambda name: sum(places[named[name]]) / len(places[named[name]]))
    return ", ".join(f"{name}:{named[name]}" for name in order)


class _LinkRow(NamedTuple):
    """A row of links: the text around it, what most often stands between two, and one link as a template."""

    before: str
    separator: str
    body: str
    after: str
    labels: tuple[str, ...]


def _link_row(tail: str, markup: Markup) -> _LinkRow | None:
    found = list(_LINK[markup.name].finditer(tail))
    if not found:
        return None
    row = [found[0]]
    for link in found[1:]:
        if len(tail[row[-1].end() : link.start()]) > 12 or link["open"] != row[0]["open"]:
            break
        row.append(link)
    first = row[0]
    between = Counter(tail[a.end() : b.start()] for a, b in pairwise(row)).most_common(1)
    start, end = first.start("label") - first.start(), first.end("label") - first.start()
    whole = first[0]
    url = (first.start("url") - first.start(), first.end("url") - first.start())
    if url[0] < start:
        body = whole[: url[0]] + "{url}" + whole[url[1] : start] + "{label}" + whole[end:]
    else:
        body = whole[:start] + "{label}" + whole[end : url[0]] + "{url}" + whole[url[1] :]
    separator = between[0][0] if between else ""
    labels = tuple(link["label"] for link in row)
    return _LinkRow(tail[: first.start()], separator, body, tail[row[-1].end() :], labels)


# --- texts between the parts that vary in some words ---------------------------------------------


class _Cut(NamedTuple):
    """A reference with the texts between its slots; `row` is its row of links where that is one of them."""

    read: PartsRead
    gaps: tuple[str, ...]
    row: _LinkRow | None

    def kind(self) -> tuple[object, ...]:
        """What references that one string can give back have in common."""
        frames = tuple(_VARIES.sub("\0", gap) for gap in self.gaps)
        return _shape(self.read), frames, self.row.body if self.row else ""


def _woven(reads: Sequence[PartsRead], markup: Markup) -> Iterator[str]:
    """One string of alternatives, each for references that differ in their parts and in some words only."""
    kinds: dict[tuple[object, ...], list[_Cut]] = {}
    for read in reads:
        if read.exact and len(read.text) < _LONGEST_WOVEN:
            for cut in _cuts(read, markup):
                kinds.setdefault(cut.kind(), []).append(cut)
    several = [cuts for cuts in kinds.values() if len(cuts) > 1]
    common = sorted(several, key=lambda cuts: (-len(cuts), cuts[0].row is None))
    tried = _sample(reads)
    best, branches = 0, list[str]()
    for cuts in common[:_MOST_WOVEN]:
        branch = _branch(cuts, markup)
        if not branch or branch in branches:
            continue
        more = sorted([*branches, branch], key=lambda one: -one.count("{"))
        exact = _given_back(_alternatives(more), tried, markup, best)
        if exact > best:
            best, branches = exact, more
    if branches:
        yield _alternatives(branches)


def _alternatives(branches: Sequence[str]) -> str:
    """The branches, then one for a publication that fills none of them."""
    last = _MAY_MISS.sub(_optional, branches[-1])
    known = [*branches, last] if last != branches[-1] else branches
    return "{?" + "{|}".join(known) + "?}" if len(known) > 1 else known[0]


def _optional(slot: re.Match[str]) -> str:
    """A slot that may stay empty; of a linked title, the title stays."""
    return f"{{?{slot[0]}{{|}}{{title}}?}}" if slot["linked"] else f"{{?{slot[0]}?}}"


def _cuts(read: PartsRead, markup: Markup) -> Iterator[_Cut]:
    gaps = _gaps(read)
    yield _Cut(read, tuple(gaps), None)
    if row := _link_row(gaps[-1], markup):
        yield _Cut(read, (*gaps[:-1], row.before, row.after), row)


def _branch(cuts: Sequence[_Cut], markup: Markup) -> str:
    """The string for references of one kind; empty where they differ in too much."""
    alike = [cut.read for cut in cuts]
    slots = [_slot(alike, at, markup) for at in range(len(alike[0].parts))]
    rows = [cut.row for cut in cuts if cut.row]
    if rows:
        separators = Counter(row.separator for row in rows if row.separator).most_common(1)
        separator = separators[0][0] if separators else " "
        if '"' in separator:
            return ""
        slots.append(_link_group(separator, rows[0].body, _names_of_links(rows)))
    taken: Counter[str] = Counter()
    gaps = [_gap([cut.gaps[at] for cut in cuts], alike, taken) for at in range(len(slots) + 1)]
    if taken.total() > _MOST_VARYING:
        return ""
    return "".join(gap + slot for gap, slot in zip(gaps, [*slots, ""], strict=True))


def _gap(texts: Sequence[str], alike: Sequence[PartsRead], taken: Counter[str]) -> str:
    """The text that stands in one place of references of one kind, with slots for the words that vary."""
    out, at = "", 0
    rows = [[found[0] for found in _VARIES.finditer(text)] for text in texts]
    for found, values in zip(_VARIES.finditer(texts[0]), zip(*rows, strict=True), strict=True):
        before = texts[0][: found.start()]
        out += _literal(texts[0][at : found.start()])
        at = found.end()
        out += _literal(found[0]) if len(set(values)) == 1 else _varying(values, before, alike, taken)
    return out + _literal(texts[0][at:])


def _varying(values: Sequence[str], before: str, alike: Sequence[PartsRead], taken: Counter[str]) -> str:
    """The slot for words that vary: one of another part where they repeat it, else a field."""
    for slot, told in _TOLD.items():
        if all(told(read.record) == value for read, value in zip(alike, values, strict=True)):
            return slot
    attribute = re.search(r"([\w-]+)=[\"']$", before[-40:])
    if attribute and attribute[1] == "src" and "<img" in before[-200:] and not taken["src"]:
        taken["src"] += 1
        return "{thumbnail}"
    name = f"{attribute[1]}-value" if attribute else "remark"
    taken[name] += 1
    return f"{{field.{name}{taken[name] if taken[name] > 1 else ''}}}"


_MAY_MISS = re.compile(
    r"""(?P<linked>\[\{title\}\]\(\{url\}\)|<a href=(?P<quote>["'])\{url\}(?P=quote)>\{title\}</a>)"""
    r"|\{\*links.*?\*\}|\{number\}[.)]? ?|\{(?:field\.|url|thumbnail|venue|abbr|year)[^{}]*\}",
    re.S,
)
# What may vary: the value of an attribute, an address, words without markup.
_VARIES = re.compile(
    r"""(?<==")[^"<>{}\n]+(?=")|(?<==')[^'<>{}\n]+(?=')|(?<=\]\()[^()\s]+(?=\))"""
    r"""|(?<![\w<=/"'\\])[^\W_](?:[^<>\[\](){}*`\n\\|"']*[^\s<>\[\](){}*`\n\\|"'.,;])?"""
)
_TOLD: Mapping[str, Callable[[Publication], str]] = {
    "{title}": lambda record: record.title,
    "{abbr} {year}": lambda record: f"{record.abbr} {record.year}",
    "{abbr}": lambda record: record.abbr,
    "{year}": lambda record: str(record.year),
    "{url}": lambda record: record.raw("url"),
}
