from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pubcli.history import History
from pubcli.publication import Publication
from pubcli.scholar.pairing import pair
from pubcli.scholar.profile import Profile, Row, Totals
from pubcli.scholar.providers import ProviderCounts
from pubcli.scholar.sync import (
    Doubt,
    Edit,
    SyncPlan,
    add_command,
    count_of,
    plan_counts,
    plan_profile,
)

PAIRS = Path(__file__).parent / "data" / "sync" / "pairs.txt"
USER = "Zz9inventedX"
EMPTY = History(Path("library.citations.jsonl"))
TITLE = "Memory in slime moulds: a field study"


# --- the labelled pairs -----------------------------------------------------------------------------


@dataclass
class Case:
    """Some entries and rows, the pairs that are right, and those that no rule can be sure of."""

    trap: str
    entries: list[Publication] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    right: set[tuple[str, str]] = field(default_factory=set)


def cases() -> Iterator[Case]:
    trap = ""
    for paragraph in PAIRS.read_text(encoding="utf-8").split("\n\n"):
        case = Case(trap)
        for line in paragraph.splitlines():
            word, _, rest = line.partition(" ")
            if word == "#":
                trap = case.trap = rest
            elif word == "entry":
                key, authors, year, token, title = (part.strip() for part in rest.split(" | ", 4))
                case.entries.append(
                    publication(key, title, authors=authors, year=year, google_scholar_id=token)
                )
            elif word == "row":
                token, authors, year, count, flags, title = (part.strip() for part in rest.split(" | ", 5))
                struck = flags.removeprefix("struck=")
                case.rows.append(
                    Row(
                        token=token,
                        title=title,
                        authors=authors,
                        year=int(year) if year else None,
                        citations=int(count),
                        struck=bool(struck),
                        counted_at=struck,
                    )
                )
            elif word in ("same", "miss"):
                key, *tokens = rest.split()
                case.right |= {(key, token) for token in tokens}
        if case.entries:
            yield case


def decided(entries: Sequence[Publication], rows: Sequence[Row]) -> set[tuple[str, str]]:
    found = pair(entries, rows, complete=True).found
    return {(one.key, row.token) for one in found for row in one.rows}


def test_no_row_is_taken_for_another_publication_and_nearly_all_are_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    labelled = list(cases())
    right = {one for case in labelled for one in case.right}

    alone = {one for case in labelled for one in decided(case.entries, case.rows)}
    together = decided(
        [entry for case in labelled for entry in case.entries],
        [row for case in labelled for row in case.rows],
    )

    wrong = sorted((alone | together) - right)
    missed = sorted(right - alone)
    with capsys.disabled():
        print(
            f"\nsync: {len(right)} right pairs in {len(labelled)} cases: {len(right & alone)} found "
            f"({len(right & alone) / len(right):.1%}), {len(wrong)} wrong; "
            f"{len(right & together)} found, all in one library"
        )
    assert wrong == []
    assert len(right) >= 200
    assert len(right & alone) >= 0.99 * len(right), missed
    assert len(right & together) >= 0.99 * len(right), sorted(right - together)


def test_the_order_of_entries_and_rows_does_not_matter() -> None:
    for case in cases():
        forwards = decided(case.entries, case.rows)

        backwards = decided(case.entries[::-1], case.rows[::-1])

        assert forwards == backwards, case.trap


def test_every_entry_ends_in_exactly_one_list() -> None:
    labelled = list(cases())
    entries = [entry for case in labelled for entry in case.entries]
    rows = [row for case in labelled for row in case.rows]

    for complete in (True, False):
        pairing = pair(entries, rows, complete=complete)

        listed = [found.key for found in pairing.found] + [*pairing.unmatched, *pairing.not_looked_at]
        disputed = {key for ambiguity in pairing.ambiguous for key in ambiguity.keys} - set(listed)
        assert sorted(listed + list(disputed)) == sorted(entry.key for entry in entries)
        assert bool(pairing.unmatched) == complete


# --- what would be written --------------------------------------------------------------------------


def test_a_match_by_title_writes_the_count_and_the_row() -> None:
    entry = publication("slime20", TITLE, year="2020", citationcount="3")

    plan = planned([entry], [row("tok", TITLE, 2020, 12)])

    assert plan.edits == (Edit("slime20", "citationcount", "12"), Edit("slime20", "google_scholar_id", "tok"))
    assert [(m.key, m.old, m.new, m.change, m.reason) for m in plan.matched] == [
        ("slime20", 3, 12, 9, "title")
    ]
    assert plan.snapshot.counts == {"slime20": 12}
    assert plan.doubts == ()


