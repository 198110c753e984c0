"""Google Scholar profiles, fetched or saved, read into `Profile`: the only import of scholarly.

Knows the pages and every way Scholar refuses; knows nothing of the library. Whatever is not a
profile page that could be read whole is an error: a count is never taken from a page in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pubcli.errors import NotFoundError, PubcliError, ServiceError, UnreadableError, UsageError
from pubcli.scholar.profile import Profile, Row, Totals

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

    from pubcli.web import Answer, Web

PAGE_SIZE = 100  # the most rows that Scholar puts on one page
MOST_REDIRECTS = 5
MOST_PAGES = 50  # no one has 5,000 publications; a server that never ends does

_USER = re.compile(r"[\w-]+", re.ASCII)
_USER_IN_URL = re.compile(r"[?&;]user=([\w-]+)", re.ASCII)
_SCHOLAR_HOST = re.compile(r"scholar\.google(?:\.[a-z]{2,3}){1,2}")
_TOKEN = re.compile(r"citation_for_view=([\w-]+):([\w-]+)", re.ASCII)
_CITES = re.compile(r"[?&;]cites=([\d,]+)")
_RANGE = re.compile(r"(\d+)\D+(\d+)")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_REFUSAL_IDS = ("gsc_captcha_ccl", "gs_captcha_ccl", "gs_captcha_f", "captcha-form", "recaptcha")
_REFUSAL_WORDS = re.compile(r"unusual traffic|automated queries", re.I)
_SIGN_IN = re.compile(r"<base href=\"https://accounts\.google|<title>\s*sign in\b", re.I)
_CHARSET = re.compile(rb"<meta[^>]*charset=[\"']?\s*([\w-]+)", re.I)


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


def _fetch_further(web: Web, owner: str, pages: Sequence[_Page]) -> _Page:
    """The page after those read so far; ServiceError whatever is wrong with it."""
    address = f"/citations?user={owner}&hl=en&pagesize={PAGE_SIZE}&cstart={PAGE_SIZE * len(pages)}"
    where = f"page {len(pages) + 1} of the profile {owner}"
    if len(pages) == MOST_PAGES:
        raise ServiceError(f"the profile {owner} does not end after {MOST_PAGES} pages", hint=_way_out(owner))
    try:
        page = _fetch_page(web, address, owner)
    except PubcliError as error:
        raise ServiceError(f"{where}: {error.message}", hint=_way_out(owner)) from error
    if page.user != owner or (page.rows and page.rows[0].token == pages[-1].rows[0].token):
        raise ServiceError(f"{where} does not go on from the last", hint=_way_out(owner))
    return page


def read_saved(pages: Iterable[tuple[str, bytes]]) -> Profile:
    """The profile on pages saved from a browser, given as (name of the file, its bytes).

    The same checks as for a fetched page; pages of two profiles are a UsageError.
    """
    read: list[_Page] = []
    for name, data in pages:
        page = _read_page(_decode(data), where=name, user="")
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


_SAVE_HINT = "save the whole profile page from the browser as HTML, not as an archive or as text"
_LAYOUT_HINT = "nothing was changed; the layout may be new: please report it, with the page if you can"


def _way_out(user: str) -> str:
    address = f"https://scholar.google.com/citations?user={user or 'ID'}&hl=en&pagesize={PAGE_SIZE}"
    return (
        f"nothing was changed; try again in some hours, or open {address} in a browser, "
        "save the page and run `pubcli sync --html FILE`"
    )


# --- one page -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    user: str
    name: str
    rows: tuple[Row, ...]
    totals: Totals | None
    per_year: tuple[tuple[int, int], ...]
    more: bool
    first: int


def _read_page(html: str, *, where: str, user: str) -> _Page:
    """One profile page; `where` begins the message of an error, `user` is who was asked for."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    name = soup.find(id="gsc_prf_in")
    if name is None:
        raise _no_profile(html, soup, where=where, user=user)
    rows = soup.find_all("tr", class_="gsc_a_tr")
    if not rows and soup.find("td", class_="gsc_a_e") is None:
        raise UnreadableError(f"{where}: a profile whose rows cannot be read", hint=_LAYOUT_HINT)
    owner = _owner(soup, rows)
    more = soup.find("button", id="gsc_bpf_more")
    is_more = more is None or "disabled" not in more.attrs
    _prepare(soup, rows, owner)
    author = _parse_with_scholarly(soup, owner, where=where)
    read = tuple(
        _row(row, publication, f"{where}: row {number}")
        for number, (row, publication) in enumerate(zip(rows, author["publications"], strict=True), start=1)
    )
    first, last = _range(soup)
    if rows and last and last - first + 1 != len(rows):
        raise UnreadableError(
            f"{where}: {last - first + 1} rows announced, {len(rows)} read", hint=_LAYOUT_HINT
        )
    totals = _totals(author)
    if first == 1 and read and totals and totals.citations and not any(row.citations for row in read):
        raise UnreadableError(f"{where}: the counts of the rows cannot be read", hint=_LAYOUT_HINT)
    per_year = tuple(sorted(author["cites_per_year"].items()))
    return _Page(owner or user, _clean(name.get_text()), read, totals, per_year, is_more, first)


