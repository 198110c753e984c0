"""The headings of a page, and which of them announce publications.

Knows headings in Markdown, HTML and LaTeX, real ones and bold lines that serve as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pubcli.pages.hidden import PageKind
from pubcli.pages.vocabulary import Topic, topic_of


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: where its lines begin and end, its level (1 is the highest) and its words."""

    start: int
    end: int
    level: int
    words: str
    topic: Topic
    pseudo: bool = False


PSEUDO_LEVEL = 7


def headings(visible: str, kind: PageKind) -> tuple[Heading, ...]:
    """Every heading of the page, in order; `visible` is its text with hidden stretches blanked."""
    found = _latex_headings(visible) if kind is PageKind.LATEX else _html_headings(visible)
    if kind is PageKind.MARKDOWN:
        found += _markdown_headings(visible)
    found.sort(key=lambda heading: heading.start)
    kept: list[Heading] = []
    for heading in found:
        if not kept or heading.start >= kept[-1].end:
            kept.append(heading)
    return tuple(kept)


def plain(markup: str) -> str:
    """A heading's words without tags, links, emphasis, entities and attributes."""
    text = re.sub(r"<[^<>]*>|\{[:#][^{}]*\}|&[#\w]+;", " ", markup)
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    return " ".join(re.sub(r"[*_`#~]+", " ", text).split())


def plain_latex(markup: str) -> str:
    """A heading's words without macros, lengths and braces."""
    text = re.sub(
        r"\\(?:hspace|vspace|fontsize|color|addfontfeature|textcolor)\*?\{[^{}]*\}(?:\{[^{}]*\})?",
        " ",
        markup,
    )
    text = re.sub(r"\\[a-zA-Z@]+\*?(?:\[[^\[\]]*\])?|\\.", " ", text)
    return " ".join(re.sub(r"[{}~$]", " ", text).split())


_ATX = re.compile(r"^ {0,3}(#{1,6})(?!#)[ \t]*(?=\S)(.*?)[ \t]*(?:#+[ \t]*)?$", re.MULTILINE)
_SETEXT = re.compile(
    r"^(?! {4}|[ \t]*(?:[-*+>|<#]|\d+[.)]) )([^\n]{2,80})\n {0,3}(=+|-{2,})[ \t]*$",
    re.MULTILINE,
)
_BOLD_LINE = re.compile(
    r"^[ \t]*((?:<(?:b|strong|font|center|u|span|big|p|br)\b[^<>\n]*>[ \t]*)*"
    r"(?:\*\*|__|<b>|<strong>)[^\n]{2,80}?(?:\*\*|__|</b>|</strong>):?(?:[ \t]*</?\w[^<>\n]*>)*:?)[ \t\\]*$",
    re.MULTILINE,
)


def _markdown_headings(visible: str) -> list[Heading]:
    found = []
    for match in _ATX.finditer(visible):
        words = plain(match[2])
        if match[2][:1] != "!" and words:
            found.append(Heading(match.start(), match.end(), len(match[1]), words, topic_of(words)))
    for match in _SETEXT.finditer(visible):
        words = plain(match[1])
        level = 1 if match[2][0] == "=" else 2
        if words and _is_alone(visible, match):
            found.append(Heading(match.start(), match.end(), level, words, topic_of(words)))
    for match in _BOLD_LINE.finditer(visible):
        words = plain(match[1])
        topic = topic_of(words)
        if _can_be_pseudo(words, topic) and _is_alone(visible, match):
            found.append(Heading(match.start(), match.end(), PSEUDO_LEVEL, words, topic, pseudo=True))
    return found


_PLURAL = (
    r"papers|articles|proceedings|journals|conferences|pre-?prints|workshops|chapters|books|theses|reports"
    r"|under review|submi\w+|manuscripts|期刊论文|会议论文|预印本|in press"
)


def _can_be_pseudo(words: str, topic: Topic) -> bool:
    """Whether a bold line may be taken as a heading: short, and no venue or title."""
    if topic is Topic.TYPED:
        return (
            not re.search(r"[\d,]", words)
            and bool(re.search(_PLURAL, words, re.IGNORECASE))
            and len(words.split()) <= 5
        )
    return topic is not Topic.UNKNOWN and len(words) <= 48 and len(words.split()) <= 6


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a blank line stands before the matched line."""
    before = text[: match.start()].rsplit("\n", 2)
    return len(before) < 2 or not before[-2].strip() or before[-2].lstrip().startswith(("#", "</", "---"))


_TAGGED = re.compile(r"<(h[1-6]|heading)\b[^<>]*>([\s\S]{0,600}?)</\1\s*>", re.IGNORECASE)
_STYLED = re.compile(
    r"<(b|strong|font|div|p|span|td|dt|summary|legend|center|big)\b([^<>]*)>([^<>\n]{3,60}(?:<[^<>\n]*>)?)</\1\s*>",
    re.IGNORECASE,
)


def _html_headings(visible: str) -> list[Heading]:
    found = []
    for match in _TAGGED.finditer(visible):
        words = plain(match[2])
        level = int(match[1][1]) if match[1][1].isdigit() else 2
        if words:
            found.append(Heading(match.start(), match.end(), level, words, topic_of(words)))
    for match in _STYLED.finditer(visible):
        words = plain(match[3])
        styled = match[1].lower() in ("b", "strong", "font", "big", "summary", "legend", "center")
        if not (styled or re.search(r"head|title", match[2], re.IGNORECASE)):
            continue
        topic = topic_of(words)
        announces = topic in (Topic.PUBLICATIONS, Topic.TYPED) and len(words.split()) <= 5
        if announces and _can_be_pseudo(words, topic) and _fills_line(visible, match):
            found.append(Heading(match.start(), match.end(), PSEUDO_LEVEL, words, topic, pseudo=True))
    return found


def _fills_line(text: str, match: re.Match[str]) -> bool:
    """Whether nothing but tags stands beside the match on its lines."""
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    beside = text[start : match.start()] + text[match.end() : end if end >= 0 else len(text)]
    return not re.sub(r"<[^<>]*>", "", beside).strip(" \t\r:")


_SECTION = re.compile(
    r"\\(?:begin[ \t]*\{)?"
    r"([a-zA-Z@]{0,20}?(?:(?:sub){0,3}[sS]ection|chapter|part|rubric|heading|header)[a-zA-Z]*)"
    r"\}?\*?[ \t]*(?:\[[^\[\]]*\])?[ \t]*(\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})"
)
_TEX_LINE = re.compile(
    r"^[ \t]*([^\n]*\\(?:textbf|bf|bfseries|large|Large|LARGE|huge|Huge|scshape|textsc|fontsize|underline)\b"
    r"[^\n]*)$",
    re.MULTILINE,
)
_LEVELS = {"part": 0, "chapter": 0}


def _latex_headings(visible: str) -> list[Heading]:
    found = []
    for match in _SECTION.finditer(visible):
        words = plain_latex(match[2])
        name = match[1].lower()
        if words and not re.search(r"def|format|style|mark|rule|color|^(?:section)?font", name):
            level = _LEVELS.get(name, 1 + name.count("sub"))
            found.append(Heading(match.start(), match.end(), level, words, topic_of(words)))
    for match in _TEX_LINE.finditer(visible):
        words = plain_latex(match[1]).rstrip(":")
        topic = topic_of(words)
        announces = topic in (Topic.PUBLICATIONS, Topic.TYPED, Topic.YEAR) and "\\item" not in match[1]
        if announces and _can_be_pseudo(words, topic):
            found.append(Heading(match.start(), match.end(), PSEUDO_LEVEL, words, topic, pseudo=True))
    return found
