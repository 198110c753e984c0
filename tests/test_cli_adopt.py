"""`adopt` over hand-written pages: read into the library, kept to the byte, brought up to date in place."""

from __future__ import annotations

import pytest

from pubcli.web import SERVICES
from tests.conftest import Shell
from tests.servers import serve

LIST = """\
### 2024

- `ACL 2024` [Looms that Weave Themselves](https://arxiv.org/abs/2401.00001), **Ada Hopper**\\*, Bo Nakamura. [[Code](https://example.org/looms)]
- `NeurIPS 2024` [What Shuttles Know about Threads](https://arxiv.org/abs/2402.00002), Bo Nakamura, **Ada Hopper**, et al. [[Code](https://example.org/shuttles)]

### 2023

- `ICML 2023` <span style="color:red">(Oral)</span> [Punched Cards Revisited at Scale](https://arxiv.org/abs/2303.00003), Cy Dubois, **Ada Hopper** and Bo Nakamura.
- A note that is no reference.
- `AAAI` [A Study of Warp and Weft](https://arxiv.org/abs/2304.00004), **Ada Hopper**, Cy Dubois.
"""  # noqa: E501
PAGE = f"---\ntitle: Ada\n---\n# Publications\n\n{LIST}\n# Teaching\n\nLooms 101\n"
ITEM = """\
  <tr><td><img src="{key}.png"></td><td>
    <a href="https://example.org/{key}.pdf"><span class="papertitle">{title}</span></a><br>
    <a href="https://example.org/bo">Bo Nakamura</a>, <strong>Ada Hopper</strong>,
    Cy Dubois<br>
    <em>{venue}</em>, {year} <a href="https://example.org/{key}/code">code</a>
    <p>We weave and weave, and then we weave again.</p>
  </td></tr>
"""


@pytest.fixture
def shell(pubcli: Shell) -> Shell:
    """A folder with an empty library, and settings that say who I am."""
    pubcli.write("pubcli.toml", 'library = "library.bib"\nme = ["Ada Hopper"]\n')
    pubcli.write("library.bib", "")
    pubcli.write("about.md", PAGE)
    return pubcli


def without_markers(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if "pubcli:" not in line)


def test_a_page_is_read_into_the_library_and_keeps_every_byte(shell: Shell) -> None:
    outcome = shell("adopt", "about.md", "--yes")

    library = shell.read("library.bib")
    assert outcome.code == 0
    assert "4 read exactly" in outcome.err
    assert without_markers(shell.read("about.md")) == PAGE
    assert library.count("@") == 4
    assert "author = {Bo Nakamura and Ada Hopper and others}" in library
    assert "title = {Punched Cards Revisited at Scale}" in library
    assert "keep = true" in shell.read("pubcli.toml")


