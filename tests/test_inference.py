"""Hand-written references taken apart, read where they stand, and a page's own template made of them."""

from __future__ import annotations

import time

import pytest

from pubcli.markup import HTML, LATEX, MARKDOWN, Markup
from pubcli.publication import Publication
from pubcli.template import Template
from pubcli.template.inference import infer_template
from pubcli.template.inplace import PartsRead, read_page, revised

LINES = [
    "- `ACL 2024` [Looms that Weave Themselves](https://example.org/a), **Ada Hopper**, Bo Nakamura.",
    "- `ICML 2023` [What Shuttles Know about Threads](https://example.org/b), Bo Nakamura, **Ada Hopper**.",
    "- `CVPR 2022` [A Study of Warp and Weft](https://example.org/c), **Ada Hopper**, Cy Dubois, Di Eng.",
]
STACKED = (
    "<li>\n  <b>Felt: A Fabric without Threads.</b><br>\n  Bo Nakamura*, <b>Ada Hopper</b>*, <br>\n"
    '  Cy Dubois<br>\n  <em>Proceedings of ICCV</em>, 2021 [<a href="f.pdf">pdf</a>]\n</li>'
)
CITED = (
    "- Hopper, A., **Nakamura, B.**, & Dubois, C. (2020). Bobbins and their uses. Journal of Looms, 12, 3."
)
LATEX_ITEM = (
    "\\item[3] \\textbf{Ada Hopper}, Jos\\'e N\\'u\\~nez, "
    "\\emph{Heddles \\& Reeds in Modern Mills}, Proc. of LOOM, 2019, pages 1-9"
)


def read_one(text: str, markup: Markup = MARKDOWN) -> PartsRead:
    (read,) = read_page([text], markup)
    assert read is not None
    return read


def told(read: PartsRead) -> tuple[str, list[str], str, int | None]:
    record = read.record
    names = [author.name.full for author in record.authors]
    return record.title, names, record.venue or record.abbr, record.year


@pytest.mark.parametrize(
    ("text", "markup", "expected"),
    [
        (LINES[0], MARKDOWN,
         ("Looms that Weave Themselves", ["Ada Hopper", "Bo Nakamura"], "ACL", 2024)),
        (STACKED, HTML,
         ("Felt: A Fabric without Threads", ["Bo Nakamura", "Ada Hopper", "Cy Dubois"],
          "Proceedings of ICCV", 2021)),
        (CITED, MARKDOWN,
         ("Bobbins and their uses", ["A. Hopper", "B. Nakamura", "C. Dubois"], "Journal of Looms", 2020)),
        (LATEX_ITEM, LATEX,
         ("Heddles & Reeds in Modern Mills", ["Ada Hopper", "José Núñez"], "Proc. of LOOM", 2019)),
    ],
    ids=["line", "stack", "citation", "latex"],
)  # fmt: skip
def test_title_authors_venue_and_year_are_found(
    text: str, markup: Markup, expected: tuple[str, list[str], str, int]
) -> None:
    read = read_one(text, markup)

    assert told(read) == expected


def test_a_reference_that_agrees_with_its_publication_is_left_alone() -> None:
    for text, markup in ((LINES[0], MARKDOWN), (STACKED, HTML), (LATEX_ITEM, LATEX)):
        read = read_one(text, markup)

        assert revised(read, read.record, markup) == text


def test_only_the_part_that_says_otherwise_is_written_anew() -> None:
    read = read_one(STACKED, HTML)
    changed = Publication("k", "inproceedings", {**read.record.fields, "year": "2022"})

    assert revised(read, changed, HTML) == STACKED.replace("2021", "2022")


def test_a_short_name_on_the_page_agrees_with_the_full_one_in_the_library() -> None:
    read = read_one(LINES[0])
    full = "Annual Meeting of the Association for Computational Linguistics"
    fields = {**read.record.fields, "booktitle": full}
    fields.pop("abbr")

    assert revised(read, Publication("k", "inproceedings", fields), MARKDOWN) == LINES[0]


