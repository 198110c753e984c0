"""The template language: from the string to literals, slots, optional groups and repeated groups.

Knows which slots and options there are and how they may be nested; knows neither publications nor
how a slot is filled. The grammar stands in the package's docstring.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pubcli.errors import UsageError, did_you_mean


class TemplateError(UsageError):
    """The template string cannot be read; the message names the column and what was expected."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value.

    `argument` is what follows the dot (`field.note`); `place` is `text`, `html` (in an HTML block,
    which Markdown leaves alone), `attribute` (inside a quoted HTML attribute), `address` (all of a
    link's address) or `address part`; `after` is the literal character behind it, where one is known.
    """

    name: str
    argument: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    place: str = "text"
    after: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Optional:
    """Alternatives: the first one whose slots are all filled is shown, or none."""

    branches: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Shown once for each award, tag or link, with `sep` between them."""

    of: str
    options: Mapping[str, str]
    body: tuple[Node, ...]


Node = Literal | Slot | Optional | Repeat

_TEXT_OPTIONS = frozenset({"lower", "upper"})
SLOTS: Mapping[str, frozenset[str]] = {
    "title": _TEXT_OPTIONS,
    "authors": frozenset(
        "me names max first cut sep last two gap etal equal corresponding marks".split()  # noqa: SIM905
    ),
    "venue": _TEXT_OPTIONS | {"abbr", "asis"},
    "abbr": _TEXT_OPTIONS,
    "year": frozenset({"short"}),
    "month": _TEXT_OPTIONS | {"short", "number"},
    "doi": frozenset(),
    "arxiv": frozenset(),
    "url": frozenset(),
    "key": frozenset(),
    "type": _TEXT_OPTIONS,
    "state": _TEXT_OPTIONS,
    "citations": frozenset(),
    "number": frozenset(),
    "thumbnail": frozenset(),
    "awards": _TEXT_OPTIONS | {"sep"},
    "tags": _TEXT_OPTIONS | {"sep"},
    "link": frozenset(),
    "field": _TEXT_OPTIONS,
}
REPEATED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # the group's options, and the slots that stand only in it
    "awards": (frozenset({"sep"}), frozenset({"text", "trophy"})),
    "tags": (frozenset({"sep"}), frozenset({"text"})),
    "links": (frozenset({"sep", "of", "not"}), frozenset({"label", "url"})),
}
INNER_SLOTS: Mapping[str, frozenset[str]] = {
    "text": _TEXT_OPTIONS,
    "label": _TEXT_OPTIONS,
    "trophy": frozenset({"sign"}),
}
# Words in braces that are meant as fields.
_FIELDS = frozenset(
    "booktitle journal publisher editor volume pages note address series school abstract code pdf".split()  # noqa: SIM905
)
WITH_ARGUMENT = frozenset({"link", "field"})

_MARK = re.compile(r'\{"|\{\?|\?\}|\{\|\}|\{/\}|\{\*(?=[a-z]+[ \n])|\*\}|[{}]')
_WORD = re.compile(r"([A-Za-z]+)(?:\.([A-Za-z][\w+-]*))?(?=[:}])")
_OPTION = re.compile(r"""[\s,]*([a-z]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+)))?""")
_BEHIND_COMMAND = re.compile(r"\\[A-Za-z]+\*?(?:\[[^\[\]]*\])?$")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)$")

_ATTRIBUTE = re.compile(r"""<[A-Za-z][^<>]*=\s*(?:"[^"<>]*|'[^'<>]*)$""")
_HTML_BLOCK = re.compile(
    r"\s*</?(?:address|article|aside|center|dd|details|div|dl|dt|figcaption|figure|h[1-6]|header|li|main|ol|p|section"
    r"|summary|table|tbody|td|tr|ul)\b",
    re.I,
)
_ADDRESS = re.compile(
    r"""(?:\]\(|(?:href|src)\s*=\s*["']|\\(?:href|url|nolinkurl)\s*\{|(?<![<\w])<(?=$|https?:))([^\s"'<>(){}]*)$"""
)


def parse_template(source: str) -> tuple[tuple[Node, ...], str | None]:
    """The nodes of a template, and the text that stands between references where `{/}` gives it."""
    parser = _Parser(source)
    return parser.run(), parser.between


@dataclass(slots=True)
class _Open:
    """A group or literal brace that is not closed yet."""

    mark: str  # `{?`, `{*` or `{`
    at: int
    of: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    branches: list[list[Node]] = field(default_factory=lambda: [[]])


