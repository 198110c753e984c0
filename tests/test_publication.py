"""What the fields of an entry mean."""

from __future__ import annotations

import pytest

from pubcli.bibtex.names import Name
from pubcli.publication import Author, Award, Link, Publication


def publication(entry_type: str = "article", **fields: str) -> Publication:
    values = {name.replace("_an", "+an"): value for name, value in fields.items()}
    return Publication("xia20", entry_type, values)


def test_a_publication_is_read_whole() -> None:
    read = publication(
        "inproceedings",
        title="{Deep} Parsing for {NLP}",
        subtitle="A {\\'e}tude",
        author="Xia, Qingrong and van der Berg, Jan and others",
        author_an="1=highlight; 2=equal,corresponding",
        booktitle="Proc.\\ of {XYZ}",
        abbr="XYZ",
        year="2020",
        keywords="Parsing, LLM \\& co,Parsing,",
        award="Oral; Best Paper Award",
        selected="true",
        pubstate="inpress",
        google_scholar_id="USER:TOKEN",
        citationcount="12",
        doi="10.1234/ABC.5",
        eprint="2001.01234v3",
        archiveprefix="arXiv",
        url="https://doi.org/10.1234/abc.5",
        code="https://github.com/x/y\\_z",
    )

    assert read.title == "Deep Parsing for NLP: A étude"
    assert read.authors == (
        Author(Name("Qingrong", "", "Xia"), frozenset({"highlight"})),
        Author(Name("Jan", "van der", "Berg"), frozenset({"equal", "corresponding"})),
    )
    assert read.others
    assert (read.venue, read.abbr, read.year, read.is_preprint) == ("Proc. of XYZ", "XYZ", 2020, False)
    assert read.tags == ("Parsing", "LLM & co")
    assert read.awards == (Award("Oral", presentation=True), Award("Best Paper Award"))
    assert (read.selected, read.state, read.scholar_row, read.citations) == (True, "inpress", "TOKEN", 12)
    assert (read.doi, read.arxiv_id) == ("10.1234/abc.5", "2001.01234")
    assert read.links == (
        Link("DOI", "https://doi.org/10.1234/abc.5", "doi"),
        Link("arXiv", "https://arxiv.org/abs/2001.01234", "arxiv"),
        Link("Code", "https://github.com/x/y_z", "code"),
    )


def test_an_empty_entry_has_empty_answers() -> None:
    read = publication()

    assert (read.title, read.authors, read.others, read.venue, read.abbr) == ("", (), False, "", "")
    assert (read.year, read.tags, read.awards, read.selected, read.state) == (None, (), (), False, "")
    assert (read.doi, read.arxiv_id, read.scholar_row, read.citations) == ("", "", "", None)
    assert (read.links, read.is_preprint) == ((), False)


def test_other_names_of_fields_are_read() -> None:
    read = publication(
        editor="Xia, Qingrong",
        editor_an='1="chief"',
        author_an="1=equal",
        journaltitle="Journal of X",
        shortjournal="JX",
        date="2020-05-01",
        tags="a,b",
        award_name="Best Demo",
        featured="Yes",
    )

    assert read.authors == (Author(Name("Qingrong", "", "Xia"), frozenset({"chief"})),)
    assert (read.venue, read.abbr, read.year) == ("Journal of X", "JX", 2020)
    assert (read.tags, read.awards, read.selected) == (("a", "b"), (Award("Best Demo"),), True)


@pytest.mark.parametrize(
    ("title", "subtitle", "whole"),
    [("A", "B", "A: B"), ("Why?", "B", "Why? B"), ("", "B", "B"), ("A", "", "A"), ("A:", "B", "A: B")],
)
def test_a_subtitle_follows_a_colon(title: str, subtitle: str, whole: str) -> None:
    assert publication(title=title, subtitle=subtitle).title == whole


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ({"year": "2020"}, 2020),
        ({"year": "{2020}"}, 2020),
        ({"year": "2020a"}, 2020),
        ({"year": "20x5"}, None),
        ({"year": "20205"}, None),
        ({"year": "in press", "date": "2021/2022"}, 2021),
        ({"year": "", "date": "2021-03"}, 2021),
        ({"date": "forthcoming"}, None),
    ],
)
def test_a_year_is_four_digits(fields: dict[str, str], year: int | None) -> None:
    assert publication(**fields).year == year


