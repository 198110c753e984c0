"""`export`: publications as a list, on stdout or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pubcli.bibtex.encoding import decode_bytes
from pubcli.changes import FileChange, read_file
from pubcli.cli.kept import kept_text
from pubcli.cli.params import DryRun, Query
from pubcli.cli.session import Session, count
from pubcli.cli.shown import PageFile, bare_page, layout_of, publications_of, template_of
from pubcli.config import Page
from pubcli.errors import ConflictError, NotFoundError, UsageError, did_you_mean
from pubcli.markup import MARKDOWN
from pubcli.publication import Publication
from pubcli.render.csl import styled
from pubcli.render.formats import FORMATS, TREES, Format, Setting, Tree, find_format
from pubcli.render.layout import section
from pubcli.template import BUILT_INS, find_template, sample

app = typer.Typer()

STDOUT = ("-", "/dev/stdout")


Name = Annotated[
    str | None, typer.Argument(metavar="NAME", help="A region of a configured page.", show_default=False)
]
Template = Annotated[
    str | None,
    typer.Option(metavar="TEMPLATE", help="A template's name, or a string with slots.", show_default=False),
]


@app.command()
def export(
    ctx: typer.Context,
    name: Name = None,
    template: Template = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="bibtex, csl-json, html, …; all publications.",
            show_default=False,
        ),
    ] = None,
    style: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A CSL style (.csl) for the references.", show_default=False, readable=False
        ),
    ] = None,
    query: Query = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write a file; for a site, its folder.",
            show_default=False,
            readable=False,
        ),
    ] = None,
    list_templates: Annotated[
        bool, typer.Option("--list-templates", help="Show the built-in templates.")
    ] = False,
    list_formats: Annotated[bool, typer.Option("--list-formats", help="Show the formats.")] = False,
    dry_run: DryRun = False,
) -> int | None:
    """Print a reference list; without arguments, the Selected Publications section.

    Example: pubcli export -q "year:2023.. award:" --template md-line
    """
    session: Session = ctx.obj
    if list_templates or list_formats:
        session.write(_templates() if list_templates else _formats())
        return None
    page = page_named(session, name, query, template)
    if output and name is None and query is None:
        page = replace(page, query="")
    found = publications_of(session, page)
    if not found:
        session.say(f"nothing to show: no publication fits `{page.query}`")
    chosen = find_format(output) if output else None
    if isinstance(chosen, Tree):
        return _tree(session, chosen, found, page, file, dry_run=dry_run)
    if chosen or style:
        text = _formatted(session, chosen, found, page, style)
    else:
        text = shown_section(session, page, bare=name is None and query is None, region=name is not None)
        if "{citations" in page.template and (origin := session.counts_origin(found)):
            session.say(origin)
    if file is None or str(file) in STDOUT:
        session.write(text)
        return None
    if file.resolve() == session.library_path.resolve():
        raise ConflictError(f"{file} is the library itself", hint="give another file after -o")
    change = FileChange(file, read_file(file), text.encode())
    done = f"Wrote {count(len(found), 'publication')} to {file}"
    return session.finish([change], dry_run=dry_run, done=done)


def _formatted(
    session: Session, chosen: Format | None, found: Sequence[Publication], page: Page, style: Path | None
) -> str:
    """The publications in a format; in a CSL style alone, a Markdown list."""
    setting = _setting(session, page)
    if style:
        csl = read_file(style)
        if csl is None:
            raise NotFoundError(
                f"there is no style {style}",
                hint="https://github.com/citation-style-language/styles has 10,000",
            )
        setting = replace(setting, style=decode_bytes(csl, path=style).text)
        if chosen is None:
            return "".join(f"- {line}\n" for line in styled(found, setting.style, MARKDOWN, setting.me))
    return (chosen or FORMATS["text"]).write(found, setting)


def _tree(
    session: Session,
    tree: Tree,
    found: Sequence[Publication],
    page: Page,
    folder: Path | None,
    *,
    dry_run: bool,
) -> int:
    """The files of a site, written below its folder; what is there and not ours stays."""
    if folder is None:
        raise UsageError(
            f"{tree.name} is many files", hint="give the site's folder with -o, and --dry-run to look first"
        )
    there = {
        path.relative_to(folder).as_posix(): decode_bytes(read_file(path) or b"", path=path).text
        for pattern in tree.reads
        for path in sorted(folder.glob(pattern))
    }
    files = tree.files(found, _setting(session, page), there)
    changes = [
        FileChange(folder / path, read_file(folder / path), text.encode()) for path, text in files.items()
    ]
    written = sum(change.is_one for change in changes)
    return session.finish(changes, dry_run=dry_run, done=f"Wrote {count(written, 'file')} below {folder}")


def _setting(session: Session, page: Page) -> Setting:
    config = session.config
    return Setting(
        me=config.me,
        max_authors=page.max_authors,
        page_tags=config.page_tags,
        profile_url=config.profile_url,
        bib=session.library().bib,
        **({"group": page.group} if page.group else {}),
    )


def _templates() -> str:
    """Every built-in template: its name, what it is for, and how a publication looks in it."""
    parts = []
    for built_in in BUILT_INS.values():
        shown = sample(find_template(built_in.name))
        indented = "".join(f"    {line}\n" if line else "\n" for line in shown.rstrip("\n").split("\n"))
        parts.append(f"{built_in.name}: {built_in.summary} ({built_in.markup.name})\n\n{indented}")
    return "\n".join(parts)


def _formats() -> str:
    rows: list[Format | Tree] = [*FORMATS.values(), *TREES.values()]
    width = max(len(row.name) for row in rows)
    return "".join(f"{row.name:<{width}}  {row.summary}\n" for row in rows)


def shown_section(session: Session, page: Page, *, bare: bool, region: bool) -> str:
    """What `update` would write into a region, or a section that stands alone; `bare`: with the heading."""
    config = session.config
    if region and page.keep:
        return kept_text(session, page, PageFile(page.path).text)[0]
    layout = replace(layout_of(page, config), enclosed=not region)
    heading = config.heading if bare else ""
    return section(publications_of(session, page), template_of(page, config), layout, heading=heading)


def page_named(session: Session, name: str | None, query: str | None, template: str | None) -> Page:
    """The settings of what is printed: those of a region, or those of the configuration."""
    page = bare_page(session.config) if name is None else _region_named(session.config.pages, name)
    if query is not None:
        page = replace(page, query=query, profile_link=page.profile_link if name else False)
    # What is asked for differently is written anew, not kept as the page has it.
    keep = page.keep and query is None and template is None
    return replace(page, template=template or page.template, keep=keep)


def _region_named(pages: Sequence[Page], name: str) -> Page:
    found = [page for page in pages if page.region == name]
    if not found:
        known = sorted({page.region for page in pages})
        hint = (
            did_you_mean(name, known) or f"there are {', '.join(known)}"
            if known
            else "`pubcli adopt PAGE` makes one"
        )
        raise NotFoundError(f"no configured page has a region '{name}'", hint=hint)
    if any(replace(page, path=found[0].path) != found[0] for page in found):
        paths = ", ".join(str(page.path) for page in found)
        raise ConflictError(
            f"the region '{name}' differs between {paths}", hint="give the regions names of their own"
        )
    return found[0]
