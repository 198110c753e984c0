"""Are two records the same publication? A verdict, a reason that can be shown, and a score.

Identifiers decide before titles, and a title decides only with years and authors; what is merely
similar is doubtful, for the user to judge.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import chain, repeat

from pubcli.matching import titles
from pubcli.matching.me import Person, given_level
from pubcli.matching.record import Record
from pubcli.publication import Publication

PREPRINT_YEARS = 3  # how much later than its preprint a paper may appear
NEAR = 88  # per cent of likeness from which titles are worth a look
CHANGED = 60  # the same for a preprint and a published paper of the same authors
RELATED = 55  # below this the titles of one DOI are those of two works
_ID, _TITLE, _CUT = 100, 95, 90  # scores of what is the same

_WORKSHOP = r"\bworkshop|\bws\b"
_EDITION_OF_VENUE = r"\b(?:(?:19|20)\d\d|\d+(?:st|nd|rd|th))\b"


class Verdict(Enum):
    """Whether two records are the same publication."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    DIFFERENT = "different"


class Relation(Enum):
    """How a record that is the same work stands to the one it is compared with."""

    SAME_VERSION = "the same version"
    PREPRINT_OF = "its preprint"
    PUBLISHED_AS = "its published version"


@dataclass(frozen=True, slots=True)
class Match:
    """What comparing a record with `publication` gave; `relation` is the record's to the publication."""

    publication: Publication
    verdict: Verdict
    reason: str
    score: int
    relation: Relation = Relation.SAME_VERSION

    @property
    def same(self) -> bool:
        """Whether it is surely the same publication."""
        return self.verdict is Verdict.SAME


def compare(known: Publication, record: Publication) -> Match:
    """Whether `record` is `known`: by DOI, arXiv id, Scholar row, else title with years and first author."""
    return _compare(Record(known), Record(record))


