"""`adopt`: a hand-written page taken over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pubcli.changes import FileChange, read_file
from pubcli.cli.kept import brought_up_to_date
from pubcli.cli.params import DryRun, Yes
from pubcli.cli.session import Session, count, shown_path
from pubcli.cli.shown import MARKUP_OF_KIND, PageFile, region_text
from pubcli.config import CONFIG_NAME, DEFAULT_REGION, Page, parse_config, with_page
from pubcli.errors import ConflictError
from pubcli.markup import Markup

if TYPE_CHECKING:
    from pubcli.cli.taking import Taken
    from pubcli.pages import Section

app = typer.Typer()


@app.command()
def adopt(
    ctx: typer.Context,
    path: Annotated[
        Path, typer.Argument(readable=False, metavar="PAGE", help="A hand-written page.", show_default=False)
    ],
    region: Annotated[str, typer.Option(metavar="NAME", help="What to call the region.")] = DEFAULT_REGION,
    heading: Annotated[
        str, typer.Option(metavar="TEXT", help="The section's heading, or its line.", show_default=False)
    ] = "",
    template: Annotated[
        str,
        typer.Option(metavar="TEMPLATE", help="How its references look.", show_default=False),
    ] = "",
    online: Annotated[
        bool,
        typer.Option("--online", help="Complete entries from the DOIs, arXiv ids and so on they link to."),
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> int:
    """Take over a page: read its publications into the library, place markers, and remember the page.

    Example: pubcli adopt _pages/about.md
    """
    from pubcli.pages import find_regions, find_section

    session: Session = ctx.obj
    file = PageFile(Path.cwd() / path)
    shown = shown_path(file.path)
    if any(found.name == region for found in find_regions(file.text, path=shown)):
        session.say(f"{shown} has its region '{region}' already")
        return _finish(session, file, file.text, Page(file.path, region), yes=yes, dry_run=dry_run)
    named = int(heading) if heading.isdecimal() else heading
    section = find_section(file.text, path=shown, me=session.config.me, heading=named)
    title = f"'{section.heading}', " if section.heading else ""
    lines = f"lines {section.first_line} to {section.last_line}"
    session.say(f"{shown}: {title}{lines}: {count(section.references, 'reference')}")
    page = Page(file.path, region, template=template)
    stands = file.text[section.start : section.end].replace("\r\n", "\n")
    if not _is_written_anew(session, page, stands):
        page = _taken(session, file, section, page, stands, online=online, yes=yes or dry_run)
    text = _marked(session, file, section, page, stands)
    return _finish(session, file, text, page, yes=yes, dry_run=dry_run)


def _is_written_anew(session: Session, page: Page, stands: str) -> bool:
    """Whether the section is just what the library and the page's template give."""
    body, _ = region_text(session, _configured(session, page))
    return bool(body.strip()) and body.rstrip("\n") == stands.rstrip("\n")


def _taken(
    session: Session, file: PageFile, section: Section, page: Page, stands: str, *, online: bool, yes: bool
) -> Page:
    """Plan the entries that the references make, say what was read, and choose how the region is kept."""
    from pubcli.cli.taking import asked_for, put_into_library, read_section
    from pubcli.pages import kind_of

    kind = kind_of(file.path)
    taken = read_section(file.text, section, kind, session.config.me)
    _report(session, taken)
    strange = taken.strangers()
    if strange:
        session.agree(strange, yes=yes)
    if online:
        asked_for(session, taken)
    keys = put_into_library(session, taken)
    query = _query(session, page.region, keys)
    source = _template(session, taken, MARKUP_OF_KIND[kind.value], page.template)
    newest_first = taken.years == sorted(taken.years, reverse=True)
    return replace(page, query=query, template=source, sort="" if newest_first else "file", keep=True)


def _template(session: Session, taken: Taken, markup: Markup, given: str) -> str:
    """The template for publications that are new to the page: the one given, or the page's own."""
    from pubcli.template.inference import given_back, infer_template

    reads = [read for read in taken.reads if read]
    found = given_back(given, reads, markup) if given else infer_template(reads, markup)
    whose = "the template" if given else "a template of its own, for what is new,"
    session.say(f"{whose} gives {found.exact} of {count(found.tried, 'reference')} back to the byte")
    return found.source


def _report(session: Session, taken: Taken) -> None:
    for line in taken.summary():
        session.say(line)


def _query(session: Session, region: str, keys: list[str]) -> str | None:
    """Which publications the region shows: all, the selected ones, or those with a tag for the region."""
    library = session.library()
    if {publication.key for publication in library.publications} == set(keys):
        return ""
    selected = {publication.key for publication in library.publications if publication.selected}
    if region == DEFAULT_REGION and selected <= set(keys):
        for key in keys:
            library.select(key)
        return None
    tag = f"on-{region}"
    for key in keys:
        library.retag(key, [tag])
    return f"tag:{tag}"


def _marked(session: Session, file: PageFile, section: Section, page: Page, stands: str) -> str:
    """The page with the two marker lines, and a sum where `update` would write just what stands there."""
    from pubcli.pages import checksum, with_markers

    configured = _configured(session, page)
    if page.keep:
        body, _ = brought_up_to_date(session, configured, stands)
    else:
        body, _ = region_text(session, configured)
    whole = stands if stands.endswith("\n") else stands + "\n"
    sum = checksum(whole) if body.rstrip("\n") == stands.rstrip("\n") else ""
    if not sum:
        session.say("what the library says differs: `pubcli update` shows how, and `--force` writes it")
    return with_markers(file.text, section, page.region, path=shown_path(file.path), sum=sum)


def _finish(session: Session, file: PageFile, text: str, page: Page, *, yes: bool, dry_run: bool) -> int:
    changes = [file.with_text(text), _remembered(session, page)]
    if page.keep:
        changes = [*session.library().changes(), *changes]
    name = shown_path(page.path)
    if not dry_run and any(change.is_one for change in changes):
        session.agree(f"Take over {name}?", yes=yes)
    did = f"Placed the region '{page.region}' in" if text != file.text else "Took up"
    done = f"{did} {name}. Next: `pubcli update --dry-run`"
    return session.finish(changes, dry_run=dry_run, done=done)


def _configured(session: Session, page: Page) -> Page:
    """The page as the configuration will have it."""
    config = session.config
    text, _ = _with_page(session, page)
    for found in parse_config(text, config.path or config.folder / CONFIG_NAME).pages_of(page.path):
        if found.region == page.region:
            return found
    raise ConflictError(f"{page.path} could not be configured", hint="write its [[page]] by hand")


def _remembered(session: Session, page: Page) -> FileChange:
    """The configuration with this page appended."""
    config = session.config
    text, before = _with_page(session, page)
    return FileChange(config.path or config.folder / CONFIG_NAME, before, text.encode())


def _with_page(session: Session, page: Page) -> tuple[str, bytes | None]:
    config = session.config
    before = read_file(config.path) if config.path else None
    text = with_page((before or b"").decode(), page, table=config.page_table, folder=config.folder)
    return text, before
