"""The measure of `adopt` over real pages; printed with `pytest -s`, over all of them with `--long`.

An item is read exactly when every part of it (title, authors, venue, year, address), written again from the
record that was read, is the same text in its place, and no name, venue or year is left in the text between
the parts; an item in which no authors were found does not count. The labels were made by reading every fifth
part of each page: fingerprints of title, authors and venue in folded letters, and the year; `-` stands for
a field that the item does not have. Nothing of the pages is kept here.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from pubcli.cli.shown import MARKUP_OF_KIND
from pubcli.cli.taking import Taken, read_section
from pubcli.pages import Section, find_section, kind_of
from pubcli.publication import Publication
from pubcli.template.inference import infer_template
from tests.conftest import Shell

LABELS = Path(__file__).parent / "data" / "adopt" / "labels.tsv"


@dataclass(frozen=True)
class Read:
    """A page of the corpus, its section, and what was read of it."""

    path: Path
    text: str
    section: Section
    taken: Taken


@pytest.fixture(scope="module")
def pages(corpus_pages: Path) -> list[Read]:
    found = []
    with (corpus_pages / "index.tsv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            if row["kind"] == "hand-written":
                path = corpus_pages / row["file"]
                text = path.read_bytes().decode("utf-8")
                section = find_section(text, path=path.name)
                found.append(Read(path, text, section, read_section(text, section, kind_of(path), ())))
    return found


def fingerprint(text: str) -> str:
    folded = "".join(character for character in text.casefold() if character.isalnum())
    return hashlib.sha256(folded.encode()).hexdigest()[:8] if folded else "-"


def fields(record: Publication) -> dict[str, str]:
    return {
        "title": fingerprint(record.title),
        "authors": fingerprint(";".join(author.name.full for author in record.authors)),
        "venue": fingerprint(record.venue or record.abbr),
        "year": str(record.year or "-"),
    }


def owner_of(taken: Taken) -> str:
    """The name that stands on most items."""
    names = Counter(a.name.full for r in taken.records if r for a in r.authors)
    return names.most_common(1)[0][0] if names else "Nobody At All"


def test_items_are_read_exactly(pages: list[Read]) -> None:
    reads = [read for page in pages for read in page.taken.reads]
    exact = sum(read is not None and read.exact for read in reads)

    print(f"\nitems read exactly: {exact} of {len(reads)} ({exact / len(reads):.1%})")
    assert exact >= 0.9 * len(reads)


def test_title_authors_venue_and_year_are_right(pages: list[Read]) -> None:
    labels = list(csv.DictReader(LABELS.read_text("utf-8").splitlines(), delimiter="\t"))
    read = {
        (page.path.name[:3], line): record
        for page in pages
        for line, record in zip(page.taken.lines, page.taken.records, strict=True)
    }
    right: Counter[str] = Counter()

    for label in labels:
        record = read.get((label["page"], int(label["line"])))
        found = fields(record) if record else {}
        good = [name for name in ("title", "authors", "venue", "year") if found.get(name) == label[name]]
        right.update(good)
        right["all four"] += len(good) == 4

    total = len(labels)
    print(f"\nof {total} items labelled by hand, right: " + ", ".join(f"{k} {v}" for k, v in right.items()))
    assert total >= 150
    assert len({label["page"] for label in labels}) >= 20
    assert right["all four"] >= 0.9 * total


def test_one_template_string_gives_back_what_it_can(pages: list[Read], long: bool) -> None:
    exact = tried = 0
    for page in pages if long else pages[::4]:
        reads = [read for read in page.taken.reads if read]
        found = infer_template(reads, MARKUP_OF_KIND[kind_of(page.path).value])
        exact += found.exact
        tried += found.tried

    print(f"\nitems that a template string alone gives back: {exact} of {tried} tried ({exact / tried:.1%})")
    assert exact >= 0.1 * tried


def test_no_byte_of_a_page_changes_but_the_marker_lines(pages: list[Read], pubcli: Shell, long: bool) -> None:
    unchanged = 0
    tried = pages if long else pages[1::4]
    for number, page in enumerate(tried):
        name = f"{number}/page{page.path.suffix}"
        before = page.path.read_bytes().decode("utf-8")
        pubcli.write(f"{number}.toml", f'library = "{number}.bib"\nme = ["{owner_of(page.taken)}"]\n')
        pubcli.write(f"{number}.bib", "")
        pubcli.write(name, before)

        adopted = pubcli("--config", f"{number}.toml", "adopt", name, "--yes")
        updated = pubcli("--config", f"{number}.toml", "update")

        after = "".join(line for line in pubcli.read(name).splitlines(keepends=True) if "pubcli:" not in line)
        assert (adopted.code, updated.err) == (0, "nothing to do\n"), (page.path.name, adopted, updated)
        assert after.rstrip("\r\n") == before.rstrip("\r\n")
        unchanged += 1

    print(f"\npages unchanged after adopt and update: {unchanged} of {len(tried)}")
