"""Questions about publications: the query language of `list` and `-q`, orders and groups.

A query is a list of terms, which all must hold; `,` alone between terms is "or", and binds less.

    words               text in the title, authors, venue, tags or key; accents and case do not count
    year:2020..2024     a field; 2020.. and ..2024 and 2020,2022 as well
    selected            also preprint
    ^term               not
    field::expression   a regular expression; ::expression looks where words look
    text:a:b            words that look like another term; "a:b" in double quotes is the same

Knows what a publication is, not where it came from or how it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

from pubcli.bibtex import latex
from pubcli.config import GROUPINGS, SORT_ORDERS, parse_order
from pubcli.errors import UsageError, did_you_mean
from pubcli.publication import TAG_FIELDS, Publication

_TEXT_LIMIT = 500  # characters of one text that a regular expression is tried on

# Letters that Unicode does not decompose, and the marks that texts set differently.
_ALIKE = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("‘’ʼ", "'")
    | dict.fromkeys("“”„", '"')
)
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u0652\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
_WORD = re.compile(r"\w+")
_PARSED_NAMES = re.compile(r"\{[^{}]*\sand\s|\bfamily\s*=")  # an "and" within a name; biblatex's form
_FIELD_TERM = re.compile(r"(field\.[^\s:]+|[^\W\d_][\w-]*)?(::?)(.*)", re.S)


def fold(text: str) -> str:
    """The text without case, accents and kinds of dashes and quotes: equal here is equal to a reader."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_ALIKE)


class _Subject:
    """A publication being asked about: what several terms need is worked out once."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication

    @cached_property
    def text(self) -> str:
        """What words are searched in, folded, one text per line."""
        publication = self.publication
        fields = publication.fields
        tags = (latex.decode(fields[name]) for name in TAG_FIELDS if name in fields)
        texts = (publication.title, publication.venue, publication.abbr, publication.key, *tags)
        return "\n".join([*map(fold, texts), self.authors])

    @cached_property
    def authors(self) -> str:
        """The authors as the entry has them, folded, one per line; names are not taken apart for it."""
        raw = self.publication.raw("author", "editor")
        if _PARSED_NAMES.search(raw):
            return fold("\n".join(author.name.last_first for author in self.publication.authors))
        return fold(latex.decode(raw)).replace(" and ", "\n")

    @cached_property
    def turned_authors(self) -> str:
        """The authors in the other order: `given family` for `family, given`, and the reverse."""
        return "\n".join(map(_turned, self.authors.splitlines()))

    @cached_property
    def venues(self) -> str:
        """The venue's names, also those that the entry does not give, folded, one per line."""
        return "\n".join(fold(text) for text in _venue_names(self.publication))


def _turned(name: str) -> str:
    family, comma, given = name.partition(", ")
    if comma:
        return f"{given} {family}"
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}"


class Term(NamedTuple):
    """One condition."""

    holds: Callable[[_Subject], bool]
    negated: bool = False


class Query:
    """What a list of terms asks; an empty one is true of every publication."""

    def __init__(self, alternatives: Sequence[Sequence[Term]], hint: str = "") -> None:
        self._alternatives = alternatives
        self.hint = hint
        """What to say when nothing is found, or empty."""

    def matches(self, publication: Publication) -> bool:
        """Whether it is true of this publication."""
        subject = _Subject(publication)
        return any(
            all(term.holds(subject) is not term.negated for term in terms) for terms in self._alternatives
        )

    def filter(self, publications: Iterable[Publication]) -> list[Publication]:
        """The publications it is true of, in their order."""
        return [publication for publication in publications if self.matches(publication)]


class Field(NamedTuple):
    """What can stand before a colon: the test that a value makes, the texts of a regular expression."""

    test: Callable[[str], Callable[[_Subject], bool]]
    texts: Callable[[Publication], Iterable[str]]
    meaning: str


