from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from pubcli.render.plot import bars, sparkline, svg

YEARS = [("2021", 0), ("2022", 3), ("2023", 40), ("2024", 1231), ("2025", 520)]
GOLDEN = Path(__file__).parent / "golden" / "citations.svg"


def test_bars_fit_the_width_and_keep_their_proportion() -> None:
    drawn = bars(YEARS, width=40)

    assert drawn == (
        "2021 0\n2022 ▏ 3\n2023 █ 40\n2024 █████████████████████████████ 1,231\n2025 ████████████▎ 520\n"
    )


def test_bars_can_do_without_blocks() -> None:
    drawn = bars(YEARS[2:], width=30, ascii_only=True)

    assert drawn == "2023 # 40\n2024 ################### 1,231\n2025 ######## 520\n"


def test_nothing_to_draw_is_nothing() -> None:
    assert bars([]) == ""
    assert bars([("2021", 0)]) == "2021 0\n"
    assert sparkline([]) == ""


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.integers(30, 200))
def test_no_line_is_wider_than_the_terminal(numbers: list[int], width: int) -> None:
    drawn = bars([(str(2000 + place), number) for place, number in enumerate(numbers)], width=width)

    assert max(len(line) for line in drawn.splitlines()) <= width


def test_a_sparkline_goes_from_lowest_to_highest() -> None:
    assert sparkline([None, 1, 2, 3, 9, 9]) == " ▁▂▃██"
    assert sparkline([4, 4, 4]) == "▁▁▁"
    assert sparkline([None]) == " "


def test_the_chart_is_the_same_to_the_byte() -> None:
    drawn = svg(YEARS, title="Citations per year", note="Google Scholar, 2026-03-01")

    assert drawn == GOLDEN.read_text(encoding="utf-8")


def test_the_chart_is_one_accessible_image_for_light_and_dark_pages() -> None:
    drawn = svg(YEARS, title="Citations per year")

    image = ElementTree.fromstring(drawn)

    space = "{http://www.w3.org/2000/svg}"
    assert image.get("role") == "img"
    assert image.get("aria-labelledby") == "title desc"
    assert image.findtext(f"{space}title") == "Citations per year"
    assert image.findtext(f"{space}desc") == "2021: 0, 2022: 3, 2023: 40, 2024: 1,231, 2025: 520"
    assert "@media (prefers-color-scheme: dark)" in drawn


@given(st.text(max_size=30), st.lists(st.tuples(st.text(max_size=8), st.integers(0, 10**7)), max_size=60))
def test_any_text_and_any_numbers_make_well_formed_svg(title: str, values: list[tuple[str, int]]) -> None:
    drawn = svg(values, title=title, note=title)

    ElementTree.fromstring(drawn)


def test_crowded_labels_give_way() -> None:
    many = [(str(year), 10) for year in range(1960, 2026)]

    image = ElementTree.fromstring(svg(many, title="Citations per year"))

    texts = [element for element in image if element.get("class") == "year"]
    assert len(texts) < 25
    assert texts[-1].text == "2025"
