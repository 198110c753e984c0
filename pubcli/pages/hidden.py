"""Which stretches of a page are not the page's own text: code, comments, raw blocks, front matter.

Knows the three page languages as far as that question goes, and nothing of markers, sections or
publications. Everything here takes time linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath


class PageKind(StrEnum):
    """The language a page is written in, as its file name tells it."""

    MARKDOWN = "md"
    HTML = "html"
    LATEX = "tex"


_SUFFIXES = {".html": PageKind.HTML, ".htm": PageKind.HTML, ".xhtml": PageKind.HTML, ".njk": PageKind.HTML,
             ".tex": PageKind.LATEX, ".ltx": PageKind.LATEX, ".latex": PageKind.LATEX}  # fmt: skip


def kind_of(path: str | PurePath) -> PageKind:
    """The language of the page at `path`; whatever is not HTML or LaTeX by its suffix is Markdown."""
    return _SUFFIXES.get(PurePath(path).suffix.lower(), PageKind.MARKDOWN)


class Why(StrEnum):
    """What hides a stretch of text from a page's reader, or from its markup."""

    FRONT_MATTER = "front matter"
    CODE = "code"
    INDENTED = "code by its indentation"
    INLINE = "inline code"
    RAW = "a raw block"
    COMMENT = "a comment"
    AFTER_END = "text after the document's end"


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` up to `end` of a text, hidden for one reason."""

    start: int
    end: int
    why: Why


LINE_END = re.compile(r"\r\n|\r|\n")


def line_starts(text: str) -> list[int]:
    """The offset at which each line begins; CRLF, CR and LF end a line, nothing else does."""
    return [0, *(m.end() for m in LINE_END.finditer(text))]


def line_of(starts: Sequence[int], offset: int) -> int:
    """The number, from 1, of the line that holds `offset`."""
    return bisect_right(starts, offset)


def hidden_spans(text: str, kind: PageKind) -> tuple[Span, ...]:
    """Every hidden stretch of `text`, in order, none overlapping another."""
    if kind is PageKind.LATEX:
        return tuple(_latex_spans(text))
    front = _front_matter(text)
    spans = [Span(0, front, Why.FRONT_MATTER)] if front else []
    liquid = list(_liquid_spans(text, front))
    code = _markdown_code(text, [*spans, *liquid]) if kind is PageKind.MARKDOWN else []
    paragraphs = _paragraph_ends(text) if kind is PageKind.MARKDOWN else []
    spans.extend(_markup_spans(text, front, _merged([*liquid, *code]), paragraphs))
    return tuple(spans)


def blanked(text: str, spans: Sequence[Span]) -> str:
    """`text` with every hidden character but the line ends turned into a space: same length, same lines."""
    pieces, at = [], 0
    for span in spans:
        pieces.append(text[at : span.start])
        pieces.append(re.sub(r"[^\r\n]", " ", text[span.start : span.end]))
        at = span.end
    return "".join([*pieces, text[at:]])


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The same stretches in order, those that overlap made one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.why)
        else:
            merged.append(span)
    return merged


def _front_matter(text: str) -> int:
    """The offset at which front matter (YAML between `---`, TOML between `+++`) ends, 0 without any."""
    bom = text.startswith("\ufeff")
    fence = text[bom : bom + 3]
    if fence not in ("---", "+++") or not re.compile(r"[ \t]*(?:\r|\n)").match(text, bom + 3):
        return 0
    ends = r"---|\.\.\." if fence == "---" else r"\+\+\+"
    closing = re.compile(rf"(?:\r\n|\r|\n)(?:{ends})[ \t]*(?:\r\n|\r|\n|$)").search(text, bom + 3)
    return closing.end() if closing else 0


def _liquid_spans(text: str, start: int) -> list[Span]:
    """Liquid runs before Markdown, so its blocks hold wherever they stand; an unclosed one is prose."""
    spans: list[Span] = []
    opening = re.compile(r"\{%-?\s*(raw|comment|highlight)\b[^%]*?-?%\}")
    closing = {name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}") for name in ("raw", "comment", "highlight")}
    unclosed: set[str] = set()
    at = start
    while found := opening.search(text, at):
        name, at = found[1], found.end()
        end = None if name in unclosed else closing[name].search(text, at)
        if end is None:
            unclosed.add(name)
            continue
        why = Why.COMMENT if name == "comment" else Why.RAW
        spans.append(Span(found.start(), end.end(), why))
        at = end.end()
    return spans


def _markdown_code(text: str, blank: Sequence[Span]) -> list[Span]:
    """Fenced and indented code blocks, wherever CommonMark finds them (lists and quotations included)."""
    if not re.search(r"```|~~~|^(?: {4}|\t| +\t)", text, re.MULTILINE):
        return []
    from markdown_it import MarkdownIt  # 30 ms, and many pages have no code

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["block"])
    visible = blanked(text, blank)
    starts = line_starts(visible)
    lines = LINE_END.split(visible)
    elements = _ElementDepth(visible)
    spans = []
    for token in parser.parse("\n".join(lines)):
        if token.type not in ("fence", "code_block") or token.map is None:
            continue
        first, last = token.map
        start, end = starts[first], starts[last] if last < len(starts) else len(text)
        if token.type == "fence" or not elements.is_inside(start):
            spans.append(Span(start, end, Why.CODE if token.type == "fence" else Why.INDENTED))
            elements.skip_to(end)
    return spans