def test_what_is_known_already_is_not_written_again() -> None:
    entry = publication("slime20", TITLE, year="2020", citationcount="12", google_scholar_id="tok")
    rows = [row("tok", TITLE, 2020, 12)]
    history = EMPTY.with_snapshot(planned([entry], rows).snapshot)

    plan = planned([entry], rows, history=history)

    assert plan.edits == ()
    assert history.with_snapshot(plan.snapshot) is history


def test_counts_can_stay_out_of_the_library() -> None:
    entry = publication("slime20", TITLE, year="2020", citationcount="999")

    plan = planned([entry], [row("tok", TITLE, 2020, 12)], in_bib=False)

    assert plan.edits == (Edit("slime20", "google_scholar_id", "tok"),)
    assert plan.matched[0].old is None
    assert plan.doubts == ()


def test_an_uncited_row_is_a_zero_but_a_missing_row_is_nothing() -> None:
    entries = [
        publication("here", TITLE, year="2020"),
        publication("gone", "Nowhere to be seen", year="2020"),
    ]

    plan = planned(entries, [row("tok", TITLE, 2020, 0)])

    assert plan.snapshot.counts == {"here": 0}
    assert plan.unmatched == ("gone",)
    assert {edit.key for edit in plan.edits} == {"here"}


def test_entries_beyond_the_rows_read_are_not_called_unmatched() -> None:
    entries = [
        publication("named", "A title that changed", year="2020", google_scholar_id="later"),
        publication("same-title", TITLE, year="2020", google_scholar_id="also-later"),
        publication("other", "Nowhere to be seen", year="2020"),
    ]

    plan = planned(entries, [row("tok", TITLE, 2020, 12)], complete=False)

    assert plan.not_looked_at == ("named", "same-title", "other")
    assert plan.unmatched == ()
    assert plan.edits == ()


def test_a_row_that_left_the_profile_gives_way_to_the_one_with_the_title() -> None:
    entry = publication("slime20", TITLE, year="2020", google_scholar_id="gone")

    plan = planned([entry], [row("tok", TITLE, 2020, 12)])

    assert Edit("slime20", "google_scholar_id", "tok") in plan.edits


def test_a_count_struck_through_is_not_written() -> None:
    entry = publication("slime20", TITLE, year="2020", citationcount="5")
    struck = replace(row("tok", TITLE, 2020, 864), struck=True, counted_at="first")

    plan = planned([entry], [struck, row("first", "Slime, remembered at length", 2021, 864)])

    assert plan.edits == ()
    assert plan.snapshot.counts == {}
    assert (plan.matched[0].new, plan.matched[0].counted_at) == (None, "first")
    assert [r.token for r in plan.unmatched_rows] == ["first"]


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([("a", 10, ()), ("b", 4, ())], 14),
        ([("a", 10, ("1",)), ("b", 10, ("1",))], 10),
        ([("a", 10, ("1",)), ("b", 12, ("1", "2")), ("c", 3, ("2",)), ("d", 1, ("3",))], 13),
        ([("a", 10, ("1",)), ("b", 3, ("2",)), ("c", 12, ("1", "2"))], 12),
    ],
)
def test_rows_that_share_a_cluster_count_once(
    rows: list[tuple[str, int, tuple[str, ...]]], count: int
) -> None:
    made = [Row(token, TITLE, citations=number, clusters=clusters) for token, number, clusters in rows]

    assert count_of(made) == count
    assert count_of([*made, Row("z", TITLE, citations=99, struck=True)]) == count


def test_two_entries_for_one_row_are_listed_and_not_written() -> None:
    entries = [publication("preprint", TITLE, year="2019"), publication("published", TITLE, year="2020")]

    plan = planned(entries, [row("tok", TITLE, 2020, 12)])

    assert plan.edits == ()
    assert [(a.keys, [r.token for r in a.rows]) for a in plan.ambiguous] == [
        (("preprint", "published"), ["tok"])
    ]
    assert plan.unmatched_rows == ()


