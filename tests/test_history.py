from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.changes import FileChange
from pubcli.errors import UnreadableError
from pubcli.history import Count, Growth, History, Snapshot, history_path, read_history

PATH = Path("library.citations.jsonl")
FIRST = Snapshot(
    day="2026-01-10",
    source="scholar",
    counts={"zeta20": 7, "alpha19": 120},
    profile="Zz9inventedX",
    rows=12,
    totals={"citations": 140, "h": 5},
    per_year={2025: 90, 2024: 30},
)


def test_a_sync_is_one_line_of_json() -> None:
    history = History(PATH)

    written = history.with_snapshot(FIRST)

    assert written.text == (
        '{"date": "2026-01-10", "source": "scholar", "profile": "Zz9inventedX", "rows": 12, '
        '"complete": true, "totals": {"citations": 140, "h": 5}, "per_year": {"2024": 30, "2025": 90}, '
        '"counts": {"alpha19": 120, "zeta20": 7}}\n'
    )
    assert written.snapshots == (FIRST,)
    assert written.changes() == [FileChange(PATH, None, written.text.encode())]


def test_a_second_sync_without_news_writes_nothing() -> None:
    history = History(PATH).with_snapshot(FIRST)

    again = history.with_snapshot(replace(FIRST, day="2026-02-10"))

    assert again is history


def test_only_the_counts_that_changed_are_written() -> None:
    history = History(PATH).with_snapshot(FIRST)

    later = history.with_snapshot(replace(FIRST, day="2026-02-10", counts={"zeta20": 8, "alpha19": 120}))

    assert later.text.startswith(history.text)
    assert later.snapshots[-1].counts == {"zeta20": 8}
    assert later.counts() == {
        "alpha19": Count(120, "2026-01-10", "scholar"),
        "zeta20": Count(8, "2026-02-10", "scholar"),
    }


def test_a_narrower_look_with_the_same_counts_is_no_news() -> None:
    history = History(PATH).with_snapshot(replace(FIRST, rows=230))

    first_page = history.with_snapshot(replace(FIRST, rows=100, complete=False))
    fewer_in_all = history.with_snapshot(replace(FIRST, rows=100, complete=True))

    assert first_page is history
    assert fewer_in_all is not history


def test_sources_are_never_mixed() -> None:
    history = History(PATH).with_snapshot(FIRST)

    history = history.with_snapshot(Snapshot("2026-03-01", "openalex", {"alpha19": 80}))

    assert history.counts("scholar")["alpha19"].number == 120
    assert history.counts("openalex") == {"alpha19": Count(80, "2026-03-01", "openalex")}
    assert history.sources == ("openalex", "scholar")


def test_two_histories_that_git_joined_read_as_one() -> None:
    ours = _line("2026-01-10", {"a": 1, "b": 2}) + _line("2026-03-10", {"a": 5})
    theirs = _line("2026-01-10", {"a": 1, "b": 2}) + _line("2026-02-10", {"a": 3, "b": 4})

    joined = History(PATH, ours + theirs)

    assert [snapshot.day for snapshot in joined.snapshots] == ["2026-01-10", "2026-02-10", "2026-03-10"]
    assert {key: count.number for key, count in joined.counts().items()} == {"a": 5, "b": 4}
    assert joined.series() == {
        "a": [("2026-01-10", 1), ("2026-02-10", 3), ("2026-03-10", 5)],
        "b": [("2026-01-10", 2), ("2026-02-10", 4)],
    }


def test_a_count_that_returns_on_the_same_day_is_the_last_one() -> None:
    text = _line("2026-01-10", {"a": 1}) + _line("2026-01-10", {"a": 2}) + _line("2026-01-10", {"a": 1})

    history = History(PATH, text)

    assert history.counts()["a"].number == 1


def test_counts_and_growth_are_of_the_day_asked_for() -> None:
    text = _line("2026-01-10", {"a": 1, "b": 2}) + _line("2026-02-10", {"a": 3, "new": 9})
    history = History(PATH, text)

    growth = history.growth(since="2026-01-31")

    assert {key: count.number for key, count in history.counts(on="2026-01-31").items()} == {"a": 1, "b": 2}
    assert growth == {"a": Growth(1, 3)}
    assert growth["a"].change == 2
    assert history.growth(since="2026-01-31", until="2026-02-09") == {}
    latest = history.latest(on="2026-02-01")
    assert latest is not None
    assert latest.day == "2026-01-10"


