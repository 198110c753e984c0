r"""Whole documents of references: plain text, and LaTeX that compiles with every engine.

Knows what stands around the references; how one looks is a template's or a CSL style's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pubcli.bibtex import latex
from pubcli.markup import LATEX, TEXT
from pubcli.publication import Publication
from pubcli.query import group
from pubcli.render.csl import styled
from pubcli.render.layout import Layout, references
from pubcli.render.setting import Setting
from pubcli.template import Template, find_template

_TEXT = "{number}. {?{authors}. ?}{?{title}{|}Untitled?}.{? {?{venue:abbr}, {year}{|}{venue:abbr}{|}{year}?}.?}{*awards  [{text}]*}{?\n   {url}?}"  # noqa: E501
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage{iftex}
\ifPDFTeX
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
CHARACTERS\else
\usepackage{fontspec}
\fi
\usepackage[margin=2.5cm]{geometry}
\usepackage[hidelinks,pdfusetitle]{hyperref}
\urlstyle{same}
\setlength{\parindent}{0pt}
\pagestyle{plain}
\begin{document}
"""
# What T1 encodes or LaTeX knows without being told.
_KNOWN = r"[\u00a1-\u00ac\u00ae-\u0107\u010c-\u0111\u0118-\u011b\u011e\u011f\u0130\u0131\u0139\u013a\u013d\u013e\u0141-\u0144\u0147\u0148\u0150-\u0155\u0158-\u015b\u015e-\u0165\u016e-\u0171\u0178-\u017e\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u20ac\u2122]"  # noqa: E501


def as_text(publications: Sequence[Publication], setting: Setting) -> str:
    """A numbered list in plain text, each reference on one line, its address below it."""
    if setting.style:
        listed = styled(publications, setting.style, TEXT, setting.me)
        return "".join(f"{number}. {line}\n" for number, line in enumerate(listed, start=1))
    layout = Layout(me=setting.me, look=setting.look)
    return references(publications, Template.parse(_TEXT + "{/}\n", TEXT), layout)


def as_latex(publications: Sequence[Publication], setting: Setting) -> str:
    """A document for pdfLaTeX, XeLaTeX or LuaLaTeX; pdfLaTeX shows letters it has no font for as codes."""
    title = LATEX.escape(setting.title)
    layout = Layout(
        me=setting.me,
        look=setting.look,
        group=setting.group,
        enclosed=True,
        profile_link=bool(setting.profile_url),
        profile_url=setting.profile_url,
    )
    body = (
        _styled_lists(publications, setting)
        if setting.style
        else references(publications, find_template("tex-item"), layout)
    )
    text = f"\\section*{{{title}}}\n\n{body}\n\\end{{document}}\n"
    return _PREAMBLE.replace("CHARACTERS", _characters(text)) + text


def _styled_lists(publications: Sequence[Publication], setting: Setting) -> str:
    parts = []
    for heading, members in group(publications, setting.group):
        if heading:
            parts.append(f"\\subsection*{{{LATEX.escape(heading)}}}\n")
        lines = styled(members, setting.style, LATEX, setting.me)
        listed = "".join(f"\\item {line}\n" for line in lines)
        parts.append(f"\\begin{{itemize}}\n{listed}\\end{{itemize}}\n")
    return "\n".join(parts)


def _characters(text: str) -> str:
    """What pdfLaTeX must be told of each character in the text that it does not know."""
    lines = []
    for character in sorted(set(_NOT_ASCII.findall(text))):
        if not re.match(_KNOWN, character):
            lines.append(f"\\DeclareUnicodeCharacter{{{ord(character):04X}}}{{{_as_ascii(character)}}}\n")
    return "".join(lines)


def _as_ascii(character: str) -> str:
    written = latex.encode(character, ascii_only=True)
    return written if written.isascii() else f"{{\\footnotesize[U+{ord(character):04X}]}}"
