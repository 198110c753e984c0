"""bibtexparser reads what we wrote as we meant it, or nothing is written; new entries look like old ones."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pubcli.bibtex.bibfile import BibFile, Raw
from pubcli.bibtex.judge import (
    DISAGREEMENTS,
    Difference,
    differences,
    format_entry,
    judge,
    known_disagreement,
    read_entry,
)
from pubcli.errors import ConflictError

# An entry for each known disagreement, with a field `year` that has no part in it.
QUIRKS = {
    "head": "@ misc {k,\n  year = 2001,\n}",
    "key": "@misc{k=1,\n  year = 2001,\n}",
    "no key": "@misc{k\n  a = {x},\n  year = 2001,\n}",
    "remark": "@misc{k,\n  % a = {x},\n  year = 2001,\n}",
    "missing comma": "@misc{k,\n  a = {x}\n  b = {y},\n  year = 2001,\n}",
    "extra comma": "@misc{k,\n  a = {x},,\n  year = 2001,\n}",
    "backslash": "@misc{k,\n  a = {x \\\\},\n  year = 2001,\n}",
    "quote in braces": '@misc{k,\n  a = "{"x}",\n  year = 2001,\n}',
    "line like a block": "@misc{k,\n  a = {x\n@misc{y}},\n  year = 2001,\n}",
    "junk": "@misc{k,\n  a = {x},\n  and so on,\n  year = 2001,\n}",
}


def test_an_edit_that_is_read_as_meant_passes() -> None:
    before = BibFile.parse("@misc{k,\n  a = jan # {x},\n}\n\n@misc{l}\n")

    judge(before, before.with_field("k", "a", "y"))
    judge(before, before.with_key("k", "m").with_field("m", "b", 'say {"}so{"}'))
    judge(before, before.with_entry("@misc{n,\n  a = {x}\n}").without_entry("l"))
    judge(before, before)


@pytest.mark.parametrize("value", ["ends in \\", "Cite\n@misc{x, y = {z}}", "a \\{b, {c}}"])
def test_an_edit_that_others_would_read_differently_is_refused(value: str) -> None:
    before = BibFile.parse("@misc{k,\n  a = {x},\n  b = {y},\n}\n")

    with pytest.raises(ConflictError) as refusal:
        judge(before, before.with_field("k", "a", value))

    assert "would be read differently by other programs" in refusal.value.message


def test_a_new_entry_is_judged_strictly() -> None:
    before = BibFile.parse("")

    with pytest.raises(ConflictError):
        judge(before, before.with_entry(QUIRKS["head"]))


def test_every_known_disagreement_has_its_example() -> None:
    assert list(QUIRKS) == [quirk.name for quirk in DISAGREEMENTS]


@pytest.mark.parametrize("name", QUIRKS)
def test_an_entry_with_a_quirk_elsewhere_can_be_edited(name: str) -> None:
    before = BibFile.parse(QUIRKS[name])
    [entry] = before.entries

    changed = before.with_field(entry.key, "year", "2002").with_field(entry.key, "note", "n")

    assert (known_disagreement(entry.block) or DISAGREEMENTS[0]).name == name
    judge(before, changed)
    judge(before, changed.without_field(entry.key, "year"))
    with pytest.raises(ConflictError):
        judge(before, before.with_field(entry.key, "year", "ends in \\"))


def test_where_bibtexparser_reads_a_file_differently_is_listed() -> None:
    text = "@misc{a,\n  x = 1,\n}\n% @misc{b, x = {y}}\n\n" + "\n".join(QUIRKS.values())

    found = differences(BibFile.parse(text))

    assert found[0] == Difference(4, "b", "it reads an entry in what is a remark or broken")
    assert [difference.line for difference in found if difference.reason == DISAGREEMENTS[0].reason] == [6]
    assert {quirk.reason for quirk in DISAGREEMENTS} <= {difference.reason for difference in found}


def test_a_plain_file_is_read_alike() -> None:
    text = '@string{s = {S}}\n@misc{k, a = s # "x"}\r\n@misc{k, a = 1, a = 2}\n@book(l, a = {)})\n'

    assert differences(BibFile.parse(text)) == []


@pytest.mark.parametrize(
    ("neighbour", "expected"),
    [
        ("", "@misc{new,\n  title = {T {\"}q{\"}},\n  year = {2001},\n  month = jan,\n}"),
        (
            '@misc{k,\n\ta="x",\n\tb="y"\n}',
            '@misc{new,\n\ttitle="T {"}q{"}",\n\tyear="2001",\n\tmonth=jan\n}',
        ),
        (
            "@misc{k,\r\n  author    = {x},\r\n  year      = 2000,\r\n}",
            '@misc{new,\r\n  title     = {T {"}q{"}},\r\n  year      = 2001,\r\n  month     = jan,\r\n}',
        ),
        (
            "@misc{k,\n  author = {x},\n  a =      {y},\n}",
            '@misc{new,\n  title =  {T {"}q{"}},\n  year =   {2001},\n  month =  jan,\n}',
        ),
        (
            "@misc{k,\n  author = {x},\n       a = {y}\n}",
            '@misc{new,\n   title = {T {"}q{"}},\n    year = {2001},\n   month = jan\n}',
        ),
        (
            "@misc{k, a = {x}}",
            '@misc{new,\n  title = {T {"}q{"}},\n  year = {2001},\n  month = jan,\n}',
        ),
    ],
)  # fmt: skip
def test_a_new_entry_is_written_like_its_neighbour(neighbour: str, expected: str) -> None:
    entries = BibFile.parse(neighbour).entries
    fields = {"title": 'T {"}q{"}', "year": "2001", "month": Raw("jan")}

    text = format_entry("misc", "new", fields, entries[0] if entries else None)

    assert text == expected
    seen = read_entry(text)
    assert seen is not None
    assert [name for name, _ in seen.fields] == list(fields)


def test_reading_and_editing_import_no_bibtexparser() -> None:
    code = (
        "import sys, pubcli.bibtex.encoding, pubcli.bibtex.judge\n"
        "from pubcli.bibtex.bibfile import BibFile\n"
        "BibFile.parse('@misc{k, a = 1}').with_field('k', 'a', '2')\n"
        "print([name for name in ('bibtexparser', 'hypothesis', 'difflib') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_a_remark_behind_the_last_field_does_not_stop_an_edit() -> None:
    before = BibFile.parse("@article{k,\n  title = {Old}, % a note of mine\n}\n")

    after = before.with_field("k", "year", "2020").with_field("k", "title", "New")
    judge(before, after)

    assert after.text == "@article{k,\n  title = {New}, % a note of mine\n  year = {2020},\n}\n"
