"""Asking sites, over real HTTP on 127.0.0.1.

The answers of Crossref, arXiv, the ACL Anthology and DBLP have the shape of real ones; those of
OpenReview, Semantic Scholar, OpenAlex, ORCID, PubMed and Open Library could not be recorded here and
follow their documentation. People and papers are invented, but for the three of the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pubcli.errors import ConflictError, NotFoundError, PubcliError, ServiceError, UnreadableError
from pubcli.importers import Outcome, Source, find_source, gather, recognise
from pubcli.importers.sites import SITES
from pubcli.web import SERVICES, Web, base_url
from tests.servers import Reply, Server, serve

DATA = Path(__file__).parent / "data" / "importers"
HEX = "0123456789abcdef0123456789abcdef01234567"
S2 = f"/semanticscholar/graph/v1/paper/{HEX}"

Add = Callable[..., list[Outcome]]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as server:
        yield server


@pytest.fixture
def web(server: Server) -> Web:
    return Web(environ=server.environ(*SERVICES), sleep=lambda seconds: None, intervals={})


@pytest.fixture
def add(web: Web) -> Add:
    def add(*texts: str, ascii_only: bool = False) -> list[Outcome]:
        return list(gather([find_source(text) for text in texts], web, ascii_only=ascii_only))

    return add


def shown(outcome: Outcome) -> dict[str, str]:
    assert outcome.error is None
    (record,) = outcome.records
    return {"type": record.entry_type, **record.fields}


QUIET = {
    "type": "article",
    "title": r"Quiet rivers in \emph{Silva fluvialis}: {DNA}, {CO}\textsubscript{2} \& {3D} maps",
    "author": "Díaz, Marta and van der Berg, Jan and Marsh, Jr., Ada and "
              "{The Rivers, Lakes and Seas Consortium}",
    "journal": r"Journal of Rivers \& Lakes", "volume": "12", "number": "3", "pages": "101--119",
    "publisher": "Invented Press", "year": "2021", "month": "jun", "doi": "10.5555/quiet.2021.0042",
}  # fmt: skip
XDEEPSERVE = {
    "type": "misc", "title": "{xDeepServe}: Model-as-a-Service on Huawei {CloudMatrix384}",
    "author": "Xiao, Ao and He, Bangzheng and Zhang, Baoquan and Xia, Qingrong and others", "year": "2025",
    "url": "https://arxiv.org/abs/2508.02520", "eprint": "2508.02520", "archiveprefix": "arXiv",
    "primaryclass": "cs.DC",
}  # fmt: skip
FAST = {
    "type": "inproceedings",
    "title": "Fast and Accurate End-to-End Span-based Semantic Role Labeling as Word-based Graph Parsing",
    "author": "Zhou, Shilin and Xia, Qingrong and Li, Zhenghua and Zhang, Yu and Hong, Yu and Zhang, Min",
    "booktitle": "Proceedings of the 29th International Conference on Computational Linguistics",
    "abbr": "COLING", "pages": "4160--4171",
    "publisher": "International Committee on Computational Linguistics", "year": "2022", "month": "oct",
    "url": "https://aclanthology.org/2022.coling-1.365/",
}  # fmt: skip
PUBMED = {
    "type": "article", "title": "Quiet rivers and the {DNA} of fish",
    "author": "Díaz, Marta and Marsh, Ada B",
    "journal": "Journal of rivers", "volume": "7", "number": "2", "pages": "123--129", "year": "2019",
    "month": "jun", "doi": "10.5555/quiet.2019",
}  # fmt: skip
OPENREVIEW = {
    "type": "inproceedings", "title": "Quiet Rivers: {3D} Maps", "author": "Marsh, Ada and van der Berg, Jan",
    "booktitle": "The Fifth Conference on Streams", "year": "2024",
    "url": "https://openreview.net/forum?id=rJlInvent1",
}  # fmt: skip
OPENALEX = {
    "type": "article", "title": r"Quiet rivers of \emph{Silva}",
    "author": "Díaz, Marta and van der Berg, Jan",
    "journal": "Journal of Rivers", "volume": "6", "pages": "e4375", "year": "2018", "month": "feb",
}  # fmt: skip
BOOK = {
    "type": "book", "title": "Rivers: An Introduction", "author": "Marsh, Ada and van der Berg, Jan",
    "publisher": "Invented Press", "year": "2016", "isbn": "9780262035613",
}  # fmt: skip

# What the user gives, what is asked for, what is answered, and the entry that comes of it.
ASKED = (
    ("10.5555/Quiet.2021.0042", "/doi/10.5555/quiet.2021.0042", "crossref-journal.json", QUIET),
    ("arXiv:2508.02520v2", "/arxiv/bibtex/2508.02520", "arxiv.bib", XDEEPSERVE),
    ("https://aclanthology.org/2022.coling-1.365.pdf", "/acl/2022.coling-1.365.bib", "acl.bib", FAST),
    ("DBLP:conf/coling/ZhouXLZHZ22", "/dblp/rec/conf/coling/ZhouXLZHZ22.bib?param=1", "acl.bib", FAST),
    ("pmid:31000001", "/pubmed/pubmed/?format=csl&id=31000001", "pubmed-csl.json", PUBMED),
    ("PMC7604748", "/pubmed/pmc/?format=csl&id=7604748", "pubmed-csl.json", PUBMED),
    ("https://openreview.net/forum?id=rJlInvent1", "/openreview/notes?id=rJlInvent1", "openreview-v2.json",
     OPENREVIEW),
    ("W2741809807", "/openalex/works/W2741809807", "openalex.json", OPENALEX),
    ("978-0-262-03561-3", "/openlibrary/api/books?bibkeys=ISBN:9780262035613&format=json&jscmd=data",
     "openlibrary.json", BOOK),
)  # fmt: skip


@pytest.mark.parametrize(("text", "path", "file", "expected"), ASKED, ids=[row[0] for row in ASKED])
def test_one_request_gives_one_clean_record(
    server: Server, add: Add, text: str, path: str, file: str, expected: dict[str, str]
) -> None:
    server.answer(path, (DATA / file).read_bytes())

    (outcome,) = add(text)

    assert shown(outcome) == expected
    assert server.paths == [path]


def test_every_service_of_the_table_can_be_sent_elsewhere(server: Server) -> None:
    environ = server.environ(*SERVICES)

    for service in (service for row in SITES for service, _ in row.addresses):
        assert base_url(service, environ).startswith(server.url)


def test_a_doi_is_asked_for_as_csl_json_wherever_it_redirects(server: Server, add: Add) -> None:
    server.answer(
        "/doi/10.5555/quiet.2021.0042", Reply(302, headers={"location": f"{server.url}/crossref/x"})
    )
    server.answer("/crossref/x", (DATA / "crossref-journal.json").read_bytes())

    (outcome,) = add("10.5555/quiet.2021.0042")

    assert shown(outcome) == QUIET
    assert {request.headers["accept"] for request in server.requests} == {
        "application/vnd.citationstyles.csl+json"
    }


def test_signs_of_a_doi_do_not_break_the_address(server: Server, add: Add) -> None:
    server.answer(
        "/doi/10.1002/1097(2000)1:1%3C1::aid-a%3E3.0.co;2-x", (DATA / "crossref-journal.json").read_bytes()
    )
    source = Source("DOI", "10.1002/1097(2000)1:1<1::aid-a>3.0.co;2-x")

    (outcome,) = gather([source], Web(environ=server.environ("doi"), intervals={}))

    assert shown(outcome) == QUIET


def test_an_older_forum_is_found_in_the_first_version_of_openreview(server: Server, add: Add) -> None:
    server.answer("/openreview/notes", '{"notes": []}')
    server.answer("/openreview_v1/notes", (DATA / "openreview-v1.json").read_bytes())

    (outcome,) = add("openreview:rJlInvent0")

    assert shown(outcome) == {
        "type": "misc", "title": "Loud Rivers", "author": "Marsh, Ada and van der Berg, Jan",
        "howpublished": "Streams 2019 Conference Blind Submission",
        "url": "https://openreview.net/forum?id=rJlInvent0",
    }  # fmt: skip


def test_semantic_scholar_leads_to_the_doi(server: Server, add: Add) -> None:
    server.answer(S2, (DATA / "semanticscholar.json").read_bytes())
    server.answer("/doi/10.5555/quiet.2021.0042", (DATA / "crossref-journal.json").read_bytes())

    (outcome,) = add(HEX)

    assert shown(outcome) == QUIET
    assert len(server.paths) == 2


def test_what_semantic_scholar_says_itself_stands_in_for_an_unknown_doi(server: Server, add: Add) -> None:
    server.answer(S2, (DATA / "semanticscholar.json").read_bytes())

    (outcome,) = add(HEX)

    assert shown(outcome) == {
        "type": "article", "title": "Quiet rivers", "author": "Díaz, Marta and van der Berg, Jan",
        "journal": "Journal of Rivers and Lakes", "volume": "12", "pages": "101--119", "year": "2021",
        "month": "jun",
    }  # fmt: skip


def test_an_orcid_gives_all_works_by_their_own_identifiers_and_the_rest_in_one_request(
    server: Server, add: Add
) -> None:
    person = "0000-0002-1825-0097"
    server.answer(f"/orcid/v3.0/{person}/works", (DATA / "orcid.json").read_bytes())
    server.answer(f"/orcid/v3.0/{person}/works/21,22", (DATA / "orcid-bulk.json").read_bytes())
    server.answer("/doi/10.5555/quiet.2021.0042", (DATA / "crossref-journal.json").read_bytes())
    server.answer("/arxiv/bibtex/2508.02520", (DATA / "arxiv.bib").read_bytes())

    quiet, xdeepserve, rest = add(f"https://orcid.org/{person}")

    assert [shown(quiet), shown(xdeepserve)] == [QUIET, XDEEPSERVE]
    assert [{"type": record.entry_type, **record.fields} for record in rest.records] == [
        {
            "type": "inproceedings", "title": "Fast-Flowing Streams: for Everyone",
            "author": "Marsh, Ada and Oduya, Ben",
            "booktitle": "Proceedings of the 5th Conference on Streams",
            "year": "2020", "month": "jul", "url": "https://example.org/streams",
        },
        {
            "type": "book", "title": "Brooks", "author": "Marsh, Ada", "publisher": "Invented Press",
            "year": "2015",
            "isbn": "9780262035613",
        },
    ]  # fmt: skip
    assert len(server.paths) == 4


def test_one_source_that_fails_does_not_stop_the_others_and_none_is_asked_twice(
    server: Server, add: Add, tmp_path: Path
) -> None:
    server.answer("/arxiv/bibtex/2508.02520", (DATA / "arxiv.bib").read_bytes())
    page = tmp_path / "list.md"
    page.write_bytes(b"- https://arxiv.org/abs/2508.02520\n- doi:10.5555/none\n")

    outcomes = add("10.5555/none", "2508.02520", "nowhere.bib", str(page))

    assert [(str(outcome.source), outcome.error and outcome.error.message) for outcome in outcomes] == [
        ("DOI 10.5555/none", "doi.org knows no 10.5555/none"),
        ("arXiv 2508.02520", None),
        ("nowhere.bib", "there is no file nowhere.bib"),
    ]
    assert isinstance(outcomes[0].error, NotFoundError)
    assert server.paths == ["/doi/10.5555/none", "/arxiv/bibtex/2508.02520"]


def test_progress_and_standard_input(server: Server, web: Web) -> None:
    server.answer("/arxiv/bibtex/2508.02520", (DATA / "arxiv.bib").read_bytes())
    told: list[tuple[str, int]] = []

    outcomes = list(
        gather(
            [Source("standard input", "-"), Source("file", "x.bib")],
            web,
            stdin=lambda: b"2508.02520\n",
            progress=lambda source, left: told.append((str(source), left)),
        )
    )

    assert told == [("-", 1), ("arXiv 2508.02520", 1), ("x.bib", 0)]
    assert shown(outcomes[0]) == XDEEPSERVE


BIB = "@misc{{{0}, title = {{Title {0}}}, author = {{Ada Marsh}}, doi = {{10.5555/{0}}}}}\n"
HTML = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>@misc{x,}</body></html>"

TROUBLE: tuple[tuple[str, Reply, type[PubcliError], str], ...] = (
    ("acl:P19-1001", Reply(404), NotFoundError, "the ACL Anthology knows no P19-1001"),
    ("acl:P19-1001", Reply(body=HTML), UnreadableError,
     "ACL Anthology P19-1001: the answer is a web page, not BibTeX"),
    ("acl:P19-1001", Reply(body=" \n"), UnreadableError, "ACL Anthology P19-1001: the answer is empty"),
    ("acl:P19-1001", Reply(body="Not here."), UnreadableError,
     "ACL Anthology P19-1001: the answer is not BibTeX"),
    ("acl:P19-1001", Reply(body="@misc{x, title = {"), UnreadableError,
     "ACL Anthology P19-1001: the answer is not BibTeX: line 1: "),
    ("acl:P19-1001", Reply(body=BIB.format("a") + BIB.format("b")), ConflictError,
     "ACL Anthology P19-1001: the answer holds 2 publications, not one"),
    ("acl:P19-1001", Reply(302, headers={"location": "/acl/P19-1001.bib"}), ServiceError,
     "the ACL Anthology redirects in circles"),
    ("acl:P19-1001", Reply(403), ServiceError, "the ACL Anthology refuses: 403 Forbidden"),
    ("acl:P19-1001", Reply(body=b"@misc{x, " * 100_000, copies=30), UnreadableError,
     "the answer of the ACL Anthology is larger than"),
    ("acl:P19-1001", Reply(body=b"\xff\xfe\x00\x01" * 50), UnreadableError,
     "ACL Anthology P19-1001: the answer is"),
    ("openalex:W1234", Reply(body="[]"), UnreadableError, "OpenAlex W1234: "),
    ("openalex:W1234", Reply(body="{"), UnreadableError, "OpenAlex W1234: the answer is not JSON: "),
    ("10.5555/x", Reply(body='{"message": "odd"}'), UnreadableError,
     "DOI 10.5555/x: this JSON is not CSL-JSON"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "reply", "error", "message"), TROUBLE, ids=[f"{row[3]}" for row in TROUBLE])
def test_trouble_is_named_with_its_source(
    server: Server, add: Add, text: str, reply: Reply, error: type[PubcliError], message: str
) -> None:
    source = recognise(text)
    assert source is not None
    row = next(row for row in SITES if row.name == source.kind)
    for service, path in row.paths(source.id):
        server.answer(f"/{service}{path}", reply)

    (outcome,) = add(text)

    assert isinstance(outcome.error, error)
    assert outcome.error.message.startswith(message)
    assert outcome.error.hint or isinstance(outcome.error, ConflictError)
    assert not outcome.records


def test_of_two_entries_the_one_that_was_asked_for_is_taken(server: Server, add: Add) -> None:
    volume = "@proceedings{v, title = {Proceedings of Streams}, year = {2020}}\n"
    server.answer("/dblp/rec/conf/x/A20.bib", BIB.format("a") + volume)
    server.answer(
        "/arxiv/bibtex/2508.02520", BIB.format("b") + (DATA / "arxiv.bib").read_text(encoding="utf-8")
    )

    first, second = add("conf/x/A20", "2508.02520")

    assert shown(first)["title"] == "Title a"
    assert first.keys == ("a",)
    assert shown(second) == XDEEPSERVE


def test_the_identifier_asked_for_is_kept_where_the_answer_leaves_it_out(server: Server, add: Add) -> None:
    server.answer("/doi/10.5555/bare", '{"type": "book", "title": "Rivers"}')
    server.answer("/arxiv/bibtex/2508.00001", "@misc{x, title={Rivers}}")

    assert [shown(outcome) for outcome in add("10.5555/bare", "2508.00001")] == [
        {"type": "book", "title": "Rivers", "doi": "10.5555/bare"},
        {"type": "misc", "title": "Rivers", "eprint": "2508.00001", "archiveprefix": "arXiv"},
    ]


def test_nothing_that_a_terminal_or_a_file_would_obey_gets_through(server: Server, add: Add) -> None:
    answer = r"""{
        "type": "book", "title": "Red\u001b[31m\nrivers\u0007\u202e } \\input{x}",
        "author": [{"literal": "A\nB}"}],
        "publisher": "P\r\n@book{x, title = {y}}", "URL": "https://e.org/}\n@x{"
    }"""
    server.answer("/doi/10.5555/evil", answer)

    (outcome,) = add("10.5555/evil")

    values = shown(outcome)
    assert all(value.isprintable() for value in values.values())
    assert (
        values["title"]
        == r"Red rivers \textbraceright{} \textbackslash{}input\textbraceleft{}x\textbraceright{}"
    )
    assert values["url"] == "https://e.org/@x"


def test_letters_beyond_ascii_become_latex_for_a_library_that_holds_none(server: Server, add: Add) -> None:
    server.answer("/doi/10.5555/quiet.2021.0042", (DATA / "crossref-journal.json").read_bytes())

    (outcome,) = add("10.5555/quiet.2021.0042", ascii_only=True)

    assert all(value.isascii() for value in shown(outcome).values())
    assert outcome.records[0].authors[0].name.family == "Díaz"
