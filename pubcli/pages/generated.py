"""Which pages get their publications from elsewhere: from a theme's data, an include, or a bibliography.

Knows the ways of Jekyll, Hugo, Quarto, BibBase and LaTeX; names the file to edit instead as well as it can.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import unquote

from pubcli.pages.hidden import PageKind, Span, Why, blanked, hidden_spans, kind_of

_ABOUT = r"pub|paper|bib|research|refer|article|journal|conference|preprint|论文"


def source_of(page_text: str, path: str | PurePath, *, front_matter: bool = True) -> str:
    """The files the page's publications come from, as paths of the site; empty for a page made by hand.

    Without `front_matter`, what only that says does not count.
    """
    kind = kind_of(path)
    if PurePath(path).suffix.lower() in (".bib", ".bibtex"):
        return f"{path} itself, which is no page but a library"
    hidden = hidden_spans(page_text, kind)
    front = next((page_text[s.start : s.end] for s in hidden if s.why is Why.FRONT_MATTER), "")
    shown = blanked(page_text, [span for span in hidden if _is_silent(span)])
    if kind is PageKind.LATEX:
        sources = [*_bibliographies(shown), *_inputs(shown)]
    else:
        sources = [*_loops(shown), *_includes(shown, PurePath(path))]
    return " and ".join(dict.fromkeys(sources or (_front(front) if front_matter else [])))


def loop_source(section_text: str, path: str | PurePath) -> str:
    """Like `source_of`, for a section that has items: only what writes whole lists counts, not an include."""
    kind = kind_of(path)
    shown = blanked(section_text, [span for span in hidden_spans(section_text, kind) if _is_silent(span)])
    return " and ".join(dict.fromkeys(_bibliographies(shown) if kind is PageKind.LATEX else _loops(shown)))


def _is_silent(span: Span) -> bool:
    return span.why in (Why.COMMENT, Why.AFTER_END, Why.FRONT_MATTER)


def _loops(shown: str) -> list[str]:
    """What writes a list of publications: a bibliography, a loop over data or a collection, a shortcode."""
    found = []
    for tag in re.finditer(r"\{%-?\s*bibliography\b([^%]*)%\}", shown):
        file = re.search(r"(?:-f|--file)\s+[\"']?([\w./-]+)", tag[1])
        found.append(f"_bibliography/{file[1].removesuffix('.bib') if file else 'papers'}.bib")
    for loop in re.finditer(r"\{%-?\s*(?:for|assign)\b[^%]*?\bsite\.(data\.)?(\w+)", shown):
        if re.search(_ABOUT, loop[2], re.IGNORECASE):
            found.append(f"_data/{loop[2]}.yml" if loop[1] else f"_{loop[2]}/*.md")
    if re.search(
        r"\{\{[<%]\s*(?:publications?|bibliography|papers?)\b|\"Section\"\s+\"publications?\"", shown
    ):
        found.append("content/publication/*/index.md")
    bibbase = re.search(r"bibbase\.org/show\?[^\"'\s]*bib=([^&\"'\s]+)", shown)
    if bibbase:
        found.append(unquote(bibbase[1]))
    return found


def _includes(shown: str, path: PurePath) -> list[str]:
    """The included files about publications, by their names; many of one folder are named together."""
    found = []
    for include in re.finditer(r"\{%-?\s*(include(?:_relative|_cached)?)\s+[\"']?([^\s\"'%{}]+)", shown):
        folder = path.parent if include[1] == "include_relative" else PurePath("_includes")
        if re.search(_ABOUT, include[2], re.IGNORECASE):
            found.append(folder / include[2])
    folders = [file.parent for file in found]
    return [
        (file if folders.count(file.parent) < 3 else file.parent / f"*{file.suffix}").as_posix()
        for file in found
    ]


def _front(front: str) -> list[str]:
    """What the front matter alone says: a layout that lists publications, a widget, a bibliography."""
    bibliography = re.search(r"^bibliography\s*[:=]\s*[\"'\[]*([\w./-]+)", front, re.MULTILINE)
    if bibliography:
        return [bibliography[1]]
    if re.search(r"^selected_papers\s*:\s*true", front, re.MULTILINE) or re.search(
        r"^layout\s*:\s*[\"']?bib", front, re.MULTILINE
    ):
        return ["_bibliography/papers.bib"]
    if re.search(r"page_type\s*[:=]\s*[\"']?publication", front):
        return ["content/publication/*/index.md"]
    layout = re.search(r"^layout\s*:\s*[\"']?([\w-]*(?:publication|paper)s?[\w-]*)", front, re.MULTILINE)
    return [f"_layouts/{layout[1]}.html, or the data it reads"] if layout else []


def _bibliographies(shown: str) -> list[str]:
    """The .bib files that LaTeX or BibTeX writes the list from."""
    resources = re.findall(r"\\addbibresource\s*(?:\[[^\[\]]*\])?\s*\{([^{}]*)\}", shown)
    classic = [
        file for names in re.findall(r"\\bibliography\s*\{([^{}]*)\}", shown) for file in names.split(",")
    ]
    files = [file.strip().removesuffix(".bib") + ".bib" for file in [*resources, *classic]]
    if not re.search(r"\\(?:print\w*bib\w*|bibliography\b|nobibliography|bibentry|nocite)", shown):
        return []
    return files or ["the .bib file that \\addbibresource names"]


def _inputs(shown: str) -> list[str]:
    """The LaTeX files read in that are about publications, by their names."""
    inputs = re.findall(r"\\(?:input|include|subfile|import\s*\{[^{}]*\})\s*\{([^{}]*)\}", shown)
    named = [file for file in inputs if re.search(_ABOUT, file, re.IGNORECASE)]
    return [f"{file.removesuffix('.tex')}.tex" for file in named]
