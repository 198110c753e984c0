"""Titles and names that try to run: each format shows them as characters."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.bibtex import latex
from pubcli.publication import Publication
from pubcli.render.formats import FORMATS, TREES
from tests.formats_library import HOSTILE, ME, publications

SAFE = ("https://", "http://", "mailto:", "#")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Page(HTMLParser):
    """What a browser would find: elements with their attributes, and the text shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.shown: list[str] = []
        self.raw = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style"):
            self.raw += data
        else:
            self.shown.append(data)


def titled(text: str) -> list[Publication]:
    value = latex.encode(text)
    return [Publication("a", "misc", {"title": value, "author": f"{{{value}}}", "note": value})]


def test_a_hostile_page_has_only_elements_and_addresses_of_ours() -> None:
    page = Page(FORMATS["html"].write(HOSTILE, ME))

    tags = [tag for tag, _ in page.elements]
    addresses = [
        value for _, found in page.elements for name, value in found.items() if name in ("href", "src")
    ]
    assert {"img", "svg", "b", "iframe"}.isdisjoint(tags)
    assert tags.count("script") == 1
    assert [name for _, found in page.elements for name in found if name.startswith("on")] == []
    assert [address for address in addresses if not (address or "").startswith(SAFE)] == []


def test_the_policy_of_the_page_allows_its_own_style_and_script() -> None:
    text = FORMATS["html"].write(publications(), ME)

    policy = text.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    for tag in ("style", "script"):
        own = text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "url(" not in text
    assert not re.search(r"<(?:link|img|script src)", text)


def test_the_page_is_whole_without_its_script() -> None:
    page = Page(FORMATS["html"].write(publications(), ME))

    shown = "".join(page.shown)
    hidden = [tag for tag, found in page.elements if "hidden" in found]
    assert all(publication.title in shown for publication in publications())
    assert shown.count("@") == len(publications())
    assert set(hidden) == {"div", "button"}
    assert {"main", "header", "footer", "h1", "h2", "h3", "label", "ol"} <= {tag for tag, _ in page.elements}


@given(st.text(max_size=60))
def test_any_title_is_shown_as_it_is_on_the_page(text: str) -> None:
    library = titled(text)

    source = FORMATS["html"].write(library, ME)

    page = Page(source)
    assert library[0].title.split() == [] or "".join(CONTROLS.sub("", library[0].title).split()) in "".join(
        "".join(page.shown).split()
    )
    outside = re.sub(r"(?s)<(style|script)>.*?</\1>", "", source)
    assert "{{" not in outside
    assert "{%" not in outside


@given(st.text(max_size=60))
def test_nothing_drives_a_terminal_in_any_format(text: str) -> None:
    library = titled(text)

    for name, row in FORMATS.items():
        if name not in ("bibtex-full", "keys", "json", "tsv", "csv", "cff"):
            assert not CONTROLS.search(row.write(library, ME)), name


def test_pages_for_jekyll_hold_no_liquid() -> None:
    files = TREES["academicpages"].files(HOSTILE, ME, {})

    assert [path for path, text in files.items() if "{{" in text or "{%" in text or "<script" in text] == []


def test_the_documents_compile_and_show_the_title(long: bool, tmp_path: Path) -> None:
    if not long or shutil.which("pdflatex") is None:
        pytest.skip("compiled with --long, where LaTeX is")
    import pypdf

    for name, library in (("plain", publications()), ("hostile", HOSTILE)):
        (tmp_path / f"{name}.tex").write_text(FORMATS["latex"].write(library, ME), "utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout[-2000:]

    pages = pypdf.PdfReader(tmp_path / "hostile.pdf").pages
    shown = "".join("".join(page.extract_text() for page in pages).split())
    assert "<script>alert(1)</script>*a*_b_[c](d)|" in shown
    assert "{{site.x}}{%raw%}" in shown


def test_a_browser_shows_the_title_and_runs_nothing(long: bool, tmp_path: Path) -> None:
    if not long or shutil.which("chromium") is None:
        pytest.skip("looked at with --long, where Chromium is")
    (tmp_path / "page.html").write_text(FORMATS["html"].write(HOSTILE, ME), "utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--enable-logging=stderr", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]

    done = subprocess.run(
        [*command, (tmp_path / "page.html").as_uri()],
        capture_output=True,
        timeout=120,
        check=False,
        text=True,
    )

    page = Page(done.stdout)
    assert {"img", "svg", "b"}.isdisjoint(tag for tag, _ in page.elements)
    assert "<script>alert(1)</script> *a* _b_ [c](d)" in "".join(page.shown)
    assert ("div", {"class": "search", "role": "search"}) in page.elements  # our own script ran
    assert "CONSOLE" not in done.stderr
