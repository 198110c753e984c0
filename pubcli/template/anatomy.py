"""Where a hand-written reference has its title, authors, venue and year.

Judges by what such things look like and by the markup around them; what a page does with most of its
references (`Habits`) tips the balance for the rest. Knows neither templates nor who I am, and takes
time linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pubcli.template.tokens import BREAK, EDGE, OPAQUE, Plain, Wrap, plain_of

LONGEST = 30_000  # characters of an item that are looked at


class Part(NamedTuple):
    """A stretch of the item: `title`, `url`, `authors`, `venue`, `abbr`, `year` or `number`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Habits:
    """What the page does with most of its references: the markup around titles and venues, their order."""

    title: str = ""
    venue: str = ""
    order: str = ""
    line: int = -1
    venue_line: int = -1


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The parts of one reference, in order and apart; `title_look` and `venue_look` are the markup around."""

    parts: tuple[Part, ...]
    title_look: str = ""
    venue_look: str = ""
    order: str = ""
    line: int = 0
    venue_line: int = -2

    def part(self, name: str) -> Part | None:
        """The first part of this name."""
        return next((part for part in self.parts if part.name == name), None)


@dataclass(slots=True)
class _Run:
    """Text without markup in it: characters `first` up to `last` of the plain text."""

    first: int
    last: int
    text: str
    wraps: tuple[Wrap, ...] = ()
    look: str = ""
    line: int = 0


def habits_of(found: Iterable[Anatomy | None]) -> Habits:
    """What is usual among these."""
    known = [anatomy for anatomy in found if anatomy is not None]

    def usual(looks: Iterable[str]) -> str:
        counted = Counter(looks).most_common(1)
        return counted[0][0] if counted and 2 * counted[0][1] >= len(known) > 1 else ""

    return Habits(
        usual(a.title_look for a in known),
        usual(a.venue_look for a in known),
        usual(a.order for a in known),
        int(usual(str(a.line) for a in known) or -1),
        int(usual(str(a.venue_line) for a in known) or -1),
    )


def anatomies(texts: Sequence[str], markup_name: str) -> list[Anatomy | None]:
    """The parts of every reference of a page, the doubtful ones judged by the others; None where no title is."""
    plains = [plain_of(text[:LONGEST], markup_name) for text in texts]
    habits = Habits()
    for _ in range(2):
        found = [_anatomy(plain, text, habits) for plain, text in zip(plains, texts, strict=True)]
        habits = habits_of(found)
    return [_anatomy(plain, text, habits) for plain, text in zip(plains, texts, strict=True)]


def _anatomy(plain: Plain, source: str, habits: Habits) -> Anatomy | None:
    runs = _runs(plain)
    title = _title(runs, habits)
    if title is None:
        return None
    authors = _authors(plain, title, runs)
    venue = _venue(runs, title, authors, habits)
    parts = [Part("title", *plain.span(title.first, title.last))]
    for wrap in reversed(title.wraps):
        if (
            wrap.kind == "link"
            and wrap.url[0] < wrap.url[1]
            and len(source[wrap.inner : wrap.inner_end]) < 700
        ):
            parts.append(Part("url", *wrap.url))
            break
    if authors:
        parts.append(Part("authors", *_whole(plain, *authors)))
    parts += [Part(name, *plain.span(first, last)) for name, first, last in venue.parts]
    if not any(name == "year" for name, _, _ in venue.parts) and (badge := _BADGE.search(source)):
        parts = [part for part in parts if part.name != "venue"]
        parts += [Part("venue", *badge.span(1)), Part("year", *badge.span(2))]
    number = re.match(
        r"\s*\\item\s*\[(\d{1,3})\]|\s*[(\[]?(\d{1,3})[.)\]](?=\s)|[-*]\s+\[(\d{1,3})\](?!\()", source
    )
    if number:
        group = number.lastindex or 0
        parts.append(Part("number", *number.span(group)))
    ordered = _apart(sorted(parts, key=lambda part: part.start))
    order = " ".join(part.name for part in ordered if part.name in ("title", "authors", "venue"))
    return Anatomy(ordered, title.look, venue.look, order, title.line, venue.line)


_BADGE = re.compile(r"img\.shields\.io/badge/([A-Za-z][\w%]*)-((?:19|20)\d\d)-")


def _apart(parts: Sequence[Part]) -> tuple[Part, ...]:
    kept: list[Part] = []
    for part in parts:
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return tuple(kept)


# --- runs --------------------------------------------------------------------------------------


def _runs(plain: Plain) -> list[_Run]:
    """The text between edges, in order, with the markup around each."""
    runs: list[_Run] = []
    wraps = plain.wraps
    line = 0
    for found in re.finditer(rf"[^{BREAK}{EDGE}{OPAQUE}]+|{BREAK}+", plain.text):
        if found[0][0] == BREAK:
            line += 1
            continue
        text = found[0].strip()
        if not text:
            continue
        first = found.start() + len(found[0]) - len(found[0].lstrip())
        last = first + len(text)
        start, end = plain.span(first, last)
        around = tuple(wrap for wrap in wraps if wrap.inner <= start and end <= wrap.inner_end)
        runs.append(_Run(first, last, text, around, _look(around, plain, first, last), line))
    return runs


def _look(wraps: Sequence[Wrap], plain: Plain, first: int, last: int) -> str:
    """How the markup closest to the text looks, for comparing one item with another."""
    looks = []
    for wrap in wraps:
        if wrap.kind in ("tr", "table", "tbody", "ul", "li", "article"):
            continue
        name = wrap.kind
        if wrap.words.startswith("<") and (found := re.search(r"class\s*=\s*[\"']?([\w -]+)", wrap.words)):
            name += "." + found[1].strip()
        looks.append(name)
    return "/".join(looks[-2:])


# --- the title ---------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{2,}")
_CJK = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_YEAR = re.compile(r"(?<![\d./:-])(?:19[5-9]|20[0-4])\d(?![\d./]\d|\d|-\d)")
_LABEL = re.compile(
    r"[\[(]?\s*(?:pdf|paper|arxiv|code|doi|link|project(?: ?page)?|bib(?:tex)?|slides?|video|poster|github|website|demo|abstract|dataset|"
    r"supp\w*|blog|page|openreview|tl;?dr|media|talk|data|model|preprint|homepage|home|poster|论文|代码|了解更多|主页)s?\s*[\])]?$",
    re.I,
)
_VENUE_WORDS = re.compile(
    r"\b(?:proceedings|proc|conference|journal|transactions|trans|arxiv|preprint|workshop|symposium|letters|annual meeting|"
    r"thesis|dissertation|ieee|acm|springer|elsevier|advances in|lecture notes|biorxiv|medrxiv|under review|submitted|work in progress|"
    r"in submission|accepted|to appear|report|international conference|findings of|corr|usenix|nature|science|phys|j|lett|review|magazine)\b"
    r"|学报|会议|期刊|大学|학회|学会|审稿",
    re.I,
)
_SENTENCE = re.compile(r"\b(?:we|our|this (?:paper|work)|is (?:a|the)|are|was|were|has been|本文)\b", re.I)


def _title(runs: Sequence[_Run], habits: Habits) -> _Run | None:
    best, most = None, 1.0
    before = 0
    for number, run in enumerate(runs[:40]):
        candidate = _trimmed_title(run)
        score = _title_score(candidate, habits, before) if candidate else 0
        if score > most:
            best, most = candidate, score
        before += len(_WORD.findall(run.text)) >= 4
        if number > 24 and best:
            break
    return best


def _trimmed_title(run: _Run) -> _Run | None:
    """The run as a title: without quotation marks, numbers in front, and what follows it in the same run."""
    text, first = run.text, run.first
    quoted = re.search(
        r"[\"“‘']{1,2}([^\"“”]{12,300}?)[,.]?[\"”’']{1,2}(?=[\s,.(]|$)|``(.{12,300}?)[,.]?''", text
    )
    wrapped = any(
        wrap.kind in ("link", "bold", "italic", "code") or "itle" in wrap.words for wrap in run.wraps
    )
    if quoted and len(quoted[0]) > 0.3 * len(text) and not (wrapped and len(quoted[0]) < 0.6 * len(text)):
        group = 1 if quoted[1] else 2
        return _cut(run, first + quoted.start(group), first + quoted.end(group))
    if lead := re.match(r"[\s,.:;–—·|\])-]+(?=\S)|\d{1,3}\.\s+|\[\w{1,6}\]\s+", text):
        text, first = text[lead.end() :], first + lead.end()
    if not wrapped:
        start, end = _sentence_of_title(text)
        first, text = first + start, text[start:end]
    cut = re.search(r"(?:\s*\[[JCDM]\]\.?|[\s.,;:|·–—-]*(?<!\.\.)[.,;:|·\[(–—])\s*$", text)
    text = text[: cut.start()] if cut and len(text) - cut.start() < 12 else text
    text = text.rstrip("\u200b ")
    lead_blank = len(text) - len(text.lstrip("\u200b "))
    return _cut(run, first + lead_blank, first + len(text)) if text.strip() else None


def _cut(run: _Run, first: int, last: int) -> _Run:
    text = run.text[first - run.first : last - run.first]
    return _Run(first, last, text, run.wraps, run.look, run.line)


def _sentence_of_title(text: str) -> tuple[int, int]:
    """Of several sentences in a run without markup, the one that is most likely a title."""
    if marked := re.search(r"\[[JCDM]\]", text):
        before = text[: marked.start()]
        etal = [
            found.end() for found in re.finditer(r"et al\.,?\s+|(?<=[A-Z])\.\s+(?=[A-Z][\w-]+[\s:])", before)
        ]
        start = etal[-1] if etal else 0
        return start, marked.start()
    ends = [0, *(m.end() for m in re.finditer(r"(?<=[a-z\d)?])[.?]\s+(?=[A-Z\"“(])", text)), len(text)]
    spans = list(zip(ends, ends[1:], strict=False))
    if len(spans) == 1:
        return 0, len(text)
    scored = [(_sentence_score(text[a:b]), a, b) for a, b in spans]
    best = max(scored)
    return best[1], best[2]


def _sentence_score(text: str) -> float:
    words = len(_WORD.findall(text))
    score = min(words, 14) * 0.4
    if name_share(text) > 0.6:
        score -= 5
    if _VENUE_WORDS.search(text):
        score -= 2
    if _YEAR.search(text):
        score -= 2
    return score


def _title_score(run: _Run, habits: Habits, before: int) -> float:
    text = run.text
    words = len(_WORD.findall(text)) + len(_CJK.findall(text)) / 2
    named = any(re.search(r"[tT]itle", wrap.words) for wrap in run.wraps[-2:])
    if words < 2 and not named and not (habits.title and run.look == habits.title and words):
        return 0.0
    if _LABEL.match(text) or len(text) > 400:
        return 0.0
    kinds = {wrap.kind for wrap in run.wraps}
    score = min(words, 9) * 0.5 - 1.2 * before
    score += 2 * ("link" in kinds) + 1.6 * ("bold" in kinds) + 1.2 * ("italic" in kinds) + 4 * named
    if habits.title and run.look == habits.title:
        score += 2.5
    score += 3 * (run.line == habits.line)
    if name_share(text) > 0.55:
        score -= 6
    if _is_venue(text):
        score -= 5
    elif _VENUE_WORDS.search(text):
        score -= (
            3 if re.search(r"Conference|Symposium|Workshop|Proceedings|Transactions|Journal", text) else 1.2
        )
    if _YEAR.search(text):
        score -= 1.5
    if "code" in kinds or re.fullmatch(r"\(.*\)|\[.*\]", text):
        score -= 3
    if len(text) > 220:
        score -= 2 + len(_SENTENCE.findall(text))
    if any(re.search(r"badge|venue|tag|author|abstract|award", wrap.words) for wrap in run.wraps[-1:]):
        score -= 6
    return score


# --- the authors -------------------------------------------------------------------------------

_SIGN = r"(?:[\s]*(?:[*†‡§¶#✉📧∗⋆★☆✝°^¹²³⁴⁵️]|\$[^$]{0,12}\$|\(equal[^()]*\)|\([\w ]{3,30} [Aa]uthor\)|\((?:Corresponding|Co-1st|Co-first)\)|\d(?:,\d)*|\([*†‡]\)))*"
_CAPITAL = "[A-Z" + "".join(chr(code) for code in range(0xC0, 0x530) if chr(code).isupper()) + "]"
_NAME = rf"(?:{_CAPITAL}[\w'’‘`.\-‐-–]*|[A-Z]\.|d['’][A-Z]\w+|(?:van|von|de|der|den|da|di|del|la|le|el|al|bin|dos|du|ter|y)(?=[ -]))"
_FULL = re.compile(rf"{_NAME}(?:\s+(?:\([A-Z]\w+\)\s+)?{_NAME}){{0,4}}")
_CJK_NAME = re.compile(r"[\u3400-\u9fff\uac00-\ud7af·]{2,5}")
_NOT_NAMES = frozenset(
    ["the", "of", "for", "with", "and", "via", "in", "on", "from", "using", "towards", "toward", "learning", "network", "networks", "model", "models", "deep", "neural", "data", "best", "paper", "technique", "technical", "report", "thesis", "section", "track", "main", "award", "oral", "spotlight", "highlight", "arxiv", "preprint", "conference", "journal", "workshop", "proceedings", "ieee", "acm", "submitted", "review", "under", "pdf", "code", "project", "page", "abstract", "analysis", "systems", "vision", "language", "international", "university", "information", "technologies", "technology", "theory", "applications", "computing", "artificial", "intelligence", "engineering", "science", "sciences", "computer", "methods", "advances", "lecture", "notes", "mathematics", "symposium", "society", "annual", "letters"]
)
_SPLIT = re.compile(r"\s*(?:[,;、，；]\s*(?:and\s+|&\s*)?|\s+(?:and|&|和)\s+|\s+[-–·/|]\s+|\s*·\s*)\s*")
_END_OF_NAMES = re.compile(r"\s*,?\s*(?:\band\b\s+)?(?:et\.?\s*al\b\.?|\bothers\b|等|\.\.\.|…)")


def is_name(piece: str) -> bool:
    piece = piece.strip(" .")
    if re.search(r"\d{3}|\d\s?[A-Za-z]|[a-z]{2}\.\s+(?=\S)", piece) and not re.search(
        r"\b(?:St|Jr|Sr)\.", piece
    ):
        return False
    piece = re.sub(rf"^(?:and|&)\s+|^[*†#]+|{_SIGN}$", "", piece).strip(" .")
    if not piece or len(piece) > 60 or _LABEL.match(piece):
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


def _authors(plain: Plain, title: _Run, runs: Sequence[_Run]) -> tuple[int, int] | None:
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


def _stretches(plain: Plain, title: _Run) -> Iterable[tuple[int, int]]:
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
        (len(single.split()) < 2
        and not _CJK_NAME.fullmatch(single.strip("*")))
        or not _is_alone(text, start, end, first, last)
    ):
        return None
    return start, end, count


def _are_people(text: str, start: int, end: int, first: int, last: int) -> bool:
    """Whether a row of names can be people: not single words only, no words of a Chinese sentence."""
    row = text[start:end].replace(EDGE, "")
    pieces = [piece.strip(" *.") for piece in _SPLIT.split(row) if piece.strip(" *.")]
    if all(_CJK.match(piece) for piece in pieces):
        line = text[first:last].replace(EDGE, "").strip()
        return 2 * len(row) > len(line)
    turned = " - " in row or ";" in row or not re.search(r"\w", text[first:start])
    return turned or any(" " in piece or "." in piece or _CJK.match(piece) for piece in pieces)


def _whole(plain: Plain, first: int, last: int) -> tuple[int, int]:
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
    """What stands between commas, each a `name`, `initials`, `end` (a name, and then something else) or `no`."""
    pieces: list[tuple[int, int, str]] = []
    flat = text[first:last].replace(EDGE, "\u200b")
    splitter = re.compile(
        r"[\u200b ]*(?:[,;、，；][\u200b ]*(?:(?:and|&)(?=[\u200b ]))?|(?<=[\u200b ])(?:and|&|和|-|–|·)(?=[\u200b ]))[\u200b ]*"
    )
    at = (
        lead.end()
        if (
            lead := re.match(
                r"[\u200b ]*(?:Authors?:?(?= )|[-*+•]|\(?\d{1,3}[.)]|\[\w{1,5}\])[\u200b ]+", flat
            )
        )
        else 0
    )
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


# --- venue and year ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    parts: list[tuple[str, int, int]] = field(default_factory=list)
    look: str = ""
    line: int = -2


def _is_venue(text: str) -> bool:
    from pubcli.venues import find_venue

    text = text.strip(" .,()[]")
    return bool(text) and len(text) < 200 and find_venue(_YEAR.sub("", text).strip(" ,.'’()")) is not None


def _venue(runs: Sequence[_Run], title: _Run, authors: tuple[int, int] | None, habits: Habits) -> _Found:
    candidates: list[tuple[float, _Run]] = []
    for number, run in enumerate(runs[:60]):
        for piece in _without(run, title, authors):
            score = _venue_score(piece, habits, title, authors, runs)
            if score > 1.5:
                candidates.append((score - 0.05 * number, piece))
    if not candidates:
        behind = _behind(runs, title, authors)
        if behind is None:
            return _Found(_year_alone(runs, title, authors))
        return _venue_parts(behind, runs, title, authors)
    best = max(candidates, key=lambda candidate: candidate[0])[1]
    return _venue_parts(best, runs, title, authors)


def _behind(runs: Sequence[_Run], title: _Run, authors: tuple[int, int] | None) -> _Run | None:
    """What stands right behind title and authors, where pages, a volume or a year follow: a venue unknown to us."""
    anchor = max(title.last, authors[1] if authors else 0)
    for run in runs:
        for piece in _without(run, title, authors):
            if anchor <= piece.first < anchor + 12:
                found = re.match(r"([A-Z][^,.;()]{3,90}?),\s*(?:pages|pp|vol|\d)", piece.text)
                return _cut(piece, piece.first, piece.first + found.end(1)) if found else None
    return None


def _without(run: _Run, title: _Run, authors: tuple[int, int] | None) -> list[_Run]:
    """What of a run is neither title nor authors."""
    left = [(run.first, run.last)]
    for taken in ((title.first, title.last), authors):
        if taken:
            left = [
                part
                for a, b in left
                for part in ((a, min(b, taken[0])), (max(a, taken[1]), b))
                if part[0] < part[1]
            ]
    pieces = []
    for a, b in left:
        text = run.text[a - run.first : b - run.first]
        start = len(text) - len(text.lstrip(" .,;:|·)]—–-[JCDM"[:12]))
        body = text[start:].rstrip(" ,;|·[—–-")
        if body:
            pieces.append(_Run(a + start, a + start + len(body), body, run.wraps, run.look, run.line))
    return pieces


def _venue_score(
    run: _Run, habits: Habits, title: _Run, authors: tuple[int, int] | None, runs: Sequence[_Run]
) -> float:
    text = run.text
    kinds = {wrap.kind for wrap in run.wraps}
    if len(text) > 260 or not re.search(r"[^\W\d_]{2}", text):
        return 0.0
    if _LABEL.match(text) and ("link" in kinds or not re.search(r"arxiv|preprint", text, re.I)):
        return 0.0
    if (
        "link" in kinds
        and "code" not in kinds
        and not _is_venue(text)
        and not (_VENUE_WORDS.search(text) and _YEAR.search(text))
    ):
        return 0.0
    score = 0.0
    if _is_venue(text):
        score += 4
    elif _VENUE_WORDS.search(text):
        score += 2.5
    elif re.search(r"\b[A-Z][A-Za-z&-]*[A-Z]\w*\b", text):
        score += 1
    if _YEAR.search(text):
        score += 2
    elif re.search(r"[A-Z]['’ ]?\d\d\b", text):
        score += 1
    if habits.venue and run.look == habits.venue:
        score += 2
    if re.match(r"\(?(?:accepted|in press|to appear|submitted|under review)\b[^A-Z]*$", text):
        score -= 3
    if any(
        re.search(r"badge|venue|journal|conference|booktitle|pubinfo|[-_]tag\b", wrap.words)
        for wrap in run.wraps[-1:]
    ):
        score += 4 if score >= 1 else 1
    score += 2 * (run.line == habits.venue_line)
    if "code" in kinds:
        score += 1.5
    if "italic" in kinds:
        score += 0.7
    if len(text) > 130:
        score -= 2
    if _SENTENCE.search(text) and len(text) > 60:
        score -= 3
    if re.search(
        r"award|citations?|best paper|^\(?(?:oral|spotlight|highlight|poster)|CCF|^TL;?DR|equal", text, re.I
    ) and not _is_venue(text):
        score -= 3
    anchor = max(title.last, authors[1] if authors else 0)
    if run.first > anchor + 200:
        score -= 2.5
    if name_share(text) > 0.6 and not _YEAR.search(text):
        score -= 3
    return score


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_TRAIL = re.compile(
    r"(?:,?\s*\(?(?:Volume|[Vv]ol\.|pages|pp\.|ISBN|ISSN|[Nn]o\.|Article)(?!\w).*|,\s*(?:\d+(?=[,:(\s]|$)|IF\s*=).*"
    rf"|\s+\d[\d–:-]*)?(?:,?\s*{_MONTH}(?:\s+\d{{1,2}})?)?[\s,.;:(（\['’–—|/-]*$"
)
_LEAD = re.compile(
    r"(?:(?:[\s,.;:(\[–—|@]|(?:Oral|Spotlight|Poster|Best Paper\w*),\s|(?:Published |Accepted |To appear |Presented )?(?:[Ii]n|at|by)[: ]\s*(?=\S))+|\(?(?:Published|Accepted|Presented) (?:at|in|by|to) |[JCDM]\][\s./,]*)+"
)


def _venue_parts(run: _Run, runs: Sequence[_Run], title: _Run, authors: tuple[int, int] | None) -> _Found:
    text = run.text
    years = list(_YEAR.finditer(text))
    lead = _LEAD.match(text)
    first = lead.end() if lead else 0
    parts: list[tuple[str, int, int]] = []
    if years:
        year = years[0] if _is_venue(text[first : years[0].start()]) else years[-1]
        head, tail = text[first : year.start()], text[year.end() :]
        name = _TRAIL.sub("", head, count=1)
        if name.count("(") > name.count(")") and re.search(r"\w{3}", name[: name.rindex("(")]):
            name = name[: name.rindex("(")].rstrip()
        if re.fullmatch(
            r"(?:The|the|In|in|Proc\.?|Proceedings of the|IEEE|ACM)?", name.strip()
        ) and re.search(r"[A-Za-z]{3}", tail):
            whole = text[first:].rstrip(" .,;")
            return _Found([("venue", run.first + first, run.first + first + len(whole))], run.look, run.line)
        if not re.search(r"[^\W\d_]{2}", name):
            inner = re.match(r"[\s,.:;)\]–—-]*(.*?)[\s,.;:)\]]*$", tail)
            if inner and re.search(r"[^\W\d_]{2}", inner[1]):
                parts.append(
                    ("venue", run.first + year.end() + inner.start(1), run.first + year.end() + inner.end(1))
                )
        elif re.match(r"['’]?\s*(?:Workshops?|Findings|Demo)\b", tail.strip(), re.I) and len(tail) < 60:
            whole = text[first:].rstrip(" .,;")
            return _Found([("venue", run.first + first, run.first + first + len(whole))], run.look, run.line)
        else:
            parts.append(("venue", run.first + first, run.first + first + len(name)))
        parts.append(("year", run.first + year.start(), run.first + year.end()))
        return _Found(sorted(parts, key=lambda part: part[1]), run.look, run.line)
    name = _TRAIL.sub("", text[first:], count=1)
    if name.count(")") > name.count("("):
        name = name.rstrip(")")
    if short := re.search(r"(?<=[A-Za-z])['’ -]{0,2}(\d\d)(?=[)\s]*$)", name):
        at = run.first + first
        head = name[: short.start()]
        if head.count("(") > head.count(")") and re.search(r"\w{3}", head[: head.rindex("(")]):
            head = head[: head.rindex("(")].rstrip()
        return _Found(
            [("venue", at, at + len(head)), ("year", at + short.start(1), at + short.end(1))],
            run.look,
            run.line,
        )
    parts.append(("venue", run.first + first, run.first + first + len(name)))
    near = _year_alone(
        [r for r in runs if abs(r.line - run.line) <= 1] or runs, title, authors
    ) or _year_alone(runs, title, authors)
    near = [
        part for part in near if not (part[1] < run.first + first + len(name) and part[2] > run.first + first)
    ]
    return _Found(sorted([*parts, *near], key=lambda part: part[1]), run.look, run.line)


def _year_alone(
    runs: Sequence[_Run], title: _Run, authors: tuple[int, int] | None
) -> list[tuple[str, int, int]]:
    for run in runs[:40]:
        for piece in _without(run, title, authors):
            if len(piece.text) > 120:
                continue
            if found := _YEAR.search(piece.text):
                return [("year", piece.first + found.start(), piece.first + found.end())]
    return []
