"""Google Scholar profiles, fetched or saved, read into `Profile`.

Knows how Scholar is asked, where its redirects may lead, and how pages are joined; `page` knows what
stands on one. Knows nothing of the library. Whatever is not a profile that could be read whole is an
error: a count is never taken from a page in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pubcli.errors import NotFoundError, PubcliError, ServiceError, UnreadableError, UsageError
from pubcli.scholar.page import PAGE_SIZE, PUBLIC_HINT, Page, clean, read_page, way_out
from pubcli.scholar.profile import Profile

if TYPE_CHECKING:
    from pubcli.web import Answer, Web

MOST_REDIRECTS = 5
MOST_PAGES = 50  # no one has 5,000 publications; a server that never ends does

_USER = re.compile(r"[\w-]+", re.ASCII)
_SCHOLAR_HOST = re.compile(r"scholar\.google(?:\.[a-z]{2,3}){1,2}")
_CHARSET = re.compile(rb"<meta[^>]*charset=[\"']?\s*([\w-]+)", re.I)
_SAVE_HINT = "save the whole profile page from the browser as HTML, not as an archive or as text"


def fetch_profile(
    web: Web,
    user: str,
    *,
    all_pages: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
) -> Profile:
    """The profile in one request for its first 100 rows, or in one per 100 rows with `all_pages`.

    `progress` is told the number of rows read so far. ServiceError where Scholar refuses or does not
    answer, NotFoundError where there is no such public profile, UnreadableError where the layout is
    not the one we know. A later page that fails in any way spoils the whole: a ServiceError.
    """
    pages = [_fetch_page(web, f"/citations?user={user}&hl=en&pagesize={PAGE_SIZE}", user)]
    owner = pages[0].user or user
    progress(len(pages[0].rows))
    while all_pages and pages[-1].more and pages[-1].rows:
        pages.append(_fetch_further(web, owner, pages))
        progress(sum(len(page.rows) for page in pages))
    return _join(pages, user=owner, asked=None if all_pages else PAGE_SIZE)


def _fetch_further(web: Web, owner: str, pages: Sequence[Page]) -> Page:
    """The page after those read so far; ServiceError whatever is wrong with it."""
    address = f"/citations?user={owner}&hl=en&pagesize={PAGE_SIZE}&cstart={PAGE_SIZE * len(pages)}"
    where = f"page {len(pages) + 1} of the profile {owner}"
    if len(pages) == MOST_PAGES:
        raise ServiceError(f"the profile {owner} does not end after {MOST_PAGES} pages", hint=way_out(owner))
    try:
        page = _fetch_page(web, address, owner)
    except PubcliError as error:
        raise ServiceError(f"{where}: {error.message}", hint=way_out(owner)) from error
    if page.user != owner or (page.rows and page.rows[0].token == pages[-1].rows[0].token):
        raise ServiceError(f"{where} does not go on from the last", hint=way_out(owner))
    return page


def read_saved(pages: Iterable[tuple[str, bytes]]) -> Profile:
    """The profile on pages saved from a browser, given as (name of the file, its bytes).

    The same checks as for a fetched page; pages of two profiles are a UsageError.
    """
    read: list[Page] = []
    for name, data in pages:
        page = read_page(_decode(data), where=name, user="")
        if not page.user:
            raise UnreadableError(f"{name}: the page does not say whose profile it is", hint=_SAVE_HINT)
        if read and page.user != read[0].user:
            raise UsageError(
                f"{name} is the profile {page.user}, not {read[0].user}",
                hint="give pages of one profile at a time",
            )
        read.append(page)
    if not read:
        raise UsageError("no saved page was given")
    read.sort(key=lambda page: page.first)
    profile = _join(read, user=read[0].user, asked=None)
    return profile if profile.complete else replace(profile, asked=len(profile.rows))


def _join(pages: Sequence[Page], *, user: str, asked: int | None) -> Profile:
    """Pages in their order as one profile; rows seen twice count once."""
    rows = {row.token: row for page in reversed(pages) for row in reversed(page.rows)}
    ordered = tuple(dict.fromkeys(row.token for page in pages for row in page.rows))
    expected, gap = 1, False
    for page in pages:
        gap |= page.first > expected
        expected = max(expected, page.first + len(page.rows))
    first, last = pages[0], max(reversed(pages), key=lambda page: page.first + len(page.rows))
    return Profile(
        user=user,
        name=first.name,
        rows=tuple(rows[token] for token in ordered),
        totals=first.totals,
        per_year=first.per_year,
        complete=not last.more and not gap,
        asked=asked,
    )


def _decode(data: bytes) -> str:
    """The text of a saved page: by its byte order mark, as UTF-8, by `<meta charset>`, or as Latin-1."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    declared = _CHARSET.search(data[:4096])
    names = [name for mark, name in marks if data.startswith(mark)]
    names += ["utf-8", declared[1].decode("ascii")] if declared else ["utf-8"]
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


# --- the network --------------------------------------------------------------------------------


def _fetch_page(web: Web, address: str, user: str) -> Page:
    """One page from the network, redirects within Scholar followed on the configured address."""
    seen: set[str] = set()
    while True:
        seen.add(address)
        try:
            answer = web.ask("scholar", address, accept="text/html")
        except ServiceError as error:
            raise ServiceError(error.message, hint=way_out(user)) from error
        if not 300 <= answer.status < 400:
            return _answered(answer, user)
        address = _redirected(answer, user)
        if address in seen or len(seen) > MOST_REDIRECTS:
            raise ServiceError("Google Scholar redirects in circles, or too often", hint=way_out(user))


def _answered(answer: Answer, user: str) -> Page:
    if answer.status in (404, 410):
        raise NotFoundError(f"Google Scholar knows no public profile {user}", hint=PUBLIC_HINT)
    if answer.status >= 400:
        wait = f", and asks to wait {answer.retry_after:g} seconds" if answer.retry_after else ""
        raise ServiceError(f"Google Scholar refuses to answer ({answer.status}){wait}", hint=way_out(user))
    return read_page(answer.text, where="Google Scholar", user=user)


def _redirected(answer: Answer, user: str) -> str:
    """What to ask instead, `user` first as robots.txt wants it; every other place is an error."""
    from urllib.parse import parse_qsl, urlencode, urlsplit

    try:
        target, base = urlsplit(answer.location), urlsplit(answer.url)
        host, own_host = target.hostname or "", base.hostname or ""
    except ValueError as error:
        raise ServiceError("Google Scholar redirects to no address", hint=way_out(user)) from error
    if host.startswith("accounts."):
        message = f"Google Scholar wants a sign-in, so there is no public profile {user}"
        raise NotFoundError(message, hint=PUBLIC_HINT)
    if host.startswith("consent.") or target.path.startswith("/sorry"):
        raise ServiceError("Google Scholar asks for consent or a captcha", hint=way_out(user))
    query = dict(parse_qsl(target.query))
    known = host == own_host or _SCHOLAR_HOST.fullmatch(host)
    if (
        not known
        or target.path not in ("/citations", base.path)
        or not _USER.fullmatch(query.get("user", ""))
    ):
        raise ServiceError(
            f"Google Scholar redirects to {clean(host or answer.location)}", hint=way_out(user)
        )
    return f"/citations?{urlencode({'user': query.pop('user'), **query})}"
