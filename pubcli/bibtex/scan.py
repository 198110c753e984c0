r"""The pieces of a .bib file: where each begins and ends, and the fields of an entry.

Knows BibTeX's syntax and nothing of what the values mean, of styles or of editing. The rules are
BibTeX's: braces count whatever stands before them (`\{` is a brace), `"` ends a quoted value only
at brace depth 0, macros and numbers stand bare, `#` joins. Where BibTeX gives an error and people
write it all the same, the reading is biber's or the kindest one that changes nothing else: `%` begins
a remark between blocks and between fields, `@comment{…}` is one piece, a forgotten comma ends a field.

The scan goes from left to right, and after a piece it remembers nothing but the position. A closed
piece is read from its own characters alone; only a broken one depends on what follows it. The checks
of `bibfile` rest on these two sentences. No input makes the scan quadratic: the fast patterns cannot
backtrack and stop at a fixed depth of braces, and the slow reading never passes the next line that
begins like a block, from where the scan then goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of a file is."""

    ENTRY = "entry"
    STRING = "string"
    PREAMBLE = "preamble"
    COMMENT = "comment"
    TEXT = "text"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a file; the texts of all pieces, joined, are the file.

    `at` is where the key begins within `text`, or would if there were one; `plain` says that the entry is
    well-formed throughout.
    A broken block has a `reason` and, as far as they could be read, the key and type of its entry.
    """

    kind: Kind
    text: str
    key: str = ""
    entry_type: str = ""
    at: int = 0
    plain: bool = False
    reason: str = ""


class Raw(str):
    """A value as it stands in a file, with its braces or quotes: `{…}`, `"…"`, `jan`, `2020`, `a # "b"`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entry; offsets count from the beginning of the entry's text.

    `text[start:end]` is all of `name = value`, `text[value_start:end]` is `raw`.
    """

    name: str
    raw: Raw
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an entry that BibTeX would stumble over, at an offset from the entry's beginning."""

    offset: int
    text: str


# Depth of braces that the fast patterns follow; what is deeper is read by the slow way.
_DEPTH = 8
_BRACED = r"\{[^{}]*+\}"
for _ in range(_DEPTH):
    _BRACED = rf"\{{[^{{}}]*+(?:{_BRACED}[^{{}}]*+)*+\}}"
_WORD = r"[^\s\"#%'(),={}]"
_TYPE = r"[^\s\"#%'(),={}@\d][^\s\"#%'(),={}@]*+"
_QUOTED = rf'"[^"{{}}]*+(?:{_BRACED}[^"{{}}]*+)*+"'
_PART = rf"(?:{_BRACED}|{_QUOTED}|{_WORD}++)"
_VALUE = rf"(?:{_PART}\s*+(?:\#\s*+(?![,}})])|(?=[,}})])))++"
_OPEN = r"(?:\s*+\{|[ \t]*+\()"

_HEAD = rf"(?<!\w)@[ \t]*+({_TYPE}){_OPEN}"
_NEXT = re.compile(rf"%[^\r\n]*+|{_HEAD}")
_NEXT_LINE = re.compile(rf"[\r\n][ \t]*+{_HEAD}")
_ENTRY = re.compile(
    rf"@[ \t]*+{_TYPE}\s*+\{{\s*+([^\s,{{}}\"=]*+)\s*+(?:,\s*+{_WORD}++\s*+=\s*+{_VALUE})*+(?:,\s*+)?+\}}"
)
_FIELD = re.compile(rf"[\s,]*+({_WORD}++)\s*+=\s*+({_VALUE})")
_BRACED_BLOCK = re.compile(rf"@[ \t]*+{_TYPE}\s*+{_BRACED}")
_STRING = re.compile(rf"@[^{{(]*+[{{(]\s*+({_WORD}++)\s*+=\s*+", re.DOTALL)

_SPACE = re.compile(r"\s*+")
_REMARK = re.compile(r"%[^\r\n]*+")
_NAME = re.compile(rf"({_WORD}++)(?:\s|%[^\r\n]*+)*+=[ \t]*+")
# BibTeX takes the `)` of `@misc(key)` for a part of the key; only before a comma it can be one.
_KEYS = {
    "}": re.compile(r"([^\s,{}\"]*+)(?:\s|%[^\r\n]*+)*+(?=[,}])"),
    ")": re.compile(r"([^\s,{}\"(]*+(?=\s*+,)|[^\s,{}\"()]*+(?=\s*+\)))"),
}
_SPACED_KEY = re.compile(r"([^,{}\"=\r\n]*?)\s*+,")
_LONE_KEY = re.compile(rf"({_WORD}++)\s++(?={_WORD}++\s*+=)")
_BARE = re.compile(rf"{_WORD}++(?:[ \t]++{_WORD}++(?!\s*+=))*+(?!\s*+=)")
_LOOSE = re.compile(r"[^\s,{}\"%#)]++")
_BRACE = re.compile(r"[{}]")
_BRACE_OR_QUOTE = re.compile(r"[{}\"]")
_BRACE_QUOTE_OR_PAREN = re.compile(r"[{}\")]")

_KINDS = {"string": Kind.STRING, "preamble": Kind.PREAMBLE, "comment": Kind.COMMENT}


def scan(text: str) -> list[Block]:
    """The pieces of `text`, in order; their texts joined are `text`."""
    return _Scanner(text).blocks()


