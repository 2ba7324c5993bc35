"""A clerk's whole way: a new workbook, filled by its labels, checked, built; the report read by its labels.

Nothing here knows where govdoc puts a cell: both files are read as tables of text with merged cells filled, and every
number is found by the words of the official form.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

import docx
import pytest
from openpyxl import load_workbook

from govdoc.layouts.schema import load_layout
from tests.cli_helpers import english, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LAYOUT = load_layout("2021")
Number = int | Decimal
Matrix = list[list[str]]

APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结"]
SHEETS = {"二": "二、主动公开", "三": "三、依申请公开", "四": "四、复议诉讼"}
SIZES = {"二": (14, 4), "三": (28, 10), "四": (4, 15)}
T2_SHORT = {"本年制发件数": "制发", "本年废止件数": "废止", "现行有效件数": "有效"}
T2_ROWS = {"行政规范性文件": "规范性文件"}
T4_GROUPS = {"未经复议直接起诉": "直接起诉", "复议后起诉": "复议后起诉"}
T3_ROWS = {row.labels: row.short for row in LAYOUT.table["t3"].blocks[0].rows}


# ---------------------------------------------------------------- tables found by their words


def places(table: str, cells: Matrix) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the Chinese address of every number of a table, and the row and column where it stands."""
    rows, columns = SIZES[table]
    if table == "三":
        for row in range(3, rows):
            label = tuple(dict.fromkeys(cells[row][:3]))
            yield from ((f"三.{T3_ROWS[label]}.{cells[2][column]}", (row, column)) for column in range(3, columns))
    elif table == "四":
        for column in range(columns):
            kind, group, outcome = (cells[row][column] for row in range(3))
            name = kind if group == outcome else T4_GROUPS[group]
            yield f"四.{name}.{outcome}", (3, column)
    else:
        heads: list[str] = []
        for row in range(rows):
            if cells[row][0] == "信息内容":
                heads = cells[row]
            elif len(set(cells[row])) > 1 or not cells[row][0].startswith("第二十条"):
                name = T2_ROWS.get(cells[row][0], cells[row][0])
                for column in range(1, columns):
                    if column == 1 or heads[column] != heads[column - 1]:
                        short = T2_SHORT.get(heads[column])
                        yield f"二.{name}.{short}" if short else f"二.{name}", (row, column)


def sheet_cells(sheet: Worksheet, rows: int, columns: int) -> Matrix:
    """Return a sheet's texts without line breaks; a merged cell's text stands in every cell of it."""
    cells = [[str(sheet.cell(row + 1, column + 1).value or "") for column in range(columns)] for row in range(rows)]
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row - 1, min(area.max_row, rows)):
            for column in range(area.min_col - 1, min(area.max_col, columns)):
                cells[row][column] = cells[area.min_row - 1][area.min_col - 1]
    return [["".join(text.split()) for text in row] for row in cells]


def read_by_labels(path: Path) -> dict[str, str]:
    """Return the numbers of a Word report by Chinese address."""
    found: dict[str, str] = {}
    for table, element in zip("二三四", docx.Document(str(path)).tables, strict=True):
        cells = [[cell.text for cell in row.cells] for row in element.rows]
        assert (len(cells), len(cells[0])) == SIZES[table]
        found |= {address: cells[row][column] for address, (row, column) in places(table, cells)}
    return found


def fill_by_labels(book: Workbook, numbers: dict[str, Number], *, totals: bool) -> None:
    """Write numbers into a workbook; cells that hold a formula are left to it, unless totals are to be typed."""
    for table, name in SHEETS.items():
        sheet = book[name]
        for address, (row, column) in places(table, sheet_cells(sheet, *SIZES[table])):
            cell = sheet.cell(row + 1, column + 1)
            if totals or not isinstance(cell.value, str):
                cell.value = numbers[address]


def write_beside(sheet: Worksheet, label: str, value: str) -> None:
    row = next(row for row in sheet.iter_rows() if row[0].value == label)
    sheet.cell(row[0].row or 0, 2).value = value


# ---------------------------------------------------------------- numbers that go together


