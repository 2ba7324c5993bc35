"""Mutations led by what code they reach: ``python -m tests.fuzz.guided page --seconds 60``.

Needs atheris (extra ``govdoc[fuzz]``). It sees which branches of govdoc an input takes and goes on from those that take
new ones, where the harness beside it goes by its dice alone. What is mutated is the text that a reader takes apart: a
page, a text, data, or one part of a workbook or a report whose other parts stay honest. What must hold afterwards is
the same (:mod:`tests.fuzz.cases`). A find ends the run, and its input is kept as ``crash-…``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fuzz.cases import Case

    Packed = Callable[[bytes], Case]

_TARGETS = ("page", "text", "data", "sheet", "strings", "document", "open")
_PATIENCE = 20  # seconds for one input, after which it is a find whatever it does


def main() -> None:
    """Run one target until time is up, or something is found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("target", choices=_TARGETS, help="what is mutated")
    parser.add_argument("--seconds", type=int, default=60, help="how long to run")
    parser.add_argument("--seed", type=int, default=1, help="where the mutations begin")
    parser.add_argument("--keep", type=Path, help="where inputs that reach new code, and finds, are kept")
    given = parser.parse_args()
    import atheris

    with atheris.instrument_imports(include=["govdoc"]):
        from tests.fuzz.cases import run, watch

    keep = given.keep or Path(tempfile.mkdtemp(prefix="govdoc-guided-"))
    keep.mkdir(parents=True, exist_ok=True)
    packed, seed = _targets()[given.target]
    (keep / "seed").write_bytes(seed)
    folder = Path(tempfile.mkdtemp(prefix="govdoc-guided-"))
    watch(folder / "temporary")

    def look(data: bytes) -> None:
        verdict = run(packed(data), folder / "case")
        if verdict.faults:
            raise AssertionError("\n".join(verdict.faults))

    options = [f"-max_total_time={given.seconds}", f"-seed={given.seed}", f"-timeout={_PATIENCE}", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], *options, "-max_len=200000", f"-artifact_prefix={keep}/", str(keep)], look)
    atheris.Fuzz()


def _targets() -> Mapping[str, tuple[Packed, bytes]]:
    """Return for each target what makes a case of its text, and a text to begin with."""
    from govdoc.pipeline import check
    from govdoc.writers.data import to_json
    from tests.cli_helpers import CHAOYANG
    from tests.fuzz import seeds
    from tests.fuzz.cases import IMPORT, Case
    from tests.hostile.makers import report_parts, sample_parts

    lines = [" ".join(map(str, row)) for grid in seeds.grids() for row in grid.rows]
    book, report, open_book = sample_parts(), report_parts(), seeds.open_parts()
    sheet = max((name for name in book if name.startswith("xl/worksheets/")), key=lambda name: len(book[name]))
    checked = ("check", "{}", "--format", "json")
    return {
        "page": (lambda data: Case("html", "页面.html", data, *IMPORT), seeds.page()),
        "text": (lambda data: Case("text", "页面.txt", data, *IMPORT), "\n".join(lines).encode()),
        "data": (lambda data: Case("data", "年报.json", data, checked), to_json(check(CHAOYANG).report)),
        "sheet": _part(book, sheet, lambda raw: Case("xlsx", "年报.xlsx", raw, checked)),
        "strings": _part(book, "xl/sharedStrings.xml", lambda raw: Case("xlsx", "年报.xlsx", raw, checked)),
        "document": _part(report, "word/document.xml", lambda raw: Case("docx", "报告.docx", raw, checked)),
        "open": _part(open_book, "content.xml", lambda raw: Case("ods", "年报.ods", raw, checked)),
    }


def _part(parts: Mapping[str, bytes], name: str, case: Packed) -> tuple[Packed, bytes]:
    """Return what puts a text into a package in place of its part, and that part."""
    from tests.hostile.makers import pack

    return lambda data: case(pack({**parts, name: data})), parts[name]


if __name__ == "__main__":
    main()
