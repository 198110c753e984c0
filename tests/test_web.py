"""Asking services over real HTTP: politely, within limits, and with errors that say what next."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pubcli import __version__
from pubcli.errors import NotFoundError, ServiceError, UnreadableError, UsageError
from pubcli.web import SERVICES, Answer, Web, base_url, user_agent
from tests.servers import Reply, Request, Server, free_port, serve


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with serve() as running:
        yield running


class Sleeper:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(round(seconds, 3))

    def now(self) -> float:
        return sum(self.naps)


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def web(server: Server, sleeper: Sleeper) -> Web:
    return Web(environ=server.environ(*SERVICES), sleep=sleeper.sleep, clock=sleeper.now, patience=5)


# Asking


def test_a_get_says_who_asks_and_for_what(server: Server) -> None:
    server.answer("/dblp/rec/x.bib?param=1", "@article{x}")
    web = Web(environ=server.environ("dblp"), mailto="jo@uni.example")

    text = web.fetch("dblp", "/rec/x.bib?param=1", accept="application/x-bibtex", headers={"x-api-key": "k"})

    assert text == "@article{x}"
    (request,) = server.requests
    assert (request.method, request.path, request.body) == ("GET", "/dblp/rec/x.bib?param=1", b"")
    assert request.headers["user-agent"] == f"pubcli/{__version__} (mailto:jo@uni.example)"
    assert (request.headers["accept"], request.headers["x-api-key"]) == ("application/x-bibtex", "k")
    assert web.requests_made == 1


def test_a_body_is_posted_as_json(server: Server, web: Web) -> None:
    server.answer("/semanticscholar/batch", lambda request: Reply(body=request.body))

    text = web.fetch("semanticscholar", "/batch", body={"ids": ["DOI:10.1/é"]})

    (request,) = server.requests
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert json.loads(text) == {"ids": ["DOI:10.1/é"]}


@pytest.mark.parametrize(
    ("mailto", "agent"),
    [
        ("", f"pubcli/{__version__}"),
        ("jo@x.example", f"pubcli/{__version__} (mailto:jo@x.example)"),
        ("jo@x\r\nevil: 1", f"pubcli/{__version__}"),
        ("jo@x) (", f"pubcli/{__version__}"),
    ],
)
def test_only_an_address_goes_into_the_user_agent(mailto: str, agent: str) -> None:
    assert user_agent(mailto) == agent


def test_every_service_can_be_sent_elsewhere() -> None:
    environ = {f"PUBCLI_{name.upper()}_URL": f"http://127.0.0.1:9/{name}/" for name in SERVICES}

    elsewhere = {name: base_url(name, environ) for name in SERVICES}
    at_home = {name: base_url(name, {}) for name in SERVICES}

    assert elsewhere == {name: f"http://127.0.0.1:9/{name}" for name in SERVICES}
    assert at_home == {name: service.url for name, service in SERVICES.items()}
    with pytest.raises(UsageError, match="PUBCLI_DOI_URL is no web address: 'file:///etc/passwd'"):
        base_url("doi", {"PUBCLI_DOI_URL": "file:///etc/passwd"})


def test_equal_questions_are_asked_once(server: Server, web: Web) -> None:
    server.answer("/doi/10.1/x", "one", "two")

    texts = [web.fetch("doi", "/10.1/x") for _ in range(3)]
    other = web.fetch("doi", "/10.1/x", accept="text/plain")

    assert (texts, other) == (["one", "one", "one"], "two")
    assert web.requests_made == len(server.requests) == 2


def test_failures_and_posts_are_not_remembered(server: Server, web: Web) -> None:
    server.answer("/doi/x", Reply(404), "there now")
    server.answer("/openalex/y", "one", "two")

    with pytest.raises(NotFoundError):
        web.fetch("doi", "/x")
    texts = [web.fetch("doi", "/x"), *(web.fetch("openalex", "/y", body=[]) for _ in range(2))]

    assert texts == ["there now", "one", "two"]


# Reading


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=ISO-8859-1", b"M\xfcller \x96", "Müller –"),
        ("text/plain; charset=utf-8", b"\xef\xbb\xbfM\xc3\xbcller", "Müller"),
        ('text/plain; charset="windows-1251"', b"\xcc\xe8\xf0", "Мир"),
        ("text/plain", "Müller".encode(), "Müller"),
        ("text/plain", b"M\xfcller", "Müller"),
        ("text/plain; charset=utf-8", b"M\xfcller", "Müller"),
        ("text/plain; charset=no-such", "Müller".encode(), "Müller"),
        ("text/plain; charset=hex", b"beef", "beef"),
        ("text/plain; charset=ISO-8859-1", b"\x81\xfc", "\x81ü"),
    ],
)
def test_text_is_read_by_the_charset_of_its_header(
    server: Server, web: Web, content_type: str, body: bytes, text: str
) -> None:
    server.answer("/doi/x", Reply(body=body, headers={"Content-Type": content_type}))

    fetched = web.fetch("doi", "/x")

    assert fetched == text


def test_compressed_answers_are_unpacked(server: Server, web: Web) -> None:
    packed = gzip.compress("Müller".encode())
    server.answer("/doi/x", Reply(body=packed, headers={"Content-Encoding": "gzip"}))
    server.answer("/doi/y", Reply(body=packed[:-9] + b"garbage!!", headers={"Content-Encoding": "gzip"}))

    text = web.fetch("doi", "/x")

    assert text == "Müller"
    with pytest.raises(UnreadableError, match=r"the answer of doi\.org is garbled"):
        web.fetch("doi", "/y")


def test_an_answer_without_end_is_cut_off(server: Server) -> None:
    server.answer("/doi/x", Reply(body=bytes(100_000), copies=100_000))
    server.answer("/doi/y", Reply(body=gzip.compress(bytes(9_000_000)), headers={"Content-Encoding": "gzip"}))
    web = Web(environ=server.environ("doi"), most_bytes=1_000_000)

    for path in ("/x", "/y"):
        with pytest.raises(UnreadableError, match=r"the answer of doi\.org is larger than 1 MB"):
            web.fetch("doi", path)

    assert web.requests_made == 2


# Trouble


@pytest.mark.parametrize(
    "trouble",
    [Reply(500), Reply(502), Reply(503), Reply(504), Reply(reset=True), Reply(body="half", cut=True)],
)
def test_trouble_is_tried_again(server: Server, web: Web, sleeper: Sleeper, trouble: Reply) -> None:
    server.answer("/doi/x", trouble, trouble, "fine")

    text = web.fetch("doi", "/x")

    assert text == "fine"
    assert sleeper.naps == [0.5, 1.5]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(503), "doi.org answers with an error: 503 Service Unavailable (3 tries)"),
        (Reply(599), "doi.org answers with an error: 599 (3 tries)"),
        (Reply(reset=True), r"doi.org cannot be reached: [Errno 104] Connection reset by peer (3 tries)"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="the system's own words stand in the message")
def test_lasting_trouble_ends_after_two_more_tries(
    server: Server, web: Web, reply: Reply, message: str
) -> None:
    server.answer("/doi/x", reply)

    with pytest.raises(ServiceError) as caught:
        web.fetch("doi", "/x")

    assert (caught.value.message, caught.value.hint) == (message, "try again later")
    assert web.requests_made == len(server.requests) == 3


def test_a_server_that_is_not_there_is_named(sleeper: Sleeper, server: Server) -> None:
    web = Web(environ={"PUBCLI_DBLP_URL": f"http://127.0.0.1:{free_port()}"}, sleep=sleeper.sleep)

    with pytest.raises(ServiceError, match=r"^DBLP cannot be reached: .*refused"):
        web.fetch("dblp", "/x")

    assert web.requests_made == 3


def test_silence_ends_in_an_error(server: Server, sleeper: Sleeper) -> None:
    server.answer("/doi/x", Reply(body="late", delay=5))
    web = Web(environ=server.environ("doi"), sleep=sleeper.sleep, patience=0.1)

    with pytest.raises(ServiceError) as caught:
        web.fetch("doi", "/x")

    assert caught.value.message == "doi.org did not answer in time (3 tries)"
    assert web.requests_made == 3


def test_an_answer_that_trickles_for_ever_ends_in_an_error(server: Server, sleeper: Sleeper) -> None:
    server.answer("/doi/x", Reply(body="slow" * 100, drip=0.02))
    seconds = itertools.count(step=10)
    web = Web(environ=server.environ("doi"), sleep=sleeper.sleep, clock=lambda: next(seconds), patience=5)

    with pytest.raises(ServiceError) as caught:
        web.fetch("doi", "/x")

    assert caught.value.message == "doi.org did not finish its answer in time (3 tries)"
    assert web.requests_made == 3


def test_a_service_that_asks_to_wait_is_waited_for(server: Server, sleeper: Sleeper) -> None:
    dates = {"Date": "Sun, 01 Mar 2026 12:00:00 GMT", "Retry-After": "Sun, 01 Mar 2026 12:00:20 GMT"}
    server.answer("/doi/x", Reply(503, headers={"Retry-After": "7"}), Reply(503, headers=dates), "fine")
    said: list[str] = []
    web = Web(environ=server.environ("doi"), sleep=sleeper.sleep, say=said.append)

    text = web.fetch("doi", "/x")

    assert text == "fine"
    assert said == [
        "doi.org answers with an error: 503 Service Unavailable; trying again in 7 seconds",
        "doi.org answers with an error: 503 Service Unavailable; trying again in 20 seconds",
    ]
    assert sleeper.naps[0] == 7


@pytest.mark.parametrize(
    ("asked", "told"), [("31", "31 seconds"), ("150", "3 minutes"), ("86400", "24 hours")]
)
def test_a_service_that_asks_to_wait_for_long_is_left_alone(
    server: Server, web: Web, sleeper: Sleeper, asked: str, told: str
) -> None:
    server.answer("/doi/x", Reply(503, headers={"Retry-After": asked}))

    with pytest.raises(ServiceError) as caught:
        web.fetch("doi", "/x")

    assert caught.value.hint == f"it asks to try again in {told}"
    assert (web.requests_made, sleeper.naps) == (1, [])


@pytest.mark.parametrize(
    ("reply", "error", "message", "hint"),
    [
        (Reply(404), NotFoundError, "arXiv knows no bibtex/1", "check the identifier"),
        (Reply(410), NotFoundError, "arXiv knows no bibtex/1", "check the identifier"),
        (Reply(429), ServiceError, "arXiv refuses: 429 Too Many Requests",
         "too many requests came from here; try again later"),
        (Reply(429, headers={"Retry-After": "5"}), ServiceError, "arXiv refuses: 429 Too Many Requests",
         "it asks to try again in 5 seconds"),
        (Reply(403), ServiceError, "arXiv refuses: 403 Forbidden",
         "it may want an API key, or has had too many requests; try again later"),
        (Reply(400), ServiceError, "arXiv refuses: 400 Bad Request", "try again later"),
    ],
)  # fmt: skip
def test_a_refusal_is_final(
    server: Server, web: Web, reply: Reply, error: type[ServiceError], message: str, hint: str
) -> None:
    server.answer("/arxiv/bibtex/1", reply)

    with pytest.raises(error) as caught:
        web.fetch("arxiv", "/bibtex/1")

    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert web.requests_made == len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 302, 403, 404, 429])
def test_who_asks_for_the_bare_answer_judges_it_alone(server: Server, web: Web, status: int) -> None:
    server.answer(
        "/scholar/x", Reply(status, "body", headers={"Location": "/sorry?q#top", "Retry-After": "9"})
    )

    answer = web.ask("scholar", "/x")

    assert (answer.status, answer.body, answer.url) == (status, b"body", f"{server.url}/scholar/x")
    assert answer.retry_after == 9
    assert answer.location == (f"{server.url}/sorry?q" if status == 302 else "")
    assert web.requests_made == 1


# Redirects


def test_redirects_are_followed_and_keys_stay_home(server: Server, web: Web) -> None:
    with serve() as other:
        server.answer("/doi/x", Reply(302, headers={"Location": "below/y?a=1#frag"}))
        server.answer("/doi/below/y?a=1", Reply(307, headers={"Location": f"{other.url}/z"}))
        other.answer("/z", "found")

        text = web.fetch("doi", "/x", accept="text/plain", headers={"x-api-key": "secret"})

        seen = [[request.headers.get("x-api-key") for request in side.requests] for side in (server, other)]
        assert (text, seen) == ("found", [["secret", "secret"], [None]])
        assert other.requests[0].headers["accept"] == "text/plain"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("/doi/x", "doi.org redirects in circles, or too often"),
        ("file:///etc/passwd", "doi.org redirects to what is no web address: file:///etc/passwd"),
        ("ftp://x/", "doi.org redirects to what is no web address: ftp://x/"),
        ("http://[oops", "doi.org redirects to what is no web address"),
        ("", "doi.org redirects to what is no web address"),
    ],
)
def test_wrong_redirects_are_not_followed(server: Server, web: Web, target: str, message: str) -> None:
    server.answer("/doi/x", Reply(302, headers={"Location": target}))

    with pytest.raises(ServiceError) as caught:
        web.fetch("doi", "/x")

    assert caught.value.message.startswith(message)
    assert web.requests_made == 1


def test_redirects_without_end_are_left_after_five(server: Server, web: Web) -> None:
    def onwards(request: Request) -> Reply:
        return Reply(302, headers={"Location": f"/doi/x?{int(request.path.partition('?')[2] or 0) + 1}"})

    server.answer("/doi/x", onwards)

    with pytest.raises(ServiceError, match="in circles, or too often"):
        web.fetch("doi", "/x")

    assert web.requests_made == 6


# Manners


def test_a_service_is_not_asked_faster_than_it_wants(server: Server, sleeper: Sleeper) -> None:
    for path in ("/arxiv/1", "/arxiv/2", "/arxiv/3", "/doi/4"):
        server.answer(path, "x")
    environ = server.environ("arxiv", "doi")
    web = Web(environ=environ, sleep=sleeper.sleep, clock=sleeper.now, intervals={"arxiv": 3.0})

    for service, path in (("arxiv", "/1"), ("arxiv", "/2"), ("arxiv", "/1"), ("doi", "/4"), ("arxiv", "/3")):
        web.fetch(service, path)

    assert sleeper.naps == [3.0, 3.0]


def test_arxiv_gets_the_three_seconds_that_it_asks_for() -> None:
    assert SERVICES["arxiv"].interval == 3.0
    assert max(service.interval for service in SERVICES.values()) == 3.0


def test_an_interval_ends_with_the_time_that_passed_anyway(server: Server, sleeper: Sleeper) -> None:
    server.answer("/arxiv/1", Reply(500), "x")
    server.answer("/arxiv/2", "y")
    environ = server.environ("arxiv")
    web = Web(environ=environ, sleep=sleeper.sleep, clock=sleeper.now, intervals={"arxiv": 3.0})

    web.fetch("arxiv", "/1")
    sleeper.naps.append(10.0)
    web.fetch("arxiv", "/2")

    assert sleeper.naps == [0.5, 2.5, 10.0]


# Around it


def test_nothing_of_the_http_library_is_loaded_before_the_first_request() -> None:
    code = "import sys, pubcli.web as w; w.Web(); print({'httpx', 'json', 'email'} & set(sys.modules))"

    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert child.stdout == "set()\n"


@pytest.mark.parametrize(
    "variables",
    [
        {"ALL_PROXY": "socks9://127.0.0.1:1"},
        {"SSL_CERT_FILE": "/no/such/file"},
    ],
)
def test_wrong_network_settings_are_an_error_of_ours(
    server: Server, web: Web, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ServiceError) as caught:
        web.fetch("doi", "/x")

    assert caught.value.hint == "check the proxy and certificate settings"
    assert server.requests == []


def test_headers_that_cannot_be_sent_are_an_error_of_ours(server: Server, web: Web) -> None:
    for value in ("a\r\nb: c", "ключ"):
        with pytest.raises(ServiceError, match=r"doi\.org cannot be asked"):
            web.fetch("doi", "/x", headers={"x-api-key": value})

    assert server.requests == []


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_an_interrupt_ends_a_request_at_once(server: Server, tmp_path: Path) -> None:
    server.answer("/doi/x", Reply(delay=30))
    code = "from pubcli.web import Web; Web().fetch('doi', '/x')"
    environ = {**os.environ, **server.environ("doi")}
    child = subprocess.Popen([sys.executable, "-c", code], env=environ, stderr=subprocess.PIPE, text=True)
    while not server.requests:
        time.sleep(0.01)

    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=10)

    assert errors.splitlines()[-1] == "KeyboardInterrupt"
    assert len(server.requests) == 1


def test_an_answer_without_dates_says_nothing_about_waiting() -> None:
    texts = ["", "soon", "-5", "Sun, 01 Mar 2026 12:00:00 GMT"]

    waits = [Answer(503, "http://x", {"retry-after": text}, b"").retry_after for text in texts]

    assert waits == [None, None, None, None]
