"""A region that keeps its own text: each reference is rewritten only where its publication says otherwise.

What a page holds besides (headings, pictures, remarks, references that cannot be read) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pubcli.cli.session import Session, shown_path
from pubcli.cli.shown import MARKUP_OF_KIND, layout_of, publications_of, template_of
from pubcli.config import Page
from pubcli.markup import Markup
from pubcli.publication import Publication

if TYPE_CHECKING:
    from pubcli.pages import PageKind

# A line that is nothing but a year, with the markup of a heading.
HEADING_YEAR = re.compile(
    r"(?m)^[^\w\n]*(?:<[^<>\n]*>|\\\w+\*?\{)*[^\w\n]*((?:19|20)\d\d)[^\w\n]*(?:<[^<>\n]*>|\})*[^\w\n]*$"
)
_PARAGRAPH = re.compile(
    r"\s*\n(?![ \t]*(?:#|<h\d|<div|\\(?:sub)*section|\\item))[^\n]*\S[^\n]*"
    r"(?:\n(?![ \t]*(?:#|<div|<h\d))[^\n]*\S[^\n]*)*"
)


@dataclass(slots=True)
class Piece:
    """A piece of a section: text between references, or a reference with the year it shows."""

    text: str
    is_item: bool = False
    year: int | None = None
    commented: bool = False


def split_section(stands: str, kind: PageKind) -> list[Piece]:
    """The section as references and the text between them; joined again, it is the same text.

    Where most references have their authors in a paragraph of their own, it is part of them.
    """
    from pubcli.pages import pieces

    parts = [
        Piece(part)
        if isinstance(part, str)
        else Piece(part.text, not part.commented, commented=part.commented)
        for part in pieces(stands, kind)
    ]
    longer = _with_paragraphs(parts)
    if longer != parts:
        markup = MARKUP_OF_KIND[kind.value]
        if _authors_in(longer, markup) > 1.5 * _authors_in(parts, markup):
            return longer
    return parts


def _with_paragraphs(parts: Sequence[Piece]) -> list[Piece]:
    longer: list[Piece] = []
    for part in parts:
        before = longer[-1] if longer else None
        if before and before.is_item and not part.is_item and (found := _PARAGRAPH.match(part.text)):
            longer[-1] = Piece(before.text + found[0], True)
            rest = part.text[found.end() :]
            longer += [Piece(rest, commented=part.commented)] if rest else []
        else:
            longer.append(part)
    return longer


def _authors_in(parts: Sequence[Piece], markup: Markup) -> int:
    from pubcli.template.anatomy import anatomies

    found = anatomies([part.text for part in parts if part.is_item], markup.name)
    return sum(anatomy is not None and anatomy.part("authors") is not None for anatomy in found)


def kept_text(session: Session, page: Page, page_text: str) -> tuple[str, bool]:
    """What stands in the region, brought up to date, and whether that holds any reference."""
    from pubcli.pages import find_region

    region = find_region(page_text, page.region, path=shown_path(page.path))
    return brought_up_to_date(session, page, region.text.replace("\r\n", "\n"))


def brought_up_to_date(session: Session, page: Page, stands: str) -> tuple[str, bool]:
    """The same for a text that is to become the region's."""
    from pubcli.matching import Index, my_authors
    from pubcli.pages import kind_of
    from pubcli.template.inplace import read_page, revised

    kind = kind_of(page.path)
    markup = MARKUP_OF_KIND[kind.value]
    shown = publications_of(session, page)
    parts = split_section(stands, kind)
    reads = iter(read_page([part.text for part in parts if part.is_item], markup))
    wanted, whole = Index(shown), Index(session.publications())
    placed: list[Piece] = []
    known: set[str] = set()
    for part in parts:
        if not part.is_item:
            placed.append(part)
            continue
        read = next(reads)
        match = next(iter(wanted.find(read.record)), None) if read else None
        if read is None or match is None:
            if read and read.exact and _is_gone(session, read.record, whole):
                _drop(placed)
                continue
            placed.append(Piece(part.text, True, read.record.year if read else None))
            continue
        publication = match.publication
        repeats = publication.key in known
        known.add(publication.key)
        if match.same and not repeats:
            mine = my_authors(publication, session.config.me) if session.config.me else ()
            text = revised(read, publication, markup, tuple(mine))
        else:
            text = part.text
        placed.append(Piece(text, True, publication.year))
    missing = {
        key: text
        for publication in shown
        if (key := publication.key) not in known
        and (text := _written(session, page, publication)) not in stands
    }
    _insert(session, page, placed, [(p, missing[p.key]) for p in shown if p.key in missing])
    return "".join(piece.text for piece in placed), any(piece.is_item for piece in placed)


