"""Real .bib files through every exchange format and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pubcli.errors import PubcliError
from pubcli.importers import bibtex, cleaned, csljson, ris
from pubcli.library import Library
from pubcli.publication import Publication
from pubcli.render.bibtex import as_bibtex
from pubcli.render.csljson import as_csl_json
from pubcli.render.formats import Setting
from pubcli.render.ris import as_ris

Read = Callable[[str], Sequence[Publication]]
Write = Callable[[Sequence[Publication], Setting], str]
# How each format is read and written, and how much of what was imported must come back alike.
FORMATS: dict[str, tuple[Read, Write, float]] = {
    "BibTeX": (lambda text: bibtex.parse(text).records, as_bibtex, 1.0),
    "CSL-JSON": (csljson.parse, as_csl_json, 0.999),
    "RIS": (ris.parse, as_ris, 0.995),
}


def titled(path: Path, most: int) -> list[Publication]:
    try:
        publications = Library.open(path).publications
    except PubcliError:
        return []  # of an encoding that cannot be told
    return [publication for publication in publications if publication.title][:most]


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_imported_is_exported_and_imported_alike(name: str, corpus_bib: Path, long: bool) -> None:
    read, write, share = FORMATS[name]
    files = [titled(path, 500 if long else 6) for path in sorted(corpus_bib.rglob("*.bib"))]

    unlike, lost, count = [], [], 0
    for publications in filter(None, files):
        first = [cleaned(record, own=True) for record in read(write(publications, Setting()))]
        second = [cleaned(record, own=True) for record in read(write(first, Setting()))]
        assert len(publications) == len(first) == len(second)
        count += len(publications)
        pairs = zip(publications, first, strict=True)
        lost += [one.doi for one, other in pairs if one.doi not in ("", other.doi)]
        unlike += [
            (one.fields, other.fields)
            for one, other in zip(first, second, strict=True)
            if (one.entry_type, one.fields) != (other.entry_type, other.fields)
        ]

    print(f"{name}: {count} entries, {len(unlike)} not stable, {len(lost)} DOIs changed")
    assert lost == []
    assert len(unlike) <= (1 - share) * count, unlike[:3]
