"""Citation keys: the style that a library's keys follow, and a new key in that style.

Knows publications and their keys; knows neither files nor where a publication comes from. A style
is one string with slots, as in `{family}{year}{word}` or `{Family}:{year}`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count, islice

from pubcli.publication import Publication

DEFAULT_PATTERN = "{family}{year}{word}"
DBLP_PATTERN = "{dblp}"
DBLP_PREFIX = "DBLP:"

_SAMPLE = 400  # keys looked at: a style shows itself long before
_STOP_WORDS = frozenset((
    "a", "an", "the", "on", "of", "in", "to", "for", "and", "or", "with", "at", "by", "from", "as", "is",
    "are", "do", "does", "how", "what", "why", "when", "can", "le", "la", "les", "un", "une", "des", "der",
    "die", "das", "ein", "eine", "el", "los", "las",
))  # fmt: skip
_SEPARATORS = ":._/+-"
_PREFIX = re.compile(r"[A-Za-z]+[:/_.-]")
_NUMBERED = re.compile(r"([A-Za-z]*[:._-]?)(\d{1,3})")
_DBLP = re.compile(r"(?:DBLP:)?(?:conf|journals|phd|books|series|reference)/[\w-]+/\S+")
_SLOT = re.compile(r"\{(\w+)\}")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9:._/+-]")
_YEARS_OFF = (-3, -2, -1, 1)
_YEAR_SLOTS = frozenset(("year", "yy"))
# Letters that Unicode does not decompose into an ASCII letter and an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ŋ": "n", "ħ": "h"}
)


@dataclass(frozen=True, slots=True)
class KeyStyle:
    """How a library names its entries.

    `pattern` is literal text with slots. `prefix` and `number` are set where the keys only count
    (`paper7`): the next one is `prefix` and the next free number from `number` on.
    """

    pattern: str = DEFAULT_PATTERN
    prefix: str = ""
    number: int = 0

    def key(self, publication: Publication) -> str:
        """The key this style gives a publication, whether or not it is taken; ASCII, never empty."""
        if self.number:
            return f"{self.prefix}{self.number}"
        values = _slot_values(publication)
        for pattern in (self.pattern, DEFAULT_PATTERN):
            if key := _filled(pattern, values):
                return key
        return "publication"


def key_style(publications: Iterable[Publication]) -> KeyStyle:
    """The style that at least half of the keys follow, or the default `familyYEARword`."""
    known = [publication for publication in islice(publications, _SAMPLE) if publication.key]
    keys = [publication.key for publication in known]
    if 2 * len(of_dblp := [key for key in keys if _DBLP.fullmatch(key)]) > len(keys):
        prefixed = 2 * sum(key.startswith(DBLP_PREFIX) for key in of_dblp) >= len(of_dblp)
        return KeyStyle(DBLP_PREFIX * prefixed + DBLP_PATTERN)
    votes = Counter(pattern for publication in known for pattern in set(_patterns(publication)))
    if votes:
        best = min(votes, key=lambda pattern: (-votes[pattern], _oddness(pattern)))
        if 2 * votes[best] >= len(keys):
            return KeyStyle(best)
    return _numbered(keys) or KeyStyle()


def new_key(
    publication: Publication, library: Iterable[Publication], *, taken: Iterable[str] = (), offered: str = ""
) -> str:
    """A key for a publication in the style of the library's keys; neither in the library nor in `taken`.

    Keys that differ only in case count as the same, as BibTeX warns about them. `offered` is the key that
    the publication has where it comes from: DBLP's own serves a library of DBLP's keys.
    """
    known = list(library)
    style, used = key_style(known), [*(other.key for other in known), *taken]
    offered = _NOT_IN_KEYS.sub("", offered)
    if style.pattern.endswith(DBLP_PATTERN) and _DBLP.fullmatch(offered):
        style = KeyStyle(style.pattern.removesuffix(DBLP_PATTERN) + offered.removeprefix(DBLP_PREFIX))
    return free_key(style, publication, used)


def free_key(style: KeyStyle, publication: Publication, taken: Iterable[str]) -> str:
    """The key `style` gives, with a letter behind it where it is taken: `a` to `z`, then `aa`."""
    used = {key.casefold() for key in taken}
    if style.number:
        return next(key for n in count(style.number) if (key := f"{style.prefix}{n}").casefold() not in used)
    key = style.key(publication)
    if key.casefold() not in used:
        return key
    return next(new for suffix in _suffixes() if (new := key + suffix).casefold() not in used)


def _suffixes() -> Iterator[str]:
    for number in count(1):
        suffix = ""
        while number:
            number, letter = divmod(number - 1, 26)  # noqa: PLW2901
            suffix = chr(ord("a") + letter) + suffix
        yield suffix


def _filled(pattern: str, values: dict[str, str]) -> str:
    """The pattern with its slots filled; an empty slot goes with the separator before it."""
    slots = _SLOT.findall(pattern)
    if slots and not any(values[slot] for slot in slots if slot not in _YEAR_SLOTS):
        return ""
    key = ""
    for literal, slot in re.findall(r"([^{}]*)(?:\{(\w+)\}|$)", pattern):
        if not slot or values[slot]:
            key += literal + values.get(slot, "")
        elif not key and literal.strip(_SEPARATORS):
            key = literal
    return key.lstrip(_SEPARATORS)


def _patterns(publication: Publication) -> Iterator[str]:
    """Every pattern that gives this publication its key, a letter behind it and a few years aside.

    The year in a key stays when a preprint appears: it may be the earlier one.
    """
    key, values = publication.key, _slot_values(publication)
    years = [str(publication.year + gap) for gap in _YEARS_OFF] if publication.year else []

    def rest(start: int, pattern: str) -> Iterator[str]:
        if start == len(key) or (start == len(key) - 1 and key[start].islower() and pattern.endswith("}")):
            yield pattern
        if start == len(key):
            return
        if key[start] in _SEPARATORS:
            yield from rest(start + 1, pattern + key[start])
        for slot, value in values.items():
            if value and key.startswith(value, start) and "{" + slot + "}" not in pattern:
                yield from rest(start + len(value), f"{pattern}{{{slot}}}")
        if key[start : start + 4] in years and "{year}" not in pattern:
            yield from rest(start + 4, pattern + "{year}")

    found = list(rest(0, ""))
    if prefix := _PREFIX.match(key):
        found += rest(prefix.end(), prefix[0])
    for pattern in found:
        if not _YEAR_SLOTS.issuperset(_SLOT.findall(pattern)):
            yield pattern


def _oddness(pattern: str) -> tuple[int, int, str]:
    """Sorts patterns that explain the same keys: fewest literal letters first, then the plainest slots."""
    literal = _SLOT.sub("", pattern)
    order = _slot_order()
    slots = _SLOT.findall(pattern)
    return len(literal.strip(_SEPARATORS)), sum(order[slot] for slot in slots) + 4 * len(slots), pattern


@cache
def _slot_order() -> dict[str, int]:
    return {slot: number for number, slot in enumerate(_slot_values(Publication("", "misc", {})))}


def _numbered(keys: list[str]) -> KeyStyle | None:
    found = [match for key in keys if (match := _NUMBERED.fullmatch(key))]
    prefixes = Counter(match[1] for match in found).most_common(1)
    if not prefixes or 2 * prefixes[0][1] <= len(keys) or len(keys) < 2:
        return None
    prefix = prefixes[0][0]
    return KeyStyle("", prefix, 1 + max(int(match[2]) for match in found if match[1] == prefix))


def _slot_values(publication: Publication) -> dict[str, str]:
    """What each slot would be for this publication, plainest slots first; empty where it is unknown."""
    names = [author.name for author in publication.authors]
    families = [_letters(name.family) for name in names]
    whole = [_letters(name.von) + family for name, family in zip(names, families, strict=True)]
    first, first_whole = (families[0], whole[0]) if families else ("", "")
    year = str(publication.year or "")
    words, joined = (
        _words(publication.title, split_hyphens=True),
        _words(publication.title, split_hyphens=False),
    )
    word = next((word for word in words if word.lower() not in _STOP_WORDS), "".join(words[:1]))
    short = "".join(
        word[:1].upper() + word[1:] for word in joined if word.lower() not in _STOP_WORDS or len(joined) == 1
    )
    short3 = "".join(word[:1].upper() + word[1:] for word in _significant(joined)[:3])
    venue = _letters(publication.abbr, digits=True)
    initials = first + "".join(family[:1].upper() for family in families[1:])
    etal = len(families) > 2 or publication.others
    return {
        "family": first.lower(),
        "Family": first[:1].upper() + first[1:],
        "year": year,
        "word": word.lower(),
        "Word": word[:1].upper() + word[1:],
        "yy": year[-2:],
        "vonfamily": first_whole.lower(),
        "VonFamily": first_whole,
        "first": "".join(words[:1]).lower(),
        "First": "".join(words[:1]).capitalize(),
        "ShortTitle": short3,
        "Title": short if short != short3 else "",
        "words": "_".join(_significant(words)[:3]).lower(),
        "authors": "-".join([*whole[:1], "etal"] if etal else whole).lower(),
        "venue": venue.lower(),
        "Venue": venue,
        "initials": initials,
        "Families": "".join(families) if len(families) > 1 else "",
        "FamilyEtAl": f"{first}EtAl" if etal else "".join(families),
        "family_etal": f"{first}_etal".lower() if etal else "_".join(families).lower(),
        "alpha": _alpha(families, more=publication.others),
        "FAMILY": first.upper(),
        "arxiv": publication.arxiv_id,
        "doi": _NOT_IN_KEYS.sub("", publication.doi),
        "dblp": _dblp(publication, initials, year[-2:], venue.lower()),
    }


def _alpha(families: list[str], *, more: bool) -> str:
    """The label of BibTeX's alpha style without its year: `Knu`, `GX`, `GXX+`."""
    if len(families) == 1 and not more:
        return families[0][:3]
    if len(families) > 4 or (families and more):
        return "".join(family[:1] for family in families[:3]) + "+"
    return "".join(family[:1] for family in families)


