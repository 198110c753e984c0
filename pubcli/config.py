"""What the user prefers: the keys of pubcli.toml, where each value came from, and new text for that file.

Knows the files' names, the keys and their checks; knows neither templates nor queries (their texts
pass through unread) and writes nothing: text goes in, text comes out. Whatever is wrong with a
configuration file is an UnreadableError (exit code 4) that names the file, the line and the key.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from pubcli.errors import ConflictError, NotFoundError, UnreadableError, UsageError, did_you_mean

CONFIG_NAME = "pubcli.toml"
PYPROJECT_NAME = "pyproject.toml"
USER_CONFIG_NAME = "config.toml"
DEFAULT_REGION = "selected"
PROFILE_URL = "https://scholar.google.com/citations?user="

# Orders of a list: the name, and what comes first. A `-` before the name turns an order round.
SORT_ORDERS: Mapping[str, str] = {
    "year": "the newest first; what has no year yet before all",
    "file": "the order of the library",
    "title": "by title, leading articles left out",
    "author": "by the first author's family name",
    "venue": "by venue",
    "citations": "the most cited first, unknown counts last",
    "key": "by citation key",
}
# What a list can be divided by, and the order of the parts.
GROUPINGS: Mapping[str, str] = {
    "year": "the newest first, or as the list has them where it is by year",
    "type": "journal articles, conference papers, preprints, books, theses, other",
    "tag": "in order of first use; with several tags, under each",
    "venue": "in order of first use",
}
NUMBERINGS = ("up", "down")


@dataclass(frozen=True, slots=True)
class Page:
    """A region of a page, and what stands in it. An empty setting means: as the configuration says."""

    path: Path
    region: str = DEFAULT_REGION
    query: str | None = None
    template: str = ""
    sort: str = ""
    group: str = ""
    max_authors: int = 0
    limit: int = 0
    profile_link: bool | str | None = None
    group_heading: str = ""
    numbering: str = ""
    legend: bool | str | None = None
    intro: str = ""
    footer: str = ""
    keep: bool | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force. Paths are absolute, and the settings that a page leaves open are filled in."""

    library: Path
    me: tuple[str, ...] = ()
    scholar: str = ""
    template: str = "academicpages"
    sort: str = "year"
    max_authors: int = 10
    heading: str = ""
    profile_link: bool | str = False
    page_tags: tuple[str, ...] | None = None
    citations_in_bib: bool = True
    mailto: str = ""
    encoding: str = ""
    pages: tuple[Page, ...] = ()
    path: Path | None = None
    """The project's own configuration file, None where there is none."""
    folder: Path = field(default_factory=Path)
    """What relative paths start from."""
    origins: Mapping[str, Path] = field(default_factory=dict, repr=False, compare=False)
    """The file that set each key; a key that is missing has its default."""

    @property
    def profile_url(self) -> str:
        """The address of the Google Scholar profile, or empty."""
        return PROFILE_URL + self.scholar if self.scholar else ""

    @property
    def page_table(self) -> str:
        """The name of the table that a new page goes into in the configuration file."""
        return _PAGE_TABLES[self.path.name == PYPROJECT_NAME if self.path else False]

    def pages_of(self, path: Path) -> tuple[Page, ...]:
        """The regions configured for this page, in their order."""
        return tuple(page for page in self.pages if _same_path(page.path, path))


class Setting(NamedTuple):  # named tuples: a data class costs half a millisecond of every start
    """One line of `pubcli config`: the value is written as in TOML, the origin is a file or `default`."""

    key: str
    value: str
    origin: str
    meaning: str


class Key(NamedTuple):
    """A key of the configuration; `read` gives the value to keep, or a UsageError with what it must be."""

    name: str
    read: Callable[[object], object]
    meaning: str
    user_wide: bool = False


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f"must be text in quotes, not {_kind(value)}")
    return value


def _words(value: object) -> str:
    text = _text(value)
    if not text.strip():
        raise UsageError("must not be empty")
    return text


def _line(value: object) -> str:
    text = _words(value)
    if not text.isprintable():
        raise UsageError("must not contain control characters")
    return text.strip()


def _line_or_nothing(value: object) -> str:
    return "" if value == "" else _line(value)


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise UsageError(f"must be a whole number, not {_kind(value)}")
    if value < 1:
        raise UsageError(f"must be 1 or more, not {value}")
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"must be true or false, not {_kind(value)}")
    return value


def _profile_link(value: object) -> bool | str:
    return value if isinstance(value, bool) else _text(value)


def _lines(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_line(item) for item in value)
    return (text,) if (text := _line_or_nothing(value)) else ()


