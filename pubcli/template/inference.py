"""A page's own template string, from references whose parts are known.

The parts become slots, the links behind them a repeated group, the rest of the markup literal text
as most references have it; what varies from one to the next is left out. Several strings are made
and the one that gives most references back, to the byte, is taken. Knows neither pages nor files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pubcli.markup import Markup
from pubcli.template import Template, TemplateError
from pubcli.template.builtin import BUILT_INS
from pubcli.template.inplace import PartsRead

_MOST_TRIED = 24  # references that each candidate is tried on
_MOST_SHAPES = 4
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
    tried = list(reads[:: max(1, len(reads) // _MOST_TRIED)])[:_MOST_TRIED]
    best = Inferred(_FALLBACK[markup.name], 0, len(tried))
    for source in _candidates(reads, markup):
        exact = _given_back(source, tried, markup)
        if exact > best.exact:
            best = Inferred(source, exact, len(tried))
        if exact == len(tried):
            break
    return best


def given_back(source: str, reads: Sequence[PartsRead], markup: Markup) -> Inferred:
    """How many of these references a template, or a built-in one by its name, gives back to the byte."""
    return Inferred(source, _given_back(source, reads, markup), len(reads))


def _given_back(source: str, reads: Sequence[PartsRead], markup: Markup) -> int:
    try:
        template = _parsed(source, markup)
    except TemplateError:
        return 0
    exact = 0
    for read in reads:
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
    options.append(_ME.get(me[0][0] if me else "", "me=plain"))
    format = Counter(read.style.names for read in alike).most_common(1)[0][0]
    if format != "full":
        options.append(f"names={format}")
    style = Counter(read.style.sep for read in alike).most_common(1)[0][0]
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
    r"(\*\*(?:<u>)?|<(?:b|strong|u|i|em)>(?:<u>)?|\\(?:textbf|underline)\{(?:\\underline\{)?|(?<!\*)\*(?=\w))"
)
_ME = {
    "**": "me=bold", "**<u>": 'me="**<u>{}</u>**"', "*": "me=italic",
    "<b>": 'me="<b>{}</b>"', "<strong>": 'me="<strong>{}</strong>"', "<u>": 'me="<u>{}</u>"',
    "<strong><u>": 'me="<strong><u>{}</u></strong>"', "\\textbf{": "me=bold", "\\underline{": "me=underline",
    "\\textbf{\\underline{": 'me="\\textbf{\\underline{{}}}"',
}  # fmt: skip


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
    found = list(_LINK[markup.name].finditer(tail))
    if not found:
        return ""
    row = [found[0]]
    for link in found[1:]:
        if len(tail[row[-1].end() : link.start()]) > 12 or link["open"] != row[0]["open"]:
            break
        row.append(link)
    first = row[0]
    between = Counter(tail[a.end() : b.start()] for a, b in pairwise(row)).most_common(1)
    separator = between[0][0] if between else " "
    if '"' in separator:
        return ""
    start, end = first.start("label") - first.start(), first.end("label") - first.start()
    whole = first[0]
    url = (first.start("url") - first.start(), first.end("url") - first.start())
    if url[0] < start:
        body = whole[: url[0]] + "{url}" + whole[url[1] : start] + "{label}" + whole[end:]
    else:
        body = whole[:start] + "{label}" + whole[end : url[0]] + "{url}" + whole[url[1] :]
    group = f'{{*links sep="{separator}" {body}*}}'
    return _literal(tail[: first.start()]) + group + _literal(tail[row[-1].end() :])
