"""What citation counts add up to: totals, h, i10 and g, by year, and how they grew.

Knows numbers, publications and their history; asks nobody and draws nothing. A count that is not
known is left out, never taken for zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pubcli.history import SCHOLAR, Count, History
from pubcli.publication import Publication

LIBRARY = "library"  # the source of a count that stands in the library and in no history


@dataclass(frozen=True, slots=True)
class Summary:
    """The usual numbers over a list of counts; `unknown` is how many publications have no count."""

    publications: int
    unknown: int
    citations: int
    h: int
    i10: int
    g: int


def summarise(counts: Iterable[int | None]) -> Summary:
    """The summary of the counts of some publications, None where a count is not known."""
    every = list(counts)
    known = [count for count in every if count is not None]
    return Summary(
        publications=len(every),
        unknown=len(every) - len(known),
        citations=sum(known),
        h=h_index(known),
        i10=sum(count >= 10 for count in known),
        g=g_index(known),
    )


def h_index(counts: Iterable[int]) -> int:
    """The largest h such that h publications have h citations each (Hirsch 2005)."""
    ranked = sorted(counts, reverse=True)
    return sum(count >= rank for rank, count in enumerate(ranked, start=1))


def g_index(counts: Iterable[int]) -> int:
    """The largest g such that the g most cited publications have g² citations together (Egghe 2006)."""
    total = best = 0
    for rank, count in enumerate(sorted(counts, reverse=True), start=1):
        total += count
        if total >= rank * rank:
            best = rank
    return best


def known_counts(
    publications: Iterable[Publication], history: History, *, source: str = SCHOLAR, in_bib: bool = True
) -> dict[str, Count]:
    """The count of each publication that has one, with its source and the day it is from.

    The history says so; a `citationcount` in the library that it does not know (typed in, or from
    another program) has the source `library` and no day. That field is Scholar's, so it is not
    read for another source, nor where counts are not kept in the library (`in_bib` false).
    """
    recorded = history.counts(source)
    counts: dict[str, Count] = {}
    for publication in publications:
        count = recorded.get(publication.key)
        own = publication.citations if in_bib and source == SCHOLAR else None
        if own is not None and (count is None or count.number != own):
            count = Count(own, "", LIBRARY)
        if count is not None:
            counts[publication.key] = count
    return counts


def with_counts(publications: Iterable[Publication], counts: Mapping[str, Count]) -> tuple[Publication, ...]:
    """The publications with these counts in the place of their own; None is known of the others."""

    def counted(publication: Publication) -> Publication:
        fields = {name: value for name, value in publication.fields.items() if name != "citationcount"}
        if publication.key in counts:
            fields["citationcount"] = str(counts[publication.key].number)
        return replace(publication, fields=fields)

    return tuple(map(counted, publications))


def publications_by_year(publications: Iterable[Publication]) -> dict[int, int]:
    """How many appeared in each year, with the empty years between the first and the last."""
    return _without_gaps(Counter(p.year for p in publications if p.year is not None))


def citations_by_year_published(
    publications: Iterable[Publication], counts: Mapping[str, Count]
) -> dict[int, int]:
    """The citations that the publications of each year have today, empty years included."""
    years: Counter[int] = Counter()
    for publication in publications:
        if publication.year is not None and publication.key in counts:
            years[publication.year] += counts[publication.key].number
    return _without_gaps(years)


def trends(history: History, *, source: str = SCHOLAR, points: int = 8) -> dict[str, list[int | None]]:
    """Each publication's count on `points` evenly spaced days from the first to the last sync.

    None stands for a day on which no count was known yet. A history of one day has one point.
    """
    days = history.sync_days(source)
    if not days:
        return {}
    sampled = _evenly(days[0], days[-1], points)
    return {
        key: [_count_on(day, series) for day in sampled] for key, series in history.series(source).items()
    }


def _count_on(day: str, series: Sequence[tuple[str, int]]) -> int | None:
    known = [number for since, number in series if since <= day]
    return known[-1] if known else None


def _evenly(first: str, last: str, points: int) -> list[str]:
    """`points` days from `first` to `last`, both included; fewer where there are not so many."""
    from datetime import date

    try:
        start, end = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
    except ValueError:
        return list(dict.fromkeys((first, last)))
    steps = min(points - 1, end - start)
    if steps < 1:
        return [last]
    return [date.fromordinal(start + (end - start) * step // steps).isoformat() for step in range(steps + 1)]


def _without_gaps(years: Mapping[int, int]) -> dict[int, int]:
    if not years:
        return {}
    return {year: years.get(year, 0) for year in range(min(years), max(years) + 1)}
