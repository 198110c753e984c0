from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest

from pubcli.changes import FileChange, apply
from pubcli.errors import PubcliError
from pubcli.history import history_path, read_history
from pubcli.library import Library
from pubcli.scholar.client import fetch_profile, read_saved
from pubcli.scholar.sync import SyncPlan, carry_out, plan_profile
from pubcli.web import Web
from tests.fake_scholar import ANSWERS, USER, FakeProfile, FakeScholar, papers


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A library whose entries are the first rows of the invented profile."""
    entries = (
        f"@article{{row{number},\n"
        f"  author = {{Vermeulen, Ada and Okafor, Ben}},\n"
        f"  title  = {{{paper.title.replace('&', chr(92) + '&')}}},\n"
        f"  year   = {{{paper.year or 2020}}}, % a note of mine\n}}\n"
        for number, paper in enumerate(papers(230))
        if number % 2 == 0
    )
    path = tmp_path / "library.bib"
    path.write_text("% my papers\n" + "\n".join(entries), encoding="utf-8")
    return path


def synced(path: Path, fake: FakeScholar, *, all_pages: bool = False) -> tuple[SyncPlan, list[FileChange]]:
    library, history = Library.open(path), read_history(history_path(path))
    web = Web(environ={"PUBCLI_SCHOLAR_URL": fake.url}, sleep=lambda seconds: None)
    profile = fetch_profile(web, USER, all_pages=all_pages)
    plan = plan_profile(
        library.publications, profile, day="2026-03-01", history=history, me=["Ada Vermeulen"]
    )
    return plan, carry_out(plan, library, history)


@pytest.mark.parametrize(("all_pages", "requests", "matched"), [(False, 1, 50), (True, 3, 115)])
def test_a_sync_changes_single_lines_and_a_second_one_nothing(
    all_pages: bool, requests: int, matched: int, shelf: Path
) -> None:
    with FakeScholar(FakeProfile(papers(230))) as fake:
        plan, changes = synced(shelf, fake, all_pages=all_pages)
        before = shelf.read_text(encoding="utf-8")
        apply(changes, log=None, command=["pubcli", "sync"])
        _, again = synced(shelf, fake, all_pages=all_pages)

    added = list(ndiff(before.splitlines(), shelf.read_text(encoding="utf-8").splitlines()))
    assert len(fake.requests) == 2 * requests
    assert len(plan.matched) == matched
    assert sum(line.startswith("+ ") for line in added) == 2 * matched
    assert not [line for line in added if line.startswith("- ")]
    assert history_path(shelf).read_text(encoding="utf-8").count("\n") == 1
    assert again == []


@pytest.mark.parametrize("answer", sorted(ANSWERS))
@pytest.mark.parametrize("good_pages", [0, 1])
def test_after_every_failure_all_files_are_as_they_were(answer: str, good_pages: int, shelf: Path) -> None:
    before = shelf.read_bytes()
    with FakeScholar(FakeProfile(papers(230)), always=answer) as fake:
        fake.answers = ["page"] * good_pages

        with pytest.raises(PubcliError):
            synced(shelf, fake, all_pages=True)

    assert shelf.read_bytes() == before
    assert list(shelf.parent.iterdir()) == [shelf]


def test_a_saved_page_ends_in_the_same_bytes_as_a_fetched_one(shelf: Path) -> None:
    library, history = Library.open(shelf), read_history(history_path(shelf))
    with FakeScholar(FakeProfile(papers(230))) as fake:
        _, fetched = synced(shelf, fake, all_pages=True)
    pages = [(f"{start}.html", FakeProfile(papers(230)).page(start).encode()) for start in (0, 100, 200)]

    plan = plan_profile(library.publications, read_saved(pages), day="2026-03-01", history=history)

    assert carry_out(plan, library, history) == fetched
