"""The house stands on its floors: every module imports from lower ones alone.

What is imported for the sake of types counts as well: a type that a module must know of is a thing it depends on.
"""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "govdoc"

# A room is a module of the package, or a folder in it. Within a room everything may import everything.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "finding", "files", "markup"),
    ("values", "layouts", "store", "crew"),
    ("figures", "journal", "cluster"),
    ("report",),
    ("previous", "naming"),
    ("readers",),
    ("checks", "aggregate", "compare"),
    ("writers", "roundtrip"),
    ("pipeline",),
    ("worker",),
    ("importing", "editing", "preload"),
    ("exporting", "batch", "summing", "doctor"),
    ("cli",),
    ("__init__", "__main__"),
)
# Neighbours on a floor know nothing of each other, but for these.
NEIGHBOURS = {
    ("files", "errors"): "says what is wrong with a file",
    ("aggregate", "checks"): "lets explanations settle what it finds",
    ("checks", "aggregate"): "keeps the catalogue of all rules, whoever raises them",
    ("compare", "checks"): "finds what was copied as rule Y406 does",
    ("writers", "roundtrip"): "puts into a report what a later refresh has to know",
    ("roundtrip", "writers"): "packs a document as its writer does",
}
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
EVERYBODYS = {"govdoc.__version__"}

# Libraries, by the rooms that may know them; all else is Python's own.
LIBRARIES = {
    "typer": {"cli"},
    "msgspec": {"finding", "report", "layouts", "journal", "batch", "readers", "writers"},
    "openpyxl": {"readers", "writers"},
    "python_calamine": {"readers"},
    "lxml": {"readers", "writers", "roundtrip"},
    "docxtpl": {"writers"},
    "jinja2": {"writers"},
    "markupsafe": {"writers"},
    "olefile": {"readers"},
    "distributed": {"cluster", "cli"},
    "fsspec": {"store"},
    "pyarrow": {"writers"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def imports(module: Path) -> Iterator[tuple[str, int]]:
    """Yield the full name of everything that a module imports, wherever in it, with the line."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def own(name: str) -> str | None:
    """Return the room that a name lies in, or None where it is not the package's."""
    parts = name.split(".")
    if parts[0] != "govdoc":
        return None
    lies_in_file = len(parts) > 1 and ((PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").is_file())
    return parts[1] if lies_in_file else "__init__"


def arrows_up(module: Path) -> list[str]:
    room = room_of(module)
    wrong = []
    for name, line in imports(module):
        target = own(name)
        if target is None or target == room or (room, target) in NEIGHBOURS or name in EVERYBODYS:
            continue
        if FLOOR[target] >= FLOOR[room]:
            wrong.append(f"{module.relative_to(ROOT).as_posix()}:{line} imports {name}")
    return wrong


def test_every_room_has_a_floor() -> None:
    assert {room_of(module) for module in modules()} - set(FLOOR) == set()


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.relative_to(ROOT).as_posix())
def test_no_import_runs_up(module: Path) -> None:
    assert arrows_up(module) == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    names = {".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for module in modules()}
    waiting = {}
    for module in modules():
        own_name = ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found = {name if name in names else name.rpartition(".")[0] for name, _ in imports(module)} & names
        waiting[own_name] = found - {own_name, "govdoc"}
    while free := [name for name, needed in waiting.items() if needed.isdisjoint(waiting)]:
        for name in free:
            del waiting[name]
    assert waiting == {}, "what is left stands in a circle, or imports what does"


def test_the_page_names_every_room_with_its_floor_and_every_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    floors = {
        name.removesuffix(".py").removesuffix("/"): int(row[1])
        for row in re.finditer(r"^\| ([0-9]+) \| (.+?) \|", page, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row[2])
    }
    assert floors == {room: floor for room, floor in FLOOR.items() if not room.startswith("__")}
    named = re.findall(r"`(?:[a-z]+/)*([a-z_*]+\.py)`", page)
    others = [module.name for module in modules() if module.parent.name != "cli" and not module.name.startswith("__")]
    assert [name for name in others if not any(fnmatch(name, pattern) for pattern in named)] == []


def test_neighbours_are_neighbours() -> None:
    floors = {pair: (FLOOR[pair[0]], FLOOR[pair[1]]) for pair in NEIGHBOURS}
    assert {pair: one for pair, one in floors.items() if one[0] != one[1]} == {}


def test_a_library_is_known_where_it_is_needed() -> None:
    wrong = []
    for module in modules():
        foreign = {name.partition(".")[0] for name, _ in imports(module) if own(name) is None}
        strange = {library for library in LIBRARIES.keys() & foreign if room_of(module) not in LIBRARIES[library]}
        if strange and room_of(module) not in ("preload", "doctor"):  # one loads them all, one asks each its version
            wrong.append(f"{module.relative_to(ROOT).as_posix()} imports {sorted(strange)}")
    assert wrong == []


def test_a_wrong_arrow_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "govdoc"
    (package / "checks").mkdir(parents=True)
    (package / "pipeline.py").touch()
    (package / "finding.py").touch()
    (package / "files.py").write_text("from govdoc import finding\n", encoding="utf-8")
    (package / "checks" / "sums.py").write_text(
        "from govdoc.finding import Rule\nif TYPE_CHECKING:\n    import govdoc.pipeline\n"
        "def check():\n    from govdoc import pipeline\n",
        encoding="utf-8",
    )
    monkeypatch.setattr("tests.test_architecture.PACKAGE", package)
    monkeypatch.setattr("tests.test_architecture.ROOT", tmp_path)
    assert [line for module in modules() for line in arrows_up(module)] == [
        "govdoc/checks/sums.py:3 imports govdoc.pipeline",
        "govdoc/checks/sums.py:5 imports govdoc.pipeline",
        "govdoc/files.py:1 imports govdoc.finding",
    ]


def test_only_the_command_prints_and_ends() -> None:
    calls = [
        f"{module.relative_to(ROOT).as_posix()}:{node.lineno}"
        for module in modules()
        if room_of(module) not in {"cli", "__main__"}
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.exit", "exit", "typer.echo", "input"}
    ]
    assert calls == []
