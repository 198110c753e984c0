"""What a sync would do: which row is which publication, what would be written, and what is in doubt.

Pure planning: knows publications, a profile (or the counts of another source) and the history;
fetches nothing and writes nothing. Nothing fuzzy decides alone: what is not certain is listed.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pubcli.history import SCHOLAR, History, Snapshot
from pubcli.publication import Publication
from pubcli.scholar.pairing import Ambiguity, Found, pair
from pubcli.scholar.profile import CUT, Profile, Row
from pubcli.scholar.providers import ProviderCounts

if TYPE_CHECKING:
    from pubcli.changes import FileChange
    from pubcli.library import Library

COUNT_FIELD, ROW_FIELD = "citationcount", "google_scholar_id"
DROP_ASKS = 0.4  # a count that falls by more than this part, or a profile that loses more of its rows
DROP_FROM = 10  # … where it was at least this large
NEAR = 85.0  # how alike (0 to 100) titles are that are worth showing side by side


@dataclass(frozen=True, slots=True)
class Matched:
    """A publication whose count is known now.

    `old` is the count so far, None where there was none. `new` is None only where Scholar strikes
    the count through: then it is counted at the row `counted_at`, and nothing is written.
    """

    key: str
    title: str
    old: int | None
    new: int | None
    reason: str
    rows: tuple[Row, ...] = ()
    counted_at: str = ""

    @property
    def change(self) -> int | None:
        """What the count grew by; None where there is nothing to compare."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True, slots=True)
