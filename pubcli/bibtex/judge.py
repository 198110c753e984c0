"""bibtexparser as a second reader of every entry we add or change, and as the writer of new ones.

The only import of bibtexparser. It judges on the level of raw values (`{…}`, `jan`, `a # "b"`), for
which no `@string` is needed: they must be seen exactly as `bibfile` sees them. Where it is known to
read BibTeX differently from BibTeX, `DISAGREEMENTS` says so, one row and one reason each; an entry with
such a quirk can still be edited, if what was touched is read as intended.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pubcli.bibtex import layout
from pubcli.bibtex.bibfile import BibFile, Entry
from pubcli.bibtex.scan import Block, Kind, Raw, problems, read_fields, scan
from pubcli.errors import ConflictError

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Block as ParserBlock

Pairs = tuple[tuple[str, str], ...]

_REMARK = re.compile(r"%[^\r\n]*")
_LAST_REMARK = re.compile(r"\s*%[^{}\"]*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry as a reader sees it: type in lower case, key, names and raw values in order."""

    entry_type: str
    key: str
    fields: Pairs


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A way in which bibtexparser is known to read an entry differently from BibTeX.

    `spreads` says that it misreads more than the field with the quirk, so that only what was touched
    can be judged, on its own.
    """

    name: str
    reason: str
    applies: Callable[[Block], bool]
    spreads: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry of a file that bibtexparser reads differently: where, which, and why if it is known."""

    line: int
    key: str
    reason: str


def _matches(pattern: str) -> Callable[[Block], bool]:
    compiled = re.compile(pattern)
    return lambda block: compiled.search(block.text) is not None


def _head_matches(pattern: str) -> Callable[[Block], bool]:
    compiled = re.compile(pattern)
    return lambda block: compiled.match(block.text[: block.at]) is not None


def _has_problem(text: str) -> Callable[[Block], bool]:
    return lambda block: any(text in problem.text for problem in problems(block))


def _has_remark(block: Block) -> bool:
    """Whether a `%` remark stands between the fields."""
    end = block.at + len(block.key)
    for found in read_fields(block):
        if "%" in block.text[end : found.start] or "%" in block.text[found.start : found.value_start]:
            return True
        end = found.end
    return "%" in block.text[end:]


DISAGREEMENTS = (
    Disagreement(
        "head",
        "it knows no white space behind '@', no line end before '{', and no type with other than word "
        "characters, and takes such an entry for a comment",
        _head_matches(r"@(?:\s|[^\s{(]*[^\w\s{(]|\w+[ \t]*[\r\n\f\v])"),
    ),
    Disagreement(
        "key",
        "to it, '=', '\"' and braces end a citation key, and ')' ends a parenthesised entry",
        lambda block: re.search(r"[=\"{})]", block.key) is not None or not block.key,
    ),
    Disagreement(
        "no key",
        "without a comma behind the citation key it gives up the entry",
        lambda block: _has_problem("no citation key")(block) or _has_problem("behind the citation")(block),
        spreads=True,
    ),
    Disagreement(
        "remark",
        "BibTeX itself has no '%' remarks within an entry; it takes one for a part of the next field's name "
        "or of the value before",
        _has_remark,
    ),
    Disagreement(
        "missing comma",
        "without a comma a field swallows the next one",
        _has_problem("no comma before"),
        spreads=True,
    ),
    Disagreement(
        "extra comma",
        "two commas in a row make it give up the entry",
        lambda block: re.search(r",\s*,", block.text) is not None,
        spreads=True,
    ),
    Disagreement(
        "backslash",
        "a backslash before a brace, a quote, a comma, '=' or a line end hides that character from it; "
        "to BibTeX a backslash is a character like any other",
        _matches(r"\\[{}\",=\n)]"),
        spreads=True,
    ),
    Disagreement(
        "quote in braces",
        'a quote within braces within quotes ends the value, unless it is exactly {"}',
        lambda block: any(
            found.raw[:1] == '"' and re.search(r"\{[^{}]*\"", found.raw) for found in read_fields(block)
        ),
        spreads=True,
    ),
    Disagreement(
        "line like a block",
        "a line of a value that begins like a block ends the entry",
        _matches(r"\n\s*@\w*[ \t]*[{(]"),
        spreads=True,
    ),
    Disagreement(
        "junk",
        "what is no field makes it give up the entry, or is a part of the value before",
        lambda block: bool(problems(block)),
        spreads=True,
    ),
)


