"""A .bib file read by BibTeX's rules, and edits that change the bytes they must and no other."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pubcli.bibtex.bibfile import BibFile, Kind, Raw
from pubcli.errors import ConflictError, NotFoundError, PubcliError, UsageError

TWO = """\
@article{first,
  author = {Lind, Mara},
  title  = {The First},
  year   = 2001,
}

@article{second,
  title  = {The Second},
}
"""


def values(text: str, key: str = "k") -> dict[str, str]:
    bib = BibFile.parse(text)
    return bib.values(bib.entry(key))


# --- reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@misc{k, a = {x}, b = {y}}", {"a": "x", "b": "y"}),
        ('@misc{k, a = "x {"} y", b = 12}', {"a": 'x {"} y', "b": "12"}),
        ("@misc(k, a = {)}, b = {y})", {"a": ")", "b": "y"}),
        ("@misc{k, a = {\\{x}, b = {y\\}}}", {"a": "\\{x}, b = {y\\}"}),
        ("@misc{k, a = {x \\\\}, b = {y}}", {"a": "x \\\\", "b": "y"}),
        ('@misc{k, a = "G\\"o", b = {y}}', {"a": 'G\\"o', "b": "y"}),
        ("@ misc {k, a = {x}}", {"a": "x"}),
        ("@misc\n{k, a = {x}}", {"a": "x"}),
        ("@www-misc{k, a = {x}}", {"a": "x"}),
        ("@misc{k,\n% b = {no},\na = {x}, % {\n}", {"a": "x"}),
        ("@misc{k, a = {x}\n b = {y}}", {"a": "x", "b": "y"}),
        ("@misc{k, a = {x}, A = {y}}", {"a": "x"}),
        ("@misc{k, a = , b = {y},, }", {"a": "", "b": "y"}),
        ("@misc{k, a = {x}; b = {y}}", {"a": "x;", "b": "y"}),
        ("@misc{k\n a = {x}}", {"a": "x"}),
        ("@misc{k, month = JAN # {~} # 1}", {"month": "January~1"}),
        ('@string(T = {t})@string{s = "S" # t}@misc{k, a = s # "!"}', {"a": "St!"}),
        ("@misc{k, a = unknown}", {"a": "unknown"}),
        ("@misc{k, a+an = {1=me}, date-b = 2001-02-03}", {"a+an": "1=me", "date-b": "2001-02-03"}),
        ("text @misc{k, a = {x}} me@host.org {nothing}", {"a": "x"}),
        ("@misc{k, a = {Cite\n@misc{other, title = {x}}\n}}", {"a": "Cite\n@misc{other, title = {x}}\n"}),
        ("\ufeff@misc{k, a = {x}}", {"a": "x"}),
        ("---\ntitle: x\n---\n@misc{k, a = {x}}", {"a": "x"}),
        ("@misc{k,\r a = {x} % remark\r, b = {y}\r}", {"a": "x", "b": "y"}),
        (f"@misc{{k, a = {'{' * 40}x{'}' * 40}}}", {"a": "{" * 39 + "x" + "}" * 39}),
    ],
)  # fmt: skip
def test_values_are_read_by_the_rules_of_bibtex(text: str, expected: dict[str, str]) -> None:
    assert values(text) == expected


def test_a_macro_defined_later_is_not_known_to_an_earlier_one() -> None:
    bib = BibFile.parse("@string{a = b}@string{b = {B}}@misc{k, x = a, y = b}")

    assert bib.strings == {"a": "b", "b": "B"}


def test_a_chain_of_macros_does_not_explode() -> None:
    text = "@string{a0 = {ha}}" + "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}" for n in range(1, 60))

    assert max(map(len, BibFile.parse(text).strings.values())) < 10_000


def test_every_block_is_found_where_it_is() -> None:
    text = (
        "% remark @misc{no}\n@string{s = {S}}\r\n@preamble{{p}}\r@comment{jabref {x}}\n"
        "@misc{k}\n\n@misc{open,\n a = {x\n@misc{l}"
    )

    bib = BibFile.parse(text)

    assert [(block.kind, block.text) for block in bib.blocks if block.kind is not Kind.TEXT] == [
        (Kind.STRING, "@string{s = {S}}"),
        (Kind.PREAMBLE, "@preamble{{p}}"),
        (Kind.COMMENT, "@comment{jabref {x}}"),
        (Kind.ENTRY, "@misc{k}"),
        (Kind.BROKEN, "@misc{open,\n a = {x"),
        (Kind.ENTRY, "@misc{l}"),
    ]
    assert [(entry.key, entry.line, text[entry.start : entry.end]) for entry in bib.entries] == [
        ("k", 5, "@misc{k}"),
        ("l", 9, "@misc{l}"),
    ]


def test_a_comment_holds_the_entries_it_begins_with() -> None:
    bib = BibFile.parse("@comment{\n@misc{hidden, a = {x}}\n}\n@misc{k}")

    assert [entry.key for entry in bib.entries] == ["k"]


def test_a_comment_nobody_closed_swallows_nothing() -> None:
    bib = BibFile.parse("@comment{closed by the wrong one)\n\n@misc{k}\n}\n@misc{l}")

    assert [entry.key for entry in bib.entries] == ["k", "l"]
    assert [(broken.line, broken.reason) for broken in bib.broken] == [(1, "the @comment is not closed")]


def test_an_unclosed_entry_ends_at_the_next_line_that_begins_like_a_block() -> None:
    bib = BibFile.parse(
        f"{TWO}\n@misc{{open,\n  title = {{Open,\n  year = 2001,\n}}\n\n@misc{{k, a = {{x}}}}\n"
    )

    assert [entry.key for entry in bib.entries] == ["first", "second", "k"]
    assert [(broken.key, broken.line, broken.reason) for broken in bib.broken] == [
        ("open", 11, "the entry is not closed")
    ]
    with pytest.raises(ConflictError, match="line 11 cannot be read: the entry is not closed"):
        bib.with_field("open", "year", "2002")


def test_what_bibtex_stumbles_over_has_a_line() -> None:
    entry = BibFile.parse("\n@misc{k,\n  a = {x}\n  b = {y},\n  junk,\n}").entry("k")

    assert [(entry.line_of(problem.offset), problem.text) for problem in entry.problems] == [
        (4, "no comma before 'b'"),
        (5, "'junk,' is no field"),
    ]


# --- fields


def test_setting_a_field_changes_its_value_only() -> None:
    bib = BibFile.parse(TWO)

    assert bib.with_field("first", "TITLE", "New").text == TWO.replace("The First", "New")
    assert bib.with_field("first", "year", "2002").text == TWO.replace("2001", "2002")
    assert bib.with_field("first", "year", "in press").text == TWO.replace("2001", "{in press}")
    assert bib.with_field("first", "year", Raw('jan # "x"')).text == TWO.replace("2001", 'jan # "x"')


def test_a_value_set_to_what_it_says_keeps_its_form() -> None:
    bib = BibFile.parse(
        '@string{j = "Journal"}@misc{k, month = jan, journal = j # { B}, year = 2001, a = "b"}'
    )

    for name, value in bib.values(bib.entry("k")).items():
        assert bib.with_field("k", name, value) == bib


def test_a_quoted_value_gets_braces_where_it_must() -> None:
    bib = BibFile.parse('@misc{k, a = "b"}')

    assert bib.with_field("k", "a", 'say "x"').text == '@misc{k, a = {say "x"}}'
    assert bib.with_field("k", "a", 'say {"}x{"}').text == '@misc{k, a = "say {"}x{"}"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@misc{k,\n  a = {x},\n}", "@misc{k,\n  a = {x},\n  note = {n},\n}"),
        ("@misc{k,\n  a = {x}\n}", "@misc{k,\n  a = {x},\n  note = {n}\n}"),
        ("@misc{k,\r\n\ta={x}\r\n}", "@misc{k,\r\n\ta={x},\r\n\tnote={n}\r\n}"),
        ("@misc{k, a = {x}}", "@misc{k, a = {x}, note = {n}}"),
        ('@misc{k,a="x",}', '@misc{k,a="x",note="n",}'),
        ("@misc{k\n , a = {x}\n}", "@misc{k\n , a = {x}\n , note = {n}\n}"),
        (
            "@misc{k,\n  author = {x},\n  title  = {y},\n}",
            "@misc{k,\n  author = {x},\n  title  = {y},\n  note   = {n},\n}",
        ),
        (
            "@misc{k,\n  author = {x},\n  year =   {y},\n}",
            "@misc{k,\n  author = {x},\n  year =   {y},\n  note =   {n},\n}",
        ),
        (
            "@misc{k,\n  author = {x},\n   title = {y},\n}",
            "@misc{k,\n  author = {x},\n   title = {y},\n    note = {n},\n}",
        ),
        ("@misc{k,\n  a = 1 % last\n}", "@misc{k,\n  a = 1, % last\n  note = {n}\n}"),
        ("@misc{k,\n  a = 1, % last\n}", "@misc{k,\n  a = 1, % last\n  note = {n},\n}"),
        ("@misc{k, a = 1 % last\n}", "@misc{k, a = 1, note = {n} % last\n}"),
        ("@misc{k,\n  a = 1,\n  % b = 2,\n}", "@misc{k,\n  a = 1,\n  note = {n},\n  % b = 2,\n}"),
        ("@misc(k,\n  a = 1\n)", "@misc(k,\n  a = 1,\n  note = {n}\n)"),
        ("@misc{k}", "@misc{k, note = {n}}"),
        ("@misc{k,\n}", "@misc{k,\n  note = {n},\n}"),
        (
            "@misc{l,\n\ta = {x},\n\tb = {y}\n}\n\n@misc{k\n}",
            "@misc{l,\n\ta = {x},\n\tb = {y}\n}\n\n@misc{k,\n\tnote = {n}\n}",
        ),
    ],
)  # fmt: skip
def test_a_new_field_looks_like_its_neighbours_and_goes_without_a_trace(before: str, after: str) -> None:
    bib = BibFile.parse(before)

    changed = bib.with_field("k", "note", "n")

    assert changed.text == after
    assert changed.without_field("k", "note").text == before


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("@misc{k,\n  a = 1,\n  b = 2,\n}", "a", "@misc{k,\n  b = 2,\n}"),
        ("@misc{k,\n  a = 1,\n  b = 2\n}", "b", "@misc{k,\n  a = 1\n}"),
        ("@misc{k, a = 1, b = 2}", "a", "@misc{k, b = 2}"),
        ("@misc{k,\n  a = 1, % one\n  b = 2, % two\n}", "b", "@misc{k,\n  a = 1, % one\n  % two\n}"),
        ("@misc{k,\n  a = 1, % one\n  b = 2}", "b", "@misc{k,\n  a = 1 % one\n  }"),
        ("@misc{k,\n  a = 1, b = 2,\n  c = 3,\n}", "a", "@misc{k,\n  b = 2,\n  c = 3,\n}"),
        ("@misc{k, a = 1, A = 2, b = 3}", "a", "@misc{k, b = 3}"),
        ("@misc{k, a = {x}\n b = 2}", "a", "@misc{k,\n b = 2}"),
    ],
)  # fmt: skip
def test_a_field_goes_with_its_comma_and_its_line(before: str, name: str, after: str) -> None:
    assert BibFile.parse(before).without_field("k", name).text == after


def test_taking_out_what_is_not_there_changes_nothing() -> None:
    bib = BibFile.parse(TWO)

    assert bib.without_field("first", "note") == bib


@pytest.mark.parametrize("value", ["{", "}", "a } b {", "\\{", Raw("{x"), Raw('"}')])
def test_a_value_that_is_not_balanced_is_refused(value: str) -> None:
    with pytest.raises(UsageError):
        BibFile.parse(TWO).with_field("first", "title", value)


@pytest.mark.parametrize("value", [Raw("two words, and = more"), Raw('"a" b "'), Raw("% x")])
def test_a_raw_value_that_is_none_is_refused(value: Raw) -> None:
    with pytest.raises(ConflictError):
        BibFile.parse(TWO).with_field("first", "title", value)


@pytest.mark.parametrize("name", ["", "a b", "a=b", "1st", "a,", "%x", "a{"])
def test_what_is_no_name_of_a_field_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        BibFile.parse(TWO).with_field("first", name, "x")


# --- keys


def test_renaming_changes_the_key_only() -> None:
    bib = BibFile.parse(TWO).with_key("first", "renamed2001")

    assert bib.text == TWO.replace("@article{first,", "@article{renamed2001,")
    assert bib.with_key("renamed2001", "first").text == TWO


def test_a_key_may_be_given_and_taken() -> None:
    bib = BibFile.parse("@misc{title = {x}}\n")

    assert bib.with_key("", "k").text == "@misc{k, title = {x}}\n"
    assert bib.with_key("", "k").with_key("k", "").text == "@misc{, title = {x}}\n"


@pytest.mark.parametrize("key", ["a b", "a,b", "a}", "{a", 'a"b', "a\nb"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(UsageError):
        BibFile.parse(TWO).with_key("first", key)


def test_a_key_that_is_taken_is_refused() -> None:
    with pytest.raises(ConflictError, match="'second' is taken by the entry in line 7"):
        BibFile.parse(TWO).with_key("first", "second")


def test_a_doubled_key_is_refused_with_its_lines() -> None:
    bib = BibFile.parse("@misc{k}\n\n@misc{k, a = {x}}\n")

    with pytest.raises(ConflictError, match="2 entries have the citation key 'k', in lines 1, 3"):
        bib.with_field("k", "a", "y")


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(NotFoundError) as error:
        BibFile.parse(TWO).entry("frist")

    assert error.value.hint == "did you mean 'first'?"


# --- entries


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "@misc{new}\n"),
        ("@misc{k}", "@misc{k}\n\n@misc{new}"),
        ("@misc{j}\n@misc{k}\n", "@misc{j}\n@misc{k}\n@misc{new}\n"),
        ("@misc{j}\r\n\r\n\r\n@misc{k}\r\n", "@misc{j}\r\n\r\n\r\n@misc{k}\r\n\r\n\r\n@misc{new}\r\n"),
        ("@misc{k} % remark\n% more\n", "@misc{k} % remark\n\n@misc{new}\n% more\n"),
        ("@misc{j}@misc{k}", "@misc{j}@misc{k}\n\n@misc{new}"),
        (
            "@misc{k}\n\n@Comment{jabref-meta: a;}\n\n@Comment{jabref-meta: b;}\n",
            "@misc{k}\n\n@misc{new}\n\n@Comment{jabref-meta: a;}\n\n@Comment{jabref-meta: b;}\n",
        ),
        ("% text\n\n@Comment{jabref-meta: a;}\n", "% text\n\n@misc{new}\n\n@Comment{jabref-meta: a;}\n"),
        ("@string{s = {S}}\n", "@string{s = {S}}\n\n@misc{new}\n"),
        ("@misc{k}\n\n@misc{open,\n a = {x\n", "@misc{k}\n\n@misc{new}\n\n@misc{open,\n a = {x\n"),
    ],
)
def test_a_new_entry_goes_behind_the_last_and_out_without_a_trace(before: str, after: str) -> None:
    bib = BibFile.parse(before)

    changed = bib.with_entry("@misc{new}\n")

    assert changed.text == after
    assert changed.without_entry("new").text == before


def test_a_new_entry_may_go_behind_another() -> None:
    changed = BibFile.parse("@misc{a}@misc{b}\n\n@misc{c}").with_entry("@misc{new}", after="a")

    assert changed.text == "@misc{a}@misc{new}@misc{b}\n\n@misc{c}"


@pytest.mark.parametrize(
    "text", ["", "text", "@misc{a}@misc{b}", "@misc{a", "@string{s = {S}}", "x @misc{a}"]
)
def test_what_is_not_exactly_one_entry_is_refused(text: str) -> None:
    bib = BibFile.parse(TWO)

    with pytest.raises(UsageError):
        bib.with_entry(text)
    with pytest.raises(UsageError):
        bib.with_entry_text("first", text)


def test_an_entry_takes_its_blank_lines_along() -> None:
    bib = BibFile.parse("% a\n@misc{a}\n\n% b\n@misc{b}\n\n@misc{c}\n")

    assert bib.without_entry("a").text == "% a\n\n% b\n@misc{b}\n\n@misc{c}\n"
    assert bib.without_entry("b").text == "% a\n@misc{a}\n\n% b\n\n@misc{c}\n"
    assert bib.without_entry("c").text == "% a\n@misc{a}\n\n% b\n@misc{b}\n"


def test_entries_move() -> None:
    bib = BibFile.parse("@misc{a}\n\n@misc{b}\n\n@misc{c}\n")

    def order(changed: BibFile) -> str:
        assert changed.text == "\n\n".join(f"@misc{{{entry.key}}}" for entry in changed.entries) + "\n"
        return "".join(entry.key for entry in changed.entries)

    assert order(bib.with_entry_moved("c", first=True)) == "cab"
    assert order(bib.with_entry_moved("a", last=True)) == "bca"
    assert order(bib.with_entry_moved("a", after="b")) == "bac"
    assert order(bib.with_entry_moved("c", before="b")) == "acb"
    assert bib.with_entry_moved("a", first=True) == bib.with_entry_moved("b", after="a") == bib


def test_the_text_of_an_entry_is_replaced_with_its_line_ends() -> None:
    bib = BibFile.parse("@misc{a,\r\n  x = 1,\r\n}\r\n@misc{b}\r\n")

    changed = bib.with_entry_text("a", "@book{c,\n  y = 2,\n}\n")

    assert changed.text == "@book{c,\r\n  y = 2,\r\n}\r\n@misc{b}\r\n"
    with pytest.raises(ConflictError):
        bib.with_entry_text("a", "@misc{b}")


def test_an_edit_that_would_let_an_unclosed_entry_swallow_others_is_refused() -> None:
    bib = BibFile.parse("@misc{open,\n  a = {x\n\n@misc{k, a = {x}}\n\ntext that the open entry would take\n")

    with pytest.raises(ConflictError):
        bib.without_entry("k")


# --- properties

HOSTILE = [
    "@", "{", "}", '"', "@a{", "@a{\n", "@a{x,t={\n", '@a{x,t="\n', "@a(x,\n", "@a(x)", "@comment{\n",
    "@comment(x)", "@string{a=b # \n", "%\n", "@ ", " @ a{", "x@a{", '@a{x,t="{\n', "@a{x,%\n", "a=", "a #",
    "@a{x,t={}", "t={},\n", "@a{x,t={{\n@b{y,t={z}}\n", " \n", '"\\"', '"\\"\n@a{x,t=', '"x\\',
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("head", ["", "@a{k,", "@a{k,t=", "@a{k,t={"])
def test_no_input_takes_more_than_its_length(head: str, unit: str) -> None:
    text = head + unit * (40_000 // len(unit))  # minutes, if anything were quadratic

    bib = BibFile.parse(text)

    assert bib.text == text
    for entry in bib.entries:
        bib.values(entry)


PIECES = [
    "@article{a,", "@misc{b", "@book(c,", "@ misc {d,\n", "@", "{", "}", "(", ")", '"', ",", "=", "#", "%",
    "\n", "\r\n", "\r", " ", "\t", "\\", "\ufeff", "é", ";", "title", " = ", " title = {T}", "\n  year = 1",
    ' n = "q"', "m=jan # {x}", "},\n", "\n}\n", " % rem\n", "@comment{c}", "@Comment{jabref-meta: x;}\n",
    "@comment{", "@string{s = {v}}\n", " text ", "@misc{e,\n  a = {b},\n}\n", "@article{f, title = {x}}\n\n",
    "\n , ", ' q = "a\\"b"',
]  # fmt: skip
FILES = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_any_text_survives_any_edit(text: str) -> None:
    bib = BibFile.parse(text)

    assert bib.text == text
    for entry in bib.entries:
        inverse_edits_cancel(bib, entry.key, [(found.name, found.raw) for found in entry.fields])


def inverse_edits_cancel(bib: BibFile, key: str, fields: list[tuple[str, Raw]]) -> None:
    try:
        inserted = bib.with_field(key, "inserted", "x")
        renamed = bib.with_key(key, "renamed")
        added = bib.with_entry("@misc{added,\n  a = {b}\n}", after=key)
    except PubcliError:
        return  # refused; nothing happened
    for changed in (inserted, renamed, added):
        assert BibFile.parse(changed.text) == changed
    assert inserted.without_field(key, "inserted").text == bib.text
    assert added.without_entry("added").text == bib.text
    if key and key not in [broken.key for broken in bib.broken]:
        assert renamed.with_key("renamed", key).text == bib.text
    for name, raw in dict(reversed([(name.lower(), raw) for name, raw in fields])).items():
        changed = bib.with_field(key, name, "x")
        assert BibFile.parse(changed.text) == changed
        assert changed.with_field(key, name, raw).text == bib.text


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_balanced_text_can_be_a_value_and_reads_back(value: str) -> None:
    bib = BibFile.parse(TWO)

    try:
        changed = bib.with_field("first", "note", value)
    except PubcliError:
        return

    assert changed.values(changed.entry("first"))["note"] == value
    assert changed.without_field("first", "note") == bib


def test_many_edits_of_a_large_file_leave_the_rest_alone() -> None:
    text = "\n".join(f"@misc{{k{n},\n  title = {{T {n}}},\n}}\n" for n in range(2000))
    bib = BibFile.parse(text)

    for n in range(0, 2000, 10):
        bib = bib.with_field(f"k{n}", "citationcount", str(n))

    assert BibFile.parse(bib.text) == bib
    for n in range(0, 2000, 10):
        bib = bib.without_field(f"k{n}", "citationcount")
    assert bib.text == text
