"""What a format may ask for besides the publications: who I am, how much is shown, and the user's own texts.

Knows no format. Everything in it comes from the configuration or the command line, as values.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pubcli.matching import my_authors
from pubcli.publication import Publication
from pubcli.template import Look

if TYPE_CHECKING:
    from pubcli.bibtex.bibfile import BibFile


@dataclass(frozen=True, slots=True)
class Setting:
    """The user's side of an export.

    `title` heads a document; `group` is one of the configuration's groupings, empty for none. `bib`
    is the library as text, for formats that quote its entries. `style` is the text of a CSL style,
    in which `html`, `latex` and `text` then write their references.
    """

    me: tuple[str, ...] = ()
    title: str = "Publications"
    max_authors: int = 10
    page_tags: tuple[str, ...] | None = None
    group: str = "year"
    profile_url: str = ""
    bib: BibFile | None = None
    style: str = ""

    @property
    def look(self) -> Look:
        """What templates ask for."""
        return Look(max_authors=self.max_authors, page_tags=self.page_tags)

    def mine(self, publication: Publication) -> Collection[int]:
        """The indices, from 0, of the authors who are me."""
        return my_authors(publication, self.me) if self.me else ()

    def tags(self, publication: Publication) -> list[str]:
        """The tags that are shown."""
        if self.page_tags is None:
            return list(publication.tags)
        wanted = {tag.casefold() for tag in self.page_tags}
        return [tag for tag in publication.tags if tag.casefold() in wanted]
