"""Detection: the publication section of a hand-written page, its items, and the pages that a theme writes."""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubcli.errors import ConflictError, NotFoundError, PubcliError
from pubcli.pages import (
    Item,
    checksum,
    find_region,
    find_section,
    find_sections,
    kind_of,
    pieces,
    with_markers,
    with_region,
)

PAGES = Path(__file__).parent / "data" / "pages"
with (PAGES / "expected.tsv").open(encoding="utf-8", newline="") as table:
    EXPECTED = {row["page"]: row for row in csv.DictReader(table, delimiter="\t")}


def read(name: str) -> str:
    return (PAGES / name).read_bytes().decode("utf-8")


def test_every_page_has_an_expectation() -> None:
    pages = {path.name for path in PAGES.iterdir() if path.suffix != ".tsv"}

    assert pages == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_section_and_its_items_are_found(name: str) -> None:
    page = read(name)

    found = find_section(page, path=name)

    commented = sum(item.commented for item in found.items)
    figures = (found.heading_line, found.first_line, found.last_line, found.references, commented)
    row = EXPECTED[name]
    assert figures == tuple(int(row[c]) for c in ("heading", "first", "last", "items", "commented"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", EXPECTED)
def test_markers_add_two_lines_and_nothing_else(name: str, end: str) -> None:
    page = read(name).replace("\n", end)
    found = find_section(page, path=name)

    marked = with_markers(page, found, "selected", path=name)

    lines, before = marked.split(end), page.split(end)
    first, last = found.first_line, found.last_line
    assert lines[: first - 1] + lines[first : last + 1] + lines[last + 2 :] == before
    assert find_region(marked, "selected", path=name).text == page[found.start : found.end]
    assert str(found.first_line) in EXPECTED[name]["first"]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_marked_section_is_written_and_written_back(name: str) -> None:
    page = read(name)
    found = find_section(page, path=name)
    body = page[found.start : found.end]
    marked = with_markers(page, found, "selected", path=name, sum=checksum(body))

    written = with_region(marked, "selected", "one reference\n", path=name)
    back = with_region(written, "selected", body, path=name)

    assert back == marked


@pytest.mark.parametrize("name", EXPECTED)
def test_the_pieces_of_a_section_join_to_its_text(name: str) -> None:
    page = read(name)
    found = find_section(page, path=name)
    text = page[found.start : found.end]

    parts = pieces(text, kind_of(name))

    assert "".join(part if isinstance(part, str) else part.text for part in parts) == text
    texts = [part.text for part in parts if isinstance(part, Item) and not part.commented]
    assert texts == [item.text for item in found.items if not item.commented]


def test_the_seed_page_gets_its_markers_around_references_and_closing_link(seed: Path) -> None:
    page = (seed / "about.md").read_bytes().decode("utf-8")
    references = (seed / "selected-publications.md").read_text(encoding="utf-8").split("\n\n", 1)[1]

    found = find_section(page, path="about.md", me=["Qingrong Xia"])
    marked = with_markers(page, found, "selected", path="about.md")

    assert (found.heading, found.heading_line, found.references) == ("Selected Publications", 15, 3)
    assert marked == page.replace(
        references, f"<!-- pubcli:begin selected -->\n{references}<!-- pubcli:end selected -->\n"
    )


def test_a_section_at_the_end_of_a_page_without_last_line_end_keeps_it_so() -> None:
    page = "# Papers\n\n- Ada Quill, Bo Tamm. *Silence by numbers.* QUIET 2024."

    marked = with_markers(page, find_section(page, path="a.md"), "all", path="a.md")

    assert marked == (
        "# Papers\n\n<!-- pubcli:begin all -->\n- Ada Quill, Bo Tamm. *Silence by numbers.* QUIET 2024.\n"
        "<!-- pubcli:end all -->"
    )


REFERENCE = "- Ada Quill, Bo Tamm. *Silence by numbers.* QUIET 2024. [pdf](https://example.org/a.pdf)\n"
TWO = f"# Selected publications\n\n{REFERENCE}\n# Talks\n\n- none\n\n# All publications\n\n" + REFERENCE * 2


def test_two_sections_as_likely_are_not_guessed_between() -> None:
    with pytest.raises(ConflictError) as caught:
        find_section(TWO, path="a.md")

    assert caught.value.message == "a.md: 2 sections could be the publications"
    assert caught.value.detail == "lines 3 to 3: Selected publications\nlines 11 to 12: All publications"


@pytest.mark.parametrize("heading", ["all pub", "9", 9])
def test_a_heading_chooses_between_sections(heading: str | int) -> None:
    found = find_section(TWO, path="a.md", heading=heading)

    assert (found.heading_line, found.first_line, found.last_line) == (9, 11, 12)


def test_the_section_that_names_me_is_preferred() -> None:
    page = TWO.replace(REFERENCE * 2, "- Cy Orr. *Loudness by letters, at last.* LOUD 2022.\n")

    found = find_sections(page, path="a.md", me=["Cy Orr"])

    assert [section.heading for section in found] == ["All publications"]


@pytest.mark.parametrize(
    "page",
    [
        "# About\n\nI study silence.\n\n# Teaching\n\n- Phonetics\n",
        "# Publications\n\nComing soon.\n\n# Teaching\n\n- Phonetics\n",
        "",
        "\ufeff",
        "# News\n\n- 2024: a paper at QUIET 2024, with Bo Tamm, Cy Orr. [pdf](https://example.org/a.pdf)\n",
    ],
)
def test_a_page_without_publications_has_no_section(page: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        find_section(page, path="a.md")

    assert caught.value.message == "a.md: no publication section found"


GENERATED = {
    "_pages/publications.md": (
        "---\ntitle: Publications\n---\n{% for post in site.publications reversed %}\n"
        "  {% include archive-single.html %}\n{% endfor %}\n",
        "_publications/*.md",
    ),
    "_pages/publications.html": ("<div>\n{% bibliography -f papers %}\n</div>\n", "_bibliography/papers.bib"),
    "publications.md": (
        "# Publications\n\n{%- bibliography --query @*[selected=true] -%}\n",
        "_bibliography/papers.bib",
    ),
    "_pages/about.md": (
        "# Hi\n\n{% include_relative includes/news.md %}\n{% include_relative includes/pub.md %}\n",
        "_pages/includes/pub.md",
    ),
    "_pages/al-folio.md": (
        "---\nlayout: about\nselected_papers: true\n---\nHi, I study silence.\n",
        "_bibliography/papers.bib",
    ),
    "index.md": (
        "## Publications\n\n{% assign pubs = site.data.publications %}\n{% for p in pubs %}\n"
        "- **{{ p.title }}**, {{ p.authors }}, *{{ p.venue }}*, 2024 [pdf](https://arxiv.org/{{ p.id }})\n"
        "{% endfor %}\n",
        "_data/publications.yml",
    ),
    "content/home.md": ("# Papers\n\n{{< publications >}}\n", "content/publication/*/index.md"),
    "bibbase.html": (
        '<h2>Papers</h2><script src="https://bibbase.org/show?bib=https%3A%2F%2Fexample.org%2Fme.bib"></script>\n',
        "https://example.org/me.bib",
    ),
    "cv.tex": (
        "\\addbibresource{me.bib}\n\\section{Publications}\n\\nocite{*}\n\\printbibliography[heading=none]\n",
        "me.bib",
    ),
    "old.tex": (
        "\\section{Publications}\n\\nocite{*}\n\\bibliography{mine, ours}\n",
        "mine.bib and ours.bib",
    ),
    "main.tex": (
        "\\documentclass{cv}\n\\input{cv/education}\n\\input{cv/publications}\n",
        "cv/publications.tex",
    ),
}


@pytest.mark.parametrize("path", GENERATED)
def test_a_generated_page_is_refused_with_the_file_to_edit(path: str) -> None:
    page, source = GENERATED[path]

    with pytest.raises(ConflictError) as caught:
        find_section(page, path=path)

    assert (caught.value.message, caught.value.hint) == (
        f"{path}: its publications are made from {source}",
        f"edit {source}",
    )


def test_what_generates_a_page_only_in_a_comment_does_not_count() -> None:
    page = f"# Publications\n\n<!-- {{% bibliography %}} -->\n{REFERENCE}\n{{% include pub-footer.html %}}\n"

    found = find_section(page, path="a.md")

    assert (found.first_line, found.references) == (4, 1)


def test_a_library_is_no_page() -> None:
    with pytest.raises(ConflictError) as caught:
        find_section("@article{a, title={Silence}, year={2024}}\n", path="papers.bib")

    assert "papers.bib itself, which is no page but a library" in caught.value.message


LINES = [
    "# Publications",
    "## 2024",
    "# Teaching",
    "---",
    "",
    "  ",
    "<div class='box'>",
    "</div>",
    "<ul>",
    "</ul>",
]
LINES += [
    "<li>" + REFERENCE.strip("- \n"),
    REFERENCE.strip(),
    "  - nested",
    "Bo Tamm, Ada Quill",
    "| a | b |",
    "```",
]
LINES += [
    "<!--",
    "-->",
    "\\section{Papers}",
    "\\begin{itemize}",
    "\\item A. Quill, B. Tamm. Silence. QUIET 2024.",
]
LINES += [
    "\\end{itemize}",
    "% x",
    "<h2>Papers</h2>",
    "<table><tr><td>",
    "</td></tr></table>",
    "{% raw %}",
    "    x",
]


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(st.sampled_from(LINES), max_size=16),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    suffix=st.sampled_from(["md", "html", "tex"]),
)
def test_whatever_the_page_markers_change_no_line_of_it(lines: list[str], end: str, suffix: str) -> None:
    page, path = end.join(lines), f"page.{suffix}"

    parts = pieces(page, kind_of(path))
    try:
        found = find_section(page, path=path)
        marked = with_markers(page, found, "x", path=path).split(end if end in page else "\n")
    except PubcliError:
        return

    assert "".join(part if isinstance(part, str) else part.text for part in parts) == page
    first, last = found.first_line, found.last_line
    assert marked[: first - 1] + marked[first : last + 1] + marked[last + 2 :] == lines
    assert all(found.start <= item.start < item.end <= found.end for item in found.items)


HARD = [
    "<!--",
    "```\n",
    "`a ",
    "<pre>",
    "    x\n\n",
    "<div>\n",
    "<div class='a'>\n",
    "<table><tr><td>",
    "<ul><li>",
]
HARD += [
    "> ",
    "- a, b 2020\n",
    "  - a\n",
    "\\begin{itemize}\\item ",
    "{",
    "\\section{Papers}\n",
    "\\cventry{",
]
HARD += [
    "% \\item A. Quill, B. Tamm. QUIET 2024\n",
    "# Others\n",
    "## 2020\n" + REFERENCE,
    "<h2>Research</h2>\n",
]
HARD += [
    "**Papers**\n\n",
    "<br><br>A. Quill, B. Tamm. QUIET 2024",
    "2020 - - - ",
    "| a | b |\n",
    "](",
    "*",
    "A. B. ",
]
HARD += ["<!-- - A. Quill, B. Tamm. QUIET 2024 -->\n", "<!-- x ", "{%", "\\subsub", "a", "\r"]


@pytest.mark.parametrize("suffix", ["md", "html", "tex"])
@pytest.mark.parametrize("piece", HARD)
def test_no_page_takes_long_to_take_apart(piece: str, suffix: str, long: bool) -> None:
    size = 100_000 if long else 30_000
    page = f"# Papers\n<h2>Papers</h2>\n\\section{{Papers}}\n{REFERENCE}" + piece * (size // len(piece))

    started = time.process_time()
    try:
        find_section(page, path=f"page.{suffix}")
    except PubcliError as error:
        assert error.message
    taken = time.process_time() - started

    assert taken < 3


def test_a_section_that_is_a_region_already_is_not_marked_again() -> None:
    page = f"# Papers\n\n{REFERENCE}"
    marked = with_markers(page, find_section(page, path="a.md"), "all", path="a.md")

    with pytest.raises(ConflictError) as caught:
        with_markers(marked, find_section(marked, path="a.md"), "other", path="a.md")

    assert caught.value.message == "a.md:3: the page has the region 'all' already"


def test_a_section_that_leaves_a_comment_open_is_not_marked() -> None:
    page = f"# Papers\n\n{REFERENCE}<!-- the rest is hidden\n"
    found = find_section(page, path="a.md")

    with pytest.raises(ConflictError) as caught:
        with_markers(page, replace(found, last_line=4, end=len(page)), "all", path="a.md")

    assert caught.value.message == "a.md:3: markers would not count here"
