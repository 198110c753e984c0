"""The preview: the section in a pipe, and a page on the loopback address that follows the library."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pubcli.markup import HTML, LATEX, MARKDOWN
from pubcli.render.preview import as_page, on_terminal
from tests.conftest import Shell

ROOT = Path(__file__).parents[1]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str, subprocess.Popen[str]]]:
    """A folder with the shipped library, its preview being served, and the server."""
    shutil.copy(ROOT / "library.bib", tmp_path)
    (tmp_path / "pubcli.toml").write_text('me = "Qingrong Xia"\n')
    server = subprocess.Popen(
        [sys.executable, "-m", "pubcli", "preview", "--web"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdout
    yield tmp_path, server.stdout.readline().strip(), server
    server.kill()
    server.communicate()


def get(address: str, path: str, host: str = "") -> tuple[int, str]:
    """Status and text of one page."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_a_pipe_gets_the_section_itself(pubcli: Shell) -> None:
    shutil.copy(ROOT / "library.bib", pubcli.folder)

    shown, exported = pubcli("preview"), pubcli("export")

    assert shown == exported


def test_the_page_follows_the_library_and_nothing_else_is_served(
    site: tuple[Path, str, subprocess.Popen[str]],
) -> None:
    folder, address, _ = site

    first, version = get(address, "/"), get(address, "/version")
    library = folder / "library.bib"
    library.write_text(library.read_text().replace("Self-Drafting", "Self-Sketching"))
    second, changed = get(address, "/"), get(address, "/version")
    library.unlink()
    gone = get(address, "/")

    assert urlsplit(address).hostname == "127.0.0.1"
    assert "<strong>Multi-Branch Self-Drafting for LLM Inference Acceleration</strong>" in first[1]
    assert "Self-Sketching" in second[1]
    assert version[1] != changed[1]
    assert version[1] in first[1]
    assert "there is no library" in gone[1]
    assert [get(address, path)[0] for path in ("/library.bib", "/../pubcli.toml", "/x")] == [404, 404, 404]
    assert get(address, "/", host="evil.example")[0] == 404


@pytest.mark.skipif(os.name != "posix", reason="SIGINT is sent")
def test_an_interrupt_ends_the_preview(site: tuple[Path, str, subprocess.Popen[str]]) -> None:
    _, _, server = site

    server.send_signal(signal.SIGINT)

    assert server.wait(timeout=10) == 130


def test_a_terminal_sees_markdown_laid_out_and_other_languages_as_they_are() -> None:
    markdown = on_terminal("* **Title**  \n  Ada", MARKDOWN, width=40, color=False)
    latex = on_terminal("\\item Title", LATEX, width=40)

    assert markdown == "\n • Title\n   Ada\n"
    assert latex == "\\item Title"


def test_a_page_shows_each_language() -> None:
    pages = [
        as_page(text, markup, title="t") for text, markup in (("<p>a</p>", HTML), (r"\item a & b", LATEX))
    ]

    assert "<p>a</p>" in pages[0]
    assert r"<pre>\item a &amp; b</pre>" in pages[1]
