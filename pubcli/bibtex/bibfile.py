"""A .bib file as a value: find entries, read their fields, and make a file that differs in one thing only.

`BibFile` knows text, neither disk nor encodings nor what a field means. Every `with_…` returns a new
file whose text differs in exactly the bytes it must, or raises. The new text is read again; an edit
after which any other piece would read differently is a `ConflictError`.

How an edit is checked without reading 10,000 entries again: the scan goes from left to right and
remembers nothing between pieces, and a closed piece is read from its own characters alone (`scan`).
So it is enough to read again (1) from the piece before the edit to the first closed piece behind it
that comes out as it was, for from there on the scan sees the same text in the same state, and (2) the
broken pieces before the edit, as only they depend on what follows them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from sys import intern
from types import MappingProxyType
from typing import TYPE_CHECKING

from pubcli.bibtex.scan import (
    Block,
    Field,
    Kind,
    Raw,
    problems,
    read_fields,
    read_pairs,
    read_string,
    scan,
    scan_one,
    split_value,
)
from pubcli.errors import ConflictError, NotFoundError, UsageError

if TYPE_CHECKING:
    from pubcli.bibtex.layout import Style
    from pubcli.bibtex.slow import Problem

__all__ = ["BibFile", "Block", "Broken", "Entry", "Field", "Kind", "Raw"]

MONTHS = {
    "jan": "January",
    "feb": "February",
    "mar": "March",
    "apr": "April",
    "may": "May",
    "jun": "June",
    "jul": "July",
    "aug": "August",
    "sep": "September",
    "oct": "October",
    "nov": "November",
    "dec": "December",
}

# A chain of macros that makes a value longer than this is an attack, and stays unresolved.
_LONGEST_STRING = 5_000
_CLOSING = {"{": "}", '"': '"'}
_BLANKS = "\ufeff \t\r\n"

_LINE_END = re.compile(r"\r\n|\r|\n")
_FIRST_LINE = re.compile(r"[^\r\n]*")
_NOT_IN_KEYS = re.compile(r"[\s,{}\"]")
_FIELD_NAME = re.compile(r"[^\s\"#%'(),={}@\d][^\s\"#%'(),={}]*")
_JABREF = re.compile(r"@comment\s*\{\s*jabref", re.IGNORECASE)


class _Piece:
    """A block at its place in a file."""

    __slots__ = ("_bib", "_index", "block")

    def __init__(self, bib: BibFile, index: int) -> None:
        self._bib = bib
        self._index = index
        self.block = bib.blocks[index]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key!r} line {self.line}>"

    @property
    def key(self) -> str:
        """The citation key; empty where the entry has none."""
        return self.block.key

    @property
    def entry_type(self) -> str:
        """The type as written, without `@`."""
        return self.block.entry_type

    @property
    def text(self) -> str:
        """All of its text, from `@` to the closing character."""
        return self.block.text

    @property
    def start(self) -> int:
        """Where it begins in the file's text."""
        return self._bib.places[0][self._index]

    @property
    def end(self) -> int:
        """Where it ends in the file's text."""
        return self.start + len(self.block.text)

    @property
    def line(self) -> int:
        """The line it begins on, the first being 1."""
        return self._bib.places[1][self._index]


class Entry(_Piece):
    """One entry of a file."""

    __slots__ = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in order, read anew at each call."""
        return tuple(read_fields(self.block))

    def field(self, name: str) -> Field | None:
        """The first field of this name, in any case; BibTeX ignores later ones."""
        name = name.lower()
        return next((found for found in read_fields(self.block) if found.name.lower() == name), None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What BibTeX would stumble over in it; empty for almost every entry."""
        return problems(self.block)

    def line_of(self, offset: int) -> int:
        """The line of an offset into its text (`Field.start`, `Problem.offset`)."""
        return self.line + count_lines(self.text[:offset])


class Broken(_Piece):
    """A block that cannot be read; it is kept as it is."""

    __slots__ = ()

    @property
    def reason(self) -> str:
        """What is wrong, for a message."""
        return self.block.reason


