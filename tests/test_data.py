from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pubcli.markup import printable
from pubcli.publication import Publication
from pubcli.render.data import COLUMNS, FORMATS, as_csv, as_json, as_keys, as_tsv, lines

GOLDEN = Path(__file__).parent / "golden"

LIBRARY = [
    Publication(
        "lind2024deep",
        "InProceedings",
        {
            "title": 'Deep {Parsing}, "quoted": 100\\% of it',
            "author": 'Lind, {\\AA}sa and von der M{\\"u}hle, Jr, Karl and {Sample Lab} and others',
            "author+an": "2=corresponding,equal",
            "booktitle": "Annual Meeting of the Association for Computational Linguistics",
            "year": "2024",
            "keywords": "NLP / Parsing, LLM Inference",
            "award": "Oral; Best Paper Award",
            "selected": "true",
            "doi": "10.18653/v1/2024.acl-long.7",
            "code": "https://example.org/code",
            "citationcount": "120",
        },
    ),
    Publication(
        "xia2023",
        "misc",
        {
            "title": "快速解析 🚀 for all",
            "author": "夏 庆荣",
            "year": "2023",
            "eprint": "2301.01234",
            "archiveprefix": "arXiv",
        },
    ),
    Publication(
        "a-very-long-key-that-pushes-its-own-line-only",
        "article",
        {"title": "=Formula(1)", "author": "Xia, Qi", "journal": "Small Things", "citationcount": "0"},
    ),
    Publication("draft", "unpublished", {"pubstate": "submitted"}),
    Publication(
        "hostile",
        "misc",
        {"title": "Tab\there \x1b[31mred\x1b[0m [bold]not[/bold] \u202edrow", "keywords": "a\x07b"},
    ),
]


def test_json_has_every_key_in_every_object() -> None:
    assert as_json(LIBRARY) == (GOLDEN / "list-json.json").read_text("utf-8")
    assert len({tuple(item) for item in json.loads(as_json(LIBRARY))}) == 1


def test_csv_is_quoted_and_runs_no_formula() -> None:
    assert as_csv(LIBRARY) == (GOLDEN / "list-csv.csv").read_text("utf-8")


def test_tsv_has_no_tab_in_a_cell() -> None:
    text = as_tsv(LIBRARY)

    assert text == (GOLDEN / "list-tsv.tsv").read_text("utf-8")
    assert {line.count("\t") for line in text.splitlines()} == {len(COLUMNS) - 1}


def test_lines_for_a_pipe_are_whole_and_aligned() -> None:
    assert "".join(lines(LIBRARY)) == (GOLDEN / "list-pipe.txt").read_text("utf-8")


def test_keys_are_one_to_a_line() -> None:
    assert as_keys(LIBRARY[:2]) == "lind2024deep\nxia2023\n"


def test_nothing_is_listed_as_nothing() -> None:
    assert {name: text([]) for name, text in FORMATS.items() if name != "csv"} == {
        "json": "[]\n",
        "tsv": "\t".join(COLUMNS) + "\n",
        "keys": "",
    }
    assert list(lines([])) == []


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=3))
def test_any_title_comes_back_from_csv_and_json(titles: list[str]) -> None:
    publications = [Publication(f"k{i}", "misc", {"title": title}) for i, title in enumerate(titles)]

    from_csv = [row["title"] for row in csv.DictReader(io.StringIO(as_csv(publications), newline=""))]
    from_json = [item["title"] for item in json.loads(as_json(publications))]

    assert from_json == [publication.title for publication in publications]
    assert [title.removeprefix("'") for title in from_csv] == [
        printable(title).removeprefix("'") for title in from_json
    ]


@given(st.text(st.characters(codec="utf-8")))
def test_a_publication_is_one_line_whatever_its_title(title: str) -> None:
    publication = Publication("k", "misc", {"title": title, "abbr": title, "keywords": title})

    [line] = lines([publication])

    assert line.endswith("\n")
    assert line[:-1].isprintable() or not any(char in line[:-1] for char in "\t\r\x1b\x85\u2028")
    assert len(as_tsv([publication]).splitlines()) == 2


def test_a_pipe_needs_neither_rich_nor_json_nor_csv() -> None:
    program = (
        "import sys; from pubcli.render import data; from pubcli.publication import Publication;"
        "list(data.lines([Publication('k', 'misc', {'title': 'T', 'author': 'Lind, A'})]));"
        "print(sorted({'rich', 'json', 'csv', 'bibtexparser', 'pylatexenc', 'rapidfuzz'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
