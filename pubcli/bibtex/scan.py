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
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pubcli.bibtex.slow import Problem, SlowReading


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


# Depth of braces that the fast patterns follow; what is deeper is read by the slow way.
_DEPTH = 5
BRACED = r"\{[^{}]*+\}"
for _ in range(_DEPTH):
    BRACED = rf"\{{[^{{}}]*+(?:{BRACED}[^{{}}]*+)*+\}}"
WORD = r"[^\s\"#%'(),={}]"
TYPE = r"[^\s\"#%'(),={}@\d][^\s\"#%'(),={}@]*+"
_QUOTED = rf'"[^"{{}}]*+(?:{BRACED}[^"{{}}]*+)*+"'
_PART = rf"(?:{BRACED}|{_QUOTED}|{WORD}++)"
_VALUE = rf"(?:{_PART}\s*+(?:\#\s*+(?![,}})])|(?=[,}})])))++"
_OPEN = r"(?:\s*+\{|[ \t]*+\()"

HEAD = rf"(?<!\w)@[ \t]*+({TYPE}){_OPEN}"
_NEXT = re.compile(rf"%[^\r\n]*+|{HEAD}")
_ENTRY = re.compile(
    rf"@[ \t]*+{TYPE}\s*+\{{\s*+([^\s,{{}}\"=]*+)\s*+(?:,\s*+{WORD}++\s*+=\s*+{_VALUE})*+(?:,\s*+)?+\}}"
)
_FIELD = re.compile(rf"[\s,]*+({WORD}++)\s*+=\s*+({_VALUE})")
_STRING = re.compile(rf"@[^{{(]*+[{{(]\s*+({WORD}++)\s*+=\s*+", re.DOTALL)

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
        yield from _read_again(block).fields
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
    return tuple(_read_again(block).problems)


def read_string(block: Block) -> tuple[str, str]:
    """Name and raw value of a `@string` block."""
    found = _STRING.match(block.text)
    if found is None:
        return "", ""
    return found[1], block.text[found.end() : -1].rstrip(" \t\r\n,")


def split_value(raw: str) -> list[str]:
    """The parts of a raw value that `#` joins, each with its delimiters."""
    from pubcli.bibtex.slow import split_value

    return split_value(raw)


def _read_again(block: Block) -> SlowReading:
    """An entry that is not plain, read token by token."""
    from pubcli.bibtex.slow import SlowReading

    closer = ")" if block.text[: block.at].rstrip().endswith("(") else "}"
    return SlowReading(block.text, block.at, len(block.text), closer)


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
        from pubcli.bibtex.slow import SlowReading

        closer = "}" if text[head.end() - 1] == "{" else ")"
        reading = SlowReading(text, head.end(), self._next_line(head.end()), closer)
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
        from pubcli.bibtex.slow import BRACED_BLOCK, balanced_end

        text = self._text
        limit = self._next_line(head.end())
        end = balanced_end(text, head.end() - 1, limit)
        if end is None and not text[head.end() : limit].strip() and limit < len(text):
            found = BRACED_BLOCK.match(text, head.start())
            end = found.end() if found else None
        return end

    def _end_of_parenthesised(self, head: re.Match[str]) -> int | None:
        from pubcli.bibtex.slow import BRACE_QUOTE_OR_PAREN

        depth, quoted = 0, False
        for found in BRACE_QUOTE_OR_PAREN.finditer(self._text, head.end(), self._next_line(head.end())):
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
            from pubcli.bibtex.slow import NEXT_LINE

            found = NEXT_LINE.search(self._text, position)
            self._limit_from, self._limit = position, found.start() + 1 if found else len(self._text)
        return self._limit
