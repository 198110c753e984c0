"""Which source a text means, by its form alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.errors import UsageError
from pubcli.importers.sites import SITES
from pubcli.importers.sources import Source, find_source, in_text, recognise

HEX = "0123456789abcdef0123456789abcdef01234567"

TEXTS = {
    "DOI 10.1609/aaai.v39i22.34567": (
        "10.1609/aaai.v39i22.34567",
        "doi:10.1609/AAAI.v39i22.34567",
        "DOI: 10.1609/aaai.v39i22.34567.",
        "https://doi.org/10.1609/aaai.v39i22.34567",
        "http://dx.doi.org/10.1609/aaai.v39i22.34567",
        "doi.org/10.1609/aaai.v39i22.34567",
        "https://doi.org/10.1609%2Faaai.v39i22.34567",
        " <https://doi.org/10.1609/aaai.v39i22.34567> ",
        "https://example.org/doi/abs/10.1609/aaai.v39i22.34567?download=true",
        "https://example.org/article/10.1609/aaai.v39i22.34567/full",
        "https://example.org/article/10.1609/aaai.v39i22.34567.pdf",
    ),
    "DOI 10.1016/s0031-3203(00)00023-6": (
        "10.1016/S0031-3203(00)00023-6",
        "https://doi.org/10.1016/S0031-3203(00)00023-6",
        "(10.1016/S0031-3203(00)00023-6)"[1:],
    ),
    "DOI 10.1101/2020.01.01.123456": (
        "https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf",
    ),
    "DOI 10.1038/s41586-021-00001-2": ("https://www.nature.com/articles/s41586-021-00001-2",),
    "arXiv 2508.02520": (
        "2508.02520",
        "2508.02520v3",
        "arXiv:2508.02520",
        "arxiv: 2508.02520v1 [cs.DC]",
        "https://arxiv.org/abs/2508.02520",
        "http://arxiv.org/abs/2508.02520v2",
        "arxiv.org/pdf/2508.02520",
        "https://arxiv.org/pdf/2508.02520v1.pdf",
        "https://arxiv.org/html/2508.02520v1#S2",
        "https://export.arxiv.org/abs/2508.02520?context=cs",
        "https://www.alphaxiv.org/abs/2508.02520",
        "https://ar5iv.labs.arxiv.org/html/2508.02520",
        "https://huggingface.co/papers/2508.02520",
        "10.48550/arXiv.2508.02520",
        "https://doi.org/10.48550/arXiv.2508.02520",
    ),
    "arXiv math/0309136": (
        "math/0309136",
        "math.GT/0309136v2",
        "https://arxiv.org/abs/math/0309136",
        "arXiv:math/0309136",
    ),
    "arXiv cond-mat/9901001": ("cond-mat/9901001",),
    "arXiv 0706.0001": ("0706.0001",),
    "ACL Anthology 2022.coling-1.365": (
        "2022.coling-1.365",
        "https://aclanthology.org/2022.coling-1.365",
        "https://aclanthology.org/2022.coling-1.365/",
        "https://aclanthology.org/2022.coling-1.365.pdf",
        "https://www.aclanthology.org/2022.coling-1.365.bib",
        "2022.COLING-1.365.bib",
    ),
    "ACL Anthology P19-1001": (
        "P19-1001",
        "p19-1001",
        "https://aclanthology.org/P19-1001v2.pdf",
        "https://www.aclweb.org/anthology/P19-1001/",
        "https://aclanthology.info/papers/P19-1001/p19-1001",
        "https://www.aclweb.org/anthology/papers/P/P19/P19-1001/",
    ),
    "DBLP conf/coling/ZhouXLZHZ22": (
        "conf/coling/ZhouXLZHZ22",
        "DBLP:conf/coling/ZhouXLZHZ22",
        "https://dblp.org/rec/conf/coling/ZhouXLZHZ22",
        "https://dblp.org/rec/conf/coling/ZhouXLZHZ22.html?view=bibtex",
        "https://dblp.uni-trier.de/rec/bibtex/conf/coling/ZhouXLZHZ22",
        "https://dblp.org/rec/conf/coling/ZhouXLZHZ22.bib?param=1",
    ),
    "DBLP journals/corr/abs-2112-02970": ("https://dblp.org/rec/journals/corr/abs-2112-02970.html",),
    "OpenReview rJl-b3RcF7": (
        "https://openreview.net/forum?id=rJl-b3RcF7",
        "https://openreview.net/pdf?id=rJl-b3RcF7",
        "https://openreview.net/forum?id=rJl-b3RcF7&noteId=abc",
        "https://openreview.net/forum?id=rJl-b3RcF7#discussion",
        "openreview:rJl-b3RcF7",
    ),
    f"Semantic Scholar {HEX}": (
        HEX,
        HEX.upper(),
        f"https://www.semanticscholar.org/paper/{HEX}",
        f"https://www.semanticscholar.org/paper/Quiet-Rivers-Marsh-Oduya/{HEX}?utm_source=x",
        f"https://www.semanticscholar.org/reader/{HEX}",
    ),
    "CorpusID:13756489": (
        "CorpusID:13756489",
        "https://api.semanticscholar.org/CorpusID:13756489",
        "s2cid: 13756489",
    ),
    "PubMed 33024307": (
        "pmid:33024307",
        "PMID: 33024307",
        "https://pubmed.ncbi.nlm.nih.gov/33024307/",
        "https://www.ncbi.nlm.nih.gov/pubmed/33024307",
        "https://europepmc.org/article/MED/33024307",
    ),
    "PubMed Central 7604748": (
        "PMC7604748",
        "pmcid: PMC7604748",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7604748/",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC7604748/pdf/main.pdf",
    ),
    "OpenAlex W2741809807": (
        "W2741809807",
        "https://openalex.org/W2741809807",
        "https://api.openalex.org/works/W2741809807",
        "openalex.org/works/w2741809807",
    ),
    "ORCID 0000-0002-1825-0097": (
        "0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097",
        "orcid:0000-0002-1825-0097",
    ),
    "ORCID 0000-0002-1694-233X": ("0000-0002-1694-233x",),
    "ISBN 9780262035613": (
        "978-0-262-03561-3",
        "9780262035613",
        "ISBN 978 0 262 03561 3",
        "isbn-13: 9780262035613",
    ),
    "ISBN 080442957X": ("0-8044-2957-X", "ISBN:080442957x"),
    "refs.bib": ("refs.bib",),
    "old/Export 2.RIS": ("old/Export 2.RIS",),
    "items.json": ("items.json",),
    "pubmed.nbib": ("pubmed.nbib",),
    "paper.pdf": ("paper.pdf",),
    "index.md": ("index.md",),
    "index.html": ("index.html",),
    "-": ("-",),
}
SICI = "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O"
TEXTS[SICI.lower()] = (
    SICI,
    f"https://doi.org/{SICI}",
    "https://doi.org/10.1002/(SICI)1097-4571(199806)49:8%3C693::AID-ASI4%3E3.0.CO;2-O",
)
FLAT = [(text, expected) for expected, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("text", "expected"), FLAT, ids=[text for text, _ in FLAT])
def test_every_form_of_an_identifier_is_the_same_source(text: str, expected: str) -> None:
    assert str(recognise(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A Study of Quiet Rivers",
        "2508",
        "2513.02520",  # there is no 13th month
        "12345678",
        "0000-0002-1825-0098",  # the last digit is the checksum
        "978-0-262-03561-4",
        "1234567890",
        HEX[:-1],
        "10.1609",
        "https://example.org/",
        "https://example.org/paper.pdf",
        "https://openreview.net/group?id=ICLR.cc",
        "https://dblp.org/pid/00/1234.html",
        "https://www.semanticscholar.org/author/123",
    ],
)
def test_what_only_looks_like_an_identifier_is_none(text: str) -> None:
    assert recognise(text) is None


def test_every_example_of_the_table_is_recognised_as_its_kind() -> None:
    kinds = {site.example: getattr(recognise(site.example), "kind", None) for site in SITES if site.example}

    assert kinds == {site.example: site.name for site in SITES if site.example}


def test_an_unknown_text_gets_the_kinds_with_an_example_each() -> None:
    with pytest.raises(UsageError) as caught:
        find_source("quiet \x1b[31mrivers")

    assert caught.value.message == "'quiet rivers' is no file and no identifier that is known"
    assert caught.value.hint == "\n".join(
        (
            "give one of these, or --title, --author and --year:",
            "  arXiv             2508.02520",
            "  ACL Anthology     2022.coling-1.365",
            "  DBLP              conf/coling/ZhouXLZHZ22",
            "  OpenReview        https://openreview.net/forum?id=rJl-b3RcF7",
            "  Semantic Scholar  CorpusID:13756489",
            "  PubMed            pmid:33024307",
            "  PubMed Central    PMC7604748",
            "  OpenAlex          W2741809807",
            "  ORCID             0000-0002-1825-0097",
            "  ISBN              978-0-262-03561-3",
            "  DOI               10.1609/aaai.v39i22.34567",
            "  BibTeX file       refs.bib",
            "  RIS file          export.ris",
            "  CSL-JSON file     items.json",
            "  PubMed file       citations.nbib",
            "  PDF               paper.pdf",
            "  page with links   publications.md",
            "  standard input    -",
        )
    )


def test_a_file_of_that_name_comes_before_an_identifier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2022.coling-1.365.bib").write_bytes(b"")
    (tmp_path / "refs").write_bytes(b"")

    assert find_source("2022.coling-1.365.bib") == Source("file", "2022.coling-1.365.bib")
    assert find_source("refs") == Source("file", "refs")
    assert find_source("2022.coling-1.365.pdf") == Source("ACL Anthology", "2022.coling-1.365")


def test_identifiers_are_found_in_running_text() -> None:
    text = """
        Marsh, A. Quiet Rivers. doi:10.5555/quiet.2019(1). See also [the preprint](https://arxiv.org/abs/1904.00001),
        [code](https://github.com/amarsh/10.5555), <https://doi.org/10.5555/loud.2020>; pmid: 31000001;
        (arXiv:2001.00002v2).
    """

    assert [str(source) for source in in_text(text)] == [
        "DOI 10.5555/quiet.2019(1)",
        "arXiv 1904.00001",
        "DOI 10.5555/loud.2020",
        "PubMed 31000001",
        "arXiv 2001.00002",
    ]


def test_old_dois_with_angle_brackets_are_found_in_text() -> None:
    text = f"See {SICI}. And <10.5555/quiet.2019>, <https://doi.org/10.5555/loud.2020>"

    found = [source.id for source in in_text(text)]

    assert found == [SICI.lower(), "10.5555/quiet.2019", "10.5555/loud.2020"]


@given(st.text(max_size=60))
def test_any_text_is_recognised_or_not_without_an_error(text: str) -> None:
    recognise(text)
    in_text(text)


@given(st.sampled_from([text for text, expected in FLAT if " " in expected]))
def test_what_was_recognised_is_recognised_again_by_its_identifier(text: str) -> None:
    source = recognise(text)

    assert source is not None
    prefix = {"PubMed": "pmid:", "PubMed Central": "PMC", "OpenReview": "openreview:"}.get(source.kind, "")
    assert recognise(prefix + source.id) == source
