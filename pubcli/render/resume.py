"""The publications part of a curriculum vitae as data: JSON Resume and RenderCV.

Knows both schemas' entries for publications; the rest of a curriculum vitae is the user's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pubcli.markup import MARKDOWN, printable
from pubcli.publication import Publication
from pubcli.render.facts import any_url, doi_of, iso_day, reading_url
from pubcli.render.setting import Setting
from pubcli.render.yaml import Bare, dump
from pubcli.template.slots import venue_name, venue_with_abbr

JSON_RESUME_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def as_json_resume(publications: Sequence[Publication], setting: Setting) -> str:
    """A JSON Resume with `publications` and `awards`; authors and DOI are additional properties."""
    import json

    resume: dict[str, Any] = {"$schema": JSON_RESUME_SCHEMA}
    if setting.me:
        resume["basics"] = {"name": printable(setting.me[0])}
    resume["publications"] = [_publication(publication) for publication in publications]
    resume["awards"] = [
        _filled(
            title=printable(award.text),
            date=iso_day(publication),
            awarder=printable(venue_name(publication)),
            summary=printable(publication.title),
        )
        for publication in publications
        for award in publication.awards
        if not award.presentation
    ]
    return json.dumps(resume, ensure_ascii=False, indent=2) + "\n"


def as_rendercv(publications: Sequence[Publication], setting: Setting) -> str:
    """A RenderCV file with the section `publications`; its texts are Markdown, me in bold."""
    entries = [_rendercv_entry(publication, setting) for publication in publications]
    name = {"name": setting.me[0]} if setting.me else {}
    return dump({"cv": name | {"sections": {"publications": entries}}})


def _publication(publication: Publication) -> dict[str, Any]:
    names = [printable(author.name.full) for author in publication.authors]
    return _filled(
        name=printable(publication.title),
        publisher=printable(venue_with_abbr(publication)),
        releaseDate=iso_day(publication),
        url=any_url(publication),
        summary=", ".join(printable(award.text) for award in publication.awards),
        authors=[*names, "et al."] if publication.others else names,
        doi=doi_of(publication),
    )


def _rendercv_entry(publication: Publication, setting: Setting) -> dict[str, Any]:
    mine = setting.mine(publication)
    names = []
    for index, author in enumerate(publication.authors):
        name = MARKDOWN.escape(author.name.full)
        names.append(MARKDOWN.strong(name) if index in mine else name)
    doi = doi_of(publication)
    needed = {
        "title": MARKDOWN.escape(publication.title or "Untitled"),
        "authors": [*names, "et al."] if publication.others else names,
    }
    return needed | _filled(
        doi=doi,
        url="" if doi else reading_url(publication) or any_url(publication),
        journal=MARKDOWN.escape(venue_with_abbr(publication)),
        date=Bare(iso_day(publication)),
        summary=MARKDOWN.escape(", ".join(award.text for award in publication.awards)),
    )


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
