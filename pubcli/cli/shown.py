"""What a region shows: its publications, its template and its text, from the settings of a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pubcli.bibtex.encoding import decode_bytes, encode_text
from pubcli.changes import FileChange, read_file
from pubcli.cli.session import Session, shown_path
from pubcli.config import Config, Page
from pubcli.errors import NotFoundError, UsageError
from pubcli.markup import HTML, LATEX, MARKDOWN, Markup
from pubcli.publication import Publication
from pubcli.query import parse_query_line, sort
from pubcli.render.layout import Layout, references
from pubcli.template import Look, Template, find_template

MARKUP_OF_KIND: dict[str, Markup] = {"md": MARKDOWN, "html": HTML, "tex": LATEX}
# The template that stands in for the default one where that is written in another language.
SUITABLE = {LATEX.name: "tex-item"}


def bare_page(config: Config) -> Page:
    """The settings of the bare `pubcli export`: the selected publications, as the configuration has them."""
    return Page(
        path=Path(),
        query="selected",
        template=config.template,
        sort=config.sort,
        max_authors=config.max_authors,
        profile_link=config.profile_link,
    )


def publications_of(session: Session, page: Page) -> list[Publication]:
    """The publications that the page's query fits, in its order."""
    fitting = parse_query_line(page.query or "").filter(session.publications())
    return sort(fitting, page.sort)


def template_of(page: Page, config: Config) -> Template:
    """The page's template, in the language of the page.

    A LaTeX page takes `tex-item` in the place of the default; UsageError for a template of another language.
    """
    from pubcli.pages import kind_of

    markup = MARKUP_OF_KIND[kind_of(page.path).value]
    template = find_template(page.template, markup)
    if LATEX in (markup, template.markup) and template.markup is not markup and page.path.suffix:
        if page.template != config.template or markup.name not in SUITABLE:
            raise UsageError(
                f"{shown_path(page.path)}: the template '{page.template}' is no {markup.name}",
                hint=f'set `template` of this page, as to "{SUITABLE.get(markup.name, "academicpages")}"',
            )
        template = find_template(SUITABLE[markup.name])
    return template


def layout_of(page: Page, config: Config) -> Layout:
    """How the page's references are laid out."""
    return Layout(
        me=config.me,
        look=Look(max_authors=page.max_authors, page_tags=config.page_tags),
        group=page.group,
        limit=page.limit,
        profile_link=page.profile_link or False,
        profile_url=config.profile_url,
        group_heading=page.group_heading,
        numbering=page.numbering or "up",
        legend=page.legend or False,
        intro=page.intro,
        footer=page.footer,
    )


def region_text(session: Session, page: Page) -> tuple[str, bool]:
    """What stands between the markers of a region, and whether it holds any reference."""
    found = publications_of(session, page)
    text = references(found, template_of(page, session.config), layout_of(page, session.config))
    return text, bool(found)


class PageFile:
    """A page as it is on disk, in its own encoding."""

    def __init__(self, path: Path) -> None:
        before = read_file(path)
        if before is None:
            raise NotFoundError(f"there is no page {shown_path(path)}", hint="check the path")
        self.path = path
        self._before = before
        self._text = decode_bytes(before, path=path)
        self.text = self._text.text

    def with_text(self, text: str) -> FileChange:
        """The change to this text; every byte outside the difference stays."""
        if text == self.text:
            return FileChange(self.path, self._before, self._before)
        after = encode_text(text, replace(self._text), path=self.path)
        return FileChange(self.path, self._before, after)
