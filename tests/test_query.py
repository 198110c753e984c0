from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.config import GROUPINGS, SORT_ORDERS
from pubcli.errors import UsageError
from pubcli.publication import Publication
from pubcli.query import FIELDS, fold, group, parse_query, parse_query_line, short_venue, sort, split_query

LIBRARY = [
    Publication(
        "lind2024deep",
        "inproceedings",
        {
            "title": "Deep {Parsing}: A Survey",
            "author": 'Lind, {\\AA}sa and M{\\"u}ller, Karl-Heinz and Xia, Qi',
            "booktitle": "62nd Annual Meeting of the Association for Computational Linguistics",
            "year": "2024",
            "keywords": "NLP / Parsing, LLM Inference",
            "award": "Oral; Best Paper Award",
            "selected": "true",
            "doi": "10.18653/v1/2024.acl-long.7",
            "citationcount": "120",
        },
    ),
    Publication(
        "xiao2023fast",
        "misc",
        {
            "title": "Fast Attention",
            "author": "Xiao, Ann and Lind, Åsa",
            "year": "2023",
            "eprint": "2301.01234",
            "archiveprefix": "arXiv",
            "keywords": "LLM",
        },
    ),
    Publication(
        "mueller2019",
        "article",
        {
            "title": "The Café Corpus",
            "author": "Karl Müller",
            "journal": "Language Resources",
            "publisher": "Sample Press",
            "year": "2019",
            "citationcount": "3",
        },
    ),
    Publication(
        "draft",
        "unpublished",
        {"title": "Attention: selected topics foo:bar", "author": "Lind, Åsa", "pubstate": "submitted"},
    ),
]


def found(*terms: str) -> list[str]:
    return [publication.key for publication in parse_query(terms).filter(LIBRARY)]


def found_by_line(text: str) -> list[str]:
    return [publication.key for publication in parse_query_line(text).filter(LIBRARY)]


LIND, XIAO, MUELLER, DRAFT = "lind2024deep", "xiao2023fast", "mueller2019", "draft"


@pytest.mark.parametrize(
    ("terms", "keys"),
    [
        ([], [LIND, XIAO, MUELLER, DRAFT]),
        (["parsing"], [LIND]),
        (["PARSING", "survey"], [LIND]),
        (["parsing: a survey"], [LIND]),
        (["cafe"], [MUELLER]),
        (["Müller"], [LIND, MUELLER]),
        (["muller"], [LIND, MUELLER]),
        (["Åsa Lind"], [LIND, XIAO, DRAFT]),
        (["lind, asa"], [LIND, XIAO, DRAFT]),
        (["inference"], [LIND]),
        (["2023fast"], [XIAO]),
        (["computational linguistics"], [LIND]),
        (["arxiv"], [XIAO]),
        (["nothing"], []),
        (["10.18653/v1/2024.acl-long.7"], [LIND]),
        (["https://arxiv.org/abs/2301.01234"], [XIAO]),
        (["title:attention"], [XIAO, DRAFT]),
        (["title:the cafe"], [MUELLER]),
        (["author:xia"], [LIND]),
        (["author:asa lind"], [LIND, XIAO, DRAFT]),
        (["author:k müller"], [LIND, MUELLER]),
        (["author:karl-heinz"], [LIND]),
        (["author:heinz xia"], []),
        (["authors:xiao"], [XIAO]),
        (["venue:acl"], [LIND]),
        (["venue:annual meeting"], [LIND]),
        (["venue:arxiv"], [XIAO]),
        (["venue:resource"], []),
        (["venue:"], [LIND, XIAO, MUELLER]),
        (["year:2023"], [XIAO]),
        (["year:2020..2024"], [LIND, XIAO]),
        (["year:2023.."], [LIND, XIAO]),
        (["year:..2019"], [MUELLER]),
        (["year:2019,2024"], [LIND, MUELLER]),
        (["year:"], [LIND, XIAO, MUELLER]),
        (["^year:"], [DRAFT]),
        (["tag:LLM Inference"], [LIND]),
        (["tag:llm"], [XIAO]),
        (["tag:"], [LIND, XIAO]),
        (["award:"], [LIND]),
        (["award:best paper"], [LIND]),
        (["award:oral"], [LIND]),
        (["selected"], [LIND]),
        (["^selected"], [XIAO, MUELLER, DRAFT]),
        (["selected:true"], [LIND]),
        (["selected:no"], [XIAO, MUELLER, DRAFT]),
        (["preprint"], [XIAO]),
        (["key:2019"], [MUELLER]),
        (["type:Article"], [MUELLER]),
        (["doi:"], [LIND]),
        (["doi:https://doi.org/10.18653/v1/2024.acl-long.7"], [LIND]),
        (["arXiv:2301.01234"], [XIAO]),
        (["state:submitted"], [DRAFT]),
        (["citations:100.."], [LIND]),
        (["citations:"], [LIND, MUELLER]),
        (["field.publisher:sample"], [MUELLER]),
        (["field.publisher:"], [MUELLER]),
        (["title::^the"], [MUELLER]),
        (["author::^Xia"], []),
        (["author::xia[ao]?$"], [LIND, XIAO]),
        (["::^fast"], [XIAO]),
        (["year::20[12][39]"], [XIAO, MUELLER]),
        (["^title::attention"], [LIND, MUELLER]),
        (["parsing", ",", "cafe"], [LIND, MUELLER]),
        (["author:lind", "year:2023", ",", "year:2019"], [XIAO, MUELLER]),
        (["Attention:"], [DRAFT]),
        (["Attention: selected"], [DRAFT]),
        (["attention: selected"], [DRAFT]),
        (["text:selected"], [DRAFT]),
        (['"selected"'], [DRAFT]),
        (["text:foo:bar"], [DRAFT]),
        (['"foo:bar"'], [DRAFT]),
        (["-selected"], []),
        (["GPT-3:"], []),
        (["10:30"], []),
    ],
)
def test_a_query_finds(terms: list[str], keys: list[str]) -> None:
    assert found(*terms) == keys


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("", [LIND, XIAO, MUELLER, DRAFT]),
        ('tag:"LLM Inference" selected', [LIND]),
        ("-selected year:2019..", [XIAO, MUELLER]),
        ("'asa lind' ^year:", [DRAFT]),
        ("venue:acl , venue:arxiv", [LIND, XIAO]),
        (r"'title::^the\b'", [MUELLER]),
    ],
)
def test_a_line_is_split_like_a_shell_line(line: str, keys: list[str]) -> None:
    assert found_by_line(line) == keys


