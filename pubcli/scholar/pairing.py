"""Which row of a profile is which publication of the library.

In this order: the row's own token, equal titles in neighbouring years, the beginning of a title
that Scholar cut. Nothing fuzzy decides; where two answers fit, none is given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pubcli.matching import normal_title
from pubcli.matching.folding import letters, spellings
from pubcli.publication import Publication
from pubcli.scholar.profile import CUT, Row

CUT_LENGTH = 40  # letters of a cut title that must be there to be compared
SHORT_TITLE = 20  # titles of fewer letters say little: "Deep Learning", "Letter to the Editor"


@dataclass(frozen=True, slots=True)
class Found:
    """A publication, its rows, and why; `token` is the row that stands for it."""

    key: str
    rows: tuple[Row, ...]
    reason: str
    token: str


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Entries and rows that fit in more than one way: listed, not written."""

    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """Every entry is in exactly one of `found`, `ambiguous`, `unmatched` and `not_looked_at`."""

    found: tuple[Found, ...]
    ambiguous: tuple[Ambiguity, ...]
    unmatched: tuple[str, ...]
    not_looked_at: tuple[str, ...]
    unmatched_rows: tuple[Row, ...]


def pair(publications: Sequence[Publication], rows: Sequence[Row], *, complete: bool) -> Pairing:
    """Pair publications with rows; with `complete` false there may be further rows that nobody looked at."""
    work = _Work(publications, rows, complete)
    work.pair_by_token()
    work.pair_by_title()
    work.pair_by_start_of_title()
    return work.pairing()


