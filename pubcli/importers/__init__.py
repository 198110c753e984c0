"""Records from outside: one module per format, one table row per site.

for outcome in gather(map(find_source, arguments), web):
    outcome.records, outcome.broken, outcome.error
"""

from __future__ import annotations

from pubcli.importers.clean import cleaned
from pubcli.importers.gather import Outcome, gather
from pubcli.importers.merge import Edits, edits, preprint_of, published_version, what_is_new
from pubcli.importers.records import MONTHS, PlainName, natural_names, record
from pubcli.importers.sources import Source, find_source, recognise
from pubcli.importers.titles import typed_text

__all__ = [
    "MONTHS",
    "Edits",
    "Outcome",
    "PlainName",
    "Source",
    "cleaned",
    "edits",
    "find_source",
    "gather",
    "natural_names",
    "preprint_of",
    "published_version",
    "recognise",
    "record",
    "typed_text",
    "what_is_new",
]
