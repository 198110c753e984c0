"""What every test gets: no network off loopback, an empty home, and the corpora where they are."""

from __future__ import annotations

import io
import ipaddress
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROXIES = [
    spell(f"{scheme}_proxy") for scheme in ("http", "https", "all", "no") for spell in (str.lower, str.upper)
]
SHARED = Path(__file__).parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long properties and fuzzing")
    parser.addoption("--update-docs", action="store_true", help="write what the README shows")


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the long form of a property was asked for."""
    return bool(request.config.getoption("--long"))


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def corpus_bib() -> Path:
    """Real .bib files, beside the checkout."""
    return _folder("corpus/bib")


@pytest.fixture(scope="session")
def corpus_pages() -> Path:
    """Real home pages with an index.tsv, beside the checkout."""
    return _folder("corpus/pages")


@pytest.fixture(scope="session")
def seed() -> Path:
    """The home page everything began with, beside the checkout."""
    return _folder("seed")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that no test reads or writes the tester's own configuration or undo log."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    for name, below in (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_STATE_HOME", ".state"),
        ("XDG_CACHE_HOME", ".cache"),
    ):
        monkeypatch.setenv(name, str(folder / below))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "EDITOR", "VISUAL", "BROWSER", *PROXIES):
        monkeypatch.delenv(name, raising=False)
    return folder


def _is_loopback(host: object) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test that connects anywhere but to this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            pytest.fail(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@dataclass(frozen=True)
class Outcome:
    """What a command ended in: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str


class Shell:
    """A folder to run commands in, as a user would, with nobody at the terminal."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, stdin: str = "") -> Outcome:
        """Run `pubcli ARGUMENTS` here."""
        from pubcli.cli.app import main

        self._monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        )
        self._capsys.readouterr()
        code = main(arguments)
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    def write(self, name: str, text: str) -> Path:
        """Make a file in this folder; line ends are written as they are."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def read(self, name: str) -> str:
        """The text of a file in this folder, line ends as they are."""
        return (self.folder / name).read_bytes().decode()


@pytest.fixture
def pubcli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in an empty folder."""
    folder = tmp_path / "home page"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Shell(folder, capsys, monkeypatch)
