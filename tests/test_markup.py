"""Hostile text shows as its own characters in every target language, ordinary text stays as it was typed."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pubcli.markup import HTML, LATEX, MARKDOWN, MARKUPS, TEXT, Markup, printable, safe_url

HOSTILE = [
    "<script>alert(1)</script>",
    "a *bold* claim",
    "*starts* and ends*",
    "_under_ __scores__ snake_case",
    "[text](javascript:alert(1))",
    "![image](x) and [ref]",
    "a | b | c",
    "`code` and ``more``",
    "AT&T &amp; &copy; &#60; R & D",
    "~~struck~~ ~ ~5 a~b",
    "# heading",
    "- bullet",
    "+ bullet",
    "1. number",
    "2) number",
    "> quote",
    "=== rule",
    "--- rule",
    ": definition",
    r"\alpha \* \\ C:\new end\\"[:-1],
    "{{ site.secret }} {% include x %} {# comment #} {: .class}",
    "ends in a brace {",
    "a < b and p<0.05 and x<y>z",
    "<!-- comment --> <?php ?>",
    "$1 and $2 and $x$",
    "“quotes” ‘single’ -- --- – — ``tick'' ...",
    "www.example.org https://example.org/a_b_c",
    "100% of #1 & {curly} ^hat~tilde",
]
ORDINARY = [
    "Multi-Branch Self-Drafting: end-to-end, span-based A-B for C++ and F#",
    "NLP / Semantic Analysis (AAAI)",
    "snake_case and 3 * 4 = 12",
    "It's what you don't know!",
    "Is p < 0.05 enough? 95% say so; R & D",
    "Łukasz Żółć, 王小明 und Müller – über α-Zerfälle",
    "a {curly} set, $5, x=y, -5 degrees, #1",
]
ONE_LINE = st.text(
    st.one_of(st.sampled_from(string.punctuation + " ab1"), st.characters(exclude_categories=["C", "Z"]))
)


def shown(markdown: str) -> tuple[str, set[str]]:
    """What a reader sees of this Markdown, and the elements that it became."""
    tokens = [
        child for token in MarkdownIt("commonmark").parse(markdown) for child in token.children or [token]
    ]
    text = "".join(token.content for token in tokens if token.type in ("text", "text_special", "code_inline"))
    tags = {token.tag for token in tokens if token.tag} | {
        t.type for t in tokens if t.type.startswith("html")
    }
    return text, tags


@pytest.mark.parametrize("title", HOSTILE + ORDINARY)
@pytest.mark.parametrize(
    ("before", "after", "tags"), [("", "", {"p"}), ("* **", "** x", {"ul", "li", "p", "strong"})]
)
def test_a_title_shows_as_its_characters_in_markdown(
    title: str, before: str, after: str, tags: set[str]
) -> None:
    markdown = before + MARKDOWN.escape(title, before) + after

    text, found = shown(markdown)

    assert text == title + after[2:]
    assert found == tags


@given(ONE_LINE.map(str.strip).filter(bool))
def test_any_text_shows_as_its_characters_in_markdown(title: str) -> None:
    text, tags = shown("- x: " + MARKDOWN.escape(title, "- x: "))

    assert (text, tags) == ("x: " + title, {"ul", "li", "p"})


@given(ONE_LINE.map(str.strip).filter(bool))
def test_any_text_shows_as_its_characters_at_the_start_of_a_line(title: str) -> None:
    text, tags = shown(MARKDOWN.escape(title))

    assert (text, tags) == (title, {"p"})


@pytest.mark.parametrize("title", HOSTILE + ORDINARY)
def test_html_holds_no_tag_and_no_liquid_of_a_title(title: str) -> None:
    import html

    escaped = HTML.escape(title)

    assert html.unescape(escaped) == title
    assert not re.search(r"<|>|\{\{|\{%|\{#", escaped)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_was_typed(text: str) -> None:
    escaped = MARKDOWN.escape(text, "* **", "**")

    assert escaped == text


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS)
@given(text=ONE_LINE)
@example(text="\\&amp;{[}*]")
@example(text="-–—--'“”''`‘")
def test_unescape_takes_escape_back(markup: Markup, text: str) -> None:
    escaped = markup.escape(text)

    assert markup.unescape(escaped) == text


@pytest.mark.parametrize("markup", [MARKDOWN, HTML], ids=["markdown", "html"])
@given(text=ONE_LINE, before=st.sampled_from(["", "{", "a {", "{{"]))
@example(text="{", before="{")
@example(text="%", before="{")
def test_text_never_yields_liquid(markup: Markup, text: str, before: str) -> None:
    escaped = markup.escape(text, before)

    opened = (before[-1:] + escaped) if before.endswith("{") else escaped
    assert not re.search(r"\{[{%#]", opened)


@given(st.text())
def test_what_is_shown_is_one_line_without_controls(text: str) -> None:
    for markup in MARKUPS.values():
        escaped = markup.escape(text)

        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", escaped)
        assert escaped.encode("utf-8").decode("utf-8") == escaped


def test_terminal_escapes_and_line_breaks_are_gone() -> None:
    text = printable("red \x1b[31malert\x1b[0m\x07,\r\n two\u202e lines\u2028three")

    assert text == "red [31malert[0m,  two lines three"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("100% of #1 & {curly} a_b", r"100\% of \#1 \& \{curly\} a\_b"),
        ("^hat~tilde|bar", r"\textasciicircum{}hat\textasciitilde{}tilde\textbar{}bar"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("“A” – B--C", "``A'' -- B-{}-C"),
        ("[1] first", "{[}1] first"),
    ],
)
def test_latex_shows_the_characters(title: str, expected: str) -> None:
    escaped = LATEX.escape(title)

    assert escaped == expected


def test_plain_text_is_not_escaped() -> None:
    assert TEXT.escape("a *b* <c> [d] \\e") == "a *b* <c> [d] \\e"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a_b?c=d&e=f#g", "https://example.org/a_b?c=d&e=f#g"),
        (
            "https://example.org/a b(c)'\"<d>{{e}}",
            "https://example.org/a%20b%28c%29%27%22%3Cd%3E%7B%7Be%7D%7D",
        ),
        ("doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("papers/a.pdf", "papers/a.pdf"),
        ("/files/a.pdf", "/files/a.pdf"),
        ("javascript:alert(1)", ""),
        (" java\tscript:alert(1)", ""),
        ("JAVASCRIPT:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("vbscript:x", ""),
        ("&#106;avascript:alert(1)", ""),
        ("x y: z", ""),
        ("", ""),
        ("https://example.org/\u202egpj.exe\n", "https://example.org/gpj.exe"),
    ],
)
def test_only_harmless_addresses_are_linked(url: str, expected: str) -> None:
    assert safe_url(url) == expected


def test_a_link_that_must_not_be_is_plain_text() -> None:
    links = [markup.link("a", "javascript:b") for markup in MARKUPS.values()]

    assert links == ["a", "a", "a", "a"]


def test_every_language_writes_bold_italic_and_links() -> None:
    written = [
        (markup.strong("a"), markup.emphasis("b"), markup.link("c", "https://example.org/50%25#d"))
        for markup in (MARKDOWN, HTML, LATEX, TEXT)
    ]

    assert written == [
        ("**a**", "*b*", "[c](https://example.org/50%25#d)"),
        ("<strong>a</strong>", "<em>b</em>", '<a href="https://example.org/50%25#d">c</a>'),
        (r"\textbf{a}", r"\emph{b}", r"\href{https://example.org/50\%25\#d}{c}"),
        ("a", "b", "c <https://example.org/50%25#d>"),
    ]


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS)
@pytest.mark.parametrize("piece", ["*", "_a ", "`", "[", "{", "\\", "&", "<", "~", "-", "'", "1. ", "! "])
def test_long_hostile_text_is_escaped_at_once(markup: Markup, piece: str) -> None:
    text = piece * (100_000 // len(piece))

    escaped = markup.escape(text)

    assert markup.unescape(escaped) == text
