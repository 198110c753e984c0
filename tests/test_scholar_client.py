from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pubcli.errors import NotFoundError, PubcliError, ServiceError, UnreadableError, UsageError
from pubcli.scholar.client import fetch_profile, read_saved
from pubcli.scholar.profile import Row, Totals
from pubcli.web import Web
from tests.fake_scholar import ANSWERS, NAME, USER, FakePaper, FakeProfile, FakeScholar, papers

WAY_OUT = f"open https://scholar.google.com/citations?user={USER}&hl=en&pagesize=100 in a browser"
SHARED = Path(__file__).parents[2] / "shared" / "scholar"


@pytest.fixture
def scholar() -> Iterator[FakeScholar]:
    with FakeScholar(FakeProfile(papers(12))) as fake:
        yield fake


def web(fake: FakeScholar) -> Web:
    return Web(environ={"PUBCLI_SCHOLAR_URL": fake.url}, sleep=lambda seconds: None)


# --- a page that is one -----------------------------------------------------------------------------


@pytest.mark.parametrize("layout", [2019, 2026])
def test_a_profile_is_read_whole_in_either_layout(layout: int, scholar: FakeScholar) -> None:
    shown = (
        FakePaper(
            "aaa", "Glass & harps: a “study”", "A Vermeulen, B Okafor, ...", "Proc. of … and …", 2024, 31
        ),
        FakePaper("bbb", "The same, again", citations=7, merged=True, clusters=("11", "12")),
        FakePaper("ccc", "Struck through", year=None, citations=31, counted_at="aaa", clusters=("11",)),
        FakePaper("ddd", "Nobody cites me", venue=""),
    )
    scholar.profile = FakeProfile(shown, layout=layout)

    profile = fetch_profile(web(scholar), USER)

    cluster = profile.rows[0].clusters
    assert profile.rows == (
        Row(
            "aaa",
            "Glass & harps: a “study”",
            "A Vermeulen, B Okafor, ...",
            "Proc. of … and …",
            2024,
            31,
            cluster,
        ),
        Row("bbb", "The same, again", *DEFAULTS, 2021, 7, ("11", "12"), merged=True),
        Row("ccc", "Struck through", *DEFAULTS, None, 31, ("11",), struck=True, counted_at="aaa"),
        Row("ddd", "Nobody cites me", DEFAULTS[0], "", 2021, 0),
    )
    assert (profile.user, profile.name, profile.complete, profile.asked) == (USER, NAME, True, 100)
    assert profile.totals == Totals(1234, 800, 20, 15, 31, 22)
    assert profile.per_year == ((2024, 300), (2025, 0), (2026, 77))


DEFAULTS = ("A Vermeulen, B Okafor", "Journal of Invented Results 3 (2), 1-10")


def test_cut_titles_and_author_lists_are_known_as_such() -> None:
    row = Row("t", "A title that goes on and …", "A Vermeulen, B Okafor, ...")

    assert row.title_cut
    assert row.authors_cut
    assert row.author_names == ("A Vermeulen", "B Okafor")


@pytest.mark.parametrize(("rows", "requests"), [(0, 1), (12, 1), (100, 1), (230, 1)])
def test_a_profile_costs_one_request(rows: int, requests: int, scholar: FakeScholar) -> None:
    scholar.profile = FakeProfile(papers(rows))

    profile = fetch_profile(web(scholar), USER)

    assert len(profile.rows) == min(rows, 100)
    assert profile.complete == (rows <= 100)
    assert scholar.requests == [f"/citations?user={USER}&hl=en&pagesize=100"] * requests


@pytest.mark.parametrize(("rows", "requests"), [(0, 1), (100, 1), (230, 3), (500, 5)])
def test_all_pages_cost_one_request_for_each_hundred_rows(
    rows: int, requests: int, scholar: FakeScholar
) -> None:
    scholar.profile = FakeProfile(papers(rows, first_count=3000))
    told: list[int] = []

    profile = fetch_profile(web(scholar), USER, all_pages=True, progress=told.append)

    assert [row.token for row in profile.rows] == [paper.token for paper in scholar.profile.papers]
    assert profile.complete
    assert profile.asked is None
    assert len(scholar.requests) == requests
    assert told[-1] == rows
    assert all(request.startswith(f"/citations?user={USER}&") for request in scholar.requests)
    assert [request.partition("cstart=")[2] for request in scholar.requests] == [
        str(100 * page) if page else "" for page in range(requests)
    ]