def test_doubled_keys_and_doubled_tokens_are_listed_and_not_written() -> None:
    entries = [
        publication("twice", TITLE, year="2020"),
        publication("twice", "Another title altogether", year="2020"),
        publication("one", "First of two", year="2020", google_scholar_id="tok"),
        publication("two", "Second of two", year="2020", google_scholar_id="tok"),
    ]

    plan = planned(entries, [row("tok", TITLE, 2020, 12)])

    assert plan.edits == ()
    assert [a.reason for a in plan.ambiguous] == [
        "several entries have this citation key",
        "several entries have the google_scholar_id tok",
    ]


# --- what is said -------------------------------------------------------------------------------------


def test_an_unmatched_row_names_the_command_that_adds_it() -> None:
    made = Row("tok", "It's $(rm -rf ~) `now`", "A Vermeulen, B Okafor, ...", "Journal of Results …", 2020, 3)

    command = add_command(made)

    assert shlex.split(command) == [
        *("pubcli", "add", "--title", "It's $(rm -rf ~) `now`"),
        *(
            "--author",
            "A Vermeulen and B Okafor and others",
            "--venue",
            "Journal of Results",
            "--year",
            "2020",
        ),
    ]


def test_a_title_from_outside_is_data() -> None:
    made = Row("tok", "--yes\x1b[2J\n; reboot")

    command = add_command(made)

    assert command == "pubcli add '--title=--yes[2J; reboot'"


def test_pairs_worth_a_look_come_with_the_command_that_pairs_them() -> None:
    entries = [
        publication("slime17", TITLE, year="2017"),
        publication("x", "Nothing of the kind", year="2020"),
    ]

    plan = planned(entries, [row("tok-1", TITLE, 2021, 4), row("tok-2", "Entirely other matters", 2020, 1)])

    assert [(near.key, near.row.token, near.reason) for near in plan.near] == [
        ("slime17", "tok-1", "the same title, 2017 and 2021")
    ]
    assert plan.near[0].command == "pubcli set slime17 google_scholar_id=tok-1"
    assert plan.edits == ()


def test_the_plan_as_json_holds_everything() -> None:
    entries = [
        publication("slime20", TITLE, year="2020"),
        publication("gone", "Nowhere to be seen", year="2020"),
    ]

    data = planned(entries, [row("tok", TITLE, 2020, 12), row("new", "Unheard of so far", 2022, 1)]).as_json()

    assert data["matched"] == [
        {
            **{"key": "slime20", "old": None, "new": 12, "change": None, "reason": "title"},
            **{"rows": ["tok"], "counted_at": ""},
        }
    ]
    assert data["unmatched"] == ["gone"]
    assert data["unmatched_rows"][0]["command"] == (
        "pubcli add --title 'Unheard of so far' --author 'A Vermeulen' --year 2022"
    )
    assert data["profile"] == {"id": USER, "name": "Ada Vermeulen"}


# --- doubts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "asks"),
    [(10, 5, True), (10, 6, False), (9, 0, False), (100, 0, True), (100, 59, True), (100, 200, False)],
)
def test_a_steep_fall_asks(old: int, new: int, asks: bool) -> None:
    entry = publication("slime20", TITLE, year="2020", citationcount=str(old))

    plan = planned([entry], [row("tok", TITLE, 2020, new)])

    assert plan.doubts == (
        (Doubt("drop", f"slime20: from {old} to {new} citations", "slime20"),) if asks else ()
    )


@pytest.mark.parametrize(
    ("before", "now", "asked", "asks"),
    [
        ((100, False), 100, 100, False),
        ((230, True), 100, 100, False),
        ((230, True), 50, 100, True),
        ((100, False), 50, None, True),
        ((100, False), 20, 20, False),
        ((100, True), 61, 100, False),
        ((100, True), 59, 100, True),
        ((4, True), 2, 100, False),
        ((4, True), 0, 100, True),
        ((0, True), 0, 100, False),
    ],
)
def test_far_fewer_rows_in_the_same_breadth_ask(
    before: tuple[int, bool], now: int, asked: int | None, asks: bool
) -> None:
    rows = [
        row(f"tok{number}", f"Title number {number} of many", 2020, 0)
        for number in range(max(before[0], now))
    ]
    earlier = planned([], rows[: before[0]], complete=before[1]).snapshot
    profile = replace(_profile(rows[:now]), asked=asked, complete=False)

    plan = plan_profile([], profile, day="2026-03-01", history=EMPTY.with_snapshot(earlier))

    assert bool(plan.doubts) == asks
    if asks:
        assert plan.doubts[0].text == f"the profile shows {now} rows, on 2026-02-01 it had {before[0]}"


