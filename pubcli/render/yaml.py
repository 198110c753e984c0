"""Values as YAML, written so that every YAML reader reads them alike.

Knows texts, numbers, lists and mappings; texts are in double quotes, as in JSON. Reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pubcli.markup import printable


class Bare(str):
    """A text that needs no quotes: a date, a keyword."""

    __slots__ = ()


def dump(values: Mapping[str, Any], indent: str = "") -> str:
    """A mapping in block style, one key a line; its keys are plain words."""
    return "".join(assignment(name, value, indent) for name, value in values.items())


def assignment(name: str, value: Any, indent: str = "") -> str:
    """`name: value`, the value below it where it is a filled list or mapping."""
    if isinstance(value, Mapping) and value:
        return f"{indent}{name}:\n{dump(value, indent + '  ')}"
    if _is_list(value) and value:
        return f"{indent}{name}:\n{_elements(value, indent + '  ')}"
    return f"{indent}{name}: {scalar(value)}\n"


def scalar(value: Any) -> str:
    """One value on one line."""
    import json

    if isinstance(value, Bare):
        return str(value)
    if isinstance(value, str):
        return json.dumps(printable(value), ensure_ascii=False)
    if _is_list(value):
        return f"[{', '.join(scalar(element) for element in value)}]"
    return json.dumps(value)


def _elements(values: Sequence[Any], indent: str) -> str:
    lines = []
    for value in values:
        if isinstance(value, Mapping):
            lines.append(f"{indent}- " + dump(value, indent + "  ").lstrip(" "))
        else:
            lines.append(f"{indent}- {scalar(value)}\n")
    return "".join(lines)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
