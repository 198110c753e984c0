r"""A written list of authors back into names: who they are, who was set off, who was left out.

Knows joiners, elision, the wrappers and signs that people put around names, and a slot's name
format; knows neither templates nor publications. Takes linear time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pubcli.bibtex import latex
from pubcli.bibtex.names import parse_names
from pubcli.markup import Markup
from pubcli.template.authors import AuthorStyle

# What may stand around a name, with its text; the sign before it tells whether it sets the name off.
_WRAPPERS = re.compile(
    r"\*\*(?P<bold>(?:\\.|[^\\*\n]|\*(?!\*)){1,120}?)\*\*(?!\*)"
    r"|__(?P<scores>[^_\n]{1,120}?)__"
    r"|<(?P<tag>b|strong|u|em|i|font|span|mark|ins)\b[^<>]*>(?P<html>(?:(?!</(?P=tag)>)[^\n]){1,120}?)</(?P=tag)>"
    r"|<a\b[^<>]*>(?P<anchor>[^<>\n]{1,120}?)</a>"
    r"|\[(?P<link>(?:\\.|[^\\\[\]\n]){1,120}?)\]\([^()\s]*\)"
    r"|(?<![\\*\w])\*(?P<star>[^\W\d_](?:\\.|[^\\*\n]){1,120}?)(?<![\s,])\*(?!\*)"
    r"|\\(?P<macro>textbf|underline|uline|emph|textit|textsc|textcolor\{[^{}]*\}|href\{[^{}]*\}|me|myname)\s*"
    r"\{(?P<tex>(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\}){1,120})\}"
    r"|\{\\(?:bf|bfseries|em|it)\s+(?P<old>[^{}\n]{1,120})\}"
)
_NOT_SETTING_OFF = frozenset({"link", "anchor"})
_SPLIT = re.compile(
    r"\s*[,;，；、]?\s*(?:(?<![^\s,;，；、])and(?=\s)|&amp;|\\&|&|(?<=\s)和(?=\s))\s*[,;]?\s*|\s*[,;，；、]\s*"
)
_ET_AL = re.compile(r"\s*(?:\bet\.?\s*al\b\.?|\band\s+others\b|等)[.\s]*$", re.I)
_GAPS = frozenset({"...", "…", "....", ". . .", "⋯", r"\ldots", r"\dots"})
_SIGNS = re.compile(
    r"(?:\s*(?:<sup>[^<>]*</sup>|\$\^[^$]*\$|\$\\[a-z]+\$|\\textsuperscript\{(?:[^{}]|\{[^{}]*\})*\}|\^\{[^{}]*\}"
    r"|\\\*|[*†‡§¶#✉📧¹²³]|\\dag(?:ger)?\b|\\ddag(?:ger)?\b|\(\s*[*†‡]\s*\)|&[dD]agger;))+\s*$"
)
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?$")
_INITIALS = re.compile(r"(?:[^\W\d_](?:\.[\s~-]*|[\s~-]+|$)){1,5}$")
_NOT_A_NAME = re.compile(
    r"https?:|www\.|[<>{}\[\]:()=@\"]|\d{2}|\b(?:in|of|the|for|with|on|from|via|is|are)\s", re.I
)
_LETTER = re.compile(r"[^\W\d_]")
_HELD = re.compile(r"[\ue000-\uf8ff]")
_MOST_HELD = 6000
_LONGEST_NAME = 160  # with its signs, in markup


@dataclass(frozen=True, slots=True)
class ReadAuthors:
    """What a written list said: a BibTeX value, and indices from 0 of who was set off and who has roles.

    `elided`: someone in the middle was left out, so the value holds fewer than the publication has.
    """

    value: str
    mine: tuple[int, ...] = ()
    roles: tuple[tuple[int, tuple[str, ...]], ...] = ()
    elided: bool = False


@dataclass(slots=True)
class _Piece:
    text: str
    set_off: bool = False


def read_authors(markup_text: str, style: AuthorStyle, markup: Markup) -> ReadAuthors | None:
    """The authors of a written list, or None where this is no list of names."""
    text, held = _hold_wrapped(" ".join(markup_text.split()), style)
    text, cut = _without_end(text, style)
    if cut and not text:
        return None
    pieces, elided = _pieces(text, held, style)
    names: list[str] = []
    mine: list[int] = []
    roles: list[tuple[int, tuple[str, ...]]] = []
    for piece in pieces:
        if len(piece.text) > _LONGEST_NAME:
            return None
        signed, found = _without_signs(piece.text, style)
        name = _bibtex_name(_plain(signed, markup), style)
        if name is None:
            return None
        if piece.set_off:
            mine.append(len(names))
        if found:
            roles.append((len(names), found))
        names.append(name)
    if not names:
        return None
    value = " and ".join([*names, "others"] if cut or elided else names)
    return ReadAuthors(value, tuple(mine), tuple(roles), elided)


def _hold_wrapped(text: str, style: AuthorStyle) -> tuple[str, list[_Piece]]:
    """The text with each wrapped name replaced by one private character, and those names."""
    held: list[_Piece] = []
    opening, _, closing = style.me.partition("{}")
    if opening and closing:
        own = re.compile(re.escape(opening) + r"([^\n]{1,120}?)" + re.escape(closing) + r"(?!\*)")
        text = own.sub(lambda found: _hold(held, found[1], True, found[0]), _HELD.sub("", text))
    set_off_elsewhere = not held

    def other(found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        kind = "html" if kind == "tag" else "tex" if kind == "macro" else kind
        inner = next(found[name] for name in _WRAPPED if found[name] is not None)
        wrapper = next(name for name in _WRAPPED if found[name] is not None)
        plain_link = wrapper in _NOT_SETTING_OFF or (found["macro"] or "").startswith("href")
        return _hold(held, inner, set_off_elsewhere and not plain_link, found[0])

    return _WRAPPERS.sub(other, text), held


_WRAPPED = ("bold", "scores", "html", "anchor", "link", "star", "tex", "old")


def _hold(held: list[_Piece], inner: str, set_off: bool, whole: str) -> str:
    if len(held) >= _MOST_HELD or not _LETTER.search(inner):
        return whole
    held.append(_Piece(inner, set_off))
    return chr(0xE000 + len(held) - 1)


def _without_end(text: str, style: AuthorStyle) -> tuple[str, bool]:
    """The list without the `et al.` at its end, and whether there was one."""
    etal = style.etal.strip(" ,")
    for ending in (etal, etal.rstrip(".")):
        if ending and text.endswith(ending):
            return text[: -len(ending)].rstrip(" ,;&"), True
    if found := _ET_AL.search(text[-40:]):
        return text[: len(text) - len(text[-40:]) + found.start()].rstrip(" ,;&"), True
    return text, False


def _pieces(text: str, held: list[_Piece], style: AuthorStyle) -> tuple[list[_Piece], bool]:
    """The text of each name, and whether a gap stood among them."""
    for joiner in {style.sep.strip(), style.last.strip(), style.two.strip()} - {"", ",", ";", "and", "&"}:
        if not _LETTER.search(joiner) and "," not in joiner:
            text = (
                text.replace(f" {joiner} ", ", ") if style.sep.startswith(" ") else text.replace(joiner, ", ")
            )
    raws = [raw.strip() for raw in _SPLIT.split(text)]
    elided = any(raw in _GAPS or raw == style.gap for raw in raws)
    kept = [raw for raw in raws if raw and raw not in _GAPS and raw != style.gap]
    pieces: list[_Piece] = []
    for raw in kept:
        piece = _released(raw, held)
        follows = bool(pieces) and "," not in pieces[-1].text
        if follows and (_SUFFIX.match(raw) or _belongs(piece, pieces[-1], style)):
            joined = f"{pieces[-1].text}, {piece.text}"
            pieces[-1] = _Piece(joined, pieces[-1].set_off or piece.set_off)
        else:
            pieces.append(piece)
    return pieces, elided


def _released(raw: str, held: list[_Piece], depth: int = 0) -> _Piece:
    """The piece with its wrapped names put back, without their wrappers."""
    set_off = False

    def back(found: re.Match[str]) -> str:
        nonlocal set_off
        piece = held[ord(found[0]) - 0xE000] if ord(found[0]) - 0xE000 < len(held) else _Piece("")
        inner = _released(piece.text, held, depth + 1) if depth < 4 else piece
        set_off = set_off or piece.set_off or inner.set_off
        return inner.text

    text = _HELD.sub(back, raw)
    return _Piece(_unwrapped(text) if depth == 0 else text, set_off)


def _unwrapped(text: str) -> str:
    """What stands inside of a wrapper within a wrapper: `<font …>**A. B**</font>`."""
    for _ in range(4):
        stripped = _WRAPPERS.sub(lambda found: next(found[name] for name in _WRAPPED if found[name]), text)
        if stripped == text:
            return text
        text = stripped
    return text


def _belongs(piece: _Piece, previous: _Piece, style: AuthorStyle) -> bool:
    """Whether a piece is the given name behind a family name."""
    if style.names == "last-first":
        return True
    return style.names in ("last-initials", "last-tight") and bool(
        _INITIALS.match(_SIGNS.sub("", piece.text))
    )


def _without_signs(text: str, style: AuthorStyle) -> tuple[str, tuple[str, ...]]:
    """The name without the signs of roles, and the roles that the style's signs stand for."""
    roles: list[str] = []
    for role, sign in reversed(style.roles):
        if sign and text.rstrip().endswith(sign.strip()):
            text = text.rstrip()[: -len(sign.strip())]
            roles.append(role)
    return _SIGNS.sub("", text).lstrip("*†‡ "), tuple(reversed(roles))


def _plain(text: str, markup: Markup) -> str:
    if markup.name == "latex":
        return latex.decode(text)
    return " ".join(markup.unescape(text).replace("\N{NO-BREAK SPACE}", " ").split())


def _bibtex_name(name: str, style: AuthorStyle) -> str | None:
    """A plain name as a BibTeX name that reads as just that, or None where it is no name."""
    name = name.strip(" ,;")
    letters = _LETTER.findall(name)
    if not letters or len(name) > 80 or _NOT_A_NAME.search(name):
        return None
    if name.isalpha() and name[0].islower():
        return None
    if len(letters) < 2 or (letters[0] < "\u2e80" and _INITIALS.fullmatch(name) and not name.isalpha()):
        return None
    if style.names == "vancouver" and (cut := re.fullmatch(r"(.+) ([^\W\d_a-z]{1,4})", name)):
        return f"{latex.encode(cut[1])}, {' '.join(cut[2])}"
    value = latex.encode(name)
    if "," in name:
        return value
    read = parse_names(value)
    return (
        value if len(read.names) == 1 and not read.others and read.names[0].full == name else f"{{{value}}}"
    )