class _Parser:
    """One pass over the string; `open` holds the groups and literal braces that are open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.between: str | None = None
        self.open: list[_Open] = [_Open("", 0)]
        self.at = 0

    def run(self) -> tuple[Node, ...]:
        while found := _MARK.search(self.source, self.at):
            self.literal(self.source[self.at : found.start()])
            self.at = found.end()
            _HANDLERS[found[0]](self, found.start())
        self.literal(self.source[self.at :])
        for group in reversed(self.open[1:]):
            if group.mark != "{":
                raise self.error(group.at, f"`{group.mark}` is never closed", f"expected `{group.mark[1]}}}`")
        return _with_places(self.open[0].branches[0])

    # --- what stands in the string -------------------------------------------------------------

    def verbatim(self, at: int) -> None:
        end = self.source.find('"}', self.at)
        if end < 0:
            raise self.error(at, '`{"` is never closed', 'expected `"}`')
        self.literal(self.source[self.at : end])
        self.at = end + 2

    def open_optional(self, at: int) -> None:
        self.open.append(_Open("{?", at))

    def open_repeat(self, at: int) -> None:
        word = re.compile(r"[a-z]+").match(self.source, self.at)
        assert word is not None  # `_MARK` saw it
        if word[0] not in REPEATED:
            hint = did_you_mean(word[0], REPEATED) or f"one of {', '.join(REPEATED)} is repeated"
            raise self.error(self.at, f"there is no `{{*{word[0]} … *}}`", hint)
        self.at = word.end()
        options = self.options(REPEATED[word[0]][0], f"{{*{word[0]} … *}}")
        self.at += self.source[self.at : self.at + 1] == " "
        self.open.append(_Open("{*", at, word[0], options))

    def close(self, at: int) -> None:
        mark = self.source[at : at + 2]
        group = self._group()
        if self.open[-1].mark == "{":  # `{…*}`: a literal brace
            self.open.pop()
            self.literal(mark)
        elif group.mark != "{" + mark[0]:
            expected = f"expected `{group.mark[1]}}}`" if group.mark else f'write `{{"{mark}"}}` for the text'
            raise self.error(at, f"`{mark}` closes no group", expected)
        else:
            self.open.pop()
            branches = tuple(tuple(branch) for branch in group.branches)
            node = Optional(branches) if mark == "?}" else Repeat(group.of, group.options, branches[0])
            self.nodes().append(node)

    def alternative(self, at: int) -> None:
        if self.open[-1].mark != "{?":
            raise self.error(at, "`{|}` stands between alternatives", "expected it directly in a `{? … ?}`")
        self.open[-1].branches.append([])

    def between_references(self, at: int) -> None:
        if group := self._group().mark:
            expected = f"expected `{group[1]}}}` first"
            raise self.error(at, "`{/}` stands behind the whole reference", expected)
        if self.source.find("{/}", self.at) >= 0:
            raise self.error(self.source.find("{/}", self.at), "`{/}` stands twice", "expected it once")
        rest = _Parser(self.source)
        rest.at = self.at
        nodes = rest.run()
        if any(not isinstance(node, Literal) for node in nodes):
            raise self.error(self.at, "text between references has no slots and no groups", "expected text")
        self.between = "".join(node.text for node in nodes if isinstance(node, Literal))
        self.at = len(self.source)

    def open_brace(self, at: int) -> None:
        found = _WORD.match(self.source, self.at)
        if found is None or not self.slot(at, found):
            self.open.append(_Open("{", at))
            self.literal("{")

    def close_brace(self, at: int) -> None:
        if self.open[-1].mark == "{":
            self.open.pop()
        self.literal("}")

    def slot(self, at: int, found: re.Match[str]) -> bool:
        """Read a slot, or say that this brace is literal."""
        name, argument = found[1], found[2] or ""
        known = SLOTS.get(name)
        group = next((group for group in reversed(self.open) if group.mark == "{*"), None)
        if group and name in REPEATED[group.of][1]:
            known = INNER_SLOTS.get(name, frozenset())
        command = _BEHIND_COMMAND.search(self.source[max(0, at - 60) : at])
        if known is None:
            self.check_unknown(at, found, group, command)
            return False
        if command:
            raise self.error(
                at, f"`{command[0]}{{{name}}}` is a slot without braces of its own",
                f"write `{command[0]}{{{{{found[0]}}}}}` for the slot",
            )  # fmt: skip
        if bool(argument) != (name in WITH_ARGUMENT):
            hint = f"write `{{{name}.NAME}}`" if name in WITH_ARGUMENT else f"write `{{{name}}}`"
            raise self.error(at, f"`{{{found[0]}}}` is no slot", hint)
        self.at = found.end()
        options: Mapping[str, str] = {}
        if self.source[self.at] == ":":
            self.at += 1
            options = self.options(known, f"{{{name}}}")
            if self.source[self.at : self.at + 1] != "}":
                raise self.error(self.at, f"`{{{name}:` is never closed", "expected an option or `}`")
        self.at += 1
        self.nodes().append(Slot(name, argument, options, column=self.place(at)))
        return True

    def check_unknown(
        self, at: int, found: re.Match[str], group: _Open | None, command: re.Match[str] | None
    ) -> None:
        """Refuse a word in braces that is most likely a slot misspelt or misplaced."""
        name = found[1]
        if name in INNER_SLOTS:
            groups = " or ".join(f"`{{*{of} … *}}`" for of, (_, inner) in REPEATED.items() if name in inner)
            raise self.error(at, f"`{{{name}}}` has no value here", f"it stands in {groups}")
        if command and _ENVIRONMENT.search(command[0]):
            return
        if name.lower() in _FIELDS and not command:
            text = f'`{{"{{{found[0]}}}"}}` for the text'
            raise self.error(
                at, f"`{{{found[0]}}}` is no slot", f"write `{{field.{name}}}` for the field, {text}"
            )
        if len(name) > 3 and (hint := _near(name)):
            raise self.error(
                at, f"`{{{found[0]}}}` is no slot", f'{hint} (`{{"{{{found[0]}}}"}}` for the text)'
            )

    def options(self, known: frozenset[str], whose: str) -> dict[str, str]:
        """Options up to the first thing that is none; in a repeated group only words that are known."""
        options: dict[str, str] = {}
        slot = not whose.startswith("{*")
        while found := _OPTION.match(self.source, self.at):
            if found[1] not in known:
                if not slot:
                    break
                column = found.start(1)
                hint = did_you_mean(found[1], known) or f"it has {', '.join(sorted(known)) or 'no options'}"
                raise self.error(column, f"`{whose}` has no option `{found[1]}`", hint)
            options[found[1]] = next((text for text in found.groups()[1:] if text is not None), "")
            self.at = found.end()
        return options

    # --- building ------------------------------------------------------------------------------

    def literal(self, text: str) -> None:
        nodes = self.nodes()
        if text and nodes and isinstance(nodes[-1], Literal):
            nodes[-1] = Literal(nodes[-1].text + text)
        elif text:
            nodes.append(Literal(text))

    def nodes(self) -> list[Node]:
        return self._group().branches[-1]

    def _group(self) -> _Open:
        return next(group for group in reversed(self.open) if group.mark != "{")

    def place(self, at: int) -> str:
        """Where this is, for people: `column 7`, or `line 2, column 7` in a string of several lines."""
        lines = self.source.count("\n", 0, at)
        column = f"column {at - self.source.rfind(chr(10), 0, at)}"
        return f"line {lines + 1}, {column}" if lines else column

    def error(self, at: int, message: str, hint: str) -> TemplateError:
        return TemplateError(f"template, {self.place(at)}: {message}", hint=hint)


_HANDLERS = {
    '{"': _Parser.verbatim,
    "{?": _Parser.open_optional,
    "?}": _Parser.close,
    "{*": _Parser.open_repeat,
    "*}": _Parser.close,
    "{|}": _Parser.alternative,
    "{/}": _Parser.between_references,
    "{": _Parser.open_brace,
    "}": _Parser.close_brace,
}


def _near(name: str) -> str:
    """A hint where the word is nearly the name of a slot, else nothing."""
    from difflib import SequenceMatcher  # needed only for a word that is no slot

    def likeness(known: str) -> float:
        return SequenceMatcher(None, name.lower(), known).ratio()

    return did_you_mean(name, SLOTS, most=1) if max(map(likeness, SLOTS)) >= 0.75 else ""


def _with_places(nodes: list[Node]) -> tuple[Node, ...]:
    """The nodes, each slot knowing whether it stands in an attribute or an address, and what follows it."""
    return _Placing().nodes(nodes)


class _Placing:
    """Follows the literal text in order of the string; slots count as a letter."""

    def __init__(self) -> None:
        self.text = ""

    def nodes(self, nodes: list[Node] | tuple[Node, ...]) -> tuple[Node, ...]:
        following: list[Node | None] = [*nodes[1:], None]
        return tuple(self.node(node, after) for node, after in zip(nodes, following, strict=False))

    def node(self, node: Node, following: Node | None) -> Node:
        if isinstance(node, Literal):
            self.text = (self.text + node.text)[-2000:]
            return node
        if isinstance(node, Slot):
            place = self.place()
            self.text += "x"
            after = following.text[:1] if isinstance(following, Literal) else ""
            return replace(node, place=place, after=after)
        if isinstance(node, Repeat):
            return replace(node, body=self.nodes(node.body))
        text, branches = self.text, []
        for branch in node.branches:
            self.text = text
            branches.append(self.nodes(branch))
        return Optional(tuple(branches))

    def place(self) -> str:
        if found := _ADDRESS.search(self.text):
            return "address part" if found[1] else "address"
        if _ATTRIBUTE.search(self.text):
            return "attribute"
        block = self.text.rpartition("\n\n")[2]
        return "html" if _HTML_BLOCK.match(block) and "markdown=" not in block else "text"
