"""A Google Scholar of our own on 127.0.0.1: real HTTP, invented people, every way the real one refuses.

The structure of the pages follows saved profile pages of 2019 to 2026; nothing on them is real. To try
commands by hand, `python -m tests.fake_scholar ROWS [ANSWER]` serves a profile, or an answer of `ANSWERS`.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

USER = "Zz9inventedX"
NAME = "Ada Vermeulen"


@dataclass(frozen=True)
class FakePaper:
    """One row as the fake shows it; `counted_at` strikes its count through."""

    token: str
    title: str
    authors: str = "A Vermeulen, B Okafor"
    venue: str = "Journal of Invented Results 3 (2), 1-10"
    year: int | None = 2021
    citations: int = 0
    clusters: tuple[str, ...] = ()
    merged: bool = False
    counted_at: str = ""


def papers(count: int, *, first_count: int = 900) -> tuple[FakePaper, ...]:
    """`count` invented papers, most cited first, a merged and an uncited one now and then."""
    subjects = ("lichens", "tide pools", "glass harps", "paper cranes", "mountain trains")
    methods = ("a survey", "three case studies", "measured & modelled", "“once more”", "a field guide")
    return tuple(
        FakePaper(
            token=f"row{number:08}C",
            title=f"On {subjects[number % 5]} no. {number}: {methods[number // 5 % 5]}",
            authors="A Vermeulen, B Okafor" + (", C Lindqvist, D Abara, ..." if number % 3 == 2 else ""),
            venue=(
                "Proceedings of the Annual Meeting on Inventions That Nobody Asked For and …"
                if number % 4 == 0
                else f"Journal of Invented Results {number} (2), 1-10"
            ),
            year=None if number % 10 == 9 else 2026 - number % 13,
            citations=0 if number % 7 == 6 else max(first_count - 3 * number, 1),
            merged=number % 5 == 4,
        )
        for number in range(count)
    )


@dataclass(frozen=True)
class FakeProfile:
    """A profile that can be cut into pages; `layout` is 2026 or 2019 (links in `data-href`)."""

    papers: tuple[FakePaper, ...]
    user: str = USER
    name: str = NAME
    layout: int = 2026
    totals: tuple[int, ...] | None = (1234, 800, 20, 15, 31, 22)
    bars: tuple[tuple[int, int], ...] = ((2024, 300), (2025, 0), (2026, 77))
    canonical: bool = True

    def page(self, start: int = 0, size: int = 100) -> str:
        """The HTML of the rows from `start` on."""
        shown = self.papers[start : start + size]
        rows = "".join(self._row(paper, start) for paper in shown)
        if not self.papers:
            rows = '<tr><td class="gsc_a_e" colspan="3">There are no articles in this profile.</td></tr>'
        disabled = "" if start + size < len(self.papers) else "disabled "
        link = (
            f'<link rel="canonical" href="https://scholar.google.com/citations?user={self.user}&amp;hl=en">'
            if self.canonical
            else ""
        )
        return (
            f"<!doctype html><html><head><title>\u202a{escape(self.name)}\u202c - \u202aGoogle Scholar\u202c"
            f'</title><meta http-equiv="Content-Type" content="text/html;charset=UTF-8">{link}</head><body>'
            '<div id="gs_top"><div id="gsc_prf"><div id="gsc_prf_i"><div id="gsc_prf_inw">'
            f'<div id="gsc_prf_in">{escape(self.name)}</div></div><div class="gsc_prf_il">Inventor</div>'
            '<div class="gsc_prf_il" id="gsc_prf_ivh">Verified email at example.org</div></div></div>'
            f'<form method="post"><table id="gsc_a_t"><tbody id="gsc_a_b">{rows}</tbody></table>'
            f'<div id="gsc_lwp"><span id="gsc_a_nn">Articles {start + 1}–{start + len(shown)}</span>'
            f'<button type="button" id="gsc_bpf_more" {disabled}class="gs_btnPD"><span>Show more</span>'
            f"</button></div></form>{self._totals()}{self._bars()}</div></body></html>"
        )

    def _row(self, paper: FakePaper, start: int) -> str:
        middle = f"&amp;cstart={start}&amp;pagesize=100" if start else ""
        link = (
            f"/citations?view_op=view_citation&amp;hl=en&amp;user={self.user}{middle}"
            f"&amp;citation_for_view={self.user}:{paper.token}"
        )
        href = f'href="{link}"' if self.layout > 2021 else f'href="javascript:void(0)" data-href="{link}"'
        year = "" if paper.year is None else str(paper.year)
        oph = f'<span class="gs_oph">, {year}</span>' if year else ""
        return (
            f'<tr class="gsc_a_tr"><td class="gsc_a_t"><a {href} class="gsc_a_at">{escape(paper.title)}</a>'
            f'<div class="gs_gray">{escape(paper.authors)}</div>'
            f'<div class="gs_gray">{escape(paper.venue)}{oph}</div></td>'
            f'<td class="gsc_a_c">{self._count(paper)}</td>'
            f'<td class="gsc_a_y"><span class="gsc_a_h gsc_a_hc gs_ibl">{year}</span></td></tr>'
        )

    def _count(self, paper: FakePaper) -> str:
        if not paper.citations:
            return '<a href="" class="gsc_a_ac gs_ibl"></a>'
        clusters = ",".join(paper.clusters) or f"90{abs(hash_of(paper.token)):016}"
        struck, marks = "", ""
        if paper.counted_at:
            struck = " gsc_a_acm"
            marks = f' data-eid="{self.user}:{paper.token}" data-eud="{self.user}:{paper.counted_at}"'
        count = (
            f'<a href="https://scholar.google.com/scholar?oi=bibs&amp;hl=en&amp;cites={clusters}" '
            f'class="gsc_a_ac gs_ibl{struck}"{marks}>{paper.citations}</a>'
        )
        if paper.merged:
            count += '<span class="gsc_a_m"><a href="javascript:void(0)" class="gsc_a_am">*</a></span>'
        return count

    def _totals(self) -> str:
        if self.totals is None:
            return ""
        cells = [f'<td class="gsc_rsb_std">{number}</td>' for number in self.totals]
        lines = [
            f'<tr><td class="gsc_rsb_sc1">{label}</td>{cells[2 * place]}{cells[2 * place + 1]}</tr>'
            for place, label in enumerate(("Citations", "h-index", "i10-index"))
        ]
        return f'<table id="gsc_rsb_st"><tbody>{"".join(lines)}</tbody></table>'

    def _bars(self) -> str:
        labels = "".join(f'<span class="gsc_g_t" style="right:4px">{year}</span>' for year, _ in self.bars)
        bars = "".join(
            f'<a href="javascript:void(0)" class="gsc_g_a" style="right:9px;top:4px;z-index:'
            f'{len(self.bars) - place}"><span class="gsc_g_al">{number}</span></a>'
            for place, (_, number) in enumerate(self.bars)
            if number
        )
        return f'<div class="gsc_md_hist_b">{labels}{bars}</div>'


def hash_of(text: str) -> int:
    """A number for a text that is the same in every process."""
    number = 7
    for character in text:
        number = (number * 131 + ord(character)) % 10**15
    return number


CAPTCHA = (
    '<!doctype html><html><head><title>Google Scholar</title></head><body><div id="gs_top"><div {mark}>'
    '<form method="GET"><h1>Please show you&#39;re not a robot</h1></form></div></div></body></html>'
)
UNUSUAL = (
    "<html><head><title>https://scholar.google.com/citations</title></head><body>Our systems have detected "
    "unusual traffic from your computer network.</body></html>"
)
AUTOMATED = "<html><body>We're sorry... but your computer may be sending automated queries.</body></html>"
SIGN_IN = (
    '<!doctype html><html lang="en"><head><base href="https://accounts.google.com/v3/signin/">'
    "<title>Sign in - Google Accounts</title></head><body>Sign in</body></html>"
)
OTHER_PAGE = "<!doctype html><html><head><title>Hello</title></head><body><p>sorry</p></body></html>"

# What the fake may answer instead of a page: status, headers, body.
Answer = tuple[int, dict[str, str], str]
ANSWERS: dict[str, Answer] = {
    "captcha of a profile": (200, {}, CAPTCHA.format(mark='id="gsc_captcha_ccl"')),
    "captcha of a search": (200, {}, CAPTCHA.format(mark='id="gs_captcha_ccl"')),
    "captcha form": (200, {}, CAPTCHA.format(mark='id="gs_captcha_f"')),
    "captcha-form": (200, {}, CAPTCHA.format(mark='id="captcha-form"')),
    "recaptcha": (200, {}, CAPTCHA.format(mark='id="recaptcha"')),
    "unusual traffic with 200": (200, {}, UNUSUAL),
    "429": (429, {}, UNUSUAL),
    "429 with Retry-After": (429, {"Retry-After": "1"}, UNUSUAL),
    "403": (403, {}, AUTOMATED),
    "401": (401, {}, ""),
    "to /sorry": (302, {"Location": "/sorry/index?continue=x"}, ""),
    "to /sorry elsewhere": (302, {"Location": "https://www.google.com/sorry/index?continue=x"}, ""),
    "to consent": (302, {"Location": "https://consent.google.com/m?continue=x"}, ""),
    "to accounts": (302, {"Location": "https://accounts.google.com/ServiceLogin?continue=x"}, ""),
    "sign-in": (200, {}, SIGN_IN),
    "404": (404, {}, "<html><body>not found</body></html>"),
    "410": (410, {}, ""),
    "to another place": (302, {"Location": "https://example.org/citations?user=x"}, ""),
    "500": (500, {}, ""),
    "502": (502, {}, ""),
    "503": (503, {}, ""),
    "503 with Retry-After": (503, {"Retry-After": "0"}, ""),
    "504": (504, {}, ""),
    "empty": (200, {}, ""),
    "another page": (200, {}, OTHER_PAGE),
}


@dataclass
class FakeScholar:
    """The server: `with FakeScholar(profile) as scholar:`; `answers` are given before any page is.

    An answer is a name in `ANSWERS`, `reset`, `page` (a normal page), or a status with headers and
    body. `requests` holds path and query of everything that was asked.
    """

    profile: FakeProfile
    answers: list[str | Answer] = field(default_factory=list)
    always: str | Answer = "page"
    requests: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"

    def __enter__(self) -> FakeScholar:
        scholar = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                scholar.serve(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The base address, for `PUBCLI_SCHOLAR_URL`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Write down the request and answer it."""
        self.requests.append(handler.path)
        self.headers.append(dict(handler.headers))
        answer = self.answers.pop(0) if self.answers else self.always
        if answer == "reset":
            linger = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.close_connection = True
            handler.connection.close()
            return
        if answer == "page":
            answer = self._page(handler.path)
        status, headers, body = ANSWERS[answer] if isinstance(answer, str) else answer
        data = body.encode(self.encoding, "xmlcharrefreplace")
        handler.send_response(status)
        handler.send_header("Content-Type", f"text/html; charset={self.encoding}")
        handler.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    def _page(self, path: str) -> Answer:
        query = {name: values[-1] for name, values in parse_qs(urlsplit(path).query).items()}
        user = query.get("user", "")
        if user in self.moved:
            return 302, {"Location": f"/citations?user={self.moved[user]}&hl=en&pagesize=100"}, ""
        if urlsplit(path).path != "/citations" or user != self.profile.user:
            return ANSWERS["404"]
        start, size = int(query.get("cstart", 0)), min(int(query.get("pagesize", 20)), 100)
        return 200, {}, self.profile.page(start, size)


def changed(profile: FakeProfile, change: Callable[[FakePaper], FakePaper | None]) -> FakeProfile:
    """The profile with every paper replaced, or dropped where `change` gives None."""
    kept: Iterable[FakePaper | None] = (change(paper) for paper in profile.papers)
    return replace(profile, papers=tuple(paper for paper in kept if paper is not None))


def main(arguments: list[str]) -> None:
    """Serve until interrupted, and show every request."""
    rows = int(arguments[0]) if arguments else 230
    always = arguments[1] if len(arguments) > 1 else "page"
    with FakeScholar(FakeProfile(papers(rows)), always=always) as scholar:
        print(f"PUBCLI_SCHOLAR_URL={scholar.url} pubcli sync --user {USER}", flush=True)
        shown = 0
        while True:
            time.sleep(0.1)
            for request in scholar.requests[shown:]:
                print(request, flush=True)
            shown = len(scholar.requests)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main(sys.argv[1:])
