from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pubcli.errors import UsageError
from pubcli.scholar.profile import Profile, Row, Totals
from pubcli.scholar.theme_files import theme_files

PROFILE = Profile(
    "Zz9inventedX",
    "Ada Vermeulen",
    (
        Row("zzz", "DEPUTY: a bell ringer's tale", "A Vermeulen", "J. of Bells", 2025, 31, ("11", "12")),
        Row("aaa", "Tidal bells", "A Vermeulen", "", None, 0),
    ),
    Totals(1234, 800, 20, 15, 31, 22),
    ((2024, 300), (2025, 0)),
)
CITATIONS = """\
metadata:
  last_updated: '2026-03-01'
papers:
  Zz9inventedX:aaa:
    citations: 0
    title: Tidal bells
    year: Unknown Year
  Zz9inventedX:zzz:
    citations: 31
    title: 'DEPUTY: a bell ringer''s tale'
    year: '2025'
"""


def test_al_folio_gets_its_data_file() -> None:
    files = theme_files("al-folio", PROFILE, day="2026-03-01")

    assert files == {"_data/citations.yml": CITATIONS}


def test_a_file_in_which_only_the_day_would_change_stays() -> None:
    files = theme_files("al-folio", PROFILE, day="2026-04-01", current={"_data/citations.yml": CITATIONS}.get)

    assert files == {"_data/citations.yml": CITATIONS}


def test_rows_that_were_not_looked_at_stay_in_al_folios_file() -> None:
    first_page = replace(PROFILE, rows=(replace(PROFILE.rows[0], citations=40),), complete=False)

    files = theme_files("al-folio", first_page, day="2026-04-01", current=lambda path: CITATIONS)

    expected = CITATIONS.replace("citations: 31", "citations: 40").replace("2026-03-01", "2026-04-01")
    assert files["_data/citations.yml"] == expected
    whole = theme_files(
        "al-folio", replace(first_page, complete=True), day="2026-04-01", current=lambda _: CITATIONS
    )
    assert "aaa" not in whole["_data/citations.yml"]


@pytest.mark.parametrize(
    ("title", "scalar"),
    [
        ("Plain, with (brackets) [and] more", "Plain, with (brackets) [and] more"),
        ("A: b", "'A: b'"),
        ("'Tis", "'''Tis'"),
        ("It's", "It's"),
        ("[Retracted] bells", "'[Retracted] bells'"),
        ("C# for bells", "C# for bells"),
        ("Bells #1", "'Bells #1'"),
        ("- a dash", "'- a dash'"),
        ("-dash", "-dash"),
        ("2048", "'2048'"),
        ("3.14", "'3.14'"),
        ("Yes", "'Yes'"),
        ("1984-01-01", "'1984-01-01'"),
        ("Über “Glocken” 🔔", '"\\xDCber \\u201CGlocken\\u201D \\U0001F514"'),
        ('Für "a\\b"', '"F\\xFCr \\"a\\\\b\\""'),
    ],
)
def test_titles_are_quoted_as_pyyaml_quotes_them(title: str, scalar: str) -> None:
    profile = replace(PROFILE, rows=(Row("t", title, year=2020),))

    text = theme_files("al-folio", profile, day="2026-03-01")["_data/citations.yml"]

    assert f"    title: {scalar}\n" in text


def test_a_profile_without_rows_is_an_empty_table() -> None:
    text = theme_files("al-folio", replace(PROFILE, rows=()), day="2026-03-01")["_data/citations.yml"]

    assert text == "metadata:\n  last_updated: '2026-03-01'\npapers: {}\n"


def test_acad_homepage_gets_scholarlys_author_and_a_badge() -> None:
    files = theme_files("acad-homepage", PROFILE, day="2026-03-01")

    assert files["gs_data_shieldsio.json"] == '{"schemaVersion": 1, "label": "citations", "message": "1234"}'
    data = json.loads(files["gs_data.json"])
    assert "\n" not in files["gs_data.json"]
    assert data | {"publications": {}} == {
        "container_type": "Author",
        "filled": ["indices", "counts", "publications"],
        "scholar_id": "Zz9inventedX",
        "source": "AUTHOR_PROFILE_PAGE",
        "name": "Ada Vermeulen",
        **{"citedby": 1234, "citedby5y": 800, "hindex": 20, "hindex5y": 15, "i10index": 31, "i10index5y": 22},
        "cites_per_year": {"2024": 300, "2025": 0},
        "publications": {},
        "updated": "2026-03-01",
    }
    assert data["publications"]["Zz9inventedX:zzz"] == {
        "container_type": "Publication",
        "source": "AUTHOR_PUBLICATION_ENTRY",
        "bib": {"title": "DEPUTY: a bell ringer's tale", "pub_year": "2025", "citation": "J. of Bells, 2025"},
        "filled": False,
        "author_pub_id": "Zz9inventedX:zzz",
        "num_citations": 31,
        "citedby_url": "https://scholar.google.com/scholar?oi=bibs&hl=en&cites=11,12",
        "cites_id": ["11", "12"],
    }


def test_acad_homepages_files_stay_when_only_the_day_would_change() -> None:
    files = theme_files("acad-homepage", PROFILE, day="2026-03-01")

    again = theme_files("acad-homepage", PROFILE, day="2026-04-01", current=files.get)

    assert again == files


def test_rows_that_were_not_looked_at_stay_in_acad_homepages_file() -> None:
    files = theme_files("acad-homepage", PROFILE, day="2026-03-01")
    first_page = replace(PROFILE, rows=PROFILE.rows[:1], complete=False)

    again = theme_files("acad-homepage", first_page, day="2026-04-01", current=files.get)

    assert again == files


def test_totals_that_are_not_there_are_no_zero() -> None:
    unknown = theme_files("acad-homepage", replace(PROFILE, totals=None), day="2026-03-01")
    uncited = theme_files(
        "acad-homepage", replace(PROFILE, rows=PROFILE.rows[1:], totals=None), day="2026-03-01"
    )

    assert '"message": "unknown"' in unknown["gs_data_shieldsio.json"]
    assert "citedby" not in json.loads(unknown["gs_data.json"])
    assert '"message": "0"' in uncited["gs_data_shieldsio.json"]


def test_an_unknown_theme_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        theme_files("alfolio", PROFILE, day="2026-03-01")

    assert caught.value.hint == "did you mean 'al-folio'?"
