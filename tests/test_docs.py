"""The README says what the program does: its session is run, its tables and its picture are compared.

`pytest tests/test_docs.py --update-docs` writes what the program says now into the README.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from pubcli.cli.app import MODULES, build
from pubcli.cli.shown import template_of
from pubcli.config import parse_config
from pubcli.errors import ExitCode
from pubcli.library import Library
from pubcli.query import sort
from tests.conftest import Shell

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PICTURE = ROOT / ".github" / "list.svg"


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether to write the documents instead of comparing them."""
    return bool(request.config.getoption("--update-docs"))


def part(name: str) -> re.Pattern[str]:
    """The stretch of the README between the comment that begins with `name` and the next `<!-- end -->`."""
    return re.compile(rf"(<!-- {name}[^\n]*-->\n).*?(?=<!-- end -->)", re.S)


def compare(name: str, text: str, update: bool) -> None:
    """Hold a part of the README against `text`, or write it."""
    readme = README.read_text("utf-8")
    written, found = part(name).subn(lambda match: match[1] + text.rstrip("\n") + "\n", readme)
    assert found == 1
    if update:
        README.write_text(written, "utf-8")
    assert written == readme or update


def commands() -> Iterator[tuple[str, str]]:
    """Every command's usage and the first line of its help."""
    group = typer.main.get_command(build())
    for names in MODULES.values():
        for name in names:
            command = group.commands[name]  # type: ignore[attr-defined]
            arguments = [
                parameter.metavar if parameter.required else f"[{parameter.metavar}]"
                for parameter in command.params
                if parameter.param_type_name == "argument"
            ]
            yield " ".join(["pubcli", name, *arguments]), str(command.help).split("\n", maxsplit=1)[0]


def test_the_table_of_commands_is_the_programs_own(update: bool) -> None:
    rows = [f"| `{usage.replace('|', '¦')}` | {line} |" for usage, line in commands()]

    compare("commands", "\n".join(["| command | does |", "| --- | --- |", *rows]), update)


def test_the_table_of_exit_codes_is_the_programs_own(update: bool) -> None:
    rows = [f"| {code.value} | {code.meaning} |" for code in ExitCode]

    compare("exit codes", "\n".join(["| code | means |", "| --- | --- |", *rows]), update)


@pytest.mark.skipif(os.name != "posix", reason="the session is written for a POSIX shell")
def test_the_session_of_five_minutes_runs_as_it_is_printed(tmp_path: Path, update: bool) -> None:
    session = part("session").search(README.read_text("utf-8"))
    assert session
    lines = [line[2:] for line in session[0].splitlines() if line.startswith("$ ")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    printed = ["```console"]
    for line in lines:
        done = subprocess.run(
            line,
            shell=True,
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        shown = done.stdout.decode().rstrip("\n")
        assert "Traceback" not in shown
        printed += [f"$ {line}", *([shown] if shown else [])]

    assert len(lines) >= 10
    compare("session", "\n".join([*printed, "```"]), update)


def test_the_picture_is_drawn_from_the_program(update: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    from pubcli.render.table import table

    publications = sort(Library.open(ROOT / "library.bib").publications, "year")
    console = Console(
        record=True, width=110, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text("$ pubcli list"))
    console.print(Text.from_ansi("".join(table(publications, width=110))), end="")
    svg = console.export_svg(title="pubcli list", unique_id="pubcli")

    if update:
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(svg, "utf-8")
    assert PICTURE.read_text("utf-8") == svg


def test_the_before_and_after_of_the_readme_are_real(pubcli: Shell) -> None:
    shutil.copy(ROOT / "library.bib", pubcli.folder)
    shown = README.read_text("utf-8").split("```diff\n")[1].split("```")[0]

    outcome = pubcli("tag", "zhou2022fast", "-t", "parsing", "--dry-run")

    changed = [
        line for line in outcome.out.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert "\n".join(changed) == shown.rstrip("\n")


def test_every_command_has_an_example_in_its_help() -> None:
    group = typer.main.get_command(build())

    without = [name for name, command in group.commands.items() if "Example: pubcli" not in str(command.help)]  # type: ignore[attr-defined]
    assert without == []


def test_the_table_of_modules_names_every_command() -> None:
    named = [name for names in MODULES.values() for name in names]

    group = typer.main.get_command(build())

    assert sorted(group.commands) == sorted(named)  # type: ignore[attr-defined]


def test_every_setting_the_readme_shows_is_understood() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.S)

    configs = [parse_config(block, ROOT / "pubcli.toml") for block in blocks]
    templates = [template_of(page, config) for config in configs for page in config.pages]

    assert len(configs) == len(templates) == 4


def test_every_command_the_readme_names_is_one() -> None:
    text = README.read_text("utf-8")
    known = [name for names in MODULES.values() for name in names]

    named = set(re.findall(r"`pubcli (\w+)", text))

    assert named <= {*known, "COMMAND"}
    assert {"adopt", "update", "sync", "stats", "export"} <= named