def random_numbers(seed: int) -> dict[str, Number]:
    """Return all figures of a report, as large as those of a county or of a province, with every sum in order."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    top = dice.choice([3, 30, 4000])

    def some() -> int:
        return dice.choice([0, 0, 1, dice.randrange(top), dice.randrange(top)])

    numbers: dict[str, Number] = {}
    for name in ("规章", "规范性文件"):
        made, repealed = some(), some()
        in_force = max(0, made - repealed) + some()
        numbers |= {f"二.{name}.制发": made, f"二.{name}.废止": repealed, f"二.{name}.有效": in_force}
    numbers |= {f"二.{name}": some() for name in ("行政许可", "行政处罚", "行政强制")}
    numbers["二.行政事业性收费"] = Decimal(dice.randrange(10**9)).scaleb(-dice.randrange(7))
    outcomes = [row.short for row in LAYOUT.table["t3"].blocks[0].rows][2:-2]
    for who in APPLICANTS:
        results = {f"三.{name}.{who}": some() for name in outcomes}
        done, forward = sum(results.values()), some()
        before = dice.randrange(done + forward + 1)
        numbers |= results
        numbers |= {f"三.办理结果.{who}": done, f"三.结转下年.{who}": forward}
        numbers |= {f"三.上年结转.{who}": before, f"三.本年新收.{who}": done + forward - before}
    for name in T3_ROWS.values():
        numbers[f"三.{name}.总计"] = sum(numbers[f"三.{name}.{who}"] for who in APPLICANTS)
    for group in ("行政复议", "直接起诉", "复议后起诉"):
        parts = {f"四.{group}.{outcome}": some() for outcome in OUTCOMES}
        numbers |= parts | {f"四.{group}.总计": sum(parts.values())}
    return numbers


def written(number: Number) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---------------------------------------------------------------- the way


@pytest.mark.parametrize("seed", range(8))
def test_two_hundred_figures_come_back_from_the_report(tmp_path: Path, seed: int) -> None:
    numbers = random_numbers(seed)
    assert len(numbers) == 200
    path, report = tmp_path / "年报.xlsx", tmp_path / "年报.docx"
    assert run("new", "-o", path, "--year", str(2021 + seed), "--agency", "某某市“信访”局 <一>").code == 0
    assert run("check", path).code == 3
    book = load_workbook(path)
    info = book["基本信息"]
    for label, value in {"机关类别": "政府部门", "报告口径": "本级", "发布日期": "2025-01-20", "落款": "是"}.items():
        write_beside(info, label, value)
    fill_by_labels(book, numbers, totals=bool(seed % 2))
    for name, heading in {"一、总体情况": "（一）主动公开情况", "五、问题及改进": "（一）存在的主要问题"}.items():
        write_beside(book[name], heading, "本年按要求做了工作，{{ 7*7 }}<甲>。\n1.其中\n另一段。")
    write_beside(book["六、其他事项"], "信息处理费", "本年未收取信息处理费。")
    book.save(path)
    assert run("check", path).code == 0
    built = run(path)
    assert (built.code, english(built.said, [str(tmp_path)])) == (0, [])
    assert read_by_labels(report) == {address: written(number) for address, number in numbers.items()}
    texts = [
        (paragraph.style.name if paragraph.style else "", paragraph.text)
        for paragraph in docx.Document(str(report)).paragraphs
    ]
    assert ("Body Text", "本年按要求做了工作，{{ 7*7 }}<甲>。") in texts
    assert ("Heading 3", "1.其中") in texts
    assert texts[-2:] == [("Signature", "某某市“信访”局 <一>"), ("Signature", "2025年1月20日")]


def test_one_wrong_figure_is_found_wherever_it_stands(tmp_path: Path) -> None:
    numbers = random_numbers(5)
    path = tmp_path / "年报.xlsx"
    assert run("new", "-o", path, "--year", "2024", "--agency", "某某局").code == 0
    dice = random.Random(5)  # noqa: S311 - no secret
    addresses = [address for address in numbers if not address.startswith("二.")]
    for address in dice.sample(addresses, 6):
        book = load_workbook(path)
        fill_by_labels(book, numbers | {address: numbers[address] + 1}, totals=True)
        for label, value in {"机关类别": "政府部门", "报告口径": "本级"}.items():
            write_beside(book["基本信息"], label, value)
        book.save(tmp_path / "改.xlsx")
        ran = run("check", tmp_path / "改.xlsx")
        assert (ran.code, address, "S30" in ran.out) == (3, address, True)