def test_after_adopting_update_has_nothing_to_do(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")

    updated, checked = shell("update"), shell("update", "--check")

    assert (updated.code, updated.err) == (0, "nothing to do\n")
    assert (checked.code, checked.out) == (0, "")


def test_a_year_that_only_a_heading_tells_is_read(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")

    shown = shell("list", "--format", "tsv", "title:warp")

    assert "2023" in shown.out


def test_a_changed_title_is_written_in_its_place_and_nothing_else(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    key = next(line for line in shell("list", "--format", "keys", "title:shuttles").out.split())

    shell("set", key, "title=What Shuttles Know")
    updated = shell("update")

    expected = PAGE.replace("What Shuttles Know about Threads", "What Shuttles Know")
    assert updated.err == "Updated 1 page\n"
    assert without_markers(shell.read("about.md")) == expected
    assert shell("update").err == "nothing to do\n"


def test_a_new_publication_is_put_before_the_first_older_one(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")

    shell("add", "--title", "Bobbins", "--author", "Ada Hopper", "--venue", "ACL", "--year", "2025")
    shell("update")

    text = without_markers(shell.read("about.md"))
    places = [text.index(words) for words in ("### 2025", "Bobbins", "### 2024", "Looms that Weave")]
    assert places == sorted(places)
    assert text.count("- ") == PAGE.count("- ") + 1
    assert shell("update").err == "nothing to do\n"


def test_a_removed_publication_leaves_the_page(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    key = shell("list", "--format", "keys", "title:shuttles").out.strip()

    shell("remove", key, "--yes")
    shell("update")

    text = without_markers(shell.read("about.md"))
    assert "Shuttles" not in text
    assert "A note that is no reference." in text


def test_a_dry_run_writes_nothing_and_undo_takes_everything_back(shell: Shell) -> None:
    before = {name: shell.read(name) for name in ("about.md", "library.bib", "pubcli.toml")}

    dry = shell("adopt", "about.md", "--dry-run")
    after_dry = {name: shell.read(name) for name in before}
    shell("adopt", "about.md", "--yes")
    undone = shell("undo")

    assert (dry.code, undone.code) == (0, 0)
    assert "+<!-- pubcli:begin selected -->" in dry.out
    assert after_dry == before
    assert {name: shell.read(name) for name in before} == before


def test_without_consent_nothing_is_written(shell: Shell) -> None:
    outcome = shell("adopt", "about.md")

    assert outcome.code == 5
    assert shell.read("about.md") == PAGE
    assert shell.read("library.bib") == ""


def test_a_page_of_somebody_else_is_asked_about(shell: Shell) -> None:
    shell.write("pubcli.toml", 'library = "library.bib"\nme = ["Zoe Quill"]\n')

    outcome = shell("adopt", "about.md")

    assert outcome.code == 5
    assert "Only 1 of 4 references name Zoe Quill" in outcome.err
    assert shell.read("about.md") == PAGE


def test_what_is_in_the_library_already_is_not_added_again(shell: Shell) -> None:
    shell.write(
        "library.bib",
        "@inproceedings{hopper2024looms,\n  title = {Looms that Weave Themselves},\n"
        "  author = {Ada Hopper and Bo Nakamura},\n  booktitle = {ACL},\n  year = {2024},\n}\n",
    )

    shell("adopt", "about.md", "--yes")
    updated = shell("update")

    assert shell.read("library.bib").count("Looms that Weave") == 1
    assert shell.read("library.bib").count("@") == 4
    assert updated.err == "nothing to do\n"
    assert without_markers(shell.read("about.md")) == PAGE


def test_other_publications_of_the_library_stay_off_the_page(shell: Shell) -> None:
    shell.write(
        "library.bib",
        "@misc{old,\n  title = {An Unrelated Thing},\n  author = {Ada Hopper},\n  year = {1999},\n}\n",
    )

    shell("adopt", "about.md", "--yes")
    updated = shell("update")

    assert updated.err == "nothing to do\n"
    assert "Unrelated" not in shell.read("about.md")


def test_a_library_that_says_otherwise_is_refused_with_a_diff(shell: Shell) -> None:
    shell.write(
        "library.bib",
        "@inproceedings{hopper2025looms,\n  title = {Looms that Weave Themselves},\n"
        "  author = {Ada Hopper and Bo Nakamura},\n  booktitle = {ACL},\n  year = {2025},\n}\n",
    )

    adopted = shell("adopt", "about.md", "--yes")
    refused = shell("update")
    forced = shell("update", "--force")

    assert adopted.code == 0
    assert refused.code == 5
    assert "+- `ACL 2025` [Looms" in refused.err
    assert forced.code == 0
    assert without_markers(shell.read("about.md")) == PAGE.replace("`ACL 2024`", "`ACL 2025`")


def test_items_in_comments_and_repeats_are_told(shell: Shell) -> None:
    first = LIST.splitlines()[2]
    hidden = "<!--\n- `ICLR 2020` [Spindles Old and New](https://arxiv.org/abs/2001.09), Ada Hopper.\n-->\n"
    shell.write(
        "about.md",
        PAGE.replace("### 2023\n", f"### 2023\n\n{first}\n").replace("# Teach", hidden + "# Teach"),
    )

    outcome = shell("adopt", "about.md", "--yes")

    assert "1 twice on the page" in outcome.err
    assert shell("update").err == "nothing to do\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_html_page_with_linked_names_is_kept_to_the_byte(shell: Shell, line_end: str) -> None:
    rows = "".join(
        ITEM.format(key=key, title=title, venue=venue, year=year)
        for key, title, venue, year in (
            ("a", "Spinning Jenny in Depth", "SIGGRAPH", 2024),
            ("b", "Carding Wool with Gradients", "CVPR", 2023),
            ("c", "Felt: A Fabric without Threads", "ICCV", 2021),
        )
    )
    page = f"<html><body>\n<h2>Publications</h2>\n<table>\n{rows}</table>\n</body></html>\n".replace(
        "\n", line_end
    )
    shell.write("index.html", page)

    outcome = shell("adopt", "index.html", "--region", "papers", "--yes")
    updated = shell("update")

    assert "3 read exactly" in outcome.err
    assert without_markers(shell.read("index.html")) == page
    assert updated.err == "nothing to do\n"
    assert shell.read("library.bib").count("Cy Dubois") == 3


def test_a_latex_page_is_kept_to_the_byte(shell: Shell) -> None:
    items = "".join(
        f"  \\item \\textit{{{title}}} \\\\\n    \\textbf{{Ada Hopper}}, Jos\\'e N\\'u\\~nez \\\\\n"
        f"    \\textit{{Conference on Looms}} (\\textbf{{LOOM}}), {year}\n"
        for title, year in (
            ("Warping 50\\% Faster", 2024),
            ("Notes on the Draw Boy", 2023),
            ("Heddles for All", 2022),
        )
    )
    page = f"\\section{{Publications}}\n\\begin{{itemize}}\n{items}\\end{{itemize}}\n"
    shell.write("cv.tex", page)

    outcome = shell("adopt", "cv.tex", "--yes")
    updated = shell("update")

    assert outcome.code == 0
    assert without_markers(shell.read("cv.tex")) == page
    assert updated.err == "nothing to do\n"
    assert "Warping 50\\% Faster" in shell.read("library.bib")


def test_online_an_entry_is_completed_and_the_page_stays(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = (
        "@misc{x, title={What Shuttles Know about Threads}, year={2024}, eprint={2402.00002},"
        " archivePrefix={arXiv}, primaryClass={cs.TX}, author={Bo Nakamura and Ada Hopper and Cy Dubois}}"
    )
    with serve() as server:
        for name, url in server.environ(*SERVICES).items():
            monkeypatch.setenv(name, url)
        server.answer("/arxiv/bibtex/2402.00002", answer)

        outcome = shell("adopt", "about.md", "--online", "--yes")

    library = shell.read("library.bib")
    assert outcome.code == 0
    assert "author = {Nakamura, Bo and Hopper, Ada and Dubois, Cy}" in library
    assert "primaryclass = {cs.TX}" in library
    assert "arXiv knows no 2401.00001" in outcome.err
    assert without_markers(shell.read("about.md")) == PAGE
    assert shell("update").err == "nothing to do\n"


def test_export_prints_a_kept_region_as_it_stands_on_the_page(shell: Shell) -> None:
    shell("adopt", "about.md", "--yes")
    page = shell.read("about.md")
    region = page.split("pubcli:begin selected -->\n")[1].split("<!-- pubcli:end")[0]

    exported, rewritten = shell("export", "selected"), shell("export", "selected", "--template", "{title}")

    assert "keep = true" in shell.read("pubcli.toml")
    assert exported.out == region
    assert rewritten.out != region
