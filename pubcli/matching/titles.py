"""Titles without what makes equal titles look different, and the words that make similar ones differ."""

from __future__ import annotations

import re
from collections import Counter

from pubcli.bibtex.latex import decode
from pubcli.matching.folding import fold

_TAG = (
    r"</?(?:[a-zA-Z]+:)?(?:i|b|em|strong|su[bp]|sc|scp|span|tt|u|title|italic|bold|math|m\w+|p|br)"
    r"(?:\s[^<>]*)?/?>"
)
_ASCII_MARKS = str.maketrans(dict.fromkeys('!"#$%()*+,-./:;<=>?@[\\]^_`{|}~', " ") | {"'": ""})
_ENTITY = r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});"
_NUMBER = r"(?:part|pt|vol|volume|chapter|no)?(?:\d+|[ivx]+|one|two|three|four|first|second|third)?"
_NOTICE = (
    r"\b(?:correct(?:ion|ions|ed)|errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a)|retract(?:ed|ion)|withdrawn"
    r"|comments?|reply|response|rejoinder|discussion|review|editorial|preface|foreword)\b"
)
# What counts the parts of a work, years included: a cut title may stand for another part.
_COUNTING = r"[a-z]?\d+[a-z]?|[ivx]+|one|two|three|four|five|six|seven|eight|first|second|third|fourth|fifth"
_COUNTED = r"part|pt|vol|volume|chapter|book|phase|task"
_ARTICLES = frozenset(("a", "an", "the"))
_EDITION = frozenset((
    "abstract", "conference", "demo", "extended", "full", "journal", "long", "poster", "report", "short",
    "supplement", "supplementary", "technical", "version",
))  # fmt: skip
# Titles that many publications have, and that so say nothing.
_STOCK = frozenset((
    "abstract", "appendix", "background", "book review", "conclusion", "conclusions", "corrigendum", "demo",
    "discussion", "editorial", "errata", "erratum", "foreword", "guest editorial",
    "guest editors introduction", "in memoriam", "introduction", "introduction to the special issue",
    "invited talk", "keynote",
    "message from the chairs", "obituary", "overview", "panel", "poster", "preface", "summary",
    "table of contents", "thesis", "tutorial", "welcome",
))  # fmt: skip
_SHORT_WORDS = 3
CUT_LENGTH = 40


def normal_title(text: str) -> str:
    """A title for comparing: decoded, folded, no markup or punctuation, words apart by one space.

    Not empty unless `text` is. Equal titles may still differ in spaces where one writes a hyphen and
    the other nothing: `title_key` has none.
    """
    plain = decode(text)
    if "<" in plain:
        plain = re.sub(_TAG, "", plain)
    if "&" in plain:
        if re.search(_ENTITY, plain):
            from html import unescape  # 2 ms, for titles from the web only

            plain = unescape(unescape(plain))
            plain = re.sub(_TAG, "", plain)
        plain = plain.replace("&", " and ")
    if plain.isascii():
        return " ".join(plain.lower().translate(_ASCII_MARKS).split()) or " ".join(plain.lower().split())
    folded = fold(plain)
    for apostrophe in ("'", "ʼ", "′"):
        folded = folded.replace(apostrophe, "")
    return " ".join(re.sub(r"[\W_]+", " ", folded).split()) or " ".join(folded.split())


def title_key(normal: str) -> str:
    """A normal title without its spaces: `Self-Drafting`, `Self Drafting` and `Selfdrafting` are equal."""
    return normal.replace(" ", "")


def is_cut(title: str) -> bool:
    """Whether a title ends in the dots that stand for its rest."""
    return title.endswith(("…", "..."))


def is_stock(normal: str) -> bool:
    """Whether this title says nothing: `Editorial`, `Introduction`."""
    return normal in _STOCK


def is_short(normal: str) -> bool:
    """Whether so short a title says little: `Deep Learning`."""
    return is_stock(normal) or (len(normal.split()) < _SHORT_WORDS and len(normal) < 30)


def notices(normal: str) -> frozenset[str]:
    """The words that make a title one about another publication: a correction, a comment, a review."""
    return frozenset(re.findall(_NOTICE, normal))


def differ_in_number_only(one: str, other: str) -> bool:
    """Whether two unequal normal titles differ in numbers alone: parts I and II, versions, years."""
    odd = _odd_words(one, other)
    return bool(odd) and all(re.fullmatch(_NUMBER, word) or any(map(str.isdigit, word)) for word in odd)


def counts_parts(normal: str, start: int) -> bool:
    """Whether a normal title holds, behind its first `start` letters, what may tell parts of a work apart.

    That is a number, one letter behind a word such as `part`, or what makes it another edition of a work
    or a remark on one. Spaces are no letters here.
    """
    before, rest = "", set()
    for word in normal.split():
        start -= len(word)
        counting = rf"{_COUNTING}|[a-z]" if re.fullmatch(_COUNTED, before) else _COUNTING
        if start < 0:
            rest.add(word)
            if re.fullmatch(counting, word) or notices(word):
                return True
        before = word
    return bool(rest) and rest <= _EDITION | _ARTICLES


def differ_in_edition_only(one: str, other: str) -> bool:
    """Whether one of two normal titles only adds that it is an extended version, an abstract, a poster."""
    odd = set(_odd_words(one, other)) - _ARTICLES
    return bool(odd) and odd <= _EDITION


def _odd_words(one: str, other: str) -> list[str]:
    """The words that only one of two titles has."""
    left, right = Counter(one.split()), Counter(other.split())
    return [*(left - right).elements(), *(right - left).elements()]
