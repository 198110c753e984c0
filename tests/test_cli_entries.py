"""Entries and marks changed from the command line: the bytes that change, and those that stay."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable

import pytest

from tests.conftest import Shell

LIBRARY = """\
% My publications. Keep this remark.
@string{cir = "Conference on Invented Results"}

@inproceedings{lovelace2021engine,
    title     = {Notes on an {Engine} that Weaves},
    author    = {Lovelace, Ada and Babbage, Charles},
    booktitle = cir # ", Part I",
    year      = 2021,
    keywords  = {engines, weaving}
}

Free text between entries stays.

@article(hopper2019compilers,
  title = "Compilers for Everyone",
  author = "Grace Hopper",
  journal = "Journal of Early Programs",
  year = "2019",
)

@article{lovelace2022engine,
\ttitle={A Second Engine},
\tauthor={Ada Lovelace and others},
\tyear={2022},
\tselected={true},
}
"""


@pytest.fixture
def shell(pubcli: Shell) -> Shell:
    """A folder with a library of three entries in three styles."""
    pubcli.write("library.bib", LIBRARY)
    return pubcli


def test_a_tag_joins_those_already_there(shell: Shell) -> None:
    outcome = shell("tag", "lovelace2021engine", "-t", "history", "-t", "engines")

    assert outcome == outcome.__class__(0, "", "Tagged lovelace2021engine\n")
    assert shell.read("library.bib") == LIBRARY.replace("{engines, weaving}", "{engines, weaving, history}")


def test_a_first_tag_is_written_as_its_neighbours_are(shell: Shell) -> None:
    shell("tag", "hopper2019compilers", "lovelace2022engine", "-t", "early work")

    expected = LIBRARY.replace('  year = "2019",\n', '  year = "2019",\n  keywords = "early work",\n')
    assert shell.read("library.bib") == expected.replace(
        "\tselected={true},\n", "\tselected={true},\n\tkeywords={early work},\n"
    )


def test_a_tag_comes_off_and_the_last_one_takes_the_field_along(shell: Shell) -> None:
    shell("tag", "lovelace2021engine", "-t", "Engines", "--remove")
    one_left = shell.read("library.bib")
    shell("tag", "lovelace2021engine", "--remove")

    assert one_left == LIBRARY.replace("{engines, weaving}", "{weaving}")
    assert shell.read("library.bib") == LIBRARY.replace(
        "year      = 2021,\n    keywords  = {engines, weaving}\n", "year      = 2021\n"
    )


def test_a_tag_that_is_there_already_changes_nothing(shell: Shell) -> None:
    outcome = shell("tag", "lovelace2021engine", "-t", "weaving")

    assert (outcome.code, outcome.err) == (0, "nothing to do\n")
    assert shell.read("library.bib") == LIBRARY


def test_selecting_writes_a_braced_line_and_deselecting_takes_it_back(shell: Shell) -> None:
    shell("select", "hopper2019compilers")
    selected = shell.read("library.bib")
    shell("select", "hopper2019compilers", "--remove")

    assert selected == LIBRARY.replace('  year = "2019",\n', '  year = "2019",\n  selected = {true},\n')
    assert shell.read("library.bib") == LIBRARY


def test_awards_are_appended_and_taken_off_by_name(shell: Shell) -> None:
    shell("award", "lovelace2022engine")
    shell("award", "lovelace2022engine", "Oral")
    both = shell.read("library.bib")
    shell("award", "lovelace2022engine", "best paper award", "--remove")

    assert "\taward={Best Paper Award; Oral},\n" in both
    assert shell.read("library.bib") == LIBRARY.replace(
        "\tselected={true},\n", "\tselected={true},\n\taward={Oral},\n"
    )


def test_fields_are_set_and_removed_in_place(shell: Shell) -> None:
    outcome = shell("set", "lovelace2021engine", "year=2020", "keywords=", "pages=1--9")

    assert outcome.err == "Set 3 fields of lovelace2021engine\n"
    assert shell.read("library.bib") == LIBRARY.replace(
        "    year      = 2021,\n    keywords  = {engines, weaving}\n",
        "    year      = 2020,\n    pages     = {1--9}\n",
    )


def test_an_edit_and_its_undo_leave_the_same_bytes(shell: Shell) -> None:
    for line_end in ("\n", "\r\n"):
        before = LIBRARY.replace("\n", line_end)
        shell.write("library.bib", before)

        shell("set", "hopper2019compilers", "doi=10.5555/early.1")
        shell("undo")

        assert shell.read("library.bib") == before


def test_a_dry_run_prints_the_diff_and_writes_nothing(shell: Shell) -> None:
    outcome = shell("set", "hopper2019compilers", "year=2018", "--dry-run")

    assert outcome.code == 0
    assert outcome.out == (
        "--- library.bib\n+++ library.bib\n@@ -15,7 +15,7 @@\n"
        '   title = "Compilers for Everyone",\n'
        '   author = "Grace Hopper",\n   journal = "Journal of Early Programs",\n'
        '-  year = "2019",\n+  year = "2018",\n )\n \n @article{lovelace2022engine,\n'
    )
    assert shell.read("library.bib") == LIBRARY


def test_an_entry_is_renamed_moved_and_removed(shell: Shell) -> None:
    shell("rename", "hopper", "hopper2019everyone")
    shell("move", "lovelace2022engine", "--first")
    outcome = shell("remove", "lovelace2021engine", "--yes")

    text = shell.read("library.bib")
    assert outcome.err == "Removed lovelace2021engine\n"
    assert "@article(hopper2019everyone," in text
    assert text.index("lovelace2022engine") < text.index("hopper2019everyone")
    assert "lovelace2021engine" not in text
    assert "Free text between entries stays." in text


def test_undo_takes_back_command_after_command(shell: Shell) -> None:
    shell("tag", "hopper2019compilers", "-t", "one")
    after_one = shell.read("library.bib")
    shell("remove", "lovelace2022engine", "--yes")

    first, second, third = shell("undo"), shell("undo"), shell("undo")

    assert first.err == "Took back `pubcli remove lovelace2022engine --yes` (library.bib)\n"
    assert second.err == "Took back `pubcli tag hopper2019compilers -t one` (library.bib)\n"
    assert (third.code, third.err.splitlines()[0]) == (3, "pubcli: there is nothing to undo here")
    assert shell.read("library.bib") == LIBRARY
    assert after_one != LIBRARY


def test_undo_refuses_after_a_change_from_outside(shell: Shell) -> None:
    shell("tag", "hopper2019compilers", "-t", "one")
    edited = shell.read("library.bib").replace("Compilers for Everyone", "Compilers for All")
    shell.write("library.bib", edited)

    outcome = shell("undo")

    assert outcome.code == 5
    assert "library.bib was changed outside pubcli since" in outcome.err
    assert shell.read("library.bib") == edited


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["show", "lovelace"], 5, "pubcli: 'lovelace' could be 'lovelace2021engine', 'lovelace2022engine'"),
        (["show", "hoper2019"], 3, "pubcli: no entry has the citation key 'hoper2019'"),
        (["remove", "hopper", "--yes"], 3, "pubcli: no entry has the citation key 'hopper'"),
        (["remove", "hopper2019compilers"], 5, "pubcli: Remove 1 entry?"),
        (["rename", "hopper", "lovelace2022engine"], 5, "pubcli: the key 'lovelace2022engine' is taken"),
        (["set", "hopper", "year"], 2, "pubcli: 'year' sets nothing"),
        (["set", "hopper", "title={open"], 2, "pubcli: "),
        (["set", "hopper", "year=20x5"], 2, "pubcli: '20x5' is no year"),
        (["set", "hopper", "note=\x1b[31mred"], 2, "pubcli: the value of 'note' holds control characters"),
        (["rename", "hopper", ""], 2, "pubcli: the new key is empty"),
        (["rename", "hopper", "a,b"], 2, "pubcli: 'a,b' cannot be a citation key"),
        (["move", "hopper", "--after", ""], 3, "pubcli: no entry has the citation key ''"),
        (["tag", "hopper", "-t", "two\nlines"], 2, "pubcli: 'two␊lines' cannot be a tag"),
        (["award", "hopper", "two\nlines"], 2, "pubcli: 'two␊lines' cannot be one award"),
        (["tag", "hopper"], 2, "pubcli: which tag?"),
        (["tag", "hopper", "-t", "a,b"], 2, "pubcli: 'a,b' cannot be a tag"),
        (["award", "hopper", "one; two"], 2, "pubcli: 'one; two' cannot be one award"),
        (["move", "hopper"], 2, "pubcli: where to?"),
        (["tga", "hopper"], 2, "pubcli: there is no command 'tga'"),
        (["tag"], 2, "pubcli: missing argument 'KEY...'"),
        (["list", "--nope"], 2, "pubcli: no such option: --nope"),
        (["--library", "none.bib", "list"], 3, "pubcli: there is no library none.bib"),
        (["--library", ".", "list"], 4, "pubcli: .: this is a folder, not a file"),
    ],
)
def test_bad_input_gets_one_line_one_hint_and_its_exit_code(
    shell: Shell, arguments: list[str], code: int, message: str
) -> None:
    outcome = shell(*arguments)

    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(message)
    assert "\n  hint: " in outcome.err
    assert shell.read("library.bib") == LIBRARY


def test_a_key_is_meant_by_a_unique_part_of_a_title_too(shell: Shell) -> None:
    outcome = shell("tag", "that weaves", "-t", "looms", "--dry-run")

    assert outcome.err == "dry run: nothing was written (Tagged lovelace2021engine)\n"


def test_a_doubled_key_is_listed_but_not_edited(pubcli: Shell) -> None:
    text = "@misc{one, title={A}}\n@misc{one, title={B}}\n"
    pubcli.write("library.bib", text)

    listed, edited = pubcli("list", "--format", "keys"), pubcli("set", "one", "year=2020")

    assert listed.out == "one\none\n"
    assert edited.code == 5
    assert pubcli.read("library.bib") == text


def test_a_broken_entry_is_named_and_everything_else_works(pubcli: Shell) -> None:
    text = "@misc{good, title={Fine}}\n\n@misc{broken, title={never closed\n\n@misc{also, title={Fine too}}\n"
    pubcli.write("library.bib", text)

    listed, tagged = pubcli("list", "--format", "keys"), pubcli("tag", "also", "-t", "x")

    assert listed.out == "good\nalso\n"
    assert listed.err.startswith("warning: library.bib:3: ")
    assert tagged.code == 0
    assert pubcli.read("library.bib") == text.replace("{Fine too}", "{Fine too}, keywords={x}")


def test_an_entry_is_edited_as_text_in_the_users_editor(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = shell.write(
        "editor.py",
        "import sys\nfrom pathlib import Path\np = Path(sys.argv[1])\n"
        "p.write_text(p.read_text().replace('Everyone', 'All'))\n",
    )
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')

    outcome = shell("edit", "hopper")

    assert outcome.err == "Edited hopper2019compilers\n"
    assert shell.read("library.bib") == LIBRARY.replace("Compilers for Everyone", "Compilers for All")


def test_an_edit_that_breaks_the_entry_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    script = shell.write(
        "editor.py",
        "import sys\nfrom pathlib import Path\np = Path(sys.argv[1])\n"
        "p.write_text(p.read_text().replace('Everyone\"', 'Everyone'))\n",
    )
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')

    outcome = shell("edit", "hopper")

    assert outcome.code in (2, 5)
    assert shell.read("library.bib") == LIBRARY


def test_the_log_shows_the_commands_newest_first(shell: Shell) -> None:
    shell("tag", "hopper", "-t", "one")
    shell("select", "hopper")
    shell("undo")

    lines = shell("log").out.splitlines()

    assert [line.partition("  ")[2] for line in lines] == [
        "pubcli select hopper  (undone)",
        "pubcli tag hopper -t one",
    ]


def test_a_file_without_permission_is_named(shell: Shell) -> None:
    (shell.folder / "library.bib").chmod(0o444)

    outcome = shell("select", "hopper")

    assert (outcome.code, outcome.err.splitlines()[0]) == (
        4,
        "pubcli: library.bib: is read-only",
    )
    assert shell.read("library.bib") == LIBRARY


@pytest.fixture
def editor(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the editor to one that runs these lines of Python on the bytes of its file, `data`."""

    def set_editor(lines: str) -> None:
        program = shell.write(
            "editor.py",
            "import pathlib, sys\n"
            "path = pathlib.Path(sys.argv[1])\n"
            f"data = path.read_bytes()\n{lines}\npath.write_bytes(data)\n",
        )
        monkeypatch.setenv("EDITOR", shlex.join([sys.executable, str(program)]))

    return set_editor


