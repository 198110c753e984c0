"""Entries read token by token: parentheses, remarks, forgotten commas, what the fast patterns do not know.

Knows the same rules as `scan`, which reads well-formed entries at once and imports this module for the
rest only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pubcli.bibtex.scan import BRACED, HEAD, TYPE, WORD, Field, Raw

NEXT_LINE = re.compile(rf"[\r\n][ \t]*+{HEAD}")
BRACED_BLOCK = re.compile(rf"@[ \t]*+{TYPE}\s*+{BRACED}")
BRACE_QUOTE_OR_PAREN = re.compile(r"[{}\")]")

_SPACE = re.compile(r"\s*+")
_REMARK = re.compile(r"%[^\r\n]*+")
_NAME = re.compile(rf"({WORD}++)(?:\s|%[^\r\n]*+)*+=[ \t]*+")
# BibTeX takes the `)` of `@misc(key)` for a part of the key; only before a comma it can be one.
_KEYS = {
    "}": re.compile(r"([^\s,{}\"]*+)(?:\s|%[^\r\n]*+)*+(?=[,}])"),
    ")": re.compile(r"([^\s,{}\"(]*+(?=\s*+,)|[^\s,{}\"()]*+(?=\s*+\)))"),
}
_SPACED_KEY = re.compile(r"([^,{}\"=\r\n]*?)\s*+,")
_LONE_KEY = re.compile(rf"({WORD}++)\s++(?={WORD}++\s*+=)")
_BARE = re.compile(rf"{WORD}++(?:[ \t]++{WORD}++(?!\s*+=))*+(?!\s*+=)")
_LOOSE = re.compile(r"[^\s,{}\"%#)]++")
_BRACE = re.compile(r"[{}]")
_BRACE_OR_QUOTE = re.compile(r"[{}\"]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an entry that BibTeX would stumble over, at an offset from the entry's beginning."""

    offset: int
    text: str


def split_value(raw: str) -> list[str]:
    """The parts of a raw value that `#` joins, each with its delimiters."""
    parts, position = [], 0
    while (position := _after_space(raw, position, len(raw))) < len(raw):
        if raw[position] == "#":
            position += 1
            continue
        end = _part_end(raw, position, len(raw)) or len(raw)
        parts.append(raw[position:end])
        position = end
    return parts


def balanced_end(text: str, start: int, limit: int) -> int | None:
    """Where the brace at `start` is closed (behind it), or None if not before `limit`."""
    depth = 0
    for found in _BRACE.finditer(text, start, limit):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.end()
    return None


def _quote_end(text: str, start: int, limit: int, *, escapes: bool = False) -> int | None:
    """Where the quote at `start` is closed; with `escapes`, not by a quote behind a backslash."""
    depth = 0
    for found in _BRACE_OR_QUOTE.finditer(text, start + 1, limit):
        if found[0] == '"':
            if depth == 0 and not (escapes and text[found.start() - 1] == "\\"):
                return found.end()
        else:
            depth += 1 if found[0] == "{" else -1
            if depth < 0:
                return None
    return None


def _part_end(text: str, start: int, limit: int) -> int | None:
    """Where the braced, quoted or bare part of a value that begins at `start` ends; None: never."""
    if text[start] == "{":
        return balanced_end(text, start, limit)
    if text[start] == '"':
        return _quote_end(text, start, limit)
    found = _BARE.match(text, start, limit) or _LOOSE.match(text, start, limit)
    return found.end() if found else start + 1


def _after_space(text: str, position: int, limit: int) -> int:
    return _SPACE.match(text, position, limit).end()  # type: ignore[union-attr]


