"""Whole sections: the home page that everything began with, byte for byte, and what stands around lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from pubcli.errors import UsageError
from pubcli.markup import HTML, LATEX, MARKDOWN, TEXT
from pubcli.publication import Publication
from pubcli.render.layout import Layout, profile_line, references, section
from pubcli.template import Look, Template, find_template

GOLDEN = Path(__file__).parent / "golden"


def seeds() -> list[Publication]:
    """The three publications of the home page; the second has more authors than it shows."""
    crowd = [
        "Xiao, Ao",
        "He, Bangzheng",
        "Zhang, Baoquan",
        "Huai, Baoxing",
        "Wang, Bingji",
        "Wang, Bo",
        "Xu, Bo",
        "Hou, Boyi",
        "Yang, Chan",
        "Liu, Changhong",
        "Xia, Qingrong",
        "Zhang, Qingyi",
        "others",
    ]
    return [
        Publication(
            "gao2025multi",
            "inproceedings",
            {
                "title": "Multi-Branch Self-Drafting for {LLM} Inference Acceleration",
                "author": "Gao, Zipeng and Xia, Qingrong and Xu, Tong and Duan, Xinyu and Zheng, Zhi"
                " and Wang, Zhefeng and Chen, Enhong",
                "booktitle": "Proceedings of the 39th {AAAI} Conference on Artificial Intelligence",
                "abbr": "AAAI",
                "year": "2025",
                "keywords": "LLM Inference",
                "doi": "10.1609/aaai.v39i22.34567",
            },
        ),
        Publication(
            "xiao2025xdeepserve",
            "misc",
            {
                "title": "{xDeepServe}: Model-as-a-Service on {Huawei} {CloudMatrix384}",
                "author": " and ".join(crowd),
                "year": "2025",
                "eprint": "2508.02520",
                "archiveprefix": "arXiv",
                "keywords": "Inference System",
            },
        ),
        Publication(
            "zhou2022fast",
            "inproceedings",
            {
                "title": "Fast and Accurate End-to-End Span-Based Semantic Role Labeling"
                " as Word-Based Graph Parsing",
                "author": "Zhou, Shilin and Xia, Qingrong and Li, Zhenghua and Zhang, Yu"
                " and Hong, Yu and Zhang, Min",
                "booktitle": "Proceedings of the 29th International Conference on Computational Linguistics"
                " (COLING)",
                "abbr": "COLING",
                "year": "2022",
                "keywords": "NLP / Semantic Analysis",
                "award": "Best Paper Award",
            },
        ),
    ]


def small() -> list[Publication]:
    return [
        Publication(
            "b", "article", {"title": "B", "year": "2020", "author": "Ann A", "author+an": "1=equal"}
        ),
        Publication("a", "misc", {"title": "A", "year": "2019"}),
        Publication("c", "article", {"title": "C", "year": "2019"}),
    ]


def test_the_home_page_is_written_byte_for_byte() -> None:
    layout = Layout(
        me=("Qingrong Xia",),
        profile_link="<small>[View full list on [Google Scholar]({url})]</small>",
        profile_url="https://scholar.google.com/citations?user=_A4Y3PQAAAAJ",
    )

    text = section(seeds(), find_template("academicpages"), layout, heading="### **Selected Publications**")

    assert text.encode() == (GOLDEN / "selected-publications.md").read_bytes()


def test_the_usual_profile_link_is_the_home_pages_own() -> None:
    url = "https://scholar.google.com/citations?user=_A4Y3PQAAAAJ"

    lines = [profile_line(markup, True, url) for markup in (MARKDOWN, HTML, LATEX, TEXT)]

    assert lines == [
        f"<small>[View full list on [Google Scholar]({url})]</small>",
        f'<p><small>[View full list on <a href="{url}">Google Scholar</a>]</small></p>',
        rf"\noindent{{\small [View full list on \href{{{url}}}{{Google Scholar}}]}}",
        f"View full list on Google Scholar: {url}",
    ]


def test_a_profile_link_without_a_profile_is_an_error() -> None:
    with pytest.raises(UsageError, match="no profile is known"):
        references(small(), Template.parse("{title}"), Layout(profile_link=True))


@pytest.mark.parametrize(
    ("source", "layout", "expected"),
    [
        ("- {title}", Layout(), "- B\n- A\n- C\n"),
        ("- {title}", Layout(limit=2), "- B\n- A\n"),
        ("{number}. {title}", Layout(), "1. B\n2. A\n3. C\n"),
        ("[{number}] {title}", Layout(numbering="down", limit=2), "[2] B\n[1] A\n"),
        ("- {title}", Layout(group="year"), "### 2020\n\n- B\n\n### 2019\n\n- A\n- C\n"),
        ("- {title}", Layout(group="year", group_heading="## {}", limit=1), "## 2020\n\n- B\n"),
        (
            "- {title}",
            Layout(intro="My work.\n", footer="(more to come)"),
            "My work.\n\n- B\n- A\n- C\n\n(more to come)\n",
        ),
        (
            "- {title}, {authors:equal=+ me=plain}",
            Layout(legend=True, limit=1),
            "+ equal contribution\n\n- B, Ann A+\n",
        ),
        ("- {title} {?{authors}?}", Layout(legend=True, limit=1), "- B Ann A\n"),
        ("- {title} {?{authors}?}", Layout(me=("Ann A",), limit=1, legend="me"), "me\n\n- B **Ann A**\n"),
        ("- {title}\n  {year}", Layout(limit=2), "- B\n  2020\n\n- A\n  2019\n"),
    ],
)
def test_lists_are_laid_out(source: str, layout: Layout, expected: str) -> None:
    text = references(small(), Template.parse(source), layout)

    assert text == expected


def test_a_html_list_is_enclosed_where_it_stands_alone() -> None:
    template = find_template("html-list")

    text = references(small()[1:2], template, Layout(group="year", enclosed=True))

    assert text == (
        '<h3>2019</h3>\n<ul>\n<li><span class="title">A</span><br>\n'
        '  <span class="venue">2019</span></li>\n</ul>\n'
    )


def test_no_publications_are_no_text() -> None:
    assert references([], Template.parse("{title}"), Layout(look=Look())) == ""


def test_an_unknown_numbering_is_an_error() -> None:
    with pytest.raises(UsageError, match="cannot number 'sideways'"):
        references(small(), Template.parse("{title}"), Layout(numbering="sideways"))
