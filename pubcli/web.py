"""The one place that asks the network: politely, within limits, and with errors that say what next.

Knows services, their addresses and their manners, and HTTP. Knows nothing of what an answer means.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pubcli import __version__
from pubcli.errors import NotFoundError, ServiceError, UnreadableError, UsageError

if TYPE_CHECKING:
    import httpx

PROJECT_URL = ""  # named to every service that is asked, once the project has a home
MOST_BYTES = 20_000_000
MOST_REDIRECTS = 5
LONGEST_WAIT = 30.0  # seconds that a service may ask us to wait before we tell the user instead
_PAUSES = (0.5, 1.5)  # seconds before the second and the third try
_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)
_AS_THE_WEB_READS_THEM = {"utf-8": "utf-8-sig", "iso-8859-1": "cp1252", "us-ascii": "utf-8-sig"}


@dataclass(frozen=True, slots=True)
class Service:
    """Who is asked: the name in messages, the base address, and the seconds between two requests."""

    title: str
    url: str
    interval: float = 0.0


# The intervals are those that the services ask for in their terms of use, or one that offends nobody.
SERVICES: Mapping[str, Service] = {
    "scholar": Service("Google Scholar", "https://scholar.google.com", 2.0),
    "doi": Service("doi.org", "https://doi.org"),
    "arxiv": Service("arXiv", "https://export.arxiv.org", 3.0),
    "acl": Service("the ACL Anthology", "https://aclanthology.org"),
    "dblp": Service("DBLP", "https://dblp.org", 1.0),
    "openreview": Service("OpenReview", "https://api2.openreview.net", 0.5),
    "openreview_v1": Service("OpenReview", "https://api.openreview.net", 0.5),
    "semanticscholar": Service("Semantic Scholar", "https://api.semanticscholar.org", 1.0),
    "openalex": Service("OpenAlex", "https://api.openalex.org", 0.1),
    "crossref": Service("Crossref", "https://api.crossref.org", 0.1),
    "pubmed": Service("PubMed", "https://pmc.ncbi.nlm.nih.gov/api/ctxp/v1", 0.34),
    "orcid": Service("ORCID", "https://pub.orcid.org", 0.1),
    "openlibrary": Service("Open Library", "https://openlibrary.org", 1.0),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `url` is what was asked last; the names in `headers` are lower-case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body by the charset of its header; without one that fits, as UTF-8, else as Windows-1252."""
        named = re.search(r"charset=[\"']?([\w.:-]+)", self.headers.get("content-type", ""), re.I)
        charset = named[1].lower() if named else "utf-8"
        first = _AS_THE_WEB_READS_THEM.get(charset, charset)
        for codec in (first, "utf-8-sig", "cp1252"):
            try:
                return self.body.decode(codec)
            except (LookupError, UnicodeError):
                continue
        return self.body.decode("latin-1")  # reads any bytes

    @property
    def location(self) -> str:
        """Where a redirect points, in full; empty where the answer is none."""
        from urllib.parse import urldefrag, urljoin

        target = self.headers.get("location", "") if self.status in _REDIRECTS else ""
        return urldefrag(urljoin(self.url, target)).url if target else ""

    @property
    def retry_after(self) -> float | None:
        """The seconds that the service asks to wait, where it says so."""
        asked = self.headers.get("retry-after", "").strip()
        if asked.isdecimal():
            return float(asked)
        return _seconds_between(self.headers.get("date", ""), asked)