def count_lines(text: str) -> int:
    r"""How many lines end in `text`: at `\n`, `\r\n` or `\r`."""
    lines = text.count("\n")
    return lines + text.count("\r") - text.count("\r\n") if "\r" in text else lines


@dataclass(frozen=True)
class BibFile:
    """A .bib file: blocks whose texts, joined, are the file. Equal where the texts are."""

    blocks: tuple[Block, ...]

    @classmethod
    def parse(cls, text: str) -> BibFile:
        """Read a text; never fails, as what cannot be read is a broken block."""
        bib = cls(tuple(scan(text)))
        bib.__dict__["text"] = text  # what joining the blocks would make a second time
        return bib

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return "".join(block.text for block in self.blocks)

    @cached_property
    def places(self) -> tuple[array[int], array[int]]:
        """For each block, where it begins in the text and on which line."""
        starts, lines = array("q"), array("q")
        start, line, after_return = 0, 1, False
        for block in self.blocks:
            starts.append(start)
            lines.append(line)
            start += len(block.text)
            line += count_lines(block.text) - (after_return and block.text[0] == "\n")
            after_return = block.text[-1] == "\r"
        return starts, lines

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry that can be read, in file order, entries of doubled keys included."""
        return tuple(
            Entry(self, index) for index, block in enumerate(self.blocks) if block.kind is Kind.ENTRY
        )

    @property
    def broken(self) -> tuple[Broken, ...]:
        """Every block that cannot be read."""
        return tuple(Broken(self, index) for index in self._broken_at)

    @cached_property
    def strings(self) -> Mapping[str, str]:
        """What each `@string` stands for, by lower-case name, with the macros it uses resolved."""
        found: dict[str, str] = {}
        for block in self.blocks:
            if block.kind is Kind.STRING:
                name, raw = read_string(block)
                found[name.lower()] = _resolved(raw, found)
        return MappingProxyType(found)

    def entry(self, key: str) -> Entry:
        """The entry of this key; NotFoundError without one, ConflictError if several have it."""
        return Entry(self, self._find(key))

    def value(self, found: Field) -> str:
        """What a field says: without delimiters, macros and months resolved, LaTeX left in."""
        return _resolved(found.raw, self.strings)

    def values(self, entry: Entry) -> dict[str, str]:
        """What all fields say, by lower-case name; of fields with the same name the first."""
        strings = self.strings
        values: dict[str, str] = {}
        for name, raw in read_pairs(entry.block):
            if (name := intern(name.lower())) not in values:
                values[name] = _resolved(raw, strings)
        return values

    # Edits of one entry

    def with_field(self, key: str, name: str, value: str) -> BibFile:
        """Set a field; a new one comes last, written as its neighbours are.

        A plain `str` is what the field shall say, without delimiters: an old field keeps its own, and
        its macro, number or `#` form if it says that already. A `Raw` (as `Field.raw` is) is written
        as it stands. UsageError if the value is no balanced BibTeX or the name no field name.
        """
        from pubcli.bibtex import layout

        index = self._find(key)
        block = self.blocks[index]
        _check_value(name, value)
        fields = list(read_fields(block))
        at = _position(fields, name)
        if at is None:
            _check_name(name)
            style = self._style_near(index)
            raw = value if isinstance(value, Raw) else style.delimited(value)
            expected = [*_pairs(fields), (name, raw)]
            return self._with_body(index, layout.inserted(block, name, raw, style), expected)
        found = fields[at]
        if not isinstance(value, Raw) and _resolved(found.raw, self.strings) == value and found.raw:
            return self
        raw = value if isinstance(value, Raw) else self._in_form_of(found, value, index)
        text = block.text[: found.value_start] + raw + block.text[found.end :]
        expected = _pairs(fields)
        expected[at] = (found.name, raw)
        return self._with_body(index, text, expected)

    def without_field(self, key: str, name: str) -> BibFile:
        """Take a field out, wherever it stands twice both; the same file if it is not there."""
        from pubcli.bibtex import layout

        bib = self
        while True:
            index = bib._find(key)
            fields = list(read_fields(bib.blocks[index]))
            at = _position(fields, name)
            if at is None:
                return bib
            expected = _pairs(fields)
            del expected[at]
            bib = bib._with_body(index, layout.removed(bib.blocks[index], at), expected)

    def with_key(self, old: str, new: str) -> BibFile:
        """Rename an entry; ConflictError if the new key is taken, UsageError if it is no key.

        An entry may lose its key (BibTeX reads `@misc{, …}`) and one without a key may get one.
        """
        index = self._find(old)
        if old == new:
            return self
        if new:
            _check_key(new)
        self._check_free(new)
        block = self.blocks[index]
        rest = block.text[block.at + len(old) :]
        comma = "" if old or rest[:1] in (",", "}", ")") else ", "
        text = block.text[: block.at] + new + comma + rest
        return self._with_body(index, text, _pairs(read_fields(block)), key=new)

    def with_entry_text(self, key: str, text: str) -> BibFile:
        """Put another text in the place of an entry's own; it must be exactly one entry."""
        index = self._find(key)
        old = self.blocks[index]
        text = text.strip()
        if len(ends := set(_LINE_END.findall(old.text))) <= 1:
            text = _LINE_END.sub(ends.pop() if ends else self._line_end, text)
        if text == old.text:
            return self
        new = _one_entry(text)
        if new.key != key:
            _check_key(new.key)
            self._check_free(new.key)
        return self._spliced(index, index + 1, (new,))

    # Edits of the list of entries

    def with_entry(self, text: str, after: str | None = None) -> BibFile:
        """Add an entry behind the last one, or behind the one named `after`, with the file's blank lines.

        Without entries it goes to the end, before JabRef's comments. Line ends become the file's.
        """
        new = _one_entry(_LINE_END.sub(self._line_end, text.strip()))
        _check_key(new.key)
        self._check_free(new.key)
        return self._with_block(new, None if after is None else self._find(after))

    def without_entry(self, key: str) -> BibFile:
        """Take an entry out, with the blank lines before it, or behind it if it is the file's first text."""
        index = self._find(key)
        return self._without_block(index)

    def with_entry_moved(
        self,
        key: str,
        *,
        before: str | None = None,
        after: str | None = None,
        first: bool = False,
        last: bool = False,
    ) -> BibFile:
        """Put an entry elsewhere; exactly one of the four says where. Its text stays the same."""
        if sum((before is not None, after is not None, first, last)) != 1:
            raise UsageError("say one place to move to", hint="--before, --after, --first or --last")
        index = self._find(key)
        target = self._find(before or after or key)
        order = [number for number, block in enumerate(self.blocks) if block.kind is Kind.ENTRY]
        rank, goal = order.index(index), order.index(target)
        last_rank = len(order) - 1
        stays = (
            (first and rank == 0)
            or (last and rank == last_rank)
            or (before is not None and rank in (goal, goal - 1))
            or (after is not None and rank in (goal, goal + 1))
        )
        if stays:
            return self
        block = self.blocks[index]
        rest = self._without_block(index)
        others = [number for number, other in enumerate(rest.blocks) if other.kind is Kind.ENTRY]
        goal -= goal > rank
        if first or before is not None:
            place = others[0 if first else goal]
            return rest._with_block_before(block, place)
        return rest._with_block(block, others[-1 if last else goal])

    # How edits are made

    @cached_property
    def _indices(self) -> dict[str, list[int]]:
        """Where the entries of each key are."""
        indices: dict[str, list[int]] = {}
        for index, block in enumerate(self.blocks):
            if block.kind is Kind.ENTRY:
                indices.setdefault(block.key, []).append(index)
        return indices

    @cached_property
    def _broken_at(self) -> tuple[int, ...]:
        return tuple(index for index, block in enumerate(self.blocks) if block.kind is Kind.BROKEN)

    @cached_property
    def _line_end(self) -> str:
        """The line end of the file; `\\n` for one without any."""
        from pubcli.bibtex import layout

        for block in self.blocks:
            if found := layout.line_end_of(block.text):
                return found
        return "\n"

    def _find(self, key: str) -> int:
        """The index of the one entry of this key."""
        found = self._indices.get(key, ())
        if len(found) == 1:
            return found[0]
        if found:
            lines = [str(Entry(self, index).line) for index in found[:10]] + ["…"] * (len(found) > 10)
            which = f"the citation key '{key}'" if key else "no citation key"
            raise ConflictError(
                f"{len(found)} entries have {which}, in lines {', '.join(lines)}",
                hint="give all but one of them another key",
            )
        for broken in self.broken:
            if key and broken.key == key:
                raise ConflictError(f"'{key}' in line {broken.line} cannot be read: {broken.reason}")
        from pubcli.errors import did_you_mean

        raise NotFoundError(f"no entry has the citation key '{key}'", hint=did_you_mean(key, self._indices))

    def _check_free(self, key: str) -> None:
        taken = self._indices.get(key)
        lines = [Entry(self, index).line for index in taken] if taken else []
        lines += [broken.line for broken in self.broken if key and broken.key == key]
        if lines:
            raise ConflictError(
                f"the citation key '{key}' is taken by the entry in line {lines[0]}",
                hint="choose another key",
            )

    def _style_near(self, index: int) -> Style:
        """The style of an entry, or of the nearest one that has fields."""
        from pubcli.bibtex import layout

        count = len(self.blocks)
        for distance in range(count):
            for place in {index - distance, index + distance}:
                if 0 <= place < count and self.blocks[place].kind is Kind.ENTRY:
                    style = layout.style_of(self.blocks[place])
                    if style is not None:
                        return style
        return layout.Style(lead=self._line_end + "  ")

    def _in_form_of(self, old: Field, value: str, index: int) -> str:
        """`value` in the delimiters of the field it replaces; for a bare one, in the neighbours'."""
        from pubcli.bibtex import layout

        parts = split_value(old.raw)
        mark = parts[0][:1] if len(parts) == 1 else ""
        if mark == "{":
            return f"{{{value}}}"
        if mark == '"':
            return layout.quoted(value)
        style = self._style_near(index)
        bare = old.raw.isdecimal() or (not old.raw and style.bare_numbers)
        return replace(style, bare_numbers=bare).delimited(value)

    def _with_body(
        self, index: int, text: str, expected: Sequence[tuple[str, str]], key: str | None = None
    ) -> BibFile:
        """The file with another text for an entry, which must read as `expected`."""
        old = self.blocks[index]
        if text == old.text:
            return self
        read = scan(text)
        new = read[0]
        head = (Kind.ENTRY, old.key if key is None else key, old.entry_type)
        if (new.kind, new.key, new.entry_type) != head or _pairs(read_fields(new)) != list(expected):
            raise ConflictError(
                f"the entry '{old.key}' would no longer read as it should",
                hint=f"edit it by hand: pubcli edit {old.key}",
                detail=text,
            )
        bib = self._spliced(index, index + 1, (new,))
        if len(bib.blocks) == len(self.blocks):
            indices = self._indices
            if key is not None:
                indices = {**indices, key: [index]}
                del indices[old.key]
            bib.__dict__["_indices"] = indices
        return bib

    def _with_block(self, new: Block, place: int | None) -> BibFile:
        """The file with an entry behind the block at `place`, or behind the last entry."""
        if place is None:
            place = self._last_place()
        if place < 0:
            return self._with_first_block(new)
        at, gap = place + 1, self._gap_near(place)
        tail = self.blocks[at].text if at < len(self.blocks) and self.blocks[at].kind is Kind.TEXT else ""
        same_line = tail[: _FIRST_LINE.match(tail).end()]  # type: ignore[union-attr]
        last = at + bool(tail) == len(self.blocks)
        if same_line == tail and not last:  # the next block is on the same line
            return self._spliced(at, at, _texts("" if tail.strip() else tail, new))
        if not same_line.strip():
            return self._spliced(at, at, _texts(gap, new))
        end = len(same_line.rstrip())  # behind the remark that follows the entry on its line
        return self._spliced(at, at + 1, _texts(tail[:end] + gap, new, tail[end:]))

    def _with_first_block(self, new: Block) -> BibFile:
        """The file with an entry where there is nothing it could go behind."""
        if not self.blocks:
            return BibFile(tuple(_texts(new, self._line_end)))
        if self.blocks[0].kind is Kind.TEXT:
            text = self.blocks[0].text
            if text.strip(_BLANKS):
                end = len(text.rstrip())
                return self._spliced(0, 1, _texts(text[:end] + self._line_end * 2, new, text[end:]))
            return self._spliced(1, 1, _texts(new, self._line_end * (1 if len(self.blocks) == 1 else 2)))
        return self._spliced(0, 0, _texts(new, self._line_end * 2))

    def _with_block_before(self, new: Block, place: int) -> BibFile:
        """The file with an entry directly before the entry at `place`."""
        gap = self._gap_near(place)
        return self._spliced(place, place, _texts(new, gap if _LINE_END.search(gap) else self._line_end))

    def _without_block(self, index: int) -> BibFile:
        """The file without the block at `index` and the blank lines that set it off."""
        blocks = self.blocks
        before = blocks[index - 1].text if index and blocks[index - 1].kind is Kind.TEXT else ""
        last = index + 1 == len(blocks)
        behind = "" if last or blocks[index + 1].kind is not Kind.TEXT else blocks[index + 1].text
        low, high = index - bool(before), index + 1 + bool(behind)
        same_line = behind[: _FIRST_LINE.match(behind).end()]  # type: ignore[union-attr]
        if same_line.strip() or (same_line == behind and high < len(blocks)):
            if low == 0 or before.rstrip(" \t")[-1:] in ("\n", "\r"):
                behind = behind.lstrip(" \t")
            else:
                before = before.rstrip(" \t")
        elif low == 0 and not before.strip(_BLANKS):
            behind = behind.lstrip()
        else:
            before = before.rstrip()
        return self._spliced(low, high, _texts(before + behind))

    def _last_place(self) -> int:
        """The index of the block that a new last entry goes behind, or -1."""
        for index in range(len(self.blocks) - 1, -1, -1):
            if self.blocks[index].kind is Kind.ENTRY:
                return index
        for index in range(len(self.blocks) - 1, -1, -1):
            block = self.blocks[index]
            if block.kind in (Kind.STRING, Kind.PREAMBLE) or (
                block.kind is Kind.COMMENT and not _JABREF.match(block.text)
            ):
                return index
        return -1

    def _gap_near(self, place: int) -> str:
        """The blank lines between entries around `place`: those before it, those behind it, or one line."""
        for index in (place - 1, place + 1, *self._gaps_anywhere()):
            if 0 < index < len(self.blocks) - 1 and self.blocks[index].kind is Kind.TEXT:
                gap = self.blocks[index].text
                ends = _LINE_END.findall(gap)
                around = (self.blocks[index - 1].kind, self.blocks[index + 1].kind)
                if ends and not gap.strip() and around == (Kind.ENTRY, Kind.ENTRY):
                    return "".join(ends[:4])
        return self._line_end * 2

    def _gaps_anywhere(self) -> Iterator[int]:
        """The indices of the text between entries, from the end of the file, few of them."""
        last = len(self.blocks) - 2
        return iter(range(last, max(last - 40, 0), -1))

    def _spliced(self, low: int, high: int, pieces: Iterable[Block]) -> BibFile:
        """The file with `blocks[low:high]` replaced, read again as the module's docstring says."""
        blocks, first, last = self.blocks, low, high
        while low and blocks[low - 1].kind in (Kind.TEXT, Kind.BROKEN):
            low -= 1
        while high < len(blocks) and (high == last or blocks[high - 1].kind in (Kind.TEXT, Kind.BROKEN)):
            high += 1
        pieces = (*blocks[low:first], *pieces, *blocks[last:high])
        read = tuple(scan("".join(piece.text for piece in pieces)))
        wanted = [(piece.kind, piece.text) for piece in pieces if piece.kind is not Kind.TEXT]
        if wanted != [(piece.kind, piece.text) for piece in read if piece.kind is not Kind.TEXT]:
            raise ConflictError(
                "another part of the file would no longer read as it does", hint="edit the file by hand"
            )
        if read == blocks[low:high]:
            return self
        bib = BibFile(blocks[:low] + read + blocks[high:])
        if [block.kind for block in read] == [block.kind for block in blocks[low:high]]:
            bib.__dict__["_broken_at"] = self._broken_at
        if "strings" in self.__dict__ and Kind.STRING not in (block.kind for block in read):
            bib.__dict__["strings"] = self.strings
        bib._check_broken(low + len(read))
        return bib

    def _check_broken(self, end: int) -> None:
        """Refuse if a broken block before `end`, the only kind that looks ahead, reads differently now."""
        for index in self._broken_at:
            if index < end and scan_one(self.text, self.places[0][index]) != self.blocks[index]:
                raise ConflictError(
                    f"the broken entry in line {self.places[1][index]} would swallow what follows",
                    hint="close it by hand first",
                )


