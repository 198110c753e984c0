"""Looking at publications from the command line: pipes, data formats, queries, one in full."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.conftest import Shell

LIBRARY = """\
@inproceedings{lovelace2021engine,
  title     = {Notes on an {Engine} that Weaves},
  author    = {Lovelace, Ada and Babbage, Charles},
  booktitle = {Conference on Invented Results},
  abbr      = {CIR},
  year      = {2021},
  keywords  = {engines, weaving},
  award     = {Best Paper Award},
  selected  = {true},
  citationcount = {12},
}

@article{hopper2019compilers,
  title   = {Compilers for {\\'E}veryone},
  author  = {Grace Hopper},
  journal = {Journal of Early Programs},
  year    = {2019},
  doi     = {10.5555/early.1},
}
"""


@pytest.fixture
def shell(pubcli: Shell) -> Shell:
    """A folder with a library of two publications."""
    pubcli.write("library.bib", LIBRARY)
    return pubcli


def test_a_pipe_gets_plain_text_of_full_width(shell: Shell) -> None:
    outcome = shell("list")

    assert outcome.code == 0
    assert "\x1b" not in outcome.out
    assert [line.split()[0] for line in outcome.out.splitlines()] == [
        "lovelace2021engine",
        "hopper2019compilers",
    ]
    assert "Notes on an Engine that Weaves" in outcome.out
    assert outcome.err == ""


def test_the_formats_hold_the_same_publications(shell: Shell) -> None:
    as_json = json.loads(shell("list", "--json").out)
    as_keys = shell("list", "--format", "keys").out
    as_tsv = shell("list", "--format", "tsv").out.splitlines()
    as_csv = shell("list", "--format", "csv").out.splitlines()

    assert [row["key"] for row in as_json] == as_keys.split()
    assert as_json[0]["citations"] == 12
    assert as_json[1]["citations"] is None
    assert as_json[1]["title"] == "Compilers for Éveryone"
    assert len(as_tsv) == len(as_csv) == 3


@pytest.mark.parametrize(
    ("terms", "keys"),
    [
        (["compilers"], "hopper2019compilers"),
        (["everyone"], "hopper2019compilers"),
        (["year:2020.."], "lovelace2021engine"),
        (["tag:weaving"], "lovelace2021engine"),
        (["^selected"], "hopper2019compilers"),
        (["award:"], "lovelace2021engine"),
        (["venue:cir", ",", "author:hopper"], "lovelace2021engine hopper2019compilers"),
        (["title::^Comp"], "hopper2019compilers"),
        (["-q", "-selected year:2019"], "hopper2019compilers"),
        (["no such word"], ""),
    ],
)
def test_a_query_finds_what_it_says(shell: Shell, terms: list[str], keys: str) -> None:
    outcome = shell("list", "--format", "keys", *terms)

    assert (outcome.code, outcome.out.split()) == (0, keys.split())


def test_an_unknown_term_names_the_nearest_right_one(shell: Shell) -> None:
    outcome = shell("list", "yaer:2019")

    assert outcome.code == 2
    assert "year" in outcome.err


def test_no_result_is_not_a_failure(shell: Shell) -> None:
    outcome = shell("list", "zebra")

    assert (outcome.code, outcome.out, outcome.err) == (0, "", "no publication fits (of 2)\n")


def test_show_has_every_field_every_link_and_the_bibtex(shell: Shell) -> None:
    outcome = shell("show", "hopper")

    assert outcome.code == 0
    assert "Compilers for Éveryone" in outcome.out
    assert "https://doi.org/10.5555/early.1" in outcome.out
    assert LIBRARY.split("\n\n")[1].rstrip() in outcome.out


def test_open_starts_a_browser_at_web_addresses_only(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shell.folder / "seen.txt"
    browser = shell.write("browser.py", f"import sys\nopen({str(seen)!r}, 'w').write(sys.argv[1])\n")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {str(browser).replace(' ', chr(92) + ' ')} %s")
    shell("set", "lovelace", "url=file:///etc/passwd")

    opened = shell("open", "hopper")
    refused = shell("open", "lovelace")

    assert (opened.code, opened.out) == (0, "https://doi.org/10.5555/early.1\n")
    assert refused.code == 3


def test_terminal_escapes_in_a_title_never_reach_the_terminal(pubcli: Shell) -> None:
    pubcli.write("library.bib", "@misc{evil, title = {\x1b]0;owned\x07Red \x1b[31mtitle}, year = {20x5}}\n")

    outcomes = [pubcli(*arguments) for arguments in (["list"], ["show", "evil"], ["list", "--format", "tsv"])]

    assert all(outcome.code == 0 for outcome in outcomes)
    assert all(
        "\x1b" not in outcome.out and "\x07" not in outcome.out for outcome in (outcomes[0], outcomes[2])
    )


@pytest.mark.parametrize("text", ["", "\n\n", "just a remark\n", "@comment{nothing}\n"])
def test_an_empty_library_is_no_failure(pubcli: Shell, text: str) -> None:
    pubcli.write("library.bib", text)

    outcome = pubcli("list")

    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "the library is empty; `pubcli add` adds a publication\n"


def test_a_library_that_cannot_be_read_says_why(pubcli: Shell) -> None:
    (pubcli.folder / "gone.bib").symlink_to("nowhere.bib")
    (pubcli.folder / "binary.bib").write_bytes(b"\x00\x01\x02" * 50)
    os.mkfifo(pubcli.folder / "pipe.bib")

    codes = [
        pubcli("--library", name, "list").code for name in ("gone.bib", "binary.bib", "pipe.bib", "none.bib")
    ]

    assert codes == [4, 4, 4, 3]


def test_an_unknown_setting_is_named_with_its_file_and_line(shell: Shell) -> None:
    shell.write("pubcli.toml", 'library = "library.bib"\nscolar = "x"\n')

    outcome = shell("list")

    assert outcome.code == 4
    assert outcome.err == (
        "pubcli: pubcli.toml:2: key 'scolar' is unknown\n  hint: did you mean 'scholar' or 'sort'?\n"
    )


def test_help_and_version_go_to_stdout(pubcli: Shell) -> None:
    everything, one, version = pubcli("--help"), pubcli("tag", "--help"), pubcli("--version")

    assert (everything.code, one.code, version.code) == (0, 0, 0)
    assert "export" in everything.out
    assert "...\n" not in everything.out.split("Commands:")[1]
    assert "Example: pubcli tag" in one.out
    assert version.out.startswith("pubcli ")
