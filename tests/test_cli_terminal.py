"""Real processes on a real pseudo-terminal, and on streams that are closed, broken or full."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from pubcli.cli.app import build
from tests.conftest import Outcome, Shell

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

import fcntl
import pty
import struct
import termios

PROGRAM = (sys.executable, "-m", "pubcli")
PATIENCE = 20.0
LIBRARY = """\
@inproceedings{lovelace1843notes,
  title = {Notes on an {Engine} that Weaves Algebraical Patterns as the Loom Weaves Flowers},
  author = {Lovelace, Ada and Babbage, Charles},
  booktitle = {Scientific Memoirs},
  year = {1843},
  keywords = {engines, weaving},
  selected = {true},
}

@article{wang2024multi,
  title = {多语言模型的文本生成 \U0001f468\u200d\U0001f469\u200d\U0001f467 for Everyone},
  author = {王小明},
  year = {2024},
}
"""


class Terminal:
    """A program on a pseudo-terminal: what is typed, and what is seen."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.seen = ""
        self._master = master

    def wait_for(self, text: str) -> None:
        """Read until `text` was seen."""
        end = time.monotonic() + PATIENCE
        while text not in self.seen:
            assert time.monotonic() < end, f"{text!r} is not in {self.seen!r}"
            if not self._read():
                assert text in self.seen
                return

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._master, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C until it is heard: Python misses one in the moment before it waits for a key."""
        while self.process.poll() is None:
            self.type("\x03")
            time.sleep(0.2)

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def _read(self) -> bool:
        if not select.select([self._master], [], [], PATIENCE)[0]:
            raise TimeoutError(self.seen)
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux: the other side was closed
            return False
        self.seen += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)


@contextmanager
def terminal(
    folder: Path, *arguments: str, columns: int = 80, env: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """`pubcli ARGUMENTS` on a terminal of its own."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        cwd=folder,
        env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  (no threads here)
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def run(folder: Path, command: str) -> Outcome:
    """A shell's command line, in which `pubcli` is the program, with nobody at the terminal."""
    program = f'"{sys.executable}" -m pubcli'
    done = subprocess.run(
        ["bash", "-c", re.sub(r"\bpubcli\b", lambda _: program, command)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def folder(pubcli: Shell) -> Path:
    """A folder with a library of two entries."""
    pubcli.write("library.bib", LIBRARY)
    return pubcli.folder


def test_ctrl_c_at_a_question_ends_in_130_and_changes_nothing(folder: Path) -> None:
    with terminal(folder, "add") as screen:
        screen.wait_for("Title: ")
        screen.type("Half a ti")
        screen.wait_for("Half a ti")
        screen.interrupt()
        code = screen.end()

    assert code == 130
    assert screen.seen.endswith("\npubcli: interrupted; nothing was changed\n")
    assert (folder / "library.bib").read_text() == LIBRARY


def test_the_end_of_input_at_a_question_ends_in_130(folder: Path) -> None:
    with terminal(folder, "remove", "wang2024multi") as screen:
        screen.wait_for("[y/N] ")
        screen.type("\x04")
        code = screen.end()

    assert code == 130
    assert (folder / "library.bib").read_text() == LIBRARY


@pytest.mark.parametrize(
    "command", ["list", "list --json", "show wang", "log", "config", "--help", "list -h"]
)
def test_a_closed_pipe_ends_quietly(folder: Path, command: str) -> None:
    outcome = run(folder, f"set -o pipefail; pubcli {command} | head -c 0")

    assert (outcome.code, outcome.out) == (0, "")
    assert "rror" not in outcome.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["list", "list --json", "export", "--version", "tag --help"])
def test_a_full_disk_behind_stdout_is_one_clear_line(folder: Path, command: str, unbuffered: str) -> None:
    outcome = run(folder, f"export PYTHONUNBUFFERED={unbuffered}; pubcli {command} > /dev/full")

    assert outcome == Outcome(
        4,
        "",
        "pubcli: standard output: cannot be written: No space left on device\n"
        "  hint: send it somewhere else\n",
    )


def test_closed_streams_are_no_traceback(folder: Path) -> None:
    closed_in = run(folder, "pubcli add <&-")
    closed_out = run(folder, "pubcli list >&-")
    closed_err = run(folder, "pubcli tag wang -t one 2>&-")

    assert (closed_in.code, closed_in.err.splitlines()[0]) == (2, "pubcli: add what?")
    assert (closed_out.code, closed_out.err.splitlines()[0]) == (
        4,
        "pubcli: standard output: cannot be written: Bad file descriptor",
    )
    assert closed_err == Outcome(0, "", "")
    assert "keywords = {one}" in (folder / "library.bib").read_text()


def test_add_asks_with_the_known_venues_and_people_behind_tab(folder: Path) -> None:
    with terminal(folder, "add") as screen:
        for question, answer in (
            ("Title: ", "Looms of the Future"),
            ("Author 1 (empty to end): ", "ada\t"),
            ("Author 2 (empty to end): ", ""),
            ("Venue: ", "scientific m\t"),
            ("Year: ", "1845"),
        ):
            screen.wait_for(question)
            screen.seen = ""
            screen.type(answer)
            screen.wait_for(answer.strip("\t"))
            screen.type("\r")
        code = screen.end()

    assert code == 0
    assert screen.seen.endswith("Added lovelace1845looms\n")
    assert (
        (folder / "library.bib")
        .read_text()
        .endswith(
            "@inproceedings{lovelace1845looms,\n"
            "  title = {Looms of the Future},\n"
            "  author = {Lovelace, Ada},\n"
            "  booktitle = {Scientific Memoirs},\n"
            "  year = {1845},\n"
            "}\n"
        )
    )


def test_a_no_removes_nothing_and_a_yes_removes(folder: Path) -> None:
    with terminal(folder, "remove", "wang2024multi") as screen:
        screen.wait_for("Remove 1 entry? [y/N] ")
        screen.type("n\r")
        refused = screen.end()
    kept = (folder / "library.bib").read_text()
    with terminal(folder, "remove", "wang2024multi") as screen:
        screen.wait_for("Remove 1 entry? [y/N] ")
        screen.type("y\r")
        removed = screen.end()

    assert (refused, kept) == (5, LIBRARY)
    assert removed == 0
    assert "wang2024multi" not in (folder / "library.bib").read_text()


def test_init_asks_what_it_needs(folder: Path) -> None:
    (folder / ".git").mkdir()
    with terminal(folder, "init") as screen:
        for question, answer in (
            ("Your name, as on your papers", "Ada Lovelace; A. A. Lovelace"),
            ("Google Scholar id", ""),
            ("Library [library.bib]: ", ""),
            ("Add `*.citations.jsonl merge=union` to .gitattributes? [Y/n] ", ""),
        ):
            screen.wait_for(question)
            screen.type(f"{answer}\r")
        code = screen.end()

    assert code == 0
    assert 'me = ["Ada Lovelace", "A. A. Lovelace"]' in (folder / "pubcli.toml").read_text()
    assert (folder / ".gitattributes").read_text() == "*.citations.jsonl merge=union\n"
    assert (folder / "library.bib").read_text() == LIBRARY


def test_an_entry_that_the_editor_spoiled_can_be_edited_again(folder: Path) -> None:
    program = folder / "editor.py"
    program.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "text = path.read_text()\n"
        "spoilt = text.replace('1843},', '1844,')\n"
        "path.write_text(spoilt if spoilt != text else text.replace('1844,', '1844},'))\n"
    )
    with terminal(folder, "edit", "lovelace", env={"EDITOR": f"{sys.executable} editor.py"}) as screen:
        screen.wait_for("Edit it again? [y/N] ")
        screen.type("y\r")
        code = screen.end()

    assert code == 0
    assert (folder / "library.bib").read_text() == LIBRARY.replace("1843},", "1844},")


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
def test_the_table_fits_the_terminal(folder: Path, columns: int) -> None:
    from rich.cells import cell_len

    with terminal(folder, "list", columns=columns, env={"NO_COLOR": "1"}) as screen:
        code = screen.end()

    *rows, last = screen.seen.splitlines()
    assert (code, last) == (0, "2 publications, 1 selected")
    assert all(cell_len(row) <= columns for row in rows)
    assert "\x1b" not in screen.seen
    assert "★" in screen.seen
    assert "1843" in screen.seen