def _row(row: Tag, publication: dict[str, Any], where: str) -> Row:
    """What scholarly read of one row, and what it does not read: authors, venue, marks."""
    lines = row.find_all("div", class_="gs_gray")
    authors = _clean(lines[0].get_text()) if lines else ""
    for year in row.find_all("span", class_="gs_oph"):
        year.extract()
    venue = _clean(lines[1].get_text()) if len(lines) > 1 else ""
    title = _clean(publication["bib"]["title"])
    if not title:
        raise UnreadableError(f"{where} has no title", hint=_LAYOUT_HINT)
    count = row.find(class_="gsc_a_ac")
    assert count is not None  # `_prepare` looked
    struck = "gsc_a_acm" in (count.get("class") or [])
    year_text = publication["bib"].get("pub_year", "")
    clusters = _CITES.search(str(count.get("href", "")))
    return Row(
        token=publication["author_pub_id"].partition(":")[2],
        title=title,
        authors=authors,
        venue=venue,
        year=int(year_text) if re.fullmatch(r"\d{4}", year_text) else None,
        citations=publication["num_citations"],
        clusters=tuple(clusters[1].split(",")) if clusters else (),
        merged=row.find(class_="gsc_a_am") is not None,
        struck=struck,
        counted_at=str(count.get("data-eud", "")).partition(":")[2] if struck else "",
    )


def _prepare(soup: BeautifulSoup, rows: Sequence[Tag], owner: str) -> None:
    """Bring the page into the one shape scholarly reads, or raise UnreadableError.

    The layout of 2019 has its links in `data-href`; a page is read on its own, so nothing is
    "more"; saved pages may lack the canonical link.
    """
    for number, row in enumerate(rows, start=1):
        link, count = row.find("a", class_="gsc_a_at"), row.find(class_="gsc_a_ac")
        if link is None or count is None:
            missing = "title" if link is None else "count"
            raise UnreadableError(f"row {number} of the profile has no {missing}", hint=_LAYOUT_HINT)
        if _TOKEN.search(str(link.get("data-href", ""))):
            link["href"] = str(link["data-href"])
        if not _TOKEN.search(str(link.get("href", ""))):
            raise UnreadableError(f"row {number} of the profile has no link", hint=_LAYOUT_HINT)
        if not _CITES.search(str(count.get("href", ""))):
            count["href"] = "?cites="
    if (more := soup.find("button", id="gsc_bpf_more")) is None:
        more = soup.new_tag("button", id="gsc_bpf_more")
        soup.append(more)
    more["disabled"] = ""
    if soup.find("link", rel="canonical") is None:
        soup.append(soup.new_tag("link", rel="canonical", href=f"/citations?user={owner}"))


