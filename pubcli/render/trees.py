"""The files from which site generators make their publication pages: al-folio, Hugo and academicpages.

Knows each theme's files and the fields it reads. A tree is planned from what is there: text by path
goes in, the text of every file that is written comes out. What a theme's user added stays: entries,
fields and keys that are not ours, and the pages below the front matter. Nothing is ever deleted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pubcli.bibtex import latex
from pubcli.bibtex.bibfile import MONTHS, BibFile, Raw
from pubcli.errors import UnreadableError
from pubcli.markup import HTML, MARKDOWN, printable, safe_url
from pubcli.publication import Publication
from pubcli.query import fold, short_venue
from pubcli.render.bibtex import clean_entry, entry_text, is_private, own_fields, written_key
from pubcli.render.csljson import csl_type
from pubcli.render.facts import any_url, day, slugs
from pubcli.render.front_matter import value_of, with_front_matter
from pubcli.render.setting import Setting
from pubcli.render.yaml import Bare
from pubcli.template.authors import AuthorStyle, write_authors
from pubcli.template.slots import venue_name, venue_with_abbr

AL_FOLIO = "_bibliography/papers.bib"
HUGO, HUGO_OLD = "content/publications", "content/publication"
ACADEMICPAGES = "_publications"


@dataclass(frozen=True, slots=True)
class Tree:
    """A theme's files. `reads` are glob patterns, below the site's folder, of what `files` must be given."""

    name: str
    summary: str
    reads: tuple[str, ...]
    files: Callable[[Sequence[Publication], Setting, Mapping[str, str]], dict[str, str]]


# --- al-folio -------------------------------------------------------------------------------------

# Private fields that al-folio reads.
_AL_FOLIO_FIELDS = frozenset((
    "selected", "award", "award_name", "abbr", "abstract", "arxiv", "pdf", "html", "code", "website",
    "slides", "poster", "video", "supp", "blog", "preview", "google_scholar_id", "bibtex_show",
    "annotation", "additional_info", "hal", "altmetric", "dimensions", "inspirehep_id", "pmid",
))  # fmt: skip
_ADDRESSES = frozenset(("url", "pdf", "html", "code", "website", "slides", "poster", "video", "supp", "blog"))
# Marks that are taken off where the library took them off.
_MARKS = ("selected", "award", "award_name")


def al_folio(
    publications: Sequence[Publication], setting: Setting, there: Mapping[str, str]
) -> dict[str, str]:
    """`_bibliography/papers.bib`: entries we share are brought up to date field by field, new ones added."""
    text = there.get(AL_FOLIO, "---\n---\n\n")
    bib = BibFile.parse(text)
    keys = {entry.key for entry in bib.entries}
    for publication in publications:
        fields, key = _al_folio_fields(publication), written_key(publication.key)
        if key in keys:
            bib = _brought_up_to_date(bib, key, publication.entry_type, fields)
        else:
            fields.setdefault("bibtex_show", "true")
            bib = bib.with_entry(entry_text(key, publication.entry_type, fields))
    return {AL_FOLIO: bib.text}


def _brought_up_to_date(bib: BibFile, key: str, entry_type: str, fields: Mapping[str, str]) -> BibFile:
    entry = bib.entry(key)
    if entry.entry_type.lower() != entry_type.lower():
        bib = bib.with_entry_text(key, f"@{entry_type}{entry.text[1 + len(entry.entry_type) :]}")
    macros = {name: macro for macro, name in MONTHS.items()}
    for name, value in fields.items():
        macro = macros.get(value) if name == "month" and bib.entry(key).field(name) is None else None
        bib = bib.with_field(key, name, Raw(macro) if macro else value)
    for name in _MARKS:
        if name not in fields:
            bib = bib.without_field(key, name)
    return bib


def _al_folio_fields(publication: Publication) -> dict[str, str]:
    fields = {
        name: value
        for name, value in own_fields(publication).items()
        if value.strip() and (name in _AL_FOLIO_FIELDS or not is_private(name)) and _is_linked(name, value)
    }
    if not publication.selected:
        fields.pop("selected", None)
    else:
        fields["selected"] = "true"
    if publication.arxiv_id:
        fields["arxiv"] = publication.arxiv_id
    if url := fields.get("url", ""):
        fields.setdefault("html", url)
    if short := _short(publication):
        fields.setdefault("abbr", latex.encode(short))
    return fields


def _is_linked(field: str, value: str) -> bool:
    """Whether the theme may link a field's value, or does not."""
    addresses = field in _ADDRESSES
    return not addresses or bool(safe_url(latex.decode_url(value)))


