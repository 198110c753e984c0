"""Citation keys: styles learned from existing keys, and new keys that never collide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.keys import KeyStyle, free_key, key_style, new_key
from pubcli.publication import Publication


def publication(
    author: str, title: str, year: str, key: str = "", entry_type: str = "inproceedings", **fields: str
) -> Publication:
    return Publication(key, entry_type, {"author": author, "title": title, "year": year, **fields})


# Three invented publications; a row of STYLES gives them keys, and the key expected for NEW.
KNOWN = (
    ("Ada Marsh and Ben Oduya", "A Study of Quiet Rivers", "2019"),
    ("Marta D{\\'i}az and Ada Marsh and Ben Oduya and Eve Lund", "Fast-Flowing Streams for Everyone", "2021"),
    ("van der Berg, Jan and Marsh, Ada and Ito, Ken", "On {LLM}s and the Sea", "2023"),
)
NEW = publication(
    'J{\\"o}rg M{\\"u}ller and Ada Marsh and Chen Wei',
    "The Art of Multi-Branch {GPU} Drafting",
    "2025",
    booktitle="Proceedings of the 39th AAAI Conference on Artificial Intelligence (AAAI)",
    abbr="AAAI",
)

STYLES = (
    ("marsh2019study", "diaz2021fast", "berg2023llms", "{family}{year}{word}", "muller2025art"),
    ("Marsh:2019", "Diaz:2021", "Berg:2023", "{Family}:{year}", "Muller:2025"),
    ("Marsh2019", "Diaz2021a", "Berg2023", "{Family}{year}", "Muller2025"),
    ("Marsh19", "Diaz21", "Berg23", "{Family}{yy}", "Muller25"),
    ("marsh2019", "diaz2021", "berg2023", "{family}{year}", "muller2025"),
    ("MARSH2019", "DIAZ2021", "BERG2023", "{FAMILY}{year}", "MULLER2025"),
    ("marsh_study_2019", "diaz_fast-flowing_2021", "berg_llms_2023", "{family}_{word}_{year}",
     "muller_art_2025"),
    ("MarshStudy2019", "DiazFast2021", "BergLlms2023", "{Family}{Word}{year}", "MullerArt2025"),
    ("marsh-oduya-2019-study", "diaz-etal-2021-fast", "vanderberg-etal-2023-llms", "{authors}-{year}-{word}",
     "muller-etal-2025-art"),
    ("marshStudyQuietRivers2019", "diazFastFlowingStreamsEveryone2021", "bergLLMsSea2023",
     "{family}{ShortTitle}{year}", "mullerArtMultiBranchGPU2025"),
    ("MarshO19", "DiazMOL21", "BergMI23", "{initials}{yy}", "MullerMW25"),
    ("MO19", "DMOL21", "BMI23", "{alpha}{yy}", "MMW25"),
    ("pub:marsh2019", "pub:diaz2021", "pub:berg2023", "pub:{family}{year}", "pub:muller2025"),
    ("DBLP:conf/acl/MarshO19", "DBLP:conf/emnlp/DiazMOL21", "DBLP:journals/corr/abs-2301-00001",
     "DBLP:{dblp}", "DBLP:conf/aaai/MullerMW25"),
)  # fmt: skip


@pytest.mark.parametrize("row", STYLES, ids=[row[3] for row in STYLES])
def test_a_new_key_follows_the_style_of_the_keys_there(row: tuple[str, str, str, str, str]) -> None:
    library = [publication(*known, key=key) for known, key in zip(KNOWN, row[:3], strict=True)]

    style = key_style(library)
    key = new_key(NEW, library)

    assert (style.pattern, key) == row[3:]


@pytest.mark.parametrize("prefix", ["DBLP:", ""])
def test_a_library_of_dblp_keys_takes_the_key_that_dblp_gives(prefix: str) -> None:
    keys = ("conf/acl/MarshO19", "conf/emnlp/DiazMOL21", "journals/corr/abs-2301-00001")
    library = [publication(*known, key=prefix + key) for known, key in zip(KNOWN, keys, strict=True)]

    assert new_key(NEW, library, offered="DBLP:conf/aaai/0001MW25") == f"{prefix}conf/aaai/0001MW25"
    assert new_key(NEW, library, offered="conf/aaai/{0001},MW25") == f"{prefix}conf/aaai/0001MW25"
    assert new_key(NEW, library, offered="muller2025art") == f"{prefix}conf/aaai/MullerMW25"
    assert new_key(NEW, library, offered=keys[0]) == f"{prefix}{keys[0]}a"


def test_other_libraries_take_no_key_that_is_offered() -> None:
    assert new_key(NEW, [], offered="DBLP:conf/aaai/0001MW25") == "muller2025art"


def test_an_empty_library_gets_the_family_the_year_and_the_first_significant_word() -> None:
    seed = publication(
        "Zipeng Gao and Qingrong Xia", "Multi-Branch Self-Drafting for {LLM} Inference Acceleration", "2025"
    )

    assert new_key(seed, []) == "gao2025multi"


def test_keys_of_no_common_style_leave_the_default() -> None:
    library = [
        publication(*known, key=key) for known, key in zip(KNOWN, ("rivers", "my-best", "x"), strict=True)
    ]

    assert new_key(NEW, library) == "muller2025art"


def test_the_style_of_most_keys_wins_over_a_few_that_differ() -> None:
    keys = ("Marsh:2019", "Diaz:2021", "berg2023llms")
    library = [publication(*known, key=key) for known, key in zip(KNOWN, keys, strict=True)]

    assert new_key(NEW, library) == "Muller:2025"


def test_keys_with_the_year_of_the_preprint_are_of_the_style_too() -> None:
    keys = ("Marsh:2018", "Diaz:2020", "Berg:2023")
    library = [publication(*known, key=key) for known, key in zip(KNOWN, keys, strict=True)]

    assert new_key(NEW, library) == "Muller:2025"


def test_numbered_keys_count_on() -> None:
    library = [publication(*known, key=key) for known, key in zip(KNOWN, ("J1", "J2", "J12"), strict=True)]

    assert new_key(NEW, library) == "J13"
    assert new_key(NEW, library, taken=["J13"]) == "J14"


def test_a_taken_key_gets_a_letter_even_where_only_case_differs() -> None:
    assert new_key(NEW, [], taken=["Muller2025Art"]) == "muller2025arta"
    assert new_key(NEW, [], taken=["muller2025art", "muller2025arta"]) == "muller2025artb"


def test_letters_go_on_after_z() -> None:
    taken = ["kx", *(f"kx{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")]

    assert free_key(KeyStyle("k{word}"), publication("", "X", ""), taken) == "kxaa"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("{family}_{word}_{year}", "muller_art"), ("{Family}:{year}", "Muller"), ("{year}-{family}", "muller")],
)
def test_an_unknown_year_is_left_out_with_its_separator(pattern: str, expected: str) -> None:
    undated = Publication("", "misc", {key: value for key, value in NEW.fields.items() if key != "year"})

    assert KeyStyle(pattern).key(undated) == expected


def test_without_an_author_the_title_names_the_entry() -> None:
    assert new_key(publication("", "The {GPU} Handbook", "2020"), []) == "2020gpu"
    assert new_key(Publication("", "misc", {}), []) == "publication"


def test_names_of_other_scripts_give_an_ascii_key() -> None:
    assert new_key(publication("夏庆荣", "语义角色标注", "2020"), []) == "publication"
    assert (
        new_key(publication("Łukasz Ørsted-Çelik", "Straße und Œuvre", "2020"), [])
        == "orstedcelik2020strasse"
    )


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(words, words, words, words), max_size=6), words, words)
def test_a_new_key_is_ascii_and_free_whatever_the_library_holds(
    rows: list[tuple[str, str, str, str]], author: str, title: str
) -> None:
    library = [publication(author, title, year, key=key) for author, title, year, key in rows]

    key = new_key(publication(author, title, "2024"), library)

    assert key.isascii()
    assert key
    assert not set(key) & set(" ,{}()\"'=#%~\\\n\t@")
    assert key.casefold() not in {other.key.casefold() for other in library}
