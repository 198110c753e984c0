"""`add`: publications from identifiers, addresses, files, options or questions, each once."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from pubcli.bibtex.bibfile import MONTHS, Raw
from pubcli.bibtex.latex import is_balanced
from pubcli.changes import diff
from pubcli.cli.params import DryRun, Yes, complete_tag
from pubcli.cli.session import Session, named
from pubcli.errors import PubcliError, SeveralErrors, UnreadableError, UsageError
from pubcli.importers import Edits, Source, cleaned, edits, find_source, gather, typed_text
from pubcli.importers.sources import FILE, STDIN
from pubcli.keys import new_key
from pubcli.library import Library
from pubcli.matching import Match, my_authors
from pubcli.publication import Publication
from pubcli.venues import entry_type, venue_names

app = typer.Typer()

# Where the venue goes, by entry type; elsewhere it says how the publication appeared.
VENUE_FIELD_OF = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle"}
ADDED, UPDATED = "Added", "Updated"
_YEAR = re.compile(r"[12]\d{3}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A record to add; the key the user wants for it, the one it has in the user's own file, or at a site."""

    record: Publication
    key: str = ""
    own_key: str = ""
    site_key: str = ""


@app.command()
def add(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE...",
            help="A DOI, an arXiv id, an address, a .bib, .ris, .json, .nbib, .pdf or .md file, - for stdin.",
            show_default=False,
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Its title.", show_default=False)] = None,
    authors: Annotated[
        list[str] | None, typer.Option("--author", metavar="NAME", help="An author; repeat in order.")
    ] = None,
    venue: Annotated[str, typer.Option(metavar="TEXT", help="Where it appeared.", show_default=False)] = "",
    year: Annotated[str, typer.Option(metavar="YEAR", help="When.", show_default=False)] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--type", metavar="TYPE", help="Entry type; by default as the venue says.", show_default=False
        ),
    ] = "",
    key: Annotated[str, typer.Option(metavar="KEY", help="Its citation key.", show_default=False)] = "",
    tags: Annotated[
        list[str] | None,
        typer.Option("--tag", "-t", metavar="TAG", help="Tag it.", autocompletion=complete_tag),
    ] = None,
    award: Annotated[str, typer.Option(metavar="TEXT", help="Note an award.", show_default=False)] = "",
    select: Annotated[bool, typer.Option("--select", help="Highlight it.")] = False,
    update: Annotated[
        bool,
        typer.Option(
            "--update", help="Complete entries that are there already: empty fields, published versions."
        ),
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> int:
    """Add publications; says when one is there already.

    Example: pubcli add 10.1609/aaai.v39i22.34567 -t "LLM Inference" --select
    """
    session: Session = ctx.obj
    typed = title is not None or bool(authors or venue or year)
    if typed and sources:
        raise UsageError("a SOURCE and --title, --author, --venue or --year", hint="give one or the other")
    library = session.library()
    errors: list[PubcliError] = []
    if sources:
        wishes = _gathered(session, _sources(sources, errors), errors)
    elif typed:
        wishes = [_typed(library, title or "", authors or [], venue, year, kind)]
    elif session.interactive:
        wishes = [_asked(session, library, kind)]
    else:
        raise UsageError(
            "add what?", hint="give a SOURCE (`-` for stdin), or --title, --author, --venue and --year"
        )
    if key and len(wishes) != 1:
        raise UsageError(f"--key names one publication, not {len(wishes)}", hint="add them one by one")
    done: dict[str, list[str]] = {}
    for wish in wishes:
        before = library.bib
        try:
            verb, placed = _placed(
                session, library, replace(wish, key=key or wish.key), update=update, yes=yes or dry_run
            )
            if verb == ADDED:
                _mark(library, placed, tags or [], award, select)
        except PubcliError as error:
            library.bib = before
            errors.append(error)
        else:
            done.setdefault(verb, []).append(placed)
    said = "; ".join(f"{verb} {named(keys)}" for verb, keys in done.items() if verb)
    changes = library.changes()
    code = session.finish(changes, dry_run=dry_run, done=said) if changes or not errors else 0
    if UPDATED in done and not dry_run:
        session.write(diff(changes, relative_to=Path.cwd()))
    if errors:
        raise errors[0] if len(errors) == 1 else SeveralErrors(errors)
    return code


def _sources(texts: Sequence[str], errors: list[PubcliError]) -> list[Source]:
    """What each text means; those that mean nothing are put into `errors`, the kinds listed once."""
    found = []
    for text in texts:
        try:
            found.append(find_source(text))
        except UsageError as error:
            errors.append(UsageError(error.message) if errors else error)
    return found


def _gathered(session: Session, sources: Sequence[Source], errors: list[PubcliError]) -> list[Wish]:
    """The records of all sources; what could not be had or read is put into `errors`."""
    wishes = []

    def progress(source: Source, left: int) -> None:
        if sys.stderr.isatty() and source.kind not in (FILE, STDIN):
            session.say(f"asking for {source}" + (f" ({left} more)" if left else ""))

    web = session.web()
    ascii_only = session.library().writes_latex
    for outcome in gather(
        sources, web, ascii_only=ascii_only, stdin=sys.stdin.buffer.read, progress=progress
    ):
        if outcome.error:
            errors.append(outcome.error)
        errors += [UnreadableError(line, hint="the rest of the file was read") for line in outcome.broken]
        own = outcome.source.kind in (FILE, STDIN)
        pairs = zip(outcome.records, outcome.keys, strict=True)
        wishes += [Wish(one, own_key=key) if own else Wish(one, site_key=key) for one, key in pairs]
    return wishes


def _placed(session: Session, library: Library, wish: Wish, *, update: bool, yes: bool) -> tuple[str, str]:
    """Put the record into the library, or say that it is there; what was done (or "") to which key.

    UnreadableError for a record without a title; ConflictError where it is doubtful and nobody says yes.
    """
    record = wish.record
    if not record.title:
        which = f"the record '{wish.own_key}'" if wish.own_key else "a record"
        raise UnreadableError(f"{which} has no title", hint="it was left out; give it one, and add it again")
    matches = library.same_as(record)
    there = next((match for match in matches if match.same or match.publication.key == wish.own_key), None)
    if there and not there.same:
        session.say(f"{there.publication.key} was left as it is: {there.reason}")
        return "", there.publication.key
    if there:
        return _completed(session, library, there, record, update=update)
    left_out = f"'{record.title}' was left out"
    if matches:
        near = matches[0]
        question = f"'{record.title}' may be {near.publication.key} ({near.reason}). Add it all the same?"
        session.agree(question, yes=yes, otherwise=left_out)
    me = session.config.me
    if me and record.authors and not record.others and not my_authors(record, me):
        question = f"None of the authors of '{record.title}' is {' or '.join(me)}. Add it?"
        session.agree(question, yes=yes, otherwise=left_out)
    key = _key(library, wish)
    library.add(record.entry_type, record.fields, key)
    return ADDED, key


def _key(library: Library, wish: Wish) -> str:
    """The key asked for, the one it has in the user's own file, or a new one in the library's style."""
    if wish.key:
        return wish.key
    taken = {entry.key.casefold() for entry in library.bib.entries}
    if wish.own_key and wish.own_key.casefold() not in taken:
        return wish.own_key
    return new_key(wish.record, library.publications, offered=wish.site_key)


def _completed(
    session: Session, library: Library, match: Match, record: Publication, *, update: bool
) -> tuple[str, str]:
    key = match.publication.key
    planned = edits(match.publication, record)
    there = f"{key} is there already ({match.reason})"
    if not planned:
        session.say(there)
        return "", key
    if not update:
        session.say(f"{there}; --update would {_described(planned)}")
        return "", key
    _edit(library, key, planned)
    return UPDATED, key


def _described(planned: Edits) -> str:
    parts = [f"make it {planned.entry_type}"] if planned.entry_type else []
    parts += [f"set {', '.join(planned.values)}"] if planned.values else []
    parts += [f"remove {', '.join(planned.removed)}"] if planned.removed else []
    return " and ".join(parts)


def _edit(library: Library, key: str, planned: Edits) -> None:
    if planned.entry_type:
        library.set_type(key, planned.entry_type)
    for name in planned.removed:
        library.set_field(key, name, "")
    for name, value in planned.values.items():
        library.set_field(key, name, Raw(value) if name == "month" and value in MONTHS else value)


def _mark(library: Library, key: str, tags: Sequence[str], award: str, select: bool) -> None:
    if tags:
        library.retag(key, tags)
    if award:
        library.award(key, award)
    if select:
        library.select(key)


# --- what the user types -----------------------------------------------------------------------


def _typed(library: Library, title: str, authors: Sequence[str], venue: str, year: str, kind: str) -> Wish:
    """A record from options; UsageError for what cannot stand in an entry."""
    if not title.strip():
        raise UsageError("the title is empty", hint='give --title "…"')
    if year and not _YEAR.fullmatch(year.strip()):
        raise UsageError(
            f"'{year}' is no year", hint="four digits, as in --year 2024; leave it out if it is not known"
        )
    kind = (kind or _type_at(library, venue) or entry_type(venue)).lower()
    if not kind.isalpha():
        raise UsageError(f"'{kind}' is no entry type", hint="as in --type article")
    fields = {
        "title": title,
        "author": " and ".join(author.strip() for author in authors if author.strip()),
        VENUE_FIELD_OF.get(kind, "howpublished"): venue,
        "year": year,
    }
    for name, value in fields.items():
        if not is_balanced(value) or not value.isprintable():
            raise UsageError(
                f"the {name} is no BibTeX text: {value}", hint="each { needs its }, and all on one line"
            )
    filled = {name: typed_text(value.strip()) for name, value in fields.items() if value.strip()}
    return Wish(cleaned(Publication("", kind, filled), own=True))


def _type_at(library: Library, venue: str) -> str:
    """The type of the library's own entries at this venue, if it has any."""
    folded = venue.strip().casefold()
    same = (p.entry_type for p in library.publications if folded and p.venue.casefold() == folded)
    return next(same, "")


def _asked(session: Session, library: Library, kind: str) -> Wish:
    """A record from questions at the terminal, with known venues and co-authors to complete from."""
    names = [author.name for p in library.publications for author in p.authors]
    people = dict.fromkeys([*(name.full for name in names), *(name.last_first for name in names)])
    venues = dict.fromkeys([*(p.venue for p in library.publications if p.venue), *venue_names()])
    title = session.prompt("Title: ")
    authors: list[str] = []
    while author := session.prompt(f"Author {len(authors) + 1} (empty to end): ", choices=people).strip():
        authors.append(author)
    venue = session.prompt("Venue: ", choices=venues)
    year = session.prompt("Year: ")
    return _typed(library, title, authors, venue.strip(), year.strip(), kind)