def _mail_address(value: object) -> str:
    text = _line_or_nothing(value)
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise UsageError(f"must be a mail address, not '{text}'")
    return text


def _encoding(value: object) -> str:
    import codecs

    text = _line_or_nothing(value)
    try:
        is_text = not text or codecs.lookup(text)._is_text_encoding
    except LookupError:
        is_text = False
    if not is_text:
        raise UsageError(f"must be an encoding that Python knows, as utf-8 or latin-1, not '{text}'")
    return text


def _region(value: object) -> str:
    text = _line(value)
    if not is_region_name(text):
        raise UsageError(f"must be letters, digits, '_', '.' and single '-', not '{text}'")
    return text


def _sort(value: object) -> str:
    text = _line(value)
    for order in parse_order(text):
        if (name := order.removeprefix("-")) not in SORT_ORDERS:
            raise _unknown_name(name, SORT_ORDERS)
    return text


def _group(value: object) -> str:
    text = _line_or_nothing(value)
    if text and text not in GROUPINGS:
        raise _unknown_name(text, GROUPINGS)
    return text


def _numbering(value: object) -> str:
    text = _line_or_nothing(value)
    if text not in ("", *NUMBERINGS):
        raise _unknown_name(text, NUMBERINGS)
    return text


def _scholar(value: object) -> str:
    return parse_scholar(_line_or_nothing(value))


def _unknown_name(name: str, known: Iterable[str]) -> UsageError:
    *most, last = known
    hint = did_you_mean(name, [*most, last])
    return UsageError(f"must be one of {', '.join(most)} and {last}, not '{name}'", hint=hint)


def _kind(value: object) -> str:
    kinds: dict[type, str] = {
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number with a point",
        list: "a list",
        dict: "a table",
    }
    return kinds.get(type(value), "a date or time")


def is_region_name(text: str) -> bool:
    """Whether a region may be called this: it must fit between `<!-- pubcli:begin` and `-->`."""
    return re.fullmatch(r"\w(?:[\w.]|-(?!-|$))*", text) is not None


def parse_order(text: str) -> tuple[str, ...]:
    """`"venue, -year"` as its parts; the first decides, the next decides where it does not."""
    return tuple(part.strip() for part in text.split(","))


def parse_scholar(text: str) -> str:
    """The user id in an id or in the address of a Google Scholar profile; UsageError if there is none."""
    if not text:
        return ""
    found = re.search(r"[?&]user=([\w-]+)", text, re.ASCII) or re.fullmatch(r"([\w-]{6,})", text, re.ASCII)
    if not found:
        raise UsageError(
            f"must be a Google Scholar user id or the address of a profile, not '{text}'",
            hint=f"the id is what stands behind user= in {PROFILE_URL}…",
        )
    return found[1]


# Keys that shape a page are not user-wide: another machine writes the same page from the same repository.
KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key("library", _line, "the .bib file with my publications", user_wide=True),
        Key("me", _lines, "the names I publish under; a group may list its members", user_wide=True),
        Key("scholar", _scholar, "my Google Scholar user id, or the address of my profile", user_wide=True),
        Key("template", _words, "how a reference looks: the name of a template, or a template"),
        Key("sort", _sort, f"the order: {', '.join(SORT_ORDERS)}; `-` before it turns it round"),
        Key("max_authors", _number, "longer lists of authors are shortened; I am always kept"),
        Key("heading", _text, "the line before the list that `pubcli export` prints"),
        Key("profile_link", _profile_link, "a closing link to my profile: true, or its text with {url}"),
        Key("page_tags", _lines, "the tags that pages show; all where not set"),
        Key("citations_in_bib", _yes_or_no, "whether `sync` writes citation counts into the library"),
        Key("mailto", _mail_address, "my address, given to services that ask for one", user_wide=True),
        Key("encoding", _encoding, "the library's encoding, where it is not UTF-8", user_wide=True),
    )
}  # fmt: skip
PAGE_KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key("path", _line, "the page"),
        Key("region", _region, "the region's name in its markers"),
        Key(
            "query",
            _text,
            "which publications, as in `pubcli list`; in the region `selected` the selected ones",
        ),
        KEYS["template"],
        KEYS["sort"],
        Key("group", _group, f"headings by {', '.join(GROUPINGS)}"),
        KEYS["max_authors"],
        Key("limit", _number, "show no more than this many"),
        KEYS["profile_link"],
        Key("group_heading", _text, "the line above a group, with {} for its name"),
        Key("numbering", _numbering, "which number {number} begins with: up (from 1) or down (to 1)"),
        Key("legend", _profile_link, "what the signs behind names mean: true, or its text"),
        Key("intro", _text, "text before the references"),
        Key("footer", _text, "text behind the references"),
        Key("keep", _yes_or_no, "whether the region's text stays but for what differs from the library"),
    )
}

