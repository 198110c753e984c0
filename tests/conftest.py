"""What every test gets: no network off loopback, no home, no clock of its own, and the corpora where they are."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long properties and fuzzing")


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
    for name, below in (("XDG_CONFIG_HOME", ".config"), ("XDG_STATE_HOME", ".state"), ("XDG_CACHE_HOME", ".cache")):
        monkeypatch.setenv(name, str(folder / below))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "EDITOR", "VISUAL", "BROWSER"):
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
