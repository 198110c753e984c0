"""Every format of `export --format` on one library, and on a hostile one: whole outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pubcli.bibtex.bibfile import BibFile
from pubcli.errors import UsageError
from pubcli.publication import Publication
from pubcli.render import data
from pubcli.render.formats import FORMATS, TREES, Format, Setting, find_format
from tests.formats_library import HOSTILE, ME, TEXT, check_golden, publications

LIBRARIES = {"": publications(), "hostile-": HOSTILE}
TEXTS = [name for name in FORMATS if name not in data.FORMATS]
# What the schema of CSL-JSON allows (csl-data.json of the schema repository, additionalProperties: false).
CSL_TYPES = frozenset((
    "article", "article-journal", "book", "chapter", "dataset", "document", "manuscript", "pamphlet",
    "paper-conference", "patent", "report", "software", "thesis", "webpage",
))  # fmt: skip
CSL_TEXTS = frozenset((
    "title", "container-title", "container-title-short", "collection-title", "publisher", "publisher-place",
    "volume", "issue", "number", "edition", "chapter-number", "page", "genre", "DOI", "URL", "ISBN", "ISSN",
    "status", "keyword", "abstract", "note",
))  # fmt: skip
CSL_NAME_PARTS = frozenset(("family", "given", "non-dropping-particle", "suffix", "literal"))


def setting(prefix: str) -> Setting:
    return ME if prefix else replace(ME, bib=BibFile.parse(TEXT))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("prefix", LIBRARIES)
def test_a_format_writes_what_it_always_wrote(prefix: str, name: str) -> None:
    row = FORMATS[name]

    text = row.write(LIBRARIES[prefix], setting(prefix))

    check_golden(f"format-{prefix}{name}{row.suffix}", text)


@pytest.mark.parametrize("name", TREES)
@pytest.mark.parametrize("prefix", LIBRARIES)
def test_a_theme_gets_the_files_it_always_got(prefix: str, name: str) -> None:
    files = TREES[name].files(LIBRARIES[prefix], setting(prefix), {})

    shown = "".join(f"==> {path}\n{text}" for path, text in sorted(files.items()))
    check_golden(f"format-{prefix}tree-{name}.txt", shown)


@pytest.mark.parametrize("name", data.FORMATS)
def test_the_formats_of_list_are_formats_of_export(name: str) -> None:
    text = FORMATS[name].write(publications(), ME)

    assert text == data.FORMATS[name](publications())


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "cff"])
def test_no_publications_make_a_whole_and_empty_file(name: str) -> None:
    text = FORMATS[name].write([], ME)

    assert text == "" or text.endswith("\n")


@pytest.mark.parametrize("prefix", LIBRARIES)
def test_csl_json_has_only_what_its_schema_has(prefix: str) -> None:
    items = json.loads(FORMATS["csl-json"].write(LIBRARIES[prefix], ME))

    assert [problem for item in items for problem in csl_problems(item)] == []
    assert len({item["id"] for item in items}) == len(items)


def csl_problems(item: dict[str, Any]) -> Iterator[str]:
    for name, value in item.items():
        if name in ("author", "editor"):
            good = all(
                part in CSL_NAME_PARTS and isinstance(text, str)
                for person in value
                for part, text in person.items()
            )
        elif name == "issued":
            good = list(value) == ["date-parts"] and all(
                isinstance(number, int) for number in value["date-parts"][0]
            )
        elif name == "type":
            good = value in CSL_TYPES
        elif name == "custom":
            good = isinstance(value, dict)
        else:
            good = (name in CSL_TEXTS or name == "id") and isinstance(value, str) and value != ""
        if not good:
            yield f"{item['id']}: {name} = {value!r}"
    if not {"id", "type"} <= item.keys():
        yield f"{item}: without an id or a type"


@pytest.mark.parametrize("prefix", LIBRARIES)
@pytest.mark.parametrize("name", ["rendercv", "cff"])
def test_yaml_reads_as_the_values_that_were_written(prefix: str, name: str) -> None:
    yaml = pytest.importorskip("yaml")

    read = yaml.safe_load(FORMATS[name].write(LIBRARIES[prefix], ME))

    titled = [publication for publication in LIBRARIES[prefix] if publication.title and publication.authors]
    if name == "cff":
        titles = [
            reference["title"] for reference in [read["preferred-citation"], *read.get("references", [])]
        ]
        assert titles == [
            publication.title.replace("\x1b", "").replace("\u202e", "") for publication in titled
        ]
        assert {"cff-version", "message", "title", "authors"} <= read.keys()
    else:
        assert len(read["cv"]["sections"]["publications"]) == len(LIBRARIES[prefix])


def test_a_citation_file_without_anything_to_cite_is_refused() -> None:
    with pytest.raises(UsageError, match="a title and authors"):
        FORMATS["cff"].write([Publication("a", "misc", {"title": "Nobody's"})], ME)


def test_bibtex_for_others_takes_the_arxiv_id_from_a_private_field() -> None:
    lone = Publication("a", "misc", {"title": "T", "arxiv": "2501.01234v2", "abbr": "arXiv"})

    text = FORMATS["bibtex"].write([lone], ME)

    assert text == ("@misc{a,\n  title = {T},\n  eprint = {2501.01234},\n  archiveprefix = {arXiv},\n}\n")


def test_doubled_and_missing_keys_become_different_identifiers() -> None:
    twice = [Publication(key, "misc", {"title": "T"}) for key in ("a", "a", "", "")]

    items = json.loads(FORMATS["csl-json"].write(twice, ME))

    assert [item["id"] for item in items] == ["a", "a-2", "publication", "publication-2"]


def test_whole_entries_come_with_the_parents_they_name() -> None:
    child = [publication for publication in publications() if publication.key == "lind2019chapter"]

    text = FORMATS["bibtex-full"].write(child, replace(ME, bib=BibFile.parse(TEXT)))

    assert [entry.key for entry in BibFile.parse(text).entries] == ["lind2019chapter", "book2019"]


def test_dates_are_told_as_far_as_they_are_known() -> None:
    dates = [{"date": "2024-03-09"}, {"year": "2024", "month": "13"}, {"year": "2024", "month": "March"}, {}]
    library = [Publication("a", "misc", {"title": "T", **fields}) for fields in dates]

    items = json.loads(FORMATS["csl-json"].write(library, ME))

    assert [item.get("issued", {}).get("date-parts") for item in items] == [
        [[2024, 3, 9]],
        [[2024]],
        [[2024, 3]],
        None,
    ]


def test_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        find_format("bibtx")

    assert error.value.message == "there is no format 'bibtx'"
    assert "bibtex" in error.value.hint
    assert isinstance(find_format("ris"), Format)
