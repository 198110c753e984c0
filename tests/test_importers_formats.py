"""What each format's content becomes: titles, names, whole records, and what cannot be read.

The files in data/importers have the shape that the services document; people and papers are invented,
but for the three of the seed.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.bibtex import latex
from pubcli.bibtex.names import parse_names
from pubcli.errors import UnreadableError
from pubcli.importers import PlainName, cleaned, csljson, natural_names, nbib, ris
from pubcli.importers.gather import read
from pubcli.importers.records import year_and_month
from pubcli.importers.titles import one_line, title_text, value_text
from pubcli.publication import Publication

DATA = Path(__file__).parent / "data" / "importers"

TITLES = (
    ("The <i>Silva fluvialis</i> genome", r"The \emph{Silva fluvialis} genome"),
    ("On H<sub>2</sub>O &amp; CO<sub>2</sub>", r"On H\textsubscript{2}O \& {CO}\textsubscript{2}"),
    ("&lt;i&gt;Silva&lt;/i&gt; &amp;amp; others", r"\emph{Silva} \& others"),
    ("A <jats:italic>p</jats:italic>-value<jats:sup>1</jats:sup>", r"A \emph{p}-value\textsuperscript{1}"),
    ('On <span class="nocase">e. e. cummings</span>', "On e. e. cummings"),
    ("A < b and c > d, p<q and r>s", "A < b and c > d, p<q and r>s"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("BERT and GPT-4: 3D LLMs on xDeepServe", "{BERT} and {GPT}-4: {3D} {LLMs} on {xDeepServe}"),
    ("Multi-Branch Self-Drafting", "Multi-Branch Self-Drafting"),
    ("ALL CAPITALS IN 3D", "ALL CAPITALS IN 3D"),
    ("Sorting in $O(n \\log n)$ time, from $5 to $10", r"Sorting in $O(n \log n)$ time, from \$5 to \$10"),
    ("50% & more_less #1", r"50\% \& more\_less \#1"),
    ("<b>Never <i>closed", r"\textbf{Never \emph{closed}}"),
    ("only</i> closed", "only closed"),
    ("Mass of the <mml:math><mml:msup><mml:mi>Z</mml:mi><mml:mn>0</mml:mn></mml:msup></mml:math> boson",
     "Mass of the $Z^{0}$ boson"),
    ('<math xmlns="m"><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>&lt;</mo><mi>sin</mi></math>',
     r"$\frac{a}{b}<\mathrm{sin}$"),
    ("<tex-math>\\documentclass{x}\\begin{document}$$\\alpha_2$$\\end{document}</tex-math> decay",
     r"$\alpha_2$ decay"),
    ("Two\nlines\tand \x1b[31mred\x1b[0m\x07 text\u202e", "Two lines and red text"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TITLES, ids=[expected for _, expected in TITLES])
def test_markup_and_specials_of_a_title_become_latex(text: str, expected: str) -> None:
    assert title_text(text) == expected


@given(st.text(max_size=80))
def test_any_text_becomes_one_balanced_line_without_controls(text: str) -> None:
    for value in (title_text(text), value_text(text), one_line(text)):
        assert "\n" not in value
        assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in value)
    assert latex.is_balanced(title_text(text))


plain_words = st.text(st.sampled_from("abcXYZ éß&%#_"), min_size=1, max_size=20)


@given(plain_words)
def test_a_plain_title_reads_back_as_it_was(text: str) -> None:
    assert latex.decode(title_text(text)) == " ".join(text.split())


NAMES = (
    (PlainName("Díaz", "Marta"), "Díaz, Marta"),
    (PlainName("Berg", "Jan", von="van der"), "van der Berg, Jan"),
    (PlainName("Marsh", "Ada", suffix="Jr."), "Marsh, Jr., Ada"),
    (PlainName("García Márquez", "Gabriel José"), "García Márquez, Gabriel José"),
    (PlainName(literal="Rivers and Lakes, Inc."), "{Rivers and Lakes, Inc.}"),
    (PlainName(given="Plato"), "{Plato}"),
    (PlainName("Smith & Sons", "A."), r"Smith \& Sons, A."),
    (PlainName("Marsh\n", "\x1b[1mAda"), "Marsh, Ada"),
)


@pytest.mark.parametrize(("name", "expected"), NAMES, ids=[expected for _, expected in NAMES])
def test_a_plain_name_is_one_name_to_bibtex(name: PlainName, expected: str) -> None:
    assert name.bibtex() == expected
    assert len(parse_names(expected).names) == 1


def test_names_in_reading_order_are_split_as_bibtex_splits_them() -> None:
    names = natural_names(["Jan van der Berg", "Marta Díaz", "Berg, Jan", "OpenRivers", "Rivers and Lakes"])

    assert [name.bibtex() for name in names] == [
        "van der Berg, Jan",
        "Díaz, Marta",
        "Berg, Jan",
        "{OpenRivers}",
        "{Rivers and Lakes}",
    ]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2021/06/15/", ("2021", "jun")),
        ("2019 Jun 15", ("2019", "jun")),
        ("March 2016", ("2016", "mar")),
        ("2025-4", ("2025", "apr")),
        ("2016-2017", ("2016", "")),
        ("2016", ("2016", "")),
        ("in press", ("", "")),
        ("20161", ("", "")),
    ],
)
def test_dates_of_every_notation(date: str, expected: tuple[str, str]) -> None:
    assert year_and_month(date) == expected


ZHOU = "Zhou, Shilin and Xia, Qingrong and Li, Zhenghua and Zhang, Yu and Hong, Yu and Zhang, Min"
FAST = "Fast and Accurate End-to-End Span-based Semantic Role Labeling as Word-based Graph Parsing"
QUIET = "Díaz, Marta and van der Berg, Jan and Marsh, Jr., Ada"
COLING = "Proceedings of the 29th International Conference on Computational Linguistics"

RECORDS: dict[str, list[tuple[str, dict[str, str]]]] = {
    "crossref-journal.json": [("article", {
        "title": r"Quiet rivers in \emph{Silva fluvialis}: {DNA}, {CO}\textsubscript{2} \& {3D} maps",
        "author": QUIET + " and {The Rivers, Lakes and Seas Consortium}",
        "journal": r"Journal of Rivers \& Lakes",
        "volume": "12", "number": "3", "pages": "101--119", "publisher": "Invented Press", "year": "2021",
        "month": "jun", "doi": "10.5555/quiet.2021.0042",
    })],
    "crossref-conference.json": [("inproceedings", {
        "title": "Multi-Branch Self-Drafting for {LLM} Inference Acceleration",
        "author": "Gao, Zipeng and Xia, Qingrong and Xu, Tong and Duan, Xinyu and Zheng, Zhi"
                  " and Wang, Zhefeng and Chen, Enhong",
        "booktitle": "Proceedings of the AAAI Conference on Artificial Intelligence", "abbr": "AAAI",
        "volume": "39",
        "number": "22", "publisher": "Association for the Advancement of Artificial Intelligence (AAAI)",
        "year": "2025", "month": "apr", "doi": "10.1609/aaai.v39i22.34567",
    })],
    "arxiv.bib": [("misc", {
        "title": "{xDeepServe}: Model-as-a-Service on Huawei {CloudMatrix384}",
        "author": "Xiao, Ao and He, Bangzheng and Zhang, Baoquan and Xia, Qingrong and others",
        "year": "2025",
        "url": "https://arxiv.org/abs/2508.02520", "eprint": "2508.02520", "archiveprefix": "arXiv",
        "primaryclass": "cs.DC",
    })],
    "acl.bib": [("inproceedings", {
        "title": FAST, "author": ZHOU, "booktitle": COLING, "abbr": "COLING", "pages": "4160--4171",
        "publisher": "International Committee on Computational Linguistics", "year": "2022", "month": "oct",
        "url": "https://aclanthology.org/2022.coling-1.365/",
    })],
    "dblp.bib": [("inproceedings", {
        "title": FAST, "author": ZHOU.replace("Hong, Yu", "Müller, Jörg"), "booktitle": COLING,
        "abbr": "COLING",
        "pages": "4160--4171", "publisher": "International Committee on Computational Linguistics",
        "year": "2022",
        "url": "https://aclanthology.org/2022.coling-1.365",
    })],
    "dblp-corr.bib": [("misc", {
        "title": FAST, "author": "Zhou, Shilin and Xia, Qingrong", "year": "2021",
        "url": "https://arxiv.org/abs/2112.02970", "eprint": "2112.02970", "archiveprefix": "arXiv",
    })],
    "zotero.ris": [
        ("article", {
            "title": r"Quiet rivers \& {DNA} in 100\% of cases", "author": QUIET + " and {Rivers Consortium}",
            "journal": "Journal of Rivers and Lakes", "volume": "12", "number": "3", "pages": "101--119",
            "year": "2021", "month": "jun", "doi": "10.5555/quiet.2021.0042",
        }),
        ("inproceedings", {
            "title": "Fast-Flowing Streams for Everyone", "author": "Marsh, Ada",
            "booktitle": "Proceedings of the 5th Conference on Streams", "pages": "7--15",
            "publisher": "Invented Press", "year": "2020",
        }),
        ("mastersthesis", {
            "title": "On Brooks", "author": "Oduya, Ben", "school": "Invented University", "year": "2015",
        }),
    ],
    "pubmed.nbib": [("article", {
        "title": "Quiet rivers and the {DNA} of fish: a long title that goes on over the end of one line",
        "author": "Díaz, Marta and Marsh, Ada B and {Rivers Consortium}", "journal": "Journal of rivers",
        "volume": "7", "number": "2", "pages": "123--129", "year": "2019", "month": "jun",
        "doi": "10.5555/quiet.2019",
    })],
    "items.json": [
        ("inproceedings", {
            "title": r"Streams of {NASA} data, from \emph{n} to 2\textsuperscript{n}",
            "author": "Díaz, Marta and van der Berg, Jan and {OpenRivers}",
            "booktitle": "Proceedings of the 5th Conference on Streams", "pages": "7--15",
            "publisher": "Invented Press", "year": "2021", "month": "jul", "doi": "10.5555/streams.7",
        }),
        ("mastersthesis", {
            "title": "On Brooks", "author": "Oduya, Ben", "school": "Invented University", "year": "2015",
            "month": "mar",
        }),
        ("misc", {
            "title": "Rivers of tomorrow", "author": "Marsh, Ada", "year": "2024", "eprint": "2401.00001",
            "archiveprefix": "arXiv", "pubstate": "submitted",
        }),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_an_answer_becomes_clean_entries_in_the_house_style(name: str) -> None:
    found = read((DATA / name).read_bytes(), name)

    records = [cleaned(record) for record in found.records]

    assert [(record.entry_type, dict(record.fields)) for record in records] == RECORDS[name]
    assert [list(record.fields) for record in records] == [list(fields) for _, fields in RECORDS[name]]
    assert not found.broken


@pytest.mark.parametrize("name", RECORDS)
def test_cleaning_twice_equals_cleaning_once(name: str) -> None:
    for record in read((DATA / name).read_bytes(), name).records:
        once = cleaned(record)

        assert cleaned(once) == once


def entry(text: str) -> Publication:
    return read(text.encode(), "refs.bib").records[0]


def test_letters_follow_the_library() -> None:
    record = entry(r"""@article{k,
        author = {J{\"o}rg M{\"u}ller and Díaz, Mar\'\i{}a and {\L}uk {\v{S}}ed{\'{i}}},
        title = {Über {\ss} und $\alpha$ and \emph{x}}, journal = {Stra{\ss}e}, url = {https://example.org/ü_a}}""")

    assert dict(cleaned(record).fields) == {
        "title": r"Über ß und $\alpha$ and \emph{x}",
        "author": "Müller, Jörg and Díaz, María and Šedí, Łuk",
        "journal": "Straße",
        "url": "https://example.org/ü_a",
    }
    ascii_fields = cleaned(record, ascii_only=True).fields
    assert latex.decode(ascii_fields["author"]) == "Müller, Jörg and Díaz, María and Šedí, Łuk"
    assert all(value.isascii() for name, value in ascii_fields.items() if name != "url")


def test_case_protecting_braces_of_bibtex_stay() -> None:
    record = entry("@article{k, title = {The {Silva} {D}ata of BERT}, author = {Marsh, Ada}}")

    assert cleaned(record).fields["title"] == "The {Silva} {D}ata of BERT"


def test_a_site_that_protects_no_word_gets_it_done_and_keeps_its_tex() -> None:
    record = entry("@article{k, title = {BERT in 1870--1973: ``the''~LLM in 3D}, author = {Marsh, Ada}}")
    loud = entry("@article{k, title = {ALL IN CAPITALS}, author = {Marsh, Ada}}")

    assert cleaned(record).fields["title"] == "{BERT} in 1870--1973: ``the''~{LLM} in {3D}"
    assert cleaned(record, own=True).fields["title"] == "BERT in 1870--1973: ``the''~LLM in 3D"
    assert cleaned(loud).fields["title"] == "ALL IN CAPITALS"


def test_a_file_of_my_own_keeps_what_may_be_mine_and_loses_what_programs_put_there() -> None:
    mine = entry("""@article{k, title = {Rivers}, author = {Marsh, Ada}, keywords = {water, fish},
        selected = {true}, award = {Best}, code = {https://example.org}, note = {To appear}, mood = {blue},
        file = {:a.pdf:PDF},
        timestamp = {2020}, bdsk-url-1 = {x}, citationcount = {12}, urldate = {2020-01-01}}""")
    theirs = entry("""@article{k, title = {Rivers}, author = {Marsh, Ada},
        keywords = {Task analysis;Semantics}, note = {cited By 12}}""")

    assert list(cleaned(mine, own=True).fields) == [
        "title", "author", "keywords", "selected", "award", "code", "note", "mood",
    ]  # fmt: skip
    assert list(cleaned(theirs, own=True).fields) == ["title", "author"]
    assert list(cleaned(mine).fields) == ["title", "author"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"doi": "https://doi.org/10.5555/A_b", "url": "http://dx.doi.org/10.5555/A_b"},
            {"doi": "10.5555/A_b"},
        ),
        ({"doi": r"10.5555/a\_b"}, {"doi": "10.5555/a_b"}),
        ({"doi": "10.5555/ACL-1"}, {"doi": "10.5555/acl-1"}),
        ({"url": "https://doi.org/10.5555/x"}, {"doi": "10.5555/x"}),
        ({"url": "https://example.org/x"}, {"url": "https://example.org/x"}),
        ({"pages": "12-19"}, {"pages": "12--19"}),
        ({"pages": "12–19, e33"}, {"pages": "12--19, e33"}),
        ({"pages": "12:1--12:9"}, {"pages": "12:1--12:9"}),
        ({"month": "June"}, {"month": "jun"}),
        ({"month": "6"}, {"month": "jun"}),
        ({"month": "Summer"}, {}),
        ({"date": "2021-06-15"}, {"year": "2021", "month": "jun"}),
        ({"journaltitle": "Rivers"}, {"journal": "Rivers"}),
        (
            {"journal": "arXiv preprint arXiv:2401.00001", "year": "2024"},
            {"year": "2024", "eprint": "2401.00001", "archiveprefix": "arXiv"},
        ),
        (
            {
                "eprint": "arXiv:2401.00001",
                "eprinttype": "arxiv",
                "eprintclass": "cs.CL",
                "journal": "Rivers",
            },
            {"journal": "Rivers", "eprint": "2401.00001", "archiveprefix": "arXiv", "primaryclass": "cs.CL"},
        ),
    ],
)
def test_a_field_is_written_one_way(fields: dict[str, str], expected: dict[str, str]) -> None:
    assert dict(cleaned(Publication("", "article", fields)).fields) == expected


BAD = (
    ("empty.bib", b"", "empty.bib: it is empty"),
    ("blank.ris", b" \n\n", "blank.ris: it is empty"),
    ("binary.bib", b"\x00\x01\x02" * 9, "binary.bib: this is no text"),
    ("half.json", b'[{"title": ', "half.json: this is not JSON: Expecting value: line 1 column 12 (char 11)"),
    ("other.json", b'{"name": "x"}', "other.json: this JSON is not CSL-JSON"),
    ("numbers.json", b"[1, 2]", "numbers.json: this JSON is not CSL-JSON"),
    ("deep.json", b"[" * 100_000, "deep.json: this is not JSON: "),
    ("words.ris", b"no reference", "words.ris: this is not RIS: it holds no reference"),
    ("words.nbib", b"no reference", "words.nbib: this is not a PubMed export: it holds no `PMID- ` line"),
    ("words.md", b"# Rivers\n\nno links", "words.md: there is no identifier of a publication in it"),
)


@pytest.mark.parametrize(("name", "data", "message"), BAD, ids=[name for name, _, _ in BAD])
def test_what_is_not_of_its_format_says_so(name: str, data: bytes, message: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(data, name)

    assert caught.value.message.startswith(message)


def test_seven_of_ten_entries_are_read_and_three_named_with_their_lines() -> None:
    good = "@article{{k{0},\n  title = {{River {0}}},\n}}\n"
    bad = (
        "@article{b1,\n  title = {never closed,\n",
        "@misc{b2, title 5}\n",
        '@book{b3,\n  title = "x" "y" # ,\n}\n',
    )
    text = "".join(
        good.format(number) + (bad[number // 2 - 1] if number in (2, 4, 6) else "") for number in range(7)
    )

    found = read(text.encode(), "refs.bib")

    assert [record.title for record in found.records] == [f"River {number}" for number in range(7)]
    assert [line.partition(": ")[0] for line in found.broken] == ["refs.bib:10", "refs.bib:18", "refs.bib:26"]


@pytest.mark.parametrize("name", ["bibtex", "csljson", "ris", "nbib"])
def test_content_is_known_without_a_suffix(name: str) -> None:
    file = {"bibtex": "acl.bib", "csljson": "items.json", "ris": "zotero.ris", "nbib": "pubmed.nbib"}[name]

    found = read((DATA / file).read_bytes(), "standard input")

    assert found.records == read((DATA / file).read_bytes(), file).records


PAGE = """# Publications

1. **A. Marsh**, *Quiet Rivers*. [arXiv](https://arxiv.org/abs/1904.00001) [doi](https://doi.org/10.5555/quiet)
2. *Loud Rivers*. [paper](https://aclanthology.org/2022.coling-1.365.pdf) | [code](https://github.com/x/y)
3. *No links at all*.

<ul><li>Marsh. <a href="https://openreview.net/forum?id=abc&amp;noteId=x">Streams</a></li>
<li>10.5555/STREAMS.7</li><li><a href='https://doi.org/10.5555/quiet'>again</a></ul>

10.5555/one
pmid:31000001
"""


def test_a_page_gives_one_source_per_item() -> None:
    found = read(PAGE.encode(), "index.md")

    assert [str(source) for source in found.further] == [
        "DOI 10.5555/quiet",
        "ACL Anthology 2022.coling-1.365",
        "OpenReview abc",
        "DOI 10.5555/streams.7",
        "DOI 10.5555/one",
        "PubMed 31000001",
    ]


def test_ris_is_stable_over_a_round_trip_through_rispy() -> None:
    import rispy

    text = (DATA / "zotero.ris").read_text(encoding="utf-8")

    again = rispy.dumps(rispy.loads(text))

    assert ris.parse(again) == ris.parse(text)


def test_the_number_of_a_report_is_read_whichever_variable_holds_it() -> None:
    report = {"type": "report", "title": "Quiet Rivers", "publisher": "Institute of Streams"}

    numbers = [csljson.parse_item({**report, name: "TR-7"}).fields["number"] for name in ("number", "issue")]

    assert numbers == ["TR-7", "TR-7"]


@pytest.mark.parametrize(
    "told",
    [
        {"DOI": "10.48550/arXiv.2401.00001"},
        {"number": "arXiv:2401.00001", "publisher": "arXiv"},
        {"number": "arXiv:2401.00001v2 [cs.CL]"},
        {"custom": {"arxiv": "2401.00001"}},
    ],
)
def test_what_names_an_arxiv_id_in_csl_json_becomes_eprint(told: dict[str, object]) -> None:
    found = csljson.parse_item({"type": "article", "title": "Quiet Rivers", **told})

    assert found.fields == {"title": "Quiet Rivers", "eprint": "2401.00001", "archiveprefix": "arXiv"}


def test_a_list_of_authors_that_our_own_csl_json_calls_incomplete_stays_so() -> None:
    item = {"type": "book", "title": "Rivers", "author": [{"family": "Marsh", "given": "Ada"}]}

    cut = csljson.parse_item({**item, "custom": {"authors-incomplete": True}})

    assert csljson.parse_item(item).fields["author"] == "Marsh, Ada"
    assert cut.fields["author"] == "Marsh, Ada and others"


def test_the_doi_of_arxiv_in_ris_becomes_eprint() -> None:
    (found,) = ris.parse("TY  - GEN\nTI  - Quiet Rivers\nDO  - 10.48550/arXiv.math/0101001\nER  - \n")

    assert found.fields == {"title": "Quiet Rivers", "eprint": "math/0101001", "archiveprefix": "arXiv"}


def test_the_angle_brackets_of_an_old_doi_are_kept() -> None:
    number = "10.1002/(SICI)1097(199806)49:8<693::AID-ASI4>3.0.CO;2-O"
    item = {"type": "article-journal", "title": "Rivers", "DOI": number.replace("<", "&lt;")}

    assert cleaned(csljson.parse_item(item)).fields["doi"] == number.lower().replace("&lt;", "<")


def test_csl_json_does_not_depend_on_how_it_is_written() -> None:
    text = (DATA / "items.json").read_text(encoding="utf-8")

    assert csljson.parse(json.dumps(json.loads(text), indent=None)) == csljson.parse(text)
    assert csljson.parse(json.dumps(json.loads(text)[0])) == csljson.parse(text)[:1]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["title", "author", "issued", "date-parts", "type", "family"]),
                        inner, max_size=4), max_leaves=12))  # fmt: skip
def test_json_of_any_shape_is_read_or_refused(data: object) -> None:
    try:
        records = csljson.parse(json.dumps(data))
    except UnreadableError:
        return
    for record in records:
        cleaned(record)


@given(st.text(max_size=200), st.sampled_from(["TY  - JOUR\n", "PMID- 1\nTI  - ", "@article{k, title = {"]))
def test_text_of_any_kind_is_read_or_refused(text: str, start: str) -> None:
    for parse in (ris.parse, nbib.parse):
        try:
            parse(start + text)
        except UnreadableError:
            continue
