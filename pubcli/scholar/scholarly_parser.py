"""The parser of scholarly for profile pages, alone: without its network, its Selenium and its settings.

The only place that imports scholarly. Knows how that is done, and which errors its parser raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubcli.errors import UnreadableError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

LAYOUT_HINT = "nothing was changed; the layout may be new: please report it, with the page if you can"


class _Navigator:
    """What scholarly's parsers ask of their navigator: a page, which is here already, and a logger."""

    def __init__(self, soup: BeautifulSoup) -> None:
        import logging

        self.logger = logging.getLogger("pubcli.scholar")
        self._soup = soup

    def _get_soup(self, _url: str) -> BeautifulSoup:
        return self._soup


def parse_with_scholarly(soup: BeautifulSoup, owner: str, *, where: str) -> dict[str, Any]:
    """What scholarly reads on a prepared page: indices, yearly counts, rows (UnreadableError)."""
    parser = load_author_parser()(_Navigator(soup))
    sections = ["indices", "counts", "publications"]
    try:
        author: dict[str, Any] = parser.fill(parser.get_author(owner), sections=sections)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnreadableError(
            f"{where}: scholarly cannot read this profile ({error})", hint=LAYOUT_HINT
        ) from error
    return author


def load_author_parser() -> Any:
    """The class `AuthorParser` of scholarly, without running `scholarly/__init__.py`.

    That one reads a `.env` file, loads Selenium and requests, and fails beside bibtexparser 2. So
    the parser is imported through a package of another name that has scholarly's `__path__`. It
    imports the legacy `bibtexparser.bibdatabase`, bibtexparser and arrow for functions that we never
    call; empty modules stand in for them during this import alone.
    """
    import sys
    from importlib import import_module
    from importlib.util import find_spec
    from types import ModuleType

    alias = "pubcli_scholarly"
    loaded = sys.modules.get(f"{alias}.author_parser")
    if loaded is not None:
        return loaded.__dict__["AuthorParser"]
    spec = find_spec("scholarly")
    if spec is None or not spec.submodule_search_locations:
        raise UnreadableError("the package scholarly is not installed", hint="install pubcli again")
    package = ModuleType(alias)
    package.__path__ = list(spec.submodule_search_locations)
    legacy = ModuleType("bibtexparser.bibdatabase")
    legacy.__dict__["BibDatabase"] = type("BibDatabase", (), {})
    stand_ins = {
        "bibtexparser": ModuleType("bibtexparser"),
        legacy.__name__: legacy,
        "arrow": ModuleType("arrow"),
    }
    hidden = {name: sys.modules.pop(name) for name in stand_ins if name in sys.modules}
    sys.modules.update(stand_ins, **{alias: package})
    try:
        return import_module(f"{alias}.author_parser").__dict__["AuthorParser"]
    finally:
        for name in stand_ins:
            del sys.modules[name]
        sys.modules.update(hidden)
