"""The command as the tests run it: in this process or as a real one, with its streams and its exit code.

Whatever is run, no workbook or document that lay in the folder before may differ afterwards, unless it was to be
overwritten; and no run leaves a temporary file.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from govdoc.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_inputs"
CHAOYANG = SAMPLES / "chaoyang-2021.xlsx"

# English that typer, Python or a library would say; what stays English is named in the second list.
_WORD = re.compile(r"[A-Za-z]{2,}")
ENGLISH_KEPT = frozenset(
    _WORD.findall(
        "govdoc Word Excel WPS PDF CSV JSON json text xlsx docx xls csv html txt parquet Dask tcp Open XML Strict "
        "DOCTYPE pdf bak new help version output draft force blank as zero"
    )
)


@dataclass(frozen=True)
class Ran:
    """What a run of the command returned and said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def run(*arguments: str | Path, overwrites: Iterable[Path] = ()) -> Ran:
    """Run the command in this process."""
    before = _files(arguments, set(overwrites))
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    assert _changed(before) == []
    return Ran(code, out.getvalue(), err.getvalue())


def run_process(*arguments: str | Path, folder: Path, timeout: float = 60) -> Ran:
    """Run the command as a process of its own, in a folder."""
    before = _files([folder, *arguments], set())
    result = subprocess.run(
        [sys.executable, "-m", "govdoc", *map(str, arguments)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=timeout,
    )
    assert _changed(before) == []
    return Ran(result.returncode, result.stdout.decode("utf-8"), result.stderr.decode("utf-8"))


def environment() -> dict[str, str]:
    """Return an environment without locale in which this checkout's govdoc is found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "COV_"))}
    return kept | {"PYTHONPATH": str(ROOT), "LC_ALL": "C"}


def english(text: str, known: Iterable[str] = ()) -> list[str]:
    """Return the English words of a text, apart from the names that Chinese texts keep, and known ones."""
    kept = ENGLISH_KEPT | {word for name in known for word in _WORD.findall(name)}
    return [word for word in _WORD.findall(text) if word not in kept]


def leftovers(folder: Path) -> list[str]:
    """Return the temporary files in a folder."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def _files(arguments: Iterable[str | Path], overwritten: set[Path]) -> dict[Path, bytes]:
    """Return the content of every file that is named, or lies beside one that is."""
    files: dict[Path, bytes] = {}
    for argument in arguments:
        try:
            path = Path(argument)
            folder = path if path.is_dir() else path.parent
            beside = [one for one in folder.iterdir() if one.is_file()] if str(argument) and folder.is_dir() else []
        except (OSError, ValueError):
            continue
        if folder not in (Path(), Path("/")):
            files |= {one: one.read_bytes() for one in beside if one not in overwritten}
    return files


def _changed(before: dict[Path, bytes]) -> list[Path]:
    return [path for path, data in before.items() if not path.is_file() or path.read_bytes() != data]


def edited(folder: Path, edits: Mapping[tuple[str, str], object], name: str = "年报.xlsx") -> Path:
    """Write the clean sample with some cells changed, by sheet and cell name."""
    book = load_workbook(CHAOYANG)
    for (sheet, cell), value in edits.items():
        book[sheet][cell].value = value
    path = folder / name
    book.save(path)
    return path