@pytest.mark.parametrize(
    ("fields", "doi"),
    [
        ({"doi": "10.1234/AbC"}, "10.1234/abc"),
        ({"doi": "https://doi.org/10.1234/abc"}, "10.1234/abc"),
        ({"doi": "http://dx.doi.org/10.1234/abc"}, "10.1234/abc"),
        ({"doi": "doi:10.1234/abc"}, "10.1234/abc"),
        ({"doi": "DOI 10.1234/abc."}, "10.1234/abc"),
        ({"doi": "10.1234/a\\_b--c"}, "10.1234/a_b--c"),
        ({"doi": "{10.1234/abc}"}, "10.1234/abc"),
        ({"doi": "https://doi.org/10.1234%2Fabc"}, "10.1234/abc"),
        ({"doi": "10.1002/(SICI)1097(1998)17:15<1>3.0.CO;2"}, "10.1002/(sici)1097(1998)17:15<1>3.0.co;2"),
        ({"url": "https://doi.org/10.1234/abc"}, "10.1234/abc"),
        ({"url": "https://x.org/10.1234/abc"}, ""),
        ({"doi": "none"}, ""),
        ({"doi": "none", "url": "https://doi.org/10.1234/abc"}, "10.1234/abc"),
    ],
)  # fmt: skip
def test_a_doi_is_read_from_its_forms(fields: dict[str, str], doi: str) -> None:
    assert publication(**fields).doi == doi


@pytest.mark.parametrize(
    ("fields", "arxiv_id"),
    [
        ({"eprint": "2101.00001"}, "2101.00001"),
        ({"eprint": "2101.00001v2", "archiveprefix": "arXiv"}, "2101.00001"),
        ({"eprint": "arXiv:2101.00001v2"}, "2101.00001"),
        ({"eprint": "hep-th/9901001", "eprinttype": "arxiv"}, "hep-th/9901001"),
        ({"eprint": "math.GT/0309136"}, "math.gt/0309136"),
        ({"eprint": "0704.0001"}, "0704.0001"),
        ({"eprint": "2101.00001", "eprinttype": "hal"}, ""),
        ({"eprint": "hal-01234567", "eprinttype": "hal"}, ""),
        ({"eprint": "https://arxiv.org/abs/2101.00001"}, "2101.00001"),
        ({"arxiv": "2101.00001"}, "2101.00001"),
        ({"arxiv": "https://arxiv.org/pdf/2101.00001v2.pdf"}, "2101.00001"),
        ({"doi": "10.48550/arXiv.2101.00001"}, "2101.00001"),
        ({"url": "https://arxiv.org/abs/2101.00001v2"}, "2101.00001"),
        ({"url": "http://arxiv.org/abs/hep-th/9901001"}, "hep-th/9901001"),
        ({"url": "\\url{https://arxiv.org/abs/2101.00001}"}, "2101.00001"),
        ({"journal": "arXiv preprint arXiv:2101.00001"}, "2101.00001"),
        ({"journal": "arXiv e-prints", "volume": "abs/2101.00001"}, "2101.00001"),
        ({"journal": "CoRR", "volume": "abs/2101.00001"}, "2101.00001"),
        ({"journal": "CoRR", "volume": "abs/hep-th/9901001"}, "hep-th/9901001"),
        ({"howpublished": "arXiv:2101.00001 [cs.CL]"}, "2101.00001"),
        ({"url": "https://arxiv.org/help", "journal": "arXiv:2101.00001"}, "2101.00001"),
        ({"note": "arXiv:2101.00001"}, "2101.00001"),
        ({"note": "Preprint, arXiv:2101.00001v1 [cs.CL]."}, "2101.00001"),
        ({"note": "Replaces arXiv:2101.00001, with proofs"}, ""),
        ({"journal": "Journal 2101.00001"}, ""),
        ({"pages": "2101.00001"}, ""),
    ],
)
def test_an_arxiv_id_is_read_from_its_forms(fields: dict[str, str], arxiv_id: str) -> None:
    assert publication(**fields).arxiv_id == arxiv_id


