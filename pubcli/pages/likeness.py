"""Whether a piece of a page looks like a reference to a publication, by what references have in common."""

from __future__ import annotations

import re
from functools import lru_cache

_MOST = 4000  # characters of a piece that are looked at: an item's reference stands before its abstract

_YEAR = r"(?<![\d./-])(?:19[5-9]|20[0-4])\d(?!\d)|[A-Za-z]['’]\d\d\b"
_NAMES = (
    r"(?:[A-Z][\w'’.-]*[^\S\n]+){1,3}(?:(?:van|de|der|den|von|di|da|del|la)[^\S\n]+)*[A-Z][\w'’-]+[^\w\n]{0,6}"
    r"(?:[,;·&|/]|，|、|；|and\b|et al|$)|[A-Z][\w'’-]+,[^\S\n]*(?:[A-Z]\.[^\S\n-]?){1,3}"
    r"|(?:[A-Z]\.[^\S\n-]?){1,3}[^\S\n]*[A-Z][\w'’-]+|[A-Z][\w'’-]+,[^\S\n]+[A-Z][\w'’-]+[^\S\n]+-"
    r"|(?<![\u4e00-\u9fff\uac00-\ud7af])[\u4e00-\u9fff\uac00-\ud7af]{2,4}[*†#\d]{0,3}[,，、;；]"
    r"|et al\b|等[.。,，]"
)
_VENUE = (
    r"(?i:\b(?:proceedings|conference|journal|transactions|arxiv|preprint|workshop|symposium|letters|press|review"
    r"|submitted|accepted|to appear|pages|annual meeting|thesis|dissertation|working paper|nature|science"
    r"|ieee|acm|springer|elsevier|note|report)\b|\b(?:proc\.|j\. |trans\.|vol\.|pp\.|in: )"
    r"|学报|会议|期刊|大学|학회|学会)"
    r"|\b[A-Z][A-Za-z&-]*[A-Z]+[A-Za-z]*[^\S\n]?(?:['’]?\d\d|(?:19|20)\d\d)\b|\b[A-Z]{3,6}\b"
)
_LINK = (
    r"(?i:arxiv\.org|doi\.org|aclanthology|aclweb\.org|openreview\.net|ieeexplore|dl\.acm\.org|springer|sciencedirect"
    r"|openaccess\.thecvf|proceedings\.(?:mlr|neurips)|biorxiv|ssrn|semanticscholar\.org/paper|view_citation|\.pdf\b"
    r"|[\[>(](?:pdf|paper|arxiv|code|doi|link|project|bib\w*|slides|论文)[\])<])"
)
_LEGEND = (
    r"(?i:(?<![\w-])(?:denotes?|indicates?|means|stands for|marked)\b"
    r"|\b(?:equal|corresponding|co-?first)\b[^\n]{0,40}$"
    r"|\bfull (?:publication )?list\b|\bcomplete list\b|\ball publications\b|temporarily omitted|coming soon"
    r"|完整列表|共同一作|通讯作者)"
)


@lru_cache(maxsize=1)
def _signs() -> dict[str, re.Pattern[str]]:
    """The signs of a reference, compiled when first asked for."""
    named = {"year": _YEAR, "names": _NAMES, "venue": _VENUE, "link": _LINK, "legend": _LEGEND}
    return {name: re.compile(pattern) for name, pattern in named.items()}


def words_of(markup: str) -> str:
    """The text of a piece without tags, link targets, emphasis and macros; line ends are kept."""
    text = re.sub(r"<[^<>]*>", " ", markup)
    text = re.sub(r"\]\([^()\s]*\)", "] ", text)
    text = re.sub(r"\\(?:href|url)\s*\{[^{}]*\}|\\[a-zA-Z@]+\*?|&(?:nbsp|#160);", " ", text)
    return re.sub(r"[*_`{}\[\]~\\$]+", "", text)


def likeness(markup: str) -> int:
    """How many signs of a reference the piece shows, up to 5: length, year, names, venue, a link."""
    markup = markup[:_MOST].replace("\r", "\n")
    words = words_of(markup)
    signs = _signs()
    if len(words.split()) < 4 and not re.search(r"[\u3040-\u9fff\uac00-\ud7af]{6}", words):
        return 0
    found = [name for name in ("year", "venue") if signs[name].search(words)]
    names = sum(1 for _ in zip(signs["names"].finditer(words), range(2), strict=False))
    return (
        len(found)
        + (names >= 2 or (names == 1 and len(words) < 400))
        + bool(signs["link"].search(markup))
        + (len(" ".join(words.split())) >= 50)
    )


def looks_like_reference(markup: str) -> bool:
    """Whether the piece is a reference, wherever it stands."""
    signs = likeness(markup)
    return signs >= 4 or (signs >= 3 and not is_legend(markup))


def may_be_reference(markup: str) -> bool:
    """Whether the piece can be a reference, given that it stands in a list of them."""
    return likeness(markup) >= 2 and not is_legend(markup)


def is_legend(markup: str) -> bool:
    """Whether the piece is a short remark about the list: what marks mean, or where the full list is."""
    words = " ".join(words_of(markup).split())
    return len(words) < 250 and bool(_signs()["legend"].search(words)) and not _signs()["year"].search(words)
