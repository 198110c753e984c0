"""A list of authors as one line of text, in the style that a slot's options ask for.

Knows joiners, elision, name formats, role marks and how me is set off; knows neither who I am nor
what stands around the list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pubcli.bibtex.names import Name
from pubcli.errors import did_you_mean
from pubcli.markup import Markup
from pubcli.publication import Author
from pubcli.template.syntax import Slot, TemplateError


def _tight(name: Name) -> str:
    return name.initials.replace(". ", ".")


def _bare(name: Name) -> str:
    return "".join(character for character in name.initials if character not in ".- ")


def _given_first(given: str, name: Name) -> str:
    if not given or given == name.given:
        return name.full
    return f"{given} {name.surname}, {name.suffix}" if name.suffix else f"{given} {name.surname}"


def _family_first(given: str, name: Name, comma: str = ",") -> str:
    behind = ", ".join(part for part in (given, name.suffix) if part)
    return f"{name.surname}{comma} {behind}" if behind else name.surname


NAME_FORMATS: Mapping[str, Callable[[Name], str]] = {
    "full": lambda name: name.full,
    "initials": lambda name: _given_first(name.initials, name),
    "tight-initials": lambda name: _given_first(_tight(name), name),
    "last-first": lambda name: _family_first(name.given, name),
    "last-initials": lambda name: _family_first(name.initials, name),
    "last-tight": lambda name: _family_first(_tight(name), name),
    "vancouver": lambda name: _family_first(_bare(name), name, comma=""),
}
ROLES = ("equal", "corresponding")
_SETTING_OFF = ("bold", "italic", "underline", "plain")
_CUTS = ("me", "first")
_MARK_PLACES = ("outside", "inside")


@dataclass(frozen=True, slots=True)
class AuthorStyle:
    """How a list of authors is written; see the options of `{authors}` in the package's docstring."""

    me: str
    names: str = "full"
    sep: str = ", "
    last: str = ", and "
    two: str = " and "
    most: int | None = None
    first: int = 2
    cut: str = "me"
    gap: str = "..."
    etal: str = "et al."
    marks: str = "outside"
    roles: tuple[tuple[str, str], ...] = ()

    def name(self, author: Author) -> str:
        """The author's name as plain text."""
        return NAME_FORMATS[self.names](author.name)

    def signs(self, author: Author) -> str:
        """The signs of the author's roles, as markup."""
        return "".join(sign for role, sign in self.roles if role in author.roles)


def author_style(slot: Slot, markup: Markup) -> AuthorStyle:
    """The style of an `{authors:…}` slot; a TemplateError where an option has a value it cannot have."""
    options = slot.options
    last = options.get("last", ", and ")
    bare = last.removeprefix(",")
    return AuthorStyle(
        me=_wrapper(slot, markup),
        names=_one_of(slot, "names", tuple(NAME_FORMATS)),
        sep=options.get("sep", ", "),
        last=last,
        two=options.get("two", bare if bare.strip() else last),
        most=_number(slot, "max", None),
        first=_number(slot, "first", 2) or 1,
        cut=_one_of(slot, "cut", _CUTS),
        gap=options.get("gap", "..."),
        etal=options.get("etal", "et al."),
        marks=_one_of(slot, "marks", _MARK_PLACES),
        roles=tuple((role, options[role]) for role in ROLES if role in options),
    )


def _wrapper(slot: Slot, markup: Markup) -> str:
    me = slot.options.get("me", "bold")
    if "{}" in me:
        return me
    if me not in _SETTING_OFF:
        hint = (
            did_you_mean(me, _SETTING_OFF)
            or f"one of {', '.join(_SETTING_OFF)}, or text with `{{}}` for the name"
        )
        raise TemplateError(f"template, {slot.column}: `me={me}` sets nothing off", hint=hint)
    underline = {"latex": r"\underline{{}}", "text": "{}"}.get(markup.name, "<u>{}</u>")
    return {"bold": markup.strong("{}"), "italic": markup.emphasis("{}"), "underline": underline}.get(
        me, "{}"
    )


def _one_of(slot: Slot, option: str, known: tuple[str, ...]) -> str:
    value = slot.options.get(option, known[0])
    if value not in known:
        hint = did_you_mean(value, known) or f"one of {', '.join(known)}"
        raise TemplateError(f"template, {slot.column}: there is no `{option}={value}`", hint=hint)
    return value


def _number(slot: Slot, option: str, otherwise: int | None) -> int | None:
    value = slot.options.get(option)
    if value is None:
        return otherwise
    if value == "all":
        return 0
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        raise TemplateError(
            f"template, {slot.column}: `{option}={value}` is no number", hint="expected a number, or `all`"
        )
    return int(value)


def write_authors(
    authors: Sequence[Author],
    *,
    others: bool,
    mine: Collection[int],
    style: AuthorStyle,
    most: int,
    markup: Markup,
    before: str = "",
) -> tuple[str, str]:
    """The authors as markup, and the last characters as plain text; `mine` are indices from 0.

    More than `most` authors (0: no limit) are cut: the first ones, me, `...` wherever someone is
    left out, and `et al.` where someone behind the last one shown is.
    """
    limit = most if style.most is None else style.most
    shown = _shown(len(authors), mine, limit, style)
    out = ""
    for joiner, at in _sequence(len(authors), shown, others, style):
        out += joiner
        if at is not None:
            out += _written(authors[at], at in mine, style, markup, before + out)
    return out, _end(authors, shown, others, style)


def _shown(count: int, mine: Collection[int], limit: int, style: AuthorStyle) -> list[int]:
    if not limit or count <= limit:
        return list(range(count))
    kept = set(range(min(style.first, limit)))
    if style.cut == "me":
        kept.update(at for at in mine if at < count)
    return sorted(kept)


def _sequence(
    count: int, shown: Sequence[int], others: bool, style: AuthorStyle
) -> Iterator[tuple[str, int | None]]:
    """What stands before each name (gaps included) with the name's index, and None for the end."""
    cut = len(shown) < count
    followed = others or (cut and shown[-1] < count - 1)
    gap = style.gap + style.sep if cut and style.cut == "me" and style.gap else ""
    previous = -1
    for at in shown:
        joiner = "" if previous < 0 else style.sep
        if at == count - 1 and previous >= 0 and not cut and not followed:
            joiner = style.two if count == 2 else style.last
        yield joiner + (gap if at > previous + 1 else ""), at
        previous = at
    if followed:
        spaced = style.etal[:1] in (" ", ",") or len(shown) == 1 == count
        joiner = ("" if style.etal[:1] in (" ", ",") else " ") if spaced else style.sep
        yield joiner + gap + style.etal, None


def _written(author: Author, is_me: bool, style: AuthorStyle, markup: Markup, before: str) -> str:
    signs = style.signs(author)
    if not is_me:
        return markup.escape(style.name(author), before, signs) + signs
    opening, _, closing = style.me.partition("{}")
    inside, outside = (signs, "") if style.marks == "inside" else ("", signs)
    name = markup.escape(style.name(author), before + opening, inside + closing)
    return f"{opening}{name}{inside}{closing}{outside}"


def _end(authors: Sequence[Author], shown: Sequence[int], others: bool, style: AuthorStyle) -> str:
    if others or (shown and shown[-1] < len(authors) - 1):
        return style.etal
    last = authors[shown[-1]]
    return style.signs(last) or style.name(last)
