"""One string, both ways: what templates write, what they read, and what is wrong with a template."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pubcli.markup import HTML, LATEX, MARKDOWN, TEXT
from pubcli.publication import Publication
from pubcli.template import BUILT_INS, Look, Template, TemplateError, find_template, sample

AUTHORS = "Lovelace, Ada and Hopper, Grace and Turing, Alan"
FULL: Mapping[str, str] = {
    "title": "On the Weaving of Numbers",
    "author": AUTHORS,
    "booktitle": "Proceedings of the 3rd Conference on Looms and Engines",
    "abbr": "CLE",
    "year": "1843",
    "month": "sep",
    "keywords": "Engines, Poetry",
    "award": "Oral; Best Paper Award",
    "doi": "10.1000/LOOM.7",
    "code": "https://example.org/loom",
    "author+an": "1=equal; 2=equal,corresponding",
    "preview": "images/loom.png",
}


def publication(entry_type: str = "inproceedings", **fields: str) -> Publication:
    return Publication("lovelace1843weaving", entry_type, fields)


def many(count: int, *, others: bool = False) -> Publication:
    names = [f"{chr(65 + at // 26)}{chr(97 + at % 26)} Author" for at in range(count)]
    return publication(title="T", author=" and ".join(names + ["others"] * others))


def rendered(source: str, *mine: int, markup: object = MARKDOWN, **fields: str) -> str:
    template = Template.parse(source, markup)  # type: ignore[arg-type]
    return template.render(publication(**{**FULL, **fields}), mine=mine, number=4)


# --- authors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "others", "mine", "expected"),
    [
        (1, False, [0], "**Aa Author**."),
        (2, False, [1], "Aa Author and **Ab Author**."),
        (3, False, [], "Aa Author, Ab Author, and Ac Author."),
        (1, True, [], "Aa Author et al."),
        (3, True, [1], "Aa Author, **Ab Author**, Ac Author, et al."),
        (10, False, [], ", ".join(f"A{letter} Author" for letter in "abcdefghi") + ", and Aj Author."),
        (11, False, [5], "Aa Author, Ab Author, ..., **Af Author**, ..., et al."),
        (11, False, [2], "Aa Author, Ab Author, **Ac Author**, ..., et al."),
        (11, False, [0], "**Aa Author**, Ab Author, ..., et al."),
        (11, False, [10], "Aa Author, Ab Author, ..., **Ak Author**."),
        (11, True, [10], "Aa Author, Ab Author, ..., **Ak Author**, ..., et al."),
        (11, False, [9, 10], "Aa Author, Ab Author, ..., **Aj Author**, **Ak Author**."),
        (12, False, [4, 6], "Aa Author, Ab Author, ..., **Ae Author**, ..., **Ag Author**, ..., et al."),
        (11, False, [], "Aa Author, Ab Author, ..., et al."),
    ],
)
def test_long_lists_keep_me_and_mark_every_gap(
    count: int, others: bool, mine: list[int], expected: str
) -> None:
    template = Template.parse("{authors}.")

    text = template.render(many(count, others=others), mine=mine)

    assert text == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{authors:max=2}", "Ada Lovelace, Grace Hopper, ..., et al."),
        ("{authors:max=all}", "Ada Lovelace, Grace Hopper, and **Alan Turing**"),
        ("{authors:max=2 cut=first first=1}", "Ada Lovelace, et al."),
        ('{authors:max=2 cut=first first=1 etal=" et al"}', "Ada Lovelace et al"),
        ('{authors:last=" & "}', "Ada Lovelace, Grace Hopper & **Alan Turing**"),
        ('{authors:last=", "}', "Ada Lovelace, Grace Hopper, **Alan Turing**"),
        ("{authors:me=underline sep='; ' last='; '}", "Ada Lovelace; Grace Hopper; <u>Alan Turing</u>"),
        ('{authors:me="<b>{}</b>"}', "Ada Lovelace, Grace Hopper, and <b>Alan Turing</b>"),
        ("{authors:names=initials me=plain}", "A. Lovelace, G. Hopper, and A. Turing"),
        ("{authors:names=last-first me=plain}", "Lovelace, Ada, Hopper, Grace, and Turing, Alan"),
        ("{authors:names=vancouver last=', ' me=italic}", "Lovelace A, Hopper G, *Turing A*"),
        (
            '{authors:equal="\\*" corresponding="†"}',
            "Ada Lovelace\\*, Grace Hopper\\*†, and **Alan Turing**",
        ),
    ],
)
def test_lists_of_authors_follow_their_options(source: str, expected: str) -> None:
    template = Template.parse(source)

    text = template.render(publication(**FULL), mine=[2] if "max=2" not in source else [])

    assert text == expected


def test_role_marks_stand_inside_or_outside_of_what_sets_me_off() -> None:
    inside = rendered('{authors:equal="\\*" marks=inside max=1}', 0)
    outside = rendered('{authors:equal="\\*" max=1}', 0)

    assert (inside, outside) == ("**Ada Lovelace\\***, ..., et al.", "**Ada Lovelace**\\*, ..., et al.")


@given(st.integers(1, 14), st.booleans(), st.sets(st.integers(0, 13)))
def test_no_list_of_authors_ends_in_two_stops(count: int, others: bool, mine: set[int]) -> None:
    template = Template.parse("{authors}.")

    text = template.render(many(count, others=others), mine={at for at in mine if at < count})

    assert text.endswith(".")
    assert ".." not in text.replace("...", "")
    assert all(f"**A{chr(97 + at)} Author**" in text for at in mine if at < count)


# --- the default template ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            FULL,
            '* **On the Weaving of Numbers** <strong style="color: #C0392B;"><small>Oral</small></strong>'
            ' 🏆 <strong style="color: #C0392B;"><small>Best Paper Award</small></strong>'
            " <small>[Engines]</small> <small>[Poetry]</small>  \n"
            "  <small>Ada Lovelace, Grace Hopper, and Alan Turing.</small>  \n"
            "  <small>*Proceedings of the 3rd Conference on Looms and Engines (CLE), 1843.*</small>",
        ),
        ({"title": "Alone"}, "* **Alone**"),
        ({"title": "Alone", "year": "1843"}, "* **Alone**  \n  <small>*1843.*</small>"),
        ({"title": "Alone", "journal": "Looms"}, "* **Alone**  \n  <small>*Looms.*</small>"),
        ({"author": "Ada Lovelace"}, "* **Untitled**  \n  <small>Ada Lovelace.</small>"),
        (
            {
                "title": "Pre",
                "eprint": "2501.00001",
                "archiveprefix": "arXiv",
                "year": "2025",
                "abbr": "arXiv",
            },
            "* **Pre**  \n  <small>*arXiv preprint, 2025.*</small>",
        ),
        (
            {"title": "Pre", "journal": "arXiv preprint arXiv:2501.00001"},
            "* **Pre**  \n  <small>*arXiv preprint.*</small>",
        ),
    ],
)
def test_the_default_template_leaves_nothing_stray(fields: Mapping[str, str], expected: str) -> None:
    text = find_template("academicpages").render(publication("misc", **fields))

    assert text == expected


@pytest.mark.parametrize(
    ("name", "abbr", "expected"),
    [
        ("Conference on Looms", "CL", "Conference on Looms (CL)"),
        ("The 39th AAAI Conference on Artificial Intelligence", "AAAI", None),
        ("Conference on Looms (CL)", "CL", "Conference on Looms (CL)"),
        ("Conference on Looms ( cl )", "CL", "Conference on Looms ( cl )"),
        ("Conference on Looms (CL 2022)", "CL", "Conference on Looms (CL 2022)"),
        ("Conference on Looms (CL)", "CL 2022", "Conference on Looms (CL)"),
        ("Conference on Looms (CL'22)", "CL", "Conference on Looms (CL'22)"),
        ("CL 2022", "CL", "CL 2022"),
        ("CL", "CL", "CL"),
        ("Proceedings of the 60th CL", "CL", "Proceedings of the 60th CL"),
        ("Findings of the Association: CL 2022", "CL", "Findings of the Association: CL 2022"),
        ("Findings of CL", "CL Findings", "Findings of CL"),
        ("Conference on Looms", "CL 2022", "Conference on Looms (CL)"),
    ],
)
def test_a_venue_shows_its_short_name_once(name: str, abbr: str, expected: str | None) -> None:
    text = rendered("{venue:abbr}", booktitle=name, abbr=abbr, year="2022")

    assert text == (expected or f"{name} ({abbr})")


def test_page_tags_choose_the_tags_that_are_shown() -> None:
    template = Template.parse("{*tags [{text}]*}")

    texts = [
        template.render(publication(**FULL), look=Look(page_tags=tags))
        for tags in (None, (), ("poetry", "other"))
    ]

    assert texts == ["[Engines][Poetry]", "", "[Poetry]"]


# --- slots and groups ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{title:upper} {year:short}", "ON THE WEAVING OF NUMBERS 43"),
        ('{title} {"{/}"}', "On the Weaving of Numbers {/}"),
        ("{month} {month:short} {month:number}", "September Sep 9"),
        ("{number}. {title}", "4. On the Weaving of Numbers"),
        ("[{title}]({url})", "[On the Weaving of Numbers](https://doi.org/10.1000/loom.7)"),
        ("[code]({link.code}) {doi}", "[code](https://example.org/loom) 10.1000/loom.7"),
        ("{?cited {citations} times{|}never counted?}", "never counted"),
        ("a{?b {field.note}?}{?c {year}?}", "ac 1843"),
        ("{?{?x {citations}?}{?y {year}?}?}", "y 1843"),
        ("{?({?x {citations}?})?}", ""),
        ("{*links sep=' | ' [{label:lower}]({url})*}", "[doi](https://doi.org/10.1000/loom.7) | [code](https://example.org/loom)"),
        ("{*links of='code:Source, doi' {label} *}", "Source DOI "),
        ("{*links not='doi' {label}*}", "Code"),
        ("{*awards sep=', ' {?{trophy:sign=!} ?}{text}*}", "Oral, ! Best Paper Award"),
        ("{awards} / {tags:sep=;}", "Oral; Best Paper Award / Engines;Poetry"),
        ("{field.publisher}{type} {key}", "inproceedings lovelace1843weaving"),
        ('{"{title}"} {"{{ site.x }}"} {title}', "{title} {{ site.x }} On the Weaving of Numbers"),
        ("{% raw %}{{ page.x }}{: .cls} {title}", "{% raw %}{{ page.x }}{: .cls} On the Weaving of Numbers"),
        ("<img src='{thumbnail}'>", "<img src='images/loom.png'>"),
    ],
)  # fmt: skip
def test_a_template_says(source: str, expected: str) -> None:
    text = rendered(source)

    assert text == expected


def test_latex_braces_need_no_escapes() -> None:
    source = r"\cventry{{year}}{\textbf{{title}}}{\emph{{venue}}}{}{{{authors}}}\textsuperscript{*}"

    text = rendered(source, 0, markup=LATEX, title="50% of {{\\&}}", author="Ada Lovelace")

    assert text == (
        r"\cventry{1843}{\textbf{50\% of \&}}{\emph{Proceedings of the 3rd Conference on Looms and Engines}}"
        r"{}{{\textbf{Ada Lovelace}}}\textsuperscript{*}"
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Why?", "**Why?**."), ("Et cetera etc.", "**Et cetera etc.**"), ("Wait...", "**Wait...**")],
)
def test_two_full_stops_never_meet(title: str, expected: str) -> None:
    text = rendered("**{title}**.", title=title)

    assert text == expected


def test_what_stands_between_references_is_part_of_the_string() -> None:
    betweens = [
        Template.parse(source).between for source in ("{title}", "{title}\n{year}", "{title}{/}\n<hr>\n")
    ]

    assert betweens == ["\n", "\n\n", "\n<hr>\n"]


# --- escaping in place ---------------------------------------------------------------------

HOSTILE = "<script>alert('\"1\"')</script> *a* _b_ [c](d) {{ e }} {% f %} | `g` & # ~h~ \\alert"


def test_a_hostile_title_is_shown_and_runs_nothing() -> None:
    from pubcli.bibtex.latex import encode

    texts = {
        name: find_template(name).render(
            publication(**{**FULL, "title": encode(HOSTILE), "url": "javascript:x"})
        )
        for name, template in BUILT_INS.items()
    }

    for name, text in texts.items():
        if BUILT_INS[name].markup is LATEX:
            assert r"\textless{}script\textgreater{}" in text
            continue
        assert "<script" not in text
        assert "{{" not in text
        assert "{%" not in text
        assert "javascript" not in text
        html = MarkdownIt("commonmark").render(text) if BUILT_INS[name].markup is MARKDOWN else text
        assert "&lt;script&gt;" in html


def test_text_in_an_attribute_cannot_leave_it() -> None:
    text = rendered('<img alt="{title}" src="{thumbnail}">', title='a" onload="b', preview='c" onerror="d')

    assert text == '<img alt="a&quot; onload=&quot;b" src="">'


def test_text_in_an_address_is_percent_encoded() -> None:
    text = rendered("[x](https://example.org/?q={title})", title="a) [y](javascript:z")

    assert text == "[x](https://example.org/?q=a%29%20[y]%28javascript:z)"


def test_an_html_block_in_markdown_is_escaped_as_html() -> None:
    text = rendered("<div>{title} {authors}</div>\n\n{title}", 0, title="a*b* & <c>", author="Ada Lovelace")

    assert text == "<div>a*b* & &lt;c&gt; <strong>Ada Lovelace</strong></div>\n\na\\*b\\* & &lt;c>"


def test_an_address_that_must_not_be_linked_counts_as_missing() -> None:
    text = Template.parse("{?[{title}]({url}){|}{title}?}{*links [{label}]({url})*}").render(
        publication(title="T", url="javascript:alert(1)", code="data:text/html,x")
    )

    assert text == "T"


def test_plain_text_is_left_as_it_is() -> None:
    text = rendered("{authors}. {title}", 0, markup=TEXT, title="A *b* <c>")

    assert text == "Ada Lovelace, Grace Hopper, and Alan Turing. A *b* <c>"


# --- errors --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("**{titel}**", "template, column 3: `{titel}` is no slot", "did you mean 'title'?"),
        (
            r"\textit{title}",
            r"template, column 8: `\textit{title}` is a slot without",
            r"write `\textit{{title}}`",
        ),
        ("a\n{title} {?{year}", "template, line 2, column 9: `{?` is never closed", "expected `?}`"),
        ("{title}{*tags {text}", "column 8: `{*` is never closed", "expected `*}`"),
        ("{title} ?}", "column 9: `?}` closes no group", 'write `{"?}"}`'),
        ("{? {*tags {text} ?} *}", "column 18: `?}` closes no group", "expected `*}`"),
        ("{title} {text}", "column 9: `{text}` has no value here", "{*awards … *}"),
        ("{*venues {text}*}", "column 3: there is no `{*venues … *}`", "awards, tags, links"),
        ("{title:bold}", "column 8: `{title}` has no option `bold`", "lower, upper"),
        ("{authors:mee=bold}", "has no option `mee`", "did you mean 'me'?"),
        ("{authors:me=blod}", "column 1: `me=blod` sets nothing off", "did you mean 'bold'?"),
        ("{authors:names=frist}", "there is no `names=frist`", "full, initials"),
        ("{authors:max=many}", "`max=many` is no number", "expected a number"),
        ("{title:upper", "`{title:` is never closed", "expected an option or `}`"),
        ('{title} {"open', '`{"` is never closed', 'expected `"}`'),
        ("{title} {|} x", "`{|}` stands between alternatives", "{? … ?}"),
        ("{journal}", "`{journal}` is no slot", "write `{field.journal}`"),
        ("{link}", "`{link}` is no slot", "write `{link.NAME}`"),
        ("{title:upper lower}", "`lower` and `upper` exclude each other", "leave one out"),
        ("no slot {at} all", "has no slot", "{title}"),
        ("{title}{/}{year}", "column 11: text between references has no slots", "expected text"),
        ("{title}{/}a{/}b", "column 12: `{/}` stands twice", "expected it once"),
        ("{?{title}{/}?}", "column 10: `{/}` stands behind the whole reference", "expected `?}` first"),
    ],
)
def test_a_wrong_template_says_where_and_what_was_expected(source: str, message: str, hint: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Template.parse(source, LATEX if "\\" in source else MARKDOWN)

    assert message in caught.value.message
    assert hint in caught.value.hint


def test_the_built_in_templates_look_like_this() -> None:
    golden = Path(__file__).parent / "golden" / "templates.txt"

    text = "\n\n".join(
        f"{name}: {BUILT_INS[name].summary}\n\n{sample(find_template(name))}" for name in BUILT_INS
    )

    assert text + "\n" == golden.read_text(encoding="utf-8")


def test_a_template_of_unknown_name_names_the_nearest() -> None:
    with pytest.raises(TemplateError) as caught:
        find_template("academicpage")

    assert (caught.value.message, caught.value.hint) == (
        "there is no template 'academicpage'",
        "did you mean 'academicpages'?",
    )


@given(st.text(alphabet='{}?*|/":=.\\ \nabtitleyears', max_size=60))
def test_any_string_is_a_template_or_an_error_with_a_place(source: str) -> None:
    try:
        template = Template.parse(source, HTML)
    except TemplateError as error:
        assert error.message.startswith(("template, ", "the template has no slot"))
    else:
        assert isinstance(template.render(publication(**FULL)), str)
