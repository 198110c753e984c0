from __future__ import annotations

import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pubcli.publication import Publication
from pubcli.render.table import show, table
from tests.test_data import LIBRARY as DATA

GOLDEN = Path(__file__).parent / "golden"
STYLE = re.compile(r"\x1b\[\d+m")

LIBRARY = [
    Publication(
        "lind2025tiny",
        "inproceedings",
        {
            "title": "Tiny Parsers for Large Treebanks",
            "author": "Lind, Åsa and Xia, Qi",
            "booktitle": "Proceedings of the 39th AAAI Conference on Artificial Intelligence (AAAI)",
            "year": "2025",
            "keywords": "Parsing",
            "selected": "true",
            "citationcount": "12",
        },
    ),
    Publication(
        "mole2022fast",
        "inproceedings",
        {
            "title": "Fast and Accurate End-to-End Span-Based Reading of Handwritten Train Tickets as Graphs",
            "author": "Mole, Karl and Lind, Åsa and {Sample Lab} and others",
            "booktitle": "International Conference on Computational Linguistics",
            "year": "2022",
            "month": "oct",
            "keywords": "Vision, Document Analysis",
            "award": "Oral; Best Paper Award",
            "selected": "true",
            "citationcount": "1230",
            "eprint": "2112.01234",
            "archiveprefix": "arXiv",
            "code": "https://example.org/a/rather/long/address/of/the/code/that/must/not/be/broken",
            "abstract": "Tickets are read. " * 12,
        },
    ),
    *DATA,
]
BIBTEX = "@inproceedings{mole2022fast,\n\ttitle = {Fast {A}ccurate},\r\n  note = {\x1b[31mred},\n}\n"


def text(width: int, publications: list[Publication] = LIBRARY, *, color: bool = False) -> str:
    return "".join(table(publications, width=width, color=color))


@pytest.mark.parametrize("width", [120, 80, 60, 40, 20])
def test_the_table_at_every_width(width: int) -> None:
    assert text(width) == (GOLDEN / f"list-table-{width}.txt").read_text("utf-8")


def test_colour_changes_no_text() -> None:
    colored = text(80, color=True)

    assert STYLE.sub("", colored) == text(80)
    assert "\x1b[33m★\x1b[0m \x1b[36mlind2025tiny\x1b[0m" in colored


def test_columns_that_nobody_fills_are_not_shown() -> None:
    publication = Publication("k", "misc", {"title": "A Title"})

    assert text(80, [publication]) == "  KEY  TITLE\n  k    A Title\n"


def test_an_empty_list_is_an_empty_text() -> None:
    assert text(80, []) == ""


def test_a_long_table_begins_before_the_last_row_is_known() -> None:
    asked = 0

    def library() -> object:
        nonlocal asked
        for number in range(100_000):
            asked += 1
            yield Publication(f"k{number}", "misc", {"title": f"Title {number}"})

    pieces = list(islice(table(library(), width=80, color=False), 2))  # type: ignore[arg-type]

    assert pieces[0] == "  KEY   TITLE\n"
    assert asked < 1_000


def test_what_comes_late_and_has_no_column_is_still_shown() -> None:
    early = [Publication(f"k{number}", "misc", {"title": f"Title number {number}"}) for number in range(400)]
    late = Publication("late", "misc", {"title": "A title longer than all before it", "award": "Oral"})

    lines = text(80, [*early, late]).splitlines()

    assert lines[-5:] == [
        "  k399  Title number 399",
        "  late  A title longer",
        "        than all before",
        "        it",
        "        Oral",
    ]


any_text = st.text(st.characters(codec="utf-8"), max_size=60)


@given(any_text, any_text, any_text, st.integers(-5, 130))
def test_no_line_is_too_wide_and_none_drives_the_terminal(
    title: str, key: str, other: str, width: int
) -> None:
    publication = Publication(
        key, "misc", {"title": title, "abbr": other, "keywords": other, "award": other, "year": "2020"}
    )

    lines = text(width, [publication, LIBRARY[0]]).split("\n")

    assert max(map(cell_len, lines)) <= max(width, 20)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", "".join(lines))


@pytest.mark.parametrize("width", [80, 30])
def test_one_publication_in_full(width: int) -> None:
    shown = show(LIBRARY[1], bibtex=BIBTEX, mine=[1], width=width, color=False)

    assert shown == (GOLDEN / f"list-show-{width}.txt").read_text("utf-8")


def test_my_name_is_bold_on_a_terminal_and_plain_in_a_pipe() -> None:
    on_terminal = show(LIBRARY[1], bibtex="", mine=[1], width=80)
    in_pipe = show(LIBRARY[1], bibtex="", mine=[1])

    assert "Karl Mole, \x1b[1mÅsa Lind\x1b[0m, Sample Lab, et al." in on_terminal
    assert "\x1b" not in in_pipe
    assert "abstract       " + " ".join(["Tickets are read."] * 12) in in_pipe


@given(
    st.dictionaries(st.sampled_from(["title", "author", "note", "url", "award", "booktitle"]), any_text),
    any_text,
)
def test_any_publication_can_be_shown(fields: dict[str, str], bibtex: str) -> None:
    publication = Publication("k", "misc", fields)

    for width in (None, 20, 80):
        shown = show(publication, bibtex=bibtex, mine=[0, 7], width=width, color=False)

        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)


def test_a_table_loads_no_more_of_rich_than_cell_widths() -> None:
    program = (
        "import sys; from pubcli.render.table import table; from pubcli.publication import Publication;"
        "list(table([Publication('k', 'misc', {'title': 'Tïtle'})], width=80));"
        "print(sorted(name for name in sys.modules if name in ('rich.console', 'rich.table', 'rich.text')))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
