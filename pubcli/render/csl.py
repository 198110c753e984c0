"""References in a citation style of the Citation Style Language, through citeproc-py.

The only module that knows citeproc-py, which is an optional extra. The style is text: a .csl file's.

citeproc-py escapes nothing and knows no Markdown, so it is given plain text and made to mark what is
italic, bold and so on with private characters; the marks become markup, and the text between them is
escaped, when it is done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from pubcli.bibtex.names import Name
from pubcli.errors import UnreadableError, UsageError
from pubcli.markup import Markup
from pubcli.matching import my_authors
from pubcli.publication import Publication
from pubcli.render.csljson import csl_item

# Private characters around what a style sets off, and around my family name while it is at work.
_ITALIC, _BOLD, _ABOVE, _BELOW, _ME = (
    "\ue0e0\ue0e1",
    "\ue0e2\ue0e3",
    "\ue0e4\ue0e5",
    "\ue0e6\ue0e7",
    "\ue0e8\ue0e9",
)
_MARKS = re.compile("([\ue0e0-\ue0e9])")
_RAISED = {"html": "<sup>{}</sup>", "markdown": "<sup>{}</sup>", "latex": r"\textsuperscript{{}}"}
_LOWERED = {"html": "<sub>{}</sub>", "markdown": "<sub>{}</sub>", "latex": r"\textsubscript{{}}"}
_NUMBER = r"^\W*{}\b[\])]?[.:]?\s*"


def styled(
    publications: Sequence[Publication], style: str, markup: Markup, me: Sequence[str] = ()
) -> list[str]:
    """Each publication as the style writes it, in this markup, in the order given, with me in bold.

    A style's own numbers are left out: a list has its own. UsageError without citeproc-py;
    UnreadableError where the style is none, or depends on another.
    """
    if not publications:
        return []
    names = [f"publication-{number}" for number in range(len(publications))]
    items, mine = [], []
    for name, publication in zip(names, publications, strict=True):
        indices = my_authors(publication, me) if me else ()
        items.append(_marked(csl_item(publication, name), publication, indices))
        mine.append([publication.authors[index].name for index in indices])
    numbered = 'variable="citation-number"' in style.partition("<bibliography")[2]
    references = []
    for number, reference in enumerate(_written(items, names, style), start=1):
        text = re.sub(_NUMBER.format(number), "", reference) if numbered else reference
        references.append(_as_markup(_bold(text.strip(), mine[number - 1]), markup))
    return references


def _marked(item: dict[str, Any], publication: Publication, mine: Collection[int]) -> dict[str, Any]:
    """The item with my family names marked, and without what citeproc-py misreads."""
    item = {
        variable: _unmarked(value) for variable, value in item.items() if variable not in ("custom", "note")
    }
    item["title"] = _unmarked(publication.title) or "Untitled"
    people = item.get("author") or item.get("editor") or []
    for index, author in enumerate(publication.authors[: len(people)]):
        if " " not in author.name.full and "literal" not in people[index]:
            people[index] = {"literal": author.name.full}  # 王小明 has no initials
        if index in mine:
            part = "literal" if "literal" in people[index] else "family"
            people[index][part] = f"{_ME[0]}{people[index][part]}{_ME[1]}"
    return item


def _unmarked(value: Any) -> Any:
    """The value without characters that look like our marks."""
    if isinstance(value, str):
        return _MARKS.sub("", value)
    if isinstance(value, list):
        return [_unmarked(part) for part in value]
    return {name: _unmarked(part) for name, part in value.items()} if isinstance(value, Mapping) else value


def _written(items: list[dict[str, Any]], names: list[str], style: str) -> list[str]:
    """The style's text of every item, plain but for the marks."""
    try:
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
        from citeproc.source.json import CiteProcJSON
    except ImportError:
        raise UsageError(
            "citation styles need citeproc-py, which is not installed", hint="pip install 'pubcli[csl]'"
        ) from None
    import io
    import warnings

    if "independent-parent" in style:
        raise UnreadableError(
            "this CSL style only points to another", hint="take the style that it names as its parent"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of variables that citeproc-py does not know
        try:
            read = CitationStylesStyle(io.BytesIO(style.encode()), validate=False)
            bibliography = CitationStylesBibliography(read, CiteProcJSON(items), _FORMATTER)
            bibliography.register(Citation([CitationItem(name) for name in names]))
            references = [str(reference) for reference in bibliography.bibliography()]
        # Whatever a broken style leads to: lxml's XMLSyntaxError is a SyntaxError.
        except (SyntaxError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableError(
                f"citeproc-py cannot use this CSL style: {error}", hint="is it a .csl file of CSL 1.0?"
            ) from error
    if len(references) != len(items):
        raise UnreadableError(
            f"this CSL style wrote {len(references)} references for {len(items)} publications",
            hint="choose another style",
        )
    return references


def _wrapper(marks: str) -> Any:
    return lambda text: f"{marks[0]}{text}{marks[1]}"


_FORMATTER = SimpleNamespace(
    preformat=str,
    Italic=_wrapper(_ITALIC),
    Oblique=_wrapper(_ITALIC),
    Bold=_wrapper(_BOLD),
    Light=str,
    Underline=str,
    SmallCaps=str,
    Superscript=_wrapper(_ABOVE),
    Subscript=_wrapper(_BELOW),
)


def _bold(reference: str, mine: Sequence[Name]) -> str:
    """The reference with my names bold: each family name, with the given names or initials beside it."""
    for name in mine:
        family = f"{_ME[0]}([^{_ME[0]}{_ME[1]}]*){_ME[1]}"
        given = _given_forms(name)
        pattern = rf"((?:{given}\s+)?){family}((?:,?\s+{given})?)" if given else f"(){family}()"
        reference = re.sub(pattern, rf"{_BOLD[0]}\1\2\3{_BOLD[1]}", reference, count=1)
    return re.sub(f"[{_ME}]", "", reference)


def _given_forms(name: Name) -> str:
    """A pattern for the ways in which a style may write the given names."""
    words = re.findall(r"[^\s.]+", name.given)
    if not words:
        return ""
    initials = r"[\s.]*".join(
        r"[.]?-?".join(re.escape(part[0]) for part in word.split("-") if part) for word in words
    )
    return rf"(?:{re.escape(name.given)}|{initials}(?:\.|(?!\w)))"


def _as_markup(reference: str, markup: Markup) -> str:
    """The text escaped, the marks as the language writes them."""
    frames = {
        _ITALIC: markup.emphasis("{}"),
        _BOLD: markup.strong("{}"),
        _ABOVE: _RAISED.get(markup.name, "{}"),
        _BELOW: _LOWERED.get(markup.name, "{}"),
    }
    tags: dict[str, str] = {}
    for marks, frame in frames.items():
        opening, _, closing = frame.partition("{}")
        tags |= {marks[0]: opening, marks[1]: closing}
    out = ""
    for part in _MARKS.split(reference):
        out += tags[part] if part in tags else markup.escape(part, out or " ", " ")
    return out
