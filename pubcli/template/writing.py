"""From a publication to text: the nodes of a template, filled.

Knows which groups are shown and that two full stops never meet; knows neither the syntax nor the slots.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pubcli.markup import HTML, MARKDOWN, Markup, safe_url
from pubcli.template.authors import AuthorStyle, write_authors
from pubcli.template.look import Look
from pubcli.template.slots import Context, elements, slot_text
from pubcli.template.syntax import Literal, Node, Optional, Repeat, Slot

# A full stop, behind nothing but the end of the markup around the slot before it.
LEADING_STOP = re.compile(r"((?:\*+|_+|</\w+>|\}|\]\([^()\s]*\))*)\.(?!\.)")
_URL_SLOTS = frozenset({"url", "link", "thumbnail"})


def write_publication(
    nodes: Sequence[Node],
    context: Context,
    *,
    markup: Markup,
    styles: Mapping[str, AuthorStyle],
    look: Look,
    mine: Collection[int],
) -> str:
    """The publication as these nodes show it; `styles` are the author styles by the slot's column."""
    writer = _Writer(markup, styles, look, mine)
    writer.write(nodes, context)
    return "".join(writer.parts)


class _Writer:
    """One publication being written; `parts` is what stands so far."""

    def __init__(
        self,
        markup: Markup,
        styles: Mapping[str, AuthorStyle],
        look: Look,
        mine: Collection[int],
    ) -> None:
        self.markup = markup
        self.styles = styles
        self.look = look
        self.mine = mine
        self.parts: list[str] = []
        self.line = ""  # what stands on the last line so far
        self.stopped = False  # whether a full stop, seen by the reader, stands at the end

    def write(self, nodes: Sequence[Node], context: Context) -> None:
        for node in nodes:
            if isinstance(node, Literal):
                self.literal(node.text)
            elif isinstance(node, Slot):
                self.slot(node, context)
            elif isinstance(node, Optional):
                branch = next((b for b in node.branches if self.is_shown(b, context)), ())
                self.write(branch, context)
            else:
                self.repeat(node, context)

    def is_shown(self, branch: Sequence[Node], context: Context) -> bool:
        """Whether every slot directly in it is filled, and anything at all in it that may be empty."""
        direct = [node for node in branch if isinstance(node, (Slot, Repeat))]
        if direct:
            return all(self.is_filled(node, context) for node in direct)
        nested = [node for node in branch if isinstance(node, Optional)]
        return not nested or any(self.is_shown(b, context) for node in nested for b in node.branches)

    def is_filled(self, node: Slot | Repeat, context: Context) -> bool:
        if isinstance(node, Repeat):
            return bool(elements(node.of, node.options, context))
        if node.name == "authors":
            return bool(context.publication.authors)
        text = slot_text(node, context)
        return bool(safe_url(text) if node.name in _URL_SLOTS and node.place == "address" else text)

    def repeat(self, node: Repeat, context: Context) -> None:
        for number, element in enumerate(elements(node.of, node.options, context)):
            if number:
                self.literal(node.options.get("sep", ""))
            self.write(node.body, replace(context, element=element))

    def literal(self, text: str) -> None:
        if self.stopped and (found := LEADING_STOP.match(text)):
            text = found[1] + text[found.end() :]
        self.add(text)
        self.stopped = self.stopped and not text

    def slot(self, slot: Slot, context: Context) -> None:
        if slot.name == "authors":
            publication = context.publication
            if not publication.authors:
                return
            markup, plain = write_authors(
                publication.authors,
                others=publication.others,
                mine=self.mine,
                style=self.styles[slot.column],
                most=self.look.max_authors,
                markup=markup_at(slot, self.markup),
                before=self.line,
            )
        else:
            plain = slot_text(slot, context)
            markup = placed(plain, slot, self.markup, self.line)
        if plain:
            self.add(markup)
            self.stopped = plain.endswith(".")

    def add(self, text: str) -> None:
        self.parts.append(text)
        _, newline, behind = text.rpartition("\n")
        self.line = behind if newline else self.line + behind


def markup_at(slot: Slot, markup: Markup) -> Markup:
    """The language of the place that the slot stands in."""
    return HTML if slot.place == "html" and markup is MARKDOWN else markup


def placed(plain: str, slot: Slot, markup: Markup, before: str) -> str:
    """Plain text as markup, for the place that the slot stands in."""
    if slot.place == "address":
        return markup.url(plain)
    if slot.place == "address part":
        return markup.url("https://x/" + plain)[len("https://x/") :]
    if slot.place == "attribute":
        return markup.attribute(plain)
    return markup_at(slot, markup).escape(plain, before, slot.after)
