"""Whole commands, timed in turn with what each is compared to; medians of the ratios, pair by pair."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
PUBCLI = (PYTHON, "-m", "pubcli")

EMPTY_APP = """
import typer
app = typer.Typer()
@app.command()
def one(number: int = 1) -> None:
    print(number)
@app.command()
def two(text: str = "") -> None:
    print(text)
app()
"""
# bibtexparser's own split of a file, without the modules of its middlewares' own work.
SPLIT = """
import sys
from bibtexparser.splitter import Splitter
Splitter(open(sys.argv[1], encoding="utf-8").read()).split()
"""

ENTRY = """@inproceedings{{author{number}word,
  title     = {{A Title with {{Braces}} and Some \\'{{E}}lan about Subject Number {number}}},
  author    = {{Garc{{\\'\\i}}a, Ana and Smith, John B. and M{{\\"u}}ller, J{{\\"o}}rg and Xu, Wei}},
  booktitle = {{Proceedings of the {ordinal}th Conference on Invented Results}},
  abbr      = {{CIR}},
  year      = {{{year}}},
  pages     = {{{number}--{last}}},
  doi       = {{10.5555/invented.{number}}},
  keywords  = {{parsing, subject {tag}}},
}}

"""


@dataclass(frozen=True)
class Run:
    """What one process took: wall seconds and peak memory in bytes."""

    wall: float
    peak: int


def library(entries: int) -> str:
    """An invented library with so many entries."""
    return "".join(
        ENTRY.format(number=n, ordinal=n % 60 + 4, year=1980 + n % 45, last=n + 9, tag=n % 12)
        for n in range(entries)
    )


def run(command: Sequence[str], folder: Path, **environment: str) -> Run:
    """Run a command to its end, its output read and thrown away."""
    # Bytecode is kept as an installation keeps it, whatever the tester's environment says.
    settings = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=settings | environment,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(wall, usage.ru_maxrss * 1024)


def compare(
    name: str, limit: float, ours: Sequence[str], theirs: Sequence[str], folder: Path, rounds: int, **env: str
) -> bool:
    """Time both in turn and print the median ratio against its limit; says whether it is kept."""
    run(ours, folder, **env), run(theirs, folder)
    pairs = [(run(ours, folder, **env).wall, run(theirs, folder).wall) for _ in range(rounds)]
    ratio = statistics.median(mine / other for mine, other in pairs)
    mine, other = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    print(f"{name:<52} {ratio:5.2f}x  (limit {limit:.1f}x; {mine:.0f} ms against {other:.0f} ms)")
    return ratio <= limit


def main() -> int:
    """Measure every limit; 1 if one is broken."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty.py").write_text(EMPTY_APP)
        (folder / "split.py").write_text(SPLIT)
        (folder / "library.bib").write_text(library(100))
        (folder / "large.bib").write_text(library(10_000))
        empty, split = (PYTHON, "empty.py", "one"), (PYTHON, "split.py", "large.bib")
        completion = {
            "_PUBCLI_COMPLETE": "complete_bash",
            "COMP_WORDS": "pubcli show author9",
            "COMP_CWORD": "2",
        }
        large = (*PUBCLI, "--library", "large.bib")
        tagging = (*large, "tag", "author500word", "-t", "new")
        kept = [
            compare(
                "list, 100 entries, into a pipe / empty Typer app",
                2,
                (*PUBCLI, "list"),
                empty,
                folder,
                rounds,
            ),
            compare(
                "completion of a key / empty Typer app", 1.6, PUBCLI, empty, folder, rounds, **completion
            ),
            compare("list, 10,000 entries / bibtexparser's split", 1, (*large, "list"), split, folder, 5),
            compare(
                "tag in 10,000 entries / bibtexparser's split", 1, (*tagging, "--dry-run"), split, folder, 5
            ),
        ]
        size = (folder / "large.bib").stat().st_size
        for label, command in (("list", (*large, "list")), ("tag", tagging)):
            times = run(command, folder).peak / size
            print(f"memory of {label}, 10,000 entries of {size / 1e6:.1f} MB {times:19.1f}x  (limit 15x)")
            kept.append(times <= 15)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
