"""The publications in LaTeX: the items of a list, the calls of a macro, or paragraphs."""

from __future__ import annotations

import re

from pubcli.pages.likeness import likeness, looks_like_reference, may_be_reference
from pubcli.pages.page import Page, Range

_TEX_TOKEN = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}|\\(item|bibitem)(?![a-zA-Z])|\\[\\{}]|[{}]")
_MACRO = re.compile(r"^[ \t]*\\([a-zA-Z]+)\*?[ \t]*(?:\[[^\[\]\n]*\])?\s*(?=\{)", re.MULTILINE)
_KNOWN_MACROS = re.compile(
    r"cv\w*(?:entry|presentation|pub\w*|paper\w*|listitem)|\w*(?:publication|paper|pub)(?:entry|item)?|entry"
    r"|(?:resume|cv)(?:sub)?item",
    re.IGNORECASE,
)
_PLUMBING = re.compile(
    r"(?:part|chapter|(?:sub)*section|textbf|textit|emph|begin|end|vspace|hspace|footnotesize|small|href|noindent|item"
    r"|input|include|def|newcommand|renewcommand|usepackage|documentclass|setlength|cvsection|cvsubsection|geometry)"
)


def latex_items(page: Page, start: int, end: int) -> list[Range]:
    """Where the items that `page` lists from `start` up to `end` begin and end."""
    text = page.visible
    closing, listed = _scan_latex(text, start, end)
    macros = _macros(page, closing, start, end)
    if len(macros) >= max(1, len(listed)):
        return macros
    return listed or _latex_paragraphs(page, start, end)


def _scan_latex(text: str, start: int, end: int) -> tuple[dict[int, int], list[Range]]:
    """Where each brace's partner is, and the items of lists that stand in no other list."""
    closing: dict[int, int] = {}
    braces: list[int] = []
    environments: list[tuple[str, int]] = []  # name, where its current item began or -1
    found: list[Range] = []
    for token in _TEX_TOKEN.finditer(text, start, end):
        if token[0] == "{":
            braces.append(token.start())
        elif token[0] == "}" and braces:
            closing[braces.pop()] = token.end()
        elif token[1] == "begin":
            environments.append((token[2], -1))
        elif token[3]:
            if not environments:
                environments.append(("", -1))
            name, begun = environments[-1]
            if not any(at >= 0 for _, at in environments[:-1]):
                found += [(begun, token.start())] if begun >= 0 else []
            environments[-1] = (name, token.start())
        elif token[1] == "end" and environments:
            _, begun = environments.pop()
            if begun >= 0 and not any(at >= 0 for _, at in environments):
                found.append((begun, token.start()))
    found += [(at, end) for _, at in environments[:1] if at >= 0]
    return closing, [part for part in found if likeness(text[part[0] : part[1]]) >= 2]


def _macros(page: Page, closing: dict[int, int], start: int, end: int) -> list[Range]:
    """The calls of the macro that is called most at the beginnings of lines, with all their arguments."""
    calls: dict[str, list[Range]] = {}
    at = start
    for found in _MACRO.finditer(page.visible, start, end):
        if found.start() < at or _PLUMBING.fullmatch(found[1]):
            continue
        last, groups = found.end(), 0
        while (brace := _skip_space(page.visible, last)) in closing:
            last, groups = closing[brace], groups + 1
        known = _KNOWN_MACROS.fullmatch(found[1])
        if groups >= 2 or known:
            calls.setdefault(found[1], []).append((found.start(), last))
            at = last
    good = [
        [call for call in named if may_be_reference(page.text[call[0] : call[1]])]
        for name, named in calls.items()
        if len(named) >= 2 or _KNOWN_MACROS.fullmatch(name)
    ]
    return max(good, key=len, default=[])


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


_TEX_GAP = re.compile(
    r"\n[ \t]*\n|\\(?:bigskip|medskip|smallskip|par|vspace\*?\s*\{[^{}]*\}|noindent)(?![a-zA-Z])"
)


def _latex_paragraphs(page: Page, start: int, end: int) -> list[Range]:
    found = []
    for first, last in page.between_headings(start, end):
        at = first
        for gap in [*_TEX_GAP.finditer(page.visible, first, last), None]:
            stop = gap.start() if gap else last
            if looks_like_reference(page.text[at:stop]):
                found.append((at, stop))
            at = gap.end() if gap else last
    return found