def split_query(text: str) -> list[str]:
    """The terms of a query written in one line, split like a shell line; UsageError for an open quote."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError:
        hint = "close it, or put an apostrophe in double quotes"
        raise UsageError(f"a quote is not closed in the query: {text}", hint=hint) from None


def parse_query_line(text: str) -> Query:
    """The query written in one line, as in `-q` and in the configuration; `-` before a term negates too."""
    return parse_query(split_query(text), minus=True)


def parse_query(terms: Sequence[str], *, minus: bool = False) -> Query:
    """The query of these terms, each one shell argument; UsageError that names the nearest right term."""
    alternatives: list[list[Term]] = [[]]
    for term in terms:
        if term.strip() == ",":
            alternatives.append([])
        else:
            alternatives[-1].append(_term(term, minus=minus))
    if len(alternatives) > 1 and not all(alternatives):
        raise UsageError("',' has no term on one of its sides", hint="as in: venue:acl , venue:emnlp")
    return Query(alternatives, _hint(terms))


def _hint(terms: Sequence[str]) -> str:
    if any(term.endswith(",") and len(term) > 1 for term in terms):
        return "',' means 'or' only where it stands alone: a , b"
    for term in terms:
        name, colon, value = term.lstrip("^-").partition(":")
        if name in ("author", "venue", "tag") and colon and not value.startswith(":"):
            compared = "tags" if name == "tag" else "words"
            return f"{name}: compares whole {compared}; {name}::{value} finds parts of them"
    return ""


def _term(text: str, *, minus: bool) -> Term:
    if text[:1] == "^" or (minus and text[:1] == "-"):
        if not text[1:].strip():
            raise UsageError(f"nothing stands behind '{text}'", hint="as in: ^selected")
        inner = _term(text[1:], minus=False)
        return Term(inner.holds, not inner.negated)
    if text in _FLAGS:
        return Term(_FLAGS[text])
    if len(text) > 1 and text[0] == text[-1] == '"':
        return Term(_word_test(text[1:-1]))
    found = _FIELD_TERM.fullmatch(text)
    if found:
        name, colon, value = found.groups()
        if name is None and colon == "::":
            return Term(_expression_test(value, _searched_texts))
        if name is not None and (field := _field(name, colon, value)):
            return Term(_expression_test(value, field.texts) if colon == "::" else field.test(value.strip()))
    return Term(_word_test(text))


def _field(name: str, colon: str, value: str) -> Field | None:
    """The field of this name, or None where the term is rather a text with a colon in it."""
    folded = name.lower()
    if field := FIELDS.get(_ALIASES.get(folded, folded)):
        return None if value.startswith("//") else field
    if folded.startswith("field."):
        return _bibtex_field(folded.removeprefix("field."))
    hint = did_you_mean(folded, [*FIELDS, *_ALIASES])
    is_text = not name.islower() or value[:1] in (" ", "/") or (not value and not hint)
    if is_text and colon == ":":
        return None
    if not hint:
        hint = f"field.{name}:{value} asks for a BibTeX field, text:{name}:{value} for the text itself"
    raise UsageError(f"no field '{name}' in the term '{name}{colon}{value}'", hint=hint)


def _word_test(text: str) -> Callable[[_Subject], bool]:
    word = fold(" ".join(text.split()))
    in_links = "://" in word or word.startswith("10.")

    def holds(subject: _Subject) -> bool:
        if word in subject.text or word in subject.venues:
            return True
        if " " in word and word in subject.turned_authors:
            return True
        return in_links and any(word in link.url.lower() for link in subject.publication.links)

    return holds


def _flag_test(flag: Callable[[Publication], bool]) -> Callable[[str], Callable[[_Subject], bool]]:
    def test(value: str) -> Callable[[_Subject], bool]:
        wanted = {"": True, "true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if value.lower() not in wanted:
            raise UsageError(f"'{value}' is neither true nor false", hint="as in: selected:true")
        return lambda subject: flag(subject.publication) is wanted[value.lower()]

    return test


def _number_test(number: Callable[[Publication], int | None]) -> Callable[[str], Callable[[_Subject], bool]]:
    def test(value: str) -> Callable[[_Subject], bool]:
        ranges = [_range(part.strip()) for part in value.split(",")] if value else [(None, None)]

        def holds(subject: _Subject) -> bool:
            count = number(subject.publication)
            return count is not None and any(
                (low is None or low <= count) and (high is None or count <= high) for low, high in ranges
            )

        return holds

    return test


def _range(text: str) -> tuple[int | None, int | None]:
    found = re.fullmatch(r"(\d{1,9})?(\.\.)?(\d{1,9})?", text, re.ASCII)
    low, dots, high = found.groups() if found else (None, None, None)
    if not (low or high) or (low and high and not dots):
        hint = f"a range is written {text.replace('-', '..')}" if re.fullmatch(r"\d+-\d+", text) else ""
        raise UsageError(
            f"'{text}' is no number or range", hint=hint or "as in: year:2020 year:2020..2024 year:2020.."
        )
    first = int(low) if low else None
    last = int(high) if high else None
    if not dots:
        last = first
    if first is not None and last is not None and first > last:
        raise UsageError(f"the range {text} runs backwards", hint=f"as in: {high}..{low}")
    return first, last


def _part_test(texts: Callable[[Publication], Iterable[str]]) -> Callable[[str], Callable[[_Subject], bool]]:
    """A test for texts that contain the value; an empty value asks for any text."""

    def test(value: str) -> Callable[[_Subject], bool]:
        part = fold(value)
        return lambda subject: any(part in fold(text) for text in texts(subject.publication) if text)

    return test


def _whole_test(texts: Callable[[Publication], Iterable[str]]) -> Callable[[str], Callable[[_Subject], bool]]:
    """A test for texts that equal the value; an empty value asks for any text."""

    def test(value: str) -> Callable[[_Subject], bool]:
        whole = fold(value)
        return lambda subject: any(
            not whole or fold(text) == whole for text in texts(subject.publication) if text
        )

    return test


def _identifier_test(identifier: Callable[[Publication], str]) -> Callable[[str], Callable[[_Subject], bool]]:
    def test(value: str) -> Callable[[_Subject], bool]:
        part = re.sub(r"^https?://(?:dx\.)?(?:doi\.org|arxiv\.org/\w+)/", "", value.lower())
        return lambda subject: bool(found := identifier(subject.publication)) and part in found

    return test


def _venue_test(value: str) -> Callable[[_Subject], bool]:
    words = _WORD.findall(fold(value))
    run = f" {' '.join(words)} "

    def holds(subject: _Subject) -> bool:
        venues = subject.venues
        if run.isascii():
            return any(run in f" {' '.join(_WORD.findall(venue))} " for venue in venues.splitlines())
        return run.strip() in venues  # a script that may not part its words

    return holds if words else lambda subject: bool(subject.venues)


def _author_test(value: str) -> Callable[[_Subject], bool]:
    """A test for one author whose name has all these words; single letters are initials."""
    words = _WORD.findall(fold(value))

    def holds(subject: _Subject) -> bool:
        return any(_is_named(name, words) for name in subject.authors.splitlines())

    return holds if words else lambda subject: bool(subject.publication.authors)


def _is_named(name: str, words: Sequence[str]) -> bool:
    if not any(word in name for word in words):
        return False
    parts = _WORD.findall(name)
    return all(
        word in parts
        or (len(word) == 1 and len(words) > 1 and any(part.startswith(word) for part in parts))
        or (not word.isascii() and word in name)
        for word in words
    )


def _expression_test(
    expression: str, texts: Callable[[Publication], Iterable[str]]
) -> Callable[[_Subject], bool]:
    search = _compiled(expression).search
    return lambda subject: any(search(text[:_TEXT_LIMIT]) for text in texts(subject.publication) if text)


def _compiled(expression: str) -> re.Pattern[str]:
    import warnings

    if _repeats_within_repeats(expression):
        hint = "repeat no group that holds a repetition or a choice, as (a+)+ and (a|b)* do"
        raise UsageError(f"the regular expression '{expression}' could take forever", hint=hint)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read differently
            return re.compile(expression, re.I)
    except (re.error, RecursionError, OverflowError) as error:
        hint = "a backslash before . ( ) [ ] * + ? makes it a character"
        raise UsageError(f"'{expression}' is no regular expression: {error}", hint=hint) from None


_EXPRESSION_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!>]|<[=!]|P<\w+>|[aimsux-]+:?))?"
    r"|\)|\||[*+]|\{\d*,?\d*\}|\?|[^\\]",
    re.S,
)


def _repeats_within_repeats(expression: str) -> bool:
    """Whether a group that is repeated holds a repetition or a choice: what makes matching explode."""
    open_groups, after_group = [False], False
    for token in _EXPRESSION_TOKEN.findall(expression):
        repeated = token in ("*", "+") or (token[0] == "{" and len(token) > 2)
        if repeated and after_group:
            return True
        after_group = False
        if repeated or token in ("|", "?"):
            open_groups[-1] = True
        elif token[0] == "(":
            open_groups.append(False)
        elif token == ")" and len(open_groups) > 1:
            after_group = open_groups.pop()
            open_groups[-1] = open_groups[-1] or after_group
    return False


def _bibtex_field(name: str) -> Field:
    def texts(publication: Publication) -> Iterable[str]:
        return (publication.text(name),)

    return Field(_part_test(texts), texts, f"the BibTeX field {name}")


@cache
def _table_names(venue: str) -> tuple[str, ...]:
    from pubcli.venues import find_venue

    found = find_venue(venue)
    return (found.short, found.full) if found else ()


def _venue_names(publication: Publication) -> list[str]:
    names = [publication.abbr, publication.venue, *_table_names(publication.abbr or publication.venue)]
    if publication.is_preprint and publication.arxiv_id:
        names.append("arXiv")
    return list(dict.fromkeys(name for name in names if name))


def _author_names(publication: Publication) -> list[str]:
    return [author.name.full for author in publication.authors]


def _searched_texts(publication: Publication) -> list[str]:
    texts = [publication.title, *_author_names(publication), *_venue_names(publication)]
    return [*texts, *publication.tags, publication.key]


def _number_texts(number: Callable[[Publication], int | None]) -> Callable[[Publication], list[str]]:
    return lambda publication: [] if (count := number(publication)) is None else [str(count)]


def _titles(publication: Publication) -> tuple[str]:
    return (publication.title,)


def _awards(publication: Publication) -> list[str]:
    return [award.text for award in publication.awards]


def _texts_of(text: Callable[[Publication], str]) -> Callable[[Publication], list[str]]:
    return lambda publication: [text(publication)]


def _year(publication: Publication) -> int | None:
    return publication.year


def _citations(publication: Publication) -> int | None:
    return publication.citations


_doi = _texts_of(lambda publication: publication.doi)
_arxiv = _texts_of(lambda publication: publication.arxiv_id)
_key = _texts_of(lambda publication: publication.key)
_type = _texts_of(lambda publication: publication.entry_type)
_state = _texts_of(lambda publication: publication.state)
_is_selected = _flag_test(lambda publication: publication.selected)
_is_preprint = _flag_test(lambda publication: publication.is_preprint)

FIELDS: dict[str, Field] = {
    "text": Field(_word_test, _searched_texts, "what words are searched in, for words that look like a term"),
    "title": Field(_part_test(_titles), _titles, "a part of the title"),
    "author": Field(_author_test, _author_names, "an author: whole words of one name, or initials"),
    "year": Field(_number_test(_year), _number_texts(_year), "a year, or years: 2020..2024 2020.. 2020,2022"),
    "venue": Field(_venue_test, _venue_names, "whole words of the venue's short or full name"),
    "tag": Field(_whole_test(lambda p: p.tags), lambda p: p.tags, "a whole tag; without value, any tag"),
    "award": Field(_part_test(_awards), _awards, "a part of an award; without value, any award"),
    "key": Field(_part_test(_key), _key, "a part of the citation key"),
    "type": Field(_whole_test(_type), _type, "the entry type"),
    "doi": Field(_identifier_test(lambda p: p.doi), _doi, "a part of the DOI; without value, any DOI"),
    "arxiv": Field(_identifier_test(lambda p: p.arxiv_id), _arxiv, "a part of the arXiv identifier"),
    "state": Field(_whole_test(_state), _state, "the publication state: submitted, inpress, …"),
    "citations": Field(_number_test(_citations), _number_texts(_citations), "a count: 100.."),
    "selected": Field(
        _is_selected, lambda p: [str(p.selected)], "selected publications; a bare word is enough"
    ),
    "preprint": Field(_is_preprint, lambda p: [str(p.is_preprint)], "preprints; a bare word is enough"),
}
_ALIASES = {
    "authors": "author",
    "tags": "tag",
    "keyword": "tag",
    "keywords": "tag",
    "awards": "award",
    "journal": "venue",
    "booktitle": "venue",
    "conference": "venue",
    "abbr": "venue",
    "eprint": "arxiv",
    "citationcount": "citations",
    "pubstate": "state",
}
_FLAGS = {name: FIELDS[name].test("") for name in ("selected", "preprint")}


def sort(publications: Iterable[Publication], order: str = "year") -> list[Publication]:
    """The publications in this order (see SORT_ORDERS), ties as they come; UsageError if it is unknown."""
    ordered = list(publications)
    for part in reversed(parse_order(order)):
        name = part.removeprefix("-")
        if name not in _SORT_KEYS:
            hint = did_you_mean(name, SORT_ORDERS) or f"known: {', '.join(SORT_ORDERS)}"
            raise UsageError(f"no order '{name}'", hint=hint)
        backwards = part.startswith("-")
        key, falling, missing_first = _SORT_KEYS[name]
        if key is None:
            ordered = ordered[::-1] if backwards else ordered
            continue
        values = [(key(publication), publication) for publication in ordered]
        known = [pair for pair in values if pair[0] is not None]
        known.sort(key=_first, reverse=falling is not backwards)
        missing = [publication for value, publication in values if value is None]
        found = [publication for _, publication in known]
        ordered = missing + found if missing_first and not backwards else found + missing
    return ordered


def _first(pair: tuple[Any, Publication]) -> Any:
    return pair[0]


def _title_key(publication: Publication) -> str | None:
    return re.sub(r"^(?:an?|the) (?=\S)", "", fold(publication.title)) or None


def _author_key(publication: Publication) -> tuple[str, ...] | None:
    names = [author.name for author in publication.authors]
    return tuple(fold(text) for name in names for text in (name.family, name.given)) or None


def _venue_key(publication: Publication) -> str | None:
    return fold(short_venue(publication)) or None


# What an order looks at, whether it falls, and whether what lacks it comes first.
_SORT_KEYS: dict[str, tuple[Callable[[Publication], object] | None, bool, bool]] = {
    "year": (_year, True, True),
    "file": (None, False, False),
    "title": (_title_key, False, False),
    "author": (_author_key, False, False),
    "venue": (_venue_key, False, False),
    "citations": (_citations, True, False),
    "key": (lambda publication: fold(publication.key), False, False),
}


def short_venue(publication: Publication) -> str:
    """The venue's short name where one is known, else its full name; `arXiv` for a bare preprint."""
    if publication.abbr:
        return publication.abbr
    if names := _table_names(publication.venue):
        return names[0]
    return publication.venue or ("arXiv" if publication.arxiv_id else "")


