r"""LaTeX in field values to plain Unicode, and back.

Knows how accents, symbols, text macros and simple maths are read, and what braces mean to
BibTeX; which macros there are stands in `macros`. Knows neither fields nor entries. What the
tables lack is looked up in pylatexenc's, imported only then. Decoded text is for showing and
matching; it is never written back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from pubcli.bibtex import macros

# Patterns are texts: `re` compiles and keeps each when first used, and start-up pays for none.

# The groups of a token, the last one matched telling its kind.
_PLAIN, _VERBATIM, _CJK, _WORD, _SPACE_AFTER, _SYMBOL = range(1, 7)
_LIGATURE, _OPEN, _CLOSE, _DOLLAR, _TIE, _SCRIPT, _LAST_BACKSLASH = range(7, 14)
_TOKEN = (
    r"(?s)([^\\{}$~`'^_?!-]+|[?!](?!`))"
    r"|\\(?:url|path|nolinkurl)\s*\{([^{}\\]*)\}"
    r"|(\\begin\s*\{CJK\*?\}(?:\s*\{[^{}]*\}){0,2})"
    r"|\\([A-Za-z]+)(\s*)"
    r"|\\(.)"
    r"|(---?|``|''|[?!]`|[`'-])"
    r"|(\{)|(\})|(\$\$?)|(~)|([\^_])|(\\)"
)
_NUMERIC = r"[0-9+\-−=()]+"
_UNESCAPED_DOLLAR = r"(?s)\\.|\$"

Handler = Callable[[str, bool], str]


class _Frame(NamedTuple):
    """An argument or group being read: where its output starts, and what becomes of it."""

    start: int
    handler: Handler | None
    single: bool  # ends after one unit instead of at a closing brace
    math: bool  # whether it stands in maths


def decode(text: str) -> str:
    """BibTeX or LaTeX text as plain Unicode on one line; never raises, and takes linear time."""
    if (
        "\\" not in text and "{" not in text and "}" not in text and "$" not in text and "~" not in text
        and "--" not in text and "`" not in text and "''" not in text
    ):  # fmt: skip
        if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:
            return text
        return " ".join(text.split())
    return " ".join(_Decoder(text).run().split())


class _Decoder:
    """One pass over the tokens of a text; `frames` holds the arguments and groups that are open."""

    __slots__ = ("frames", "math", "math_start", "out", "quoted", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.frames: list[_Frame] = []
        self.math = False
        self.math_start = 0
        self.quoted = False  # whether a lone ` waits for its '

    def run(self) -> str:
        out, frames = self.out, self.frames
        for token in re.finditer(_TOKEN, self.text):
            kind = token.lastindex or 0
            if kind == _PLAIN:
                if frames and frames[-1].single:
                    self.plain_argument(token[1])
                else:
                    out.append(token[1])
            else:
                _STEPS[kind](self, token)
        while frames:
            self.close(frames.pop(), followed=False)
        return "".join(out)

    def put(self, piece: str) -> None:
        """Output one unit, which completes the arguments that wait for one."""
        self.out.append(piece)
        frames = self.frames
        while frames and frames[-1].single:
            self.close(frames.pop(), followed=False)

    def await_argument(self, handler: Handler | None, *, math: bool | None = None) -> None:
        """Give the next unit, or group, to this handler."""
        self.frames.append(_Frame(len(self.out), handler, True, self.math))
        if math is not None:
            self.math = math
            self.math_start = len(self.out)

    def plain_argument(self, piece: str) -> None:
        piece = piece.lstrip()
        if piece:
            self.put(piece[0])
            self.out.append(piece[1:])

    def open_group(self, token: re.Match[str]) -> None:
        frames = self.frames
        if frames and frames[-1].single:
            frames[-1] = frames[-1]._replace(single=False)
        else:
            frames.append(_Frame(len(self.out), None, False, self.math))

    def close_group(self, token: re.Match[str]) -> None:
        frames = self.frames
        while frames and frames[-1].single:
            self.close(frames.pop(), followed=False)
        if not frames:
            return
        self.close(frames.pop(), followed=self.text.startswith("{", token.end()))
        while frames and frames[-1].single:
            self.close(frames.pop(), followed=False)

    def close(self, frame: _Frame, *, followed: bool) -> None:
        self.math = frame.math
        if frame.handler is not None:
            argument = "".join(self.out[frame.start :])
            del self.out[frame.start :]
            self.out.append(frame.handler(argument, followed))

    def word(self, token: re.Match[str]) -> None:
        word, space = token[_WORD], token[_SPACE_AFTER]
        symbol = macros.SYMBOLS.get(word)
        if symbol is not None:
            self.put(symbol)
            if self.math:
                self.out.append(space)
        elif word in macros.ACCENTS:
            self.await_argument(_accent(word))
        elif word in macros.TRANSPARENT:
            return
        elif handler := _HANDLERS.get(word):
            self.await_argument(handler, math=True if word == "ensuremath" else None)
        elif word in macros.LOGOS:
            self.put(macros.LOGOS[word])
            self.out.append(space)
        elif word in macros.SPACES:
            self.out.append(" ")
        else:
            self.unknown(word, space, token.end())

    def unknown(self, word: str, space: str, end: int) -> None:
        """Show what pylatexenc has for a macro, or its argument, or its name: text never vanishes."""
        symbol = _symbol_elsewhere(word)
        if symbol:
            self.put(symbol)
            if self.math:
                self.out.append(space)
        elif not self.text.startswith("{", end) or self.text.startswith("{}", end):
            self.put(word)
            self.out.append(space)

    def symbol(self, token: re.Match[str]) -> None:
        sign = token[_SYMBOL]
        if sign in macros.ACCENTS:
            self.await_argument(_accent(sign))
        elif sign in "([":
            self.math, self.math_start = True, len(self.out)
        elif sign in ")]":
            self.math = False
        else:
            self.put(macros.CONTROL_SYMBOLS.get(sign, sign))

    def ligature(self, token: re.Match[str]) -> None:
        sign, end = token[0], token.end()
        if sign == "'" and self.math:
            self.put("′")
        elif sign == "'" and self.quoted and not self.text[end : end + 1].isalnum():
            self.quoted = False
            self.put("’")
        else:
            self.quoted = self.quoted or sign == "`"
            self.put(macros.LIGATURES[sign])

    def dollar(self, token: re.Match[str]) -> None:
        if self.math:
            self.math = False
        elif self._opens_maths(token.end()):
            self.math, self.math_start = True, len(self.out)
        else:
            self.put(token[0])

    def _opens_maths(self, end: int) -> bool:
        """Whether a dollar closes what this one opens; two amounts of money are no maths."""
        text = self.text
        for found in re.compile(_UNESCAPED_DOLLAR).finditer(text, end):
            if found[0] == "$":
                amount = text[end : end + 1].isdigit()
                after = text[found.end() : found.end() + 1]
                return not (amount and (text[found.start() - 1].isspace() or after.isdigit()))
        return False

    def script(self, token: re.Match[str]) -> None:
        sign = token[0]
        if not self.math:
            self.put(sign)
        elif sign == "_":
            self.await_argument(_math_subscript)
        else:
            bare = len(self.out) == self.math_start
            self.await_argument(_superscript if bare else _math_superscript)


_STEPS: dict[int, Callable[[_Decoder, re.Match[str]], None]] = {
    _VERBATIM: lambda decoder, token: decoder.put(token[_VERBATIM]),
    _CJK: lambda decoder, token: None,
    _SPACE_AFTER: _Decoder.word,
    _SYMBOL: _Decoder.symbol,
    _LIGATURE: _Decoder.ligature,
    _OPEN: _Decoder.open_group,
    _CLOSE: _Decoder.close_group,
    _DOLLAR: _Decoder.dollar,
    _TIE: lambda decoder, token: decoder.out.append(" "),
    _SCRIPT: _Decoder.script,
    _LAST_BACKSLASH: lambda decoder, token: decoder.put("\\"),
}


@cache
def _accent(macro: str) -> Handler:
    combining, alone = macros.ACCENTS[macro]

    def accented(argument: str, followed: bool) -> str:
        argument = argument.strip()
        if not argument:
            return alone
        base = {"ı": "i", "ȷ": "j"}.get(argument[0], argument[0])
        if macro == "." and base == "i":
            return argument.replace("ı", "i", 1)
        return unicodedata.normalize("NFC", base + combining) + argument[1:]

    return accented


def _superscript(argument: str, followed: bool) -> str:
    return argument.translate(macros.SUPERSCRIPT) if re.fullmatch(_NUMERIC, argument) else argument


def _subscript(argument: str, followed: bool) -> str:
    return argument.translate(macros.SUBSCRIPT) if re.fullmatch(_NUMERIC, argument) else argument


def _math_superscript(argument: str, followed: bool) -> str:
    argument = argument.strip()
    if argument in ("∘", "′", "∗", "*", "†", "‡", "⊤"):
        return "°" if argument == "∘" else argument
    raised = argument.translate(macros.SUPERSCRIPT)
    return raised if _all_changed(argument, raised) else _marked("^", argument)


def _math_subscript(argument: str, followed: bool) -> str:
    argument = argument.strip()
    lowered = argument.translate(macros.SUBSCRIPT)
    return lowered if _all_changed(argument, lowered) else _marked("_", argument)


def _all_changed(before: str, after: str) -> bool:
    return all(one != other for one, other in zip(before, after, strict=True))


def _marked(sign: str, argument: str) -> str:
    return f"{sign}{argument}" if len(argument) == 1 or argument.isalnum() else f"{sign}({argument})"


def _dropped(argument: str, followed: bool) -> str:
    return ""


def _dropped_if_followed(argument: str, followed: bool) -> str:
    return "" if followed else argument


_HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(macros.DROPPED, _dropped),
    **dict.fromkeys(macros.FIRST_DROPPED, _dropped_if_followed),
    **dict.fromkeys(("hspace", "vspace", "hskip", "vskip"), lambda argument, followed: " "),
    **dict.fromkeys(("textsuperscript", "textsu", "up"), _superscript),
    **dict.fromkeys(("textsubscript", "textsubs"), _subscript),
    **dict.fromkeys(("frac", "tfrac", "dfrac", "nicefrac", "sfrac"),
                    lambda argument, followed: argument + "/" if followed else argument),
    **dict.fromkeys(("footnote", "thanks"), lambda argument, followed: f" {argument}"),
    "ensuremath": lambda argument, followed: argument,
    "mathbb": lambda argument, followed: argument.translate(macros.BLACKBOARD),
    "mathds": lambda argument, followed: argument.translate(macros.BLACKBOARD),
}  # fmt: skip


@cache
def _symbol_elsewhere(word: str) -> str:
    """The text that pylatexenc's table has for a macro without arguments, or nothing."""
    spec = _elsewhere().get_macro_spec(word)
    text = getattr(spec, "simplify_repl", None)
    return text if isinstance(text, str) and "%" not in text else ""


