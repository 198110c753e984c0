"""A template read backwards: the best of the ways in which a text can be cut and understood.

Knows when a reading is good enough; how texts are cut and understood stands in `reading` and
`records`. Loaded only by who reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pubcli.bibtex.latex import is_balanced
from pubcli.markup import Markup
from pubcli.template.author_reading import read_authors
from pubcli.template.authors import AuthorStyle
from pubcli.template.look import Look, Reading
from pubcli.template.reading import LONGEST_TEXT, Program
from pubcli.template.records import Captured, record_of
from pubcli.template.syntax import Node, Slot
from pubcli.template.writing import markup_at

_ESCAPED_BRACE = re.compile(r"\\[{}\\]")


class Reader:
    """One template, ready to read; `render` writes a publication with it."""

    def __init__(
        self,
        nodes: Sequence[Node],
        markup: Markup,
        styles: Mapping[str, AuthorStyle],
        render: Callable[..., str],
    ) -> None:
        self._program = Program(nodes, markup)
        self._markup = markup
        self._styles = styles
        self._render = render

    def read(self, text: str, look: Look) -> Reading | None:
        """The first exact reading, else the likeliest one, else one with other white space, else None."""
        text = text.replace("\r\n", "\n").strip("\n")
        if len(text) > LONGEST_TEXT:
            return None
        likeliest = None
        for loose in (False, True):
            for captured in self._program.cuts(text, loose=loose, plausible=self._is_plausible):
                reading = self._reading(captured, text, look)
                if reading is not None and reading.exact:
                    return reading
                likeliest = likeliest or reading
            if likeliest is not None:
                return likeliest
        return None

    def _is_plausible(self, slot: Slot, text: str) -> bool:
        """Whether a slot may stand for this text, as far as that is told without the rest."""
        if slot.name == "authors":
            markup = markup_at(slot, self._markup)
            return read_authors(text, self._styles[slot.column], markup) is not None
        return self._markup.name != "latex" or is_balanced(_ESCAPED_BRACE.sub("", text))

    def _reading(self, captured: Sequence[Captured], text: str, look: Look) -> Reading | None:
        record = record_of(captured, self._styles, self._markup)
        if record is None:
            return None
        readings: list[Reading] = []
        for publication in record.publications():
            keyed = replace(publication, key=record.key)
            rendered = self._render(keyed, mine=record.mine, number=record.number, look=look)
            exact = rendered == text
            readings.append(
                Reading(publication, exact, rendered, record.mine, record.elided, record.key, record.number)
            )
            if exact:
                return readings[-1]
        return readings[0]
