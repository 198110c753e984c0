r"""The names in an author or editor field, by BibTeX's rules and biblatex's `family=…, given=…`.

Knows where one name ends and what its parts are, and strips what owners of lists put around
names (bold, underline, `*`, `†`). Does not know who anybody is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pubcli.bibtex.latex import decode

_OTHERS = frozenset({"others", "et al", "et al.", "et. al.", "et. al", "et.al.", "etal", "...", "…"})
_ET_AL_AT_END = r"(?i)[\s,;]+(?:et\.?\s*al\.?|\.\.\.|…)\s*$"
_AND_OR_BRACE = r"(?i)[{}]|(?:^|(?<=\s))and(?=\s|$)"
_PART_OR_BRACE = r"[{},]|[\s~]+"
_SUFFIX = r"(?i)(?:Jr|Sr|Junior|Senior|II|III|IV)\.?"
_ONLY_INITIALS = r"(?:[^\W\d_]\.?[\s-]?){1,4}"
_EXTENDED = r"(?i)\s*\"?(?:family|given|prefix|suffix)(?:-i)?\s*="
_EXTENDED_PART = r"(?is)\s*\"?(family|given|prefix|suffix)\s*=\s*(.*?)\"?\s*"

_LETTER_MACRO_AT_END = r"\\(?:[cvHkurdbt]|aa|AA|ae|AE|oe|OE|ss|[oOlLij]|['`^\"~=.])$"

# What marks a name in a list of one's own: wrappers that highlight it, and signs of a role.
_MAY_BE_MARKED = r"[\\{}$*†‡§¶✉∗⋆¹²³^]"
_WRAPPER = (
    r"\\(?:textbf|underline|uline|ul|textit|emph|textsc|textcolor\s*\{[^{}]*\}|mathbf|hl|uwave|strong"
    r"|(?:my|me|self|own)[A-Za-z]*|href\s*\{[^{}]*\})\s*\{"
    r"|\{\s*\\(?:bf|bfseries|em|it|itshape|sl|sc|boldmath)(?![A-Za-z])\s*"
    r"|[{}]"
)
_HIGHLIGHTING = r"bf|bold|line|uwave|hl|color|strong|emph|textit|\\(?:ul|em|it|my|me|self|own)"
_SIGN = (
    r"\$[^$]*\$"
    r"|\\textsuperscript\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    r"|\\(?:thanks|footnote|footnotemark|corref|fnref|inst|tnoteref|orcidlink|ref)\s*(?:\[[^\]]*\]|\{[^{}]*\})"
    r"|\\(?:dag|ddag|dagger|ddagger|ast|textdagger|textdaggerdbl|textasteriskcentered|footnotemark|Letter|S|P)"
    r"(?![A-Za-z])\s*(?:\{\})?"
    r"|\\\*|\^\{[^{}]*\}|\^[*†‡\d]|[*†‡§¶✉∗⋆¹²³]+"
)
_STARRED = r"(\*{1,2})(?=[^\W\d_])([^*]+)(?<=\S)\1"


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or, when `literal`, a body that is named whole; plain Unicode without marks.

    `highlighted`: the source set it in bold, underlined or between asterisks.
    """

    given: str = ""
    von: str = ""
    family: str = ""
    suffix: str = ""
    literal: bool = False
    highlighted: bool = False

    @property
    def full(self) -> str:
        """In natural order: `Given von Family, Jr`; Chinese, Japanese, Korean names begin with the family."""
        if self.given and _is_cjk(self.given) and _is_cjk(self.family):
            return f"{self.family}{self.given}"
        name = " ".join(part for part in (self.given, self.von, self.family) if part)
        return f"{name}, {self.suffix}" if self.suffix else name

    @property
    def last_first(self) -> str:
        """As BibTeX sorts it: `von Family, Jr, Given`."""
        return ", ".join(part for part in (self.surname, self.suffix, self.given) if part)

    @property
    def surname(self) -> str:
        """The family name with its `von`."""
        return f"{self.von} {self.family}" if self.von else self.family

    @property
    def initials(self) -> str:
        """The initials of the given names: `Q.-R.`, `J. R. R.`; a name in Chinese characters stays whole."""
        return " ".join(_initials(word) for word in _given_words(self.given))


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of one field, and whether it says that there are others."""

    names: tuple[Name, ...] = ()
    others: bool = False


def parse_names(text: str) -> NameList:
    """The names of an author or editor field; never raises, and gives no empty name."""
    raws, others = _split(text)
    names = [_parse_name(raw) for raw in raws]
    return NameList(tuple(name for name in names if name.family or name.given), others)


def split_names(text: str) -> list[str]:
    """The raw text of each name, without the closing `others`, white space folded."""
    return _split(text)[0]


def _split(text: str) -> tuple[list[str], bool]:
    text = " ".join(text.split())
    raws = [raw for raw in (raw.strip(" ,") for raw in _at_and(text)) if raw and raw.lower() != "and"]
    if len(raws) == 1:
        raws = _other_list(raws[0])
    others = False
    while raws and raws[-1].lower() in _OTHERS:
        raws.pop()
        others = True
    if raws and (cut := re.search(_ET_AL_AT_END, raws[-1])) and cut.start():
        raws[-1] = raws[-1][: cut.start()]
        others = True
    return raws, others


def _at_and(text: str) -> Iterable[str]:
    """The text between each `and` at brace depth 0."""
    if "{" not in text and "}" not in text and text.isascii() and " AND " not in text and " And " not in text:
        parts = text.split(" and ")
        return [part[4:] if part[:4].lower() == "and " else part for part in parts[:-1]] + _last(parts[-1])
    parts, start, depth = [], 0, 0
    for found in re.finditer(_AND_OR_BRACE, text):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def _last(part: str) -> list[str]:
    """The text behind the last ` and `, without an `and` that dangles at either end."""
    if part[:4].lower() == "and ":
        part = part[4:]
    return [part[:-4] if part[-4:].lower() == " and" else part]


def _other_list(raw: str) -> list[str]:
    """One text without `and`, split where it is clearly a list: at `;`, or at more commas than a name has."""
    if "{" in raw or "\\" in raw:
        return [raw]
    for separator, least in ((";", 2), (",", 4)):
        parts = [part for part in (part.strip(" ,") for part in raw.split(separator)) if part]
        listed = parts[:-1] if parts and parts[-1].lower() in _OTHERS else parts
        if len(parts) >= least and not re.match(_EXTENDED, raw) and all(map(_looks_like_a_name, listed)):
            return parts
    parts = [part.strip() for part in raw.split(",")]
    pairs = len(parts) >= 4 and len(parts) % 2 == 0
    if pairs and all(re.fullmatch(_ONLY_INITIALS, part) for part in parts[1::2]):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return [raw]


def _looks_like_a_name(part: str) -> bool:
    return (" " in part or "," in part) and not any(char.isdigit() for char in part) and len(part) < 60


def _parse_name(raw: str) -> Name:
    highlighted = False
    if re.search(_MAY_BE_MARKED, raw):
        raw, highlighted = _without_marks(raw)
        if raw.startswith("{") and _is_one_group(raw):
            return Name(family=decode(raw), literal=True, highlighted=highlighted)
    if "=" in raw and re.match(_EXTENDED, raw):
        return _extended(raw, highlighted)
    words = _words(raw)
    if len(words) == 1:
        given, von, family, suffix = _first_von_last(words[0])
    else:
        given, von, family, suffix = _von_last_first(words)
    return Name(given, von, family, suffix, highlighted=highlighted)


def _words(raw: str) -> list[list[str]]:
    """The words of each part between commas, decoded; braces hold words and parts together."""
    if "{" not in raw and "\\" not in raw and "~" not in raw and "}" not in raw:
        return [part.split() for part in raw.split(",")]
    parts: list[list[str]] = [[]]
    start, depth = 0, 0
    for found in re.finditer(_PART_OR_BRACE, raw):
        sign = found[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
        elif depth == 0 and _separates(raw, found):
            _add(parts[-1], raw[start : found.start()])
            start = found.end()
            if sign == ",":
                parts.append([])
    _add(parts[-1], raw[start:])
    return parts


def _separates(raw: str, found: re.Match[str]) -> bool:
    r"""Whether a comma, space or tie is one: `\~n`, `\,` and the space behind `\o` are not."""
    before = raw[max(0, found.start() - 4) : found.start()]
    return not before.endswith("\\") and (found[0] == "," or not re.search(_LETTER_MACRO_AT_END, before))


def _add(words: list[str], raw: str) -> None:
    if word := raw.strip():
        words.append(_Protected(decode(word)) if word[0] == "{" and word[1:2] != "\\" else decode(word))


class _Protected(str):
    """A word that begins with a brace: it has no case, so it is no `von`."""

    __slots__ = ()


def _is_von(word: str) -> bool:
    return word[:1].islower() and not isinstance(word, _Protected)


def _first_von_last(words: Sequence[str]) -> tuple[str, str, str, str]:
    suffix = ""
    if len(words) > 2 and re.fullmatch(_SUFFIX, words[-1]):
        words, suffix = words[:-1], words[-1]
    lower = [at for at, word in enumerate(words[:-1]) if _is_von(word)]
    if not lower:
        return " ".join(words[:-1]), "", " ".join(words[-1:]), suffix
    first, last = lower[0], lower[-1] + 1
    return " ".join(words[:first]), " ".join(words[first:last]), " ".join(words[last:]), suffix


def _von_last_first(parts: Sequence[Sequence[str]]) -> tuple[str, str, str, str]:
    words, given, suffix = parts[0], " ".join(parts[-1]), ""
    if len(parts) > 2:
        suffix, given = " ".join(parts[1]), " ".join(word for part in parts[2:] for word in part)
        if re.fullmatch(_SUFFIX, given) and not re.fullmatch(_SUFFIX, suffix):
            suffix, given = given, suffix
        elif not given:
            suffix, given = "", suffix
    elif re.fullmatch(_SUFFIX, given):
        first, von, family, _ = _first_von_last(words)
        return first, von, family, given
    elif len(words) > 1 and re.fullmatch(_SUFFIX, words[-1]) and words[-1].endswith("."):
        words, suffix = words[:-1], words[-1]
    last = max((at + 1 for at, word in enumerate(words[:-1]) if _is_von(word)), default=0)
    return given, " ".join(words[:last]), " ".join(words[last:]), suffix


def _extended(raw: str, highlighted: bool) -> Name:
    """A name in biblatex's extended format."""
    found: dict[str, str] = {}
    for part in _at_commas(raw):
        if match := re.fullmatch(_EXTENDED_PART, part):
            found[match[1].lower()] = decode(match[2])
    return Name(
        found.get("given", ""),
        found.get("prefix", ""),
        found.get("family", ""),
        found.get("suffix", ""),
        highlighted=highlighted,
    )