def judge(before: BibFile, after: BibFile) -> None:
    """ConflictError unless bibtexparser sees every added or changed entry of `after` as intended."""
    gone, fresh = _entries_only_in(before, after), _entries_only_in(after, before)
    gone_texts, fresh_texts = {block.text for block in gone}, {block.text for block in fresh}
    gone = [block for block in gone if block.text not in fresh_texts]
    fresh = [block for block in fresh if block.text not in gone_texts]
    for block in fresh:
        judge_entry(block, _counterpart(block, gone))


def _entries_only_in(bib: BibFile, other: BibFile) -> list[Block]:
    """The entries of `bib` that are not the same objects in `other`; edits keep what they do not touch."""
    known = set(map(id, other.blocks))
    return [block for block in bib.blocks if block.kind is Kind.ENTRY and id(block) not in known]


def judge_entry(new: Block, old: Block | None = None) -> None:
    """ConflictError unless bibtexparser sees the entry `new` as intended.

    Where `old`, the entry before the edit, has a known disagreement, the touched fields must be read
    as intended on their own, and the others as before as far as the quirk lets them.
    """
    seen, intended = read_entry(new.text), _own_reading(new)
    if seen == intended:
        return
    quirk = known_disagreement(old) if old is not None else None
    if old is None or quirk is None:
        raise _refusal(new, seen, intended)
    for name, raw in _touched(old, new):
        alone = Reading("misc", "touched", ((name, raw),))
        read = read_entry(f"@misc{{touched,\n{name} = {raw}\n}}")
        if read != alone:
            raise _refusal(new, read, alone)
    # An entry that it gave up before the edit has no reading to compare the rest with.
    comparable = not quirk.spreads and read_entry(old.text) is not None
    if comparable and _untouched(old, new) != _untouched(new, old):
        raise _refusal(new, seen, intended)


def known_disagreement(block: Block) -> Disagreement | None:
    """Why bibtexparser reads this entry differently, if it does and it is known."""
    if read_entry(block.text) == _own_reading(block):
        return None
    return next((quirk for quirk in DISAGREEMENTS if quirk.applies(block)), None)


def differences(bib: BibFile) -> list[Difference]:
    """The entries that bibtexparser reads differently in the file as a whole, in file order."""
    seen = Counter(reading for reading, _ in _readings(_split(bib.text)))
    found: list[Difference] = []
    for entry in bib.entries:
        reading = _own_reading(entry.block)
        if seen[reading]:
            seen[reading] -= 1
        else:
            quirk = known_disagreement(entry.block)
            reason = quirk.reason if quirk else "bibtexparser reads it differently"
            found.append(Difference(entry.line, entry.key, reason))
    ours = {entry.key for entry in bib.entries}
    for reading, line in _readings(_split(bib.text)):
        if seen[reading] and reading.key not in ours:
            seen[reading] -= 1
            found.append(Difference(line, reading.key, "it reads an entry in what is a remark or broken"))
    return sorted(found, key=lambda difference: difference.line)


def format_entry(entry_type: str, key: str, fields: Mapping[str, str], neighbour: Entry | None = None) -> str:
    """The text of a new entry, by bibtexparser's writer in the neighbour's style; `Raw` stays raw."""
    from bibtexparser.library import Library
    from bibtexparser.model import Entry as ParserEntry
    from bibtexparser.model import Field as ParserField
    from bibtexparser.writer import BibtexFormat, write

    style = layout.style_of(neighbour.block) if neighbour is not None else None
    style = style or layout.Style()
    if "\n" not in style.lead and "\r" not in style.lead:
        style = layout.Style(quote=style.quote, bare_numbers=style.bare_numbers)
    values = {
        name: value if isinstance(value, Raw) else style.delimited(value) for name, value in fields.items()
    }
    form = BibtexFormat()  # type: ignore[no-untyped-call]
    form.indent = style.lead.lstrip("\r\n")
    form.value_column = style.equals_at + 2 if style.equals_at else 0
    form.trailing_comma = style.trailing_comma
    entry = ParserEntry(entry_type, key, [ParserField(name, value) for name, value in values.items()])
    text = write(Library([entry]), form).rstrip("\n")
    text = _with_own_spacing(text, style)
    line_end = layout.line_end_of(neighbour.text) if neighbour is not None else ""
    return text.replace("\n", line_end) if line_end else text


