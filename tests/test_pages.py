"""Regions: found only where a reader of the page would find them, replaced without disturbing the page."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubcli.errors import ConflictError, NotFoundError, PubcliError, UnreadableError
from pubcli.pages import State, checksum, find_region, find_regions, is_stale, state, with_region

BEGIN, END = "<!-- pubcli:begin selected -->", "<!-- pubcli:end selected -->"
PAGE = f"# Papers\n\n{BEGIN}\n{END}\n\n# Teaching\n"
BODY = "* One\n* Two\n"


def summed(name: str, body: str) -> str:
    return f"<!-- pubcli:end {name} sum={checksum(body)} -->"


def test_a_fresh_region_is_filled_and_its_end_marker_gets_the_sum() -> None:
    page = PAGE

    written = with_region(page, "selected", BODY, path="index.md")

    assert written == f"# Papers\n\n{BEGIN}\n* One\n* Two\n{summed('selected', BODY)}\n\n# Teaching\n"


def test_the_sum_is_that_of_the_text_between_the_marker_lines() -> None:
    text = "* Füße\n"

    sums = checksum(text), checksum("* Füße\r\n"), checksum("* Füße")

    assert sums == ("eb477b5f", "eb477b5f", "cf212d85")


def test_writing_twice_changes_nothing_the_second_time() -> None:
    once = with_region(PAGE, "selected", BODY, path="index.md")

    twice = with_region(once, "selected", BODY, path="index.md")

    assert twice == once
    assert not is_stale(once, "selected", BODY, path="index.md")
    assert is_stale(once, "selected", "* Three\n", path="index.md")


def test_a_body_without_a_last_line_end_gets_one() -> None:
    with_end = with_region(PAGE, "selected", BODY, path="index.md")

    without = with_region(PAGE, "selected", BODY.rstrip(), path="index.md")

    assert without == with_end
    assert with_region(without, "selected", BODY.rstrip(), path="index.md") == without


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("before", "marker", "after"),
    [
        (f"# Papers\n\n{BEGIN}\n", "<!-- pubcli:end selected%s -->", "\n\n# Teaching\n"),
        (f"{BEGIN}\n", "<!-- pubcli:end selected%s -->", ""),
        (f"text \t\n   {BEGIN}  \n", "\t<!--  pubcli:end\tselected%s  -->", " \t\n\tlast  "),
        ("---\ntitle: x\n---\n<!--pubcli:begin selected-->\n", "<!--pubcli:end selected%s-->", "\n\n\n"),
        (f"- list\n\n  {BEGIN}\n", "    <!-- pubcli:end selected%s -->", "\n- x\u2028y\x0cz\x85"),
    ],
)
def test_everything_outside_the_region_stays(
    before: str, marker: str, after: str, bom: str, end: str
) -> None:
    start, marker, rest = ((part).replace("\n", end) for part in (bom + before, marker, after))

    written = with_region(start + marker % "" + rest, "selected", BODY, path="index.md")
    again = with_region(written, "selected", "* Three\n", path="index.md")

    body, other = BODY.replace("\n", end), f"* Three{end}"
    assert written == start + body + marker % f" sum={checksum(body)}" + rest
    assert again == start + other + marker % f" sum={checksum(other)}" + rest


def test_lines_of_both_kinds_outside_stay_and_the_region_follows_its_begin_marker() -> None:
    page = f"a\r\nb\n{BEGIN}\r\n{END}\nc\r\n\n"

    written = with_region(page, "selected", BODY, path="index.md")

    assert written == f"a\r\nb\n{BEGIN}\r\n* One\r\n* Two\r\n{summed('selected', BODY)}\nc\r\n\n"


def test_a_page_whose_line_ends_git_changed_is_still_current() -> None:
    page = with_region(PAGE, "selected", BODY, path="index.md").replace("\n", "\r\n")

    stale = is_stale(page, "selected", BODY, path="index.md")

    assert not stale


def test_markers_in_latex_are_comments() -> None:
    page = "\\begin{itemize}\n  % pubcli:begin cv\n  %pubcli:end cv\n\\end{itemize}\n"

    written = with_region(page, "cv", "\\item One\n", path="cv.tex")

    sum = checksum("\\item One\n")
    assert written == (
        f"\\begin{{itemize}}\n  % pubcli:begin cv\n\\item One\n  %pubcli:end cv sum={sum}\n\\end{{itemize}}\n"
    )
    assert with_region(written, "cv", "\\item One\n", path="cv.tex") == written


def test_several_regions_stand_in_one_page() -> None:
    page = f"{PAGE}<!-- pubcli:begin talks-2024 -->\n<!-- pubcli:end talks-2024 -->\n"

    written = with_region(page, "talks-2024", "* Talk\n", path="index.md")

    assert [r.name for r in find_regions(written, path="index.md")] == ["selected", "talks-2024"]
    assert written == page.replace(
        "<!-- pubcli:end talks-2024 -->", "* Talk\n" + summed("talks-2024", "* Talk\n")
    )


HIDDEN_MARKDOWN = {
    "a fence": f"```html\n{BEGIN}\n{END}\n```\n",
    "a fence of tildes": f"~~~\n{BEGIN}\n```\n{END}\n~~~\n",
    "a long fence": f"````\n```\n{BEGIN}\n{END}\n````\n",
    "a fence without an end": f"text\n\n```\n{BEGIN}\n{END}\n",
    "a fence in a list": f"- item\n\n  ```html\n  {BEGIN}\n  {END}\n  ```\n",
    "a fence in a numbered list": f"10. item\n    ~~~\n    {BEGIN}\n    {END}\n    ~~~\n",
    "a fence in a quotation": f"> ```\n> {BEGIN}\n> {END}\n> ```\n",
    "an indented block": f"text\n\n    {BEGIN}\n    {END}\n\ntext\n",
    "a tab-indented block": f"text\n\n\t{BEGIN}\n\t{END}\n\ntext\n",
    "inline code": f"Write `{BEGIN}` and\n`{END}`.\n",
    "inline code alone on its line": f"`{BEGIN}`\n`{END}`\n",
    "text beside it": f"see {BEGIN}\n{END} there\n",
    "a larger comment": f"<!--\n{BEGIN}\n{END}\n-->\n",
    "a larger comment with text": f"<!-- old:\n{BEGIN}\n* Old\n{END}\nmore -->\n",
    "front matter": f"---\ntitle: x\n{BEGIN}\n{END}\n---\ntext\n",
    "TOML front matter": f"+++\n{BEGIN}\n{END}\n+++\ntext\n",
    "a raw block": f"{{% raw %}}\n{BEGIN}\n{END}\n{{% endraw %}}\n",
    "a trimming raw block": f"{{%- raw -%}}\n{BEGIN}\n{END}\n{{%- endraw -%}}\n",
    "a Liquid comment": f"{{% comment %}}\n{BEGIN}\n{END}\n{{% endcomment %}}\n",
    "a pre element": f"<pre>\n{BEGIN}\n\n{END}\n</pre>\n",
    "a script": f"<script>\n{BEGIN}\n{END}\n</script>\n",
    "a style": f"<style type='x'>\n{BEGIN}\n{END}\n</style>\n",
    "a text field": f"<div><textarea rows=3>\n{BEGIN}\n{END}\n</textarea></div>\n",
    "a LaTeX comment": "% pubcli:begin selected\n% pubcli:end selected\n",
    "a Markdown reference comment": "[//]: # (pubcli:begin selected)\n[//]: # (pubcli:end selected)\n",
}
HIDDEN_LATEX = {
    "verbatim": "\\begin{verbatim}\n%s\n\\end{verbatim}\n",
    "a listing": "\\begin{lstlisting}[language=TeX]\n%s\n\\end{lstlisting}\n",
    "a comment environment": "\\begin{comment}\n%s\n\\end{comment}\n",
    "a false branch": "\\iffalse\n\\ifx\\a\\b\n\\fi\n%s\n\\fi\n",
    "the end of the document": "\\end{document}\n%s\n",
    "another comment": "%% text\n%% %s\n",
    "text beside it": "\\item x %s\n",
}
LATEX_MARKERS = "% pubcli:begin selected\n% pubcli:end selected"


@pytest.mark.parametrize("place", HIDDEN_MARKDOWN)
def test_markers_in_code_comments_and_raw_blocks_do_not_count(place: str) -> None:
    page = HIDDEN_MARKDOWN[place]

    regions = find_regions(page, path="index.md")

    assert regions == ()


@pytest.mark.parametrize("place", HIDDEN_MARKDOWN)
def test_a_hidden_pair_of_markers_does_not_disturb_the_real_one(place: str) -> None:
    page = HIDDEN_MARKDOWN[place]
    real = f"{page}\n{PAGE}" if "without an end" not in place else f"{PAGE}\n{page}"

    written = with_region(real, "selected", BODY, path="index.md")

    filled = PAGE.replace(END, BODY + summed("selected", BODY))
    assert written == (f"{page}\n{filled}" if "without an end" not in place else f"{filled}\n{page}")


@pytest.mark.parametrize("place", HIDDEN_LATEX)
def test_markers_in_verbatim_latex_do_not_count(place: str) -> None:
    page = HIDDEN_LATEX[place].replace(
        "%s", LATEX_MARKERS.replace("\n", "\n% " if "another" in place else "\n")
    )
    page = page.replace("\n% pubcli:end", " % pubcli:end") if "beside" in place else page

    regions = find_regions(page, path="cv.tex")

    assert regions == ()


@pytest.mark.parametrize(
    "page",
    [
        f"Use ``` in prose and `<pre>` too.\n\n{BEGIN}\n{END}\n",
        f"- item\n\n    {BEGIN}\n    {END}\n",
        f"1. item\n   {BEGIN}\n   {END}\n",
        f"<div>\n  <ul>\n\n    {BEGIN}\n    {END}\n  </ul>\n</div>\n",
        f"a <!-- comment -->\n{BEGIN}\n{END}\n",
        f"<!-- a `tick in a comment -->\n{BEGIN}\n{END}\n\na tick` after\n",
        f"A lone ` tick\n{BEGIN}\n{END}\nand another `\n",
        f"{{% raw %}} is never closed\n\n{BEGIN}\n{END}\n",
        f"```\ncode\n```\n{BEGIN}\n{END}\n```\ncode\n```\n",
        f"<!---->\n{BEGIN}\n{END}\n",
        f"---\n\n{BEGIN}\n{END}\n",
    ],
)
def test_markers_beside_such_places_count(page: str) -> None:
    regions = find_regions(page, path="index.md")

    assert [region.name for region in regions] == ["selected"]


@pytest.mark.parametrize(
    "page", ["50\\% of\n%s\n", "\\verb|%| x\n%s\n", "% \\begin{verbatim}\n%s\n", "\\iffoo\n%s\n\\fi\n"]
)
def test_latex_markers_beside_such_places_count(page: str) -> None:
    page = page.replace("%s", LATEX_MARKERS)

    regions = find_regions(page, path="cv.tex")

    assert [region.name for region in regions] == ["selected"]


BROKEN = {
    f"x\n{BEGIN}\n": (NotFoundError, "index.md:2: begin marker of region 'selected' has no end marker"),
    f"x\n{END}\n": (NotFoundError, "index.md:2: end marker of region 'selected' has no begin marker"),
    f"{BEGIN}\n{END}\n{BEGIN}\n{END}\n": (
        UnreadableError,
        "index.md:3: second begin marker of region 'selected' (line 1)",
    ),
    f"{BEGIN}\n{END}\n{END}\n": (
        UnreadableError,
        "index.md:3: second end marker of region 'selected' (line 2)",
    ),
    f"{END}\n{BEGIN}\n": (UnreadableError, "index.md:1: region 'selected' ends here, but begins on line 2"),
    f"{BEGIN}\n<!-- pubcli:begin b -->\n<!-- pubcli:end b -->\n{END}\n": (
        UnreadableError,
        "index.md:2: region 'b' begins inside region 'selected' (lines 1 to 4)",
    ),
    f"{BEGIN}\n<!-- pubcli:begin b -->\n{END}\n<!-- pubcli:end b -->\n": (
        UnreadableError,
        "index.md:2: region 'b' begins inside region 'selected' (lines 1 to 3)",
    ),
    f"{BEGIN}\nx\n<!-- pubcli:end other -->\n": (
        UnreadableError,
        "index.md:3: region 'selected' of line 1 ends here as 'other'",
    ),
    "<!-- pubcli:begin -->\n": (UnreadableError, "index.md:1: this is no marker: <!-- pubcli:begin -->"),
    "<!-- pubcli:begin a b -->\n": (
        UnreadableError,
        "index.md:1: this is no marker: <!-- pubcli:begin a b -->",
    ),
    "<!-- pubcli:begin a/b -->\n": (
        UnreadableError,
        "index.md:1: this is no marker: <!-- pubcli:begin a/b -->",
    ),
    "\n<!-- pubcli:start a -->\n": (
        UnreadableError,
        "index.md:2: this is no marker: <!-- pubcli:start a -->",
    ),
    "<!-- pubcli:begin a sum=12345678 -->\n": (
        UnreadableError,
        "index.md:1: this is no marker: <!-- pubcli:begin a sum=12345678 -->",
    ),
}


@pytest.mark.parametrize("page", BROKEN)
def test_broken_markers_are_errors_with_their_line(page: str) -> None:
    kind, message = BROKEN[page]

    with pytest.raises(PubcliError) as caught:
        with_region(page, "selected", BODY, path="index.md", force=True)

    assert (type(caught.value), caught.value.message) == (kind, message)
    assert caught.value.hint


def test_a_region_that_is_not_there_names_the_nearest_and_the_way_in() -> None:
    hints = []

    for page, name in ((PAGE, "select"), (PAGE, "talks"), (f"x {BEGIN}\n", "selected")):
        with pytest.raises(NotFoundError) as caught:
            find_region(page, name, path="index.md")
        hints.append(caught.value.hint)

    assert hints == [
        "did you mean 'selected'?",
        "`pubcli adopt index.md` places its markers, or write them: "
        "<!-- pubcli:begin talks --> and <!-- pubcli:end talks -->, a line each",
        "line 1 names it, but a marker counts only on its own line, outside code and comments",
    ]


def region_page(text: str, sum: str = "") -> str:
    return PAGE.replace(END, text + (END.replace(" -->", f" sum={sum} -->") if sum else END))


STATES = [
    ("", "", BODY, State.STALE),
    ("\n", "", BODY, State.STALE),
    ("", "", "", State.CURRENT),
    (BODY, checksum(BODY), BODY, State.CURRENT),
    (BODY, checksum(BODY), "* Three\n", State.STALE),
    (BODY, "", BODY, State.STALE),
    (BODY, "", "* Three\n", State.UNMARKED),
    (BODY, checksum("* Other\n"), "* Three\n", State.HAND_EDITED),
    (BODY, checksum("* Other\n"), BODY, State.STALE),
    ("", checksum("* Other\n"), BODY, State.HAND_EDITED),
    (BODY, "nonsense", "* Three\n", State.HAND_EDITED),
    (BODY, checksum(BODY), "", State.EMPTYING),
    (BODY, checksum("* Other\n"), "", State.HAND_EDITED),
]


@pytest.mark.parametrize(("text", "sum", "body", "expected"), STATES)
def test_a_region_says_how_it_relates_to_what_would_be_written(
    text: str, sum: str, body: str, expected: State
) -> None:
    page = region_page(text, sum)

    found = state(find_region(page, "selected", path="index.md"), body)

    assert found is expected


@pytest.mark.parametrize(("text", "sum", "body", "expected"), STATES)
def test_only_conflicts_need_force_and_force_always_writes(
    text: str, sum: str, body: str, expected: State
) -> None:
    page = region_page(text, sum)

    if expected.is_conflict:
        with pytest.raises(ConflictError):
            with_region(page, "selected", body, path="index.md")
    else:
        with_region(page, "selected", body, path="index.md")
    forced = with_region(page, "selected", body, path="index.md", force=True)

    assert find_region(forced, "selected", path="index.md").text == body


def test_a_closing_link_alone_is_no_reference() -> None:
    page = region_page(BODY, checksum(BODY))

    found = state(find_region(page, "selected", path="index.md"), "[All](x)\n", references=False)

    assert found is State.EMPTYING


def test_a_hand_edited_region_is_refused_with_a_diff_and_the_way_on() -> None:
    page = region_page("* One\n* My own words\n", checksum(BODY))

    with pytest.raises(ConflictError) as caught:
        with_region(page, "selected", BODY, path="index.md")

    assert caught.value.message == "index.md:3: region 'selected' is edited by hand since pubcli wrote it"
    assert caught.value.detail == (
        "--- index.md (region 'selected')\n+++ what would be written\n@@ -1,2 +1,2 @@\n"
        " * One\n-* My own words\n+* Two"
    )
    assert caught.value.hint == (
        "`pubcli update index.md --force` replaces it all the same; `pubcli undo` brings it back"
    )


@pytest.mark.parametrize(
    "body", ["```\n* One\n", "<!-- One\n", f"* One\n{END}\n", "<pre>\n* One\n", "{% raw %}\n"]
)
def test_a_body_that_would_hide_its_end_marker_is_refused_even_by_force(body: str) -> None:
    page = f"{PAGE}\n```\ncode\n```\n<pre>a</pre> {{% raw %}} {{% endraw %}} <!-- c -->\n"

    with pytest.raises(ConflictError) as caught:
        with_region(page, "selected", body, path="index.md", force=True)

    assert caught.value.message == (
        "index.md: what would be written into region 'selected' hides its own end marker"
    )


TOKENS = ["```", "~~~", "    x", "- y", "", "<!--", "-->", "`a", "<pre>", "</pre>", "{% raw %}"]
TOKENS += ["{% endraw %}", "---", "> z", "<div>", "</div>", "\t", "# h"]
MARKERS = [BEGIN, END, "<!-- pubcli:begin b -->", "<!-- pubcli:end b sum=0 -->"]
LINES = st.lists(st.sampled_from([*MARKERS, *MARKERS, *TOKENS]), max_size=14)


@settings(max_examples=300, deadline=None)
@given(lines=LINES, end=st.sampled_from(["\n", "\r\n", "\r"]), suffix=st.sampled_from(["md", "html", "tex"]))
def test_whatever_the_page_a_region_is_replaced_exactly_or_not_at_all(
    lines: list[str], end: str, suffix: str
) -> None:
    page = end.join(lines)
    path = f"page.{suffix}"

    try:
        region = find_region(page, "selected", path=path)
        written = with_region(page, "selected", BODY, path=path, force=True)
    except PubcliError:
        return

    sum = checksum(BODY.replace("\n", end))
    rest = page[region.end :].replace(END, END.replace(" -->", f" sum={sum} -->"), 1)
    assert written == page[: region.start] + BODY.replace("\n", end) + rest
    assert with_region(written, "selected", BODY, path=path) == written


PIECES = ["<!--", "```\n", "`a ", "` `` ", "<pre>", "{% raw %}", "    x\n\n", "<div>\n\n    x\n", "> ", "- "]
PIECES += [
    f"<!-- x\n{BEGIN}\n",
    "\\begin{verbatim}",
    "\\iffalse ",
    "%",
    "<",
    "[",
    "-->",
    f"{BEGIN}\n",
    "---\n",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("suffix", ["md", "html", "tex"])
def test_no_page_takes_long_to_search(piece: str, suffix: str) -> None:
    page = piece * (100_000 // len(piece)) + "\npubcli:\n" + PAGE

    started = time.process_time()
    try:
        find_regions(page, path=f"page.{suffix}")
    except PubcliError as error:
        assert error.message
    taken = time.process_time() - started

    assert taken < 3
