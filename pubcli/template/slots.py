"""What each slot shows: the plain text of a publication's title, venue, year, marks and links.

Knows publications and the options of slots; knows neither how text is escaped nor the order of slots.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pubcli.markup import safe_url
from pubcli.publication import Award, Link, Publication
from pubcli.template.syntax import Slot, TemplateError

TROPHY = "🏆"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
THUMBNAIL_FIELDS = ("preview", "thumbnail", "image", "teaser")
STATES = {
    "submitted": "Under review",
    "inpress": "In press",
    "forthcoming": "Forthcoming",
    "inpreparation": "In preparation",
}
# The best address of a publication, in this order.
BEST_LINKS = ("url", "doi", "arxiv", "pdf", "html", "website", "code")

_SERVERS = {
    "arxiv": "arXiv", "corr": "arXiv", "biorxiv": "bioRxiv", "medrxiv": "medRxiv", "chemrxiv": "ChemRxiv",
    "psyarxiv": "PsyArXiv", "ssrn": "SSRN", "techrxiv": "TechRxiv",
}  # fmt: skip
_SERVER = re.compile(r"\b(arxiv|corr|(?:bio|med|chem|tech)rxiv|psyarxiv|ssrn)\b", re.I)
# Words of a proceedings' name that do not tell one venue from another.
_BOILERPLATE = frozenset(
    "in of the on and proceedings proc annual meeting conference international findings st nd rd th".split()  # noqa: SIM905
)
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_IN_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_ISSUE_YEAR = re.compile(r"[\s'’-]*(?:19|20)?\d\d$")


@dataclass(frozen=True, slots=True)
class Context:
    """What a slot needs besides the publication; `element` is the award, tag or link of a repeated group."""

    publication: Publication
    number: int = 0
    page_tags: tuple[str, ...] | None = None
    element: Award | Link | str | None = None


def slot_text(slot: Slot, context: Context) -> str:
    """The slot's value as plain text; empty where there is none. Authors are written elsewhere."""
    text = _VALUES[slot.name](slot, context)
    if "lower" in slot.options:
        return text.lower()
    return text.upper() if "upper" in slot.options else text


def elements(of: str, options: Mapping[str, str], context: Context) -> Sequence[Award | str | Link]:
    """The awards, tags or links that a repeated group shows."""
    if of == "awards":
        return context.publication.awards
    if of == "tags":
        return shown_tags(context)
    return [link for link in _links(options, context.publication) if safe_url(link.url)]


def shown_tags(context: Context) -> list[str]:
    """The publication's tags, those that the page shows."""
    if context.page_tags is None:
        return list(context.publication.tags)
    wanted = {tag.casefold() for tag in context.page_tags}
    return [tag for tag in context.publication.tags if tag.casefold() in wanted]


# --- venues --------------------------------------------------------------------------------


def venue_name(publication: Publication) -> str:
    """The venue's full name: `arXiv preprint` for a preprint, and the table's name for a mere short name."""
    if publication.is_preprint:
        return f"{_server(publication)} preprint"
    return publication.venue or _from_table(publication.abbr, full=True) or publication.abbr


def venue_with_abbr(publication: Publication) -> str:
    """`Full name (ABBR)`, without a second `(ABBR)` where the name already has it."""
    name, abbr = venue_name(publication), publication.abbr
    if not abbr or publication.is_preprint or has_abbr(name, abbr):
        return name
    if publication.year and (short := _without_year(abbr)):
        abbr = short if abbr.endswith((str(publication.year), str(publication.year)[2:])) else abbr
    return f"{name} ({abbr})"


def has_abbr(name: str, abbr: str) -> bool:
    """Whether a venue's name tells its short name: `… (ACL)`, `… (ACL 2022)`, `ACL 2022`, `Proc. of ACL`."""
    short = _folded(_without_year(abbr) or abbr)
    if any(short == _folded(_without_year(part.strip()) or part) for part in _IN_PARENTHESES.findall(name)):
        return True
    words = [
        word for word in _WORDS.findall(name.casefold()) if word not in _BOILERPLATE and not word.isdigit()
    ]
    abbr_words = [
        word for word in _WORDS.findall(abbr.casefold()) if word not in _BOILERPLATE and not word.isdigit()
    ]
    if sorted(words) == sorted(abbr_words) or "".join(words) == short:
        return True
    return bool(
        re.search(rf"(?<!\w){re.escape(_without_year(abbr) or abbr)}[\s'’-]*(?:19|20)?\d\d(?!\w)", name, re.I)
    )


def _without_year(abbr: str) -> str:
    return _ISSUE_YEAR.sub("", abbr.strip())


