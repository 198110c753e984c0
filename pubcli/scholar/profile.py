"""What a Google Scholar profile page says, as values.

Knows no HTML, no network and no library: `client` makes these, `sync` and `theme_files` read them.
"""

from __future__ import annotations

from dataclasses import dataclass

CUT = ("…", "...")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a profile: what Scholar knows of one publication.

    `token` is the part after the colon of `USER:TOKEN`. An empty count is 0: Scholar writes it so.
    `merged` is the `*` beside a count (it includes citations to versions that may differ). A row
    whose count is struck through repeats the citations of another row: `struck` is then true and
    `counted_at` the token of that row, if the page names it. `clusters` are the ids in the link
    behind the count; rows that share one show the same citations.
    """

    token: str
    title: str
    authors: str = ""
    venue: str = ""
    year: int | None = None
    citations: int = 0
    clusters: tuple[str, ...] = ()
    merged: bool = False
    struck: bool = False
    counted_at: str = ""

    @property
    def title_cut(self) -> bool:
        """Whether Scholar shows only the first 175 characters or so of the title."""
        return self.title.endswith(CUT)

    @property
    def author_names(self) -> tuple[str, ...]:
        """The authors shown, `J Doe` by `J Doe`, without the mark of a cut list."""
        names = (name.strip() for name in self.authors.split(","))
        return tuple(name for name in names if name and name not in CUT)

    @property
    def authors_cut(self) -> bool:
        """Whether authors were left out at the end."""
        return self.authors.rstrip().endswith(CUT)


@dataclass(frozen=True, slots=True)
class Totals:
    """The six numbers beside a profile; `recent` ones are of the last five years or so."""

    citations: int
    citations_recent: int
    h: int
    h_recent: int
    i10: int
    i10_recent: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as far as it was read.

    `complete` means that the last page said there is no further row. `asked` is how many rows were
    asked for, None for all of them: fetches are compared only where their breadth allows it.
    `totals` is None where the page shows none, which is not the same as zero.
    """

    user: str
    name: str
    rows: tuple[Row, ...]
    totals: Totals | None = None
    per_year: tuple[tuple[int, int], ...] = ()
    complete: bool = True
    asked: int | None = None

    def address(self, token: str = "") -> str:
        """Where a browser finds the profile, or one row of it."""
        if token:
            return (
                "https://scholar.google.com/citations?view_op=view_citation&hl=en"
                f"&user={self.user}&citation_for_view={self.user}:{token}"
            )
        return f"https://scholar.google.com/citations?user={self.user}&hl=en"
