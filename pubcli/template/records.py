"""From the text that each slot of a template stood for to a record: a publication without a key.

Knows how a value is written in BibTeX and which kind of entry a venue makes; knows neither how the
text was cut into slots nor where it came from. Nothing is looked up and nothing is invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pubcli.bibtex import latex
from pubcli.markup import HTML, Markup
from pubcli.publication import LINK_FIELDS, Publication
from pubcli.template.author_reading import read_authors
from pubcli.template.authors import AuthorStyle
from pubcli.template.slots import MONTHS, STATES, parse_labels
from pubcli.template.syntax import Repeat, Slot
from pubcli.template.writing import markup_at

_DOI_URL = re.compile(r"https?://(?:dx\.|www\.)?doi\.org/(10\.\d{4,9}/\S+)", re.I)
_ARXIV_URL = re.compile(r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})", re.I)
_JOURNAL = re.compile(
    r"\b(?:journal|j\.|transactions?|trans\.|letters|magazine|annals|bulletin|nature|science|review|acta|plos|jmlr|tacl|tmlr"
    r"|pami|physics)(?!\w)",
    re.I,
)
_PREPRINT = re.compile(r"\b(?:arxiv|corr|(?:bio|med|chem|psya?)rxiv|ssrn|techrxiv|preprint)\b", re.I)
_LAST_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)(?!.*(?<!\d)(?:19|20)\d\d(?!\d))", re.S)
_TRAILING_SHORT = re.compile(r"\(([A-Z][\w&/+-]{1,15}(?:[ '’-]+(?:19|20)?\d\d)?)\)$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_WRAPPED = re.compile(rf"{_TAG.pattern}|(?<!\\)(?:\*\*|__)|(?<!\\)\[([^\[\]]*)(?<!\\)\]\([^()\s]*\)")
# Words on links, and the fields that hold such links; what is not here is told by its address.
_LINK_WORDS = {
    "paper": "pdf", "preprint": "arxiv", "github": "code", "source": "code", "codes": "code",
    "project": "website", "project page": "website", "page": "website", "webpage": "website",
    "homepage": "website", "talk": "video", "supplementary": "supp", "appendix": "supp", "link": "url",
}  # fmt: skip
_LINK_LABELS = {label.lower(): name for name, label, _ in LINK_FIELDS}
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Captured:
    """The text a slot stood for; `element` tells the passes through a repeated group apart."""

    slot: Slot
    text: str
    group: Repeat | None = None
    element: int = 0


@dataclass(slots=True)
class Record:
    """A record in the making; `extra` fields follow from what was read and may be left out."""

    fields: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    entry_type: str = ""
    key: str = ""
    number: int = 0
    mine: tuple[int, ...] = ()
    elided: bool = False

    def publications(self) -> Iterator[Publication]:
        """The record as a publication without a key: with and without what only follows from the text."""
        repeated = list(self.fields.values()).count(self.fields.get("url", "")) > 1
        without_url = {name: value for name, value in self.fields.items() if name != "url"}
        for fields in (self.fields, without_url) if repeated else (self.fields,):
            for extra in (self.extra, {}) if self.extra else ({},):
                every = {**extra, **fields}
                yield Publication("", self.entry_type or _type_of(every), every)


def record_of(
    captured: Sequence[Captured], styles: Mapping[str, AuthorStyle], markup: Markup
) -> Record | None:
    """The record that these texts make, or None where one of them cannot be what its slot says."""
    record = Record()
    for capture in captured:
        if capture.group is None and not _read_slot(record, capture, styles, markup):
            return None
    for group in {id(capture.group): capture.group for capture in captured if capture.group}.values():
        _read_group(record, group, [capture for capture in captured if capture.group is group], markup)
    _complete(record)
    return record


def plain_text(text: str, slot: Slot, markup: Markup) -> str:
    """What a reader sees where this text stands in the slot's place, on one line."""
    if slot.place in ("address", "address part"):
        return text.strip().replace(r"\%", "%").replace(r"\#", "#").replace(r"\_", "_").replace(r"\&", "&")
    if slot.place == "attribute":
        return " ".join(HTML.unescape(text).split())
    markup = markup_at(slot, markup)
    if markup.name == "latex":
        return latex.decode(text)
    if markup.name == "markdown":
        text = _WRAPPED.sub(lambda found: found[1] or "", text)
    elif markup.name == "html":
        text = _TAG.sub("", text)
    return " ".join(markup.unescape(text).split())


