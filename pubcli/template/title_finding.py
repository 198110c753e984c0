"""Which stretch of a reference is its title: by its length, its words and the markup around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pubcli.template.names_finding import name_share
from pubcli.template.runs import CJK, LABEL, SENTENCE, VENUE_WORDS, WORD, YEAR, Habits, Run, cut, is_venue


def find_title(runs: Sequence[Run], habits: Habits) -> Run | None:
    """The run that is most likely the title, cut to it; None where none is likely."""
    best, most = None, 1.0
    before = 0
    for number, run in enumerate(runs[:40]):
        candidate = _trimmed_title(run)
        score = _title_score(candidate, habits, before) if candidate else 0
        if score > most:
            best, most = candidate, score
        before += len(WORD.findall(run.text)) >= 4
        if number > 24 and best:
            break
    return best


def _trimmed_title(run: Run) -> Run | None:
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
        return cut(run, first + quoted.start(group), first + quoted.end(group))
    if lead := re.match(r"[\s,.:;–—·|\])-]+(?=\S)|\d{1,3}\.\s+|\[\w{1,6}\]\s+", text):
        text, first = text[lead.end() :], first + lead.end()
    if not wrapped:
        start, end = _sentence_of_title(text)
        first, text = first + start, text[start:end]
    end_marks = re.search(r"(?:\s*\[[JCDM]\]\.?|[\s.,;:|·–—-]*(?<!\.\.)[.,;:|·\[(–—])\s*$", text)
    text = text[: end_marks.start()] if end_marks and len(text) - end_marks.start() < 12 else text
    text = text.rstrip("\u200b ")
    lead_blank = len(text) - len(text.lstrip("\u200b "))
    return cut(run, first + lead_blank, first + len(text)) if text.strip() else None


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
    spans = list(pairwise(ends))
    if len(spans) == 1:
        return 0, len(text)
    scored = [(_sentence_score(text[a:b]), a, b) for a, b in spans]
    best = max(scored)
    return best[1], best[2]


def _sentence_score(text: str) -> float:
    words = len(WORD.findall(text))
    score = min(words, 14) * 0.4
    if name_share(text) > 0.6:
        score -= 5
    if VENUE_WORDS.search(text):
        score -= 2
    if YEAR.search(text):
        score -= 2
    return score


def _title_score(run: Run, habits: Habits, before: int) -> float:
    text = run.text
    words = len(WORD.findall(text)) + len(CJK.findall(text)) / 2
    named = any(re.search(r"[tT]itle", wrap.words) for wrap in run.wraps[-2:])
    if words < 2 and not named and not (habits.title and run.look == habits.title and words):
        return 0.0
    if LABEL.match(text) or len(text) > 400:
        return 0.0
    kinds = {wrap.kind for wrap in run.wraps}
    score = min(words, 9) * 0.5 - 1.2 * before
    score += 2 * ("link" in kinds) + 1.6 * ("bold" in kinds) + 1.2 * ("italic" in kinds) + 4 * named
    if habits.title and run.look == habits.title:
        score += 2.5
    score += 3 * (run.line == habits.line)
    if name_share(text) > 0.55:
        score -= 6
    if is_venue(text):
        score -= 5
    elif VENUE_WORDS.search(text):
        score -= (
            3 if re.search(r"Conference|Symposium|Workshop|Proceedings|Transactions|Journal", text) else 1.2
        )
    if YEAR.search(text):
        score -= 1.5
    if "code" in kinds or re.fullmatch(r"\(.*\)|\[.*\]", text):
        score -= 3
    if len(text) > 220:
        score -= 2 + len(SENTENCE.findall(text))
    if any(re.search(r"badge|venue|tag|author|abstract|award", wrap.words) for wrap in run.wraps[-1:]):
        score -= 6
    return score
