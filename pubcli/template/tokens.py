r"""A written reference as runs of visible text with the markup that holds them.

Knows the inline markup of Markdown, HTML and LaTeX as far as it tells where one thing ends and the
next begins; knows nothing of titles and authors. Offsets are those of the text, and time is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BREAK = "\n"  # in the plain text: a line end, a `<br>`, a cell, a macro's next argument
EDGE = "\x1f"  # where markup that holds text begins or ends
OPAQUE = "\x1e"  # a picture, a script: something that is shown, but is no text


@dataclass(frozen=True, slots=True)
class Wrap:
    """Markup that holds text: `link`, `bold`, `italic`, `code`, or a tag or macro by its name."""

    kind: str
    start: int
    end: int
    inner: int
    inner_end: int
    words: str = ""
    """The tag as written, or a link's address."""
    url: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Plain:
    """The visible text; character `i` of `text` begins at `at[i]` and ends at `ends[i]` of the source."""

    text: str = ""
    at: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    wraps: list[Wrap] = field(default_factory=list)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the characters `first` up to `last` stand in the source."""
        return self.at[first], self.ends[last - 1]


_SKIPPED = (
    r"<!--[\s\S]{0,6000}?-->"
    r"|<(?P<skip>script|style|video|svg|iframe|details|object|picture)\b[\s\S]{0,6000}?</(?P=skip)\s*>"
    r"|\{%.{0,300}?%\}|\{\{.{0,300}?\}\}|\{:[^{}]*\}"
)
_PICTURES = (
    r"\[!\[[^\[\]]*\]\([^()]*\)[^\[\]]{0,40}\]\([^()]*\)|!\[[^\[\]]*\]\([^()]*\)(?:\{:[^{}]*\})?|<img\b[^<>]*>"
    r"|<i\b[^<>]*></i>"
)
_TAGS = r"(?P<close></(?P<closing>[A-Za-z][\w-]*)\s*>)|(?P<open><(?P<opening>[A-Za-z][\w-]*)(?:\s[^<>]*)?>)"
_MARKDOWN = re.compile(
    rf"(?P<opaque>{_SKIPPED}|{_PICTURES})|{_TAGS}"
    r"|(?P<linkend>\]\((?P<address>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+[\"'][^\n]*?[\"'])?\s*\)(?:\{:[^{}\n]*\})?)"
    r"|(?P<break>\\\\[ \t]*(?:\n|$)|\\\\(?=\s)|\\\n|[ \t]{2,}\n|(?<!,)[ \t]*\n[ \t]*)"
    r"|(?P<escaped>\\[!-/:-@\[-`{-~])|(?P<entity>&#?\w{1,24};)"
    r"|(?P<ticks>`+)|(?P<stars>\*{1,3})|(?P<scores>(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w))|(?P<bracket>\[)"
)
_HTML = re.compile(rf"(?P<opaque>{_SKIPPED}|{_PICTURES})|{_TAGS}|(?P<entity>&#?\w{{1,24}};)")
_LATEX = re.compile(
    r"(?P<opaque>(?<!\\)%[^\n]*(?:\n|$)|\\(?:vspace|hspace|label|includegraphics|begin|end|color|fontsize)"
    r"\*?(?:\[[^\[\]]*\])?(?:\{[^{}]*\})*)"
    r"|(?P<href>\\href\s*\{(?P<target>(?:[^{}]|\{[^{}]*\})*)\}\s*\{)"
    r"|(?P<break>\\\\(?:\[[^\[\]]*\])?|\}\s*\{|\n[ \t]*\n"
    r"|\\(?:item|newline|par|hfill|quad|bibitem)\b(?:\s*\[[^\[\]]*\])?)"
    r"|(?P<accent>\\[`'^\"~=.](?:\s*\{\\?[A-Za-z]\}|\\?[A-Za-z])|\\[uvHtcdbrk]\s*\{\\?[A-Za-z]\}"
    r"|\\(?:ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)(?![A-Za-z])(?:\{\}|\s)?)"
    r"|(?P<escaped>\\[#$%&_{}])"
    r"|(?P<sign>\\(?:textsuperscript|dag|ddag|dagger|ast)(?:\{(?:[^{}]|\{[^{}]*\})*\})?|\$\^[^$]{0,20}\$)"
    r"|(?P<math>\$[^$\n]{1,80}\$)"
    r"|(?P<macro>\\[A-Za-z@]+\*?(?:\[[^\[\]]*\])?\s*(?P<brace>\{?))|(?P<group>\{)|(?P<ungroup>\})"
)
_TOKENS = (
    "opaque", "close", "open", "linkend", "href", "break", "escaped", "entity", "accent", "sign", "math",
    "ticks", "stars", "scores", "bracket", "macro", "group", "ungroup",
)  # fmt: skip
# A line that ends in a comma goes on in the next one.
_GOES_ON = re.compile(rf"(?<=[,，、])[ {EDGE}]*{BREAK}(?:[ {EDGE}]*{BREAK})?")
_BLOCKS = frozenset(
    {
        "br",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "td",
        "tr",
        "th",
        "table",
        "tbody",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    }
    | {"hr", "article", "section", "dd", "dt", "dl", "summary", "header", "footer"}
)
_BOLD = frozenset({"b", "strong", "textbf", "bf", "bfseries"})
_ITALIC = frozenset({"i", "em", "emph", "textit", "it", "itshape", "textsl"})
_VOID = frozenset({"br", "hr", "img", "source", "input"})


def plain_of(text: str, markup_name: str) -> Plain:
    """The visible text of a reference in this markup, and the markup that holds it."""
    return _Reader(text, markup_name).run()


class _Reader:
    def __init__(self, text: str, markup_name: str) -> None:
        self.source = text
        self.markup = markup_name
        self.plain = Plain()
        self.chars: list[str] = []
        self.open: list[tuple[str, int, int, str, tuple[int, int]]] = []

    def run(self) -> Plain:
        pattern = {"markdown": _MARKDOWN, "html": _HTML}.get(self.markup, _LATEX)
        at = 0
        for found in pattern.finditer(self.source):
            self.words(at, found.start())
            at = found.end()
            name = next(key for key in _TOKENS if key in found.re.groupindex and found[key])
            getattr(self, f"on_{name}")(found)
        self.words(at, len(self.source))
        self.plain.text = _GOES_ON.sub(lambda found: found[0].replace(BREAK, " "), "".join(self.chars))
        self.plain.wraps.sort(key=lambda wrap: (wrap.start, -wrap.end))
        return self.plain

    def add(self, char: str, start: int, end: int) -> None:
        self.chars.append(char)
        self.plain.at.append(start)
        self.plain.ends.append(end)

    def words(self, start: int, end: int) -> None:
        for at in range(start, end):
            char = self.source[at]
            if char == "~" and self.markup == "latex":
                char = " "
            self.add(" " if char.isspace() else char, at, at + 1)

    def push(self, kind: str, found: re.Match[str], words: str = "", url: tuple[int, int] = (0, 0)) -> None:
        self.add(EDGE, found.start(), found.end())
        self.open.append((kind, found.start(), found.end(), words, url))

    def pop(self, kind: str, found: re.Match[str], url: tuple[int, int] | None = None) -> bool:
        for at in range(len(self.open) - 1, -1, -1):
            opened, start, inner, words, address = self.open[at]
            if opened == kind:
                self.add(EDGE, found.start(), found.end())
                del self.open[at:]
                self.plain.wraps.append(
                    Wrap(_named(kind, words), start, found.end(), inner, found.start(), words, url or address)
                )
                return True
        return False

    def on_opaque(self, found: re.Match[str]) -> None:
        self.add(OPAQUE, found.start(), found.end())

    def on_break(self, found: re.Match[str]) -> None:
        self.add(BREAK, found.start(), found.end())

    def on_escaped(self, found: re.Match[str]) -> None:
        self.add(found[0][1], found.start(), found.end())

    def on_math(self, found: re.Match[str]) -> None:
        self.words(found.start(), found.end())

    def on_entity(self, found: re.Match[str]) -> None:
        import html

        shown = html.unescape(found[0])
        self.add(" " if shown.isspace() else shown[:1], found.start(), found.end())

    def on_accent(self, found: re.Match[str]) -> None:
        from pubcli.bibtex import latex

        self.add((latex.decode(found[0]) or "e")[:1], found.start(), found.end())

    def on_sign(self, found: re.Match[str]) -> None:
        self.add("*", found.start(), found.end())

    def on_open(self, found: re.Match[str]) -> None:
        tag = found["opening"].lower()
        if tag in _BLOCKS:
            self.add(BREAK, found.start(), found.end())
            if tag not in _VOID:
                self.open.append((tag, found.start(), found.end(), found[0], (0, 0)))
        elif tag in _VOID:
            self.add(OPAQUE, found.start(), found.end())
        else:
            url = (0, 0)
            if tag == "a" and (
                href := re.search(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", found[0])
            ):
                group = next(n for n in (1, 2, 3) if href[n] is not None)
                url = (found.start() + href.start(group), found.start() + href.end(group))
            self.push("link" if tag == "a" else tag, found, found[0], url)

    def on_close(self, found: re.Match[str]) -> None:
        tag = found["closing"].lower()
        if not self.pop("link" if tag == "a" else tag, found) or tag in _BLOCKS:
            self.add(BREAK if tag in _BLOCKS else EDGE, found.start(), found.end())

    def on_bracket(self, found: re.Match[str]) -> None:
        self.add("[", found.start(), found.end())
        self.open.append(("[", found.start(), found.end(), "", (0, 0)))

    def on_linkend(self, found: re.Match[str]) -> None:
        url = found.span("address")
        opened = next((one for one in reversed(self.open) if one[0] == "["), None)
        if opened is None or not self.pop("[", found, url):
            self.words(found.start(), found.end())
            return
        start = opened[1]
        for index in range(len(self.chars) - 1, -1, -1):
            if self.plain.at[index] == start:
                self.chars[index] = EDGE
                break

    def on_ticks(self, found: re.Match[str]) -> None:
        if not self.pop(found[0], found):
            self.push(found[0], found)

    def on_stars(self, found: re.Match[str]) -> None:
        opens = self.source[found.end() : found.end() + 1].strip()
        closes = self.source[: found.start()][-1:].strip()
        if closes and self.pop(found[0], found):
            return
        left = self.source[: found.start()][-1:]
        if opens and not (left.isalnum() and not self.source[found.end() : found.end() + 1].isalnum()):
            self.push(found[0], found)
        else:
            self.words(found.start(), found.end())

    on_scores = on_stars

    def on_href(self, found: re.Match[str]) -> None:
        self.push("{", found, "\\href", found.span("target"))

    def on_macro(self, found: re.Match[str]) -> None:
        if found["brace"]:
            self.push("{", found, re.match(r"\\[A-Za-z@]+", found[0])[0])  # type: ignore[index]
        else:
            self.add(EDGE, found.start(), found.end())
            if self.open and self.open[-1][0] == "{" and not self.open[-1][3]:
                kind, start, _, _, url = self.open[-1]
                self.open[-1] = (kind, start, found.end(), found[0].strip(), url)

    def on_group(self, found: re.Match[str]) -> None:
        self.push("{", found)

    def on_ungroup(self, found: re.Match[str]) -> None:
        if not self.pop("{", found):
            self.add(EDGE, found.start(), found.end())


def _named(kind: str, words: str) -> str:
    if kind == "{":
        kind = "[" if words == "\\href" else words[1:]
    if kind in _BOLD or kind in ("**", "__", "***", "___"):
        return "bold"
    if kind in _ITALIC or kind in ("*", "_"):
        return "italic"
    if kind == "[":
        return "link"
    return "code" if kind.startswith("`") else kind
