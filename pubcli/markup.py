r"""The languages that references are written in: Markdown, HTML, LaTeX and plain text.

Knows how text is shown literally in each of them, and how bold, italic and linked text is written;
knows nothing of publications, pages or templates.

`escape` escapes what would otherwise mean something where it stands, and nothing else, because
hand-written pages do not either: `end-to-end`, `snake_case`, `3 * 4` and `R & D` stay as they are.
Markdown is escaped for CommonMark, GitHub and kramdown at once, so a bar is escaped (a table in
kramdown) and a tilde or a `<` becomes an entity (kramdown shows the backslash of `\~`). In Markdown
and HTML no text ever yields `{{`, `{%` or `{#`, which Jekyll and Hugo would run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

_CONTROL_SPACE = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
# Control characters, bidi controls, byte-order marks; a surrogate cannot be written at all.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def printable(text: str) -> str:
    """The text on one line, without control characters, terminal escapes and bidi controls."""
    if text.isprintable():
        return text
    return _INVISIBLE.sub("", _CONTROL_SPACE.sub(" ", text))


@dataclass(frozen=True, slots=True)
class Markup:
    """One target language. The functions take plain text and give markup, or the other way round."""

    name: str
    _escape: Callable[[str, str, str], str]
    _unescape: Callable[[str], str]
    _strong: str
    _emphasis: str
    _link: str
    _url: Callable[[str], str]

    def escape(self, text: str, before: str = "", after: str = "") -> str:
        """Plain text as markup that shows exactly its printable characters.

        `before` is the markup in front of it on the same line (empty: it begins a line), `after`
        what is known to follow; without them the text is taken to stand anywhere.
        """
        return self._escape(printable(text), before, after)

    def unescape(self, markup: str) -> str:
        """The plain text that this markup shows: the inverse of `escape` for printable text."""
        return self._unescape(markup)

    def strong(self, markup: str) -> str:
        """The markup in bold."""
        return self._strong.replace("{}", markup)

    def emphasis(self, markup: str) -> str:
        """The markup in italics."""
        return self._emphasis.replace("{}", markup)

    def link(self, markup: str, url: str) -> str:
        """The markup linked to the address, or unlinked where the address must not be linked."""
        safe = self.url(url)
        return self._link.replace("{url}", safe).replace("{}", markup) if safe else markup

    def url(self, url: str) -> str:
        """The address as it is written in this language, or empty where it must not be linked."""
        return self._url(safe_url(url))

    def attribute(self, text: str) -> str:
        """Plain text as the value of a quoted HTML attribute, whatever the language around it."""
        text = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return text.replace('"', "&quot;").replace("'", "&#39;").replace("{", "&#123;").replace("}", "&#125;")


# --- addresses -----------------------------------------------------------------------------

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LINKED_SCHEMES = frozenset({"http", "https", "mailto"})
_URL_UNSAFE = re.compile(r"""[\s"'()<>\\^`{|}\x00-\x20\x7f-\xa0]""")
_RELATIVE = re.compile(r"(?:[#?]\S|\S*[/.]\S*$)")


def safe_url(url: str) -> str:
    """The address with everything percent-encoded that could end it early, or empty if not to be linked.

    http, https and mailto are linked, `doi:` becomes an address of doi.org, and an address without a
    scheme is one of the page's own files.
    """
    url = printable(url).strip()
    if (scheme := _SCHEME.match(url)) is not None:
        if scheme[1].lower() == "doi":
            url = "https://doi.org/" + url[4:].strip()
        elif scheme[1].lower() not in _LINKED_SCHEMES:
            return ""
    elif ":" in re.split(r"[/?#]", url, maxsplit=1)[0] or not _RELATIVE.match(url):
        return ""
    return _URL_UNSAFE.sub(_percent, url)


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


# --- Markdown ------------------------------------------------------------------------------

_MARKDOWN_SPECIAL = re.compile(r"\*+|_+|~+|[\\`\[\]<&|{$]|!$")
_CONTAINER = re.compile(r"\s*(?:(?:[-*+>]|\d{1,9}[.)])\s+)*")
# What opens a block at the start of a line: heading, bullet, rule, quote, definition, number.
_BLOCK = re.compile(r"(?:#|>|[-+](?=\s|[-+]|$)|=+\s*$|:(?=\s|$)|\d{1,9}(?=[.)](?:\s|$)))")


class _Run(NamedTuple):
    """Equal special characters in a row, what stands left and right of them, and where they are."""

    text: str
    left: str
    right: str
    whole: str
    start: int


def _escape_markdown(text: str, before: str, after: str) -> str:
    whole = text + after[:1]
    dollars = text.count("$") > 1

    def shown(found: re.Match[str]) -> str:
        start, end = found.span()
        left = text[start - 1] if start else before[-1:]
        run = _Run(found[0], left, whole[end : end + 1], whole, start)
        if run.text == "$":
            return "\\$" if dollars else "$"
        return _MARKDOWN_RULES[run.text[0]](run)

    escaped = _MARKDOWN_SPECIAL.sub(shown, text)
    if before.endswith("{") and escaped[:1] in ("%", "#", ":"):
        return f"&#{ord(escaped[0])};{escaped[1:]}"
    if (block := _BLOCK.match(escaped)) and _CONTAINER.fullmatch(before.rpartition("\n")[2]):
        at = block.end() if block[0].isdigit() else 0
        return escaped[:at] + "\\" + escaped[at:]
    return escaped


def _backslashed(run: _Run) -> str:
    return "".join("\\" + character for character in run.text)


