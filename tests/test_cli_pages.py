"""Pages from the command line: the section printed, markers placed, regions rewritten, hands respected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import Shell

ROOT = Path(__file__).parents[1]
SECTION = (ROOT / "tests" / "golden" / "selected-publications.md").read_text("utf-8")

# A home page around the section, as such pages are: front matter, prose, a rule, another section.
BEFORE = """\
---
permalink: /
title: ""
---
**Qingrong Xia** is a researcher.

"""
AFTER = """
---
### **Education**

* **A university** <small>Ph.D.</small>"""
PAGE = BEFORE + SECTION + AFTER
BODY = SECTION.split("\n\n", 1)[1]


@pytest.fixture
def shell(pubcli: Shell) -> Shell:
    """A checkout: the shipped library, its settings, and a home page."""
    shutil.copy(ROOT / "library.bib", pubcli.folder)
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    pubcli.write(
        "pyproject.toml", "[tool.pubcli]\n" + settings.split("[tool.pubcli]\n")[1].split("\n[")[0] + "\n"
    )
    pubcli.write("about.md", PAGE)
    return pubcli


def test_export_prints_the_selected_publications_byte_for_byte(shell: Shell) -> None:
    outcome = shell("export")

    assert outcome == outcome.__class__(0, SECTION, "")


def test_adopt_adds_two_marker_lines_and_nothing_else(shell: Shell) -> None:
    outcome = shell("adopt", "about.md", "--yes")

    text = shell.read("about.md")
    lines = [line for line in text.splitlines(keepends=True) if "pubcli:" not in line]
    assert outcome.code == 0
    assert "lines 9 to 21: 3 references" in outcome.err
    assert "".join(lines) == PAGE
    assert f"<!-- pubcli:begin selected -->\n{BODY}<!-- pubcli:end selected sum=" in text
    assert shell.read("pyproject.toml").endswith(
        '[[tool.pubcli.page]]\npath = "about.md"\nregion = "selected"\n'
    )


def test_after_adopting_update_has_nothing_to_do(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    adopted = shell.read("about.md")

    updated, checked = shell("update"), shell("update", "--check")

    assert (updated.code, updated.err) == (0, "nothing to do\n")
    assert (checked.code, checked.out) == (0, "")
    assert shell.read("about.md") == adopted


def test_adopting_twice_changes_nothing(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    adopted = shell.read("about.md"), shell.read("pyproject.toml")

    outcome = shell("adopt", "about.md", "--yes")

    assert outcome.code == 0
    assert (shell.read("about.md"), shell.read("pyproject.toml")) == adopted


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_update_rewrites_what_changed_and_leaves_the_rest(shell: Shell, line_end: str) -> None:
    page = PAGE.replace("\n", line_end)
    shell.write("about.md", page)
    shell("adopt", "about.md", "--yes")
    adopted = shell.read("about.md")
    shell("tag", "zhou", "-t", "Parsing")

    stale = shell("update", "--check")
    updated = shell("update")

    after = shell.read("about.md")
    assert stale.code == 1
    assert "+* **Fast and Accurate" in stale.out
    assert updated.err == "Updated 1 page\n"
    assert _without_markers(after) == page.replace(
        "<small>[NLP / Semantic Analysis]</small>",
        "<small>[NLP / Semantic Analysis]</small> <small>[Parsing]</small>",
    )
    assert shell("update").err == "nothing to do\n"
    shell("undo")
    assert shell.read("about.md") == adopted


def test_a_region_edited_by_hand_is_refused_until_forced(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    edited = shell.read("about.md").replace("Best Paper Award", "Best Paper")
    shell.write("about.md", edited)

    refused, checked = shell("update"), shell("update", "--check")
    unchanged = shell.read("about.md")
    forced = shell("update", "--force")

    assert (refused.code, checked.code, forced.code) == (5, 5, 0)
    assert "edited by hand" in refused.err
    assert "+* **Fast and Accurate" in refused.err
    assert "--force" in refused.err
    assert unchanged == edited
    assert _without_markers(shell.read("about.md")) == PAGE


def test_a_region_is_not_emptied_silently(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    for key in ("gao", "xiao", "zhou"):
        shell("select", key, "--remove")
    before = shell.read("about.md")

    outcome = shell("update")

    assert outcome.code == 5
    assert shell.read("about.md") == before


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        ("", "<!-- pubcli:end selected -->", 3),
        ("<!-- pubcli:begin selected -->", "", 3),
        ("<!-- pubcli:end selected -->", "<!-- pubcli:begin selected -->", 4),
        ("<!-- pubcli:begin selected -->\n<!-- pubcli:begin selected -->", "<!-- pubcli:end selected -->", 4),
        ("```\n<!-- pubcli:begin selected -->", "<!-- pubcli:end selected -->\n```", 3),
        ("<!--\n<!-- pubcli:begin selected -->", "", 3),
    ],
)
def test_markers_that_cannot_be_used_are_named(shell: Shell, begin: str, end: str, code: int) -> None:
    page = f"# Me\n\n{begin}\n* old\n{end}\n"
    shell.write("about.md", page)
    shell.write("pubcli.toml", 'me = "Qingrong Xia"\nscholar = "_A4Y3PQAAAAJ"\n[[page]]\npath = "about.md"\n')

    outcome = shell("update")

    assert outcome.code == code
    assert "about.md" in outcome.err
    assert shell.read("about.md") == page


def test_several_pages_are_written_all_or_none(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    shell.write("cv.md", "# CV\n\n<!-- pubcli:begin all -->\nby hand\n<!-- pubcli:end all -->\n")
    settings = (
        shell.read("pyproject.toml") + '\n[[tool.pubcli.page]]\npath = "cv.md"\nregion = "all"\nquery = ""\n'
    )
    shell.write("pyproject.toml", settings)
    shell("tag", "zhou", "-t", "Parsing")
    before = shell.read("about.md"), shell.read("cv.md")

    refused = shell("update")
    after_refusal = shell.read("about.md"), shell.read("cv.md")
    forced = shell("update", "--force")

    assert refused.code == 5
    assert after_refusal == before
    assert forced.err == "Updated 2 pages\n"
    assert "[Parsing]" in shell.read("about.md")
    assert "xDeepServe" in shell.read("cv.md")


def test_export_prints_a_region_as_it_stands_in_the_page(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")

    outcome = shell("export", "selected")

    assert outcome.out == BODY


def test_export_writes_a_file_through_the_plan(shell: Shell) -> None:
    shown = shell("export", "-o", "list.md", "--dry-run")
    missing = not (shell.folder / "list.md").exists()
    shell("export", "-o", "list.md")
    written = shell.read("list.md")
    shell("undo")

    assert shown.out.startswith("--- /dev/null\n+++ list.md\n")
    assert missing
    assert written == SECTION
    assert not (shell.folder / "list.md").exists()


def test_a_region_has_groups_numbers_intro_and_footer_of_its_own(shell: Shell) -> None:
    shell.write("cv.md", "<!-- pubcli:begin all -->\n<!-- pubcli:end all -->\n")
    shell.write(
        "pubcli.toml",
        'me = "Qingrong Xia"\n[[page]]\npath = "cv.md"\nregion = "all"\n'
        'group = "year"\ngroup_heading = "#### In {}"\nnumbering = "down"\nlimit = 2\n'
        'intro = "Newest first."\nfooter = "*More on request.*"\n'
        'template = "{number}. {title}"\n',
    )

    outcome = shell("export", "all")

    assert outcome.out == (
        "Newest first.\n\n#### In 2025\n\n2. Multi-Branch Self-Drafting for LLM Inference Acceleration\n"
        "1. xDeepServe: Model-as-a-Service on Huawei CloudMatrix384\n\n*More on request.*\n"
    )


def test_formats_hold_all_publications_and_templates_show_samples(shell: Shell) -> None:
    shell("select", "zhou", "--remove")

    bibtex, selected = (
        shell("export", "--format", "bibtex"),
        shell("export", "--format", "keys", "-q", "selected"),
    )
    templates, formats = shell("export", "--list-templates"), shell("export", "--list-formats")

    assert bibtex.out.count("\n@") + 1 == 3
    assert selected.out.split() == ["gao2025multi", "xiao2025xdeepserve"]
    assert "md-line: one line" in templates.out
    assert "csl-json" in formats.out


def test_a_sites_files_are_written_below_its_folder_and_taken_back(shell: Shell) -> None:
    refused = shell("export", "--format", "academicpages")
    shown = shell("export", "--format", "academicpages", "-o", "site", "--dry-run")
    written = shell("export", "--format", "academicpages", "-o", "site")
    again = shell("export", "--format", "academicpages", "-o", "site")
    files = sorted(path.name for path in (shell.folder / "site" / "_publications").iterdir())
    shell("undo")

    assert (refused.code, shown.code, written.code) == (2, 0, 0)
    assert "+++ site/_publications/" in shown.out
    assert len(files) == 3
    assert again.err == "nothing to do\n"
    assert not list((shell.folder / "site").rglob("*.md"))


def test_a_csl_style_that_is_missing_is_named(shell: Shell) -> None:
    outcome = shell("export", "--style", "apa.csl")

    assert (outcome.code, outcome.err.splitlines()[0]) == (3, "pubcli: there is no style apa.csl")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["update", "nowhere.md"], 3, "no page is configured"),
        (["adopt", "nowhere.md", "--yes"], 3, "there is no page nowhere.md"),
        (["adopt", "about.md"], 5, "Take over about.md?"),
        (["export", "nowhere"], 3, "no configured page has a region 'nowhere'"),
        (["export", "--template", "acadmicpages"], 2, "there is no template 'acadmicpages'"),
        (["export", "--template", "{titel}"], 2, "titel"),
        (["export", "--format", "jsn"], 2, "there is no format 'jsn'"),
    ],
)
def test_bad_input_gets_one_line_one_hint_and_its_exit_code(
    shell: Shell, arguments: list[str], code: int, message: str
) -> None:
    outcome = shell(*arguments)

    assert (outcome.code, outcome.out) == (code, "")
    assert message in outcome.err
    assert "\n  hint: " in outcome.err
    assert shell.read("about.md") == PAGE


def test_the_page_that_everything_began_with_is_adopted_and_unchanged(pubcli: Shell, seed: Path) -> None:
    page = (seed / "about.md").read_text("utf-8")
    shutil.copy(ROOT / "library.bib", pubcli.folder)
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    pubcli.write(
        "pyproject.toml", "[tool.pubcli]\n" + settings.split("[tool.pubcli]\n")[1].split("\n[")[0] + "\n"
    )
    pubcli.write("about.md", page)

    adopted, updated = pubcli("adopt", "about.md", "--yes"), pubcli("update")

    assert (adopted.code, updated.code, updated.err) == (0, 0, "nothing to do\n")
    assert _without_markers(pubcli.read("about.md")) == page


def _without_markers(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if "pubcli:" not in line)


@pytest.mark.parametrize(
    ("name", "begins"), [("cv.ltx", "\\item "), ("cv.tex", "\\item "), ("cv.md", "* **")]
)
def test_a_page_gets_references_in_its_own_language(shell: Shell, name: str, begins: str) -> None:
    shell.write("pubcli.toml", f'me = "Qingrong Xia"\n[[page]]\npath = "{name}"\n')

    outcome = shell("export", "selected")

    assert outcome.out.startswith(begins)
