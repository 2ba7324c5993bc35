"""Turn off each guard and each rule in turn; a test must fail for each. Prints the survivors and the score.

Run it as ``python tools/mutation_check.py [guards] [rules] [--only TEXT] [--jobs N]``. It works on a copy of the
checkout. A guard is a condition that ends in an error or in a reason to refuse; turned off, it never holds. A rule
turned off says its finding under no code, and as a note.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# The code of this checkout, not that of an installed govdoc.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from typing import TYPE_CHECKING

from govdoc.checks.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("govdoc", "tests", "templates", "sample_inputs", "tools", "docs", "pyproject.toml", "README.md")
_THIRD, _FOURTH = "tests/hostile/test_third_look.py", "tests/hostile/test_fourth_look.py"
_HOSTILE = ("tests/hostile/test_limits.py", "tests/hostile/test_finds.py", _THIRD, _FOURTH)
_TABLE, _ZIP = "tests/hostile/test_table.py", "tests/hostile/test_zip.py"
_XLSX, _AGAIN = "tests/readers/test_xlsx.py", "tests/readers/test_xlsx_again.py"
# Where the guards are, and the tests that are run for each, the likeliest first.
GUARDS: dict[str, tuple[str, ...]] = {
    "govdoc/files.py": ("tests/test_files.py", _ZIP, *_HOSTILE, _TABLE, "tests/test_faults.py"),
    "govdoc/readers/facts.py": (*_HOSTILE, _TABLE, _XLSX),
    "govdoc/readers/xlsx.py": (_XLSX, *_HOSTILE, _TABLE, _ZIP),
    "govdoc/readers/xlsx_sheet.py": (
        _XLSX,
        "tests/readers/test_xlsx_plain.py",
        "tests/readers/test_xlsx_again.py",
        *_HOSTILE,
        _TABLE,
    ),
    "govdoc/readers/xlsx_again.py": (_AGAIN, *_HOSTILE),
    "govdoc/readers/xls.py": (*_HOSTILE, "tests/hostile/test_honest.py"),
    "govdoc/readers/xls_text.py": (*_HOSTILE, "tests/hostile/test_honest.py"),
    "govdoc/readers/ods.py": (*_HOSTILE, _TABLE),
    "govdoc/readers/word.py": (*_HOSTILE, _TABLE, "tests/readers/test_word.py"),
    "govdoc/roundtrip/package.py": (_FOURTH, _TABLE),
    "govdoc/readers/workbook.py": (*_HOSTILE, _TABLE, _XLSX),
    "govdoc/readers/html.py": ("tests/readers/test_html.py", "tests/readers/test_pages.py", *_HOSTILE),
    "govdoc/readers/text.py": ("tests/readers/test_text.py", *_HOSTILE),
    "govdoc/readers/data.py": (*_HOSTILE, "tests/cli/test_import_export.py"),
    "govdoc/readers/roster.py": (*_HOSTILE, "tests/test_aggregate.py"),
}
RULE_TESTS = (
    "tests/test_samples.py",
    "tests/checks",
    "tests/test_other_report.py",
    "tests/readers",
    "tests/test_aggregate.py",
    "tests/test_values.py",
    "tests/roundtrip/test_compare.py",
)
# What need not be killed, each with the reason.
EQUIVALENT = {
    "govdoc/readers/xlsx_sheet.py len(self.facts.spans) > LIMITS.merges": "stops early; the sum of all sheets counts",
    'govdoc/readers/html.py text.count("<") > 2 * MOST_ELEMENTS': "spares the parser what is counted again later",
    "govdoc/readers/html.py count > MOST_ELEMENTS": "counts what an unclosed tag may add; the text was counted before",
}


_PATIENCE = 300  # seconds; all the tests of a guard take a quarter of that
_LINE = re.compile(r":[0-9]+ ")


@dataclass(frozen=True)
class Mutant:
    """Something turned off: a name for people, the file's new content (or a rule's code), the tests to run."""

    name: str
    file: str
    content: bytes
    code: str
    tests: tuple[str, ...]


# ---------------------------------------------------------------- what is turned off


def guards() -> Iterator[Mutant]:
    """Yield a mutant for each condition of a guard."""
    for file, tests in GUARDS.items():
        path = ROOT / file
        if not path.is_file():
            continue
        source = path.read_bytes()
        starts = [0]
        for line in source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.If) and _refuses(node):
                first = starts[node.test.lineno - 1] + node.test.col_offset
                last = starts[(node.test.end_lineno or 0) - 1] + (node.test.end_col_offset or 0)
                held = source[first:last].decode()
                content = source[:first] + b"False" + source[last:]
                yield Mutant(f"{file}:{node.lineno} {' '.join(held.split())}", file, content, "", tests)


def _refuses(node: ast.If) -> bool:
    """Return whether a condition leads straight to an error, or to the reason for one."""
    for statement in node.body:
        if isinstance(statement, ast.Raise) and statement.exc is not None:
            return True
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id == "reason":
                return True
    return False


def rules() -> Iterator[Mutant]:
    """Yield a mutant for each rule."""
    for code in RULES:
        yield Mutant(f"rule {code}", "", b"", code, RULE_TESTS)


# ---------------------------------------------------------------- running

# A plug-in for pytest, loaded before any test: the rule named says its findings as a note without its code.
_PLUGIN = """
import os
from dataclasses import replace
from govdoc.finding import Rule, Severity
_at = Rule.at
def at(self, *arguments, **named):
    if self.code == os.environ["GOVDOC_RULE_OFF"]:
        self = replace(self, code="OFF", severity=Severity.NOTE)
    return _at(self, *arguments, **named)
