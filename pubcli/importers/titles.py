r"""Titles and names as other formats write them, HTML, JATS, MathML, entities and all, to BibTeX value text.

Knows tags and which words BibTeX styles would lower-case wrongly; knows no format as a whole.
"""

from __future__ import annotations

import html
import re

from pubcli.bibtex import latex

# Terminal sequences first, as a whole; then every control, bidirectional and invisible character.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACES = re.compile(r"\s+")
_HYPHENS = re.compile("[\u2010\u2011]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"<(/?)(?:[A-Za-z]{2,6}:)?([A-Za-z][A-Za-z0-9-]*)(?:\s+[\w:.-]+\s*=[^<>]*)?\s*/?>")
_MATHML = re.compile(r"<((?:\w+:)?math)\b[^>]*>(.*?)</\1\s*>", re.S)
_TEX_MATH = re.compile(r"<((?:\w+:)?tex-math)\b[^>]*>(.*?)</\1\s*>", re.S)
_TEX_BODY = re.compile(r"\$\$?(.+?)\$\$?|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)
# `$O(n \log n)$` and `$k$` are maths; `from $5 to $10` is money.
_DOLLARS = re.compile(
    r"(?<!\\)\$(?![\s$])((?:[^$\\]|\\.)*(?:\\[A-Za-z]|[\^_])(?:[^$\\]|\\.)*|[A-Za-z])(?<!\s)\$(?!\d)"
)
# What is LaTeX already, each as a whole (an escape, a formula, the argument of \url), or a bare special.
_TYPED = re.compile(r"\\(?:url|href|path)\s*\{[^{}]*\}|\\.|\$(?!\s)[^$]+(?<!\s)\$(?!\d)|[&%#_]", re.S)
_XML_ENTITIES = ("&lt;", "&gt;", "&amp;", "&quot;", "&apos;")
_FORMULA_MARKS = re.compile("[\U000f0000-\U000fffff]")
_WORD = re.compile(r"[^\W_]+")

# What each tag of a title is in LaTeX: what opens it and what closes it.
_INLINE = {
    "i": (r"\emph{", "}"), "em": (r"\emph{", "}"), "italic": (r"\emph{", "}"), "cite": (r"\emph{", "}"),
    "b": (r"\textbf{", "}"), "strong": (r"\textbf{", "}"), "bold": (r"\textbf{", "}"),
    "sub": (r"\textsubscript{", "}"), "inf": (r"\textsubscript{", "}"),
    "sup": (r"\textsuperscript{", "}"),
    "sc": (r"\textsc{", "}"), "scp": (r"\textsc{", "}"), "small-caps": (r"\textsc{", "}"),
    "tt": (r"\texttt{", "}"), "code": (r"\texttt{", "}"), "monospace": (r"\texttt{", "}"),
}  # fmt: skip
_DROPPED = frozenset((
    "span", "p", "br", "u", "underline", "font", "title", "subtitle", "sec", "inline-formula",
    "alternatives", "break",
    "xref", "ext-link", "named-content", "styled-content", "roman", "sans-serif", "a", "div", "nobr",
    "wbr", "small",
    "big", "fn", "formula", "list", "list-item", "label", "strike", "s", "del", "ins", "q",
))  # fmt: skip
# MathML to TeX: how the children of an element are put together.
_LAYOUT = {
    "msub": "{0}_{{{1}}}", "msup": "{0}^{{{1}}}", "msubsup": "{0}_{{{1}}}^{{{2}}}",
    "mfrac": r"\frac{{{0}}}{{{1}}}",
    "munder": "{0}_{{{1}}}", "mover": "{0}^{{{1}}}", "munderover": "{0}_{{{1}}}^{{{2}}}",
    "mroot": r"\sqrt[{1}]{{{0}}}",
}  # fmt: skip


def one_line(text: str) -> str:
    """The text without control characters, terminal sequences and invisible marks, white space folded."""
    return _SPACES.sub(" ", _HYPHENS.sub("-", _INVISIBLE.sub("", _ESCAPES.sub("", text)))).strip()


def plain(text: str) -> str:
    """The text without tags and entities, for fields that have no typography: identifiers, names, numbers."""
    return one_line(_TAG.sub(lambda tag: "" if _known(tag[2]) else tag[0], _unescaped(text)))


def title_text(text: str) -> str:
    """A title as BibTeX value text: tags as LaTeX, specials escaped, words like BERT and 3D in braces.

    A title all in capitals gets no braces, as they would keep it so.
    """
    return _converted(text, protect=any(map(str.islower, plain(text))))


def protected(value: str) -> str:
    """A title that is BibTeX text already, with braces round the words that would lose their capitals."""
    if not any(map(str.islower, value)):
        return value
    return _WORD.sub(lambda word: f"{{{word[0]}}}" if _needs_braces(word[0]) else word[0], value)


def value_text(text: str) -> str:
    """Any other text (a venue, a publisher) as BibTeX value text, without case-protecting braces."""
    return _converted(text, protect=False)


def typed_text(text: str) -> str:
    r"""What somebody typed, LaTeX or not, as BibTeX value text: bare `&`, `%`, `#` and `_` are escaped."""
    return _TYPED.sub(lambda found: found[0] if len(found[0]) > 1 else f"\\{found[0]}", text)


def _unescaped(text: str) -> str:
    """Entities resolved, twice where a service has escaped its own markup."""
    for _ in range(2):
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def _known(tag: str) -> bool:
    name = tag.lower()
    return name in _INLINE or name in _DROPPED


def _converted(text: str, *, protect: bool) -> str:
    formulas: list[str] = []

    def kept(tex: str) -> str:
        """A private-use character in the place of a formula, so that nothing escapes what is in it."""
        formulas.append(tex)
        return chr(0xF0000 + len(formulas) - 1)

    text = one_line(_FORMULA_MARKS.sub("", text))
    for _ in range(3):  # as often as `_unescaped`, and once as it stands: MathML has entities of its own
        text = _TEX_MATH.sub(lambda found: kept(_tex_math(found[2])), text)
        text = _MATHML.sub(lambda found: kept(_mathml(found[2])), text)
        text = one_line(_ENTITY.sub(lambda entity: html.unescape(entity[0]), text))
    text = _DOLLARS.sub(lambda found: kept(found[0]) if latex.is_balanced(found[0]) else found[0], text)
    converted = _tags(text, protect=protect)
    return _FORMULA_MARKS.sub(lambda mark: formulas[ord(mark[0]) - 0xF0000], converted)


def _tags(text: str, *, protect: bool) -> str:
    """The text with known tags as LaTeX, unclosed ones closed, stray ends dropped; others are text."""
    out: list[str] = []
    open_tags: list[str] = []
    end = 0
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if not _known(name):
            continue
        out.append(_words(text[end : tag.start()], protect=protect))
        end = tag.end()
        if name in _DROPPED:
            out.append(" " if name in ("br", "break", "p") else "")
        elif not tag[1]:
            open_tags.append(name)
            out.append(_INLINE[name][0])
        elif name in open_tags:
            while open_tags:
                last = open_tags.pop()
                out.append(_INLINE[last][1])
                if last == name:
                    break
    out.append(_words(text[end:], protect=protect))
    out.extend(_INLINE[name][1] for name in reversed(open_tags))
    return _SPACES.sub(" ", "".join(out)).strip()


def _words(text: str, *, protect: bool) -> str:
    if not protect:
        return _encoded(text)
    pieces: list[str] = []
    end = 0
    for word in _WORD.finditer(text):
        if _needs_braces(word[0]):
            pieces += [_encoded(text[end : word.start()]), "{", latex.encode(word[0]), "}"]
            end = word.end()
    return "".join([*pieces, _encoded(text[end:])])


def _encoded(text: str) -> str:
    """The text with TeX's specials escaped, the blanks at its ends kept."""
    body = text.strip(" ")
    if not body:
        return text[:1]
    return " " * text.startswith(" ") + latex.encode(body) + " " * text.endswith(" ")


def _needs_braces(word: str) -> bool:
    """Whether lower-casing all but the first letter of a title would spoil this word."""
    return any(map(str.isupper, word[1:])) or (any(map(str.isdigit, word)) and any(map(str.isupper, word)))


def _tex_math(text: str) -> str:
    """The formula in what a publisher puts into `tex-math`: often a whole document around it."""
    body = text.partition(r"\begin{document}")[2].partition(r"\end{document}")[0] or text
    found = _TEX_BODY.search(body)
    formula = next(filter(None, found.groups()), "").strip() if found else body.strip()
    return f"${formula}$" if latex.is_balanced(formula) else latex.encode(formula)


def _mathml(text: str) -> str:
    """MathML as TeX between dollars; its TeX annotation where it has one."""
    from xml.etree import ElementTree

    if annotation := re.search(r"<(?:\w+:)?annotation\b[^>]*tex[^>]*>(.*?)</", text, re.S):
        return _tex_math(html.unescape(annotation[1]))
    text = _ENTITY.sub(lambda e: e[0] if e[0] in _XML_ENTITIES else html.unescape(e[0]), text)
    bare = re.sub(r"<(/?)\w+:", r"<\1", re.sub(r"\s[\w:-]+=(?:\"[^\"]*\"|'[^']*')", "", text))
    if "<!" in bare:
        return ""
    try:
        root = ElementTree.fromstring(f"<math>{bare}</math>")
    except ElementTree.ParseError:
        return latex.encode(one_line(re.sub(r"<[^<>]*>", "", text)))
    formula = _SPACES.sub(" ", _element(root)).strip()
    return f"${formula}$" if formula else ""


def _element(element: object) -> str:
    from xml.etree.ElementTree import Element

    assert isinstance(element, Element)
    text = latex.encode((element.text or "").strip())
    children = [_element(child) for child in element]
    layout = _LAYOUT.get(element.tag)
    if layout and len(children) >= 1 + layout.count("{1}") + layout.count("{2}"):
        return layout.format(*children)
    if element.tag == "msqrt":
        return rf"\sqrt{{{''.join(children)}}}"
    if element.tag in ("mtext", "ms"):
        return rf"\text{{{text}}}"
    if element.tag == "mi" and len(text) > 1 and text.isascii() and text.isalpha():
        return rf"\mathrm{{{text}}}"
    return text + "".join(children)