_PAGE_TABLES = ("page", "tool.pubcli.page")


def find_config(start: Path) -> Path | None:
    """The nearest pubcli.toml, or pyproject.toml with `[tool.pubcli]`, in this folder or one above it."""
    found = _nearest_source(start)
    return found.path if found else None


def read_config(path: Path | None = None, *, start: Path | None = None) -> Config:
    """The settings in `path`, or in the nearest file from `start` (the working directory) upwards.

    What they leave open is taken from the user-wide defaults, then from ours. NotFoundError if
    `path` is missing or a pyproject.toml without `[tool.pubcli]`; UnreadableError if a file cannot
    be used.
    """
    start = Path(os.path.abspath(start or Path()))  # noqa: PTH100 (resolve() would follow links)
    named = Path(os.path.abspath(path)) if path else None  # noqa: PTH100
    own = _named_source(named) if named else _nearest_source(start)
    user = _read_source(user_config_path())
    return _merged(own, user, start)


def parse_config(text: str, path: Path) -> Config:
    """The settings that this text gives as the file `path`, without the user-wide defaults."""
    return _merged(_source(path, text), None, path.parent)


def user_config_path() -> Path:
    """Where the user-wide defaults are kept on this platform."""
    if sys.platform == "linux":  # platformdirs' own rule, without the 8 ms that it adds to every start
        folder = os.environ.get("XDG_CONFIG_HOME", "").strip() or os.path.expanduser("~/.config")  # noqa: PTH111
        return Path(folder, "pubcli", USER_CONFIG_NAME)
    from platformdirs import user_config_path as platform_path

    return platform_path("pubcli", appauthor=False) / USER_CONFIG_NAME


class _Source(NamedTuple):
    """A configuration file's text, where it stands, and the table in it that is ours."""

    path: Path
    text: str
    table: dict[str, Any]

    @property
    def is_pyproject(self) -> bool:
        return self.path.name == PYPROJECT_NAME

    def error(self, name: str, what: str, *, hint: str = "", page: int | None = None) -> UnreadableError:
        return UnreadableError(f"{self.path}:{self._line_of(name, page)}: key {name!r} {what}", hint=hint)

    def _line_of(self, name: str, page: int | None) -> int:
        """The line that most likely sets this key, within the page of this number; tomllib does not tell."""
        start = 0
        heads = list(re.finditer(r"^[ \t]*\[\[(?:tool\.pubcli\.)?page\]\]", self.text, re.M))
        if page is not None and page < len(heads):
            start = heads[page].start()
        elif self.is_pyproject and (head := re.search(r"^[ \t]*\[tool\.pubcli\]", self.text, re.M)):
            start = head.start()
        setting = rf"""^[ \t]*(?:\[+(?:tool\.pubcli\.)?)?["']?{re.escape(name)}["']?[ \t]*[=.\]]"""
        found = re.compile(setting, re.M).search(self.text, start)
        return self.text.count("\n", 0, found.start() if found else start) + 1


