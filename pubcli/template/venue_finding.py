"""Which stretch of a reference names the venue, and where the year stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pubcli.template.names_finding import name_share
from pubcli.template.runs import LABEL, SENTENCE, VENUE_WORDS, YEAR, Habits, Run, cut, is_venue


@dataclass(slots=True)
class VenueFound:
    """Parts (`venue`, `year`) as characters of the plain text, and the look and line of their run."""

    parts: list[tuple[str, int, int]] = field(default_factory=list)
    look: str = ""
    line: int = -2


def find_parts_of_venue(
    runs: Sequence[Run], title: Run, authors: tuple[int, int] | None, habits: Habits
) -> VenueFound:
    """The venue and the year of a reference whose title and authors are known; either may be missing."""
    candidates: list[tuple[float, Run]] = []
    for number, run in enumerate(runs[:60]):
        for piece in _without(run, title, authors):
            score = _venue_score(piece, habits, title, authors)
            if score > 1.5:
                candidates.append((score - 0.05 * number, piece))
    if not candidates:
        behind = _behind(runs, title, authors)
        if behind is None:
            return VenueFound(_year_alone(runs, title, authors))
        return _venue_parts(behind, runs, title, authors)
    best = max(candidates, key=lambda candidate: candidate[0])[1]
    return _venue_parts(best, runs, title, authors)


def _behind(runs: Sequence[Run], title: Run, authors: tuple[int, int] | None) -> Run | None:
    """What stands right behind title and authors, where pages or a volume follow: an unknown venue."""
    anchor = max(title.last, authors[1] if authors else 0)
    for run in runs:
        for piece in _without(run, title, authors):
            if anchor <= piece.first < anchor + 12:
                found = re.match(r"([A-Z][^,.;()]{3,90}?),\s*(?:pages|pp|vol|\d)", piece.text)
                return cut(piece, piece.first, piece.first + found.end(1)) if found else None
    return None


def _without(run: Run, title: Run, authors: tuple[int, int] | None) -> list[Run]:
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
        start = len(text) - len(text.lstrip(" .,;:|·)]—–-"))
        body = text[start:].rstrip(" ,;|·[—–-")
        if body:
            pieces.append(Run(a + start, a + start + len(body), body, run.wraps, run.look, run.line))
    return pieces


_MARKED_AS_VENUE = re.compile(r"badge|venue|journal|conference|booktitle|pubinfo|[-_]tag\b")
_NOT_A_VENUE = re.compile(
    r"award|citations?|best paper|^\(?(?:oral|spotlight|highlight|poster)|CCF|^TL;?DR|equal", re.I
)
_ONLY_A_STATE = re.compile(r"\(?(?:accepted|in press|to appear|submitted|under review)\b[^A-Z]*$")


def _venue_score(run: Run, habits: Habits, title: Run, authors: tuple[int, int] | None) -> float:
    """How likely the run is to name the venue; 0 for what cannot."""
    text, kinds = run.text, {wrap.kind for wrap in run.wraps}
    known, worded, dated = is_venue(text), bool(VENUE_WORDS.search(text)), bool(YEAR.search(text))
    linked = "link" in kinds and "code" not in kinds
    if (
        len(text) > 260
        or not re.search(r"[^\W\d_]{2}", text)
        or (linked and not (known or (worded and dated)))
    ):
        return 0.0
    if LABEL.match(text) and ("link" in kinds or not re.search(r"arxiv|preprint", text, re.I)):
        return 0.0
    score = 4.0 if known else 2.5 if worded else bool(re.search(r"\b[A-Z][A-Za-z&-]*[A-Z]\w*\b", text))
    score += 2 if dated else bool(re.search(r"[A-Z]['’ ]?\d\d\b", text))
    score += 2 * bool(habits.venue and run.look == habits.venue) - 3 * bool(_ONLY_A_STATE.match(text))
    if any(_MARKED_AS_VENUE.search(wrap.words) for wrap in run.wraps[-1:]):
        score += 4 if score >= 1 else 1
    behind = max(title.last, authors[1] if authors else 0)
    weights = (
        (2.0, run.line == habits.venue_line),
        (1.5, "code" in kinds),
        (0.7, "italic" in kinds),
        (-2.0, len(text) > 130),
        (-3.0, len(text) > 60 and bool(SENTENCE.search(text))),
        (-3.0, not known and bool(_NOT_A_VENUE.search(text))),
        (-2.5, run.first > behind + 200),
        (-3.0, not dated and name_share(text) > 0.6),
    )
    return score + sum(weight for weight, holds in weights if holds)


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
# What follows a venue's name in the same run: volume, pages, a month.
_TRAIL = re.compile(
    r"(?:,?\s*\(?(?:Volume|[Vv]ol\.|pages|pp\.|ISBN|ISSN|[Nn]o\.|Article)(?!\w).*"
    r"|,\s*(?:\d+(?=[,:(\s]|$)|IF\s*=).*|\s+\d[\d–:-]*)?"
    rf"(?:,?\s*{_MONTH}(?:\s+\d{{1,2}})?)?[\s,.;:(（\['’–—|/-]*$"
)
# What stands before it: `In`, `Published at`, `[J].`
_LEAD = re.compile(
    r"(?:(?:[\s,.;:(\[–—|@]|(?:Oral|Spotlight|Poster|Best Paper\w*),\s"
    r"|(?:Published |Accepted |To appear |Presented )?(?:[Ii]n|at|by)[: ]\s*(?=\S))+"
    r"|\(?(?:Published|Accepted|Presented) (?:at|in|by|to) |[JCDM]\][\s./,]*)+"
)


def _behind_remarks(text: str, first: int) -> int:
    """Where a known venue begins that stands behind names: `and friends, Di Eng, ICML 2020`."""
    for comma in list(re.finditer(r",\s+", text[first:]))[:6]:
        start = first + comma.end()
        if is_venue(text[first:]):
            break
        if is_venue(text[start:].rstrip(" .")) and name_share(text[first : start - 2]) > 0.6:
            return start
    return first


def _venue_parts(run: Run, runs: Sequence[Run], title: Run, authors: tuple[int, int] | None) -> VenueFound:
    text = run.text
    years = list(YEAR.finditer(text))
    lead = _LEAD.match(text)
    first = _behind_remarks(text, lead.end() if lead else 0)
    parts: list[tuple[str, int, int]] = []
    if years:
        year = years[0] if is_venue(text[first : years[0].start()]) else years[-1]
        head, tail = text[first : year.start()], text[year.end() :]
        name = _TRAIL.sub("", head, count=1)
        if name.count("(") > name.count(")") and re.search(r"\w{3}", name[: name.rindex("(")]):
            name = name[: name.rindex("(")].rstrip()
        if re.fullmatch(
            r"(?:The|the|In|in|Proc\.?|Proceedings of the|IEEE|ACM)?", name.strip()
        ) and re.search(r"[A-Za-z]{3}", tail):
            whole = text[first:].rstrip(" .,;")
            return VenueFound(
                [("venue", run.first + first, run.first + first + len(whole))], run.look, run.line
            )
        if not re.search(r"[^\W\d_]{2}", name):
            inner = re.match(r"[\s,.:;)\]–—-]*(.*?)[\s,.;:)\]]*$", tail)
            if inner and re.search(r"[^\W\d_]{2}", inner[1]):
                parts.append(
                    ("venue", run.first + year.end() + inner.start(1), run.first + year.end() + inner.end(1))
                )
        elif re.match(r"['’]?\s*(?:Workshops?|Findings|Demo)\b", tail.strip(), re.I) and len(tail) < 60:
            whole = text[first:].rstrip(" .,;")
            return VenueFound(
                [("venue", run.first + first, run.first + first + len(whole))], run.look, run.line
            )
        else:
            parts.append(("venue", run.first + first, run.first + first + len(name)))
        parts.append(("year", run.first + year.start(), run.first + year.end()))
        return VenueFound(sorted(parts, key=lambda part: part[1]), run.look, run.line)
    name = _TRAIL.sub("", text[first:], count=1)
    if name.count(")") > name.count("("):
        name = name.rstrip(")")
    if short := re.search(r"(?<=[A-Za-z])['’ -]{0,2}(\d\d)(?=[)\s]*$)", name):
        at = run.first + first
        head = name[: short.start()]
        if head.count("(") > head.count(")") and re.search(r"\w{3}", head[: head.rindex("(")]):
            head = head[: head.rindex("(")].rstrip()
        return VenueFound(
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
    return VenueFound(sorted([*parts, *near], key=lambda part: part[1]), run.look, run.line)


def _year_alone(
    runs: Sequence[Run], title: Run, authors: tuple[int, int] | None
) -> list[tuple[str, int, int]]:
    for run in runs[:40]:
        for piece in _without(run, title, authors):
            if len(piece.text) > 120:
                continue
            if found := YEAR.search(piece.text):
                return [("year", piece.first + found.start(), piece.first + found.end())]
    return []
