"""`add` from the command line: every source once, nothing lost over one that fails, doubt never guessed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Shell
from tests.servers import Reply, Server, serve

LIBRARY = """\
@inproceedings{lovelace2021engine,
  title = {Notes on an Engine},
  author = {Lovelace, Ada},
  booktitle = {Conference on Invented Results},
  year = {2021},
}
"""
TEN = """\
@article{loom1, title = {The First Loom}, author = {Ada Lovelace}, year = 2011}
@article{loom2, title = {The Second Loom}, author = {Ada Lovelace}, year = 2012}
@article{loom3, title = {A {Loom without its Brace}, author = {Ada Lovelace}, year = 2013}

@article{loom4, title = {The Fourth Loom}, author = {Ada Lovelace}, year = 2014}
@article{loom5, title = {The Fifth Loom}, author = {Ada Lovelace}, year = 2015}
@article{loom6, title = "Never closed, author = {Ada Lovelace}, year = 2016}

@article{loom7, title = {The Seventh Loom}, author = {Ada Lovelace}, year = 2017}
@article{loom8, title = {The Eighth Loom}, author = {Ada Lovelace}, year = 2018}
@article{loom9, title = {The Ninth Loom}, author = {Ada Lovelace}, year = 2019}
@article{loom10, title = {Cut off
"""


@pytest.fixture
def shell(pubcli: Shell) -> Shell:
    """A folder with a library of one entry and its settings."""
    pubcli.write("library.bib", LIBRARY)
    pubcli.write("pubcli.toml", 'library = "library.bib"\nme = ["Ada Lovelace"]\n')
    return pubcli


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Every service that `add` asks, on this machine."""
    with serve() as server:
        services = ("doi", "arxiv", "acl", "dblp", "openalex", "crossref", "semanticscholar", "openreview")
        for name, value in server.environ(*services).items():
            monkeypatch.setenv(name, value)
        yield server


def test_options_make_an_entry_in_the_style_of_its_neighbour(shell: Shell) -> None:
    outcome = shell(
        "add", "--title", "A Second {Engine}", "--author", "Ada Lovelace", "--author", "Babbage, Charles",
        "--venue", "Conference on Invented Results", "--year", "2023",
        "--tag", "engines", "-t", "weaving", "--award", "Oral", "--select",
    )  # fmt: skip

    assert outcome == outcome.__class__(0, "", "Added lovelace2023second\n")
    assert shell.read("library.bib") == LIBRARY + (
        "\n@inproceedings{lovelace2023second,\n"
        "  title = {A Second {Engine}},\n"
        "  author = {Lovelace, Ada and Babbage, Charles},\n"
        "  booktitle = {Conference on Invented Results},\n"
        "  year = {2023},\n"
        "  keywords = {engines, weaving},\n"
        "  award = {Oral},\n"
        "  selected = {true},\n"
        "}\n"
    )


def test_of_ten_entries_with_three_broken_seven_are_added_and_three_named(shell: Shell) -> None:
    shell.write("ten.bib", TEN)

    outcome = shell("add", "ten.bib")

    assert outcome.code == 4
    lines = outcome.err.splitlines()
    assert lines[0] == "Added 7 publications"
    assert [line.split(": ")[1] for line in lines if line.startswith("pubcli: ")] == [
        "ten.bib:3",
        "ten.bib:7",
        "ten.bib:12",
    ]
    keys = shell("list", "--format", "keys", "--sort", "file").out.split()
    assert keys == ["lovelace2021engine", *(f"loom{number}" for number in (1, 2, 4, 5, 7, 8, 9))]


def test_adding_a_file_twice_equals_adding_it_once(shell: Shell) -> None:
    shell.write("ten.bib", TEN)
    shell("add", "ten.bib")
    once = shell.read("library.bib")

    outcome = shell("add", "ten.bib")

    assert outcome.code == 4
    assert outcome.err.count(" is there already (") == 7
    assert shell.read("library.bib") == once


def test_standard_input_is_a_source(shell: Shell) -> None:
    outcome = shell("add", "-", stdin="@misc{mine, title = {On Standard Input}, author = {Ada Lovelace}}\n")

    assert (outcome.code, outcome.err) == (0, "Added mine\n")
    assert "@misc{mine,\n  title = {On Standard Input},\n" in shell.read("library.bib")


def test_undo_takes_back_everything_that_one_add_did(shell: Shell) -> None:
    shell.write("ten.bib", TEN)
    shell("add", "ten.bib")

    shell("undo")

    assert shell.read("library.bib") == LIBRARY


def test_a_dry_run_shows_the_entries_and_writes_nothing(shell: Shell) -> None:
    outcome = shell("add", "--title", "Dry", "--author", "Ada Lovelace", "--dry-run")

    assert (outcome.code, outcome.err) == (0, "dry run: nothing was written (Added lovelacedry)\n")
    assert "+@misc{lovelacedry,\n+  title = {Dry},\n" in outcome.out
    assert shell.read("library.bib") == LIBRARY


def test_what_is_there_already_is_said_and_completed_on_demand(shell: Shell) -> None:
    shell.write(
        "more.bib",
        "@inproceedings{x, title = {Notes on an Engine}, author = {Ada Lovelace}, year = 2021, "
        "booktitle = {Conference on Invented Results}, doi = {10.5555/engine}}\n",
    )

    told = shell("add", "more.bib")
    unchanged = shell.read("library.bib")
    completed = shell("add", "more.bib", "--update")

    assert told.code == 0
    assert told.err.startswith("lovelace2021engine is there already (")
    assert "; --update would set doi\n" in told.err
    assert unchanged == LIBRARY
    assert completed.err == "Updated lovelace2021engine\n"
    assert shell.read("library.bib") == LIBRARY.replace(
        "  year = {2021},\n", "  year = {2021},\n  doi = {10.5555/engine},\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--title", "New", "--key", "lovelace2021engine"], 5, "the key 'lovelace2021engine' is taken"),
        (["--title", "New", "--key", "a,b"], 2, "'a,b' cannot be a citation key"),
        (["--title", "New", "--author", "Grace Hopper"], 5, "None of the authors of 'New' is Ada Lovelace"),
        (["--title", " "], 2, "the title is empty"),
        (["--year", "2020"], 2, "the title is empty"),
        (["--title", "New", "--year", "20x5"], 2, "'20x5' is no year"),
        (["--title", "open {"], 2, "the title is no BibTeX text"),
        (["--title", "two\nlines"], 2, "the title is no BibTeX text"),
        (["--title", "New", "--type", "a b"], 2, "'a b' is no entry type"),
        (["--title", "New", "-t", "a,b"], 2, "'a,b' cannot be a tag"),
        ([], 2, "add what?"),
        (["-"], 4, "standard input: it is empty"),
        (["none.bib"], 3, "there is no file none.bib"),
        (["nothing-known"], 2, "'nothing-known' is no file and no identifier that is known"),
        (["library.bib", "--title", "New"], 2, "a SOURCE and --title, --author, --venue or --year"),
        (["."], 2, "'.' is no file and no identifier"),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_is_written(
    shell: Shell, arguments: list[str], code: int, message: str
) -> None:
    outcome = shell("add", *arguments)

    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(f"pubcli: {message}")
    assert shell.read("library.bib") == LIBRARY


def test_a_publication_of_others_is_added_on_consent(shell: Shell) -> None:
    outcome = shell("add", "--title", "New", "--author", "Grace Hopper", "--yes")

    assert (outcome.code, outcome.err) == (0, "Added hoppernew\n")


def test_entries_without_a_title_are_left_out_and_named(shell: Shell) -> None:
    shell.write("odd.bib", "@misc{bare}\n@misc{good, title = {Good}, author = {Ada Lovelace}}\n")

    outcome = shell("add", "odd.bib")

    assert outcome.code == 4
    assert outcome.err.splitlines()[:2] == ["Added good", "pubcli: the record 'bare' has no title"]


def test_one_source_that_fails_does_not_stop_the_others(shell: Shell, server: Server) -> None:
    server.answer(
        "/doi/10.5555/loom",
        '{"type": "article-journal", "title": "The Loom", "DOI": "10.5555/loom", "container-title": "Looms",'
        ' "author": [{"family": "Lovelace", "given": "Ada"}], "issued": {"date-parts": [[2022]]}}',
    )
    server.answer("/doi/10.5555/down", Reply(403, "no"))
    shell.write(
        "one.bib", "@misc{lovelace2020one, title = {One of Mine}, author = {Ada Lovelace}, year = 2020}\n"
    )

    outcome = shell("add", "10.5555/down", "one.bib", "10.5555/loom", "none.bib")

    assert outcome.code == 6
    assert outcome.err.splitlines()[0] == "Added lovelace2020one, lovelace2022loom"
    assert "pubcli: there is no file none.bib" in outcome.err
    assert "doi = {10.5555/loom}" in shell.read("library.bib")


def test_a_service_that_is_down_changes_nothing(shell: Shell, server: Server) -> None:
    server.answer("/doi/10.5555/down", Reply(403, "no"))

    outcome = shell("add", "10.5555/down")

    assert (outcome.code, outcome.out) == (6, "")
    assert outcome.err.startswith("pubcli: ")
    assert "\n  hint: " in outcome.err
    assert shell.read("library.bib") == LIBRARY


def test_an_identifier_that_nobody_knows_is_not_found(shell: Shell, server: Server) -> None:
    outcome = shell("add", "10.5555/none")

    assert outcome.code == 3
    assert server.paths
    assert shell.read("library.bib") == LIBRARY


def test_the_same_hint_is_given_once_for_several_errors(pubcli: Shell) -> None:
    pubcli.write("library.bib", "")
    pubcli.write("one.bib", "\0 no text")
    pubcli.write("two.bib", "\0 no text")

    outcome = pubcli("add", "one.bib", "two.bib")

    hints = [line for line in outcome.err.splitlines() if line.startswith("  hint: ")]
    assert outcome.err.count("pubcli: ") == 2
    assert len(hints) == 1