# --- single slots --------------------------------------------------------------------------


def _read_slot(record: Record, capture: Captured, styles: Mapping[str, AuthorStyle], markup: Markup) -> bool:
    """Take one text over; False where it cannot be what the slot says."""
    slot = capture.slot
    if not capture.text.strip():
        return True
    if slot.name == "authors":
        return _read_authors(record, capture.text, styles[slot.column], markup_at(slot, markup))
    text = plain_text(capture.text, slot, markup)
    if not text:
        return True
    return _READERS[slot.name](record, text, slot) is not False


def _read_authors(record: Record, text: str, style: AuthorStyle, markup: Markup) -> bool:
    read = read_authors(text, style, markup)
    if read is None:
        return False
    record.fields["author"] = read.value
    record.mine, record.elided = read.mine, read.elided
    if read.roles:
        record.fields["author+an"] = "; ".join(f"{at + 1}={','.join(roles)}" for at, roles in read.roles)
    return True


def _text_field(name: str) -> Callable[[Record, str, Slot], bool | None]:
    def read(record: Record, text: str, slot: Slot) -> bool | None:
        value = latex.encode(text)
        if record.fields.setdefault(name, value) != value:
            return False
        return None

    return read


def _read_venue(record: Record, text: str, slot: Slot) -> None:
    record.fields.pop("howpublished", None)
    record.fields[_venue_field(text)] = latex.encode(text)
    if found := _TRAILING_SHORT.search(text):
        record.extra["abbr"] = latex.encode(found[1])


def _venue_field(text: str) -> str:
    from pubcli.venues import find_venue

    if _PREPRINT.search(text):
        return "howpublished"
    venue = find_venue(text)
    is_journal = venue.kind == "journal" if venue else bool(_JOURNAL.search(text))
    return "journal" if is_journal else "booktitle"


def _read_year(record: Record, text: str, slot: Slot) -> bool | None:
    if "short" in slot.options:
        text = f"20{text}" if int(text) < 50 else f"19{text}"
    return _text_field("year")(record, text, slot)


def _read_month(record: Record, text: str, slot: Slot) -> bool | None:
    if text.isdigit():
        name = MONTHS[int(text) - 1] if 1 <= int(text) <= 12 else ""
    else:
        name = next((month for month in MONTHS if month.lower().startswith(text.lower().rstrip("."))), "")
    if not name:
        return False
    record.fields["month"] = name
    return None


def _read_doi(record: Record, text: str, slot: Slot) -> None:
    record.fields["doi"] = text


def _read_arxiv(record: Record, text: str, slot: Slot) -> None:
    record.fields.update(eprint=text, archiveprefix="arXiv")


def _read_url(record: Record, text: str, slot: Slot) -> None:
    record.fields["url"] = text
    _note_identifiers(record, text)


def _read_link(record: Record, text: str, slot: Slot) -> None:
    _take_link(record, link_field(slot.argument, text, {}), text)


def _read_key(record: Record, text: str, slot: Slot) -> None:
    record.key = text


def _read_type(record: Record, text: str, slot: Slot) -> None:
    record.entry_type = text.lower()


def _read_state(record: Record, text: str, slot: Slot) -> None:
    record.fields["pubstate"] = next((name for name, shown in STATES.items() if shown == text), text)


def _read_citations(record: Record, text: str, slot: Slot) -> None:
    record.fields["citationcount"] = text


def _read_number(record: Record, text: str, slot: Slot) -> None:
    record.number = int(text[:9])


def _read_thumbnail(record: Record, text: str, slot: Slot) -> None:
    record.fields["preview"] = text


def _read_awards(record: Record, text: str, slot: Slot) -> None:
    record.fields["award"] = latex.encode("; ".join(text.split(slot.options.get("sep", "; "))))


def _read_tags(record: Record, text: str, slot: Slot) -> None:
    record.fields["keywords"] = latex.encode(", ".join(text.split(slot.options.get("sep", ", "))))