def test_another_profile_is_not_compared() -> None:
    earlier = planned([], [row(f"t{n}", f"Title {n} of them all", 2020, 0) for n in range(50)]).snapshot
    profile = replace(_profile([]), user="Zz9otherXXXX")

    plan = plan_profile([], profile, day="2026-03-01", history=EMPTY.with_snapshot(earlier))

    assert plan.doubts == ()


@pytest.mark.parametrize(
    ("shown", "me", "asks"),
    [
        ("Ada Vermeulen", ["Ada Vermeulen"], False),
        ("Ada B. Vermeulen, PhD", ["Ada Vermeulen"], False),
        ("A. Vermeulen", ["Vermeulen, Ada"], False),
        ("Vermeulen Ada (阿达)", ["Ada Vermeulen"], False),
        ("阿达 (Ada Vermeulen)", ["Ada Vermeulen"], False),
        ("J. Müller", ["Joerg Mueller"], False),
        ("Qing-Rong Xi", ["Qingrong Xi"], False),
        ("Ada Vermeulen", ["Ben Okafor", "Ada Vermeulen"], False),
        ("Ada Vermeulen", [], False),
        ("Ben Okafor", ["Ada Vermeulen"], True),
        ("Bea Vermeulen", ["Ada Vermeulen"], True),
        ("Ada Okafor", ["Ada Vermeulen"], True),
    ],
)
def test_a_profile_of_someone_else_asks(shown: str, me: list[str], asks: bool) -> None:
    plan = plan_profile([], replace(_profile([]), name=shown), day="2026-03-01", history=EMPTY, me=me)

    assert [doubt.kind for doubt in plan.doubts] == (["name"] if asks else [])


# --- other sources --------------------------------------------------------------------------------------


def test_counts_of_another_source_go_into_the_history_alone() -> None:
    entries = [
        publication("a", TITLE, doi="10.5555/a", citationcount="40"),
        publication("b", "Other", year="2020"),
    ]
    answer = ProviderCounts("openalex", {"a": 12}, {"a": "DOI"}, {"b": "it has no DOI"})

    plan = plan_counts(entries, answer, day="2026-03-01", history=EMPTY)

    history = EMPTY.with_snapshot(plan.snapshot)
    assert plan.edits == ()
    assert plan.doubts == ()
    assert [(m.key, m.old, m.new) for m in plan.matched] == [("a", None, 12)]
    assert plan.unknown == {"b": "it has no DOI"}
    assert history.counts("scholar") == {}
    assert history.counts("openalex")["a"].number == 12
    assert (
        history.with_snapshot(plan_counts(entries, answer, day="2026-04-01", history=history).snapshot)
        is history
    )


def test_a_steep_fall_at_another_source_asks_too() -> None:
    entries = [publication("a", TITLE, doi="10.5555/a")]
    history = EMPTY.with_snapshot(plan_counts(entries, _answer(50), day="2026-02-01", history=EMPTY).snapshot)

    plan = plan_counts(entries, _answer(0), day="2026-03-01", history=history)

    assert plan.doubts == (Doubt("drop", "a: from 50 to 0 citations", "a"),)


def _answer(count: int) -> ProviderCounts:
    return ProviderCounts("openalex", {"a": count}, {"a": "DOI"}, {})


# --- making things ----------------------------------------------------------------------------------------


def publication(key: str, title: str, *, authors: str = "Vermeulen, Ada", **fields: str) -> Publication:
    held = {"title": title, "author": authors, **fields}
    return Publication(key, "article", {name: value for name, value in held.items() if value})


def row(token: str, title: str, year: int | None, citations: int) -> Row:
    return Row(token, title, "A Vermeulen", "", year, citations)


def planned(
    entries: Sequence[Publication],
    rows: Sequence[Row],
    *,
    complete: bool = True,
    history: History = EMPTY,
    in_bib: bool = True,
) -> SyncPlan:
    profile = replace(_profile(rows), complete=complete)
    return plan_profile(
        entries, profile, day="2026-02-01", history=history, me=["Ada Vermeulen"], in_bib=in_bib
    )


def _profile(rows: Sequence[Row]) -> Profile:
    totals = Totals(100, 50, 4, 3, 2, 1)
    return Profile(USER, "Ada Vermeulen", tuple(rows), totals, ((2024, 30), (2025, 20)), asked=100)