def test_a_title_cannot_drive_the_terminal(folder: Path) -> None:
    hostile = LIBRARY.replace("Algebraical", "\x1b]0;owned\x07\x1b[31m\u202e\x9b2J")
    (folder / "library.bib").write_text(hostile, "utf-8")

    for command in (["list"], ["show", "lovelace"], ["export"], ["set", "lovelace", "year=1850", "-n"]):
        with terminal(folder, *command, env={"NO_COLOR": "1"}) as screen:
            assert screen.end() == 0
        assert not re.search("[\x1b\x07\u202e\x9b]", screen.seen), command


def test_a_pipe_gets_no_colour_and_whole_titles(folder: Path) -> None:
    outcome = run(folder, "COLUMNS=20 FORCE_COLOR=1 pubcli list | cat")

    assert "\x1b" not in outcome.out
    assert "Notes on an Engine that Weaves Algebraical Patterns as the Loom Weaves Flowers" in outcome.out


def test_the_c_locale_still_pipes_utf_8(folder: Path) -> None:
    outcome = run(folder, "PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 LC_ALL=C pubcli list")

    assert (outcome.code, outcome.err) == (0, "")
    assert "多语言模型的文本生成" in outcome.out


def test_the_c_locale_on_a_terminal_shows_a_mark_for_what_it_cannot(folder: Path) -> None:
    with terminal(
        folder, "list", env={"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    ) as screen:
        code = screen.end()

    assert code == 0
    assert "Notes on an Engine" in screen.seen


def test_an_argument_that_is_no_utf_8_is_told_in_one_line(folder: Path) -> None:
    for command in (
        r"pubcli show $'\xff'",
        r"pubcli --library $'\xff.bib' list",
        r"pubcli add $'\xff.bib'",
        r"pubcli tag wang -t $'\xff'",
        r"pubcli set wang $'note=\xff'",
        r"pubcli add --title $'a \xff' --year 2020",
    ):
        outcome = run(folder, command)

        assert "Traceback" not in outcome.err
        assert r"\xff" in outcome.err, command
    assert (folder / "library.bib").read_text() == LIBRARY


def test_export_into_the_library_is_refused_and_a_dash_is_stdout(folder: Path) -> None:
    into_library = run(folder, "pubcli export -q year:1843 -o ./library.bib")
    dash = run(folder, "pubcli export -q year:1843 -o -")

    assert (into_library.code, into_library.err.splitlines()[0]) == (
        5,
        "pubcli: library.bib is the library itself",
    )
    assert dash.out.startswith("* **Notes on an Engine")
    assert sorted(path.name for path in folder.iterdir()) == ["library.bib"]
    assert (folder / "library.bib").read_text() == LIBRARY


def test_of_two_commands_at_once_one_wins_and_the_other_is_told(folder: Path) -> None:
    command = [*PROGRAM, "tag", "wang2024multi", "-t"]
    both = [
        subprocess.Popen([*command, tag], cwd=folder, stderr=subprocess.PIPE, encoding="utf-8")
        for tag in ("first", "second")
    ]
    told = [process.communicate(timeout=PATIENCE)[1] for process in both]

    text = (folder / "library.bib").read_text()
    done = [told.count("Tagged wang2024multi\n"), "first" in text, "second" in text]
    assert done in ([2, True, True], [1, True, False], [1, False, True])
    assert {process.returncode for process in both} <= {0, 5}


def test_a_folder_that_was_deleted_is_told(folder: Path) -> None:
    outcome = run(folder, "mkdir gone && cd gone && rmdir ../gone && pubcli list")

    assert outcome == Outcome(
        3, "", "pubcli: the folder you are in does not exist any more\n  hint: change to another\n"
    )


def test_no_path_is_judged_before_the_command_reads_it() -> None:
    group = typer.main.get_command(build())
    commands = [group, *group.commands.values()]  # type: ignore[attr-defined]

    judged = [
        f"{command.name} {parameter.name}"
        for command in commands
        for parameter in command.params
        if getattr(parameter.type, "readable", False)  # exit code 2 where the reading itself ends in 4
    ]

    assert judged == []