def test_broken_lines_are_reported_and_stay_where_they_are() -> None:
    good = _line("2026-01-10", {"a": 1})
    bad = (
        "<<<<<<< HEAD\n{\n[1]\n" + '{"source": "scholar"}\n{"date": "2026-01-11"}\n'
        '{"date": "2026-01-11", "source": "scholar", "counts": {"a": true}}\n'
        '{"date": "2026-01-11", "source": "scholar", "per_year": {"x": 1}}\n'
    )

    history = History(PATH, good + "\n" + bad).with_snapshot(Snapshot("2026-02-01", "scholar", {"a": 2}))

    assert history.text.startswith(good + "\n" + bad)
    assert [(broken.line, broken.reason) for broken in history.broken] == [
        (3, "left over from a merge"),
        (4, "not JSON"),
        (5, "not an object"),
        (6, "no date"),
        (7, "no source"),
        (8, "counts that are no numbers"),
        (9, "years that are no numbers"),
    ]
    assert history.counts()["a"].number == 2


def test_counts_follow_a_renamed_entry() -> None:
    history = History(PATH, _line("2026-01-10", {"old": 4}))

    renamed = history.with_renamed("old", "new", day="2026-01-20")
    later = renamed.with_snapshot(Snapshot("2026-02-01", "scholar", {"new": 6}))

    assert renamed.counts() == {"new": Count(4, "2026-01-10", "scholar")}
    assert later.series() == {"new": [("2026-01-10", 4), ("2026-02-01", 6)]}
    assert later.growth(since="2026-01-31") == {"new": Growth(4, 6)}
    assert later.sources == ("scholar",)
    assert history.with_renamed("never-counted", "x", day="2026-01-20") is history


def test_a_missing_last_line_end_is_mended_and_crlf_kept() -> None:
    history = History(PATH, _line("2026-01-10", {"a": 1}).rstrip("\n"))
    windows = History(PATH, _line("2026-01-10", {"a": 1}).replace("\n", "\r\n"))

    mended = history.with_snapshot(Snapshot("2026-02-01", "scholar", {"a": 2}))
    kept = windows.with_snapshot(Snapshot("2026-02-01", "scholar", {"a": 2}))

    assert len(mended.snapshots) == 2
    assert kept.text.count("\r\n") == kept.text.count("\n") == 2


def test_a_history_is_read_from_beside_its_library(tmp_path: Path) -> None:
    path = history_path(tmp_path / "papers.bib")
    path.write_text(_line("2026-01-10", {"a": 1}), encoding="utf-8")

    history = read_history(path)

    assert path.name == "papers.citations.jsonl"
    assert history.counts()["a"].number == 1
    assert history.changes() == []
    assert read_history(tmp_path / "none.citations.jsonl").snapshots == ()


def test_a_history_that_is_no_utf8_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "library.citations.jsonl"
    path.write_bytes(_line("2026-01-10", {"a": 1}).encode() + b'{"\xff": 1}\n')

    with pytest.raises(UnreadableError) as caught:
        read_history(path)

    assert caught.value.message == f"{path}:2: not UTF-8"


@given(st.lists(st.dictionaries(st.text(min_size=1), st.integers(0, 10**6), max_size=4), max_size=6))
def test_the_last_count_written_is_the_count_read(syncs: list[dict[str, int]]) -> None:
    history = History(PATH)
    expected: dict[str, int] = {}
    for number, counts in enumerate(syncs):
        history = history.with_snapshot(Snapshot(f"2026-01-{number + 1:02}", "scholar", counts))
        expected |= counts

    again = History(PATH, history.text)

    assert {key: count.number for key, count in again.counts().items()} == expected
    assert again.broken == ()


def _line(day: str, counts: dict[str, int]) -> str:
    return Snapshot(day, "scholar", counts, profile="Zz9inventedX", rows=3).line() + "\n"
