"""`sync`, `stats`: citation counts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pubcli.changes import FileChange, read_file
from pubcli.cli.params import DryRun, Json, Yes
from pubcli.cli.session import Session, count, today
from pubcli.config import parse_scholar
from pubcli.errors import NotFoundError, UsageError
from pubcli.history import SCHOLAR, History, history_path, read_history
from pubcli.scholar.sync import SyncPlan, add_command, carry_out, plan_counts, plan_profile
from pubcli.stats import citations_by_year_published, known_counts, summarise

app = typer.Typer()


@app.command()
def sync(
    ctx: typer.Context,
    user: Annotated[
        str, typer.Option(metavar="ID", help="A Scholar user id or profile address.", show_default=False)
    ] = "",
    all_pages: Annotated[
        bool, typer.Option("--all-pages", help="Ask for the rows beyond the first 100 too.")
    ] = False,
    html: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Read a saved profile page instead of asking; may be repeated."),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="SOURCE", help="scholar, openalex, semanticscholar or crossref.")
    ] = SCHOLAR,
    write: Annotated[
        list[str] | None,
        typer.Option(metavar="THEME", help="Also write the files of a theme: al-folio, acad-homepage."),
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Update citation counts, from Google Scholar by default. A failed sync changes nothing.

    Example: pubcli sync --dry-run
    """
    session: Session = ctx.obj
    history = read_history(history_path(session.library_path))
    plan = _plan(session, history, source=source, user=user, all_pages=all_pages, html=html or [])
    themes = _theme_changes(session, plan, write or [])
    if json:
        from json import dumps

        session.write(dumps(plan.as_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        session.write("".join(f"{line}\n" for line in _report(plan, every=dry_run)))
    if plan.doubts and not dry_run:
        session.agree(
            "This looks doubtful. Write it all the same?",
            yes=yes,
            detail="\n".join(f"  {doubt.text}" for doubt in plan.doubts),
        )
    changes = [*carry_out(plan, session.library(), history), *themes]
    done = f"{count(len(plan.changed), 'count')} changed, {len(plan.matched)} of {_of(plan)} matched"
    return session.finish(changes, dry_run=dry_run, show_diff=not json, done=done)


def _of(plan: SyncPlan) -> str:
    ambiguous = sum(len(each.keys) for each in plan.ambiguous)
    total = len(plan.matched) + len(plan.unmatched) + ambiguous + len(plan.unknown or {})
    return count(total, "publication")


def _plan(
    session: Session, history: History, *, source: str, user: str, all_pages: bool, html: Sequence[str]
) -> SyncPlan:
    """What the source says, held against the library. Nothing is asked before the arguments are in order."""
    config = session.config
    library = session.library()
    if source != SCHOLAR:
        if user or html or all_pages:
            raise UsageError(
                "--user, --html and --all-pages belong to Google Scholar", hint="leave out --source"
            )
        from pubcli.scholar.providers import fetch_counts

        counts = fetch_counts(
            session.web(), source, library.publications, mailto=config.mailto, environ=os.environ
        )
        return plan_counts(library.publications, counts, day=today(), history=history)
    from pubcli.scholar.client import fetch_profile, read_saved

    if html:
        profile = read_saved([(name, _saved(name)) for name in html])
    else:
        wanted = parse_scholar(user) or config.scholar
        if not wanted:
            raise UsageError("whose profile?", hint='give --user ID, or set: scholar = "ID"')
        profile = fetch_profile(session.web(), wanted, all_pages=all_pages, progress=_progress(session))
        if profile.user != wanted:
            session.say(f"the profile {wanted} has moved: it is {profile.user} now")
    return plan_profile(
        library.publications,
        profile,
        day=today(),
        history=history,
        me=config.me,
        in_bib=config.citations_in_bib,
    )


def _progress(session: Session) -> Callable[[int], None]:
    def progress(rows: int) -> None:
        if sys.stderr.isatty():
            session.say(f"{count(rows, 'row')} read")

    return progress


def _saved(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    data = read_file(Path(name))
    if data is None:
        raise NotFoundError(f"there is no file {name}", hint="save the profile page from the browser as HTML")
    return data


def _theme_changes(session: Session, plan: SyncPlan, themes: Iterable[str]) -> list[FileChange]:
    """The files that other themes read, below the folder of the settings."""
    from pubcli.scholar.theme_files import theme_files

    changes = []
    for theme in themes:
        if plan.profile is None:
            raise UsageError("--write needs the rows of a profile", hint="leave out --source")
        folder = session.config.folder

        def current(path: str, folder: Path = folder) -> str | None:
            data = read_file(folder / path)
            return None if data is None else data.decode("utf-8", "surrogateescape")

        for path, text in theme_files(theme, plan.profile, day=plan.day, current=current).items():
            before = read_file(folder / path)
            changes.append(FileChange(folder / path, before, text.encode("utf-8", "surrogateescape")))
    return changes


def _report(plan: SyncPlan, *, every: bool) -> Iterable[str]:
    """The plan in lines: counts that changed (or `every` one), and what was left aside, with its way out."""
    rows = [
        (
            matched.key,
            "" if matched.old is None else str(matched.old),
            "" if matched.new is None else str(matched.new),
            "" if matched.change is None else f"{matched.change:+d}" if matched.change else "=",
            matched.reason,
        )
        for matched in (plan.matched if every else plan.changed)
    ]
    yield from _columns(("publication", "old", "new", "change", "matched by"), rows)
    for ambiguity in plan.ambiguous:
        yield f"not written: {', '.join(ambiguity.keys)}: {ambiguity.reason}"
    for near in plan.near:
        yield f"perhaps {near.key}: '{near.row.title}' ({near.reason}); to say so: {near.command}"
    if plan.unmatched:
        yield f"no row for: {', '.join(plan.unmatched)}"
    for key, reason in (plan.unknown or {}).items():
        yield f"not known there: {key} ({reason})"
    if plan.not_looked_at:
        yield f"not looked at (rows beyond those read; --all-pages): {', '.join(plan.not_looked_at)}"
    for row in plan.unmatched_rows:
        cut = " (the title is cut)" if row.title_cut else ""
        yield f"not in the library{cut}: {add_command(row)}"


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    if not rows:
        return
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if at in (1, 2, 3) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


# --- stats -------------------------------------------------------------------------------------


@app.command()
def stats(
    ctx: typer.Context,
    since: Annotated[
        str,
        typer.Option(metavar="DATE", help="What changed since this day (YYYY-MM-DD).", show_default=False),
    ] = "",
    source: Annotated[str, typer.Option(metavar="SOURCE", help="Whose counts.")] = SCHOLAR,
    svg: Annotated[
        Path | None,
        typer.Option(
            readable=False,
            metavar="FILE",
            help="Write the citations per year as a chart.",
            show_default=False,
        ),
    ] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int | None:
    """Show totals, h-, i10- and g-index, citations per year, and what changed.

    Example: pubcli stats --since 2025-01-01
    """
    session: Session = ctx.obj
    publications = session.library().publications
    history = read_history(history_path(session.library_path))
    counts = known_counts(publications, history, source=source, in_bib=session.config.citations_in_bib)
    latest = history.latest(source)
    per_year = (
        dict(latest.per_year)
        if latest and latest.per_year
        else citations_by_year_published(publications, counts)
    )
    if svg is not None:
        return _chart(session, svg, per_year, dry_run=dry_run)
    own = summarise(counts[p.key].number if p.key in counts else None for p in publications)
    begin = _day(since) if since else _day_before_last(history, source)
    growth = history.growth(source, since=begin) if begin else {}
    if json:
        from json import dumps

        table = {
            "source": source,
            "date": latest.day if latest else None,
            "own": {name: getattr(own, name) for name in own.__slots__},
            "profile": dict(latest.totals) if latest else {},
            "per_year": per_year,
            "since": begin,
            "growth": {key: {"before": g.before, "after": g.after} for key, g in growth.items()},
        }
        session.write(dumps(table, ensure_ascii=False, indent=2) + "\n")
        return None
    profile = dict(latest.totals) if latest else {}
    session.write(f"{count(own.publications, 'publication')}, {own.unknown} without a count\n\n")
    rows = [
        ("citations", str(own.citations), str(profile.get("citations", ""))),
        ("h-index", str(own.h), str(profile.get("h", ""))),
        ("i10-index", str(own.i10), str(profile.get("i10", ""))),
        ("g-index", str(own.g), ""),
    ]
    for row in _columns(("", "own", "profile"), rows):
        session.write(f"{row}\n")
    if per_year:
        from pubcli.render.plot import bars

        what = (
            "citations per year (profile)"
            if latest and latest.per_year
            else "citations by year of publication"
        )
        session.write(f"\n{what}\n{bars([(str(year), n) for year, n in sorted(per_year.items())])}\n")
    if begin:
        session.write(f"\nsince {begin}: {'nothing changed' if not growth else ''}\n")
        for key, change in sorted(growth.items(), key=lambda item: -item[1].change):
            session.write(f"  {key}  {change.before} → {change.after} ({change.change:+d})\n")
    if latest is None:
        session.say("no sync yet; `pubcli sync` asks for counts")
    return None


def _chart(session: Session, path: Path, per_year: dict[int, int], *, dry_run: bool) -> int:
    from pubcli.render.plot import svg

    text = svg([(str(year), n) for year, n in sorted(per_year.items())], title="Citations per year")
    change = FileChange(path, read_file(path), text.encode())
    return session.finish([change], dry_run=dry_run, done=f"Wrote {path}")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"'{text}' is no day", hint="as in --since 2025-01-31") from None


def _day_before_last(history: History, source: str) -> str:
    """The day of the sync before the last one, or empty."""
    days = history.sync_days(source)
    return days[-2] if len(days) > 1 else ""