def _source(path: Path, text: str) -> _Source | None:
    """The text with what it says to pubcli; None for a pyproject.toml without `[tool.pubcli]`."""
    table: object = _parse_toml(path, text)
    if path.name == PYPROJECT_NAME:
        for name in ("tool", "pubcli"):
            table = table.get(name) if isinstance(table, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise UnreadableError(f"{path}: 'pubcli' must be a table: [tool.pubcli]")
    return _Source(path, text, table)


def _parse_toml(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).rpartition(" (at ")
        found = re.match(r"line (\d+)", place)
        line = int(found[1]) if found else text.count("\n") + 1
        hint = "text goes in quotes, lists in [ ]; see https://toml.io"
        raise UnreadableError(f"{path}:{line}: {what or error}", hint=hint) from None
    except RecursionError:
        raise UnreadableError(f"{path}: nested too deeply") from None


def _nearest_source(start: Path) -> _Source | None:
    for folder in (start, *start.parents):
        if source := _read_source(folder / CONFIG_NAME) or _read_source(folder / PYPROJECT_NAME):
            return source
    return None


def _named_source(path: Path) -> _Source:
    if source := _read_source(path):
        return source
    what = ": there is no such file"
    if path.exists():
        what = " is a folder, not a configuration file" if path.is_dir() else " has no table [tool.pubcli]"
    raise NotFoundError(f"{path}{what}", hint=f"`pubcli init` writes a {CONFIG_NAME}")


def _read_source(path: Path) -> _Source | None:
    """The file with its line ends, or None if there is none, or only a pyproject.toml that is not ours."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        if not os.path.lexists(path) or path.is_dir():
            return None
        hint = "check its permissions, and where it points to"
        raise UnreadableError(f"{path}: {error.strerror}", hint=hint) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"{path}:{line}: not UTF-8", hint="save the file as UTF-8") from None
    if path.name == PYPROJECT_NAME and "pubcli" not in text:
        return None
    return _source(path, text)


def _parse(source: _Source, *, user_wide: bool = False) -> dict[str, Any]:
    """The checked values of a file: paths absolute, pages as Page values under `pages`."""
    table = dict(source.table)
    pages = table.pop("page", [])
    if user_wide and pages:
        raise source.error("page", "belongs to one project", hint=f"move it into its {CONFIG_NAME}")
    for name in table:
        if name not in KEYS or (user_wide and not KEYS[name].user_wide):
            raise _unknown_key(source, name)
    values = {name: _value(KEYS[name], value, source) for name, value in table.items()}
    if not isinstance(pages, list) or not all(isinstance(page, dict) for page in pages):
        raise source.error("page", "must be written with two brackets: [[page]]")
    values["pages"] = tuple(_page(page, source, number) for number, page in enumerate(pages))
    for number, page in enumerate(values["pages"]):
        if any(_same_region(page, other) for other in values["pages"][:number]):
            raise source.error("page", f"names '{page.region}' of {page.path} a second time", page=number)
    return values


def _page(table: Mapping[str, Any], source: _Source, number: int) -> Page:
    for name in table:
        if name not in PAGE_KEYS:
            hint = did_you_mean(name, PAGE_KEYS) or _known(PAGE_KEYS)
            if name in KEYS:
                hint = f"'{name}' goes before the first [[page]]"
            raise source.error(name, "is unknown in a [[page]]", hint=hint, page=number)
    if "path" not in table:
        raise source.error("page", "lacks its path", hint='as in: path = "about.md"', page=number)
    return Page(**{name: _value(PAGE_KEYS[name], value, source, number) for name, value in table.items()})


def _value(key: Key, value: object, source: _Source, page: int | None = None) -> Any:
    try:
        read = key.read(value)
        is_path = key.name in ("library", "path")
        return source.path.parent / Path(str(read)).expanduser() if is_path else read
    except UsageError as error:
        raise source.error(key.name, error.message, hint=error.hint, page=page) from None
    except RuntimeError:  # expanduser: no such user
        raise source.error(key.name, f"names a home that does not exist: {value}", page=page) from None


def _unknown_key(source: _Source, name: str) -> UnreadableError:
    if name in KEYS:
        hint = f"it shapes pages, so it belongs into a project's {CONFIG_NAME}"
        return source.error(name, "cannot be set for all projects", hint=hint)
    if name in PAGE_KEYS:
        hint = f"'{name}' belongs into a [[page]]"
    elif name in ("tool", "pubcli") and not source.is_pyproject:
        hint = "here the keys stand at the top, under no [table]"
    else:
        hint = did_you_mean(name, [*KEYS, "page"]) or _known(KEYS)
    return source.error(name, "is unknown", hint=hint)


def _known(keys: Iterable[str]) -> str:
    return "known: " + ", ".join(keys)


def _merged(own: _Source | None, user: _Source | None, start: Path) -> Config:
    folder = own.path.parent if own else start
    values: dict[str, Any] = {"library": folder / "library.bib"}
    origins: dict[str, Path] = {}
    for source in (user, own):
        if source:
            found = _parse(source, user_wide=source is user)
            values |= found
            origins |= dict.fromkeys(found, source.path)
    config = Config(**values, path=own.path if own else None, folder=folder, origins=origins)
    config = replace(config, pages=tuple(_filled(page, config) for page in config.pages))
    links = (config.profile_link, *(page.profile_link for page in config.pages))
    if own and not config.scholar and any(link is True or "{url}" in str(link) for link in links):
        raise own.error("profile_link", "needs the key 'scholar'", hint='add: scholar = "my user id"')
    return config


def _filled(page: Page, config: Config) -> Page:
    selected = "selected" if page.region == DEFAULT_REGION else ""
    return replace(
        page,
        query=selected if page.query is None else page.query,
        template=page.template or config.template,
        sort=page.sort or config.sort,
        max_authors=page.max_authors or config.max_authors,
        profile_link=config.profile_link if page.profile_link is None else page.profile_link,
    )


def _same_region(page: Page, other: Page) -> bool:
    return page.region == other.region and _same_path(page.path, other.path)


def _same_path(path: Path, other: Path) -> bool:
    return path == other or os.path.abspath(path) == os.path.abspath(other)  # noqa: PTH100


def explain(config: Config) -> list[Setting]:
    """Every setting in force: value, origin, meaning; then `page[1].path` and so on for each page."""
    rows = [
        _setting(name, getattr(config, name), str(config.origins.get(name, "default")), key, config.folder)
        for name, key in KEYS.items()
    ]
    for number, page in enumerate(config.pages, start=1):
        rows += [
            _setting(f"page[{number}].{name}", getattr(page, name), str(config.path), key, config.folder)
            for name, key in PAGE_KEYS.items()
        ]
    return rows


def _setting(name: str, value: object, origin: str, key: Key, folder: Path) -> Setting:
    unset = value is None or (value == 0 and not isinstance(value, bool))
    return Setting(name, "" if unset else _toml_value(_plain(value, folder)), origin, key.meaning)


def _plain(value: object, folder: Path) -> object:
    """A setting as TOML can hold it: paths below the folder relative to it, with `/` everywhere."""
    if isinstance(value, Path):
        return value.relative_to(folder).as_posix() if value.is_relative_to(folder) else str(value)
    return list(value) if isinstance(value, tuple) else value


def new_config_text(values: Mapping[str, object]) -> str:
    """The text of a new pubcli.toml with these keys, each under a comment that says what it is.

    UnreadableError if a value is not what its key takes.
    """
    lines = ["# Settings of pubcli. `pubcli config` shows every key, its value and its meaning."]
    for name, key in KEYS.items():
        if name in values:
            lines += [
                "",
                f"# {key.meaning[0].upper()}{key.meaning[1:]}.",
                f"{name} = {_toml_value(_plain(values[name], Path()))}",
            ]
    text = "\n".join(lines) + "\n"
    parse_config(text, Path(CONFIG_NAME))
    return text


def with_page(text: str, page: Page, *, table: str = "page", folder: Path | None = None) -> str:
    """The text of a configuration file with a page appended; the same text if it has that page and region.

    `table` is `page`, or `tool.pubcli.page` in a pyproject.toml; `folder` is the file's. Settings
    left open are not written. Line ends and the end of the text stay as they are. UnreadableError if
    the text is no TOML; ConflictError if it has its pages in a form that nothing can be appended to.
    """
    folder = folder or Path()
    path = folder / (CONFIG_NAME if table == _PAGE_TABLES[0] else PYPROJECT_NAME)
    source = _source(path, text)
    wanted = replace(page, path=folder / page.path)
    if source and any(_same_region(wanted, other) for other in _parse(source)["pages"]):
        return text
    entry = _given_settings(page, folder)
    end = "\r\n" if "\r\n" in text else "\n"
    block = "\n".join([f"[[{table}]]", *(f"{name} = {_toml_value(value)}" for name, value in entry.items())])
    before = text if not text.strip() else text + ("" if text.endswith("\n") else end) + end
    after = before + block.replace("\n", end) + (end if text.endswith("\n") or not text else "")
    _refuse_other_reading(path, text, after, entry, table)
    return after


def _given_settings(page: Page, folder: Path) -> dict[str, Any]:
    settings = {item.name: getattr(page, item.name) for item in fields(page)}
    return {
        name: _plain(value, folder)
        for name, value in settings.items()
        if name in ("path", "region")
        or value not in (None, "", 0)
        or value is False
        or (name, value) == ("query", "")
    }


def _refuse_other_reading(path: Path, text: str, after: str, entry: dict[str, Any], table: str) -> None:
    expected = _parse_toml(path, text)
    place: dict[str, Any] = expected
    *tables, name = table.split(".")
    for part in tables:
        place = place.setdefault(part, {})
    pages = place.setdefault(name, [])
    if isinstance(pages, list):
        pages.append(entry)
    try:
        same = _parse_toml(path, after) == expected
    except UnreadableError:
        same = False
    if not same:
        raise ConflictError(
            f"{path}: a [[{table}]] cannot be appended without changing the rest",
            hint="write the pages of this file as [[page]] tables at its end",
        )


def _toml_value(value: object) -> str:
    """The value as a person would write it: lists on one line, quotes and backslashes without escapes."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, str) and "'" not in value and ('"' in value or "\\" in value):
        if value.isprintable():
            return f"'{value}'"
        if value.replace("\n", "").isprintable():
            return f"'''\n{value}'''"
    import tomli_w

    text = tomli_w.dumps({"_": value}, multiline_strings="\r" not in str(value))
    return text.removeprefix("_ = ").removesuffix("\n")
