"""Another statutory report: a layout and a template, and every command carries it (architecture, law 1).

The package is copied, the layout put beside the others, and the commands run as a user runs them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from openpyxl import load_workbook

from govdoc.checks import last_year, sums
from govdoc.errors import LayoutError
from govdoc.layouts.schema import load_layout, parse_layout
from govdoc.report import Figure, Report
from govdoc.writers.workbook_guide import guide_lines

ROOT = Path(__file__).parents[1]
LAYOUT = Path(__file__).parent / "data" / "other-report.toml"
TEXT = LAYOUT.read_text(encoding="utf-8")
TEXTS, CALLS, KINDS = ("一、热线概况", "四、下一步打算"), "二、来电受理", "三、诉求类别"
CHECKS = (*sums.CHECKS, *last_year.CHECKS)
Cells = dict[str, dict[str, float | str]]
FIGURES: Cells = {
    CALLS: {"B2": 12, "C2": 3.5, "B3": 4, "C3": 0},
    KINDS: {"C3": 7, "D3": 2, "C4": 1, "D4": 0, "C5": 5, "D5": 1},
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the program that knows the other report too."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in ("govdoc", "templates", "tools"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    layouts = folder / "govdoc" / "layouts"
    shutil.copy(LAYOUT, layouts / "2041.toml")
    newest = layouts / "2021.toml"
    text = newest.read_text(encoding="utf-8")
    newest.write_text(text.replace("first_year = 2021\n", "first_year = 2021\nlast_year = 2040\n"), encoding="utf-8")
    ran = _python(folder, folder, "tools/make_template.py", "2041")
    assert ran[0] == 0, ran
    return folder


def _python(checkout: Path, folder: Path, *arguments: str) -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


class Desk:
    """A folder in which the commands of the copy are run."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.checkout = checkout
        self.folder = folder

    def run(self, *arguments: str, code: int = 0) -> str:
        returned, said = _python(self.checkout, self.folder, "-m", "govdoc", *arguments)
        assert returned == code, said
        return said

    def fill(self, name: str, figures: Cells, unit: str = "某市热线中心", year: int = 2041) -> None:
        self.run("new", "-o", name, "--year", str(year), "--agency", unit)
        texts: Cells = {sheet: {"B2": "本年各项工作按计划进行，运行平稳有序。"} for sheet in TEXTS}
        self.edit(name, figures | texts)

    def edit(self, name: str, cells: Cells) -> None:
        path = self.folder / name
        book = load_workbook(path)
        for sheet, values in cells.items():
            for cell, value in values.items():
                book[sheet][cell].value = value
        book.save(path)


@pytest.fixture
def desk(checkout: Path, tmp_path: Path) -> Desk:
    return Desk(checkout, tmp_path)


def test_it_is_built_published_and_read_back(desk: Desk) -> None:
    desk.fill("a.xlsx", FIGURES)
    desk.run("build", "a.xlsx")
    desk.run("export", "a.xlsx", "--to", "html", "-o", "a.html")
    for source in ("a.docx", "a.html"):
        desk.run("import", source, "-o", "again.xlsx", "--force")
        again = load_workbook(desk.folder / "again.xlsx")
        assert {
            sheet: {cell: again[sheet][cell].value for cell in cells} for sheet, cells in FIGURES.items()
        } == FIGURES
    desk.edit("a.xlsx", {KINDS: {"C3": 9}})
    assert "乙.总数.合计" in desk.run("refresh", "a.docx", "a.xlsx")
    desk.run("pull", "a.docx", "a.xlsx", "-o", "pulled.xlsx")


def test_its_own_sums_and_last_year_are_checked(desk: Desk) -> None:
    desk.fill("last.xlsx", FIGURES)
    desk.fill("this.xlsx", {**FIGURES, KINDS: {**FIGURES[KINDS], "C4": 0, "C5": 0, "E4": 6}}, year=2042)
    said = desk.run("check", "this.xlsx", "--previous", "last.xlsx", code=3)
    found = [line.split()[:2] for line in said.splitlines() if "!" in line.split(" ")[0]]
    assert [f"{KINDS}!E4", "S307"] in found
    assert [f"{KINDS}!C5", "Y408"] in found  # last year left one open, and this year closed none
    assert "1.供水”：办结与在办之和是 0，合计是 6" in said


