"""Completion as bash, zsh and fish ask for it: commands, keys and tags, ready for the line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.conftest import Shell

LIBRARY = """\
@article{lovelace1843notes, title = {Notes}, year = 1843, keywords = {LLM Inference, it's, C++}}
@article{lovelace1845looms, title = {Looms}, year = 1845, keywords = {a:b}}
@article{DBLP:conf/acl/Xia20, title = {Three}, year = 2020}
@article{DBLP:conf/acl/Xia21, title = {Four}, year = 2021}
@article{broken, title = {
"""


@pytest.fixture
def shell(pubcli: Shell) -> Shell:
    """A folder with a library and its settings."""
    pubcli.write("my library.bib", LIBRARY)
    pubcli.write("pubcli.toml", 'library = "my library.bib"\n')
    return pubcli


def ask(shell: Shell, **environment: str) -> list[str]:
    """What the program answers a shell."""
    done = subprocess.run(
        [sys.executable, "-m", "pubcli"],
        cwd=shell.folder,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def bash(shell: Shell, *words: str) -> list[str]:
    """What bash is told for the last of these words, taken apart as bash does."""
    return ask(
        shell,
        _PUBCLI_COMPLETE="complete_bash",
        COMP_WORDS="\n".join(("pubcli", *words)),
        COMP_CWORD=str(len(words)),
    )


def fish(shell: Shell, line: str) -> list[str]:
    """What fish is told for this beginning of a line."""
    return ask(
        shell,
        _PUBCLI_COMPLETE="complete_fish",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        _TYPER_COMPLETE_ARGS=line,
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["sho"], ["show"]),
        (["show", "love"], ["lovelace1843notes", "lovelace1845looms"]),
        (["remove", "lovelace1843notes", "love"], ["lovelace1845looms"]),
        (["--library", "my\\ library.bib", "show", "lovelace1845"], ["lovelace1845looms"]),
        (["show", "DBLP"], ["DBLP:conf/acl/Xia20", "DBLP:conf/acl/Xia21"]),
        (["show", "DBLP", ":"], ["conf/acl/Xia20", "conf/acl/Xia21"]),
        (["show", "DBLP", ":", "conf/acl/Xia20"], ["conf/acl/Xia20"]),
        (["tag", "x", "-t", ""], ["LLM\\ Inference", "it\\'s", "C++", "a:b"]),
        (["tag", "x", "-t", "LLM\\ In"], ["LLM\\ Inference"]),
        (["tag", "x", "-t", '"LLM In'], ["LLM Inference"]),
        (["tag", "x", "--tag", "=", "L"], ["LLM\\ Inference"]),
        (["tag", "x", "-t", "a", ":", ""], ["b"]),
        (["add", "--tag", "C"], ["C++"]),
        (["move", "x", "--before", "lovelace1845"], ["lovelace1845looms"]),
        (["update", "--ch"], ["--check"]),
    ],
)
def test_bash_is_told_what_it_can_put_onto_the_line(
    shell: Shell, words: Sequence[str], expected: list[str]
) -> None:
    assert bash(shell, *words) == expected


def test_zsh_is_told_keys_and_tags(shell: Shell) -> None:
    keys = ask(shell, _PUBCLI_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="pubcli show love")
    tags = ask(shell, _PUBCLI_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="pubcli tag x -t L")

    assert keys == ["""_arguments '*: :(("lovelace1843notes\"""", """"lovelace1845looms"))'"""]
    assert tags == ["""_arguments '*: :(("LLM Inference"))'"""]


def test_fish_is_told_commands_keys_and_tags(shell: Shell) -> None:
    assert [line.split("\t")[0] for line in fish(shell, "pubcli se")] == ["select", "set"]
    assert fish(shell, "pubcli show love") == ["lovelace1843notes", "lovelace1845looms"]
    assert fish(shell, "pubcli tag x -t L") == ["LLM Inference"]


def test_without_a_library_nothing_is_offered_and_nothing_is_said(pubcli: Shell) -> None:
    assert bash(pubcli, "show", "lo") in ([], [""])
    assert bash(pubcli, "tag", "x", "-t", "lo") in ([], [""])


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_for_each_shell_is_one_it_can_read(shell: Shell, name: str) -> None:
    script = "\n".join(ask(shell, _PUBCLI_COMPLETE=f"source_{name}"))

    assert "_PUBCLI_COMPLETE=complete_" in script
    if program := shutil.which(name):
        shell.write("script", script)
        assert subprocess.run([program, "-n", "script"], cwd=shell.folder, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_itself_fills_in_a_key(shell: Shell) -> None:
    script = "\n".join(ask(shell, _PUBCLI_COMPLETE="source_bash"))
    lines = [
        script,
        f'env() {{ command env "${{@:1:$#-1}}" "{sys.executable}" -m pubcli; }}',  # not one of PATH
        "COMP_WORDS=(pubcli tag x -t L); COMP_CWORD=4",
        '_pubcli_completion pubcli; printf "%s|" "${COMPREPLY[@]}"',
    ]

    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=shell.folder, capture_output=True, text=True, check=True
    )

    assert done.stdout == "LLM\\ Inference|"
