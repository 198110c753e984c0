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
        screen.type("Half a ti\x03")
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
