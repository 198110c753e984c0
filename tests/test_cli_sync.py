"""Citation counts from the command line, against a fake Scholar over real HTTP on this machine."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Shell
from tests.fake_scholar import ANSWERS, USER, FakeProfile, FakeScholar, papers


@pytest.fixture
def shell(pubcli: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A library of every other row of an invented profile of twelve."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # 2026-01-01
    entries = [
        f"@article{{row{number},\n  author = {{Vermeulen, Ada and Okafor, Ben}},\n"
        f"  title = {{{paper.title.replace('&', chr(92) + '&')}}},\n  year = {{{paper.year or 2020}}},\n}}\n"
        for number, paper in enumerate(papers(12))
        if number % 2 == 0
    ]
    pubcli.write("library.bib", "\n".join(entries))
    pubcli.write("pubcli.toml", f'me = "Ada Vermeulen"\nscholar = "{USER}"\n')
    return pubcli


def test_a_sync_writes_counts_once_and_undo_takes_them_back(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shell.read("library.bib")
    with FakeScholar(FakeProfile(papers(12))) as fake:
        monkeypatch.setenv("PUBCLI_SCHOLAR_URL", fake.url)
        first, second = shell("sync"), shell("sync")
        requests = len(fake.requests)
    written = shell.read("library.bib")
    shell("undo")

    assert (first.code, second.code, requests) == (0, 0, 2)
    assert first.err == "6 counts changed, 6 of 6 publications matched\n"
    assert second.err == "nothing to do\n"
    assert "row0" in first.out
    assert "pubcli add --title" in first.out
    assert written.count("citationcount = {") == written.count("google_scholar_id = {") == 6
    assert shell.read("library.bib") == before
    assert not (shell.folder / "library.citations.jsonl").exists()


def test_a_dry_run_shows_the_plan_and_the_diff_and_writes_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shell.read("library.bib")
    with FakeScholar(FakeProfile(papers(12))) as fake:
        monkeypatch.setenv("PUBCLI_SCHOLAR_URL", fake.url)
        outcome = shell("sync", "--dry-run")
        plan = json.loads(shell("sync", "--dry-run", "--json").out)

    assert outcome.code == 0
    assert outcome.out.splitlines()[0].split() == ["publication", "old", "new", "change", "matched", "by"]
    assert "+  citationcount = {900}," in outcome.out
    assert plan["matched"][0]["key"] == "row0"
    assert shell.read("library.bib") == before


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_no_failure_changes_a_byte_or_ends_well(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    before = shell.read("library.bib")
    with FakeScholar(FakeProfile(papers(12)), always=answer) as fake:
        monkeypatch.setenv("PUBCLI_SCHOLAR_URL", fake.url)
        outcome = shell("sync", "--yes")

    assert outcome.code in (3, 4, 6)
    assert "\n  hint: " in outcome.err
    assert shell.read("library.bib") == before
    assert sorted(path.name for path in shell.folder.iterdir()) == ["library.bib", "pubcli.toml"]


def test_a_saved_page_syncs_without_a_request(shell: Shell) -> None:
    shell.write("profile.html", FakeProfile(papers(12)).page())

    outcome = shell("sync", "--html", "profile.html")

    assert (outcome.code, outcome.err) == (0, "6 counts changed, 6 of 6 publications matched\n")


def test_a_profile_that_is_not_mine_asks_first(shell: Shell) -> None:
    shell.write("profile.html", FakeProfile(papers(12), name="Somebody Else").page())
    before = shell.read("library.bib")

    refused = shell("sync", "--html", "profile.html")
    unchanged = shell.read("library.bib")
    agreed = shell("sync", "--html", "profile.html", "--yes")

    assert (refused.code, agreed.code) == (5, 0)
    assert "Somebody Else" in refused.err
    assert unchanged == before
    assert shell.read("library.bib") != before


def test_counts_may_stay_out_of_the_library(shell: Shell) -> None:
    shell.write("profile.html", FakeProfile(papers(12)).page())
    shell.write("pubcli.toml", shell.read("pubcli.toml") + "citations_in_bib = false\n")

    outcome = shell("sync", "--html", "profile.html")

    assert outcome.code == 0
    assert "citationcount" not in shell.read("library.bib")
    assert json.loads(shell.read("library.citations.jsonl"))["counts"]["row0"] == 900
    assert json.loads(shell("list", "title::no..0", "--json").out)[0]["citations"] == 900


def test_stats_adds_up_what_is_known(shell: Shell) -> None:
    nothing = shell("stats")
    shell.write("profile.html", FakeProfile(papers(12)).page())
    shell("sync", "--html", "profile.html")

    shown, as_json = shell("stats"), json.loads(shell("stats", "--json").out)
    chart = shell("stats", "--svg", "chart.svg")

    assert nothing.code == 0
    assert "6 publications, 6 without a count" in nothing.out
    assert "h-index" in shown.out
    assert as_json["own"]["citations"] == sum(p.citations for p in papers(12)[::2])
    assert as_json["profile"]["citations"] == 1234
    assert (chart.code, shell.read("chart.svg")[:4]) == (0, "<svg")


def test_a_trend_shows_how_the_counts_grew(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("profile.html", FakeProfile(papers(12)).page())
    shell("sync", "--html", "profile.html")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")  # 2026-03-01
    shell.write("profile.html", FakeProfile(papers(12, first_count=960)).page())
    shell("sync", "--html", "profile.html")

    listed, since = shell("list", "key:row0", "--trend"), shell("stats", "--since", "2026-02-01")

    assert listed.out.endswith("(cited 960 ▁▁▁▁▁▁▁█)\n")
    assert "since 2026-02-01" in since.out
    assert "row0  900 → 960 (+60)" in since.out


def test_an_export_of_counts_says_where_they_are_from(shell: Shell) -> None:
    shell.write("profile.html", FakeProfile(papers(12)).page())
    shell("sync", "--html", "profile.html")

    outcome = shell("export", "-q", "key:row0", "--template", "{title}: cited {citations} times")

    assert outcome.out == "On lichens no. 0: a survey: cited 900 times\n"
    assert outcome.err == "citations from scholar, 2026-01-01\n"


def test_other_themes_read_their_own_files(shell: Shell) -> None:
    shell.write("profile.html", FakeProfile(papers(12)).page())

    outcome = shell("sync", "--html", "profile.html", "--write", "al-folio", "--write", "acad-homepage")

    assert outcome.code == 0
    assert "papers:" in shell.read("_data/citations.yml")
    assert json.loads(shell.read("gs_data_shieldsio.json"))["schemaVersion"] == 1


def test_a_renamed_key_keeps_its_history(shell: Shell) -> None:
    shell.write("profile.html", FakeProfile(papers(12)).page())
    shell("sync", "--html", "profile.html")

    shell("rename", "row0", "lichens")

    assert shell.read("library.citations.jsonl").count("\n") == 2
    assert json.loads(shell("stats", "--json").out)["own"]["unknown"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["sync", "--user", "no id!"], 2, "must be a Google Scholar user id"),
        (["sync", "--html", "none.html"], 3, "there is no file none.html"),
        (["sync", "--source", "opnalex"], 2, "opnalex"),
        (["sync", "--source", "openalex", "--user", USER], 2, "belong to Google Scholar"),
        (["stats", "--since", "yesterday"], 2, "'yesterday' is no day"),
    ],
)
def test_bad_input_gets_one_line_one_hint_and_its_exit_code(
    shell: Shell, arguments: list[str], code: int, message: str
) -> None:
    outcome = shell(*arguments)

    assert outcome.code == code
    assert message in outcome.err
    assert "\n  hint: " in outcome.err