class Near:
    """An entry and a row, both unmatched, that may be the same; `command` would say so."""

    key: str
    row: Row
    reason: str

    @property
    def command(self) -> str:
        """The command that pairs them for good."""
        return f"pubcli set {_quoted(self.key)} {_quoted(f'{ROW_FIELD}={self.row.token}')}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to ask before anything is written; `kind` is `drop`, `rows` or `name`."""

    kind: str
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of one entry to set."""

    key: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """Everything a sync found and would do.

    `unmatched` and `not_looked_at` are citation keys; `unknown` maps keys that a provider does not
    know, or that could not be asked for, to the reason.
    """

    source: str
    day: str
    snapshot: Snapshot
    matched: tuple[Matched, ...] = ()
    unmatched: tuple[str, ...] = ()
    not_looked_at: tuple[str, ...] = ()
    unmatched_rows: tuple[Row, ...] = ()
    near: tuple[Near, ...] = ()
    ambiguous: tuple[Ambiguity, ...] = ()
    unknown: Mapping[str, str] | None = None
    doubts: tuple[Doubt, ...] = ()
    edits: tuple[Edit, ...] = ()
    profile: Profile | None = None

    @property
    def changed(self) -> tuple[Matched, ...]:
        """The matched publications whose count is another one now."""
        return tuple(m for m in self.matched if m.new is not None and m.new != m.old)

    def as_json(self) -> dict[str, Any]:
        """The plan for `--json`: numbers, keys and reasons; None where a number is not known."""
        return {
            "source": self.source,
            "date": self.day,
            "profile": self.profile and {"id": self.profile.user, "name": self.profile.name},
            "rows": self.snapshot.rows,
            "complete": self.snapshot.complete,
            "totals": dict(self.snapshot.totals),
            "matched": [_matched_json(matched) for matched in self.matched],
            "ambiguous": [
                {"keys": list(a.keys), "rows": [_row_json(row) for row in a.rows], "reason": a.reason}
                for a in self.ambiguous
            ],
            "unmatched": list(self.unmatched),
            "not_looked_at": list(self.not_looked_at),
            "unknown": dict(self.unknown or {}),
            "unmatched_rows": [_row_json(row) | {"command": add_command(row)} for row in self.unmatched_rows],
            "near": [
                {"key": n.key, "row": _row_json(n.row), "reason": n.reason, "command": n.command}
                for n in self.near
            ],
            "doubts": [{"kind": d.kind, "key": d.key, "text": d.text} for d in self.doubts],
            "edits": [{"key": e.key, "field": e.field, "value": e.value} for e in self.edits],
        }


def plan_profile(
    publications: Sequence[Publication],
    profile: Profile,
    *,
    day: str,
    history: History,
    me: Sequence[str] = (),
    in_bib: bool = True,
) -> SyncPlan:
    """The plan of a sync with a Google Scholar profile read on `day` (`YYYY-MM-DD`).

    `me` are the names I publish under, empty asks nothing; with `in_bib` false the counts go into
    the history alone, and those in the library are not looked at.
    """
    pairing = pair(publications, profile.rows, complete=profile.complete)
    by_key = {publication.key: publication for publication in publications}
    recorded = history.counts(SCHOLAR)
    matched = []
    for found in pairing.found:
        publication = by_key[found.key]
        known = recorded[found.key].number if found.key in recorded else None
        old = publication.citations if in_bib and publication.citations is not None else known
        matched.append(_matched(found, publication, old))
    counts = {m.key: m.new for m in matched if m.new is not None}
    snapshot = Snapshot(
        day=day,
        source=SCHOLAR,
        counts=counts,
        profile=profile.user,
        rows=len(profile.rows),
        complete=profile.complete,
        totals=_totals(profile),
        per_year=dict(profile.per_year),
    )
    edits = [Edit(f.key, ROW_FIELD, f.token) for f in pairing.found if f.token != by_key[f.key].scholar_row]
    if in_bib:
        edits += [Edit(k, COUNT_FIELD, str(n)) for k, n in counts.items() if by_key[k].citations != n]
    return SyncPlan(
        source=SCHOLAR,
        day=day,
        snapshot=snapshot,
        matched=tuple(matched),
        unmatched=pairing.unmatched,
        not_looked_at=pairing.not_looked_at,
        unmatched_rows=pairing.unmatched_rows,
        near=_near(
            [by_key[key] for key in pairing.unmatched + pairing.not_looked_at], pairing.unmatched_rows
        ),
        ambiguous=pairing.ambiguous,
        doubts=(*_name_doubts(profile, me), *_row_doubts(profile, history), *_drop_doubts(matched)),
        edits=tuple(sorted(edits, key=_file_order(publications))),
        profile=profile,
    )


def plan_counts(
    publications: Sequence[Publication], answer: ProviderCounts, *, day: str, history: History
) -> SyncPlan:
    """The plan of a sync with another source: its counts go into the history under its own name."""
    recorded = history.counts(answer.source)
    matched = [
        Matched(
            key=publication.key,
            title=publication.title,
            old=recorded[publication.key].number if publication.key in recorded else None,
            new=answer.counts[publication.key],
            reason=answer.reasons[publication.key],
        )
        for publication in publications
        if publication.key in answer.counts
    ]
    snapshot = Snapshot(day=day, source=answer.source, counts=dict(answer.counts), rows=len(answer.counts))
    return SyncPlan(
        source=answer.source,
        day=day,
        snapshot=snapshot,
        matched=tuple(matched),
        unknown=answer.unknown,
        doubts=tuple(_drop_doubts(matched)),
    )


def carry_out(plan: SyncPlan, library: Library, history: History) -> list[FileChange]:
    """The file changes of a plan: fields of the library, and one line of the history; none without news."""
    for edit in plan.edits:
        library.set_field(edit.key, edit.field, edit.value)
    return [*library.changes(), *history.with_snapshot(plan.snapshot).changes()]


def add_command(row: Row) -> str:
    """The command that would add the publication of a row, safe to paste into a POSIX shell."""
    authors = " and ".join(row.author_names)
    if authors and row.authors_cut:
        authors += " and others"
    venue = row.venue.removesuffix(CUT[0]).removesuffix(CUT[1]).strip()
    options = {"title": row.title, "author": authors, "venue": venue, "year": str(row.year or "")}
    words = [_option(name, value) for name, value in options.items() if value]
    return " ".join(["pubcli", "add", *words])


def _option(name: str, value: str) -> str:
    if value.startswith("-"):
        return _quoted(f"--{name}={value}")
    return f"--{name} {_quoted(value)}"


def _quoted(text: str) -> str:
    """Quoted for the shell, without control characters: titles from outside are data."""
    return shlex.quote("".join(character for character in text if character.isprintable()))


def _matched(found: Found, publication: Publication, old: int | None) -> Matched:
    reason = found.reason if len(found.rows) == 1 else f"{found.reason}, {len(found.rows)} rows"
    live = [row for row in found.rows if not row.struck]
    if live:
        return Matched(found.key, publication.title, old, count_of(live), reason, found.rows)
    return Matched(found.key, publication.title, old, None, reason, found.rows, found.rows[0].counted_at)


def count_of(rows: Sequence[Row]) -> int:
    """The citations of one publication over its rows: none struck through, shared clusters once."""
    groups: list[tuple[set[str], int]] = []
    for row in rows:
        if row.struck:
            continue
        clusters, most = set(row.clusters), row.citations
        for group in [group for group in groups if group[0] & clusters]:
            groups.remove(group)
            clusters |= group[0]
            most = max(most, group[1])
        groups.append((clusters, most))
    return sum(most for _, most in groups)


def _totals(profile: Profile) -> dict[str, int]:
    totals = profile.totals
    if totals is None:
        return {}
    return {
        "citations": totals.citations,
        "citations_recent": totals.citations_recent,
        "h": totals.h,
        "h_recent": totals.h_recent,
        "i10": totals.i10,
        "i10_recent": totals.i10_recent,
    }


def _file_order(publications: Sequence[Publication]) -> Any:
    place = {publication.key: number for number, publication in enumerate(publications)}
    return lambda edit: (place[edit.key], edit.field)


# --- doubts -------------------------------------------------------------------------------------


def _drop_doubts(matched: Sequence[Matched]) -> list[Doubt]:
    return [
        Doubt("drop", f"{m.key}: from {m.old} to {m.new} citations", m.key)
        for m in matched
        if m.old is not None
        and m.new is not None
        and m.old >= DROP_FROM
        and m.old - m.new > DROP_ASKS * m.old
    ]


def _row_doubts(profile: Profile, history: History) -> list[Doubt]:
    """Far fewer rows than the last fetch of the same profile would have shown in this breadth."""
    last = history.latest(SCHOLAR)
    if last is None or last.profile != profile.user:
        return []
    expected = last.rows if profile.asked is None else min(last.rows, profile.asked)
    lost = expected - len(profile.rows)
    if not lost or (profile.rows and (expected < 5 or lost <= DROP_ASKS * expected)):
        return []
    return [Doubt("rows", f"the profile shows {len(profile.rows)} rows, on {last.day} it had {last.rows}")]


def _name_doubts(profile: Profile, me: Sequence[str]) -> list[Doubt]:
    if not profile.name or not any(name.strip() for name in me) or _is_me(profile.name, me):
        return []
    return [Doubt("name", f"the profile {profile.user} is of {profile.name}, not of {' or '.join(me)}")]


def _is_me(shown: str, me: Sequence[str]) -> bool:
    """Whether a profile's name is one of mine: `Ada B. Vermeulen, PhD`, `阿达 (Ada Vermeulen)`."""
    from pubcli.bibtex.names import parse_names
    from pubcli.matching import Me

    variants = [part.partition(",")[0] for part in shown.replace("(", ")").split(")")]
    names = [name for variant in (*variants, shown) for name in parse_names(variant).names[:1]]
    mine = Me.of(me)
    return any(mine.level(name) is not None for name in names)


