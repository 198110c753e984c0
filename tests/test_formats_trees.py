"""The theme trees beside files that are there already: what is ours is brought up to date, the rest stays."""

from __future__ import annotations

import pytest

from pubcli.bibtex.bibfile import BibFile
from pubcli.errors import UnreadableError
from pubcli.publication import Publication
from pubcli.render.formats import TREES, Setting
from tests.formats_library import HOSTILE, ME, publications

PAPERS = """---
---
% my papers
@string{aaa = {A}}

@article{grue2023quiet,
  abbr     = "JST",
  title    = {Loud Algorithms},
  author   = {Grue, Ada B. and Lind, {\\AA}sa},
  year     = 2023,
  month    = nov,
  selected = {true},
  preview  = {quiet.png}
}

@misc{other, title = {Not in the Library}}
"""

HUGO = """---
# made by hand
title: 'Quiet Algorithms'
summary: |
  A summary.

  title: not a key
authors:
- ada
- asa
# my own
featured: true
hugoblox:
  theme: dark
  ids:
    pmid: 7
links:
  - type: pdf
    url: old.pdf
---

The page's own text.
"""

POST = """---
title: Quiet Algorithms
collection: publications
permalink: /mine/quiet
excerpt: 'My excerpt.'
date: 2023-11-01
---
Text with {% raw %}Liquid{% endraw %}.
"""

QUIET = [publication for publication in publications() if publication.key == "grue2023quiet"]


def test_al_folio_entries_are_changed_field_by_field() -> None:
    files = TREES["al-folio"].files(QUIET, ME, {"_bibliography/papers.bib": PAPERS})

    assert files == {
        "_bibliography/papers.bib": PAPERS.replace("Loud", "Quiet")
        .replace("  selected = {true},\n", "")
        .replace(
            "  preview  = {quiet.png}\n",
            "  preview  = {quiet.png},\n"
            "  journal  = {Journal of Small Things},\n"
            "  volume   = 7,\n"
            "  number   = 2,\n"
            "  pages    = {101--130},\n"
            "  url      = {https://example.org/quiet},\n"
            "  note     = {Invited},\n"
            "  html     = {https://example.org/quiet}\n",
        )
    }


def test_a_hugo_page_keeps_every_key_that_is_not_ours() -> None:
    path = "content/publication/my-quiet-one/index.md"

    files = TREES["hugo"].files(QUIET, ME, {path: HUGO})

    assert (
        files[path]
        == """---
# made by hand
title: 'Quiet Algorithms'
summary: |
  A summary.

  title: not a key
authors:
  - "Ada B. Grue"
  - "Åsa Lind"
# my own
featured: false
hugoblox:
  theme: dark
  ids:
    pmid: 7
links:
  - type: source
    url: "https://example.org/quiet"
date: 2023-11-01
publication_types:
  - "article-journal"
publication: "Journal of Small Things"
---

The page's own text.
"""
    )
    assert sorted(files) == ["content/publication/my-quiet-one/cite.bib", path]


def test_a_doi_goes_in_beside_the_other_identifiers_and_is_known_again() -> None:
    deep = publications()[:1]
    path = "content/publications/x/index.md"
    page = HUGO.replace("Quiet Algorithms", "Renamed since").replace(
        "pmid: 7", 'doi: "10.5555/SAL.2024.7"\n    pmid: 7'
    )

    files = TREES["hugo"].files(deep, ME, {path: page})

    assert sorted(files) == ["content/publications/x/cite.bib", path]
    assert '  ids:\n    doi: "10.5555/sal.2024.7"\n    pmid: 7\n' in files[path]


def test_a_doi_is_put_below_the_identifiers_that_are_there() -> None:
    path = "content/publications/lind2024deep/index.md"

    files = TREES["hugo"].files(publications()[:1], ME, {path: HUGO})

    assert '  ids:\n    doi: "10.5555/sal.2024.7"\n    pmid: 7\n' in files[path]


def test_an_academicpages_post_keeps_its_address_and_its_text() -> None:
    path = "_publications/2023-11-01-quiet.md"

    files = TREES["academicpages"].files(QUIET, ME, {path: POST})

    assert files == {
        path: """---
title: Quiet Algorithms
collection: publications
permalink: /mine/quiet
excerpt: 'My excerpt.'
date: 2023-11-01
category: manuscripts
venue: "Journal of Small Things"
paperurl: "https://example.org/quiet"
citation: CITATION
---
Text with {% raw %}Liquid{% endraw %}.
""".replace(
            "CITATION",
            '"Grue, A. B. & <b>Lind, Å.</b> (2023). &quot;Quiet Algorithms.&quot; '
            '<i>Journal of Small Things</i>."',
        )
    }


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("library", [publications(), HOSTILE], ids=["plain", "hostile"])
def test_a_tree_planned_twice_is_the_same_tree(name: str, library: list[Publication]) -> None:
    first = TREES[name].files(library, ME, {})

    second = TREES[name].files(library, ME, first)

    assert second == first


def test_line_ends_of_a_page_stay() -> None:
    path = "_publications/2023-11-01-quiet.md"

    files = TREES["academicpages"].files(QUIET, ME, {path: POST.replace("\n", "\r\n")})

    assert files[path].count("\n") == files[path].count("\r\n")


def test_front_matter_of_another_language_is_refused() -> None:
    path = "content/publications/grue2023quiet/index.md"

    with pytest.raises(UnreadableError, match="is not YAML"):
        TREES["hugo"].files(QUIET, ME, {path: '+++\ntitle = "Quiet"\n+++\n'})


def test_two_pages_about_one_publication_are_named() -> None:
    there = {f"_publications/{name}.md": POST for name in ("a", "b")}

    with pytest.raises(UnreadableError, match=r"_publications/a\.md and _publications/b\.md"):
        TREES["academicpages"].files(QUIET, ME, there)


def test_no_key_leads_out_of_the_folder() -> None:
    keys = ("../../etc/passwd", "/abs", "a/b", "..", "A", "a", "con.", "")
    library = [Publication(key, "misc", {"title": f"Title {key}"}) for key in keys]

    paths = list(TREES["hugo"].files(library, Setting(), {}))

    assert sorted({path.split("/")[2] for path in paths}) == [
        "A", "a-2", "a-b", "abs", "con", "etc-passwd", "publication", "publication-2",
    ]  # fmt: skip
    assert all(path.count("/") == 3 for path in paths)


def test_al_folio_gets_no_address_that_must_not_be_linked() -> None:
    files = TREES["al-folio"].files(HOSTILE, ME, {})

    entry = BibFile.parse(files["_bibliography/papers.bib"]).entries[0]
    fields = {field.name for field in entry.fields}
    assert fields & {"url", "pdf", "slides"} == set()
    assert {"code", "website"} <= fields
