"""Pages: the regions pubcli writes, and the publication sections people wrote by hand.

Text in, text out: nothing here reads or writes a file, renders a reference or prints.
"""

from pubcli.pages.generated import source_of
from pubcli.pages.hidden import PageKind, kind_of
from pubcli.pages.items import Item, items, pieces
from pubcli.pages.regions import (
    Region,
    State,
    checksum,
    find_region,
    find_regions,
    is_region_name,
    is_stale,
    marker_lines,
    state,
    with_region,
)
from pubcli.pages.sections import Section, find_section, find_sections, with_markers

__all__ = [
    "Item",
    "PageKind",
    "Region",
    "Section",
    "State",
    "checksum",
    "find_region",
    "find_regions",
    "find_section",
    "find_sections",
    "is_region_name",
    "is_stale",
    "items",
    "kind_of",
    "marker_lines",
    "pieces",
    "source_of",
    "state",
    "with_markers",
    "with_region",
]
