"""What a template is given besides a publication, and what it says of a text that it read."""

from __future__ import annotations

from dataclasses import dataclass

from pubcli.publication import Publication


@dataclass(frozen=True, slots=True)
class Look:
    """What a page prefers, whichever publication is shown; `page_tags` None shows every tag."""

    max_authors: int = 10
    page_tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a written reference said.

    `publication` is a record (its key is empty; a key that was read is in `key`). `exact`: rendered
    again, with `mine` set off and `number`, it is the same text. `mine` are the indices from 0 of
    the authors that were set off. `elided`: authors were left out in the middle, so the record names
    those shown `and others`.
    """

    publication: Publication
    exact: bool
    rendered: str
    mine: tuple[int, ...] = ()
    elided: bool = False
    key: str = ""
    number: int = 0
