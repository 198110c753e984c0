"""Text that a terminal can be trusted with: whatever would steer it is shown as a sign of its own."""

from __future__ import annotations

_KEPT = "\u00a0\u3000\u200d"  # blanks of other widths, and what joins emoji


def visible(text: str, *, keep: str = "") -> str:
    """The text with every character that is not printable made visible, but those in `keep`."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in keep or character in _KEPT else _sign(character)
        for character in text
    )


def visible_line(line: bytes) -> str:
    """A line of a file of any encoding, made visible; tabs stay."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return visible(text, keep="\t")


def _sign(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of an argument or a file name that is no UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