def _owner(soup: BeautifulSoup, rows: Sequence[Tag]) -> str:
    """Whose profile it is, by its canonical link or else by its rows; empty where neither says."""
    link = soup.find("link", rel="canonical")
    if link is not None and (found := _USER_IN_URL.search(str(link.get("href", "")))):
        return found[1]
    found = _TOKEN.search(str(rows[0])) if rows else None
    return found[1] if found else ""


def _range(soup: BeautifulSoup) -> tuple[int, int]:
    """First and last of `Articles 1–100`; (1, 0) where that is not there."""
    label = soup.find(id="gsc_a_nn")
    found = _RANGE.search(label.get_text()) if label is not None else None
    return (int(found[1]), int(found[2])) if found else (1, 0)


def _totals(author: dict[str, Any]) -> Totals | None:
    """The six totals; scholarly writes zeros where the page has none, but then no `citedby`."""
    if "citedby" not in author:
        return None
    keys = ("citedby", "citedby5y", "hindex", "hindex5y", "i10index", "i10index5y")
    return Totals(*(author[key] for key in keys))


def _join(pages: Sequence[_Page], *, user: str, asked: int | None) -> Profile:
    """Pages in their order as one profile; rows seen twice count once."""
    rows = {row.token: row for page in reversed(pages) for row in reversed(page.rows)}
    ordered = tuple(dict.fromkeys(row.token for page in pages for row in page.rows))
    expected, gap = 1, False
    for page in pages:
        gap |= page.first > expected
        expected = max(expected, page.first + len(page.rows))
    first = pages[0]
    return Profile(
        user=user,
        name=first.name,
        rows=tuple(rows[token] for token in ordered),
        totals=first.totals,
        per_year=first.per_year,
        complete=not pages[-1].more and not gap,
        asked=asked,
    )


def _no_profile(html: str, soup: BeautifulSoup, *, where: str, user: str) -> PubcliError:
    """The error for a page that is no profile."""
    if any(soup.find(id=mark) for mark in _REFUSAL_IDS) or _REFUSAL_WORDS.search(html):
        return ServiceError(f"{where}: Google Scholar asks for a captcha", hint=_way_out(user))
    if _SIGN_IN.search(html):
        return NotFoundError(
            f"{where}: a sign-in page, so there is no such public profile", hint=_PUBLIC_HINT
        )
    if not html.strip():
        return UnreadableError(f"{where}: an empty page", hint=_LAYOUT_HINT)
    return UnreadableError(
        f"{where}: not a Google Scholar profile, or its layout has changed", hint=_LAYOUT_HINT
    )


_PUBLIC_HINT = "check the id, and that the profile is public; nothing was changed"


def _clean(text: str) -> str:
    """Text from a page on one line, without control and direction characters."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def _decode(data: bytes) -> str:
    """The text of a saved page: by its byte order mark or `<meta charset>`, else UTF-8, else Latin-1."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    declared = _CHARSET.search(data[:4096])
    names = [name for mark, name in marks if data.startswith(mark)]
    names += [declared[1].decode("ascii"), "utf-8"] if declared else ["utf-8"]
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


# --- scholarly ----------------------------------------------------------------------------------


class _Navigator:
    """What scholarly's parsers ask of their navigator: a page, which is here already, and a logger."""

    def __init__(self, soup: BeautifulSoup) -> None:
        import logging

        self.logger = logging.getLogger("pubcli.scholar")
        self._soup = soup

    def _get_soup(self, _url: str) -> BeautifulSoup:
        return self._soup


def _parse_with_scholarly(soup: BeautifulSoup, owner: str, *, where: str) -> dict[str, Any]:
    """What scholarly reads on a prepared page: indices, yearly counts, rows (UnreadableError)."""
    parser = load_author_parser()(_Navigator(soup))
    sections = ["indices", "counts", "publications"]
    try:
        author: dict[str, Any] = parser.fill(parser.get_author(owner), sections=sections)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadableError(
            f"{where}: scholarly cannot read this profile ({error})", hint=_LAYOUT_HINT
        ) from error
    return author


