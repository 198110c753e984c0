"""Where a reference lists people: the longest row of names, whatever joins them and signs them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pubcli.template.runs import CJK, LABEL, Run
from pubcli.template.tokens import BREAK, EDGE, OPAQUE, Plain, Wrap

_REMARK = r"\((?:equal[^()]*|[\w ]{3,30} [Aa]uthor|Corresponding|Co-1st|Co-first|[*†‡])\)"
_SIGN = rf"(?:\s*(?:[*†‡§¶#✉📧∗⋆★☆✝°^¹²³⁴⁵️]|\$[^$]{{0,12}}\$|{_REMARK}|\d(?:,\d)*))*"
_CAPITAL = "[A-Z" + "".join(chr(code) for code in range(0xC0, 0x530) if chr(code).isupper()) + "]"
_PARTICLE = r"(?:van|von|de|der|den|da|di|del|la|le|el|al|bin|dos|du|ter|y)(?=[ -])"
_NAME = rf"(?:{_CAPITAL}[\w'’‘`.\-‐-–]*|[A-Z]\.|d['’][A-Z]\w+|{_PARTICLE})"
_FULL = re.compile(rf"{_NAME}(?:\s+(?:\([A-Z]\w+\)\s+)?{_NAME}){{0,4}}")
_CJK_NAME = re.compile(r"[\u3400-\u9fff\uac00-\ud7af·]{2,5}")
# Words of titles, venues and labels, none of which is a name.
_WORDS_OF_TITLES = """
the of for with and via in on from using towards toward learning network networks model models
deep neural data best paper technique technical report thesis section track main award oral
spotlight highlight arxiv preprint conference journal workshop proceedings ieee acm submitted
review under pdf code project page abstract analysis systems vision language international
university information technologies technology theory applications computing artificial
intelligence engineering science sciences computer methods advances lecture notes mathematics
symposium society annual letters
"""
_NOT_NAMES = frozenset(_WORDS_OF_TITLES.split())
_SPLIT = re.compile(r"\s*(?:[,;、，；]\s*(?:and\s+|&\s*)?|\s+(?:and|&|和)\s+|\s+[-–·/|]\s+|\s*·\s*)\s*")
_END_OF_NAMES = re.compile(r"\s*,?\s*(?:\band\b\s+)?(?:et\.?\s*al\b\.?|\bothers\b|等|\.\.\.|…)")


def is_name(piece: str) -> bool:
    """Whether this looks like one name: capitalised words, initials, particles; signs aside."""
    piece = piece.strip(" .")
    if re.search(r"\d{3}|\d\s?[A-Za-z]|[a-z]{2}\.\s+(?=\S)", piece) and not re.search(
        r"\b(?:St|Jr|Sr)\.", piece
    ):
        return False
    piece = re.sub(rf"^(?:and|&)\s+|^[*†#]+|{_SIGN}$", "", piece).strip(" .")
    if not piece or len(piece) > 60 or LABEL.match(piece):
        return False
    if re.search(r"\d{2}", piece):
        return False
    if _CJK_NAME.fullmatch(piece):
        return True
    words = piece.split()
    if len(words) > 6 or any(word.lower().strip(".:") in _NOT_NAMES for word in words):
        return False
    return bool(_FULL.fullmatch(piece)) and not (len(words) == 1 and piece.isupper() and len(piece) > 3)


def name_share(text: str) -> float:
    """Which share of the pieces between commas are names; 0 for a single piece."""
    flat = text.replace(EDGE, "")
    pieces = [piece for piece in _SPLIT.split(flat) if piece.strip()]
    if len(pieces) < 2:
        return 0.0
    return sum(is_name(piece) for piece in pieces) / len(pieces)


def find_authors(plain: Plain, title: Run) -> tuple[int, int] | None:
    """The stretch of the plain text that lists names: the longest, those near the title first."""
    best: tuple[float, int, int] | None = None
    for first, last in _stretches(plain, title):
        found = _names_in(plain.text, first, last)
        if found is None:
            continue
        start, end, names = found
        distance = 0 if abs(start - title.last) < 260 or abs(title.first - end) < 60 else 3
        score = min(names, 6) - distance - (1.5 if names < 2 else 0)
        if any(
            word in wrap.words for wrap in plain.wraps for word in ("author",) if _holds(plain, wrap, start)
        ):
            score += 4
        if best is None or score > best[0]:
            best = (score, start, end)
    return best[1:] if best else None


def _holds(plain: Plain, wrap: Wrap, at: int) -> bool:
    return wrap.inner <= plain.at[at] < wrap.inner_end


def _stretches(plain: Plain, title: Run) -> Iterable[tuple[int, int]]:
    """The lines of the plain text, cut where the title stands, and at pictures."""
    for found in re.finditer(
        rf"[^{BREAK}{OPAQUE}]+", plain.text[:8000] if len(plain.text) > 8000 else plain.text
    ):
        first, last = found.span()
        if first <= title.first < last:
            yield from ((first, title.first), (title.last, last))
        else:
            yield first, last


def _names_in(text: str, first: int, last: int) -> tuple[int, int, int] | None:
    """The longest row of names between two places: where it begins, ends, and how many they are."""
    pieces = _pieces(text, first, last)
    best: tuple[int, int, int] | None = None
    at = 0
    while at < len(pieces):
        row = []
        while at < len(pieces) and pieces[at][2] != "no":
            row.append(pieces[at])
            at += 1
            if row[-1][2] == "end":
                break
        else:
            at += 1
        count = sum(kind in ("name", "end") for _, _, kind in row)
        while row and row[-1][2] == "initials" and count == 0:
            row.pop()
        if count and (best is None or count > best[2]):
            best = (row[0][0], row[-1][1], count)
    if best is None:
        return None
    start, end, count = best
    start, end = _tidy(text, start, end, last)
    if not _are_people(text, start, end, first, last):
        return None
    single = text[start:end].replace(EDGE, "").strip()
    if count == 1 and (
        (len(single.split()) < 2 and not _CJK_NAME.fullmatch(single.strip("*")))
        or not _is_alone(text, start, end, first, last)
    ):
        return None
    return start, end, count


def _are_people(text: str, start: int, end: int, first: int, last: int) -> bool:
    """Whether a row of names can be people: not single words only, no words of a Chinese sentence."""
    row = text[start:end].replace(EDGE, "")
    pieces = [piece.strip(" *.") for piece in _SPLIT.split(row) if piece.strip(" *.")]
    if all(CJK.match(piece) for piece in pieces):
        line = text[first:last].replace(EDGE, "").strip()
        return 2 * len(row) > len(line)
    turned = " - " in row or ";" in row or not re.search(r"\w", text[first:start])
    return turned or any(" " in piece or "." in piece or CJK.match(piece) for piece in pieces)


def with_markup(plain: Plain, first: int, last: int) -> tuple[int, int]:
    """Where these characters stand in the source, with all of the markup that begins or ends among them."""
    start, end = plain.span(first, last)
    for wrap in plain.wraps:
        if wrap.end - wrap.start > 400:
            continue
        if wrap.start < start < wrap.inner_end < end:
            start = wrap.start
        if start < wrap.inner and wrap.start < end < wrap.end:
            end = wrap.end
    return start, end


def _is_alone(text: str, start: int, end: int, first: int, last: int) -> bool:
    around = (text[first:start] + text[end:last]).replace(EDGE, "").strip(" .,;:")
    return len(around) < 3 or "et al" in text[start:end]


def _pieces(text: str, first: int, last: int) -> list[tuple[int, int, str]]:
    """What commas part: each a `name`, `initials`, `end` (a name and more) or `no`."""
    pieces: list[tuple[int, int, str]] = []
    flat = text[first:last].replace(EDGE, "\u200b")
    splitter = re.compile(
        r"[\u200b ]*(?:[,;、，；][\u200b ]*(?:(?:and|&)(?=[\u200b ]))?"
        r"|(?<=[\u200b ])(?:and|&|和|-|–|·)(?=[\u200b ]))[\u200b ]*"
    )
    bullet = re.match(r"[\u200b ]*(?:Authors?:?(?= )|[-*+•]|\(?\d{1,3}[.)]|\[\w{1,5}\])[\u200b ]+", flat)
    at = bullet.end() if bullet else 0
    bounds = []
    for found in splitter.finditer(flat):
        bounds.append((at, found.start()))
        at = found.end()
    bounds.append((at, len(flat)))
    for start, end in bounds:
        raw = flat[start:end]
        clean = raw.replace("\u200b", "").strip()
        if not clean:
            continue
        if re.fullmatch(r"(?:(?:[A-Z]\.[\s-]?){1,4}|[A-Z](?:\s?[A-Z]){0,2})\*?" + _SIGN, clean):
            kind = "initials"
        elif pieces and (cut_initials := re.match(r"[\u200b\s]*(?:[A-Z]\.[ -]?){1,4}(?=[\u200b\s]*\()", raw)):
            pieces.append((first + start, first + start + len(cut_initials[0].rstrip()), "end"))
            continue
        elif _END_OF_NAMES.match(clean):
            ending = _END_OF_NAMES.match(re.sub(r"^[\u200b\s]+", "", raw))
            lead = len(raw) - len(re.sub(r"^[\u200b\s]+", "", raw))
            end_at = start + lead + (ending.end() if ending else 0)
            ended = len(clean) > (ending.end() if ending else 0) + 2
            pieces.append((first + start, first + end_at, "end" if ended else "initials"))
            continue
        elif is_name(clean):
            kind = "name"
        else:
            kind = _partly(pieces, raw, first + start)
            if kind:
                continue
            kind = "maybe" if re.fullmatch(r"[^\W\d_]{2,12}(?: [^\W\d_]{2,14}){1,2}", clean) else "no"
            if any(word.lower() in _NOT_NAMES for word in clean.split()):
                kind = "no"
        pieces.append((first + start, first + end, kind))
    for at, (start, end, kind) in enumerate(pieces):
        if kind == "maybe":
            among = 0 < at < len(pieces) - 1 and pieces[at - 1][2] == pieces[at + 1][2] == "name"
            pieces[at] = (start, end, "name" if among else "no")
    return pieces


def _partly(pieces: list[tuple[int, int, str]], raw: str, at: int) -> str:
    """A piece that begins, or ends, with a name: `Bo Liu. In Proceedings`, `Title. Ann Li`."""
    lead = len(raw) - len(raw.lstrip("\u200b "))
    body = raw[lead:]
    for found in re.finditer(
        r"[\u200b ]*(?:\.(?=[\u200b ]*(?:[\u200b ]|$))|[:(\[\u200b“\"]|(?<=\.)[\u200b ]| et al)", body
    ):
        head = body[: found.start()].replace("\u200b", "")
        if (
            is_name(head)
            and len(head.split()) >= (2 if not _CJK_NAME.fullmatch(head.strip()) else 1)
            and not head.rstrip().endswith((" J", " A"))
        ):
            rest = _END_OF_NAMES.match(body[found.start() :])
            end = at + lead + found.start() + (rest.end() if rest else 0)
            pieces.append((at + lead, end, "end"))
            return "end"
    tails = [found.end() for found in re.finditer(r"[.:?][\u200b ]+|\u200b+[ ]*", body)]
    for tail in reversed(tails):
        if is_name(body[tail:].replace("\u200b", "")) and len(body[tail:].replace("\u200b", "").split()) >= 2:
            pieces.append((at, at + lead + tail, "no"))
            pieces.append((at + lead + tail, at + len(raw), "name"))
            return "name"
    return ""


def _tidy(text: str, start: int, end: int, last: int) -> tuple[int, int]:
    """Without edges, blanks and a last full stop; markup that is opened inside is closed inside."""
    while start < end and text[start] in " .,;:(" + EDGE:
        start += 1
    while end > start and text[end - 1] in " ,;:" + EDGE:
        end -= 1
    body = text[start:end]
    if body.endswith(".") and not re.search(r"(?:\bal|\b[A-Z]|Jr|Sr|\.\.)\.$", body):
        end -= 1
    while end > start and text[end - 1] in " " + EDGE:
        end -= 1
    return start, end
