"""Where a field or an entry goes in, how it looks beside its neighbours, and which bytes go when it goes.

Pure functions from the text of an entry to the text of the changed entry; taking out what was put in
gives the first text back. Knows nothing of the file around the entry and checks nothing: `bibfile`
reads every result again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pubcli.bibtex.scan import Block, Field, read_fields

_GAP = re.compile(r"%[^\r\n]*+|[^\s%]")
_REMARK_HERE = re.compile(r"[ \t]*+%[^\r\n]*+")
_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMA_FIRST = re.compile(r"([ \t]*(?:\r\n|\r|\n)[ \t]*),[ \t]*\Z")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Style:
    """How the fields of an entry are written.

    `comma_lead` is the white space before a comma that begins a line, and empty where commas end them.
    `lead` is the white space before a name; `name_end` the column where names end if they are flush
    right; `before` and `after` stand around `=`; `equals_at` and `value_at` are columns, counted from
    the name, where all `=` or all values stand; `quote` is `{` or `"`; `bare_numbers`: `year = 2020`.
    """

    lead: str = "\n  "
    name_end: int = 0
    before: str = " "
    after: str = " "
    equals_at: int = 0
    value_at: int = 0
    quote: str = "{"
    bare_numbers: bool = False
    trailing_comma: bool = True
    comma_lead: str = ""

    def assignment(self, name: str, value: str) -> str:
        """`lead name = value`, aligned as the neighbours are."""
        lead, before, after = self.lead, self.before, self.after
        if self.name_end:
            line_end = _LINE_END.match(lead)
            head = line_end[0] if line_end else ""
            lead = head + " " * max(self.name_end - len(name), 1)
        elif self.equals_at:
            before = " " * max(self.equals_at - len(name), len(before) and 1)
        elif self.value_at:
            after = " " * max(self.value_at - len(name) - len(before) - 1, 1)
        return f"{lead}{name}{before}={after}{value}"

    def delimited(self, text: str) -> str:
        """`text` in the delimiters of the neighbours; in braces where quotes cannot hold it."""
        if self.bare_numbers and _DIGITS.fullmatch(text):
            return text
        return quoted(text) if self.quote == '"' else f"{{{text}}}"


def quoted(text: str) -> str:
    """`text` as `"…"`, or in braces if a quote outside braces would end it."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char == '"' and depth == 0:
            return f"{{{text}}}"
    return f'"{text}"'


def line_end_of(text: str) -> str:
    """The line end that `text` uses most, or an empty text if it has none."""
    crlf = text.count("\r\n")
    counts = {"\r\n": crlf, "\n": text.count("\n") - crlf, "\r": text.count("\r") - crlf}
    best = max(counts, key=lambda line_end: counts[line_end])
    return best if counts[best] else ""


def style_of(entry: Block) -> Style | None:
    """How the fields of this entry are written, or None if it has none."""
    text, fields = entry.text, tuple(read_fields(entry))
    if not fields:
        return None
    ends = [entry.at + len(entry.key), *(found.end for found in fields)]
    leads = [_lead(text, end, found.start) for end, found in zip(ends, fields, strict=False)]
    broken = [(lead, found) for lead, found in zip(leads, fields, strict=True) if _LINE_END.search(lead)]
    lead, model = broken[-1] if 2 * len(broken) >= len(fields) else (leads[-1], fields[-1])
    comma_first = _COMMA_FIRST.search(text[ends[-2] : fields[-1].start])
    before, after = _around_equals(text, model)
    around = [(found.name, *_around_equals(text, found)) for _, found in broken]
    spaced = [(len(name), len(pre), len(post)) for name, pre, post in around if "\t" not in pre + post]
    equals_at = _common([(name, name + pre) for name, pre, _ in spaced])
    value_at = _common([(name, name + pre + 1 + post) for name, pre, post in spaced])
    name_end = _common([(len(found.name), _column(lead) + len(found.name)) for lead, found in broken])
    numbers = [found.raw for found in fields if _DIGITS.fullmatch(found.raw.strip('{}"'))]
    marks = [found.raw[0] for found in fields if found.raw[:1] in ("{", '"')]
    return Style(
        lead=_one_line_end(lead),
        name_end=name_end,
        before=before,
        after=after,
        equals_at=equals_at,
        value_at=0 if equals_at else value_at,
        quote='"' if marks.count('"') > marks.count("{") else "{",
        bare_numbers=bool(numbers) and all(_DIGITS.fullmatch(raw) for raw in numbers),
        trailing_comma=text[_significant_end(entry, fields) - 1] == ",",
        comma_lead=comma_first[1] if comma_first else "",
    )


def inserted(entry: Block, name: str, value: str, style: Style) -> str:
    """The entry's text with a new last field."""
    text, fields = entry.text, tuple(read_fields(entry))
    end = _significant_end(entry, fields)
    comma_before = text[end - 1] == ","
    if not fields:
        style = _style_of_empty(entry, style)
    new = style.assignment(name, value)
    remark = _REMARK_HERE.match(text, end)
    at = remark.end() if remark and _LINE_END.match(style.comma_lead + new) else end
    if comma_before:
        return text[:at] + new + "," + text[at:]
    if style.comma_lead:
        return text[:at] + style.comma_lead + "," + new + text[at:]
    return text[:end] + "," + text[end:at] + new + text[at:]


