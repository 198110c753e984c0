r"""Templates: one string that writes a publication as text, and reads such text as a publication.

Text stands for itself; only braces with a meaning of their own are special:

    {title}                 a slot; `{authors:names=initials last=" & "}` with options
    {? … ?}                 left out when a slot directly in it is empty; groups may be nested
    {? … {|} … ?}           the first of several that can be filled
    {*tags [{text}]*}       once for each tag; `{*tags sep=", " {text}*}` with text between them
    {" … "}                 verbatim, braces included
    {/}                     what follows stands between two references; otherwise an empty line
                            between references of several lines, a line end between those of one

Any other brace is literal, so LaTeX needs no escapes: `\textbf{{title}}` is a slot in a macro.

Slots: title authors venue abbr year month doi arxiv url key type state citations number thumbnail
    awards tags · link.code (an address, by field or label) · field.NAME (any field)
Repeated: {*awards … *} with {text} and {trophy} (for awards; empty for an oral, a spotlight, …),
    {*tags … *} with {text}, {*links … *} with {label} and {url}; of="pdf:Paper, code" picks, orders
    and names the links, not="doi" leaves some out
Options: lower upper · venue: abbr (`Name (ABBR)`), asis (a preprint's too) · year: short ·
    month: short number · awards, tags: sep · trophy: sign
authors: me=bold|italic|underline|plain or text with {} for the name (me="<u>{}</u>"),
    names=full|initials|tight-initials|last-first|last-initials|last-tight|vancouver,
    sep=", " last=", and " two=" and ", max=10|all, cut=me (the first two, me, the gaps marked)
    or cut=first, first=2 gap="..." etal="et al.", equal="\*" corresponding="†" marks=outside|inside

Two full stops never meet: behind `et al.` or `Jr.` the template's own is dropped. Text is escaped for
the markup and the place it stands in; a link that must not be linked counts as empty. This package
knows neither files nor who I am.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pubcli.errors import did_you_mean
from pubcli.markup import MARKDOWN, Markup
from pubcli.publication import Publication
from pubcli.template.authors import AuthorStyle, author_style
from pubcli.template.builtin import BUILT_INS, DEFAULT, SAMPLE_FIELDS, BuiltIn
from pubcli.template.look import Look, Reading
from pubcli.template.slots import Context, check_slot
from pubcli.template.syntax import Literal, Node, Optional, Repeat, Slot, TemplateError, parse_template
from pubcli.template.writing import markup_at, write_publication

if TYPE_CHECKING:
    from pubcli.template.reader import Reader

__all__ = [
    "BUILT_INS",
    "DEFAULT",
    "BuiltIn",
    "Look",
    "Reading",
    "Template",
    "TemplateError",
    "find_template",
    "sample",
]


@dataclass(frozen=True)
class Template:
    """A template string, understood.

    `between` stands between two references; `opening` and `closing` enclose a list that stands alone.
    """

    source: str
    markup: Markup
    between: str
    opening: str
    closing: str
    nodes: tuple[Node, ...] = field(repr=False)
    _styles: Mapping[str, AuthorStyle] = field(repr=False, compare=False)

    @classmethod
    def parse(
        cls, source: str, markup: Markup = MARKDOWN, *, opening: str = "", closing: str = ""
    ) -> Template:
        """Understand a template string; a TemplateError names the column and what was expected."""
        nodes, between = parse_template(source.replace("\r\n", "\n"))
        if between is None:
            text = "".join(node.text for node in _all(nodes) if isinstance(node, Literal))
            between = "\n\n" if "\n" in text else "\n"
        slots = [node for node in _all(nodes) if isinstance(node, Slot)]
        if not slots:
            raise TemplateError(
                "the template has no slot, so all references would look the same", hint="try {title}"
            )
        for slot in slots:
            check_slot(slot)
        styles = {
            slot.column: author_style(slot, markup_at(slot, markup))
            for slot in slots
            if slot.name == "authors"
        }
        return cls(source, markup, between, opening, closing, nodes, styles)

    @property
    def role_signs(self) -> tuple[tuple[str, str], ...]:
        """The signs that the template puts behind authors, as (role, markup)."""
        return tuple(dict.fromkeys(pair for style in self._styles.values() for pair in style.roles))

    def render(
        self,
        publication: Publication,
        *,
        mine: Collection[int] = (),
        number: int = 0,
        look: Look = Look(),  # noqa: B008 (frozen)
    ) -> str:
        """The publication as one reference; `mine` are the indices, from 0, of the authors to set off."""
        context = Context(publication, number, look.page_tags)
        return write_publication(
            self.nodes, context, markup=self.markup, styles=self._styles, look=look, mine=mine
        )

    def read(self, text: str, *, look: Look = Look()) -> Reading | None:  # noqa: B008 (frozen)
        """One written reference as a record, or None where it does not look like this template.

        An exact reading is preferred; where there is none, white space may differ. Takes at most a
        second for any text.
        """
        return self._reader.read(text, look)

    @cached_property
    def _reader(self) -> Reader:
        from pubcli.template.reader import Reader  # what only writes does not load it

        return Reader(self.nodes, self.markup, self._styles, self.render)


def find_template(text: str, markup: Markup = MARKDOWN) -> Template:
    """A built-in template by its name, or the string itself as a template in this markup."""
    if built_in := BUILT_INS.get(text):
        return Template.parse(
            built_in.source, built_in.markup, opening=built_in.opening, closing=built_in.closing
        )
    if "{" not in text:
        raise TemplateError(
            f"there is no template '{text}'",
            hint=did_you_mean(text, BUILT_INS)
            or f"there are {', '.join(BUILT_INS)}; or a string with slots such as {{title}}",
        )
    return Template.parse(text, markup)


def sample(template: Template) -> str:
    """An invented publication in this template, its second author set off."""
    return template.render(
        Publication("lovelace2024weaving", "inproceedings", SAMPLE_FIELDS), mine=[1], number=1
    )


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    """Every node, nested ones included, in order of the string."""
    for node in nodes:
        yield node
        if isinstance(node, Repeat):
            yield from _all(node.body)
        elif isinstance(node, Optional):
            for branch in node.branches:
                yield from _all(branch)
