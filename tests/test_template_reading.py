"""Written references become records; a reading that says it is exact is written as the same text again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubcli.bibtex.latex import encode
from pubcli.markup import HTML, LATEX, MARKDOWN, Markup
from pubcli.publication import Publication
from pubcli.template import BUILT_INS, Look, Reading, Template, find_template

LINE = '- `{abbr} {year}` [{title}]({url}), {authors:last=", " equal="\\*"}.'
DOTTED = "- {authors:names=initials last=', '}. {title}. *{venue:asis}*, {year}.{*awards  **{text}**.*}"


def read(source: str, text: str, markup: Markup = MARKDOWN, *, all_authors: bool = False) -> Reading:
    reading = Template.parse(source, markup).read(text, look=Look(max_authors=0 if all_authors else 10))
    assert reading is not None
    return reading


def fields(reading: Reading) -> Mapping[str, str]:
    return reading.publication.fields


def test_a_line_of_a_page_is_a_record() -> None:
    text = (
        "- `LOOM 2025` [Weaving 3 * 4](https://x.example/p_1), Ada Lovelace\\*, **Grace Hopper**\\*, 王小明."
    )

    reading = read(LINE, text)

    assert (reading.exact, reading.mine, reading.elided, reading.rendered) == (True, (1,), False, text)
    assert reading.publication == Publication(
        "",
        "inproceedings",
        {
            "abbr": "LOOM",
            "year": "2025",
            "title": "Weaving 3 * 4",
            "url": "https://x.example/p_1",
            "author": "Ada Lovelace and Grace Hopper and 王小明",
            "author+an": "1=equal; 2=equal",
        },
    )


def test_markup_that_would_be_escaped_makes_a_reading_inexact() -> None:
    reading = read("**{title}**", "**Weaving with _Numbers_**")

    assert (reading.exact, reading.rendered) == (False, "**Weaving with \\_Numbers\\_**")


def test_the_home_page_is_read_exactly_but_for_authors_it_left_out() -> None:
    text = (Path(__file__).parent / "golden" / "selected-publications.md").read_text(encoding="utf-8")
    template = find_template("academicpages")

    readings = [template.read(item) for item in text.split("\n\n")[1:4]]

    assert [(r.exact, r.elided, r.mine) for r in readings if r] == [
        (True, False, (1,)),
        (False, True, (2,)),
        (True, False, (1,)),
    ]
    assert [dict(fields(r)) for r in readings if r] == [
        {
            "title": "Multi-Branch Self-Drafting for LLM Inference Acceleration",
            "author": "Zipeng Gao and Qingrong Xia and Tong Xu and Xinyu Duan and Zhi Zheng and Zhefeng Wang"
            " and Enhong Chen",
            "booktitle": "Proceedings of the 39th AAAI Conference on Artificial Intelligence (AAAI)",
            "abbr": "AAAI",
            "year": "2025",
            "keywords": "LLM Inference",
        },
        {
            "title": "xDeepServe: Model-as-a-Service on Huawei CloudMatrix384",
            "author": "Ao Xiao and Bangzheng He and Qingrong Xia and others",
            "howpublished": "arXiv preprint",
            "year": "2025",
            "keywords": "Inference System",
        },
        {
            "title": "Fast and Accurate End-to-End Span-Based Semantic Role Labeling"
            " as Word-Based Graph Parsing",
            "author": "Shilin Zhou and Qingrong Xia and Zhenghua Li and Yu Zhang and Yu Hong and Min Zhang",
            "booktitle": "Proceedings of the 29th International Conference on Computational Linguistics"
            " (COLING)",
            "abbr": "COLING",
            "year": "2022",
            "keywords": "NLP / Semantic Analysis",
            "award": "Best Paper Award",
        },
    ]


@pytest.mark.parametrize(
    ("source", "markup", "text", "expected"),
    [
        (
            DOTTED, MARKDOWN,
            "- A. Lovelace, **G. B. Hopper**. On Looms. Or not. *J. of Engines*, 1843. **Oral**. **Prize**.",
            {"author": "A. Lovelace and G. B. Hopper", "title": "On Looms. Or not",
             "journal": "J. of Engines", "year": "1843", "award": "Oral; Prize"},
        ),
        (
            "- {authors:names=last-initials last=', & '} ({year}). {title}. {venue}.", MARKDOWN,
            "- **Hopper, G.**, Lovelace, A., & Turing, A. M. (1950). Computing machinery. Mind.",
            {"author": "Hopper, G. and Lovelace, A. and Turing, A. M.", "title": "Computing machinery",
             "booktitle": "Mind", "year": "1950"},
        ),
        (
            "<p><b>{title}.</b> {authors:last=', ' names=vancouver me=plain}. {venue} {year}. doi: {doi}</p>",
            HTML,
            "<p><b>Looms &amp; <i>more</i>.</b> Al Ajami A, Hopper GB. Nature 2024. doi: 10.1000/x.1</p>",
            {"title": r"Looms \& more", "author": "Al Ajami, A and Hopper, G B", "journal": "Nature",
             "year": "2024", "doi": "10.1000/x.1"},
        ),
        (
            r"\item \textit{{title}} \\ {authors:last=', ' equal=* marks=inside} \\ "
            r"\textit{{venue}} (\textbf{{abbr}}), {year}",
            LATEX,
            r"\item \textit{50\% of \'Etudes --- \textsc{x}} \\ \textbf{Ada Lovelace*}, Jos\'e N\'u\~nez \\ "
            r"\textit{Conference on Looms} (\textbf{LOOM}), 2024",
            {"title": r"50\% of Études — x", "author": "Ada Lovelace and José Núñez", "author+an": "1=equal",
             "booktitle": "Conference on Looms", "abbr": "LOOM", "year": "2024"},
        ),
        (
            "{number}. {title}{*links of='pdf:Paper, code:Code, arxiv:arXiv' sep=' ' [{label}]({url})*}"
            "{?, {citations} times?}",
            MARKDOWN,
            "7. T[Paper](papers/t.pdf) [Code](https://github.com/a/b) [arXiv](https://arxiv.org/pdf/2501.00001)"
            ", 12 times",
            {"title": "T", "pdf": "papers/t.pdf", "code": "https://github.com/a/b",
             "arxiv": "https://arxiv.org/pdf/2501.00001", "eprint": "2501.00001", "archiveprefix": "arXiv",
             "citationcount": "12"},
        ),
        (
            "**{title}** {month:short} {year} {*tags #{text} *}{field.note}", MARKDOWN,
            "**T** Sep 2024 #a #b see there",
            {"title": "T", "month": "September", "year": "2024", "keywords": "a, b", "note": "see there"},
        ),
    ],
)  # fmt: skip
def test_references_in_many_styles_are_read(
    source: str, markup: Markup, text: str, expected: Mapping[str, str]
) -> None:
    reading = read(source, text, markup)

    assert fields(reading) == expected


@pytest.mark.parametrize(
    ("text", "value", "mine"),
    [
        ("Ada Lovelace", "Ada Lovelace", ()),
        ("Ada Lovelace and **Grace Hopper**", "Ada Lovelace and Grace Hopper", (1,)),
        ("Ada Lovelace,Grace Hopper", "Ada Lovelace and Grace Hopper", ()),
        ("Ada Lovelace*, <u>Grace Hopper</u>†", "Ada Lovelace and Grace Hopper", (1,)),
        ("[Ada Lovelace](https://a.example), <b>G. Hopper</b>", "Ada Lovelace and G. Hopper", (1,)),
        (
            '**<font color="#000000">Ada Lovelace</font>**, Grace Hopper',
            "Ada Lovelace and Grace Hopper",
            (0,),
        ),
        ("Martin L. King, Jr., Ludwig van Beethoven", "Martin L. King, Jr. and Ludwig van Beethoven", ()),
        ("Ada Lovelace, Grace Hopper, et al", "Ada Lovelace and Grace Hopper and others", ()),
        ("Ada Lovelace et al.", "Ada Lovelace and others", ()),
        ("王小明，李雷，**韩梅梅**", "王小明 and 李雷 and 韩梅梅", (2,)),
        ("{The Loom Team}, Ada Lovelace", None, ()),
        ("see https://example.org", None, ()),
        ("1843", None, ()),
    ],
)
def test_lists_of_authors_are_read(text: str, value: str | None, mine: tuple[int, ...]) -> None:
    reading = Template.parse("By {authors}; {title}").read(f"By {text}; T")

    assert (reading and fields(reading).get("author")) == value
    assert (reading.mine if reading else ()) == mine


def test_white_space_may_differ_but_is_reported() -> None:
    reading = read("* **{title}**  \n  {authors}", "* **On  Looms** \n\tAda Lovelace,  Grace Hopper ")

    assert (reading.exact, fields(reading)) == (
        False,
        {"title": "On Looms", "author": "Ada Lovelace and Grace Hopper"},
    )


def test_what_follows_from_the_text_is_added_where_it_changes_nothing() -> None:
    plain = read("{title}, {venue:asis}", "T, ACM Looms 2024")
    linked = read("[{title}]({url})", "[T](https://arxiv.org/abs/2501.00001)")

    assert plain.publication.year == 2024
    assert (linked.exact, linked.publication.arxiv_id) == (True, "2501.00001")


@pytest.mark.parametrize("text", ["", "no", "* no **bold**", "- `X` [](), ", "\n\n"])
def test_what_does_not_look_like_the_template_is_not_read(text: str) -> None:
    assert Template.parse(LINE).read(text) is None


# --- properties ----------------------------------------------------------------------------

NAMES = [
    "Ada Lovelace", "Grace Hopper", "Ludwig van Beethoven", "Jean-Luc Picard", "J. R. R. Tolkien",
    "José Núñez", "Qi Li", "王小明", "Martin Luther King, Jr", "Bi'an Du", "Ó Brien",
]  # fmt: skip
TITLES = st.text(
    st.sampled_from("""abc XY*_[]()<>&{}|`~#$%\\^"'-.,:;!?+=/@0é王"""), min_size=1, max_size=30
).map(lambda text: " ".join(text.split()))
WORDS = st.lists(
    st.sampled_from("Learning to parse C++ end-to-end of Graphs 3D naïve (Extended) What? 50% Über".split()),  # noqa: SIM905
    min_size=1,
    max_size=8,
).map(" ".join)


@st.composite
def publications(draw: st.DrawFn, titles: st.SearchStrategy[str]) -> Publication:
    venue = draw(st.sampled_from(["booktitle", "journal", "eprint", ""]))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=9, unique=True))
    optional: dict[str, str] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "year": st.sampled_from(["1999", "2025"]),
                "award": st.sampled_from(["Oral", "Best Paper Award", "Oral; Best Paper Award"]),
                "keywords": st.just("LLM, NLP / Semantic Analysis"),
                "url": st.just("https://aclanthology.org/2022.x-1.3"),
                "code": st.just("https://github.com/a/b_c"),
                "doi": st.just("10.1000/abc.1"),
            },
        )
    )
    where = {
        "booktitle": {"booktitle": "Proceedings of the 3rd Conference on Looms", "abbr": "LOOM"},
        "journal": {"journal": "Journal of Looms"},
        "eprint": {"eprint": "2501.00001", "archiveprefix": "arXiv"},
        "": {},
    }[venue]
    title = draw(titles.filter(bool))
    authors = " and ".join([*map(encode, names), *(["others"] if draw(st.booleans()) else [])])
    kind = {"booktitle": "inproceedings", "journal": "article"}.get(venue, "misc")
    return Publication("", kind, {"title": encode(title), "author": authors, **where, **optional})


@pytest.mark.parametrize("name", BUILT_INS)
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_reading_that_says_exact_is_exact(name: str, data: st.DataObject) -> None:
    template = find_template(name)
    publication = data.draw(publications(TITLES))
    text = template.render(publication, mine=[0])

    reading = template.read(text)

    if reading is not None:
        again = template.render(reading.publication, mine=reading.mine, number=reading.number)
        assert again == reading.rendered
        assert (again == text) == reading.exact


@pytest.mark.parametrize("name", [name for name in BUILT_INS if name != "md-line"])
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_what_a_template_wrote_it_reads_back(name: str, data: st.DataObject) -> None:
    template = find_template(name)
    publication = data.draw(publications(WORDS))
    text = template.render(publication, mine=[0])

    reading = template.read(text)

    assert reading is not None
    assert (reading.exact, reading.rendered, reading.mine) == (True, text, (0,))
    assert reading.publication.title == publication.title
    assert [a.name.full for a in reading.publication.authors] == [a.name.full for a in publication.authors]
    if "year" in publication.fields:
        assert reading.publication.year == publication.year


HARD = ["a, ", "* **", "[a](b), ", "{", "<b>x", "A. B", "\n", "et al., ", "\\*", "A B, "]


@pytest.mark.parametrize(
    "source",
    [
        "academicpages",
        "md-line",
        "tex-item",
        "{authors}. {title}. {venue}{?, {year}?}",
        "{title}{venue}{authors}{*tags {text}*}",
    ],
)
def test_no_text_takes_long(source: str) -> None:
    template = find_template(source)
    worst = 0.0

    for piece in HARD:
        text = ("* **A" + piece * (100_000 // len(piece)))[:100_000]
        started = time.process_time()
        template.read(text)
        worst = max(worst, time.process_time() - started)

    assert worst < 2.0  # half of it on an idle machine; what backtracks takes minutes
