from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pubcli.history import Count, History, Snapshot
from pubcli.publication import Publication
from pubcli.stats import (
    Summary,
    citations_by_year_published,
    g_index,
    h_index,
    known_counts,
    publications_by_year,
    summarise,
    trends,
)

PATH = Path("library.citations.jsonl")


def test_the_usual_numbers() -> None:
    counts = [100, 40, 12, 10, 9, 4, 1, 0, None]

    summary = summarise(counts)

    assert summary == Summary(publications=9, unknown=1, citations=176, h=5, i10=4, g=8)


def test_no_publications_have_no_numbers() -> None:
    assert summarise([]) == Summary(0, 0, 0, 0, 0, 0)
    assert summarise([None, None]) == Summary(2, 2, 0, 0, 0, 0)


def test_g_looks_at_the_sum_and_stops_at_the_number_of_publications() -> None:
    assert g_index([9]) == 1
    assert g_index([9, 0, 0]) == 3
    assert g_index([0, 0]) == 0


@given(st.lists(st.integers(0, 500), max_size=40))
def test_h_is_the_largest_number_that_fits_and_g_is_no_smaller(counts: list[int]) -> None:
    h = h_index(counts)

    assert sum(count >= h for count in counts) >= h
    assert sum(count >= h + 1 for count in counts) < h + 1
    assert h <= g_index(counts) <= len(counts)


def test_a_count_says_where_it_is_from() -> None:
    publications = [
        _publication("known", 2020, "12"),
        _publication("typed", 2020, "99"),
        _publication("only-here", 2021, "3"),
        _publication("only-there", 2021, ""),
        _publication("nowhere", 2022, ""),
    ]
    snapshot = Snapshot("2026-01-10", "scholar", {"known": 12, "typed": 7, "only-there": 5})
    history = History(PATH).with_snapshot(snapshot)

    counts = known_counts(publications, history)

    assert counts == {
        "known": Count(12, "2026-01-10", "scholar"),
        "typed": Count(99, "", "library"),
        "only-here": Count(3, "", "library"),
        "only-there": Count(5, "2026-01-10", "scholar"),
    }
    assert known_counts(publications, history, source="openalex") == {}
    assert known_counts(publications, history, in_bib=False)["typed"].number == 7


def test_years_without_a_publication_are_shown_empty() -> None:
    publications = [_publication("a", 2019, "4"), _publication("b", 2022, "6"), _publication("c", None, "1")]
    counts = known_counts(publications, History(PATH))

    assert publications_by_year(publications) == {2019: 1, 2020: 0, 2021: 0, 2022: 1}
    assert citations_by_year_published(publications, counts) == {2019: 4, 2020: 0, 2021: 0, 2022: 6}
    assert publications_by_year([]) == {}


def test_a_trend_has_evenly_spaced_days_and_gaps_before_the_first_count() -> None:
    history = History(PATH)
    for day, counts in (("2026-01-01", {"a": 1}), ("2026-01-05", {"a": 4, "b": 2}), ("2026-01-09", {"a": 9})):
        history = history.with_snapshot(Snapshot(day, "scholar", counts))

    trend = trends(history, points=5)

    assert trend == {"a": [1, 1, 4, 4, 9], "b": [None, None, 2, 2, 2]}
    assert trends(History(PATH)) == {}
    assert trends(History(PATH).with_snapshot(Snapshot("2026-01-01", "scholar", {"a": 1}))) == {"a": [1]}


def _publication(key: str, year: int | None, citations: str) -> Publication:
    fields = {"title": key, "year": str(year or ""), "citationcount": citations}
    return Publication(key, "article", {name: value for name, value in fields.items() if value})
