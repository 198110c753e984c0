"""`adopt`: a hand-written page taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pubcli.changes import FileChange, read_file
from pubcli.cli.params import DryRun, Yes
from pubcli.cli.session import Session, count, shown_path
from pubcli.cli.shown import PageFile, region_text
from pubcli.config import CONFIG_NAME, DEFAULT_REGION, Page, parse_config, with_page
from pubcli.errors import ConflictError

app = typer.Typer()


@app.command()
def adopt(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PAGE", help="A hand-written page.", show_default=False)],
    region: Annotated[str, typer.Option(metavar="NAME", help="What to call the region.")] = DEFAULT_REGION,
    heading: Annotated[
        str, typer.Option(metavar="TEXT", help="The section's heading, or its line.", show_default=False)
    ] = "",
    yes: Yes = False,
    dry_run: DryRun = False,
) -> int:
    """Take over a page: find its publications, place markers around them, and remember the page.

    Example: pubcli adopt _pages/about.md
    """
    session: Session = ctx.obj
    file = PageFile(Path.cwd() / path)
    changes = [_marked(session, file, region, heading), _remembered(session, file.path, region)]
    if not dry_run and any(change.is_one for change in changes):
        session.agree(f"Take over {path}?", yes=yes)
    did = f"Placed the region '{region}' in" if changes[0].is_one else "Took up"
    done = f"{did} {path}. Next: `pubcli update --dry-run`"
    return session.finish(changes, dry_run=dry_run, done=done)


def _marked(session: Session, file: PageFile, region: str, heading: str) -> FileChange:
    """The page with the two marker lines; as it is where it has that region already."""
    from pubcli.pages import checksum, find_regions, find_section, with_markers

    path = shown_path(file.path)
    if any(found.name == region for found in find_regions(file.text, path=path)):
        session.say(f"{path} has its region '{region}' already")
        return file.with_text(file.text)
    named = int(heading) if heading.isdecimal() else heading
    section = find_section(file.text, path=path, me=session.config.me, heading=named)
    title = f"'{section.heading}', " if section.heading else ""
    lines = f"lines {section.first_line} to {section.last_line}"
    session.say(f"{path}: {title}{lines}: {count(section.references, 'reference')}")
    page = _new_page(session, file.path, region)
    body, _ = region_text(session, page)
    stands = file.text[section.start : section.end].replace("\r\n", "\n")
    sum = checksum(body) if stands.rstrip("\n") == body.rstrip("\n") else ""
    return file.with_text(with_markers(file.text, section, region, path=path, sum=sum))


def _new_page(session: Session, path: Path, region: str) -> Page:
    """The page as the configuration will have it."""
    config = session.config
    text, _ = _with_page(config.path, path, region, config.page_table, config.folder)
    for page in parse_config(text, config.path or config.folder / CONFIG_NAME).pages_of(path):
        if page.region == region:
            return page
    raise ConflictError(f"{path} could not be configured", hint="write its [[page]] by hand")


def _remembered(session: Session, path: Path, region: str) -> FileChange:
    """The configuration with this page appended."""
    config = session.config
    text, before = _with_page(config.path, path, region, config.page_table, config.folder)
    return FileChange(config.path or config.folder / CONFIG_NAME, before, text.encode())


def _with_page(
    config: Path | None, path: Path, region: str, table: str, folder: Path
) -> tuple[str, bytes | None]:
    before = read_file(config) if config else None
    page = Page(path=path, region=region)
    return with_page((before or b"").decode(), page, table=table, folder=folder), before