def _written(session: Session, page: Page, publication: Publication) -> str:
    """The publication as the page's template has it, for one that is new to the page."""
    from pubcli.matching import my_authors

    template = template_of(page, session.config)
    mine = my_authors(publication, session.config.me) if session.config.me else ()
    look = layout_of(page, session.config).look
    return template.render(publication, mine=tuple(mine), look=look).strip("\n")


def _is_gone(session: Session, record: Publication, whole: object) -> bool:
    """Whether a reference of mine stands in the library no more: adopting put every one of them there."""
    from pubcli.matching import Index, my_authors

    assert isinstance(whole, Index)
    return bool(session.config.me and my_authors(record, session.config.me) and not whole.find(record))


def _drop(placed: list[Piece]) -> None:
    """Leave out a reference, and the blank line or the bullet that stood before it."""
    if placed and not placed[-1].is_item and not placed[-1].text.strip() and len(placed) > 1:
        placed.pop()


def _insert(
    session: Session, page: Page, placed: list[Piece], missing: Sequence[tuple[Publication, str]]
) -> None:
    """Put new publications in: where the newest come first before the first older one, else at the top."""
    between = template_of(page, session.config).between
    years = [piece.year for piece in placed if piece.is_item and piece.year]
    by_year = years == sorted(years, reverse=True)
    for publication, text in reversed(missing):
        items = [at for at, piece in enumerate(placed) if piece.is_item]
        older = [at for at in items if (placed[at].year or 9999) <= (publication.year or 0)]
        new = Piece(text, True, publication.year)
        if not items:
            placed += [new, Piece("\n")]
        elif by_year and not older:
            heading = _heading_for(publication, _year_heading(placed[: items[-1]]))
            placed[items[-1] + 1 : items[-1] + 1] = [Piece(heading or between), new]
        else:
            at = older[0] if by_year else items[0]
            placed[max(at - 1, 0) : at] = _before(
                placed[at - 1] if at else None, new, publication, between, by_year
            )


def _before(
    gap: Piece | None, new: Piece, publication: Publication, between: str, by_year: bool
) -> list[Piece]:
    """A new reference with the text before the one it precedes, under a heading of its own year."""
    if gap is None:
        return [new, Piece(between)]
    found = _year_heading([gap]) if by_year else None
    heading = _heading_for(publication, found)
    if found is None or not heading:
        return [gap, new, Piece(between)]
    above, behind = gap.text[: found.start()], gap.text[found.end() :]
    return [Piece(above + heading.strip("\n") + behind), new, Piece("\n\n" + found[0] + behind)]


def _year_heading(pieces: Sequence[Piece]) -> re.Match[str] | None:
    """The last heading that is a year, in the text between references."""
    found = [match for piece in pieces if not piece.is_item for match in HEADING_YEAR.finditer(piece.text)]
    return found[-1] if found else None


def _heading_for(publication: Publication, found: re.Match[str] | None) -> str:
    """A heading like the one found, for the publication's year; empty where it has the right one."""
    if found is None or not publication.year or found[1] == str(publication.year):
        return ""
    return "\n\n" + found[0].replace(found[1], str(publication.year)) + "\n\n"