@dataclass
class SlowReading:
    """An entry read token by token up to `limit`, for everything the fast pattern does not know.

    Offsets count from the beginning of `text`. `reason` says why the entry is broken, else it is empty.
    """

    text: str
    at: int
    limit: int
    closer: str
    key: str = ""
    key_at: int = 0
    end: int = 0
    reason: str = ""
    fields: list[Field] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = _after_space(self.text, self.at, self.limit)
        position = self._read_key(start)
        self.key_at = start if self.key else self.at
        if not self.reason:
            self._read_body(position)

    def _read_key(self, position: int) -> int:
        """Read the key; return where it ends."""
        text, limit = self.text, self.limit
        if found := _KEYS[self.closer].match(text, position, limit):
            self.key = found[1]
        elif _NAME.match(text, position, limit):
            self.problems.append(Problem(position, "no citation key"))
        elif found := _LONE_KEY.match(text, position, limit):
            self.key = found[1]
            self.problems.append(Problem(found.end(1), "no comma behind the citation key"))
        elif found := _SPACED_KEY.match(text, position, limit):
            self.key = found[1]
            self.problems.append(Problem(position, "white space in the citation key"))
        else:
            self.reason = "there is no citation key" if position < limit else "the entry is not closed"
        return position + len(self.key)

    def _read_body(self, position: int) -> None:
        """Read fields, commas, remarks and whatever else there is up to the closing character."""
        text, limit = self.text, self.limit
        comma = True  # behind the key, either the comma is there or its lack was noted
        while (position := _after_space(text, position, limit)) < limit:
            char = text[position]
            if char == self.closer:
                self.end = position + 1
                return
            if char == ",":
                comma, position = True, position + 1
            elif char == "%":
                position = _REMARK.match(text, position, limit).end()  # type: ignore[union-attr]
            elif found := _NAME.match(text, position, limit):
                if not comma:
                    self.problems.append(Problem(position, f"no comma before '{found[1]}'"))
                comma = False
                position = self._read_value(found)
            else:
                self.problems.append(Problem(position, f"'{_start_of(text, position)}' is no field"))
                position = self._skip(position)
            if self.reason:
                return
        self.reason = "the entry is not closed"

    def _read_value(self, name: re.Match[str]) -> int:
        """Read the value behind `name =`; return where it ends."""
        text, limit = self.text, self.limit
        start = end = name.end()
        expected, position = True, _after_space(text, start, limit)
        while position < limit and not self._ends_value(position):
            if text[position] == "%":
                if not expected:
                    break
                position = _REMARK.match(text, position, limit).end()  # type: ignore[union-attr]
            else:
                joins = text[position] == "#"
                if not (joins or expected):
                    self.problems.append(Problem(position, f"'{_start_of(text, position)}' behind a value"))
                start = position if start == end else start
                meant = self._escaped_quote_end(position) if expected else None
                end = position = position + 1 if joins else meant or self._skip(position)
                expected = joins
            position = _after_space(text, position, limit)
        if start == end:
            self.problems.append(Problem(start, f"'{name[1]}' has no value"))
        self.fields.append(Field(name[1], Raw(text[start:end]), name.start(), start, end))
        return end

    def _ends_value(self, position: int) -> bool:
        """Whether a value is over at `position`: at a comma, the end, or the next field."""
        char = self.text[position]
        return char in ",}" or char == self.closer or bool(_NAME.match(self.text, position, self.limit))

    def _escaped_quote_end(self, position: int) -> int | None:
        r"""Where `"G\"odel"` ends, which BibTeX refuses but others read; else None."""
        text = self.text
        end = _quote_end(text, position, self.limit) if text[position] == '"' else None
        if end is None or text[end - 2] != "\\" or self._is_over(end):
            return None
        meant = _quote_end(text, position, self.limit, escapes=True)
        if meant is None or not self._is_over(meant):
            return None
        self.problems.append(Problem(end - 2, "a quote outside braces, which a backslash does not hide"))
        return meant

    def _is_over(self, position: int) -> bool:
        """Whether a value that ends at `position` is followed by what may follow one."""
        position = _after_space(self.text, position, self.limit)
        return position >= self.limit or self.text[position] in "#%" or self._ends_value(position)

    def _skip(self, position: int) -> int:
        """The end of the group, word or character at `position`; sets `reason` if a group is not closed."""
        text, limit = self.text, self.limit
        end = _part_end(text, position, limit)
        if end is None:
            what = "brace" if text[position] == "{" else "quote"
            self.reason = f"a {what} is not closed: {_start_of(text, position)}"
            return limit
        return end


def _start_of(text: str, position: int) -> str:
    """A few words of the text at `position`, for a message."""
    line = re.match(r"[^\r\n]*", text[position : position + 30])
    return line[0].strip() if line else ""
