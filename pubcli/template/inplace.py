"""References read where they stand: what each part says, and the same text with some parts said anew.

The text between the parts (markup, links, remarks) is never touched, so a reference that agrees with
its publication stays as it is, to the byte. Knows how parts are written; knows neither pages nor the
library.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pubcli.markup import Markup
from pubcli.publication import Publication
from pubcli.template.anatomy import Anatomy, Part, anatomies
from pubcli.template.author_reading import ReadAuthors, read_authors
from pubcli.template.authors import NAME_FORMATS, AuthorStyle, write_authors
from pubcli.template.names_finding import is_name
from pubcli.template.records import Captured, record_of
from pubcli.template.syntax import Slot
from pubcli.template.tokens import plain_of

_YEAR = re.compile(r"(?<!\d)(?:19[5-9]|20[0-4])\d(?!\d)")
# What may stand between names besides markup: joiners, signs of roles, remarks in parentheses.
_BETWEEN_NAMES = re.compile(
    r"\([^()]{0,40}\)|\bet\.?\s*al\b\.?|\b(?:and|others|incl)\b|等|和|[\s,.;:&*†‡§¶#✉📧∗⋆★☆^\d{}$\\'`’·、，；…\u200b️°()|/-]"
)
_FORMATS = ("full", "last-initials", "vancouver", "last-first")


@dataclass(frozen=True, slots=True)
class PartsRead:
    """One reference read: its parts, and the record they make.

    `exact`: every part, written again from the record, is the same text, and no author, venue or year
    was left in the text between the parts. `why` says what is missing for that.
    """

    text: str
    parts: tuple[Part, ...]
    record: Publication
    style: AuthorStyle
    exact: bool
    why: str = ""


def read_page(texts: Sequence[str], markup: Markup) -> list[PartsRead | None]:
    """Every reference of a page, each judged in the light of the others; None where no title was found."""
    found = anatomies(texts, markup.name)
    styles = [_style(text, anatomy, markup) for text, anatomy in zip(texts, found, strict=True)]
    usual = Counter(style for style in styles if style).most_common(1)
    style = usual[0][0] if usual else AuthorStyle("{}")
    return [
        _read(text, anatomy, style if _fits(text, anatomy, style, markup) else own or style, markup)
        if anatomy
        else None
        for text, anatomy, own in zip(texts, found, styles, strict=True)
    ]


def revised(read: PartsRead, publication: Publication, markup: Markup, mine: Collection[int] = ()) -> str:
    """The reference with the parts that say something else than the publication written anew."""
    text = read.text
    for part in reversed(read.parts):
        written = _written(part, read, publication, markup, mine)
        if written is not None:
            text = text[: part.start] + written + text[part.end :]
    return text


# --- reading -----------------------------------------------------------------------------------


def _read(text: str, anatomy: Anatomy, style: AuthorStyle, markup: Markup) -> PartsRead:
    parts = list(anatomy.parts)
    captured = []
    for part in parts:
        slot = _slot(part, text)
        if slot:
            written = text[part.start : part.end]
            if part.name == "authors":
                written = _names(written, markup)
            elif part.name == "title" and "\x1f" in (seen := plain_of(written, markup.name).text):
                written = markup.escape(seen.replace("\x1f", ""))
            captured.append(Captured(slot, written))
    record = record_of(captured, {"": style}, markup)
    if record is None:  # the authors are none
        parts = [part for part in parts if part.name != "authors"]
        kept = [capture for capture in captured if capture.slot.name != "authors"]
        record = record_of(kept, {"": style}, markup)
    assert record is not None
    publication = next(record.publications())
    why = _missing(text, parts, publication, style, markup)
    return PartsRead(text, tuple(parts), publication, style, not why, why)


def _slot(part: Part, text: str) -> Slot | None:
    if part.name == "number":
        return None
    if part.name == "year":
        return Slot("year", options={"short": ""} if part.end - part.start == 2 else {})
    if part.name == "url":
        return Slot("url", place="address")
    name = "abbr" if part.name == "venue" and _is_short(text[part.start : part.end]) else part.name
    return Slot(name)


def _is_short(text: str) -> bool:
    """Whether a venue is told by its short name alone."""
    from pubcli.venues import find_venue

    if not re.fullmatch(r"[A-Z][\w&/+@.' -]{1,24}", text) or " of " in text:
        return False
    venue = find_venue(text)
    if venue is not None:
        return venue.short.casefold() == text.casefold() and venue.kind != "preprint"
    return bool(re.fullmatch(r"(?:[A-Z][A-Za-z&/+-]*[A-Z][A-Za-z&/+-]*)(?: [A-Z]{2,})?", text))


def _style(text: str, anatomy: Anatomy | None, markup: Markup) -> AuthorStyle | None:
    """How the names of this reference are written: the first format in which all of them are found again."""
    part = anatomy.part("authors") if anatomy else None
    if part is None:
        return None
    written = _names(text[part.start : part.end], markup)
    best: tuple[int, AuthorStyle] | None = None
    for style in _styles(written, markup):
        read = read_authors(written, style, markup)
        if read is None:
            continue
        left = _left_over(written, read, style, markup)
        if left is not None and (best is None or left < best[0]):
            best = (left, style)
        if left == 0:
            break
    return best[1] if best else None


def _fits(text: str, anatomy: Anatomy, style: AuthorStyle, markup: Markup) -> bool:
    """Whether the names can be read in this style, that of most references of the page."""
    part = anatomy.part("authors")
    if part is None:
        return True
    written = _names(text[part.start : part.end], markup)
    read = read_authors(written, style, markup)
    return read is not None and _left_over(written, read, style, markup) == 0


def _names(written: str, markup: Markup) -> str:
    """The list without what is no part of a name: invisible characters, signs in mathematics, line breaks.

    Where its markup holds several names at once, without any markup.
    """
    bare = re.sub(r"<br\s*/?>|[\u200b\ufe0f]|\$\^?[^$\w]{0,3}[a-z{}\\*]{0,12}\$", "", written)
    if read_authors(bare, AuthorStyle("{}"), markup) is not None:
        return bare
    return re.sub(r"[\x1e\x1f]", "", plain_of(bare, markup.name).text).replace("\n", " ")


def _styles(written: str, markup: Markup) -> list[AuthorStyle]:
    sep = " - " if re.search(r",\s+[^,]+\s-\s", written) else "; " if ";" in written else ", "
    plain = AuthorStyle("{}", sep=sep, last=sep, two=sep)
    formats: Sequence[str] = _FORMATS
    if sep != ", ":
        formats = ("last-first", *_FORMATS)
    elif re.search(r"(?:^|[\s,*{>])[A-Z]\.\s*(?:[A-Z]\.)?[*}\s<,\\/b]*,", written) and re.search(
        r"[a-z], \**[A-Z]\.", written
    ):
        formats = ("last-initials", *_FORMATS)
    elif re.search(r"[a-z] [A-Z]{1,3}, ", written):
        formats = ("vancouver", *_FORMATS)
    return [replace(plain, names=name) for name in formats]


def _left_over(written: str, read: ReadAuthors, style: AuthorStyle, markup: Markup) -> int | None:
    """How many characters of a list are no part of a name, a joiner or a sign; None if a name is missing."""
    from pubcli.bibtex.names import parse_names

    plain = plain_of(written, markup.name).text
    flat = " ".join(re.sub(r"[\x1e\x1f\u200b]", "", plain).split())
    at, left = 0, ""
    for name in parse_names(read.value).names:
        shown = NAME_FORMATS[style.names](name)
        found = _found(flat, shown, at)
        if found is None:
            return None
        left += flat[at : found[0]]
        at = found[1]
    left += flat[at:]
    return len(_BETWEEN_NAMES.sub("", left))


def _found(flat: str, shown: str, at: int) -> tuple[int, int] | None:
    start = flat.find(shown, at)
    if start >= 0:
        return start, start + len(shown)
    loose = re.compile(r"[\s.*~\u200b]*".join(map(re.escape, re.sub(r"[\s.]", "", shown))))
    found = loose.search(flat, at)
    return found.span() if found else None


def _missing(
    text: str, parts: Sequence[Part], record: Publication, style: AuthorStyle, markup: Markup
) -> str:
    """Why the reference is not read exactly; empty where it is."""
    for part in parts:
        if why := _differs(part, text, record, style, markup):
            return why
    names = {part.name for part in parts}
    rest = _rest(text, parts, markup)
    reasons = (
        ("there are no authors", "authors" not in names),
        (
            "there are names besides",
            any(_names_more(line) for line in rest.split("\n") if "\u241f" in line),
        ),
        ("there is a year besides", "year" not in names and not record.year and bool(_YEAR.search(rest))),
        ("there is a venue besides", "venue" not in names and _names_venue(rest)),
    )
    return next((reason for reason, holds in reasons if holds), "")


def _differs(part: Part, text: str, record: Publication, style: AuthorStyle, markup: Markup) -> str:
    """How a part, written again from the record, differs from what stands there; empty where it does not."""
    written = text[part.start : part.end]
    if part.name == "authors":
        names = _names(written, markup)
        read = read_authors(names, style, markup)
        is_whole = read is not None and _left_over(names, read, style, markup) == 0
        return "" if is_whole else "the authors are not all names"
    if part.name not in ("title", "venue"):
        return ""
    value = record.title if part.name == "title" else record.venue or record.abbr
    before = text[text.rfind("\n", 0, part.start) + 1 : part.start] or "x"
    again = markup.escape(value, before, text[part.end : part.end + 1])
    return "" if again == written else f"the {part.name} would be written {again!r}, not {written!r}"


def _rest(text: str, parts: Sequence[Part], markup: Markup) -> str:
    """The visible text besides the parts, that of the reference's own lines."""
    cut = text
    for part in reversed(parts):
        mark = "\u241f" if part.name == "authors" else "\u241e"
        cut = f"{cut[: part.start]}, {mark} ,{cut[part.end :]}"
    return re.sub(r"[\x1e\x1f]", " ", plain_of(cut[:4000], markup.name).text)


