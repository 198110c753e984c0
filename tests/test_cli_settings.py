"""`init` and `config` from the command line: what a new user gets, and what a wrong setting is told."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Shell


def test_init_writes_the_settings_and_an_empty_library(pubcli: Shell) -> None:
    outcome = pubcli("init", "--name", "Ada Lovelace", "--scholar", "AbCdEf0AAAAJ")

    assert outcome == outcome.__class__(
        0, "", "Wrote pubcli.toml; the library is library.bib. Next: `pubcli add`\n"
    )
    assert (
        pubcli.read("pubcli.toml")
        == """\
# Settings of pubcli. `pubcli config` shows every key, its value and its meaning.

# The .bib file with my publications.
library = "library.bib"

# The names I publish under; a group may list its members.
me = ["Ada Lovelace"]

# My Google Scholar user id, or the address of my profile.
scholar = "AbCdEf0AAAAJ"
"""
    )
    assert pubcli.read("library.bib") == ""


def test_an_empty_library_takes_its_first_publication(pubcli: Shell) -> None:
    pubcli("init", "--name", "Ada Lovelace")

    outcome = pubcli("add", "--title", "Notes on an Engine", "--author", "Ada Lovelace", "--year", "1843")

    assert (outcome.code, outcome.err) == (0, "Added lovelace1843notes\n")
    assert pubcli("list", "--format", "keys").out == "lovelace1843notes\n"


def test_undoing_init_leaves_nothing_behind(pubcli: Shell) -> None:
    pubcli("init", "--name", "Ada Lovelace")

    outcome = pubcli("undo")

    assert outcome.code == 0
    assert list(pubcli.folder.iterdir()) == []


def test_the_bare_program_shows_its_help(pubcli: Shell) -> None:
    outcome = pubcli()

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == pubcli("--help").out
    assert outcome.out.startswith("Usage: pubcli [OPTIONS] COMMAND")


def test_an_existing_library_is_taken_up_as_it_is(pubcli: Shell) -> None:
    pubcli.write("_bibliography/papers.bib", "% mine\n@misc{one, title = {One}}")

    outcome = pubcli("init", "--name", "Ada Lovelace")
    found = pubcli("list", "--format", "keys")
    pubcli("undo")

    assert outcome.err == "Wrote pubcli.toml; the library is _bibliography/papers.bib. Next: `pubcli add`\n"
    assert found.out == "one\n"
    assert pubcli.read("_bibliography/papers.bib") == "% mine\n@misc{one, title = {One}}"
    assert not (pubcli.folder / "pubcli.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "whose publications?"),
        (["--name", " "], 2, "whose publications?"),
        (["--name", "A", "--scholar", "no id"], 2, "--scholar must be a Google Scholar user id"),
        (["--name", "A", "--library", "."], 4, ".: this is a folder, not a file"),
    ],
)
def test_init_refuses_what_it_cannot_use(
    pubcli: Shell, arguments: list[str], code: int, message: str
) -> None:
    outcome = pubcli("init", *arguments)

    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err.splitlines()[0]
    assert list(pubcli.folder.iterdir()) == []


def test_init_does_not_replace_settings(pubcli: Shell) -> None:
    pubcli.write("pubcli.toml", "# mine\n")

    outcome = pubcli("init", "--name", "A")

    assert (outcome.code, outcome.err.splitlines()[0]) == (5, "pubcli: pubcli.toml is here already")
    assert pubcli.read("pubcli.toml") == "# mine\n"


def test_init_adds_the_merge_rule_to_a_repository_once(pubcli: Shell) -> None:
    pubcli.write(".git/HEAD", "ref: refs/heads/main\n")
    pubcli.write(".gitattributes", "*.png binary")

    pubcli("init", "--name", "A", "--yes")

    assert pubcli.read(".gitattributes") == "*.png binary\n*.citations.jsonl merge=union\n"


def test_config_tells_each_setting_its_value_and_where_it_comes_from(pubcli: Shell) -> None:
    pubcli.write("pubcli.toml", 'library = "mine.bib"\n')

    text, data = pubcli("config"), json.loads(pubcli("config", "--json").out)

    assert text.out.startswith('library           "mine.bib"\n')
    assert data["library"]["origin"].endswith("pubcli.toml")
    assert data["sort"] == {"value": '"year"', "origin": "default", "meaning": data["sort"]["meaning"]}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('librry = "x"', "pubcli: pubcli.toml:1: key 'librry' is unknown"),
        ("library = 3", "pubcli: pubcli.toml:1: key 'library' must be text in quotes, not a number"),
        ("me = [", "pubcli: pubcli.toml:1: "),
        ('[[page]]\npth = "x"', "pubcli: pubcli.toml:2: key 'pth' is unknown in a [[page]]"),
        ('encoding = "klingon"', "pubcli: pubcli.toml:1: key 'encoding' must be an encoding"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(pubcli: Shell, settings: str, message: str) -> None:
    pubcli.write("pubcli.toml", settings)

    outcome = pubcli("list")

    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith(message)


def test_settings_of_a_parent_folder_hold_and_their_paths_are_relative_to_it(
    pubcli: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    pubcli.write("pubcli.toml", 'library = "bib/library.bib"\n')
    pubcli.write("bib/library.bib", "@misc{one, title = {One}}\n")
    pubcli.write("deep/er/x", "")
    monkeypatch.chdir(pubcli.folder / "deep" / "er")

    outcome = pubcli("tag", "one", "-t", "a")

    assert (outcome.code, outcome.err) == (0, "Tagged one\n")
    assert "keywords" in pubcli.read("bib/library.bib")