def group(publications: Iterable[Publication], by: str) -> list[tuple[str, list[Publication]]]:
    """The publications under headings (see GROUPINGS), each group in their order; no `by` is one group.

    A list in order of years, either way, keeps them so. What has no such heading comes last, under
    `Other`; by year it stands under `Forthcoming` or `No year`. UsageError if `by` is unknown.
    """
    if not by:
        return [("", list(publications))]
    if by not in _HEADINGS:
        hint = did_you_mean(by, GROUPINGS) or f"known: {', '.join(GROUPINGS)}"
        raise UsageError(f"cannot group by '{by}'", hint=hint)
    groups: dict[str, list[Publication]] = {}
    runs: list[str] = []
    for publication in publications:
        for heading in _HEADINGS[by](publication):
            groups.setdefault(heading, []).append(publication)
            if runs[-1:] != [heading]:
                runs.append(heading)
    headings = _in_order(by, list(groups), runs)
    return [(heading, groups[heading]) for heading in headings]


def _in_order(by: str, headings: list[str], runs: list[str]) -> list[str]:
    if by == "type":
        return [name for name, _ in _TYPES if name in headings]
    if by == "year" and len(runs) > len(headings):  # the list is not by year: the newest first
        return sorted(
            headings, key=lambda heading: int(heading) if heading.isdigit() else _RANKS[heading], reverse=True
        )
    return [name for name in headings if name != "Other"] + [name for name in headings if name == "Other"]