class Index:
    """Publications, ready to be asked which of them a record is.

    `known` is an index of much the same publications in the same order, whose work is not done again.
    """

    def __init__(self, publications: Iterable[Publication], known: Index | None = None) -> None:
        records: list[Record] = known._records if known else []
        self._records: list[Record] = [
            record if record is not None and record.publication == publication else Record(publication)
            for record, publication in zip(chain(records, repeat(None)), publications, strict=False)
        ]

    def find(self, record: Publication) -> list[Match]:
        """The publications that `record` is or may be, surest first; none that it surely is not.

        A cut title that begins several titles leaves all of them in doubt.
        """
        wanted = Record(record)
        places = {place for key in wanted.keys for place in self._by_key.get(key, ())}
        matches = self._matches(sorted(places), wanted)
        if not any(match.same for match in matches):
            matches += self._matches(sorted(self._near(wanted) - places), wanted)
        cut = [match for match in matches if match.same and match.score == _CUT]
        if len(cut) > 1:
            doubt = (Verdict.DOUBTFUL, "the cut title fits several", NEAR)
            matches = [Match(match.publication, *doubt) if match in cut else match for match in matches]
        return sorted(matches, key=lambda match: (not match.same, -match.score))

    def _near(self, wanted: Record) -> set[int]:
        """The places of titles like this one by the same first author."""
        block = sorted({place for family in wanted.families for place in self._by_family.get(family, ())})
        if not block or not wanted.normal:
            return set()
        from rapidfuzz import fuzz, process  # 15 ms, where equality has not decided

        normals = [self._records[place].normal for place in block]
        near = process.extract(wanted.normal, normals, scorer=fuzz.ratio, score_cutoff=CHANGED, limit=None)
        return {block[at] for _, _, at in near}

    def _matches(self, places: Iterable[int], wanted: Record) -> list[Match]:
        found = (_compare(self._records[place], wanted) for place in places)
        return [match for match in found if match.verdict is not Verdict.DIFFERENT]

    @cached_property
    def _by_key(self) -> dict[str, list[int]]:
        return self._places(record.keys for record in self._records)

    @cached_property
    def _by_family(self) -> dict[str, list[int]]:
        return self._places(record.families for record in self._records)

    @staticmethod
    def _places(keys_of_all: Iterable[Iterable[str]]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, keys in enumerate(keys_of_all):
            for key in keys:
                places[key].append(place)
        return places


# --- the verdict ----------------------------------------------------------------------------------


def _compare(known: Record, record: Record) -> Match:
    verdict, reason, score = _by_identifier(known, record) or _by_title(known, record)
    if verdict is Verdict.DIFFERENT:
        return Match(known.publication, verdict, reason, score)
    return Match(known.publication, verdict, reason, score, _relation(known, record))


def _relation(known: Record, record: Record) -> Relation:
    if record.preprint and not known.preprint:
        return Relation.PREPRINT_OF
    if known.preprint and not record.preprint and record.publication.venue:
        return Relation.PUBLISHED_AS
    return Relation.SAME_VERSION


Weighed = tuple[Verdict, str, int]


def _same(reason: str, score: int) -> Weighed:
    return Verdict.SAME, reason, score


def _doubtful(reason: str, score: float) -> Weighed:
    return Verdict.DOUBTFUL, reason, int(score)


def _different(reason: str) -> Weighed:
    return Verdict.DIFFERENT, reason, 0


def _by_identifier(known: Record, record: Record) -> Weighed | None:
    """What the identifiers say, or None where they leave it open."""
    one, other = known.publication, record.publication
    if known.published_doi and known.published_doi == record.published_doi:
        return _checked("DOI", known, record)
    if known.published_doi and record.published_doi:
        return _different(f"two DOIs, {known.published_doi} and {record.published_doi}")
    if one.arxiv_id and one.arxiv_id == other.arxiv_id:
        return _checked("arXiv id", known, record, title_may_change=True)
    if one.doi and one.doi == other.doi:
        return _checked("DOI", known, record, title_may_change=True)
    if one.scholar_row and one.scholar_row == other.scholar_row:
        return _checked("Google Scholar row", known, record)
    return None


def _checked(what: str, known: Record, record: Record, *, title_may_change: bool = False) -> Weighed:
    """The same identifier is the same work, unless the titles show that one of them has it wrongly."""
    if not known.key or not record.key or known.key == record.key:
        return _same(f"the same {what}", _ID)
    if titles.notices(known.normal) != titles.notices(record.normal):
        return _doubtful(f"the same {what}, but one is about the other", NEAR)
    if titles.differ_in_number_only(known.normal, record.normal):
        return _doubtful(f"the same {what}, but titles with other numbers", NEAR)
    related = _begins(known, record) or _likeness(known, record) >= RELATED
    if related or (title_may_change and _first_authors_fit(known, record)):
        return _same(f"the same {what}", _ID)
    return _doubtful(f"the same {what}, but other titles", NEAR)


def _by_title(known: Record, record: Record) -> Weighed:
    if not known.key or not record.key:
        return _different("no title")
    if known.key == record.key and known.cut == record.cut:
        return _equal_titles(known, record)
    if (known.cut or record.cut) and _begins(known, record):
        return _cut_title(known, record)
    return _near_titles(known, record)


def _equal_titles(known: Record, record: Record) -> Weighed:
    """Equal titles by the same authors at the same time are one work, unless something speaks against it."""
    objection = next(_other_authors(known, record), None) or next(_other_times(known, record), None)
    if objection:
        return objection
    if known.preprint != record.preprint:
        return _same("the preprint of the same title and first author", _TITLE)
    one, other = known.publication.year, record.publication.year
    if one is not None and one == other:
        return _same("the same title, first author and year", _TITLE)
    years = "no year in one" if one is None or other is None else "years 1 apart"
    return _same(f"the same title and first author, {years}", _TITLE)


def _other_authors(known: Record, record: Record) -> Iterator[Weighed]:
    """What the authors of equal titles say against one work, the weightiest first."""
    short = titles.is_short(known.normal)
    share = _share_of_authors(known, record)
    if not known.people or not record.people:
        yield _doubtful("the same title, but no authors to compare", NEAR)
    if not _first_authors_fit(known, record):
        namesakes = not known.people[0].families.isdisjoint(record.people[0].families)
        shuffled = min(len(known.people), len(record.people)) > 1 and share >= 0.5
        if not short and (namesakes or shuffled):
            yield _doubtful("the same title, but another first author", NEAR)
        yield _different("the same title, but other authors")
    if share == 0:
        other = "the same title and first author, but other co-authors"
        yield _different(other) if short else _doubtful(other, NEAR)
    if short and share < 1:
        yield _doubtful("so short a title, and other co-authors", NEAR)


def _other_times(known: Record, record: Record) -> Iterator[Weighed]:
    """What years, kinds and venues of equal titles by the same authors say against one work."""
    one, other = known.publication, record.publication
    gap = _years_apart(one, other)
    mixed = known.preprint != record.preprint
    if known.kind != record.kind and {known.kind, record.kind} & {"a thesis", "a patent", "a book"}:
        yield _doubtful(f"the same title, but {_kinds(known, record)}", NEAR)
    if one.arxiv_id and other.arxiv_id:
        yield _doubtful("the same title and authors, but two arXiv ids", NEAR)
    if mixed and not -1 <= _years_later(known, record) <= PREPRINT_YEARS:
        yield _doubtful(f"a preprint and a paper of the same title, but {gap} years apart", NEAR)
    if not mixed and gap > 1:
        yield _different(f"the same title and authors, but {gap} years apart")
    if titles.is_stock(known.normal) and (gap or one.year != other.year or not _same_venue(known, record)):
        yield _doubtful("a title that many have", NEAR)
    if titles.is_short(known.normal) and not mixed and one.year != other.year:
        yield _doubtful("so short a title, and not the same year", NEAR)
    if not mixed and known.kind and record.kind and known.kind != record.kind:
        against = f"the same title, but {_kinds(known, record)}"
        yield _different(against) if gap else _doubtful(against, NEAR)
    if known.venue and record.venue and not mixed and _is_workshop(known) != _is_workshop(record):
        yield _doubtful("the same title at a workshop and elsewhere", NEAR)
    if gap and not mixed and (against := _evidence_of_two(known, record)):
        yield _doubtful(f"the same title and authors, but {against}", NEAR)


def _kinds(known: Record, record: Record) -> str:
    return f"{known.kind or 'something else'} and {record.kind or 'something else'}"


def _years_later(known: Record, record: Record) -> int:
    """How many years after its preprint the published one of the two appeared."""
    published, preprint = (record, known) if known.preprint else (known, record)
    if published.publication.year is None or preprint.publication.year is None:
        return 0
    return published.publication.year - preprint.publication.year


def _same_venue(known: Record, record: Record) -> bool:
    one, other = titles.title_key(known.venue), titles.title_key(record.venue)
    return bool(one and other) and (one in other or other in one)


def _cut_title(known: Record, record: Record) -> Weighed:
    one, other = known.publication, record.publication
    if min(len(known.normal), len(record.normal)) < titles.CUT_LENGTH:
        return _different("a title cut too short to compare")
    if not _first_authors_fit(known, record):
        return _different("the beginning of the title, but another first author")
    if _years_apart(one, other) > 1:
        return _different("the beginning of the title, but another year")
    if one.year is None or one.year != other.year:
        return _doubtful("the beginning of the title, but not the same year", NEAR)
    if against := _another_end(known, record):
        return _doubtful(f"the beginning of the title, but {against}", NEAR)
    return _same("the beginning of the title, year and first author", _CUT)


def _another_end(known: Record, record: Record) -> str:
    """What shows that the cut title may have ended otherwise than the other one; empty if nothing does."""
    cut, whole = (known, record) if known.cut else (record, known)
    if not whole.cut and len(whole.key) <= len(cut.key):
        return "it goes on where the other ends"
    shorter, longer = sorted((cut, whole), key=lambda side: len(side.key))
    return "the parts may differ" if titles.counts_parts(longer.normal, len(shorter.key)) else ""


def _near_titles(known: Record, record: Record) -> Weighed:
    """Similar titles never decide; by the same authors they are worth a look."""
    return next(_other_works(known, record), None) or _likely(known, record)


def _other_works(known: Record, record: Record) -> Iterator[Weighed]:
    """What shows that unequal titles are those of two works, the cheapest first."""
    mixed = known.preprint != record.preprint
    if not known.people or not record.people or not _first_authors_fit(known, record):
        yield _different("another title")
    if _years_apart(known.publication, record.publication) > (PREPRINT_YEARS if mixed else 1):
        yield _different("another title and year")
    if titles.notices(known.normal) != titles.notices(record.normal):
        yield _different("one is about the other")
    if titles.differ_in_number_only(known.normal, record.normal):
        yield _different("titles with other numbers")
    if titles.differ_in_edition_only(known.normal, record.normal) and not mixed:
        yield _different("one is another edition of the other")
    if _share_of_authors(known, record) < 0.5:
        yield _different("another title and other co-authors")


def _likely(known: Record, record: Record) -> Weighed:
    likeness = _likeness(known, record)
    mixed = known.preprint != record.preprint
    changed = mixed and likeness >= CHANGED and _share_of_authors(known, record) == 1
    if likeness >= NEAR or changed:
        return _doubtful(f"the same authors, titles {int(likeness)} % alike", likeness)
    if _begins(known, record) and not titles.is_short(min(known.normal, record.normal, key=len)):
        return _doubtful("the same authors, and one title begins with the other", CHANGED)
    return _different("another title")


# --- evidence -------------------------------------------------------------------------------------


def _begins(known: Record, record: Record) -> bool:
    return known.key.startswith(record.key) or record.key.startswith(known.key)


def _likeness(known: Record, record: Record) -> float:
    from rapidfuzz import fuzz  # 15 ms, where equality has not decided

    return fuzz.ratio(known.normal, record.normal)


def _years_apart(one: Publication, other: Publication) -> int:
    return 0 if one.year is None or other.year is None else abs(one.year - other.year)


def _first_authors_fit(known: Record, record: Record) -> bool:
    return bool(known.people and record.people) and _is_one_person(known.people[0], record.people[0])


def _is_one_person(one: Person, other: Person) -> bool:
    """Whether two names may be one person's: family names, and given names or initials that fit."""
    if not one.families.isdisjoint(other.families):
        return not one.given or not other.given or given_level(one.given, other.given) is not None
    return not one.whole.isdisjoint(other.whole) or _is_swapped(one, other) or _is_swapped(other, one)


def _is_swapped(one: Person, other: Person) -> bool:
    """Whether `one` has the family name of `other` in front: `Xia Q`, or read the wrong way round."""
    given = "".join(word.letters for word in one.given)
    if given not in other.families or not other.given:
        return False
    first = "".join(word.letters for word in other.given)
    return any(first == family or (len(family) <= 3 and first[0] == family[0]) for family in one.families)


def _share_of_authors(known: Record, record: Record) -> float:
    """How many of the co-authors of the shorter list are in the longer; 1 where there are none to compare.

    A list that ends in `and others` is not held against the other for who is missing in it, and
    complete lists are held against each other in full.
    """
    shorter, longer = sorted((known, record), key=lambda side: len(side.people))
    if len(shorter.people) <= 1:
        alone = shorter.publication.others or len(longer.people) <= 1
        return 1 if alone else 0.5
    families = [family for one in longer.people for family in _anywhere(one)]
    there = sum(not _anywhere(one).isdisjoint(families) for one in shorter.people[1:])
    whole = len(shorter.people) if shorter.publication.others else len(longer.people)
    return there / max(1, whole - 1)


def _anywhere(one: Person) -> frozenset[str]:
    return one.families | {"".join(word.letters for word in one.given)} - {""}


def _is_workshop(record: Record) -> bool:
    return bool(re.search(_WORKSHOP, record.venue))


def _evidence_of_two(known: Record, record: Record) -> str:
    """What shows two works of one title in neighbouring years: editions of a venue, volumes, pages."""
    one, other = (set(re.findall(_EDITION_OF_VENUE, side.venue)) for side in (known, record))
    if one and other and one.isdisjoint(other):
        return "at two editions of a venue"
    for name in ("volume", "pages"):
        first, second = (re.findall(r"\w+", side.publication.raw(name))[:1] for side in (known, record))
        if first and second and first != second:
            return f"other {name}"
    return ""
