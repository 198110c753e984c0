"""A Markdown, HTML or LaTeX page, or any list of identifiers: what its links and identifiers name.

Knows where one item ends and the next begins; reads no title and no author.
"""

from __future__ import annotations

import html
import re

from pubcli.errors import UnreadableError
from pubcli.importers.sources import Found, Source, best, in_text, recognise

_ITEM = re.compile(
    r"<(?:li|p|tr|h[1-6]|dt|article|section|div)\b"  # an HTML element that begins an item
    r"|^\s*(?:[-*+]|\d+[.)]|\\item\b|\\bibitem\b)\s"  # a bullet, a number
    r"|^\s*$|^#{1,6}\s",  # a blank line, a heading
    re.M | re.I,
)


def parse(text: str) -> Found:
    """One source per item of the page; UnreadableError where there is no identifier in it."""
    found: dict[Source, None] = {}
    for item in _ITEM.split(text):
        lines = item.strip().splitlines()
        alone = [recognise(line.strip()) for line in lines]
        if lines and all(
            source is not None and source.kind not in ("file", "standard input") for source in alone
        ):
            found |= dict.fromkeys(source for source in alone if source is not None)
        elif sources := in_text(html.unescape(item)):
            found.setdefault(best(sources))
    if not found:
        raise UnreadableError(
            "there is no identifier of a publication in it (DOI, arXiv, ACL Anthology, …)",
            hint="`pubcli adopt PAGE` reads the references of a page of your own",
        )
    return Found(further=tuple(found))