@pytest.mark.parametrize(
    ("term", "message", "hint"),
    [
        ("yaer:2020", "no field 'yaer' in the term 'yaer:2020'", "did you mean 'year'"),
        ("awrd:", "no field 'awrd'", "did you mean 'award'"),
        ("publisher:acm", "no field 'publisher'", "field.publisher:acm asks for a BibTeX field"),
        ("foo:bar", "no field 'foo'", "text:foo:bar for the text itself"),
        ("foo::bar", "no field 'foo'", "text:foo:bar for the text itself"),
        ("year:20x5", "'20x5' is no number or range", "as in: year:2020"),
        ("year:2020-2024", "'2020-2024' is no number or range", "a range is written 2020..2024"),
        ("year:..", "'..' is no number or range", "as in: year:2020"),
        ("year:2024..2020", "the range 2024..2020 runs backwards", "as in: 2020..2024"),
        ("selected:maybe", "'maybe' is neither true nor false", "as in: selected:true"),
        ("^", "nothing stands behind '^'", "as in: ^selected"),
        ("title::(", "'(' is no regular expression: missing )", "a backslash before"),
        ("title::(a+)+$", "the regular expression '(a+)+$' could take forever", "repeat no group that holds"),
        (
            "title::(a|aa)*b",
            "the regular expression '(a|aa)*b' could take forever",
            "repeat no group that holds",
        ),
        ("title::((a{2,})b)+", "the regular expression", "repeat no group that holds"),
        (",", "',' has no term on one of its sides", "as in: venue:acl , venue:emnlp"),
    ],
)
def test_a_wrong_term_gets_the_nearest_right_one(term: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_query([term])

    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint


def test_an_open_quote_is_said() -> None:
    with pytest.raises(UsageError, match="a quote is not closed in the query: tag:'LLM"):
        split_query("tag:'LLM Inference")


@pytest.mark.parametrize(
    "expression", [r"(?:abc)+", r"\(a+\)+", r"[(a+)]+", r"(abc)*", r"a+b+", r"(?i)x", r"(a|b)c"]
)
def test_harmless_expressions_are_not_refused(expression: str) -> None:
    assert parse_query([f"title::{expression}"]).filter([]) == []


@pytest.mark.parametrize(
    ("terms", "hint"),
    [
        (["acl,", "emnlp"], "',' means 'or' only where it stands alone: a , b"),
        (["author:schm"], "author: compares whole words; author::schm finds parts of them"),
        (["^tag:ll"], "tag: compares whole tags; tag::ll finds parts of them"),
        (["words"], ""),
    ],
)
def test_a_query_that_finds_nothing_has_a_hint(terms: list[str], hint: str) -> None:
    assert parse_query(terms).hint == hint


@given(st.lists(st.text(max_size=12), max_size=4))
def test_any_terms_are_answered_or_refused(terms: list[str]) -> None:
    try:
        query = parse_query(terms)
    except UsageError as error:
        assert error.hint
    else:
        query.filter(LIBRARY)


@given(st.sampled_from([p.title for p in LIBRARY]), st.data())
def test_every_part_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))

    keys = found(f"text:{title[start:end]}")

    assert next(p.key for p in LIBRARY if p.title == title) in keys