def _names_more(line: str) -> bool:
    """Whether a line says further names beside the list of authors (U+241F)."""
    pieces = [piece for piece in re.split(r"[,;\u241e\u241f]| and ", line) if piece.strip(" .*")]
    return sum(len(piece.split()) > 1 and is_name(piece) for piece in pieces) > 1


def _names_venue(rest: str) -> bool:
    from pubcli.venues import find_venue

    pieces = re.split(r"[\n,.;:|()\[\]\u241e\u241f]", rest)
    return any(
        len(piece.strip()) > 2 and find_venue(_YEAR.sub("", piece).strip(" '’*")) is not None
        for piece in pieces[:60]
    )


# --- writing -----------------------------------------------------------------------------------


def _written(
    part: Part, read: PartsRead, publication: Publication, markup: Markup, mine: Collection[int]
) -> str | None:
    """The part as the publication has it, or None where the page says the same already."""
    compare = _SAYS_OTHERWISE.get(part.name)
    if compare is None or not compare(read.record, publication):
        return None
    before = read.text[read.text.rfind("\n", 0, part.start) + 1 : part.start] or "x"
    after = read.text[part.end : part.end + 1]
    if part.name == "title":
        return markup.escape(publication.title, before, after)
    if part.name == "year":
        year = str(publication.year)
        return year[-2:] if part.end - part.start == 2 else year
    if part.name == "url":
        return markup.url(publication.raw("url"))
    if part.name == "venue":
        short = read.record.abbr and not read.record.venue
        return markup.escape((publication.abbr if short else "") or publication.venue, before, after)
    me = _me_of(read, part, markup)
    style = replace(read.style, me=me)
    return write_authors(
        publication.authors,
        others=publication.others,
        mine=mine,
        style=style,
        most=0,
        markup=markup,
        before=before,
    )[0]


