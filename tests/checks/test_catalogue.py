"""The catalogue and the code, held together both ways; the page and the commands printed from it."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import govdoc
from govdoc.checks.catalogue import RULES, in_order
from govdoc.finding import Location, Rule, Severity
from govdoc.layouts.schema import editions, load_layout
from govdoc.pipeline import check
from govdoc.readers.rules import MISSING_SHEET
from govdoc.writers.rules import rule_text, rules_page, rules_text
from tests.cli_helpers import SAMPLES, run

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "govdoc"
CODES: dict[str, list[str]] = tomllib.loads((ROOT / "sample_inputs/broken/codes.toml").read_text(encoding="utf-8"))

# Rules that no single workbook can raise, and the test that raises each and its near miss.
ELSEWHERE = {
    "Y406": "tests/checks/test_last_year.py",
    "Y407": "tests/checks/test_last_year.py",
    "S307": "tests/test_other_report.py",
    "Y408": "tests/test_other_report.py",
    "A": "tests of aggregate",
    "I": "tests of import",
    "W": "tests of refresh",
}


def declared() -> Iterator[tuple[str, str, Rule]]:
    """Yield module, name and rule of each rule in the package."""
    for module in pkgutil.walk_packages(govdoc.__path__, "govdoc."):
        if module.name != "govdoc.__main__":
            loaded = importlib.import_module(module.name)
            yield from ((module.name, name, one) for name, one in vars(loaded).items() if isinstance(one, Rule))


def test_every_rule_of_the_package_is_in_the_catalogue_and_declared_once() -> None:
    rules = list(declared())
    assert {rule.code for _, _, rule in rules} == set(RULES)
    assert all(RULES[rule.code] is rule for _, _, rule in rules)


def test_every_rule_of_the_catalogue_is_raised_somewhere() -> None:
    names: dict[str, set[str]] = {}
    for _, name, rule in declared():
        names.setdefault(rule.code, set()).add(name)
    used: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                used.add(node.id if isinstance(node, ast.Name) else node.attr)
    # A rule that only stands in its family's list would be loaded too: it must be named in a function.
    inside: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                inside |= {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    assert [code for code, all_of in names.items() if not all_of & used & inside] == []


def test_every_rule_has_a_sample_or_a_test_that_raises_it() -> None:
    sampled = {code for codes in CODES.values() for code in codes}
    missing = [code for code in RULES if code not in sampled and code not in ELSEWHERE and code[0] not in ELSEWHERE]
    assert missing == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_explains_itself(rule: Rule) -> None:
    assert all((rule.title, rule.source, rule.message, rule.remedy, rule.checks, rule.example, rule.mend))
    assert all(text.endswith("。") for text in (rule.checks, rule.example, rule.mend))
    assert not rule.title.endswith("。")
    assert set(rule.editions) <= set(editions())
    assert rule.lighter is None or rule.lighter.rank > rule.severity.rank


def test_no_rule_is_younger_than_the_program() -> None:
    major, minor, _ = govdoc.__version__.split(".")
    since = {rule.code: [int(number) for number in rule.since.split(".")] for rule in RULES.values()}
    assert {code: version for code, version in since.items() if version > [int(major), int(minor)]} == {}


def test_the_page_is_the_catalogue_s() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_page(RULES.values()), "run python tools/make_rules_page.py"


# ---------------------------------------------------------------- the command


def test_the_rules_are_listed() -> None:
    ran = run("rules")
    assert (ran.code, ran.out) == (0, rules_text(RULES.values()))
    assert all(code in ran.out for code in RULES)


@pytest.mark.parametrize("code", ["S303", " s303 "])
def test_one_rule_is_explained(code: str) -> None:
    ran = run("rules", code)
    assert (ran.code, ran.out, ran.err) == (0, rule_text(RULES["S303"]), "")
    assert all(part in ran.out for part in ("检查什么", "依据", "示例", "如何改正"))


@pytest.mark.parametrize(("code", "near"), [("S33", "S303"), ("N599", "N509"), ("占比", "N503")])
def test_an_unknown_rule_is_refused_with_the_nearest(code: str, near: str) -> None:
    ran = run("rules", code)
    assert (ran.code, ran.out) == (2, "")
    assert near in ran.err


def test_the_schema_has_every_code_and_severity() -> None:
    schema = json.loads((ROOT / "docs" / "findings.schema.json").read_text(encoding="utf-8"))
    finding = schema["$defs"]["finding"]["properties"]
    assert {rule.severity.value for rule in RULES.values()} <= set(finding["severity"]["enum"])
    assert schema["properties"]["version"]["const"] == 1


def test_what_is_said_of_a_whole_file_comes_first() -> None:
    layout = load_layout("2021")
    places = [Location("a", sheet) for sheet in ("草稿", layout.sheets[1], "")]
    findings = [MISSING_SHEET.at(where, what="x", advice="y") for where in places]
    assert [finding.where.sheet for finding in in_order(findings, layout)] == ["", layout.sheets[1], "草稿"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("S301-各列之和", {"J6": "", "J27": "J6"}),
        ("S305-填错一格", {"J6": "D6", "D27": "D6"}),
        ("S302-办理结果之和", {"D27": "", "E27": "", "D28": "D27", "E28": "E27"}),
        ("S303-收支不等", {"D28": "", "J28": ""}),
        ("S304-诉讼各项之和", {"O4": ""}),
    ],
)
def test_a_broken_sum_names_the_cell_that_mends_it(name: str, wanted: dict[str, str]) -> None:
    """A sum asks for its own total to be changed; where the mistake lies elsewhere, that would make another."""
    findings = check(SAMPLES / "broken" / f"{name}.xlsx").findings
    sums = [one for one in findings if one.severity is Severity.ERROR]
    told = {one.where.cell: re.match("多半错在 ([A-Z0-9]+)（另有提示）", one.remedy) for one in sums}
    assert {cell: match[1] if match else "" for cell, match in told.items()} == wanted