@cache
def _elsewhere() -> Any:
    from pylatexenc.latex2text import get_default_latex_context_db  # 40 ms, for rare macros only

    return get_default_latex_context_db()


_ESCAPES = str.maketrans({
    **{sign: f"\\{sign}" for sign in "&%$#_"},
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "`": r"\textasciigrave{}",
})  # fmt: skip
_NEEDS_ESCAPE = r"[\\{}$~^`&%#_]|--|''"
_LIGATURE_PAIR = r"-(?=-)|'(?=')"


def encode(text: str, *, ascii_only: bool = False) -> str:
    """Plain text as the BibTeX value that `decode` reads as that text, white space folded.

    Control characters and lone surrogates are dropped. Braces come out balanced. With
    `ascii_only`, accents, letters and signs are written in LaTeX; what LaTeX has no macro for
    (Chinese, say) stays.
    """
    text = " ".join(text.split())
    if not text.isprintable():
        text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs"))
        text = " ".join(text.split())
    if re.search(_NEEDS_ESCAPE, text):
        text = re.sub(_LIGATURE_PAIR, r"\g<0>{}", text.translate(_ESCAPES))
    if ascii_only and not text.isascii():
        text = "".join(map(_ascii, unicodedata.normalize("NFC", text)))
    return text


@cache
def _ascii(char: str) -> str:
    if char.isascii():
        return char
    if char in macros.ASCII_OF:
        return f"{{\\{macros.ASCII_OF[char]}}}"
    composed = unicodedata.normalize("NFD", char)
    if len(composed) > 1 and composed[0].isascii() and all(mark in macros.ACCENT_OF for mark in composed[1:]):
        return f"{{{_accents(composed)}}}"
    from pylatexenc.latexencode import unicode_to_latex  # 30 ms, for rare characters only

    written = unicode_to_latex(char, unknown_char_policy="keep", unknown_char_warning=False)
    return f"{{{written}}}" if written.isascii() and decode(written) == char else char


