"""The YAML front matter of a Markdown page, rewritten key by key.

Knows where a top-level key begins and ends; every other line, comments and the page below included,
stays as it is. Reads no values beyond single lines, so it needs no YAML reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pubcli.errors import UnreadableError
from pubcli.render.yaml import assignment

_FENCED = re.compile(r"\A(\ufeff?---[ \t]*\r?\n)(.*?)(^---[ \t]*(?:\r?\n|\Z))", re.S | re.M)
_KEY = re.compile(r"(?:\"([^\"\n]+)\"|'([^'\n]+)'|([^\s#\-\"'\[{&*!|>%@`][^:\n]*?))[ \t]*:(?=[ \t\r\n]|$)")


def with_front_matter(page: str, values: Mapping[str, Any], *, path: str) -> str:
    """The page with these keys set, in place or behind the others; None or an empty value takes a key out.

    A key that says the same already keeps its text. UnreadableError for TOML and JSON front matter.
    """
    found = _FENCED.match(page)
    if found is None:
        if page.lstrip("\ufeff").startswith(("+++", "{")):
            raise UnreadableError(
                f"{path}: its front matter is not YAML", hint="turn it into YAML between `---` lines"
            )
        return "---\n" + "".join(_written(name, value) for name, value in values.items()) + "---\n" + page
    line_end = "\r\n" if found[1].endswith("\r\n") else "\n"
    waiting = dict(values)
    parts = []
    for name, text in blocks(found[2]):
        if name not in waiting:
            parts.append(text)
            continue
        new = _written(name, waiting.pop(name)).replace("\n", line_end)
        body, tail = _without_tail(text)
        parts.append((body if _says(body, new) else new) + tail)
    parts += [_written(name, value).replace("\n", line_end) for name, value in waiting.items()]
    return found[1] + "".join(parts) + page[found.start(3) :]


def value_of(page: str, name: str) -> str:
    """The value of a key that stands on its line, without quotes; empty where there is none."""
    found = _FENCED.match(page)
    for key, text in blocks(found[2]) if found else ():
        if key == name:
            return _unquoted(text)
    return ""


def blocks(matter: str) -> list[tuple[str, str]]:
    """The lines of each top-level key under its name; what stands before the first has no name."""
    found: list[tuple[str, str]] = []
    for line in matter.splitlines(keepends=True):
        if key := _KEY.match(line):
            found.append((key[1] or key[2] or key[3], line))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + line)
        else:
            found.append(("", line))
    return found


def _written(name: str, value: Any) -> str:
    return "" if value is None or value == "" or value in ([], {}) else assignment(name, value)


def _without_tail(text: str) -> tuple[str, str]:
    """A key's lines, and the empty lines and remarks behind them, which are not its own."""
    lines = text.splitlines(keepends=True)
    end = len(lines)
    while end > 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return "".join(lines[:end]), "".join(lines[end:])


def _says(old: str, new: str) -> bool:
    """Whether a key on one line has its new value already, however it is quoted."""
    if old.strip().count("\n") or new.strip().count("\n") or not new:
        return old == new
    return _unquoted(old) == _unquoted(new)


def _unquoted(line: str) -> str:
    value = line.partition(":")[2].strip()
    if value[:1] == "'" == value[-1:] and len(value) > 1:
        return value[1:-1].replace("''", "'")
    if value[:1] == '"' == value[-1:] and len(value) > 1:
        try:
            return str(json.loads(value))
        except ValueError:
            return value
    return re.sub(r"\s+#.*$", "", value)
