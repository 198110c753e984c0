"""The servers here answer in the shape that the services document; nothing was recorded from them.

OpenAlex: "Get a list of works", `filter=doi:a|b`, `results[].doi`, `cited_by_count`. Semantic Scholar: Graph
API, `POST paper/batch`, a list in the order of the ids with null for what is not known. Crossref:
REST API `works?filter=doi:a,doi:b`, `message.items[].DOI`, `is-referenced-by-count`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pubcli.errors import ServiceError, UnreadableError, UsageError
from pubcli.publication import Publication
from pubcli.scholar.providers import fetch_counts
from pubcli.web import Web

COUNTS = {"10.5555/known": 41, "10.5555/uncited": 0, "10.48550/arxiv.2101.00001": 7}


@dataclass
class Asked:
    """One request as the server saw it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Service:
    """A service on 127.0.0.1 that answers what `answer` says: a status and a JSON value."""

    answer: Callable[[Asked], tuple[int, Any]]
    asked: list[Asked] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service(lambda asked: (404, {}))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", 0))
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(url.path, query, headers, json.loads(self.rfile.read(length) or "null"))
            service.asked.append(asked)
            status, value = service.answer(asked)
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


def openalex(asked: Asked) -> tuple[int, Any]:
    dois = asked.query["filter"].removeprefix("doi:").split("|")
    works = [
        {"doi": f"https://doi.org/{doi}", "cited_by_count": COUNTS[doi]} for doi in dois if doi in COUNTS
    ]
    return 200, {"meta": {"count": len(works), "page": 1, "per_page": 200}, "results": works}


def semantic_scholar(asked: Asked) -> tuple[int, Any]:
    dois = [name.replace("ARXIV:", "10.48550/arxiv.").removeprefix("DOI:") for name in asked.body["ids"]]
    if not any(doi in COUNTS for doi in dois):
        return 400, {"error": "No valid paper ids given"}
    return 200, [
        {"paperId": doi[::-1], "citationCount": COUNTS[doi]} if doi in COUNTS else None for doi in dois
    ]


def crossref(asked: Asked) -> tuple[int, Any]:
    dois = [part.removeprefix("doi:") for part in asked.query["filter"].split(",")]
    items = [{"DOI": doi.upper(), "is-referenced-by-count": COUNTS[doi]} for doi in dois if doi in COUNTS]
    return 200, {"status": "ok", "message-type": "work-list", "message": {"total-results": 2, "items": items}}


PUBLICATIONS = [
    Publication("known", "article", {"doi": "10.5555/KNOWN"}),
    Publication("uncited", "article", {"doi": "https://doi.org/10.5555/uncited"}),
    Publication("preprint", "misc", {"eprint": "2101.00001v2", "archiveprefix": "arXiv"}),
    Publication("both", "article", {"doi": "10.5555/unheard-of", "eprint": "2101.00001"}),
    Publication("unheard-of", "article", {"doi": "10.5555/unheard-of"}),
    Publication("nothing", "article", {"title": "No identifier"}),
    Publication("odd", "article", {"doi": "10.5555/a,b|c"}),
    Publication("twice", "article", {"doi": "10.5555/known"}),
    Publication("twice", "article", {"doi": "10.5555/uncited"}),
]
TWICE = "several entries have this citation key"


def ask(service: Service, source: str, publications: list[Publication] = PUBLICATIONS, **environ: str) -> Any:
    web = Web(environ={f"PUBCLI_{source.upper()}_URL": service.url}, sleep=lambda seconds: None)
    return fetch_counts(web, source, publications, mailto="ada@example.org", environ=environ)


def test_openalex_is_asked_once_for_dois_and_arxiv_ids(service: Service) -> None:
    service.answer = openalex

    answer = ask(service, "openalex", OPENALEX_API_KEY="secret")

    assert len(service.asked) == 1
    assert service.asked[0].path == "/works"
    assert service.asked[0].query == {
        "filter": "doi:10.5555/known|10.5555/uncited|10.48550/arxiv.2101.00001|10.5555/unheard-of",
        "select": "doi,cited_by_count",
        "per-page": "200",
        "mailto": "ada@example.org",
        "api_key": "secret",
    }
    assert answer.counts == {"known": 41, "uncited": 0, "preprint": 7, "both": 7}
    assert answer.reasons == {"known": "DOI", "uncited": "DOI", "preprint": "arXiv id", "both": "arXiv id"}
    assert answer.unknown == {
        "twice": TWICE,
        "unheard-of": "OpenAlex does not know its DOI",
        "nothing": "it has no DOI or arXiv id that can be asked for",
        "odd": "it has no DOI or arXiv id that can be asked for",
    }


