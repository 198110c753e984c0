"""Citation counts by day: the lines of `library.citations.jsonl`, beside the library.

One line per sync: day, source, what was looked at, the profile's own totals, and the counts that
changed. Lines are only ever appended, so that git can join two histories (`merge=union`); reading
therefore stands lines that are doubled or out of order, and reports a broken one without losing
it. Knows citation keys and numbers, neither pages nor services nor today's date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pubcli.changes import FileChange, read_file
from pubcli.errors import UnreadableError

SCHOLAR = "scholar"
GITATTRIBUTES = "*.citations.jsonl merge=union"

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one sync learned.

    `day` is `YYYY-MM-DD`; `profile` whose counts they are, empty for sources without profiles;
    `rows` and `complete` how much was looked at; `totals` and `per_year` what the profile says of
    itself; `counts` the counts that changed, by citation key. `renamed` maps keys that had another
    name before this line.
    """

    day: str
    source: str
    counts: Mapping[str, int] = field(default_factory=dict)
    profile: str = ""
    rows: int = 0
    complete: bool = True
    totals: Mapping[str, int] = field(default_factory=dict)
    per_year: Mapping[int, int] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> str:
        """The line that stands for this in the file, without its line end."""
        import json

        data: dict[str, Any] = {"date": self.day, "source": self.source}
        if self.renamed:
            return json.dumps(data | {"renamed": dict(self.renamed)}, ensure_ascii=False)
        if self.profile:
            data["profile"] = self.profile
        data |= {"rows": self.rows, "complete": self.complete}
        if self.totals:
            data["totals"] = dict(self.totals)
        if self.per_year:
            data["per_year"] = {str(year): self.per_year[year] for year in sorted(self.per_year)}
        data["counts"] = dict(sorted(self.counts.items()))
        return json.dumps(data, ensure_ascii=False)

    def says_more_than(self, last: Snapshot) -> bool:
        """Whether, counts aside, anything differs from `last` but that fewer rows were looked at."""
        narrower = not self.complete and self.rows < last.rows
        if not narrower and (self.rows, self.complete) != (last.rows, last.complete):
            return True
        return (self.profile, self.totals, self.per_year) != (last.profile, last.totals, last.per_year)


@dataclass(frozen=True, slots=True)
class Count:
    """A citation count, the day it was first seen to be this, and who says so."""

    number: int
    day: str
    source: str