def scan_one(text: str, start: int) -> Block:
    """The block that begins at `start`, as `scan` of the whole text finds it."""
    head = _NEXT.match(text, start)
    if head is None or head[1] is None:
        return Block(Kind.TEXT, "")
    return _Scanner(text).block(head)


def read_fields(block: Block) -> Iterator[Field]:
    """The fields of an entry, in order."""
    text, body = block.text, block.at + len(block.key)
    if not block.plain:
        yield from _SlowReading(text, block.at, len(text), _closer(text, block.at)).fields
        return
    for found in _FIELD.finditer(text, body):
        raw = found[2].rstrip()
        start = found.start(2)
        yield Field(found[1], Raw(raw), found.start(1), start, start + len(raw))


def read_pairs(block: Block) -> list[tuple[str, str]]:
    """Name and raw value of each field, as `read_fields` has them, for callers who need no offsets."""
    if block.plain:
        return _FIELD.findall(block.text, block.at + len(block.key))
    return [(found.name, found.raw) for found in read_fields(block)]


def problems(block: Block) -> tuple[Problem, ...]:
    """What BibTeX would stumble over in an entry."""
    if block.plain or block.kind is not Kind.ENTRY:
        return ()
    return tuple(_SlowReading(block.text, block.at, len(block.text), _closer(block.text, block.at)).problems)


def read_string(block: Block) -> tuple[str, str]:
    """Name and raw value of a `@string` block."""
    found = _STRING.match(block.text)
    if found is None:
        return "", ""
    return found[1], block.text[found.end() : -1].rstrip(" \t\r\n,")


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


def _closer(text: str, at: int) -> str:
    """The character that closes the entry whose key begins at `at`."""
    return ")" if text[:at].rstrip().endswith("(") else "}"


class _Scanner:
    """One walk over a text; remembers where the next line that begins like a block is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._limit_from = self._limit = -1

    def blocks(self) -> list[Block]:
        """All pieces of the text."""
        text = self._text
        blocks: list[Block] = []
        gaps: dict[str, Block] = {}  # most gaps are alike, so they share one block
        position = search_from = 0
        while found := _NEXT.search(text, search_from):
            search_from = found.end()
            if found[1] is None:
                continue
            if start := found.start() - position:
                gap = text[position : position + start]
                blocks.append(gaps.setdefault(gap, Block(Kind.TEXT, gap)))
            blocks.append(self.block(found))
            position = search_from = found.start() + len(blocks[-1].text)
        if position < len(text):
            blocks.append(Block(Kind.TEXT, text[position:]))
        return blocks

    def block(self, head: re.Match[str]) -> Block:
        """The block that this head begins."""
        kind = _KINDS.get(head[1].lower(), Kind.ENTRY)
        if kind is Kind.ENTRY:
            return self._entry(head)
        return self._other(head, kind)

    def _entry(self, head: re.Match[str]) -> Block:
        text, start = self._text, head.start()
        if found := _ENTRY.match(text, start):
            at = (found.start(1) if found[1] else head.end()) - start
            return Block(Kind.ENTRY, found[0], found[1], head[1], at, plain=True)
        closer = "}" if text[head.end() - 1] == "{" else ")"
        reading = _SlowReading(text, head.end(), self._next_line(head.end()), closer)
        if reading.reason:
            return self._broken(head, reading.reason, reading.key)
        key_at = reading.key_at - start
        return Block(Kind.ENTRY, text[start : reading.end], reading.key, head[1], key_at)

    def _other(self, head: re.Match[str], kind: Kind) -> Block:
        text, start = self._text, head.start()
        end = self._end_of_braced(head) if text[head.end() - 1] == "{" else self._end_of_parenthesised(head)
        if end is None:
            return self._broken(head, f"the @{kind} is not closed")
        block = Block(kind, text[start:end], entry_type=head[1])
        if kind is Kind.STRING and not _STRING.match(block.text):
            return Block(Kind.BROKEN, block.text, reason="the @string has no 'name ='")
        return block

    def _end_of_braced(self, head: re.Match[str]) -> int | None:
        """Where the braces of `@comment{…}` and the like close.

        Blocks within a comment belong to it where it begins with one (entries commented out); behind
        other text they are rather what follows a comment that nobody closed.
        """
        text = self._text
        limit = self._next_line(head.end())
        end = balanced_end(text, head.end() - 1, limit)
        if end is None and not text[head.end() : limit].strip() and limit < len(text):
            found = _BRACED_BLOCK.match(text, head.start())
            end = found.end() if found else None
        return end

    def _end_of_parenthesised(self, head: re.Match[str]) -> int | None:
        depth, quoted = 0, False
        for found in _BRACE_QUOTE_OR_PAREN.finditer(self._text, head.end(), self._next_line(head.end())):
            if found[0] == ")" and depth <= 0 and not quoted:
                return found.end()
            if found[0] == '"':
                quoted ^= depth <= 0 and head[1].lower() != "comment"
            elif found[0] != ")":
                depth += 1 if found[0] == "{" else -1
        return None

    def _broken(self, head: re.Match[str], reason: str, key: str = "") -> Block:
        text = self._text[head.start() : self._next_line(head.end())].rstrip()
        return Block(Kind.BROKEN, text, key, head[1], reason=reason)

    def _next_line(self, position: int) -> int:
        """Where the next line that begins like a block begins, or the end of the text."""
        if not self._limit_from <= position < self._limit:
            found = _NEXT_LINE.search(self._text, position)
            self._limit_from, self._limit = position, found.start() + 1 if found else len(self._text)
        return self._limit


@dataclass
class _SlowReading:
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