def whole(**last: int) -> Report:
    """Return a report of the other layout, all zeros, with what is known of last year."""
    layout = parse_layout(TEXT, "other")
    figures = {key: Figure(0, "0") for key in layout.figures}
    previous = {key: Figure(last.get(key.replace(".", "_"), 0), "") for key in layout.figures}
    return Report(layout, {"agency": "某市热线中心", "year": "2042"}, figures, {}, previous=previous)


def test_a_sum_and_a_continuation_that_no_rule_speaks_of_have_rules_of_their_own() -> None:
    def codes(one: Report) -> list[tuple[str, str]]:
        return [(finding.code, finding.figure) for check in CHECKS for finding in check(one)]

    assert codes(whole()) == []
    broken = whole().with_figures({**whole().figures, "calls.sum.cost": Figure(1, "1")})
    assert codes(broken) == [("S307", "calls.sum.cost")]
    assert codes(whole(kinds_ask_open=1)) == [("Y408", "kinds.ask.closed")]


def test_its_units_are_summed(desk: Desk) -> None:
    (desk.folder / "units").mkdir()
    for number in range(2):
        desk.fill(f"units/{number}.xlsx", FIGURES, unit=f"某市热线第{number + 1}分中心")
    desk.run("aggregate", "units", "-o", "sum.xlsx")
    book = load_workbook(desk.folder / "sum.xlsx")
    assert [book[CALLS][cell].value for cell in FIGURES[CALLS]] == [24, 7, 8, 0]
    desk.run("build", "sum.xlsx")


def test_a_workbook_without_its_mark_is_known_by_its_own_sheets(desk: Desk) -> None:
    for year, unit in ((2041, "某市热线中心"), (2024, "某某市财政局")):
        path = desk.folder / f"{year}.xlsx"
        desk.run("new", "-o", path.name, "--year", str(year), "--agency", unit)
        book = load_workbook(path)
        book.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # missing in the stubs
        book.save(path)
        said = desk.run("check", path.name, code=3)
        assert not {"L101", "L102", "L107"} & set(said.split()), said


# ---------------------------------------------------------------- the layout


def test_a_sum_that_no_rule_says_is_refused() -> None:
    for rule, unknown in (("S307", "S399"), ("Y408", "Y499")):
        with pytest.raises(LayoutError, match=unknown):
            parse_layout(TEXT.replace(rule, unknown), "other")


def test_the_rules_that_a_layout_may_name_are_those_that_are_checked() -> None:
    for family, kept in ((sums.RULES, "S307"), (last_year.RULES, "Y408")):
        declared = {rule.code for rule in family}
        taken = set()
        for code in declared:
            try:
                parse_layout(TEXT.replace(kept, code), "other")
                taken.add(code)
            except LayoutError:
                pass
        assert taken == declared - {"S306", "Y404", "Y405", "Y406", "Y407"}


def test_every_layout_says_the_guide_in_words_that_it_has() -> None:
    other = parse_layout(TEXT, "other")
    for layout in (load_layout("2019"), load_layout("2021"), other):
        assert not any("{" in line.replace("{{", "") for line in guide_lines(layout))
    said = "".join(guide_lines(other))
    assert "政务热线运行年度报告" in said
    assert not any(word in said for word in ("信息处理费", "政府信息公开", "印在第一部分之前"))
    broken = tomllib.loads(TEXT)["guide"]["who"][0]
    with pytest.raises(LayoutError, match="nowhere"):
        guide_lines(parse_layout(TEXT.replace(broken, "- {nowhere} | 1 月。"), "other"))


@pytest.mark.parametrize("key", ["agency", "year"])
def test_a_layout_without_organ_or_year_is_refused(key: str) -> None:
    with pytest.raises(LayoutError, match=key):
        parse_layout(TEXT.replace(f'key = "{key}"', 'key = "something"'), "other")


def test_a_label_of_the_publication_line_without_its_field_is_refused() -> None:
    with pytest.raises(LayoutError, match="origin"):
        parse_layout(TEXT.replace("[publication_labels]\n", '[publication_labels]\norigin = ["信息来源"]\n'), "other")
