"""Pages: the regions pubcli writes, and the publication sections people wrote by hand.

Text in, text out: nothing here reads or writes a file, renders a reference or prints.
"""

from pubcli.pages.hidden import PageKind, kind_of
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

__all__ = [
    "PageKind",
    "Region",
    "State",
    "checksum",
    "find_region",
    "find_regions",
    "is_region_name",
    "is_stale",
    "kind_of",
    "marker_lines",
    "state",
    "with_region",
]