def load_author_parser() -> Any:
    """The class `AuthorParser` of scholarly, without running `scholarly/__init__.py`.

    That one reads a `.env` file, loads Selenium and requests, and fails beside bibtexparser 2. So
    the parser is imported through a package of another name that has scholarly's `__path__`. It
    imports the legacy `bibtexparser.bibdatabase`, bibtexparser and arrow for functions that we never
    call; empty modules stand in for them during this import alone.
    """
    import sys
    from importlib import import_module
    from importlib.util import find_spec
    from types import ModuleType

    alias = "pubcli_scholarly"
    loaded = sys.modules.get(f"{alias}.author_parser")
    if loaded is not None:
        return loaded.__dict__["AuthorParser"]
    spec = find_spec("scholarly")
    if spec is None or not spec.submodule_search_locations:
        raise UnreadableError("the package scholarly is not installed", hint="install pubcli again")
    package = ModuleType(alias)
    package.__path__ = list(spec.submodule_search_locations)
    legacy = ModuleType("bibtexparser.bibdatabase")
    legacy.__dict__["BibDatabase"] = type("BibDatabase", (), {})
    stand_ins = {
        "bibtexparser": ModuleType("bibtexparser"),
        legacy.__name__: legacy,
        "arrow": ModuleType("arrow"),
    }
    hidden = {name: sys.modules.pop(name) for name in stand_ins if name in sys.modules}
    sys.modules.update(stand_ins, **{alias: package})
    try:
        return import_module(f"{alias}.author_parser").__dict__["AuthorParser"]
    finally:
        for name in stand_ins:
            del sys.modules[name]
        sys.modules.update(hidden)


# --- the network --------------------------------------------------------------------------------


def _fetch_page(web: Web, address: str, user: str) -> _Page:
    """One page from the network, redirects within Scholar followed on the configured address."""
    seen: set[str] = set()
    while True:
        seen.add(address)
        try:
            answer = web.ask("scholar", address, accept="text/html")
        except ServiceError as error:
            raise ServiceError(error.message, hint=_way_out(user)) from error
        if not 300 <= answer.status < 400:
            return _answered(answer, user)
        address = _redirected(answer, user)
        if address in seen or len(seen) > MOST_REDIRECTS:
            raise ServiceError("Google Scholar redirects in circles, or too often", hint=_way_out(user))


def _answered(answer: Answer, user: str) -> _Page:
    if answer.status in (404, 410):
        raise NotFoundError(f"Google Scholar knows no public profile {user}", hint=_PUBLIC_HINT)
    if answer.status >= 400:
        wait = f", and asks to wait {answer.retry_after:g} seconds" if answer.retry_after else ""
        raise ServiceError(f"Google Scholar refuses to answer ({answer.status}){wait}", hint=_way_out(user))
    return _read_page(answer.text, where="Google Scholar", user=user)


def _redirected(answer: Answer, user: str) -> str:
    """What to ask instead, `user` first as robots.txt wants it; every other place is an error."""
    from urllib.parse import parse_qsl, urlencode, urlsplit

    try:
        target, base = urlsplit(answer.location), urlsplit(answer.url)
        host, own_host = target.hostname or "", base.hostname or ""
    except ValueError as error:
        raise ServiceError("Google Scholar redirects to no address", hint=_way_out(user)) from error
    if host.startswith("accounts."):
        message = f"Google Scholar wants a sign-in, so there is no public profile {user}"
        raise NotFoundError(message, hint=_PUBLIC_HINT)
    if host.startswith("consent.") or target.path.startswith("/sorry"):
        raise ServiceError("Google Scholar asks for consent or a captcha", hint=_way_out(user))
    query = dict(parse_qsl(target.query))
    known = host == own_host or _SCHOLAR_HOST.fullmatch(host)
    if (
        not known
        or target.path not in ("/citations", base.path)
        or not _USER.fullmatch(query.get("user", ""))
    ):
        raise ServiceError(
            f"Google Scholar redirects to {_clean(host or answer.location)}", hint=_way_out(user)
        )
    return f"/citations?{urlencode({'user': query.pop('user'), **query})}"