def test_the_header_says_the_encoding(scholar: FakeScholar) -> None:
    scholar.encoding = "iso-8859-1"
    scholar.profile = FakeProfile(
        (FakePaper("a", "Über die Dröhnung — kurz", "J Müller", year=2020, citations=3),)
    )

    profile = fetch_profile(web(scholar), USER)

    assert (profile.rows[0].title, profile.rows[0].authors) == ("Über die Dröhnung — kurz", "J Müller")


def test_a_profile_without_citations_has_no_totals(scholar: FakeScholar) -> None:
    uncited = tuple(replace(paper, citations=0) for paper in papers(3))
    scholar.profile = FakeProfile(uncited, totals=None, bars=())

    profile = fetch_profile(web(scholar), USER)

    assert profile.totals is None
    assert profile.per_year == ()
    assert [row.citations for row in profile.rows] == [0, 0, 0]


def test_control_and_direction_characters_do_not_come_in(scholar: FakeScholar) -> None:
    hostile = FakePaper(
        "a", "Title \x1b[31mred\u202e drawkcab\u2069", "A \x07Vermeulen", "V\x9benue", 2020, 1
    )
    scholar.profile = FakeProfile((hostile,), name="\u202aAda Vermeulen\u202c")

    profile = fetch_profile(web(scholar), USER)

    assert profile.name == "Ada Vermeulen"
    assert (profile.rows[0].title, profile.rows[0].authors) == ("Title [31mred drawkcab", "A Vermeulen")


# --- every way it refuses -----------------------------------------------------------------------------

REFUSED = (
    *("captcha of a profile", "captcha of a search", "captcha form", "captcha-form", "recaptcha"),
    *("unusual traffic with 200", "429", "429 with Retry-After", "403", "401"),
    *("to /sorry", "to /sorry elsewhere", "to consent", "to another place"),
)


@pytest.mark.parametrize("answer", REFUSED)
def test_a_refusal_is_taken_for_an_answer_at_once(answer: str, scholar: FakeScholar) -> None:
    scholar.always = answer

    with pytest.raises(ServiceError) as caught:
        fetch_profile(web(scholar), USER)

    assert len(scholar.requests) == 1
    assert "Google Scholar" in caught.value.message
    assert WAY_OUT in caught.value.hint
    assert "`pubcli sync --html FILE`" in caught.value.hint


@pytest.mark.parametrize("answer", ["sign-in", "to accounts", "404", "410"])
def test_no_public_profile_is_found_out_at_once(answer: str, scholar: FakeScholar) -> None:
    scholar.always = answer

    with pytest.raises(NotFoundError):
        fetch_profile(web(scholar), USER)

    assert len(scholar.requests) == 1


@pytest.mark.parametrize("answer", ["500", "502", "503", "503 with Retry-After", "504", "reset"])
def test_trouble_is_tried_again_twice(answer: str, scholar: FakeScholar) -> None:
    scholar.always = answer

    with pytest.raises(ServiceError) as caught:
        fetch_profile(web(scholar), USER)

    assert len(scholar.requests) == 3
    assert WAY_OUT in caught.value.hint


@pytest.mark.parametrize("answer", ["500", "503 with Retry-After", "reset"])
def test_trouble_that_passes_does_no_harm(answer: str, scholar: FakeScholar) -> None:
    scholar.answers = [answer, answer]

    profile = fetch_profile(web(scholar), USER)

    assert len(profile.rows) == 12
    assert len(scholar.requests) == 3


def test_a_refused_connection_is_trouble(scholar: FakeScholar) -> None:
    with FakeScholar(FakeProfile(())) as gone:
        closed = web(gone)

    with pytest.raises(ServiceError) as caught:
        fetch_profile(closed, USER)

    assert WAY_OUT in caught.value.hint
    assert closed.requests_made == 3


@pytest.mark.parametrize("answer", ["empty", "another page"])
def test_a_page_that_is_no_profile_is_a_changed_layout(answer: str, scholar: FakeScholar) -> None:
    scholar.always = answer

    with pytest.raises(UnreadableError):
        fetch_profile(web(scholar), USER)

    assert len(scholar.requests) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class="gsc_a_tr"', 'class="renamed"'),
        ("gsc_a_at", "renamed"),
        ("gsc_a_ac", "renamed"),
        ("citation_for_view", "renamed"),
        (">897<", ">many<"),
        ("Articles 1–12<", "Articles 1–15<"),
        ('<td class="gsc_rsb_std">31</td>', '<td class="gsc_rsb_std">?</td>'),
        ('<td class="gsc_rsb_std">31</td>', ""),
        (">On lichens no. 0: a survey<", "><"),
    ],
)
def test_rows_that_cannot_be_read_are_no_zeros(old: str, new: str, scholar: FakeScholar) -> None:
    page = scholar.profile.page()
    assert old in page
    scholar.always = (200, {}, page.replace(old, new))

    with pytest.raises(UnreadableError) as caught:
        fetch_profile(web(scholar), USER)

    assert "nothing was changed" in caught.value.hint