def _texts(*pieces: str | Block) -> list[Block]:
    """Blocks for pieces of text and blocks; empty texts left out."""
    return [Block(Kind.TEXT, piece) if isinstance(piece, str) else piece for piece in pieces if piece]


def _pairs(fields: Iterable[Field]) -> list[tuple[str, str]]:
    return [(found.name, str(found.raw)) for found in fields]


def _position(fields: Sequence[Field], name: str) -> int | None:
    """The index of the first field of this name, in any case."""
    name = name.lower()
    return next((index for index, found in enumerate(fields) if found.name.lower() == name), None)


def _one_entry(text: str) -> Block:
    """The entry that `text` is; UsageError if it is anything else."""
    read = scan(text)
    if len(read) == 1 and read[0].kind is Kind.ENTRY:
        return read[0]
    broken = next((block.reason for block in read if block.kind is Kind.BROKEN), "")
    what = broken or f"{sum(block.kind is Kind.ENTRY for block in read)} entries and other text"
    raise UsageError(f"this is not exactly one BibTeX entry: {what}", hint="@article{key, title = {…}}")


def _check_key(key: str) -> None:
    if not key or _NOT_IN_KEYS.search(key):
        raise UsageError(
            f"'{key}' cannot be a citation key", hint="a key has no white space, commas, braces and quotes"
        )