Rule.at = at
"""


def survives(mutant: Mutant, copies: list[Path]) -> bool:
    """Return whether all tests pass in spite of a mutant; ``copies`` lends a copy of the checkout."""
    copy = copies.pop()
    try:
        if mutant.file:
            (copy / mutant.file).write_bytes(mutant.content)
        words = [sys.executable, "-m", "pytest", "-x", "-q", "--no-cov", "-p", "no:cacheprovider"]
        words += ["-p", "rule_off"] if mutant.code else []
        words += [test for test in mutant.tests if (copy / test).exists()]
        environment = os.environ | {
            "GOVDOC_RULE_OFF": mutant.code,
            "PYTHONPATH": str(copy),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        try:
            ran = subprocess.run(  # noqa: S603
                words, cwd=copy, env=environment, capture_output=True, check=False, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            return False  # a test that waits for ever does not pass
        return ran.returncode == 0
    finally:
        if mutant.file:
            shutil.copyfile(ROOT / mutant.file, copy / mutant.file)
        copies.append(copy)


def copied(folder: Path) -> Path:
    """Return a copy of the checkout."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
    (folder / "rule_off.py").write_text(_PLUGIN, encoding="utf-8")
    return folder


def main() -> int:
    """Run the check and return 1 where something survives that should not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=["guards", "rules", []], help="without it both")
    parser.add_argument("--only", default="", help="only those whose name has this in it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    wanted = arguments.what or ["guards", "rules"]
    mutants = [*(guards() if "guards" in wanted else ()), *(rules() if "rules" in wanted else ())]
    mutants = [one for one in mutants if arguments.only in one.name]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # some tests become a user who may not write, and still has to read the code
        copies = [copied(Path(folder) / str(number)) for number in range(arguments.jobs)]
        with ThreadPoolExecutor(arguments.jobs) as pool:
            # Tests that fail with nothing turned off would kill every mutant, and say nothing.
            whole = [Mutant("nothing", "", b"", "", tests) for tests in dict.fromkeys(one.tests for one in mutants)]
            for mutant, passes in zip(whole, pool.map(lambda one: survives(one, copies), whole), strict=True):
                if not passes:
                    raise SystemExit(f"fails with nothing turned off: {' '.join(mutant.tests)}")
            ends = list(pool.map(lambda mutant: _told(mutant, survives(mutant, copies)), mutants))
    killed = ends.count(False)
    expected = sum(
        1 for mutant, alive in zip(mutants, ends, strict=True) if alive and _LINE.sub(" ", mutant.name) in EQUIVALENT
    )
    sys.stdout.write(f"{killed} of {len(mutants)} killed, {expected} that need not be\n")
    return int(killed + expected < len(mutants))


def _told(mutant: Mutant, alive: bool) -> bool:  # noqa: FBT001 - called in one place
    end = "SURVIVES" if alive else "killed"
    sys.stdout.write(f"{end:9} {mutant.name}\n")
    sys.stdout.flush()
    return alive


if __name__ == "__main__":
    sys.exit(main())
