"""What is exported and read again is what was there: CSL-JSON, RIS and BibTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pubcli.importers import bibtex, cleaned, csljson, ris
from pubcli.publication import Publication
from pubcli.render.bibtex import as_bibtex
from pubcli.render.csljson import as_csl_json
from pubcli.render.formats import Setting
from pubcli.render.ris import as_ris
from tests.formats_library import HOSTILE, publications

DATA = Path(__file__).parent / "data" / "importers"

Read = Callable[[str], Sequence[Publication]]
Write = Callable[[Sequence[Publication], Setting], str]
FORMATS: dict[str, tuple[Read, Write]] = {
    "csl-json": (csljson.parse, as_csl_json),
    "ris": (ris.parse, as_ris),
    "bibtex": (lambda text: bibtex.parse(text).records, as_bibtex),
}
FILES = (
    ("csl-json", "crossref-conference.json"),
    ("csl-json", "crossref-journal.json"),
    ("csl-json", "items.json"),
    ("csl-json", "pubmed-csl.json"),
    ("ris", "zotero.ris"),
    ("bibtex", "acl.bib"),
    ("bibtex", "arxiv.bib"),
    ("bibtex", "dblp.bib"),
    ("bibtex", "dblp-corr.bib"),
)


def imported(read: Read, text: str) -> list[Publication]:
    """The records of a text as `add` would write them into a library."""
    return [cleaned(record) for record in read(text)]


def values(records: Sequence[Publication]) -> list[tuple[str, dict[str, str]]]:
    return [(record.entry_type, dict(record.fields)) for record in records]


@pytest.mark.parametrize(("name", "file"), FILES, ids=[file for _, file in FILES])
def test_a_file_of_another_program_survives_import_and_export(name: str, file: str) -> None:
    read, write = FORMATS[name]
    first = imported(read, (DATA / file).read_text("utf-8"))

    second = imported(read, write(first, Setting()))

    assert values(second) == values(first)


@pytest.mark.parametrize("name", FORMATS)
def test_what_an_export_loses_it_loses_once(name: str) -> None:
    read, write = FORMATS[name]
    titled = [publication for publication in [*publications(), *HOSTILE] if publication.title]
    first = imported(read, write(titled, Setting()))

    second = imported(read, write(first, Setting()))

    assert values(second) == values(first)


@pytest.mark.parametrize("name", FORMATS)
def test_title_authors_year_venue_and_identifiers_come_back(name: str) -> None:
    read, write = FORMATS[name]
    library = publications()

    found = imported(read, write(library, Setting()))

    def told(publication: Publication) -> tuple[object, ...]:
        names = [author.name.full.replace("Lab, ", "Lab ") for author in publication.authors]
        return publication.title, names, publication.year, publication.venue, publication.doi

    assert list(map(told, found)) == list(map(told, library))
    assert [one.arxiv_id for one in found] == [one.arxiv_id for one in library]


def test_emphasis_in_a_title_is_what_csl_processors_read() -> None:
    titled = [
        Publication("a", "article", {"title": r"The \emph{Silva {DNA}} on 2\textsuperscript{n} {\'E}tudes"})
    ]

    text = as_csl_json(titled, Setting())

    assert '"title": "The <i>Silva DNA</i> on 2<sup>n</sup> Études"' in text