def _at_commas(raw: str) -> list[str]:
    parts, start, depth = [], 0, 0
    for found in re.finditer(r"[{},]", raw):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            parts.append(raw[start : found.start()])
            start = found.end()
    return [*parts, raw[start:]]


def _without_marks(raw: str) -> tuple[str, bool]:
    """The name without the wrappers and signs around its words, and whether it was highlighted."""
    raw, highlighted = _unwrapped(raw) if "\\" in raw else (raw, False)
    starred = re.sub(_STARRED, r"\2", raw) if raw.count("*") > 1 else raw
    if starred != raw:
        raw, highlighted = starred, True
    if not (raw.startswith("{") and _is_one_group(raw)):
        raw = re.sub(_SIGN, "", raw)
    return raw.strip(" ,"), highlighted


def _unwrapped(raw: str) -> tuple[str, bool]:
    """The name without `\\textbf{…}`, `{\\bf …}` and their like, whose braces would hide its commas."""
    kept, start, highlighted = [], 0, False
    wrappers: list[bool] = []
    for found in re.finditer(_WRAPPER, raw):
        sign = found[0]
        wrapper = len(sign) > 1 if sign != "}" else bool(wrappers and wrappers.pop())
        if sign != "}":
            wrappers.append(wrapper)
            highlighted = highlighted or (wrapper and bool(re.search(_HIGHLIGHTING, sign)))
        if wrapper:
            kept.append(raw[start : found.start()])
            start = found.end()
    kept.append(raw[start:])
    return "".join(kept).strip(), highlighted


def _is_one_group(raw: str) -> bool:
    """Whether the opening brace is closed by the last character, and holds more than one accented letter."""
    depth = 0
    for at, char in enumerate(raw):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return at == len(raw) - 1 and raw[1:2] != "\\"
    return False


def _given_words(given: str) -> list[str]:
    return re.sub(r"\.(?=[^\W\d_])", ". ", given).split()


def _initials(word: str) -> str:
    letters = [part[0] for part in word.split("-") if part]
    if not letters or not word[0].isalpha() or _is_cjk(word):
        return word
    return "-".join(f"{letter}." for letter in letters)


def _is_cjk(word: str) -> bool:
    return word[:1] >= "\u2e80"