def _me_of(read: PartsRead, part: Part, markup: Markup) -> str:
    """The markup around the names that are set off."""
    written = read.text[part.start : part.end]
    found = re.search(r"\*\*|<(b|strong|u)>|\\textbf|\\underline", written)
    if found is None:
        return "{}"
    if found[0] == "**":
        return "**{}**"
    return f"<{found[1]}>{{}}</{found[1]}>" if found[1] else f"{found[0]}{{{{}}}}"


def _other_title(one: Publication, other: Publication) -> bool:
    return _folded(one.title) != _folded(other.title)


def _other_year(one: Publication, other: Publication) -> bool:
    return bool(other.year) and one.year != other.year


def _other_url(one: Publication, other: Publication) -> bool:
    return bool(other.raw("url")) and one.raw("url") != other.raw("url")


def _other_venue(one: Publication, other: Publication) -> bool:
    """Whether the venues differ, short and full names of one venue being the same."""
    from pubcli.venues import find_venue

    told = {_folded(name) for name in (other.venue, other.abbr, other.text("howpublished")) if name}
    if not told or _folded(one.venue or one.abbr) in told:
        return False
    known = {venue.short for name in (other.venue, other.abbr) if (venue := find_venue(name))}
    mine = find_venue(one.venue or one.abbr)
    return not (mine and mine.short in known)


def _other_authors(one: Publication, other: Publication) -> bool:
    """Whether names differ; a list cut on the page agrees with the whole one."""
    shown = [_folded(author.name.surname) for author in one.authors]
    whole = [_folded(author.name.surname) for author in other.authors]
    if one.others:
        return any(name not in whole for name in shown)
    return shown != whole


def _folded(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


_SAYS_OTHERWISE: Mapping[str, Callable[[Publication, Publication], bool]] = {
    "title": _other_title,
    "year": _other_year,
    "url": _other_url,
    "venue": _other_venue,
    "authors": _other_authors,
}