class _ElementDepth:
    """How many HTML blocks are open at an offset, asked for growing offsets.

    kramdown reads no indented code inside one, where CommonMark does after a blank line.
    """

    _TAG = re.compile(
        r"<(/?)(?:div|table|tbody|ul|ol|section|article|main|center|details|body)\b[^<>]*>", re.IGNORECASE
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._depth = 0

    def is_inside(self, offset: int) -> bool:
        for tag in self._TAG.finditer(self._text, self._at, max(offset, self._at)):
            self._depth = max(self._depth + (-1 if tag[1] else 1), 0)
        self.skip_to(offset)
        return self._depth > 0

    def skip_to(self, offset: int) -> None:
        self._at = max(self._at, offset)


def _paragraph_ends(text: str) -> list[int]:
    """Where no inline code goes on: before a blank line, and before a line that a comment opens."""
    ends = re.compile(r"(?:\r\n|\r(?!\n)|\n)[ \t]*(?:(?=[\r\n])|<!--|$)")
    return [*(found.start() for found in ends.finditer(text)), len(text)]


_MARKUP_OPENING = re.compile(r"<!--|<(pre|script|style|textarea)\b|(`+)", re.IGNORECASE)
_OWN_MARKER = re.compile(r"[ \t]*<!--\s*pubcli:[^\r\n]*-->[ \t]*(?=\r|\n|$)")


def _markup_spans(text: str, start: int, known: Sequence[Span], paragraphs: Sequence[int]) -> list[Span]:
    """The `known` spans, and comments and raw elements between them; inline code too, given `paragraphs`."""
    spans: list[Span] = []
    unclosed: set[str] = set()
    waiting = [*known, Span(len(text), len(text), Why.RAW)]
    at = start
    for block in waiting:
        while at < block.start and (found := _MARKUP_OPENING.search(text, at, block.start)):
            end = _markup_end(text, found, unclosed, paragraphs)
            if end is None:
                at = found.end()
                continue
            why = Why.INLINE if found[2] else Why.RAW if found[1] else Why.COMMENT
            spans.append(Span(found.start(), end, why))
            at = end
        if block.start >= at and block.end > block.start:
            spans.append(block)
        at = max(at, block.end)
    return spans


def _markup_end(text: str, found: re.Match[str], unclosed: set[str], paragraphs: Sequence[int]) -> int | None:
    """Where what `found` opens ends; None where it opens nothing. `unclosed` keeps the search linear."""
    if found[2]:
        stop = paragraphs[bisect_left(paragraphs, found.end())] if paragraphs else found.end()
        closing = re.compile(rf"(?<!`)`{{{len(found[2])}}}(?!`)").search(text, found.end(), stop)
        return closing.end() if closing else None
    if found[1]:
        name = found[1].lower()
        return _element_end(text, rf"</{name}\s*>", found.end(), unclosed)
    return _comment_end(text, found.start())


def _element_end(text: str, closing: str, start: int, unclosed: set[str]) -> int | None:
    """Where the pattern `closing` matches next; one that once matched nothing is not searched for again."""
    end = None if closing in unclosed else re.compile(closing, re.IGNORECASE).search(text, start)
    if end is None:
        unclosed.add(closing)
    return end.end() if end else None


def _comment_end(text: str, start: int) -> int:
    """The end of the comment opening at `start`.

    HTML ends it at the first `-->`, even that of a marker inside it. Whoever put a whole region into a
    comment meant the `-->` after the region, so those of markers are passed over where such a one follows.
    """
    end = text.find("-->", start + 2)
    if end < 0:
        return len(text)
    first = end + 3
    at = start + 4
    while end >= 0:
        line = max(text.rfind("\n", start, end), text.rfind("\r", start, end)) + 1
        marker = line > start and _OWN_MARKER.match(text, line)
        if text.find("<!--", at, line if marker else end) >= 0:
            return first
        if not marker:
            return end + 3
        at, end = end + 3, text.find("-->", end + 3)
    return first


_TEX_VERBATIM = ("verbatim", "Verbatim", "BVerbatim", "LVerbatim", "lstlisting", "minted", "alltt",
                 "comment", "filecontents")  # fmt: skip
_TEX_OPENING = re.compile(
    rf"(?P<escaped>\\[\\%])|(?P<remark>%)|\\begin\s*\{{(?P<env>(?:{'|'.join(_TEX_VERBATIM)})\*?)\}}"
    r"|(?P<false>\\iffalse\b)|(?P<end>\\end\s*\{document\}|\\endinput\b)|\\verb\*?(?P<verb>[^\w\s*])"
)


def _latex_spans(text: str) -> list[Span]:
    spans: list[Span] = []
    unclosed: set[str] = set()
    at = 0
    while found := _TEX_OPENING.search(text, at):
        at = found.end()
        if found["end"]:
            spans.append(Span(at, len(text), Why.AFTER_END))
            break
        end = _latex_end(text, found, unclosed)
        if end is not None:
            comment = found["remark"] or found["false"] or (found["env"] or "").startswith("comment")
            spans.append(Span(found.start(), end, Why.COMMENT if comment else Why.CODE))
            at = end
    return spans


def _latex_end(text: str, found: re.Match[str], unclosed: set[str]) -> int | None:
    """Where what `found` opens ends: a remark at the end of its line; None where it opens nothing."""
    if found["remark"]:
        end = LINE_END.search(text, found.end())
        return end.start() if end else len(text)
    if found["verb"]:
        end = re.compile(rf"{re.escape(found['verb'])}|\r|\n").search(text, found.end())
        return end.end() if end and end[0] == found["verb"] else None
    if found["false"]:
        return _false_branch_end(text, found.end())
    if found["env"]:
        return _element_end(text, rf"\\end\s*\{{{re.escape(found['env'])}\}}", found.end(), unclosed)
    return None


def _false_branch_end(text: str, start: int) -> int:
    """The end of what `\\iffalse` skips: its own `\\else` or `\\fi`, conditionals inside it counted."""
    depth = 1
    for word in re.compile(r"\\(if(?!f\b)[a-zA-Z@]*|else|fi)(?![a-zA-Z@])").finditer(text, start):
        if word[1] == "fi":
            depth -= 1
        elif word[1] != "else":
            depth += 1
        if depth == 0 or (depth == 1 and word[1] == "else"):
            return word.end()
    return len(text)
