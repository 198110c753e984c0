"""The files in which home page themes keep citation counts, in the shape their own scripts write.

al-folio reads `_data/citations.yml` (written by its `bin/update_scholar_citations.py` with PyYAML),
acad-homepage reads `gs_data.json` and `gs_data_shieldsio.json` (scholarly's author as JSON, and an
endpoint for a shields.io badge). Knows a profile and text; reads and writes no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pubcli.errors import UsageError, did_you_mean
from pubcli.scholar.profile import Profile, Row

# A function gives the new text of a file from the profile, the day, and the text it has now, if any.
Writer = Callable[[Profile, str, str | None], str]


def theme_files(
    theme: str, profile: Profile, *, day: str, current: Callable[[str], str | None] = lambda path: None
) -> dict[str, str]:
    """The text of every file of a theme, by its path in the site; `current` gives what a file holds now.

    A file in which nothing but the day would change keeps its text. Rows that were not looked at
    stay as they are. UsageError where the theme is not known.
    """
    writers = THEMES.get(theme)
    if writers is None:
        hint = did_you_mean(theme, THEMES) or f"themes: {', '.join(THEMES)}"
        raise UsageError(f"no theme is called '{theme}'", hint=hint)
    return {path: write(profile, day, current(path)) for path, write in writers.items()}


# --- al-folio -------------------------------------------------------------------------------------

_BLOCK = re.compile(r"^  (?! )(.+):[ \t]*\n((?:    .*\n?)*)", re.M)
_UPDATED = re.compile(r"^(  last_updated: ).*$", re.M)


def al_folio_citations(profile: Profile, day: str, current: str | None) -> str:
    """`_data/citations.yml`: title, year and count of every row, by `USER:TOKEN`."""
    old = current or ""
    kept = {} if profile.complete else dict(_BLOCK.findall(old.partition("papers:\n")[2]))
    blocks = {key: block if block.endswith("\n") else f"{block}\n" for key, block in kept.items()}
    for row in profile.rows:
        blocks[_yaml(f"{profile.user}:{row.token}")] = (
            f"    citations: {row.citations}\n"
            f"    title: {_yaml(row.title)}\n"
            f"    year: {_yaml(str(row.year) if row.year else 'Unknown Year')}\n"
        )
    papers = "".join(f"  {key}:\n{blocks[key]}" for key in sorted(blocks))
    papers = f"papers:\n{papers}" if papers else "papers: {}\n"
    if old.startswith("metadata:\n") and old.replace("\r\n", "\n").endswith(f"\n{papers}"):
        return old
    return f"metadata:\n  last_updated: '{day}'\n{papers}"


_NOT_TEXT = re.compile(
    r"|~|null|true|false|yes|no|on|off|y|n|<<|=|[-+]?\.(?:inf|nan)"
    r"|[-+]?[\d_,.:]*\d[\d_,.:]*(?:e[-+]?\d+)?|0[xob][\da-f_]+|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?",
    re.I,
)
_NOT_PLAIN = re.compile(r"^[#,\[\]{}&*!|>'\"%@`]|^[-?:](?:\s|$)|^---|^\.\.\.|: |:$| #|^\s|\s$")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\x85": "\\N",
    "\xa0": "\\_",
    "\u2028": "\\L",
    "\u2029": "\\P",
    "\x07": "\\a",
}


def _yaml(text: str) -> str:
    """A scalar as PyYAML writes it with its defaults: plain, else in single quotes, ASCII only."""
    if not (text.isascii() and text.isprintable()):
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if _NOT_PLAIN.search(text) or _NOT_TEXT.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isascii() and character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


# --- acad-homepage --------------------------------------------------------------------------------


def acad_homepage_data(profile: Profile, day: str, current: str | None) -> str:
    """`gs_data.json`: the author as scholarly describes it, publications by `USER:TOKEN`."""
    import json

    old = _json_object(current)
    data: dict[str, Any] = {
        "container_type": "Author",
        "filled": ["indices", "counts", "publications"],
        "scholar_id": profile.user,
        "source": "AUTHOR_PROFILE_PAGE",
        "name": profile.name,
        **_indices(profile),
        "cites_per_year": {str(year): number for year, number in profile.per_year},
        "publications": {} if profile.complete else old.get("publications", {}),
        "updated": day,
    }
    data["publications"] |= {
        f"{profile.user}:{row.token}": _publication(profile, row) for row in profile.rows
    }
    if current is not None and data | {"updated": old.get("updated")} == old:
        return current
    return json.dumps(data, ensure_ascii=False)


def acad_homepage_badge(profile: Profile, day: str, current: str | None) -> str:
    """`gs_data_shieldsio.json`: the citations in all, for https://shields.io/badges/endpoint-badge."""
    import json

    del day, current  # nothing in this file depends on them
    message = str(_indices(profile).get("citedby", "unknown"))
    return json.dumps({"schemaVersion": 1, "label": "citations", "message": message}, ensure_ascii=False)


def _indices(profile: Profile) -> dict[str, int]:
    """The totals under scholarly's names; Scholar leaves them out where nothing has been cited."""
    keys = ("citedby", "citedby5y", "hindex", "hindex5y", "i10index", "i10index5y")
    totals = profile.totals
    if totals is not None:
        numbers = (totals.citations, totals.citations_recent, totals.h, totals.h_recent)
        return dict(zip(keys, (*numbers, totals.i10, totals.i10_recent), strict=True))
    return {} if any(row.citations for row in profile.rows) else dict.fromkeys(keys, 0)


def _publication(profile: Profile, row: Row) -> dict[str, Any]:
    bib = {"title": row.title}
    if row.year is not None:
        bib["pub_year"] = str(row.year)
    bib["citation"] = (
        f"{row.venue}, {row.year}" if row.venue and row.year else row.venue or str(row.year or "")
    )
    publication: dict[str, Any] = {
        "container_type": "Publication",
        "source": "AUTHOR_PUBLICATION_ENTRY",
        "bib": bib,
        "filled": False,
        "author_pub_id": f"{profile.user}:{row.token}",
        "num_citations": row.citations,
    }
    if row.clusters:
        cites = ",".join(row.clusters)
        publication["citedby_url"] = f"https://scholar.google.com/scholar?oi=bibs&hl=en&cites={cites}"
        publication["cites_id"] = list(row.clusters)
    return publication


def _json_object(text: str | None) -> dict[str, Any]:
    """The object in a file, empty where it holds none: then everything is written anew."""
    import json

    try:
        data = json.loads(text or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) and isinstance(data.get("publications", {}), dict) else {}


THEMES: Mapping[str, Mapping[str, Writer]] = {
    "al-folio": {"_data/citations.yml": al_folio_citations},
    "acad-homepage": {
        "gs_data.json": acad_homepage_data,
        "gs_data_shieldsio.json": acad_homepage_badge,
    },
}