def _folded(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def _server(publication: Publication) -> str:
    found = _SERVER.search(publication.venue)
    return _SERVERS[found[1].lower()] if found else "arXiv"


def _short_venue(publication: Publication) -> str:
    if publication.abbr:
        return publication.abbr
    if publication.is_preprint:
        return _server(publication)
    if short := _from_table(publication.venue, full=False):
        return short
    found = _IN_PARENTHESES.findall(publication.venue)
    return found[-1].strip() if found and publication.venue.endswith((")", "]")) else ""


def _from_table(text: str, *, full: bool) -> str:
    from pubcli.venues import find_venue  # only where the entry does not say

    venue = find_venue(text) if text else None
    return "" if venue is None else venue.full if full else venue.short


# --- links ---------------------------------------------------------------------------------


def link_url(publication: Publication, name: str) -> str:
    """The address in a field, by the field's name or its label; a bare DOI or arXiv id becomes an address."""
    raw = publication.raw(name.lower())
    if "://" in raw:
        return raw
    found = (link for link in publication.links if name.lower() in (link.field, link.label.lower()))
    return next((link.url for link in found), _own_file(raw))


def _own_file(raw: str) -> str:
    return raw if "/" in raw or "." in raw else ""


def best_url(publication: Publication) -> str:
    """The address that a linked title leads to, or empty."""
    urls = (link_url(publication, name) for name in BEST_LINKS)
    return next((url for url in urls if url and safe_url(url)), "")


def parse_labels(text: str) -> list[tuple[str, str]]:
    """`pdf:Paper, code` as fields and their labels, an empty label meaning the usual one."""
    pairs = (part.partition(":") for part in text.split(",") if part.strip())
    return [(name.strip().lower(), label.strip()) for name, _, label in pairs]


def _links(options: Mapping[str, str], publication: Publication) -> list[Link]:
    unwanted = {name for name, _ in parse_labels(options.get("not", ""))}
    if "of" not in options:
        return [link for link in publication.links if link.field not in unwanted]
    usual = {link.field: link.label for link in publication.links}
    listed = [
        Link(label or usual.get(name, name.capitalize()), link_url(publication, name), name)
        for name, label in parse_labels(options["of"])
    ]
    return [link for link in listed if link.url]


# --- the table of slots --------------------------------------------------------------------


def _venue(slot: Slot, context: Context) -> str:
    if "asis" in slot.options:
        return context.publication.venue or venue_name(context.publication)
    return venue_with_abbr(context.publication) if "abbr" in slot.options else venue_name(context.publication)


def _year(slot: Slot, context: Context) -> str:
    year = str(context.publication.year or "")
    return year[-2:] if "short" in slot.options else year


def _month(slot: Slot, context: Context) -> str:
    written = context.publication.text("month").strip(". ").lower()
    if not written and (found := re.match(r"\d{4}-(\d\d)", context.publication.raw("date"))):
        written = found[1]
    if written.isascii() and written.isdigit():
        number = int(written)
    else:
        starts = (
            at
            for at, name in enumerate(MONTHS, start=1)
            if len(written) > 2 and name.lower().startswith(written)
        )
        number = next(starts, 0)
    if not 1 <= number <= 12:
        return ""
    if "number" in slot.options:
        return str(number)
    return MONTHS[number - 1][:3] if "short" in slot.options else MONTHS[number - 1]


def _citations(slot: Slot, context: Context) -> str:
    count = context.publication.citations
    return "" if count is None else str(count)


def _url(slot: Slot, context: Context) -> str:
    return context.element.url if isinstance(context.element, Link) else best_url(context.publication)


def _link(slot: Slot, context: Context) -> str:
    url = link_url(context.publication, slot.argument)
    return url if safe_url(url) else ""


def _element_text(slot: Slot, context: Context) -> str:
    return context.element.text if isinstance(context.element, Award) else str(context.element)


def _trophy(slot: Slot, context: Context) -> str:
    is_award = isinstance(context.element, Award) and not context.element.presentation
    return slot.options.get("sign", TROPHY) if is_award else ""


def _label(slot: Slot, context: Context) -> str:
    return context.element.label if isinstance(context.element, Link) else ""


_VALUES: Mapping[str, Callable[[Slot, Context], str]] = {
    "title": lambda slot, context: context.publication.title,
    "venue": _venue,
    "abbr": lambda slot, context: _short_venue(context.publication),
    "year": _year,
    "month": _month,
    "doi": lambda slot, context: context.publication.doi,
    "arxiv": lambda slot, context: context.publication.arxiv_id,
    "url": _url,
    "key": lambda slot, context: context.publication.key,
    "type": lambda slot, context: context.publication.entry_type.lower(),
    "state": lambda slot, context: STATES.get(context.publication.state, context.publication.state),
    "citations": _citations,
    "number": lambda slot, context: str(context.number or ""),
    "thumbnail": lambda slot, context: context.publication.raw(*THUMBNAIL_FIELDS),
    "awards": lambda slot, context: slot.options.get("sep", "; ").join(
        a.text for a in context.publication.awards
    ),
    "tags": lambda slot, context: slot.options.get("sep", ", ").join(shown_tags(context)),
    "link": _link,
    "field": lambda slot, context: context.publication.text(slot.argument.lower()),
    "text": _element_text,
    "trophy": _trophy,
    "label": _label,
}


def check_slot(slot: Slot) -> None:
    """Refuse options that exclude each other."""
    for pair in (("lower", "upper"), ("abbr", "asis"), ("short", "number")):
        if slot.options.keys() >= set(pair):
            raise TemplateError(
                f"template, {slot.column}: `{pair[0]}` and `{pair[1]}` exclude each other",
                hint="leave one out",
            )