def _check_name(name: str) -> None:
    if not _FIELD_NAME.fullmatch(name):
        raise UsageError(f"'{name}' cannot be the name of a field", hint="letters, digits, '-', '_' and '+'")


def _check_value(name: str, value: str) -> None:
    depth = 0
    for found in re.finditer(r"[{}]", value):
        depth += 1 if found[0] == "{" else -1
        if depth < 0:
            break
    if depth:
        raise UsageError(
            f"the braces in the value of '{name}' are not balanced",
            hint="BibTeX counts every brace, one behind a backslash too",
        )


def _resolved(raw: str, strings: Mapping[str, str]) -> str:
    """What a raw value says, with these macros."""
    raw = raw.rstrip()
    if "#" not in raw and (raw[:1] not in ("{", '"') or raw[-1] == _CLOSING[raw[0]]):
        return _part_text(raw, strings)
    parts = [_part_text(part, strings) for part in split_value(raw)]
    if sum(map(len, parts)) > _LONGEST_STRING + len(raw):
        return raw
    return "".join(parts)


def _part_text(part: str, strings: Mapping[str, str]) -> str:
    """What one part of a value says; a bare word that nobody defined says itself."""
    if part[:1] in ("{", '"') and len(part) > 1:
        return part[1:-1]
    name = part.lower()
    return strings[name] if name in strings else MONTHS.get(name, part)
