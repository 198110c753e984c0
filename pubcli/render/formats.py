"""Every format of `export --format`, by name: a new one is a function and a row.

Knows the names and what each is for. A format gives one text; a tree gives files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pubcli.errors import UsageError, did_you_mean
from pubcli.publication import Publication
from pubcli.render import data
from pubcli.render.bibtex import as_bibtex, as_bibtex_full
from pubcli.render.cff import as_cff
from pubcli.render.csljson import as_csl_json
from pubcli.render.documents import as_latex, as_text
from pubcli.render.homepage import as_html
from pubcli.render.resume import as_json_resume, as_rendercv
from pubcli.render.ris import as_ris
from pubcli.render.setting import Setting
from pubcli.render.trees import TREES, Tree

__all__ = ["FORMATS", "TREES", "Format", "Setting", "Tree", "find_format"]

Writer = Callable[[Sequence[Publication], Setting], str]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write publications as a text; `suffix` is what its files end in."""

    name: str
    summary: str
    write: Writer
    suffix: str


def _data(name: str) -> Writer:
    return lambda publications, setting: data.FORMATS[name](publications)


_TABLE = (
    Format("bibtex", "entries for those who cite, without the library's private fields", as_bibtex, ".bib"),
    Format("bibtex-full", "the entries whole, with the macros they use", as_bibtex_full, ".bib"),
    Format("csl-json", "CSL-JSON, for Zotero, Pandoc and other CSL processors", as_csl_json, ".json"),
    Format("ris", "RIS, for EndNote, Mendeley and Zotero", as_ris, ".ris"),
    Format("html", "a complete web page with search and BibTeX to copy", as_html, ".html"),
    Format("latex", "a LaTeX document", as_latex, ".tex"),
    Format("text", "a numbered list in plain text", as_text, ".txt"),
    Format("jsonresume", "the publications and awards of a JSON Resume", as_json_resume, ".json"),
    Format("rendercv", "the publications section of a RenderCV file", as_rendercv, ".yaml"),
    Format("cff", "a CITATION.cff that asks to cite the first publication", as_cff, ".cff"),
    Format("json", "every value that pubcli knows, as JSON", _data("json"), ".json"),
    Format("csv", "a table for spreadsheets", _data("csv"), ".csv"),
    Format("tsv", "a table with tabs", _data("tsv"), ".tsv"),
    Format("keys", "the citation keys, one a line", _data("keys"), ".txt"),
)

FORMATS: Mapping[str, Format] = {row.name: row for row in _TABLE}


def find_format(name: str) -> Format | Tree:
    """The format or tree of this name; UsageError with the nearest one where there is none."""
    if found := FORMATS.get(name) or TREES.get(name):
        return found
    known = [*FORMATS, *TREES]
    raise UsageError(
        f"there is no format '{name}'", hint=did_you_mean(name, known) or f"there are {', '.join(known)}"
    )