_RANKS = {"Forthcoming": 10_000, "No year": -1}

_TYPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("Journal articles", frozenset({"article", "periodical", "suppperiodical"})),
    ("Conference papers", frozenset({"inproceedings", "conference", "proceedings"})),
    ("Preprints", frozenset()),
    ("Books and chapters", frozenset({"book", "inbook", "incollection", "collection", "mvbook", "booklet"})),
    ("Theses", frozenset({"phdthesis", "mastersthesis", "thesis", "bachelorsthesis"})),
    ("Reports", frozenset({"techreport", "report", "manual"})),
    ("Patents", frozenset({"patent"})),
    ("Other", frozenset()),
)


def _year_heading(publication: Publication) -> list[str]:
    if publication.year is not None:
        return [str(publication.year)]
    return ["Forthcoming" if publication.state else "No year"]


def _type_heading(publication: Publication) -> list[str]:
    if publication.is_preprint:
        return ["Preprints"]
    entry_type = publication.entry_type.lower()
    return [next((name for name, types in _TYPES if entry_type in types), "Other")]


_HEADINGS: dict[str, Callable[[Publication], Iterable[str]]] = {
    "year": _year_heading,
    "type": _type_heading,
    "tag": lambda publication: publication.tags or ("Other",),
    "venue": lambda publication: [short_venue(publication) or "Other"],
}