# --- pairs worth a look ---------------------------------------------------------------------------


def _near(publications: Sequence[Publication], rows: Sequence[Row]) -> tuple[Near, ...]:
    """For each unmatched publication the unmatched row with the most similar title, if any is similar."""
    if not publications or not rows:
        return ()
    from rapidfuzz import fuzz, process

    from pubcli.matching import normal_title

    titles = [normal_title(row.title) for row in rows]
    near = []
    for publication in publications:
        best = process.extractOne(
            normal_title(publication.title), titles, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR
        )
        if best is not None:
            row = rows[best[2]]
            years = f"{publication.year or 'no year'} and {row.year or 'no year'}"
            reason = "the same title" if best[1] == 100 else f"titles {int(best[1])} % alike"
            near.append(Near(publication.key, row, f"{reason}, {years}"))
    taken = Counter(n.row.token for n in near)
    return tuple(n for n in near if taken[n.row.token] == 1)


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "id": row.token,
        "title": row.title,
        "authors": row.authors,
        "venue": row.venue,
        "year": row.year,
        "citations": row.citations,
        "merged": row.merged,
        "struck": row.struck,
    }


def _matched_json(matched: Matched) -> dict[str, Any]:
    return {
        "key": matched.key,
        "old": matched.old,
        "new": matched.new,
        "change": matched.change,
        "reason": matched.reason,
        "rows": [row.token for row in matched.rows],
        "counted_at": matched.counted_at,
    }