def _read_field(record: Record, text: str, slot: Slot) -> bool | None:
    return _text_field(slot.argument.lower())(record, text, slot)


_READERS: Mapping[str, Callable[[Record, str, Slot], bool | None]] = {
    "title": _text_field("title"),
    "venue": _read_venue,
    "abbr": _text_field("abbr"),
    "year": _read_year,
    "month": _read_month,
    "doi": _read_doi,
    "arxiv": _read_arxiv,
    "url": _read_url,
    "key": _read_key,
    "type": _read_type,
    "state": _read_state,
    "citations": _read_citations,
    "number": _read_number,
    "thumbnail": _read_thumbnail,
    "awards": _read_awards,
    "tags": _read_tags,
    "link": _read_link,
    "field": _read_field,
}


# --- repeated groups -----------------------------------------------------------------------


def _read_group(record: Record, group: Repeat, captured: Sequence[Captured], markup: Markup) -> None:
    elements: dict[int, dict[str, str]] = {}
    for capture in captured:
        texts = elements.setdefault(capture.element, {})
        texts[capture.slot.name] = plain_text(capture.text, capture.slot, markup)
    if group.of == "links":
        labels = {label.lower(): name for name, label in parse_labels(group.options.get("of", "")) if label}
        for texts in elements.values():
            url = texts.get("url", "")
            _take_link(record, link_field(texts.get("label", ""), url, labels), url)
        return
    separator, name = ("; ", "award") if group.of == "awards" else (", ", "keywords")
    texts_shown = [texts["text"] for texts in elements.values() if texts.get("text")]
    if texts_shown:
        record.fields[name] = latex.encode(separator.join(texts_shown))


def link_field(label: str, url: str, labels: Mapping[str, str]) -> str:
    """The field for a link: by the template's labels, the usual ones, the words people use, the address."""
    word = label.strip().lower()
    for table in (labels, _LINK_LABELS, _LINK_WORDS):
        if word in table:
            return table[word]
    if word in (name for name, _, _ in LINK_FIELDS):
        return word
    slug = _SLUG.sub("", word)
    if slug and slug[0].isalpha():
        return slug
    if _DOI_URL.match(url):
        return "doi"
    return "arxiv" if _ARXIV_URL.match(url) else "url"


def _take_link(record: Record, name: str, url: str) -> None:
    """Keep an address in its field, a canonical one of a DOI or arXiv id as the identifier."""
    if not url:
        return
    if name == "doi" and (doi := _DOI_URL.match(url)) and url == f"https://doi.org/{doi[1].lower()}":
        record.fields["doi"] = doi[1]
    elif name == "arxiv" and (arxiv := _ARXIV_URL.match(url)) and url == f"https://arxiv.org/abs/{arxiv[1]}":
        record.fields.update(eprint=arxiv[1], archiveprefix="arXiv")
    else:
        record.fields.setdefault(name, url)
        _note_identifiers(record, url)


def _note_identifiers(record: Record, url: str) -> None:
    if found := _DOI_URL.match(url):
        record.extra.setdefault("doi", found[1])
    elif found := _ARXIV_URL.match(url):
        record.extra.setdefault("eprint", found[1])
        record.extra.setdefault("archiveprefix", "arXiv")


# --- the whole -----------------------------------------------------------------------------


def _complete(record: Record) -> None:
    """What follows from the rest: a year that stands in the venue, and an address that is an identifier."""
    if "year" not in record.fields:
        shown = " ".join(
            record.fields.get(name, "") for name in ("booktitle", "journal", "howpublished", "abbr")
        )
        if found := _LAST_YEAR.search(shown):
            record.extra["year"] = found[1]


def _type_of(fields: Mapping[str, str]) -> str:
    from pubcli.venues import find_venue

    if "journal" in fields:
        return "article"
    if "booktitle" in fields:
        return "inproceedings"
    if "howpublished" in fields or "abbr" not in fields:
        return "misc"
    abbr = re.sub(r"[\s'’-]*(?:19|20)?\d\d$", "", fields["abbr"])
    if _PREPRINT.search(abbr):
        return "misc"
    venue = find_venue(abbr)
    return "article" if venue and venue.kind == "journal" else "inproceedings"