def _star(run: _Run) -> str:
    return run.text if run.left.isspace() and run.right.isspace() else _backslashed(run)


def _underscore(run: _Run) -> str:
    return run.text if run.left.isalnum() and run.right.isalnum() else _star(run)


def _tilde(run: _Run) -> str:
    opens_only = len(run.text) == 1 and (run.left.isspace() or run.left == "(") and run.right not in ("", "~")
    return run.text if opens_only else "&#126;" * len(run.text)


def _backslash(run: _Run) -> str:
    return "\\\\" if not run.right or run.right in _ASCII_PUNCTUATION else "\\"


def _less_than(run: _Run) -> str:
    return "<" if run.right.isspace() or run.right.isdigit() or run.right in ("=", "-") else "&lt;"


def _ampersand(run: _Run) -> str:
    return "&amp;" if not run.right or _ENTITY.match(run.whole, run.start) else "&"


def _brace(run: _Run) -> str:
    return "&#123;" if not run.right or run.right in "{%#:" or run.left == "{" else "{"


def _exclamation(run: _Run) -> str:
    return "\\!" if run.right == "[" else "!"


_MARKDOWN_RULES: dict[str, Callable[[_Run], str]] = {
    "*": _star,
    "_": _underscore,
    "~": _tilde,
    "\\": _backslash,
    "<": _less_than,
    "&": _ampersand,
    "{": _brace,
    "!": _exclamation,
    "`": _backslashed,
    "[": _backslashed,
    "]": _backslashed,
    "|": _backslashed,
}

_MARKDOWN_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|" + _ENTITY.pattern)


def _unescape_markdown(markup: str) -> str:
    if "\\" not in markup and "&" not in markup:
        return markup
    return _MARKDOWN_ESCAPED.sub(lambda found: found[1] or _entity(found), markup)


def _entity(found: re.Match[str]) -> str:
    """The character an entity stands for; an unknown name stands for itself."""
    import html.entities

    if found[0][1] == "#":
        return html.unescape(found[0])
    return html.entities.html5.get(found[0][1:], found[0])


# --- HTML ----------------------------------------------------------------------------------

_HTML_SPECIAL = re.compile(r"&(?=[#A-Za-z0-9]|$)|[<>]|\{(?=[{%#:]|$)|(?<=\{)\{")
_HTML_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;"}


def _escape_html(text: str, before: str, after: str) -> str:
    escaped = _HTML_SPECIAL.sub(lambda found: _HTML_ESCAPES[found[0]], text)
    if before.endswith("{") and escaped[:1] in ("{", "%", "#"):
        return f"&#{ord(escaped[0])};{escaped[1:]}"
    return escaped


def _unescape_html(markup: str) -> str:
    return _ENTITY.sub(_entity, markup) if "&" in markup else markup


# --- LaTeX ---------------------------------------------------------------------------------

_LATEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{EM DASH}": "---",
    "\N{EN DASH}": "--",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{LEFT SINGLE QUOTATION MARK}": "`",
}
_LATEX_SPECIAL = re.compile(r"[-–—]+|['“”‘`]+|[\\{}#$%&_~^<>|\u00a0]")
_LATEX_PLAIN = {written: character for character, written in _LATEX_ESCAPES.items()}
_LATEX_ESCAPED = re.compile(
    r"\\text([a-z]+)(?:\{\}|\s+|(?![a-zA-Z]))|\\([#$%&_{}])|\{([\[\]*])\}|\{\}|---|--|``|''|`|~"
)
_ENDS_COMMAND = re.compile(r"\\(?:\\|[A-Za-z]+)\*?\s*$")


def _escape_latex(text: str, before: str, after: str) -> str:
    def shown(found: re.Match[str]) -> str:
        return "{}".join(_LATEX_ESCAPES.get(character, character) for character in found[0])

    escaped = _LATEX_SPECIAL.sub(shown, text)
    if escaped[:1] in ("[", "*") and (not before or _ENDS_COMMAND.search(before[-60:])):
        escaped = f"{{{escaped[0]}}}{escaped[1:]}"
    if "]" in escaped and before.count("[") > before.count("]"):
        escaped = escaped.replace("{]}", "]").replace("]", "{]}")
    return escaped


def _unescape_latex(markup: str) -> str:
    def plain(found: re.Match[str]) -> str:
        if found[1]:
            return _LATEX_PLAIN.get(rf"\text{found[1]}{{}}", found[0])
        return found[2] or found[3] or _LATEX_PLAIN.get(found[0], "")

    return _LATEX_ESCAPED.sub(plain, markup)


# --- the table -----------------------------------------------------------------------------


def _same(text: str, before: str = "", after: str = "") -> str:
    return text


def _latex_url(url: str) -> str:
    return url.replace("%", r"\%").replace("#", r"\#")


MARKDOWN = Markup("markdown", _escape_markdown, _unescape_markdown, "**{}**", "*{}*", "[{}]({url})", _same)
HTML = Markup(
    "html",
    _escape_html,
    _unescape_html,
    "<strong>{}</strong>",
    "<em>{}</em>",
    '<a href="{url}">{}</a>',
    lambda url: url.replace("&", "&amp;") if _ENTITY.search(url) else url,
)
LATEX = Markup(
    "latex", _escape_latex, _unescape_latex, r"\textbf{{}}", r"\emph{{}}", r"\href{{url}}{{}}", _latex_url
)
TEXT = Markup("text", _same, _same, "{}", "{}", "{} <{url}>", _same)

MARKUPS: dict[str, Markup] = {markup.name: markup for markup in (MARKDOWN, HTML, LATEX, TEXT)}
