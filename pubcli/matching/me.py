"""Which authors are me, and how surely: names compared over all the spellings that a list shows.

Knows the rules for names; the spellings that no rule gives (Chinese characters, former names) come
from the user's own list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from pubcli.bibtex.names import Name, parse_names
from pubcli.matching.folding import letters, spellings
from pubcli.publication import Author, Publication

_NICKNAME = r"\([^()]*\)|[\"“][^\"”]*[\"”]"
_BETWEEN_WORDS = r"\s+|(?<=\.)(?=[^\W\d_])"
_BETWEEN_PARTS = r"[-‐‑–]"
_NOT_IN_KEYS = str.maketrans("", "", " \t\r\n-.'~{}")


class Level(IntEnum):
    """How surely two spellings are one person's; the higher the surer."""

    INITIALS = 1
    SWAPPED = 2
    FULL = 3

    @property
    def probable(self) -> bool:
        """Whether this is no more than probable: initials alone."""
        return self is Level.INITIALS


class Word(NamedTuple):
    """One given name: its letters, and the parts between hyphens; initials are parts of one letter."""

    letters: str
    parts: tuple[str, ...]
    initials: bool


class Person(NamedTuple):
    """A name in folded letters, in every way its family name may be spelt."""

    families: frozenset[str]
    given: tuple[Word, ...]
    whole: frozenset[str]


# --- one name against another ---------------------------------------------------------------------


def person(name: Name) -> Person:
    """The comparable form of a name; `von` counts with the family name, wherever it stands."""
    given, family = name.given.split(), name.surname
    if name.literal:
        found = parse_names(name.family).names
        if found and not found[0].literal and (found[0].given or found[0].von):
            return person(found[0])
    if not given and name.von:
        given, family = name.von.split(), name.family
    particles = len(given)
    while particles > 1 and given[particles - 1].islower():
        particles -= 1
    family = " ".join((*given[particles:], family))
    first = " ".join(given[:particles])
    whole = family + first if _is_cjk(family) else first + family
    return Person(spellings(family), words(first), spellings(whole))


def words(given: str) -> tuple[Word, ...]:
    """The given names; `QR`, `Q.-R.` and `Q R` are initials."""
    if "(" in given or '"' in given or "“" in given:
        given = re.sub(_NICKNAME, " ", given)
    found = []
    for raw in re.split(_BETWEEN_WORDS, given):
        parts = tuple(part for part in map(letters, re.split(_BETWEEN_PARTS, raw)) if part)
        if not parts:
            continue
        if len(parts) == 1 and 2 <= len(raw) <= 3 and raw.isascii() and raw.isupper() and raw.isalpha():
            found.append(Word(parts[0], tuple(parts[0]), True))
        else:
            found.append(Word("".join(parts), parts, all(map(_is_initial, parts))))
    return tuple(found)


def given_level(one: Sequence[Word], other: Sequence[Word]) -> Level | None:
    """How two lists of given names of one family fit, or None. `Qing` is not `Qingrong`; `Q.` may be."""
    if "".join(word.letters for word in one) == "".join(word.letters for word in other):
        return Level.FULL
    if not one or not other:
        return None
    if all(word.initials for word in one):
        return Level.INITIALS if _initials_fit(one, other) else None
    if all(word.initials for word in other):
        return Level.INITIALS if _initials_fit(other, one) else None
    return _aligned(one, other) if len(one) <= len(other) else _aligned(other, one)


def _initials_fit(initials: Sequence[Word], full: Sequence[Word]) -> bool:
    """Whether the initials begin like the name and occur in it in order; `QR` fits `Qingrong`."""
    wanted = "".join(word.letters for word in initials)
    parts = [part for word in full for part in word.parts]
    offered = "".join(part[0] for part in parts) if len(parts) > 1 else parts[0]
    if len(parts) > 1 and len(wanted) > len(offered):
        wanted, offered = offered, wanted
    rest = iter(offered)
    return wanted[0] == offered[0] and all(letter in rest for letter in wanted)


def _aligned(short: Sequence[Word], long: Sequence[Word]) -> Level | None:
    """Names of which at least one is written out on each side; middle names may be missing in one."""
    first, other = short[0], long[0]
    if not _word_fits(first, other):
        return None
    level = Level.FULL if first.letters == other.letters else Level.INITIALS
    rest = list(long[1:])
    for word in short[1:]:
        while rest and not _word_fits(word, rest[0]):
            if not rest.pop(0).initials:
                level = Level.INITIALS
        if not rest:
            return None
        rest.pop(0)
    return level if all(word.initials for word in rest) else Level.INITIALS


def _word_fits(one: Word, other: Word) -> bool:
    if one.letters == other.letters:
        return True
    if one.initials or other.initials:
        return _initials_fit([one], [other]) if one.initials else _initials_fit([other], [one])
    return False