def test_counts_that_all_vanish_are_a_changed_layout(scholar: FakeScholar) -> None:
    scholar.profile = FakeProfile(tuple(replace(paper, citations=0) for paper in papers(5)))

    with pytest.raises(UnreadableError, match="counts of the rows"):
        fetch_profile(web(scholar), USER)


@pytest.mark.parametrize("answer", ["captcha of a profile", "429", "503", "another page", "sign-in"])
def test_a_second_page_that_fails_spoils_the_whole(answer: str, scholar: FakeScholar) -> None:
    scholar.profile = FakeProfile(papers(230))
    scholar.answers = ["page"]
    scholar.always = answer

    with pytest.raises(ServiceError) as caught:
        fetch_profile(web(scholar), USER, all_pages=True)

    assert caught.value.message.startswith(f"page 2 of the profile {USER}: ")
    assert WAY_OUT in caught.value.hint


def test_a_server_that_sends_the_first_page_again_and_again_is_left(scholar: FakeScholar) -> None:
    scholar.always = (200, {}, FakeProfile(papers(230)).page())

    with pytest.raises(ServiceError, match="does not go on"):
        fetch_profile(web(scholar), USER, all_pages=True)

    assert len(scholar.requests) == 2


# --- redirects ------------------------------------------------------------------------------------------


def test_a_profile_that_moved_is_followed(scholar: FakeScholar) -> None:
    scholar.moved = {"oldIDofAda00": USER}

    profile = fetch_profile(web(scholar), "oldIDofAda00")

    assert profile.user == USER
    assert scholar.requests == [
        "/citations?user=oldIDofAda00&hl=en&pagesize=100",
        f"/citations?user={USER}&hl=en&pagesize=100",
    ]


def test_a_scholar_of_another_country_is_asked_at_the_configured_address(scholar: FakeScholar) -> None:
    there = f"https://scholar.google.co.uk/citations?hl=en&pagesize=100&user={USER}&gws_rd=cr"
    scholar.answers = [(302, {"Location": there}, "")]

    profile = fetch_profile(web(scholar), USER)

    assert len(profile.rows) == 12
    assert scholar.requests[1] == f"/citations?user={USER}&hl=en&pagesize=100&gws_rd=cr"


@pytest.mark.parametrize(
    "location",
    [
        f"/citations?user={USER}&hl=en&pagesize=100",
        "https://scholar.google.com.evil.example/citations?user=oldIDofAda00",
        "https://notscholar.google.com/citations?user=oldIDofAda00",
        "https://scholar.google.com/scholar?q=x",
        "/citations?view_op=search_authors",
        "http://[bad",
        "",
    ],
)
def test_redirects_in_circles_or_elsewhere_are_not_followed(location: str, scholar: FakeScholar) -> None:
    scholar.always = (302, {"Location": location}, "")

    with pytest.raises(ServiceError):
        fetch_profile(web(scholar), USER)

    assert len(scholar.requests) == 1


def test_redirects_without_an_end_are_left(scholar: FakeScholar) -> None:
    scholar.moved = {f"ring{n:08}": f"ring{(n + 1) % 3:08}" for n in range(3)}

    with pytest.raises(ServiceError, match="circles"):
        fetch_profile(web(scholar), "ring00000000")

    assert len(scholar.requests) == 3


# --- saved pages ------------------------------------------------------------------------------------------


def test_saved_pages_are_joined_in_their_order() -> None:
    whole = FakeProfile(papers(230))
    pages = [(f"page{start}.html", whole.page(start).encode()) for start in (200, 0, 100)]

    profile = read_saved(pages)

    assert [row.token for row in profile.rows] == [paper.token for paper in whole.papers]
    assert profile.complete
    assert profile.asked is None


def test_a_page_that_is_missing_in_between_is_noticed() -> None:
    whole = FakeProfile(papers(230))

    profile = read_saved((f"page{start}.html", whole.page(start).encode()) for start in (0, 200))

    assert len(profile.rows) == 130
    assert not profile.complete
    assert profile.asked == 130