def test_a_list_cut_on_the_page_agrees_with_the_whole_one() -> None:
    text = LINES[1].replace("**Ada Hopper**.", "**Ada Hopper**, et al.")
    read = read_one(text)
    whole = {**read.record.fields, "author": "Bo Nakamura and Ada Hopper and Cy Dubois"}

    assert revised(read, Publication("k", "inproceedings", whole), MARKDOWN) == text


def test_names_left_beside_the_authors_are_no_exact_reading() -> None:
    text = "- **Spools of Yarn**, Ada Hopper, Bo Nakamura, all the rest, Cy Dubois, Di Eng, ICML 2020"

    read = read_one(text)

    assert not read.exact
    assert read.why == "there are names besides"


def test_a_title_with_markup_in_it_is_read_whole_and_said_to_differ() -> None:
    read = read_one("- **How to Weave Fine Cloth on *Very* Slow Looms**, Ada Hopper, Bo Nakamura. ICML 2020.")

    assert read.record.title == "How to Weave Fine Cloth on Very Slow Looms"
    assert not read.exact
    assert revised(read, read.record, MARKDOWN) == read.text


def test_a_page_s_own_template_gives_its_references_back() -> None:
    reads = [read for read in read_page(LINES, MARKDOWN) if read]

    found = infer_template(reads, MARKDOWN)

    template = Template.parse(found.source, MARKDOWN)
    assert (found.exact, found.tried) == (3, 3)
    assert [template.render(read.record, mine=_ada(read)) for read in reads] == LINES


def test_words_and_links_that_vary_become_slots_and_groups_of_one_string() -> None:
    texts = [
        f"<p><img src='{key}.png' alt=\"{key}\">\n<b>{title}</b><br>\nAda Hopper, Bo Nakamura<br>\n"
        f'<em>ICML</em>, {year}, {place}. [<a href="{key}.pdf">pdf</a>]{more}</p>'
        for key, title, year, place, more in (
            ("warp", "Looms that Weave Themselves", 2024, "Vienna", ' [<a href="w.zip">code</a>]'),
            ("weft", "What Shuttles Know about Threads", 2023, "Lyon", ' [<a href="t.zip">code</a>]'),
            ("felt", "A Fabric without Threads", 2022, "Ulm", ""),
        )
    ]
    reads = [read for read in read_page(texts, HTML) if read]

    found = infer_template(reads, HTML)

    template = Template.parse(found.source, HTML)
    readings = [template.read(text) for text in texts]
    assert (found.exact, found.tried) == (3, 3)
    assert [reading and reading.exact for reading in readings] == [True, True, True]


def test_lines_that_end_between_names_and_what_sets_me_off_are_learned() -> None:
    me = '<span class="me">Ada Hopper</span>'
    texts = [
        f"<p>\n<b>{title}</b><br>\n{me},\n  Bo Nakamura,\n  Cy Dubois<br>\n<em>ICML</em>, {year}</p>"
        for title, year in (("Looms that Weave Themselves", 2024), ("A Fabric without Threads", 2022))
    ]
    reads = [read for read in read_page(texts, HTML) if read]

    found = infer_template(reads, HTML)

    template = Template.parse(found.source, HTML)
    assert [template.render(read.record, mine=_ada(read)) for read in reads] == texts


def _ada(read: PartsRead) -> list[int]:
    return [at for at, author in enumerate(read.record.authors) if author.name.family == "Hopper"]


@pytest.mark.parametrize("markup", [MARKDOWN, HTML, LATEX], ids=lambda markup: markup.name)
@pytest.mark.parametrize(
    "piece",
    [
        "Ada Hopper, ",
        "[",
        "**",
        "<a ",
        "{",
        "$",
        "a. ",
        "``",
        "(",
        "\\textbf{",
        "<b>",
        "A. ",
        "“",
        "](",
        "_ ",
        "2020, ",
        "<!--",
        "<script>",
    ],
)
def test_no_text_of_100_kb_takes_more_than_seconds(piece: str, markup: Markup) -> None:
    start = time.process_time()

    read_page([piece * (100_000 // len(piece))], markup)

    assert time.process_time() - start < 2
