"""Letters without what spellings differ in: case, accents, ligatures, hyphens, dots."""

from __future__ import annotations

import re
import unicodedata

# Letters that decomposing leaves alone.
_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j",
    "þ": "th", "ŋ": "ng", "’": "'", "‐": "-", "‑": "-", "–": "-", "—": "-",
})  # fmt: skip
# Letters that are written with two where there is no key for them: Müller, Mueller.
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def fold(text: str) -> str:
    """Lower case without accents; `ß` is `ss`, `æ` is `ae`."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in text if not unicodedata.combining(char)).translate(_LETTERS)


def letters(text: str) -> str:
    """The folded letters and digits alone."""
    folded = fold(text)
    return folded if folded.isalnum() else re.sub(r"[\W_]+", "", folded)


def spellings(text: str) -> frozenset[str]:
    """The folded letters, with and without the second letter of `ae`, `oe`, `ue` where an umlaut stands."""
    plain = letters(text)
    if text.isascii():
        return frozenset((plain,))
    composed = unicodedata.normalize("NFC", text).casefold()
    return frozenset((plain, letters(composed.translate(_TWO_LETTERS))))