def test_folding_makes_equal_what_a_reader_takes_for_equal() -> None:
    assert fold("Œuvre “Straße” – Łódź, ＡＢＣ, İ") == 'oeuvre "strasse" - lodz, abc, i'


def record(key: str, **fields: str) -> Publication:
    return Publication(key, "article", fields)


ORDERED = [
    record("b", title="The Zoo", author="Beta, B", year="2020", journal="Nature", citationcount="5"),
    record("a", title="Apples", author="alpha, A", year="2022", journal="Cell"),
    record("D", title="émile", author="Öster, X", journal="Nature", citationcount="50"),
    record("c", title="An ode", author="Alpha, Z", year="2020", citationcount="0"),
]


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("year", "Dabc"),
        ("-year", "bcaD"),
        ("file", "baDc"),
        ("-file", "cDab"),
        ("title", "aDcb"),
        ("-title", "bcDa"),
        ("author", "acbD"),
        ("venue", "abDc"),
        ("-venue", "bDac"),
        ("citations", "Dbca"),
        ("-citations", "cbDa"),
        ("key", "abcD"),
        ("venue, -year", "abDc"),
        ("year,key", "Dabc"),
    ],
)
def test_an_order_is_stable_and_puts_what_lacks_it_at_its_end(order: str, keys: str) -> None:
    assert "".join(publication.key for publication in sort(ORDERED, order)) == keys


def test_every_order_and_grouping_of_the_settings_exists() -> None:
    for order in SORT_ORDERS:
        assert len(sort(ORDERED, order)) == len(ORDERED)
    for by in GROUPINGS:
        assert sum(len(part) for _, part in group(ORDERED, by)) == len(ORDERED)


def test_unknown_orders_and_groupings_get_the_nearest() -> None:
    with pytest.raises(UsageError, match="no order 'yaer'") as caught:
        sort([], "yaer")
    assert caught.value.hint == "did you mean 'year'?"

    with pytest.raises(UsageError, match="cannot group by 'tags'") as caught:
        group([], "tags")
    assert caught.value.hint == "did you mean 'tag'?"


def headings(by: str, publications: list[Publication]) -> list[tuple[str, list[str]]]:
    return [(heading, [p.key for p in part]) for heading, part in group(publications, by)]


def test_groups_stand_under_their_headings() -> None:
    assert headings("", ORDERED) == [("", ["b", "a", "D", "c"])]
    assert headings("venue", ORDERED) == [("Nature", ["b", "D"]), ("Cell", ["a"]), ("Other", ["c"])]
    assert headings("type", LIBRARY) == [
        ("Journal articles", [MUELLER]),
        ("Conference papers", [LIND]),
        ("Preprints", [XIAO]),
        ("Other", [DRAFT]),
    ]
    assert headings("tag", LIBRARY) == [
        ("NLP / Parsing", [LIND]),
        ("LLM Inference", [LIND]),
        ("LLM", [XIAO]),
        ("Other", [MUELLER, DRAFT]),
    ]


def test_years_keep_the_order_of_a_list_by_year_and_else_the_newest_is_first() -> None:
    mixed = headings("year", [*ORDERED, record("e", year="2022")])

    assert mixed == [("2022", ["a", "e"]), ("2020", ["b", "c"]), ("No year", ["D"])]
    assert headings("year", sort(ORDERED, "-year")) == [
        ("2020", ["b", "c"]),
        ("2022", ["a"]),
        ("No year", ["D"]),
    ]
    assert headings("year", sort(LIBRARY, "year"))[0] == ("Forthcoming", [DRAFT])


def test_a_short_venue_is_found_where_the_entry_has_none() -> None:
    names = [short_venue(publication) for publication in LIBRARY]

    assert names == ["ACL", "arXiv", "Language Resources", ""]


def test_every_field_says_what_it_asks() -> None:
    assert all(field.meaning for field in FIELDS.values())


def test_ten_thousand_publications_are_searched_in_no_time() -> None:
    library = [
        record(
            f"k{i}", title=f"On {{T}}opic {i}", author="Lind, Asa and Xia, Qi", journal="Nature", year="2020"
        )
        for i in range(10_000)
    ]

    start = time.perf_counter()
    keys = parse_query(["nothing"]).filter(library)

    assert keys == []
    assert time.perf_counter() - start < 3  # a tenth of that here; the benchmarks measure it


@pytest.mark.parametrize(
    ("author", "term"),
    [
        ("{Sample and Sons} and Lind, Åsa", "author:sample sons"),
        ("family=Lind, given=Åsa and family=Xia, given=Qi", "asa lind"),
        ("Lind, Åsa\n  and Xia, Qi", "author:lind å"),
        ("von der Lind, Jr, Åsa", "author:von lind"),
        ("夏 庆荣 and 李 明", "author:庆荣"),
    ],
)
def test_authors_are_found_however_they_are_written(author: str, term: str) -> None:
    publication = record("a", author=author)

    assert parse_query([term]).matches(publication)
