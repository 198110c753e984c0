"""BibTeX, from a file or from a site.

Knows which entries become records; the syntax is `pubcli.bibtex.bibfile`'s.
"""

from __future__ import annotations

from pathlib import Path

from pubcli.bibtex.bibfile import BibFile, Entry
from pubcli.importers.sources import Found
from pubcli.importers.titles import one_line
from pubcli.library import Library
from pubcli.publication import Publication


def parse(text: str, name: str = "") -> Found:
    """The records of every entry that reads without a doubt; the rest is named: `name:line: reason`.

    What an entry takes over from its volume (`crossref`) it has itself then, as it may go without it.
    """
    library = Library.empty(Path(name))
    library.bib = bib = BibFile.parse(text)
    volumes = {entry.key.casefold() for entry in bib.entries}
    broken = [(block.line, block.reason) for block in bib.broken]
    records, keys = [], []
    for entry, publication in zip(bib.entries, library.publications, strict=True):
        if reasons := _doubts(entry):
            broken += reasons
        else:
            fields = dict(publication.fields)
            if fields.get("crossref", "").strip().casefold() in volumes:
                del fields["crossref"]
            records.append(Publication("", entry.entry_type, fields, entry.line))
            keys.append(entry.key)
    where = f"{one_line(name)}:" if name else "line "
    return Found(
        records=tuple(records),
        broken=tuple(f"{where}{line}: {one_line(reason)}" for line, reason in sorted(broken)),
        keys=tuple(keys),
    )


def _doubts(entry: Entry) -> list[tuple[int, str]]:
    """What a reader stumbles over behind the key, which is made anew anyhow: its line and what it is."""
    fields = entry.fields
    first = fields[0].start if fields else 0
    found = [problem for problem in entry.problems if problem.offset >= first]
    return [(entry.line_of(problem.offset), problem.text) for problem in found[:1]]