def test_semantic_scholar_is_asked_once_by_post(service: Service) -> None:
    service.answer = semantic_scholar

    answer = ask(service, "semanticscholar", S2_API_KEY="secret")

    assert len(service.asked) == 1
    assert service.asked[0].path == "/graph/v1/paper/batch"
    assert service.asked[0].query == {"fields": "citationCount"}
    assert service.asked[0].headers["x-api-key"] == "secret"
    assert service.asked[0].body == {
        "ids": [
            *("DOI:10.5555/known", "DOI:10.5555/uncited", "ARXIV:2101.00001"),
            *("DOI:10.5555/unheard-of", "DOI:10.5555/a,b|c"),
        ]
    }
    assert answer.counts == {"known": 41, "uncited": 0, "preprint": 7, "both": 7}
    assert answer.unknown["odd"] == "Semantic Scholar does not know its DOI"


def test_semantic_scholar_knowing_none_of_them_is_no_failure(service: Service) -> None:
    service.answer = semantic_scholar

    answer = ask(service, "semanticscholar", [PUBLICATIONS[4]])

    assert answer.counts == {}
    assert answer.unknown == {"unheard-of": "Semantic Scholar does not know its DOI"}
    assert "x-api-key" not in service.asked[0].headers


def test_crossref_is_asked_for_its_own_dois(service: Service) -> None:
    service.answer = crossref

    answer = ask(service, "crossref")

    assert len(service.asked) == 1
    assert service.asked[0].query == {
        "filter": "doi:10.5555/known,doi:10.5555/uncited,doi:10.5555/unheard-of",
        "select": "DOI,is-referenced-by-count",
        "rows": "3",
        "mailto": "ada@example.org",
    }
    assert answer.counts == {"known": 41, "uncited": 0}
    assert answer.unknown["preprint"] == "it has no DOI of Crossref's"


@pytest.mark.parametrize(
    ("source", "answer", "requests"), [("openalex", openalex, 3), ("semanticscholar", semantic_scholar, 1)]
)
def test_many_identifiers_go_in_batches(
    source: str, answer: Callable[[Asked], tuple[int, Any]], requests: int, service: Service
) -> None:
    many = [Publication(f"k{n}", "article", {"doi": f"10.5555/n{n}"}) for n in range(120)]
    service.answer = answer

    counts = ask(service, source, many)

    assert len(service.asked) == requests
    assert len(counts.unknown) == 120


def test_without_identifiers_nobody_is_asked(service: Service) -> None:
    answer = ask(service, "openalex", [PUBLICATIONS[5]])

    assert service.asked == []
    assert answer.counts == {}


@pytest.mark.parametrize("source", ["openalex", "semanticscholar", "crossref"])
@pytest.mark.parametrize(("status", "requests"), [(401, 1), (403, 1), (404, 1), (429, 1), (500, 3)])
def test_a_service_that_refuses_is_not_zero(
    source: str, status: int, requests: int, service: Service
) -> None:
    service.answer = lambda asked: (status, {"error": "no"})

    with pytest.raises(ServiceError) as caught:
        ask(service, source, OPENALEX_API_KEY="secret", S2_API_KEY="secret")

    assert len(service.asked) == requests
    assert "secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("source", ["openalex", "semanticscholar", "crossref"])
@pytest.mark.parametrize(
    "value",
    [
        *(
            b"<html>",
            [],
            {},
            {"results": None, "message": None},
            {"results": [{}], "message": {"items": [{}]}},
        ),
        {
            "results": [{"doi": "https://doi.org/10.5555/known", "cited_by_count": None}],
            "message": {"items": 3},
        },
        [{"citationCount": -1}] * 5,
    ],
)
def test_an_answer_of_another_shape_is_not_zero(source: str, value: object, service: Service) -> None:
    service.answer = lambda asked: (200, value)

    with pytest.raises(UnreadableError) as caught:
        ask(service, source)

    assert "nothing was changed" in caught.value.hint


def test_an_unknown_source_names_the_known_ones(service: Service) -> None:
    with pytest.raises(UsageError) as caught:
        ask(service, "openalx")

    assert caught.value.hint == "did you mean 'openalex'?"
