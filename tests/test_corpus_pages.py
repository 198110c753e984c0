"""Detection over real pages: how many sections and items are found exactly; printed with `pytest -s`.

A section is found exactly when its heading is on the line the corpus names, and between the last line taken
and the line after the section stands nothing a reader would see. Two counts of the corpus differ from their
pages: one leaves out an item that is a paragraph, the other counts 67 where 66 stand.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from pubcli.errors import ConflictError
from pubcli.pages import (
    Section,
    checksum,
    find_region,
    find_section,
    items,
    kind_of,
    with_markers,
    with_region,
)

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows(corpus_pages: Path) -> list[Row]:
    with (corpus_pages / "index.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


@pytest.fixture(scope="module")
def written_by_hand(corpus_pages: Path, rows: list[Row]) -> list[tuple[Row, str, Section]]:
    found = []
    for row in rows:
        if row["kind"] == "hand-written":
            page = (corpus_pages / row["file"]).read_bytes().decode("utf-8")
            found.append((row, page, find_section(page, path=row["file"])))
    return found


def seen(text: str) -> str:
    """What a reader sees of a page's text besides layout."""
    layout = r"<!--[\s\S]*?-->|<(script|style)[\s\S]*?</\1>|</?[a-zA-Z][^<>]*>|&nbsp;"
    latex = r"\\(?:begin|end|vspace)\{[^{}]*\}|^\s*%.*$|[}\\]"
    return re.sub(rf"(?m){layout}|{latex}|[-\s]", "", text)


def whole_lines(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def line_in(page: str, place: str, pattern: str) -> int:
    """The line a row names by number, by an element (the first after `pattern`), or by EOF."""
    if place.isdigit():
        return int(place)
    lines = page.splitlines()
    if place == "EOF":
        return len(lines) + 1
    at = next(i for i, line in enumerate(lines, 1) if pattern in line and "h2" in line)
    return (
        at if "h2" in place else next(i for i, line in enumerate(lines, 1) if i > at and "</section>" in line)
    )


def is_exact(row: Row, page: str, found: Section) -> bool:
    first = line_in(page, row["section_start_line"], "学术发表")
    after = line_in(page, row["section_end_line"], "学术发表")
    rest = page.splitlines()[found.last_line : after - 1]
    return found.heading_line == first and found.last_line < after and not seen("\n".join(rest))


def test_sections_are_found_exactly(written_by_hand: list[tuple[Row, str, Section]]) -> None:
    exact = [row["file"] for row, page, found in written_by_hand if is_exact(row, page, found)]

    print(f"\nsections found exactly: {len(exact)} of {len(written_by_hand)} pages")
    assert len(exact) >= 0.97 * len(written_by_hand)


def test_items_are_counted_exactly(written_by_hand: list[tuple[Row, str, Section]]) -> None:
    counts = [(int(row["publications_in_section"]), found.references) for row, _, found in written_by_hand]
    exact = sum(expected == found for expected, found in counts)

    print(f"\nitems counted exactly: {exact} of {len(counts)} pages, {sum(f for _, f in counts)} items")
    assert exact >= 0.95 * len(counts)
    assert abs(sum(f - e for e, f in counts)) <= 0.01 * sum(e for e, _ in counts)


def test_a_section_taken_from_its_page_has_the_same_items(
    written_by_hand: list[tuple[Row, str, Section]],
) -> None:
    for row, page, found in written_by_hand:
        taken = items(page[found.start : found.end], kind_of(row["file"]))

        shown = [item.text for item in found.items if not item.commented]
        assert [item.text for item in taken if not item.commented] == shown


def test_markers_change_no_byte_of_any_page(written_by_hand: list[tuple[Row, str, Section]]) -> None:
    for row, page, found in written_by_hand:
        body = whole_lines(page[found.start : found.end])

        marked = with_markers(page, found, "x", path=row["file"], sum=checksum(body))
        back = with_region(
            with_region(marked, "x", "one reference\n", path=row["file"]), "x", body, path=row["file"]
        )

        region = find_region(marked, "x", path=row["file"])
        assert region.text == body
        assert back == marked
        lines = marked.splitlines(keepends=True)
        kept = [line for i, line in enumerate(lines, 1) if i not in (region.begin_line, region.end_line)]
        assert "".join(kept).rstrip("\r\n") == page.rstrip("\r\n")


def test_generated_pages_and_libraries_are_refused(corpus_pages: Path, rows: list[Row]) -> None:
    for row in rows:
        if row["kind"] == "hand-written":
            continue
        page = (corpus_pages / row["file"]).read_bytes().decode("utf-8")

        with pytest.raises(ConflictError) as caught:
            find_section(page, path=row["path"])

        assert caught.value.hint.startswith("edit ")
