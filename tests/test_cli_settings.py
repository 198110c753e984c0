"""`init` and `config` from the command line: what a new user gets, and what a wrong setting is told."""

from __future__ import annotations

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