def _seconds_between(now: str, then: str) -> float | None:
    """From one HTTP date to another: the service's own clock says what it means by a date."""
    from email.utils import parsedate_to_datetime

    try:
        return max((parsedate_to_datetime(then) - parsedate_to_datetime(now)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def base_url(service: str, environ: Mapping[str, str] = os.environ) -> str:
    """The address of a service without a slash at the end: `PUBCLI_<SERVICE>_URL`, or its own. UsageError."""
    variable = f"PUBCLI_{service.upper()}_URL"
    url = environ.get(variable, "") or SERVICES[service].url
    if not re.match(r"https?://[^\s/]", url):
        raise UsageError(
            f"{variable} is no web address: {url!r}", hint="it has to begin with http:// or https://"
        )
    return url.rstrip("/")


def user_agent(mailto: str = "") -> str:
    """How we introduce ourselves; `mailto` is the user's address, for services that ask for one."""
    address = f"mailto:{mailto}" if re.fullmatch(r"[!-'*-~]+@[!-'*-~]+", mailto) else ""
    contact = "; ".join(filter(None, (PROJECT_URL and f"+{PROJECT_URL}", address)))
    return f"pubcli/{__version__}" + (f" ({contact})" if contact else "")


class Web:
    """The network for the length of one command: equal questions are asked once, and nobody is hurried.

    `patience` is the longest silence in seconds, six times that the longest answer; `say` is told why we
    wait. `intervals` replaces the services' own, which hold at their own addresses only.
    """

    def __init__(
        self,
        *,
        mailto: str = "",
        environ: Mapping[str, str] = os.environ,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], None] = lambda line: None,
        intervals: Mapping[str, float] | None = None,
        patience: float = 20.0,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.requests_made = 0
        self._environ = environ
        self._sleep = sleep
        self._clock = clock
        self._say = say
        self._intervals = intervals
        self._patience = patience
        self._most_bytes = most_bytes
        self._agent = user_agent(mailto)
        self._client: httpx.Client | None = None
        self._next_turn: dict[str, float] = {}
        self._known: dict[tuple[object, ...], Answer] = {}

    def fetch(
        self,
        service: str,
        path: str,
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> str:
        """The text that a service answers with, redirects followed.

        NotFoundError where it knows no such thing; ServiceError where it refuses or does not answer;
        UnreadableError where the answer is too large or garbled. `body` is sent as JSON, by POST.
        """
        answer = self.ask(service, path, accept=accept, headers=headers, body=body, follow=body is None)
        if 200 <= answer.status < 300:
            return answer.text
        title = SERVICES[service].title
        if answer.status in _GONE:
            raise NotFoundError(f"{title} knows no {path.lstrip('/')}", hint="check the identifier")
        raise _refused(title, answer)

    def ask(
        self,
        service: str,
        path: str,
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        body: object = None,
        follow: bool = False,
    ) -> Answer:
        """The answer of a service, whatever its status below 500: refusals are the caller's to judge.

        Trouble (5xx, a broken connection, silence) is met with two more tries, then it is a ServiceError.
        UnreadableError where the answer is too large or garbled.
        """
        base = base_url(service, self._environ)
        headers = {"accept": accept, "user-agent": self._agent, **(headers or {})}
        question = base + path, *sorted(headers.items())
        if body is None and question in self._known:
            return self._known[question]
        answer = self._persist(service, base + path, headers, body)
        if follow:
            answer = self._follow(service, answer, headers)
        if body is None and answer.status < 300:
            self._known[question] = answer
        return answer

    def _follow(self, service: str, answer: Answer, headers: Mapping[str, str]) -> Answer:
        title = SERVICES[service].title
        asked = {answer.url}
        while answer.status in _REDIRECTS:
            target = _target(title, answer)
            if target in asked or len(asked) > MOST_REDIRECTS:
                raise ServiceError(f"{title} redirects in circles, or too often", hint="try again later")
            asked.add(target)
            if _host(target) != _host(answer.url):  # a key is for the service that it was given for
                headers = {name: headers[name] for name in ("accept", "user-agent")}
            answer = self._persist(service, target, headers, None)
        return answer

    def _persist(self, service: str, url: str, headers: Mapping[str, str], body: object) -> Answer:
        """Ask until there is an answer, or the tries are used up."""
        title = SERVICES[service].title
        for pause in (*_PAUSES, None):
            self._wait_for_turn(service, url)
            try:
                answer = self._send(title, url, headers, body)
                if answer.status < 500:
                    return answer
                trouble = f"answers with an error: {_status(answer)}"
                asked = answer.retry_after
            except _TroubleError as error:
                trouble = str(error)
                asked = None
            if asked is not None and asked > LONGEST_WAIT:
                raise ServiceError(f"{title} {trouble}", hint=f"it asks to try again in {_span(asked)}")
            if pause is not None:
                seconds = pause if asked is None else asked
                self._say(f"{title} {trouble}; trying again in {_span(seconds)}")
                self._sleep(seconds)
        raise ServiceError(f"{title} {trouble} ({len(_PAUSES) + 1} tries)", hint="try again later")

    def _wait_for_turn(self, service: str, url: str) -> None:
        interval = (self._intervals or {}).get(service, 0.0)
        if self._intervals is None and url.startswith(SERVICES[service].url):
            interval = SERVICES[service].interval
        now = self._clock()
        turn = max(self._next_turn.get(service, now), now)
        if interval:
            self._next_turn[service] = turn + interval
        if turn > now:
            self._sleep(turn - now)

    def _send(self, title: str, url: str, headers: Mapping[str, str], body: object) -> Answer:
        """One request. Every error of the HTTP library ends here."""
        import json

        import httpx

        self.requests_made += 1
        started = self._clock()
        sent = None if body is None else json.dumps(body).encode()
        more = {} if body is None else {"content-type": "application/json"}
        method = "GET" if body is None else "POST"
        try:
            if self._client is None:
                self._client = self._new_client()
            with self._client.stream(method, url, headers={**headers, **more}, content=sent) as response:
                received = self._receive(title, response, started)
                names = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, url, names, received)
        except httpx.TimeoutException:
            raise _TroubleError("did not answer in time") from None
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError) as error:
            raise ServiceError(
                f"{title} cannot be asked: {_plain(error)}", hint="check the address"
            ) from error
        except httpx.DecodingError as error:
            raise UnreadableError(
                f"the answer of {title} is garbled: {_plain(error)}", hint="try again later"
            ) from error
        except httpx.TransportError as error:
            raise _TroubleError(f"cannot be reached: {_plain(error)}") from error

    def _new_client(self) -> httpx.Client:
        import httpx

        try:
            # No connection is kept: few are needed, and none has to be closed at the end.
            return httpx.Client(timeout=self._patience, limits=httpx.Limits(max_keepalive_connections=0))
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:  # from the user's environment
            raise ServiceError(
                f"the network cannot be used: {_plain(error)}",
                hint="check the proxy and certificate settings",
            ) from error

    def _receive(self, title: str, response: httpx.Response, started: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._most_bytes:
                limit = f"{self._most_bytes / 1e6:g} MB"
                raise UnreadableError(
                    f"the answer of {title} is larger than {limit}", hint="is it the right address?"
                )
            if self._clock() - started > 6 * self._patience:
                raise _TroubleError("did not finish its answer in time")
        return b"".join(parts)


class _TroubleError(Exception):
    """What may go better the next time."""


def _target(title: str, answer: Answer) -> str:
    """Where a redirect leads; ServiceError if that is no web address."""
    try:
        target = answer.location
        if target.startswith(("http://", "https://")) and _host(target):
            return target
    except ValueError:
        target = ""
    raise ServiceError(
        f"{title} redirects to what is no web address: {_plain(target)}", hint="try again later"
    )


def _host(url: str) -> tuple[str, str, int | None] | None:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    return (parts.scheme, parts.hostname, parts.port) if parts.hostname else None


def _refused(title: str, answer: Answer) -> ServiceError:
    if answer.retry_after is not None:
        hint = f"it asks to try again in {_span(answer.retry_after)}"
    elif answer.status == 429:
        hint = "too many requests came from here; try again later"
    elif answer.status in (401, 403):
        hint = "it may want an API key, or has had too many requests; try again later"
    else:
        hint = "try again later"
    return ServiceError(f"{title} refuses: {_status(answer)}", hint=hint)


def _status(answer: Answer) -> str:
    from http import HTTPStatus

    try:
        return f"{answer.status} {HTTPStatus(answer.status).phrase}"
    except ValueError:
        return str(answer.status)


def _span(seconds: float) -> str:
    """A time to wait, as one says it: rounded up, since too early is too early."""
    for size, name in ((3600, "hours"), (60, "minutes")):
        if seconds > 2 * size:
            return f"{-int(-seconds // size)} {name}"
    return f"{seconds:g} seconds" if seconds != 1 else "1 second"


def _plain(error: object) -> str:
    """One short line of what other programs say, without control characters."""
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(filter(str.isprintable, text))[:200]