def _accents(composed: str) -> str:
    """A letter and its combining marks as nested accent macros, the mark nearest to the letter inside."""
    macro, rest = macros.ACCENT_OF[composed[-1]], composed[:-1]
    if len(rest) > 1:
        return f"\\{macro}{{{_accents(rest)}}}"
    letter = f"\\{rest}" if rest in "ij" and macro not in "cdbk" else rest
    return f"\\{macro}{{{letter}}}" if macro.isalpha() else f"\\{macro}{letter}"


_BRACE = r"[{}]"


def is_balanced(text: str) -> bool:
    """Whether every brace has its partner, as BibTeX counts: a backslash does not escape a brace."""
    depth = 0
    for brace in re.findall(_BRACE, text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


_ADDRESS_MACRO = r"(?s)\\(?:url|href|path|nolinkurl)\s*\{([^{}]*)\}.*"
_ADDRESS_ESCAPE = r"\\(?:textasciitilde|sim)\s*(?:\{\})?|\\~(?:\{\})?|\$\\sim\$"
_ADDRESS_NOISE = r"\\(?=[_%&#$-])|[{}\s]"


def decode_url(text: str) -> str:
    """An address as values hold it, without LaTeX's escapes; `~` and `--` are parts of addresses."""
    text = text.strip()
    if "\\" not in text and "{" not in text:
        return text
    text = re.sub(_ADDRESS_MACRO, r"\1", text)
    text = text.replace(r"\textunderscore", "_")
    return re.sub(_ADDRESS_NOISE, "", re.sub(_ADDRESS_ESCAPE, "~", text))