# --- Hugo -----------------------------------------------------------------------------------------

# What HugoBlox shows an icon and a name for.
_HUGO_LINKS = {
    "pdf": "pdf", "code": "code", "slides": "slides", "poster": "poster", "video": "video", "url": "source",
    "arxiv": "preprint", "website": "site", "html": "source", "supp": "dataset", "blog": "site",
}  # fmt: skip
_NOTES = {"equal": "Equal contribution", "corresponding": "Corresponding author"}


def hugo(publications: Sequence[Publication], setting: Setting, there: Mapping[str, str]) -> dict[str, str]:
    """Each one's `index.md` and `cite.bib`; a page is known by its folder, its DOI or its title."""
    pages = {path: text for path, text in there.items() if path.endswith("/index.md")}
    old = any(path.startswith(f"{HUGO_OLD}/") for path in pages)
    folder = HUGO_OLD if old and not any(path.startswith(f"{HUGO}/") for path in pages) else HUGO
    files = {}
    for slug, publication, known in _known_pages(publications, pages, lambda path: path.split("/")[-2]):
        path = known or f"{folder}/{slug}/index.md"
        page = pages.get(path, "---\n---\n")
        page = with_front_matter(page, _hugo_keys(publication), path=path)
        files[path] = _with_hugo_doi(page, publication.doi)
        files[path.replace("index.md", "cite.bib")] = clean_entry(publication)
    return files


def _hugo_keys(publication: Publication) -> dict[str, Any]:
    """The keys that are ours; empty ones are taken out."""
    authors = [printable(author.name.full) for author in publication.authors]
    notes = [
        "; ".join(note for role, note in _NOTES.items() if role in author.roles)
        for author in publication.authors
    ]
    links = [
        {"type": Bare(_HUGO_LINKS[link.field]), "url": safe_url(link.url)}
        for link in publication.links
        if link.field in _HUGO_LINKS and safe_url(link.url)
    ]
    return {
        "title": MARKDOWN.escape(publication.title),
        "authors": [*authors, "et al."] if publication.others else authors,
        "author_notes": notes if any(notes) else None,
        "date": Bare(_full_day(publication)),
        "publication_types": [csl_type(publication)],
        "publication": MARKDOWN.escape(venue_with_abbr(publication)),
        "publication_short": MARKDOWN.escape(_short(publication)),
        "abstract": MARKDOWN.escape(publication.text("abstract")),
        "tags": [printable(tag) for tag in publication.tags],
        "featured": publication.selected,
        "links": links,
    }


def _with_hugo_doi(page: str, doi: str) -> str:
    """The page with its `hugoblox.ids.doi`; what else stands under `hugoblox` stays."""
    if not doi:
        return page
    value = f'doi: "{doi}"'
    matter_end = page.find("\n---", 4)
    head, rest = page[:matter_end], page[matter_end:]
    if not re.search(r"(?m)^hugoblox:", head):
        return with_front_matter(page, {"hugoblox": {"ids": {"doi": doi}}}, path="")
    if re.search(r"(?m)^\s+doi:", head):
        return re.sub(r"(?m)^(\s+)doi:[^\r\n]*", lambda found: found[1] + value, head, count=1) + rest
    if re.search(r"(?m)^  ids:\s*$", head):
        return re.sub(r"(?m)^  ids:[ \t]*$", lambda found: f"  ids:\n    {value}", head, count=1) + rest
    return re.sub(r"(?m)^hugoblox:[ \t]*$", f"hugoblox:\n  ids:\n    {value}", head, count=1) + rest


# --- academicpages --------------------------------------------------------------------------------

_CATEGORIES = {"paper-conference": "conferences", "book": "books"}
_CITATION_AUTHORS = AuthorStyle(me="<b>{}</b>", names="last-initials", last=", & ", two=" & ")
_FILE_NAME = re.compile(r"(?:\d{4}-\d\d-\d\d-)?(.*)\.(?:md|html)")


