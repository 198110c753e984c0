"""What a record would add to the entry that is the same publication."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.importers import Edits, edits
from pubcli.publication import Publication

PREPRINT = Publication("xiao2025", "misc", {
    "title": "Quiet {Rivers}", "author": "Marsh, Ada and Oduya, Ben", "year": "2024", "month": "aug",
    "eprint": "2408.00001", "archiveprefix": "arXiv", "url": "https://arxiv.org/abs/2408.00001",
    "keywords": "Water", "selected": "true", "award": "Best Paper",
})  # fmt: skip
PUBLISHED = Publication("", "inproceedings", {
    "title": "Quiet Rivers", "author": "Marsh, A. and Oduya, B.", "booktitle": "Proceedings of Streams",
    "abbr": "STR", "pages": "1--9", "year": "2025", "doi": "10.5555/str.1", "keywords": "theirs",
})  # fmt: skip


def applied(entry: Publication, changes: Edits) -> Publication:
    fields = {name: value for name, value in entry.fields.items() if name not in changes.removed}
    return Publication(entry.key, changes.entry_type or entry.entry_type, {**fields, **changes.values})


def test_a_published_version_moves_the_preprint_and_keeps_marks_and_eprint() -> None:
    assert edits(PREPRINT, PUBLISHED) == Edits(
        values={
            "booktitle": "Proceedings of Streams", "abbr": "STR", "pages": "1--9", "year": "2025",
            "doi": "10.5555/str.1",
        },
        removed=("month",),
        entry_type="inproceedings",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "removed"),
    [
        ({"journal": "arXiv preprint arXiv:2408.00001"}, ("journal",)),
        ({"journal": "CoRR", "volume": "abs/2408.00001"}, ("journal", "volume")),
        ({"howpublished": "arXiv:2408.00001"}, ("howpublished",)),
        ({"url": "https://arxiv.org/abs/2408.00001"}, ()),
        ({"doi": "10.48550/arXiv.2408.00001", "publisher": "arXiv"}, ("publisher",)),
    ],
)
def test_an_arxiv_id_that_stands_in_a_field_that_goes_becomes_the_eprint(
    fields: dict[str, str], removed: tuple[str, ...]
) -> None:
    entry = Publication(
        "k", "article", {"title": "Quiet Rivers", "author": "Marsh, Ada", "year": "2024", **fields}
    )

    changes = edits(entry, PUBLISHED)

    assert changes.removed == removed
    assert applied(entry, changes).arxiv_id == "2408.00001"
    assert applied(entry, changes).doi == "10.5555/str.1"
    assert not applied(entry, changes).is_preprint


def test_the_link_of_the_published_version_replaces_that_of_the_preprint() -> None:
    linked = Publication("", "inproceedings", {**PUBLISHED.fields, "url": "https://example.org/str"})

    assert edits(PREPRINT, linked).values["url"] == "https://example.org/str"


def test_the_preprint_of_a_published_entry_adds_its_eprint_only() -> None:
    entry = Publication("k", PUBLISHED.entry_type, PUBLISHED.fields)
    record = Publication("", "misc", {**PREPRINT.fields, "primaryclass": "cs.CL", "publisher": "arXiv"})

    assert edits(entry, record) == Edits(
        {"eprint": "2408.00001", "archiveprefix": "arXiv", "primaryclass": "cs.CL"}
    )
    assert not edits(applied(entry, edits(entry, record)), record)


def test_otherwise_empty_fields_are_filled_and_no_others() -> None:
    entry = Publication("k", "article", {
        "title": "Quiet Rivers", "author": "Marsh, Ada", "journaltitle": "J. Rivers", "date": "2021-05",
        "doi": "",
    })  # fmt: skip
    record = Publication("", "article", {
        "title": "Quiet rivers", "author": "Marsh, A.", "journal": "Journal of Rivers", "year": "2021",
        "month": "jun", "doi": "10.5555/q", "volume": "7", "keywords": "theirs", "note": "theirs",
        "abbr": "JR",
    })  # fmt: skip

    assert edits(entry, record) == Edits({"doi": "10.5555/q", "volume": "7", "abbr": "JR"})


def test_an_entry_that_appeared_nowhere_yet_gets_type_and_venue() -> None:
    entry = Publication("k", "misc", {"title": "Quiet Rivers", "author": "Marsh, Ada", "year": "2025"})

    changes = edits(entry, PUBLISHED)

    assert changes.entry_type == "inproceedings"
    assert changes.values == {
        "booktitle": "Proceedings of Streams",
        "abbr": "STR",
        "pages": "1--9",
        "doi": "10.5555/str.1",
    }


# The forms that preprints and published versions come in, and what any of them may have besides.
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("misc", {"eprint": "2408.00001", "archiveprefix": "arXiv"}),
    ("misc", {"howpublished": "arXiv:2408.00001"}),
    ("misc", {"url": "https://arxiv.org/abs/2408.00001"}),
    ("misc", {"doi": "10.48550/arXiv.2408.00001", "publisher": "arXiv"}),
    ("article", {"journal": "arXiv preprint arXiv:2408.00001"}),
    ("article", {"journal": "CoRR", "volume": "abs/2408.00001"}),
    ("article", {"journal": "Journal of Rivers", "volume": "7"}),
    ("article", {"journaltitle": "Journal of Rivers", "eprint": "2408.00001", "eprinttype": "arxiv"}),
    ("inproceedings", {"booktitle": "Proceedings of Streams", "abbr": "STR"}),
    ("phdthesis", {"school": "Invented University"}),
    ("misc", {}),
)
BESIDES = {
    "title": "Quiet Rivers", "author": "Marsh, Ada", "pages": "1--9", "month": "jun", "publisher": "Press",
    "url": "https://example.org", "keywords": "Water", "award": "Best", "selected": "true", "note": "mine",
    "primaryclass": "cs.CL", "pubstate": "submitted", "year": "2024",
}  # fmt: skip
publications = st.builds(
    lambda form, besides, year: Publication(
        "key", form[0], {**{name: BESIDES[name] for name in besides}, "year": year, **form[1]}
    ),
    st.sampled_from(FORMS),
    st.sets(st.sampled_from(sorted(BESIDES))),
    st.sampled_from(["2024", "2025"]),
)


@given(publications, publications)
def test_no_merge_touches_key_title_authors_or_marks_and_a_second_one_changes_nothing(
    entry: Publication, record: Publication
) -> None:
    after = applied(entry, edits(entry, record))

    for name in ("title", "author", "keywords", "award", "selected", "eprint"):
        assert after.fields.get(name) == entry.fields.get(name) or not entry.fields.get(name)
    assert after.key == entry.key
    assert not edits(after, record)
