"""References in a CSL style: through citeproc-py, where it is installed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pubcli.errors import UnreadableError, UsageError
from pubcli.markup import MARKUPS
from pubcli.publication import Publication
from pubcli.render.csl import styled
from pubcli.render.formats import FORMATS
from tests.formats_library import HOSTILE, ME, check_golden, publications

STYLE = (Path(__file__).parent / "data" / "formats" / "numbered.csl").read_text("utf-8")


@pytest.fixture
def citeproc() -> None:
    pytest.importorskip("citeproc")


@pytest.mark.usefixtures("citeproc")
def test_references_look_as_the_style_says_with_me_in_bold() -> None:
    lines = styled(publications()[:4], STYLE, MARKUPS["markdown"], ["Åsa Lind", "Ada B. Grue"])

    assert lines == [
        "**Lind, Å.**, K. von der Mühle Jr, Sample Lab, Oslo, and **A. B. Grue**. "
        "*Deep Parsing & 100% Recall: Å Study*. Proceedings of the 12th Symposium on Applied Letters, 2024. "
        "https://example.org/deep.pdf.",
        "**Grue, A. B.** and **Å. Lind**. *Quiet Algorithms*. Journal of Small Things **7**, 2023. "
        "https://example.org/quiet.",
        "**Lind, Å.** and 王小明. *Letters in 字母 and ≤ 3 Fonts*, 2025.",
        "**Grue, A. B.** *On Silence*, 2020.",
    ]


@pytest.mark.usefixtures("citeproc")
@pytest.mark.parametrize("name", MARKUPS)
def test_hostile_names_and_titles_are_escaped_in_every_language(name: str) -> None:
    lines = styled(HOSTILE, STYLE, MARKUPS[name], ["Åsa Lind"])

    check_golden(f"format-hostile-csl-{name}.txt", "".join(f"{line}\n" for line in lines))


@pytest.mark.usefixtures("citeproc")
@pytest.mark.parametrize("name", ["html", "latex", "text"])
def test_whole_documents_take_a_style(name: str) -> None:
    text = FORMATS[name].write(publications(), replace(ME, style=STYLE))

    check_golden(f"format-csl-{name}{FORMATS[name].suffix}", text)


@pytest.mark.usefixtures("citeproc")
@pytest.mark.parametrize(
    ("style", "message"),
    [
        ("no style", "cannot use this CSL style"),
        ("<html/>", "cannot use this CSL style"),
        ('<style><info><link rel="independent-parent"/></info></style>', "only points to another"),
    ],
)
def test_what_is_no_style_is_an_error(style: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        styled(publications(), style, MARKUPS["text"])


@pytest.mark.usefixtures("citeproc")
def test_private_characters_of_a_title_are_not_taken_for_marks() -> None:
    odd = [Publication("a", "misc", {"title": "A\ue0e2B\ue0e9C"})]

    lines = styled(odd, STYLE, MARKUPS["html"], ["Nobody"])

    assert lines == ["<em>ABC</em>."]


def test_without_citeproc_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "citeproc", None)

    with pytest.raises(UsageError) as error:
        styled(publications(), STYLE, MARKUPS["text"])

    assert error.value.hint == "pip install 'pubcli[csl]'"
