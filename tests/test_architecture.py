"""The floor plan, held: imports go down, and each library, each file and the network has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pubcli"
FILES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    **dict.fromkeys(("errors", "difference", "visible"), 0),
    **dict.fromkeys(("bibtex", "markup", "venues", "changes", "web"), 1),
    **dict.fromkeys(("publication", "config"), 2),
    **dict.fromkeys(("query", "matching", "template", "keys"), 3),
    **dict.fromkeys(("library", "history"), 4),
    **dict.fromkeys(("render", "pages", "importers", "scholar", "lint", "stats"), 5),
    "cli": 6,
}

# Which module may import a library that is slow to load, or that we keep at one door.
DOORS = {
    "typer": ("cli/",),
    "click": (),
    "typer._click": (),
    "httpx": ("web.py",),
    "requests": (),
    "urllib.request": (),
    "selenium": (),
    "scholarly": ("scholar/client.py",),
    "bibtexparser": ("bibtex/judge.py",),
    "tomllib": ("config.py",),
    "tomli_w": ("config.py",),
    "filelock": ("changes.py",),
    "citeproc": ("render/csl.py",),
}

# Libraries that no module may import while it is itself being imported.
LAZY = (
    "bibtexparser", "bs4", "citeproc", "difflib", "filelock", "httpx", "markdown_it", "platformdirs",
    "pylatexenc", "pypdf", "rapidfuzz", "rich", "rispy", "scholarly", "tomli_w", "tomllib",
)  # fmt: skip


def module_of(path: Path) -> str:
    """The first name below `pubcli`: the unit that stands on a floor."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported name with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def tops(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, type-checking blocks aside."""
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_the_floors_only(path: Path) -> None:
    unit = module_of(path)

    ours = [
        name.split(".")[1]
        for name, _ in imports(ast.parse(path.read_text("utf-8")))
        if name.startswith("pubcli.")
    ]

    if not unit.startswith("__"):
        floor = FLOORS[unit]
        known = [name for name in ours if name in FLOORS and name != unit]
        assert [name for name in known if FLOORS[name] >= floor] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_each_library_has_its_door(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()

    found = list(imports(ast.parse(path.read_text("utf-8"))))

    wrong = [
        f"{name} in line {line}"
        for name, line in found
        for library, doors in DOORS.items()
        if (name == library or name.startswith(library + ".")) and not place.startswith(doors or ("nowhere",))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_heavy_is_imported_before_it_is_needed(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    names = [name.split(".")[0] for statement in tops(tree) for name, _ in imports(statement)]

    assert [name for name in names if name in LAZY] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_changes_writes_files(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    writes = [
        f"line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            getattr(node.func, "attr", "") in ("write_text", "write_bytes", "unlink", "mkdir", "touch")
            or (getattr(node.func, "id", getattr(node.func, "attr", "")) == "open" and _for_writing(node))
        )
    ]

    assert path.name == "changes.py" or writes == []


def _for_writing(call: ast.Call) -> bool:
    modes = [argument.value for argument in call.args[:2] if isinstance(argument, ast.Constant)]
    modes += [
        word.value.value
        for word in call.keywords
        if word.arg == "mode" and isinstance(word.value, ast.Constant)
    ]
    flags = ast.dump(call)
    return (
        any(isinstance(mode, str) and set(mode) & set("wax+") and len(mode) < 4 for mode in modes)
        or "O_CREAT" in flags
    )


def test_every_module_stands_on_a_floor() -> None:
    units = {module_of(path) for path in FILES} - {"__init__", "__main__"}

    assert units <= set(FLOORS)