def removed(entry: Block, index: int) -> str:
    """The entry's text without its field number `index`, its comma, and its line if it had one."""
    text, fields = entry.text, tuple(read_fields(entry))
    found = fields[index]
    gap_end = fields[index + 1].start if index + 1 < len(fields) else len(text) - 1
    gap_start = fields[index - 1].end if index else entry.at + len(entry.key)
    lead_start = found.start - len(_lead(text, gap_start, found.start))
    comma = _comma(text, found.end, gap_end)
    end = found.end if comma is None else comma + 1
    start = lead_start
    if _line_stays(text, gap_start, lead_start, found.start, end):
        start, end = found.start, len(text) - len(text[end:].lstrip(" \t"))
    if comma is None and index + 1 == len(fields) and _only_remarks(text[found.end : gap_end]):
        before = _last_comma(text, gap_start, found.start)
        if before is not None:
            cut = _comma_line_start(text, gap_start, before, end)
            return text[:cut] + text[before + 1 : start] + text[end:]
    return text[:start] + text[end:]


def _line_stays(text: str, gap_start: int, lead_start: int, start: int, end: int) -> bool:
    """Whether the line of a field that goes must stay, for what stands behind the field or before it."""
    behind = text[end:].lstrip(" \t")[:1]
    if behind in ("\n", "\r"):
        return False
    if _ends_in_remark(text, gap_start, lead_start):
        return True
    return bool(_LINE_END.search(text[lead_start:start])) and behind not in ("}", ")", "")


def _comma_line_start(text: str, gap_start: int, comma: int, end: int) -> int:
    """Where a comma that goes begins, with its line if it begins one and nothing then falls into a remark."""
    start = comma - len(_lead(text, gap_start, comma))
    if not _LINE_END.search(text[start:comma]):
        return comma
    next_line = text[end:].lstrip(" \t")[:1] in ("\n", "\r")
    return start if next_line or not _ends_in_remark(text, gap_start, start) else comma


def _ends_in_remark(text: str, gap_start: int, position: int) -> bool:
    """Whether what is written at `position`, in the gap that begins at `gap_start`, falls into a remark."""
    tokens = list(_GAP.finditer(text, gap_start, position))
    return bool(tokens) and tokens[-1][0][0] == "%" and tokens[-1].end() == position


def _lead(text: str, gap_start: int, start: int) -> str:
    """The white space before `start`, in the gap between two fields; the end of a remark is none of it."""
    lead_start = gap_start
    for found in _GAP.finditer(text, gap_start, start):
        lead_start = found.end()
    return text[lead_start:start]


def _one_line_end(lead: str) -> str:
    """A lead without blank lines: its last line end and what follows."""
    ends = list(_LINE_END.finditer(lead))
    return lead[ends[-1].start() :] if ends else lead


def _column(lead: str) -> int:
    """How far a lead indents, tabs not counted as more than one."""
    return len(_one_line_end(lead).lstrip("\r\n"))


def _around_equals(text: str, found: Field) -> tuple[str, str]:
    """The blanks before and behind `=`; one each where line ends or remarks stand there."""
    before, _, after = text[found.start + len(found.name) : found.value_start].partition("=")
    if before.strip(" \t") or after.strip(" \t"):
        return " ", " "
    return before, after


def _common(columns: Sequence[tuple[int, int]]) -> int:
    """The column that most of `(length of the name, column)` share, if names of unequal length do; else 0."""
    if len(columns) < 2:
        return 0
    found = [column for _, column in columns]
    best = max(set(found), key=found.count)
    lengths = {length for length, column in columns if column == best}
    return best if len(lengths) > 1 and 3 * found.count(best) >= 2 * len(found) else 0


def _significant_end(entry: Block, fields: Sequence[Field]) -> int:
    """Behind the last character before the closing one that is neither white space nor remark."""
    end = fields[-1].end if fields else entry.at + len(entry.key)
    for found in _GAP.finditer(entry.text, end, len(entry.text) - 1):
        if found[0][0] != "%":
            end = found.end()
    return end


def _comma(text: str, start: int, end: int) -> int | None:
    """The first comma in a gap between fields, if nothing but remarks stands before it."""
    for found in _GAP.finditer(text, start, end):
        if found[0] == ",":
            return found.start()
        if found[0][0] != "%":
            return None
    return None


def _last_comma(text: str, start: int, end: int) -> int | None:
    commas = [found.start() for found in _GAP.finditer(text, start, end) if found[0] == ","]
    return commas[-1] if commas else None


def _only_remarks(gap: str) -> bool:
    return all(found[0][0] == "%" for found in _GAP.finditer(gap))


def _style_of_empty(entry: Block, style: Style) -> Style:
    """The neighbour's style for an entry without fields: on one line if the entry is."""
    gap = entry.text[entry.at + len(entry.key) : -1]
    line_end = line_end_of(gap)
    lead = line_end + style.lead.lstrip("\r\n") if line_end else " "
    if line_end and not _LINE_END.search(style.lead):
        lead = line_end + "  "
    name_end = style.name_end if line_end else 0
    return Style(
        lead,
        name_end,
        style.before,
        style.after,
        style.equals_at,
        style.value_at,
        style.quote,
        style.bare_numbers,
    )
