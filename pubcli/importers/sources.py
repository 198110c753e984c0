"""What `add` is given: which identifier or file a text means, and which identifiers a page or a PDF holds.

Knows texts; asks no one, and looks at the disk only to see whether a file of that name is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from pubcli.errors import UsageError
from pubcli.importers.sites import SITES
from pubcli.importers.titles import one_line
from pubcli.publication import Publication

FILE, STDIN = "file", "standard input"

# Suffixes of files, and how their content is read where it does not show it itself.
SUFFIXES = {
    ".bib": "bibtex", ".bibtex": "bibtex", ".ris": "ris", ".json": "csljson", ".csljson": "csljson",
    ".nbib": "nbib",
    ".pdf": "pdf", ".md": "page", ".markdown": "page", ".html": "page", ".htm": "page", ".txt": "page",
    ".tex": "page",
}  # fmt: skip
_FILE_EXAMPLES = (
    ("BibTeX file", "refs.bib"), ("RIS file", "export.ris"), ("CSL-JSON file", "items.json"),
    ("PubMed file", "citations.nbib"), ("PDF", "paper.pdf"), ("page with links", "publications.md"),
    ("standard input", "-"),
)  # fmt: skip
_AROUND = " \t\r\n<>\"'`“”‘’«»"
# Of several identifiers of one publication, the one whose service tells most comes first.
_BEST_FIRST = ("ACL Anthology", "DOI", "DBLP", "OpenReview", "PubMed", "PubMed Central", "arXiv",
               "Semantic Scholar", "OpenAlex")  # fmt: skip
_URL = re.compile(r"https?://[^\s<>\"'\\{}|^`]+")
_NAKED = re.compile(
    r"(?<![\w/.])(?:doi:\s*)?10\.\d{4,9}/(?:[^\s<>\"'{}|^`]|<\w*::[^\s<>]+>(?=\d\.\d))+"
    r"|(?<!\w)arxiv:\s*(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
    r"|(?<!\w)pmid:\s*\d{1,9}|(?<!\w)PMC\d{4,9}|(?<!\w)DBLP:[\w/-]+|(?<!\w)CorpusID:\d+",
    re.I,
)
_MARKDOWN_LINK_END = re.compile(r"\)(?:[\].,;*_|\s{].*)?$")


@dataclass(frozen=True, slots=True)
class Source:
    """One place to take records from.

    `kind` is a site's name, `FILE` or `STDIN`; `id` is the identifier or the path.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        """The source as messages name it."""
        return self.id if self.kind in (FILE, STDIN) or ":" in self.id else f"{self.kind} {self.id}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a source gave: records, sources that tell the rest, and what could not be read (`path:line: …`).

    `keys` are the citation keys that the records had where they come from, in their order.
    """

    records: tuple[Publication, ...] = ()
    further: tuple[Source, ...] = ()
    broken: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def recognise(text: str) -> Source | None:
    """The source that a text means by its form alone, or None; nothing is opened or asked."""
    if text == "-":
        return Source(STDIN, "-")
    stripped = one_line(text.strip(_AROUND))
    if found := _identified(stripped):
        return found
    if PurePath(text).suffix.lower() in SUFFIXES and "://" not in text:
        return Source(FILE, text)
    return None


def find_source(text: str) -> Source:
    """The source that an argument means, a file of that name first; UsageError lists the kinds there are."""
    if text != "-" and "://" not in text and _is_file(text):
        return Source(FILE, text)
    if found := recognise(text):
        return found
    shown = one_line(text)
    examples = [(site.name, site.example) for site in SITES if site.example]
    width = max(len(name) for name, _ in (*examples, *_FILE_EXAMPLES))
    kinds = "\n".join(f"  {name:<{width}}  {example}" for name, example in (*examples, *_FILE_EXAMPLES))
    raise UsageError(
        f"'{shown}' is no file and no identifier that is known",
        hint=f"give one of these, or --title, --author and --year:\n{kinds}",
    )


def in_text(text: str) -> list[Source]:
    """Every publication's identifier in a text, in order, each once."""
    found: list[Source] = []
    for candidate in _candidates(text):
        source = _identified(candidate)
        if source is not None and source.kind in _BEST_FIRST and source not in found:
            found.append(source)
    return found


def best(sources: list[Source]) -> Source:
    """Of the identifiers of one publication, the one to ask."""
    return min(sources, key=lambda source: _BEST_FIRST.index(source.kind))


def _identified(text: str) -> Source | None:
    for site in SITES:
        if number := site.identify(text):
            return Source(site.name, number)
    return None


def _candidates(text: str) -> Iterator[str]:
    spans: list[tuple[int, str]] = [(found.start(), _trimmed(found[0])) for found in _URL.finditer(text)]
    without_urls = _URL.sub(lambda found: " " * len(found[0]), text)
    spans += [(found.start(), _trimmed(found[0])) for found in _NAKED.finditer(without_urls)]
    for _, candidate in sorted(spans):
        yield candidate


def _trimmed(candidate: str) -> str:
    """Without the bracket and the punctuation that a sentence or a Markdown link puts behind it."""
    while candidate.endswith(tuple(".,;:!*_")) or (
        candidate.endswith(")") and candidate.count(")") > candidate.count("(")
    ):
        candidate = candidate[:-1]
    if candidate.count(")") > candidate.count("("):
        candidate = _MARKDOWN_LINK_END.sub("", candidate)
    return candidate


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long a name, or a NUL in it
        return False