@dataclass(frozen=True, slots=True)
class Growth:
    """A count at the beginning and at the end of a time."""

    before: int
    after: int

    @property
    def change(self) -> int:
        """How many citations were added; negative where the count fell."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is no snapshot: its number, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class History:
    """The counts of one library, by day.

    `text` is the whole file; `before` its bytes on disk, None where there is none yet.
    """

    path: Path
    text: str = ""
    before: bytes | None = None

    @cached_property
    def _parsed(self) -> list[tuple[int, Snapshot | str]]:
        """Each line that is not empty, as (its number, what `_parse` made of it)."""
        lines = enumerate(self.text.split("\n"), start=1)
        return [(number, _parse(line.strip())) for number, line in lines if line.strip()]

    @cached_property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Every readable line, by day; those of one day in file order; a doubled one where it stands last."""
        once: dict[str, Snapshot] = {}
        for _, snapshot in self._parsed:
            if isinstance(snapshot, Snapshot):
                once.pop(snapshot.line(), None)
                once[snapshot.line()] = snapshot
        return tuple(sorted(once.values(), key=lambda snapshot: snapshot.day))

    @cached_property
    def broken(self) -> tuple[BrokenLine, ...]:
        """The lines that cannot be read; they stay in the file."""
        return tuple(BrokenLine(number, reason) for number, reason in self._parsed if isinstance(reason, str))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that counts came from, the one with the newest line first."""
        return tuple(dict.fromkeys(s.source for s in reversed(self.snapshots) if not s.renamed))

    def latest(self, source: str = SCHOLAR, *, on: str = "9999-12-31") -> Snapshot | None:
        """The last sync with `source` up to and including the day `on`."""
        found = [s for s in self.snapshots if s.source == source and s.day <= on and not s.renamed]
        return found[-1] if found else None

    def counts(self, source: str = SCHOLAR, *, on: str = "9999-12-31") -> dict[str, Count]:
        """Every count known on the day `on`, by citation key; never a mix of sources."""
        counts: dict[str, Count] = {}
        for snapshot in self.snapshots:
            if snapshot.day > on:
                break
            for old, new in snapshot.renamed.items():
                if old in counts:
                    counts[new] = counts.pop(old)
            if snapshot.source == source:
                for key, number in snapshot.counts.items():
                    counts[key] = Count(number, snapshot.day, source)
        return counts

    def series(self, source: str = SCHOLAR) -> dict[str, list[tuple[str, int]]]:
        """The counts of every key over time, as (day, number), one a day and oldest first."""
        series: dict[str, dict[str, int]] = {}
        for snapshot in self.snapshots:
            for old, new in snapshot.renamed.items():
                if old in series:
                    series[new] = series.pop(old)
            if snapshot.source == source:
                for key, number in snapshot.counts.items():
                    series.setdefault(key, {})[snapshot.day] = number
        return {key: list(days.items()) for key, days in series.items()}

    def growth(self, source: str = SCHOLAR, *, since: str, until: str = "9999-12-31") -> dict[str, Growth]:
        """What changed after the day `since` up to `until`, for the keys that have a count on both days."""
        before, after = self.counts(source, on=since), self.counts(source, on=until)
        return {
            key: Growth(before[key].number, count.number)
            for key, count in after.items()
            if key in before and before[key].number != count.number
        }

    def sync_days(self, source: str = SCHOLAR) -> tuple[str, ...]:
        """The days of which there is a line of `source`, oldest first."""
        return tuple(dict.fromkeys(s.day for s in self.snapshots if s.source == source and not s.renamed))

    def with_snapshot(self, snapshot: Snapshot) -> History:
        """The history with one line more, or itself where the line would say nothing new."""
        known = self.counts(snapshot.source)
        changed = {
            key: number
            for key, number in snapshot.counts.items()
            if key not in known or known[key].number != number
        }
        last = self.latest(snapshot.source)
        news = bool(snapshot.totals) if last is None else snapshot.says_more_than(last)
        if not changed and not news:
            return self
        return self._with_line(replace(snapshot, counts=changed).line())

    def with_renamed(self, old: str, new: str, *, day: str) -> History:
        """The history in which the counts of `old` go on under `new`; itself where there are none."""
        if not any(old in self.counts(source) for source in self.sources):
            return self
        return self._with_line(Snapshot(day, "pubcli", renamed={old: new}).line())

    def _with_line(self, line: str) -> History:
        text = self.text
        end = "\r\n" if text.endswith("\r\n") else "\n"
        if text and not text.endswith("\n"):
            text += end
        return History(self.path, text + line + end, self.before)

    def changes(self) -> list[FileChange]:
        """The change that writes what was added, if anything was."""
        after = self.text.encode()
        return [FileChange(self.path, self.before, after)] if after != (self.before or b"") else []


def history_path(library: Path) -> Path:
    """Where the counts of a library are kept: `papers.bib` has `papers.citations.jsonl` beside it."""
    return library.with_suffix(".citations.jsonl")


def read_history(path: Path) -> History:
    """The history at `path`, empty where there is none (UnreadableError: it is there and cannot be read)."""
    data = read_file(path)
    if data is None:
        return History(path)
    try:
        return History(path, data.decode(), data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            f"{path}:{line}: not UTF-8", hint="take the line out, or save it as UTF-8"
        ) from error


def _parse(line: str) -> Snapshot | str:
    """The snapshot on a line, or why there is none."""
    import json

    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "left over from a merge"
    try:
        data = json.loads(line)
    except ValueError:
        return "not JSON"
    return _snapshot(data) if isinstance(data, dict) else "not an object"


def _snapshot(data: Mapping[str, Any]) -> Snapshot | str:
    day, source = data.get("date"), data.get("source")
    counts, totals, per_year = (data.get(name, {}) for name in ("counts", "totals", "per_year"))
    renamed = data.get("renamed", {})
    if not (isinstance(day, str) and _DAY.fullmatch(day)):
        return "no date"
    if not (isinstance(source, str) and source):
        return "no source"
    if not (all(_is_table(table, int) for table in (counts, totals, per_year)) and _is_table(renamed, str)):
        return "counts that are no numbers"
    if not all(year.isdecimal() for year in per_year):
        return "years that are no numbers"
    return Snapshot(
        day=day,
        source=source,
        counts=counts,
        profile=str(data.get("profile", "")),
        rows=data["rows"] if isinstance(data.get("rows"), int) else 0,
        complete=data.get("complete") is True,
        totals=totals,
        per_year={int(year): number for year, number in per_year.items()},
        renamed=renamed,
    )


def _is_table(value: object, kind: type) -> bool:
    """Whether `value` maps texts to values of `kind`, where true and false are no numbers."""
    return isinstance(value, dict) and all(type(item) is kind for item in value.values())