def academicpages(
    publications: Sequence[Publication], setting: Setting, there: Mapping[str, str]
) -> dict[str, str]:
    """`_publications/DATE-KEY.md` of each; a page is known by the name in its path, its DOI or its title."""
    files = {}
    for slug, publication, known in _known_pages(publications, there, _name_in):
        date = _full_day(publication)
        path = known or f"{ACADEMICPAGES}/{f'{date}-' if date else ''}{slug}.md"
        keys: dict[str, Any] = {
            "title": HTML.escape(publication.title),
            "collection": Bare("publications"),
            "category": Bare(_CATEGORIES.get(csl_type(publication), "manuscripts")),
            "date": Bare(date),
            "venue": HTML.escape(venue_name(publication)),
            "paperurl": _download(publication),
            "slidesurl": _link(publication, "slides"),
            "citation": _citation(publication, setting),
        }
        if not known:
            keys["permalink"] = f"/publication/{path.rpartition('/')[2].removesuffix('.md')}"
        files[path] = with_front_matter(there.get(path, "---\n---\n"), keys, path=path)
    return files


def _download(publication: Publication) -> str:
    """What the theme's `Download` links to: the PDF where there is one, else the best address."""
    return _link(publication, "pdf") or any_url(publication)


def _citation(publication: Publication, setting: Setting) -> str:
    """The recommended citation as HTML, me in bold."""
    authors, _ = (
        write_authors(
            publication.authors,
            others=publication.others,
            mine=setting.mine(publication),
            style=_CITATION_AUTHORS,
            most=setting.max_authors,
            markup=HTML,
        )
        if publication.authors
        else ("", "")
    )
    parts = [authors] if authors else []
    if publication.year:
        parts.append(f"({publication.year}).")
    parts.append(f"&quot;{HTML.attribute(publication.title or 'Untitled')}.&quot;")
    if venue := venue_name(publication):
        parts.append(f"<i>{HTML.attribute(venue)}</i>.")
    return " ".join(parts)


def _name_in(path: str) -> str:
    found = _FILE_NAME.fullmatch(path.rpartition("/")[2])
    return found[1] if found else ""


# --- what they share ------------------------------------------------------------------------------


def _known_pages(
    publications: Iterable[Publication], pages: Mapping[str, str], name_of: Callable[[str], str]
) -> Iterator[tuple[str, Publication, str]]:
    """Each publication with a name for a new page, and the path of the page that it has, if any.

    UnreadableError where two pages could be meant by a title or a DOI.
    """
    by_name = {name_of(path): path for path in pages}
    by_title: dict[str, list[str]] = {}
    by_doi: dict[str, list[str]] = {}
    for path, text in pages.items():
        if title := fold(html.unescape(value_of(text, "title"))):
            by_title.setdefault(title, []).append(path)
        for doi in set(re.findall(r"(?im)^\s+doi:\s*[\"']?(10\.[^\s\"']+)", text)):
            by_doi.setdefault(doi.lower(), []).append(path)
    for slug, publication in slugs(publications):
        found = (
            [by_name[slug]] if slug in by_name else by_doi.get(publication.doi, []) if publication.doi else []
        )
        found = found or by_title.get(fold(publication.title), [])
        if len(found) > 1:
            raise UnreadableError(
                f"{found[0]} and {found[1]} are both about '{publication.key}'", hint="remove one of them"
            )
        yield slug, publication, found[0] if found else ""


def _full_day(publication: Publication) -> str:
    """The day as the themes need it, the first of the year or month where no more is known."""
    numbers = day(publication)
    if not numbers:
        return ""
    year, month, number = (*numbers, 1, 1)[:3]
    return f"{year:04d}-{month:02d}-{number:02d}"


def _link(publication: Publication, field: str) -> str:
    return next((safe_url(link.url) for link in publication.links if link.field == field), "")


def _short(publication: Publication) -> str:
    """The venue's short name, where it is shorter."""
    short = short_venue(publication)
    return "" if short == publication.venue else short


TREES: Mapping[str, Tree] = {
    tree.name: tree
    for tree in (
        Tree("al-folio", f"al-folio's {AL_FOLIO}", (AL_FOLIO,), al_folio),
        Tree("hugo", f"Hugo's {HUGO}/*/index.md", (f"{HUGO}/*/index.md", f"{HUGO_OLD}/*/index.md"), hugo),
        Tree(
            "academicpages", f"academicpages' {ACADEMICPAGES}/*.md", (f"{ACADEMICPAGES}/*.md",), academicpages
        ),
    )
}
