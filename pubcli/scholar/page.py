"""One Google Scholar profile page, read whole or not at all, and what a page is that is none.

Knows the layouts of 2019 to 2026 and the marks of a refusal. Scholarly reads what it can; authors,
marks of merged and struck-through counts, and cluster ids are read here from the same page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pubcli.errors import NotFoundError, PubcliError, ServiceError, UnreadableError
from pubcli.scholar.profile import Row, Totals
from pubcli.scholar.scholarly_parser import LAYOUT_HINT, parse_with_scholarly

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

PAGE_SIZE = 100  # the most rows that Scholar puts on one page
PUBLIC_HINT = "check the id, and that the profile is public; nothing was changed"

_USER_IN_URL = re.compile(r"[?&;]user=([\w-]+)", re.ASCII)
_TOKEN = re.compile(r"citation_for_view=([\w-]+):([\w-]+)", re.ASCII)
_CITES = re.compile(r"[?&;]cites=([\d,]+)")
_RANGE = re.compile(r"(\d+)\D+(\d+)")
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_REFUSAL_IDS = ("gsc_captcha_ccl", "gs_captcha_ccl", "gs_captcha_f", "captcha-form", "recaptcha")
_REFUSAL_WORDS = re.compile(r"unusual traffic|automated queries", re.I)
_SIGN_IN = re.compile(r"<base href=\"https://accounts\.google|<title>\s*sign in\b", re.I)


def way_out(user: str) -> str:
    """The hint of every refusal: how to sync all the same."""
    address = f"https://scholar.google.com/citations?user={user or 'ID'}&hl=en&pagesize={PAGE_SIZE}"
    return (
        f"nothing was changed; try again in some hours, or open {address} in a browser, "
        "save the page and run `pubcli sync --html FILE`"
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read: `more` says that rows follow, `first` is the number of its first row."""

    user: str
    name: str
    rows: tuple[Row, ...]
    totals: Totals | None
    per_year: tuple[tuple[int, int], ...]
    more: bool
    first: int


def read_page(html: str, *, where: str, user: str) -> Page:
    """One profile page; `where` begins the message of an error, `user` is who was asked for."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    name = soup.find(id="gsc_prf_in")
    if name is None:
        raise _no_profile(html, soup, where=where, user=user)
    rows = soup.find_all("tr", class_="gsc_a_tr")
    if not rows and soup.find("td", class_="gsc_a_e") is None:
        raise UnreadableError(f"{where}: a profile whose rows cannot be read", hint=LAYOUT_HINT)
    owner = _owner(soup, rows)
    more = soup.find("button", id="gsc_bpf_more")
    is_more = more is None or "disabled" not in more.attrs
    _prepare(soup, rows, owner)
    author = parse_with_scholarly(soup, owner, where=where)
    read = tuple(
        _row(row, publication, f"{where}: row {number}")
        for number, (row, publication) in enumerate(zip(rows, author["publications"], strict=True), start=1)
    )
    first, last = _range(soup)
    if rows and last and last - first + 1 != len(rows):
        raise UnreadableError(
            f"{where}: {last - first + 1} rows announced, {len(rows)} read", hint=LAYOUT_HINT
        )
    totals = _totals(author)
    # The most cited come first, but on a page that was saved with another order, of which there is more.
    cited_first = first == 1 and (user or not is_more)
    if cited_first and read and totals and totals.citations and not any(row.citations for row in read):
        raise UnreadableError(f"{where}: the counts of the rows cannot be read", hint=LAYOUT_HINT)
    per_year = tuple(sorted(author["cites_per_year"].items()))
    return Page(owner or user, clean(name.get_text()), read, totals, per_year, is_more, first)


def _row(row: Tag, publication: dict[str, Any], where: str) -> Row:
    """What scholarly read of one row, and what it does not read: authors, venue, marks."""
    lines = row.find_all("div", class_="gs_gray")
    authors = clean(lines[0].get_text()) if lines else ""
    for year in row.find_all("span", class_="gs_oph"):
        year.extract()
    venue = clean(lines[1].get_text()) if len(lines) > 1 else ""
    title = clean(publication["bib"]["title"])
    if not title:
        raise UnreadableError(f"{where} has no title", hint=LAYOUT_HINT)
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
            raise UnreadableError(f"row {number} of the profile has no {missing}", hint=LAYOUT_HINT)
        if _TOKEN.search(str(link.get("data-href", ""))):
            link["href"] = str(link["data-href"])
        if not _TOKEN.search(str(link.get("href", ""))):
            raise UnreadableError(f"row {number} of the profile has no link", hint=LAYOUT_HINT)
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


def _no_profile(html: str, soup: BeautifulSoup, *, where: str, user: str) -> PubcliError:
    """The error for a page that is no profile."""
    if any(soup.find(id=mark) for mark in _REFUSAL_IDS) or _REFUSAL_WORDS.search(html):
        return ServiceError(f"{where}: a captcha is asked for", hint=way_out(user))
    if _SIGN_IN.search(html):
        return NotFoundError(f"{where}: a sign-in page, so there is no such public profile", hint=PUBLIC_HINT)
    if not html.strip():
        return UnreadableError(f"{where}: an empty page", hint=LAYOUT_HINT)
    return UnreadableError(
        f"{where}: not a Google Scholar profile, or its layout has changed", hint=LAYOUT_HINT
    )


def clean(text: str) -> str:
    """Text from a page on one line, without control and direction characters."""
    return " ".join(_INVISIBLE.sub(" ", text).split())