@pytest.mark.parametrize("order", [1, -1])
def test_rows_saved_twice_count_once(order: int) -> None:
    whole = FakeProfile(papers(30))
    pages = [("a.html", whole.page(0, 20).encode()), ("b.html", whole.page(0, 100).encode())]

    profile = read_saved(pages[::order])

    assert len(profile.rows) == 30
    assert profile.complete


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_saved_page_may_be_in_any_unicode_encoding(codec: str) -> None:
    page = FakeProfile((FakePaper("a", "Dröhnung — 鐘", citations=2),)).page()

    profile = read_saved([("page.html", page.encode(codec))])

    assert profile.rows[0].title == "Dröhnung — 鐘"


def test_a_saved_page_may_declare_an_old_encoding() -> None:
    page = FakeProfile((FakePaper("a", "Dröhnung", venue="", citations=2),)).page()
    old = page.replace("charset=UTF-8", "charset=iso-8859-1").encode("iso-8859-1", "ignore")

    profile = read_saved([("page.html", old)])

    assert profile.rows[0].title == "Dröhnung"


def test_a_saved_page_without_its_canonical_link_is_known_by_its_rows() -> None:
    page = FakeProfile(papers(3), canonical=False).page()

    profile = read_saved([("page.html", page.encode())])

    assert profile.user == USER


def test_a_saved_page_may_show_the_newest_first_and_none_of_them_cited() -> None:
    newest = FakeProfile(tuple(replace(paper, citations=0) for paper in papers(40)))

    profile = read_saved([("page.html", newest.page(0, 20).encode())])

    assert len(profile.rows) == 20
    assert not profile.complete


def test_pages_of_two_people_are_not_joined() -> None:
    other = FakeProfile(papers(3), user="Zz9otherXXXX")

    with pytest.raises(UsageError, match="profile Zz9otherXXXX, not"):
        read_saved([("a.html", FakeProfile(papers(3)).page().encode()), ("b.html", other.page().encode())])


@pytest.mark.parametrize(
    ("name", "error"),
    [
        *((name, ServiceError) for name in ("captcha of a profile", "recaptcha", "429")),
        ("sign-in", NotFoundError),
        ("empty", UnreadableError),
        ("another page", UnreadableError),
    ],
)
def test_a_saved_refusal_is_no_profile(name: str, error: type[PubcliError]) -> None:
    body = ANSWERS[name][2].encode()

    with pytest.raises(error) as caught:
        read_saved([("saved.html", body)])

    assert caught.value.message.startswith("saved.html: ")


def test_nothing_saved_is_nothing_to_read() -> None:
    with pytest.raises(UsageError):
        read_saved([])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the pages are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "rows", "struck"),
    [
        ("profile-0", 0, 0),
        ("profile-12", 12, 0),
        ("profile-12-layout-2019", 12, 0),
        ("profile-230-page1", 100, 7),
    ],
)
def test_pages_made_elsewhere_are_read(name: str, rows: int, struck: int) -> None:
    profile = read_saved([(name, (SHARED / f"{name}.html").read_bytes())])

    assert len(profile.rows) == rows
    assert sum(row.struck for row in profile.rows) == struck
    assert all(row.authors for row in profile.rows)


# --- scholarly --------------------------------------------------------------------------------------------


def test_scholarly_parses_beside_bibtexparser_without_its_luggage(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SCHOLARLY_LUGGAGE=1\n", encoding="utf-8")
    (tmp_path / "page.html").write_text(FakeProfile(papers(3)).page(), encoding="utf-8")
    script = """
import os, sys
opened = []
sys.addaudithook(lambda event, details: opened.append(str(details[0])) if event == "open" else None)
import bibtexparser
from pubcli.scholar.client import read_saved
profile = read_saved([("page.html", open("page.html", "rb").read())])
assert len(profile.rows) == 3
loaded = [n for n in ("selenium", "requests", "dotenv", "fp", "httpx", "scholarly") if n in sys.modules]
assert loaded == [], loaded
assert not [name for name in opened if name.endswith(".env")]
assert "SCHOLARLY_LUGGAGE" not in os.environ
assert sys.modules["bibtexparser"] is bibtexparser
assert "bibtexparser.bibdatabase" not in sys.modules
import bibtexparser.library
assert len(bibtexparser.parse_string("@article{a, title={T}}").entries) == 1
print(bibtexparser.__version__)
"""

    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert run.stderr == ""
    assert run.stdout.startswith("2.")