def read_entry(text: str) -> Reading | None:
    """An entry as bibtexparser sees it, or None where it sees no entry, or more than one thing."""
    library = _split(text)
    if len(library.blocks) != 1:
        return None
    return next((reading for reading, _ in _readings(library)), None)


def read_file(text: str) -> list[Reading]:
    """All entries that bibtexparser sees in a file, in order, doubled keys and fields included."""
    return [reading for reading, _ in _readings(_split(text))]


def _split(text: str) -> Library:
    from bibtexparser.splitter import Splitter

    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())  # it warns of every broken block; we say so ourselves
    return Splitter(text).split()


def _readings(library: Library) -> Iterator[tuple[Reading, int]]:
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock
    from bibtexparser.model import Entry as ParserEntry

    for seen in library.blocks:
        block: ParserBlock | None = seen
        while isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            block = block.ignore_error_block
        if isinstance(block, ParserEntry):
            fields = tuple((found.key, str(found.value)) for found in block.fields)
            yield Reading(block.entry_type.lower(), block.key, fields), (block.start_line or 0) + 1


def _own_reading(block: Block) -> Reading:
    fields = tuple((found.name, str(found.raw)) for found in read_fields(block))
    return Reading(block.entry_type.lower(), block.key, fields)


def _counterpart(block: Block, gone: list[Block]) -> Block | None:
    """The entry that `block` was before the edit: of the same key, or else with most of its fields."""
    for old in gone:
        if old.key == block.key:
            return old
    for old in gone:
        fields = _own_reading(old).fields
        if len(fields) <= 2 * sum(pair in _own_reading(block).fields for pair in fields):
            return old
    return None


def _touched(old: Block, new: Block) -> list[tuple[str, str]]:
    """The fields of `new` that `old` does not have so."""
    left = Counter(_own_reading(old).fields)
    touched = []
    for pair in _own_reading(new).fields:
        if left[pair]:
            left[pair] -= 1
        else:
            touched.append(pair)
    return touched


def _untouched(block: Block, other: Block) -> Pairs:
    """What bibtexparser sees of the fields that `block` and `other` share, remarks and head aside."""
    opening = block.text[: block.at].rstrip()[-1:]
    seen = read_entry(f"@misc{opening}key{block.text[block.at + len(block.key) :]}")
    names = {name.lower() for name, _ in (*_touched(other, block), *_touched(block, other))}
    pairs = [
        (_REMARK.sub("", name).strip(), _LAST_REMARK.sub("", raw))
        for name, raw in (seen.fields if seen else ())
    ]
    return tuple(pair for pair in pairs if pair[0].lower() not in names)


def _with_own_spacing(text: str, style: layout.Style) -> str:
    """`text` with the spaces around `=` that bibtexparser's writer has no option for."""
    block = scan(text)[0]
    for found in reversed(tuple(read_fields(block))):
        start = text.rfind("\n", 0, found.start)
        before = layout.line_end_of(style.lead)
        assignment = style.assignment(found.name, "")[len(before) :]
        text = text[: start + 1] + assignment + text[found.value_start :]
    return text


def _refusal(block: Block, seen: Reading | None, intended: Reading) -> ConflictError:
    """The error that says what bibtexparser sees instead."""
    what = f"the entry '{block.key}'"
    detail = ""
    if seen is not None:
        differ = [pair for pair in intended.fields if pair not in seen.fields]
        if differ:
            name, raw = differ[0]
            what = f"'{name}' of '{block.key}'"
            read = dict(seen.fields).get(name)
            detail = f"meant: {raw}\n" + (f"read:  {read}" if read is not None else "read:  nothing")
    return ConflictError(
        f"{what} would be read differently by other programs",
        hint="look for a backslash before a brace, a line that begins with @, or a quote in the value",
        detail=detail,
    )


__all__ = [
    "DISAGREEMENTS",
    "Difference",
    "Disagreement",
    "Reading",
    "differences",
    "format_entry",
    "judge",
    "judge_entry",
    "known_disagreement",
    "read_entry",
    "read_file",
]