def _dblp(publication: Publication, initials: str, yy: str, venue: str) -> str:
    """A key in the shape of DBLP's: `conf/aaai/GaoXXDZWC25`, `journals/corr/abs-2508-02520`."""
    if publication.is_preprint and publication.arxiv_id:
        number = publication.arxiv_id.replace(".", "-").replace("/", "-")
        return f"journals/corr/abs-{number}"
    if not initials:
        return ""
    capitals = "".join(letter for letter in _ascii(publication.venue) if letter.isupper()).lower()
    part = {"inproceedings": "conf", "article": "journals", "phdthesis": "phd"}
    kind = part.get(publication.entry_type.lower(), "books")
    return "/".join((kind, *filter(None, [venue or capitals]), initials + yy))


def _significant(words: list[str]) -> list[str]:
    return [word for word in words if word.lower() not in _STOP_WORDS] or words


def _words(title: str, *, split_hyphens: bool) -> list[str]:
    """The title's words as ASCII letters and digits; those of another script are left out."""
    plain = _ascii(re.sub(r"['’]", "", title))
    pieces = re.split(r"[^A-Za-z0-9]+", plain) if split_hyphens else re.split(r"[^A-Za-z0-9-]+", plain)
    return [word for piece in pieces if (word := piece.replace("-", ""))]


def _letters(text: str, *, digits: bool = False) -> str:
    return re.sub(r"[^A-Za-z0-9]" if digits else r"[^A-Za-z]", "", _ascii(text))


def _ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