def test_an_entry_is_edited_in_the_editor(shell: Shell, editor: Callable[[str], None]) -> None:
    editor("data = data.replace(b'Everyone', b'All').replace(b'hopper2019compilers', b'hopper2019all')")

    outcome = shell("edit", "hopper")

    assert (outcome.code, outcome.err) == (0, "Edited hopper2019compilers\n")
    assert shell.read("library.bib") == LIBRARY.replace("Everyone", "All").replace(
        "hopper2019compilers", "hopper2019all"
    )


def test_an_entry_left_as_it_was_is_nothing_to_do(shell: Shell, editor: Callable[[str], None]) -> None:
    editor("")

    assert shell("edit", "hopper").err == "nothing to do\n"


@pytest.mark.parametrize(
    ("lines", "code", "message"),
    [
        ("data = b''", 2, "this is not exactly one BibTeX entry"),
        ("data += data.replace(b'hopper', b'two')", 2, "this is not exactly one BibTeX entry"),
        ("data = data[:40]", 2, "this is not exactly one BibTeX entry"),
        ("data = data.replace(b'Everyone', b'\\xe9')", 4, "what the editor wrote is not UTF-8"),
        ("data = data.replace(b'hopper2019compilers', b'lovelace2021engine')", 5, "is taken"),
        ("sys.exit(3)", 5, "the editor ended with 3, so nothing was changed"),
    ],
)
def test_what_the_editor_leaves_is_refused_with_a_word(
    shell: Shell, editor: Callable[[str], None], lines: str, code: int, message: str
) -> None:
    editor(lines)

    outcome = shell("edit", "hopper")

    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err.splitlines()[0]
    assert "hint: " in outcome.err
    assert shell.read("library.bib") == LIBRARY


@pytest.mark.parametrize("editor_command", ['"', "/no/such/editor", "/", " "])
def test_an_editor_that_cannot_be_started_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, editor_command: str
) -> None:
    monkeypatch.setenv("EDITOR", editor_command)

    outcome = shell("edit", "hopper")

    assert outcome.code == 3
    assert outcome.err.startswith(f"pubcli: the editor '{editor_command}' cannot be started: ")


def test_the_log_shows_each_command_on_one_line(shell: Shell) -> None:
    shell("set", "hopper", "note=two\nlines")

    outcome = shell("log")

    assert outcome.out.count("\n") == 1
    assert outcome.out.endswith("pubcli set hopper 'note=two␊lines'\n")