@dataclass
class _Work:
    """The state of a pairing: who has which rows so far, and what is disputed."""

    publications: Sequence[Publication]
    rows: Sequence[Row]
    complete: bool
    taken: dict[str, list[Row]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    ambiguous: list[Ambiguity] = field(default_factory=list)

    def __post_init__(self) -> None:
        doubled = {key for key, times in Counter(p.key for p in self.publications).items() if times > 1}
        self.entries = [p for p in self.publications if p.key not in doubled]
        self.free_rows = {row.token: row for row in self.rows}
        self.disputed: set[str] = set()
        self.beyond: set[str] = set()
        for key in sorted(doubled):
            self.dispute([key], [], "several entries have this citation key")

    def take(self, publication: Publication, row: Row, reason: str) -> None:
        """Give a free row to an entry."""
        del self.free_rows[row.token]
        self.taken.setdefault(publication.key, []).append(row)
        self.reasons.setdefault(publication.key, reason)

    def dispute(self, keys: Iterable[str], rows: Iterable[Row], reason: str) -> None:
        """Take rows out of the pairing, and entries too unless they have a row of their own."""
        keys, rows = tuple(dict.fromkeys(keys)), tuple(rows)
        self.ambiguous.append(Ambiguity(keys, rows, reason))
        self.disputed.update(key for key in keys if key not in self.taken)
        for row in rows:
            self.free_rows.pop(row.token, None)

    def pair_by_token(self) -> None:
        """By `google_scholar_id`. A token that is not there may stand further down, if there is more."""
        owners: dict[str, list[Publication]] = defaultdict(list)
        for publication in self.entries:
            if publication.scholar_row:
                owners[publication.scholar_row].append(publication)
        for token, found in owners.items():
            row = self.free_rows.get(token)
            if len(found) > 1:
                rows = [row] if row else []
                self.dispute(
                    (p.key for p in found), rows, f"several entries have the google_scholar_id {token}"
                )
            elif row:
                self.take(found[0], row, "google_scholar_id")
            elif not self.complete:
                self.beyond.add(found[0].key)

    def pair_by_title(self) -> None:
        """By equal normalised titles; further rows with the same title join the entry that has one."""
        entries: dict[str, list[Publication]] = defaultdict(list)
        rows: dict[str, list[Row]] = defaultdict(list)
        for publication in self.entries:
            if publication.key not in self.disputed and publication.key not in self.beyond:
                entries[_letters(publication.title)].append(publication)
        for row in self.free_rows.values():
            rows[_letters(row.title)].append(row)
        for title, named in rows.items():
            if title and title in entries:
                self._pair_group(entries[title], named)

    def _pair_group(self, entries: Sequence[Publication], rows: Sequence[Row]) -> None:
        """Pair entries and free rows that all have one title, as far as there is one way only."""
        short = len(_letters(rows[0].title)) < SHORT_TITLE
        by_year = {row.token: [p for p in entries if _years_fit(p, row, short)] for row in rows}
        fits = {row.token: [p for p in by_year[row.token] if _authors_fit(p, row, short)] for row in rows}
        choices = {token: _of_the_year(found, self.free_rows[token]) for token, found in fits.items()}
        if any(len(found) > 1 for found in fits.values()) and not self._is_clear(fits, choices):
            self._dispute_group(fits)
        for row in rows:
            found = choices[row.token]
            if row.token in self.free_rows and len(found) == 1 and found[0].key not in self.disputed:
                self.take(found[0], row, "title")
        foreign = [row for row in rows if row.token in self.free_rows and by_year[row.token]]
        left = {p.key for row in foreign for p in by_year[row.token]} - self.taken.keys() - self.disputed
        if left:
            self.dispute(sorted(left), foreign, "the same title, but other authors")

    def _is_clear(self, fits: dict[str, list[Publication]], choices: dict[str, list[Publication]]) -> bool:
        """Whether the years settle it: every row has one entry of its year, and no entry is left over."""
        if any(fits[token] and len(found) != 1 for token, found in choices.items()):
            return False
        served = {found[0].key for found in choices.values() if found} | self.taken.keys()
        return all(p.key in served for found in fits.values() for p in found)

    def _dispute_group(self, fits: dict[str, list[Publication]]) -> None:
        """Give up all that hangs together with a row that fits several entries."""
        keys = {p.key: None for found in fits.values() if len(found) > 1 for p in found}
        tokens = [token for token, found in fits.items() if any(p.key in keys for p in found)]
        self.dispute(keys, [self.free_rows[token] for token in tokens], "the title fits in more than one way")

    def pair_by_start_of_title(self) -> None:
        """For titles that Scholar cut: their beginning, the year, and the first author's family name."""
        open_entries = [
            p for p in self.entries if p.key not in self.taken and p.key not in self.disputed | self.beyond
        ]
        titles = {p.key: _letters(p.title) for p in open_entries}
        wanted: dict[str, list[Row]] = defaultdict(list)
        for row in list(self.free_rows.values()):
            start = _letters(row.title.removesuffix(CUT[0]).removesuffix(CUT[1]))
            if not row.title_cut or len(start) < CUT_LENGTH or row.year is None:
                continue
            fitting = [
                p
                for p in open_entries
                if titles[p.key].startswith(start) and p.year == row.year and _first_author_fits(p, row)
            ]
            if len(fitting) > 1:
                self.dispute(
                    (p.key for p in fitting), [row], "the beginning of the title fits several entries"
                )
            elif fitting:
                wanted[fitting[0].key].append(row)
        by_key = {p.key: p for p in open_entries}
        for key, rows in wanted.items():
            if key in self.disputed:
                continue
            if len([row for row in rows if not row.struck]) > 1:
                self.dispute([key], rows, "several rows begin like the title")
            else:
                for row in rows:
                    self.take(by_key[key], row, "beginning of the title, year and first author")

    def pairing(self) -> Pairing:
        """The result, entries in file order and rows as the profile has them."""
        left = [p.key for p in self.entries if p.key not in self.taken and p.key not in self.disputed]
        return Pairing(
            found=tuple(
                Found(p.key, tuple(self.taken[p.key]), self.reasons[p.key], self._token(p))
                for p in self.entries
                if p.key in self.taken and p.key not in self.disputed
            ),
            ambiguous=tuple(self.ambiguous),
            unmatched=tuple(left) if self.complete else (),
            not_looked_at=() if self.complete else tuple(left),
            unmatched_rows=tuple(row for row in self.free_rows.values() if not row.struck),
        )

    def _token(self, publication: Publication) -> str:
        """The row that stands for an entry: the one it names, or its most cited one not struck through."""
        rows = self.taken[publication.key]
        if any(row.token == publication.scholar_row for row in rows):
            return publication.scholar_row
        live = [row for row in rows if not row.struck]
        return max(live, key=lambda row: row.citations).token if live else publication.scholar_row


# --- what fits ------------------------------------------------------------------------------------


def _letters(title: str) -> str:
    """A normalised title without its spaces: `state-of-the-art` and `state of the art` are one."""
    return normal_title(title).replace(" ", "")


def _years_fit(publication: Publication, row: Row, exactly: bool) -> bool:
    """Whether the years are at most 1 apart or missing; `exactly`: both there and the same."""
    if publication.year is None or row.year is None:
        return not exactly
    return abs(publication.year - row.year) <= (0 if exactly else 1)


def _of_the_year(publications: list[Publication], row: Row) -> list[Publication]:
    """The only one that fits, or those of the row's own year."""
    if len(publications) < 2:
        return publications
    return [p for p in publications if p.year is not None and p.year == row.year]


def _authors_fit(publication: Publication, row: Row, first: bool) -> bool:
    """Whether they may be the same authors: one in common, or with `first` the first one.

    Where one side names nobody, or the two are in different scripts, nothing speaks against it.
    """
    if not row.author_names or not publication.authors:
        return True
    if first:
        return _first_author_fits(publication, row)
    families = _families(publication, len(publication.authors))
    return any(_is_named(name, families) for name in row.author_names) or not _comparable(publication, row)


def _first_author_fits(publication: Publication, row: Row) -> bool:
    if not row.author_names or not publication.authors:
        return False
    return _is_named(row.author_names[0], _families(publication, 1)) or not _comparable(publication, row)


def _comparable(publication: Publication, row: Row) -> bool:
    """Whether both write their authors in Latin letters."""
    families = "".join(_families(publication, len(publication.authors)))
    return families.isascii() and letters(row.authors).isascii()


def _families(publication: Publication, most: int) -> set[str]:
    """Every spelling of the family names of the first `most` authors, with and without `von`."""
    names = [author.name for author in publication.authors[:most]]
    return {spelt for name in names for text in (name.family, name.surname) for spelt in spellings(text)} - {
        ""
    }


def _is_named(shown: str, families: set[str]) -> bool:
    """Whether a name as Scholar shows it, `JA García López`, ends in one of these family names."""
    words = shown.split()
    return any(spellings(" ".join(words[start:])) & families for start in range(len(words)))