@pytest.mark.parametrize(
    ("kind", "fields", "preprint"),
    [
        ("misc", {"eprint": "2101.00001", "archiveprefix": "arXiv"}, True),
        ("article", {"journal": "arXiv preprint arXiv:2101.00001"}, True),
        ("article", {"journal": "{CoRR}"}, True),
        ("article", {"journal": "bioRxiv"}, True),
        ("article", {"journal": "ChemRxiv"}, True),
        ("article", {"journal": "SSRN Electronic Journal"}, True),
        ("misc", {"publisher": "arXiv"}, True),
        ("article", {"journal": "Journal of Corrosion", "eprint": "2101.00001"}, False),
        ("inproceedings", {"booktitle": "Proc. ACL", "eprint": "2101.00001"}, False),
        ("inproceedings", {"eprint": "2101.00001"}, False),
        ("phdthesis", {"school": "X", "eprint": "2101.00001"}, False),
        ("misc", {"howpublished": "Blog"}, False),
    ],
)
def test_a_preprint_is_published_nowhere_else(kind: str, fields: dict[str, str], preprint: bool) -> None:
    assert publication(kind, **fields).is_preprint is preprint


@pytest.mark.parametrize(
    "text",
    ["Oral", "oral presentation", "Spotlight", "Spotlight paper", "Highlight", "Highlighted Paper",
     "Top 5\\%", "top-2.5 %", "Oral (Top 1.5\\%)", "Oral, top 2\\%", "Notable-top-5\\%", "Long oral",
     "Contributed talk", "Early accept", "Selected for oral presentation", "Poster"],
)  # fmt: skip
def test_a_kind_of_presentation_is_no_award(text: str) -> None:
    (award,) = publication(award=text).awards

    assert award.presentation


@pytest.mark.parametrize("text", ["Best Paper Award", "Best Oral", "Oral Award", "Best Poster", "Top Paper"])
def test_an_award_is_no_kind_of_presentation(text: str) -> None:
    assert publication(award=text).awards == (Award(text),)


def test_awards_are_split_at_semicolons() -> None:
    assert publication(award=" Best Paper; Oral ;; R\\&D Prize;").awards == (
        Award("Best Paper"),
        Award("Oral", presentation=True),
        Award("R&D Prize"),
    )


@pytest.mark.parametrize(
    ("count", "citations"), [("0", 0), ("123", 123), ("", None), ("many", None), ("-1", None), ("²", None)]
)
def test_an_unknown_count_is_not_zero(count: str, citations: int | None) -> None:
    assert publication(citationcount=count).citations == citations


def test_roles_of_all_annotations_are_joined() -> None:
    fields = {"author": "A and B", "author+an": "1:family=equal; 2 = b", "author+an:role": "1=corresponding"}

    read = Publication("k", "misc", fields)

    assert [author.roles for author in read.authors] == [{"equal", "corresponding"}, {"b"}]


def test_links_keep_the_order_of_the_table_and_no_address_stands_twice() -> None:
    read = publication(
        video="https://youtu.be/AbC",
        poster="https://youtu.be/abc",
        url="http://www.arxiv.org/abs/2101.00001v2/",
        pdf="https://arxiv.org/pdf/2101.00001",
        slides="slides/talk~1--a.pdf",
        eprint="2101.00001",
        doi="10.48550/arXiv.2101.00001",
        website="https://dx.doi.org/10.48550/ARXIV.2101.00001",
        html="http://x.org/\\~{}me/a\\_b.html",
    )

    assert [(link.label, link.url) for link in read.links] == [
        ("DOI", "https://doi.org/10.48550/arxiv.2101.00001"),
        ("arXiv", "https://arxiv.org/abs/2101.00001"),
        ("PDF", "https://arxiv.org/pdf/2101.00001"),
        ("HTML", "http://x.org/~me/a_b.html"),
        ("Slides", "slides/talk~1--a.pdf"),
        ("Poster", "https://youtu.be/abc"),
        ("Video", "https://youtu.be/AbC"),
    ]