def _is_initial(part: str) -> bool:
    return len(part) == 1 and not _is_cjk(part)


def _is_cjk(text: str) -> bool:
    return text[:1] >= "\u2e80"


# --- me ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Me:
    """The names I publish under, ready for many comparisons."""

    people: tuple[Person, ...]
    by_family: dict[str, tuple[int, ...]]
    by_whole: dict[str, int]
    needles: tuple[str, ...]  # one of these is in every name of mine that is written in plain letters
    levels: dict[Name, tuple[Level, int] | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, names: Sequence[str]) -> Me:
        """Compile names as the user writes them, `Qingrong Xia` or `Xia, Qingrong`; empty ones are nobody."""
        return _compiled(tuple(names))

    def level(self, name: Name) -> tuple[Level, int] | None:
        """How surely this name is one of mine, and which; worked out once for each spelling."""
        if self.cannot_be_in(name.given + name.von + name.family):
            return None
        if name not in self.levels:
            self.levels[name] = self._level(name)
        return self.levels[name]

    def cannot_be_in(self, text: str) -> bool:
        """Whether plain text, a name or a list of them, shows that none of my family names is in it."""
        if not text.isascii() or "\\" in text:
            return False
        text = text.lower().translate(_NOT_IN_KEYS)
        for needle in self.needles:  # noqa: SIM110 (twice as fast as `any`, and asked for every author)
            if needle in text:
                return False
        return True

    def _level(self, name: Name) -> tuple[Level, int] | None:
        candidate = person(name)
        found = [(Level.FULL, self.by_whole[whole]) for whole in candidate.whole if whole in self.by_whole]
        if found:
            return found[0]
        found = self._levels(candidate.families, candidate.given)
        spelt = f"{name.given} {name.surname}".split()
        for at in range(1, min(len(spelt), 4)):
            family = spellings("".join(spelt[:at]))
            if not self.by_family.keys().isdisjoint(family):
                swapped = self._levels(family, words(" ".join(spelt[at:])))
                found += [(min(level, Level.SWAPPED), which) for level, which in swapped]
        return max(found, key=lambda match: match[0], default=None)

    def _levels(self, families: frozenset[str], given: Sequence[Word]) -> list[tuple[Level, int]]:
        candidates = {which for family in families for which in self.by_family.get(family, ())}
        levels = ((given_level(given, self.people[which].given), which) for which in sorted(candidates))
        return [(level, which) for level, which in levels if level is not None]


@lru_cache(maxsize=16)
def _compiled(names: tuple[str, ...]) -> Me:
    mine = [name for text in names for name in parse_names(text).names[:1]]
    people = tuple(map(person, mine))
    by_family: dict[str, tuple[int, ...]] = {}
    by_whole: dict[str, int] = {}
    for which, one in enumerate(people):
        for family in one.families - {""}:
            by_family[family] = (*by_family.get(family, ()), which)
        for whole in one.whole - {""}:
            by_whole.setdefault(whole, which)
    needles = {spelling for name in mine for spelling in _needle(name)}
    return Me(people, by_family, by_whole, tuple(sorted(needles)))


def _needle(name: Name) -> frozenset[str]:
    """The last word of the family name: it stays whole in whatever order a name is written."""
    last = name.family.split()[-1:] or name.given.split()[-1:]
    return spellings("".join(last))


def my_authors(publication: Publication, me: Sequence[str] | Me) -> dict[int, Level]:
    """The places (from 0) of the authors that are me, each with how surely.

    Of several that only probably are the same me, the surest, or the one that the file highlights,
    remain. With an empty `me`, the highlighted authors.
    """
    me = me if isinstance(me, Me) else Me.of(me)
    if not me.people:
        return {at: Level.FULL for at, author in enumerate(publication.authors) if _is_highlighted(author)}
    if me.cannot_be_in(publication.raw("author", "editor")):
        return {}
    authors = publication.authors
    found = {at: match for at, author in enumerate(authors) if (match := me.level(author.name)) is not None}
    return {at: level for at, (level, _) in found.items() if not _outdone(at, found, authors)}


def _outdone(at: int, found: dict[int, tuple[Level, int]], authors: Sequence[Author]) -> bool:
    """Whether another author is more surely the same me."""
    level, which = found[at]
    rivals = [(rival, other) for rival, (other, who) in found.items() if who == which and rival != at]
    if any(other > level for _, other in rivals):
        return True
    equals = [rival for rival, other in rivals if other == level]
    return not _is_highlighted(authors[at]) and any(_is_highlighted(authors[rival]) for rival in equals)


def _is_highlighted(author: Author) -> bool:
    return author.name.highlighted or "highlight" in author.roles
