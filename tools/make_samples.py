"""Write ``sample_inputs/``: the clean samples, and one broken workbook for each rule with the codes it must raise.

Run it as ``python tools/make_samples.py``. A file that is up to date stays untouched.
"""

from __future__ import annotations

import io
import json
import sys
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

# The layouts and the code of this checkout, not those of an installed govdoc.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from openpyxl import load_workbook

from govdoc.layouts.schema import load_layout
from govdoc.writers.workbook import make_workbook
from govdoc.writers.workbook_package import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_inputs"
LAYOUT = load_layout("2021")
COLUMNS = [column.key for column in LAYOUT.table["t3"].blocks[0].columns]


def sample(name: str) -> bytes:
    """Return a clean sample, made of the figures and sentences in ``tools/NAME.toml``."""
    content = tomllib.loads((ROOT / "tools" / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    figures: dict[str, int | Decimal] = dict.fromkeys(LAYOUT.figures, 0)
    figures |= content["figures"]
    figures |= table_3(content["table_3"])
    previous = {**content.get("previous", {}), **table_3(content.get("previous_table_3", {}))}
    narratives = {
        section: [(entry["heading"], entry["text"]) for entry in entries]
        for section, entries in content["narratives"].items()
    }
    return make_workbook(LAYOUT, info=content["info"], figures=figures, narratives=narratives, previous=previous)


def table_3(rows: Mapping[str, list[int]]) -> dict[str, int | Decimal]:
    """Return the figures of table 3 by key, given row by row."""
    return {
        f"t3.{row}.{column}": number
        for row, numbers in rows.items()
        for column, number in zip(COLUMNS, numbers, strict=True)
    }


# ---------------------------------------------------------------- one fault each

T2, T3, T4 = "二、主动公开", "三、依申请公开", "四、复议诉讼"
INFO = "基本信息"
OVERVIEW, PROBLEMS, OTHER = "一、总体情况", "五、问题及改进", "六、其他事项"


def put(sheet: str, cell: str, value: object) -> Callable[[Workbook], None]:
    """Return an edit that writes one cell."""

    def edit(book: Workbook) -> None:
        book[sheet][cell].value = value

    return edit


def error_value(book: Workbook) -> None:
    """Leave a broken reference in a number cell."""
    cell = book[T3]["D6"]
    cell.value = "#REF!"
    cell.data_type = "e"


def rename_sheet(book: Workbook) -> None:
    """Give a required sheet another name."""
    book[T2].title = "二、主动公开情况表"


def add_sheet(book: Workbook) -> None:
    """Add a sheet that does not belong to the workbook."""
    book.create_sheet("Sheet1")["A1"].value = "科室自用的底稿"


def insert_row(book: Workbook) -> None:
    """Insert a blank row into table 3, merged cells moving down as they do in a spreadsheet program."""
    _insert_row(book[T3], 9)


def _insert_row(sheet: Worksheet, at: int) -> None:
    merged = [area.bounds for area in sheet.merged_cells.ranges]
    for left, top, right, bottom in merged:
        sheet.unmerge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    sheet.insert_rows(at)
    for left, top, right, bottom in merged:
        down = (1 if top >= at else 0, 1 if bottom >= at else 0)
        sheet.merge_cells(start_row=top + down[0], start_column=left, end_row=bottom + down[1], end_column=right)


def carried_last_year(*, explained: bool) -> Callable[[Workbook], None]:
    """Let last year have carried forward two applications of natural persons; none was carried over."""

    def edit(book: Workbook) -> None:
        sheet = book["上年数据"]
        row = next(cell.row for cell in sheet["A"] if cell.value == "四、结转下年度继续办理")
        for column, number in zip("DEFGHIJ", (2, 0, 0, 0, 0, 0, 2), strict=True):
            sheet[f"{column}{row}"].value = number
        if explained:
            for number, cell in enumerate(("D5", "J5"), start=2):
                for column, text in zip("ABC", ("Y401", cell, "上年结转的2件已由申请人撤回，不再办理。"), strict=True):
                    book["情况说明"][f"{column}{number}"].value = text

    return edit


def in_force_last_year(book: Workbook) -> None:
    """Let last year have had 150 documents in force: 129 does not follow."""
    book["上年数据"]["D5"].value = 150


def pending_last_year(book: Workbook) -> None:
    """Let last year have left three suits pending, with one in this year's table."""
    sheet = book["上年数据"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "行政复议") + 3
    sheet[f"I{row}"].value = 3


def received_last_year(book: Workbook) -> None:
    """Let last year have received ten times as many applications."""
    sheet = book["上年数据"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "一、本年新收政府信息公开申请数量")
    sheet[f"J{row}"].value = 660


def litigation_last_year(book: Workbook) -> None:
    """Let last year's table 4 have been the same throughout."""
    sheet = book["上年数据"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "行政复议") + 3
    for column in "ABCDEFGHIJKLMNO":
        sheet[f"{column}{row}"].value = 1 if column in "IJNO" else 0


def merge_numbers(book: Workbook) -> None:
    """Merge two number cells."""
    book[T3].merge_cells("D9:E9")


def outside(book: Workbook) -> None:
    """Write a remark beside the table."""
    book[T4]["R6"].value = "其中 1 件在中院"


BROKEN: dict[str, tuple[list[Callable[[Workbook], None]], list[str]]] = {
    "L101-缺少工作表": ([rename_sheet], ["L101"]),
    "L102-多出的工作表": ([add_sheet], ["L102"]),
    "L103-行标签被改": ([put(T3, "C16", "1.没有掌握相关信息")], ["L103"]),
    "L104-列标题被改": ([put(T3, "E3", "企业")], ["L104"]),
    "L105-插入一行": ([insert_row], ["L105"]),
    "L106-数据区合并": ([merge_numbers], ["L106"]),
    "L107-表式与年度不符": ([put(INFO, "B3", 2020)], ["L107"]),
    "L108-表外内容": ([outside], ["L108"]),
    "L109-机关名称空着": ([put(INFO, "B2", None)], ["L109"]),
    "V201-空格": ([put(T3, "E14", None)], ["V201"]),
    "V202-不是数字": ([put(T3, "E14", "若干")], ["V202"]),
    "V203-负数": ([put(T2, "B3", -1)], ["V203"]),
    "V204-小数件数": ([put(T2, "B3", 1.5)], ["V204"]),
    "V205-全角数字": ([put(T3, "D6", "１５件")], ["V205"]),
    "V206-用横线代替": ([put(T3, "E14", "—")], ["V206"]),
    "V207-公式未计算": ([put(T3, "D6", "=10+5")], ["V207"]),
    "V208-公式出错": ([error_value], ["V208"]),
    "V209-日期": ([put(T3, "E14", date(2021, 1, 5))], ["V209"]),
    "V210-大得不合常理": ([put(T2, "B10", 20_000_000_000)], ["V210"]),
    "V211-控制字符": ([put("六、其他事项", "B2", "2021年度收取_x000B_信息处理费0元。")], ["V211"]),
    "L110-说明没有对应": (
        [
            put("情况说明", "A2", "Y401"),
            put("情况说明", "B2", "D5"),
            put("情况说明", "C2", "上年的申请已经撤回，不再办理。"),
        ],
        ["L110"],
    ),
    "S301-各列之和": ([put(T3, "J6", 15)], ["S301", "S302", "S305"]),
    "S302-办理结果之和": ([put(T3, "D27", 61), put(T3, "E27", 4)], ["S302", "S302", "S303", "S303", "S305", "S305"]),
    "S303-收支不等": ([put(T3, "D28", 2), put(T3, "J28", 2)], ["S303", "S303"]),
    "S304-诉讼各项之和": ([put(T4, "O4", 2)], ["S304"]),
    "S305-填错一格": (
        [put(T3, cell, number) for cell, number in (("D6", 51), ("J6", 16), ("D27", 62), ("J27", 65))],
        ["S301", "S302", "S305"],
    ),
    "S306-现行有效偏少": ([put(T2, "B4", 200)], ["S306"]),
    "Y401-上年结转": ([carried_last_year(explained=False)], ["Y401", "Y401"]),
    "Y401-已经说明": ([carried_last_year(explained=True)], ["Y401", "Y401"]),
    "Y402-现行有效": ([in_force_last_year], ["Y402"]),
    "Y403-未审结案件": ([pending_last_year], ["Y403"]),
    "Y404-变化很大": ([received_last_year], ["Y404"]),
    "Y405-整张表与上年相同": ([litigation_last_year], ["Y405"]),
    "N501-正文与表不一致": ([put(OVERVIEW, "B4", "全年新收政府信息公开申请68件，办结65件。")], ["N501"]),
    "N502-分项之和不符": (
        [put(OVERVIEW, "B3", "全年制作解读材料131件，包括文字解读81件、图解40件、视频解读9件。")],
        ["N502"],
    ),
    "N503-占比算错": ([put(OVERVIEW, "B4", "全年新收政府信息公开申请66件，自然人申请63件，占96.45%。")], ["N503"]),
    "N504-年份没有更新": ([put(OVERVIEW, "B2", "所列数据的统计期限为2020年1月1日至2020年12月31日。")], ["N504"]),
    "N505-文字部分空着": ([put(PROBLEMS, "B2", None), put(PROBLEMS, "B3", None)], ["N505"]),
    "N506-没有说明信息处理费": (
        [put(OTHER, "A2", "（一）收费情况"), put(OTHER, "B2", "本年没有收取费用。")],
        ["N506"],
    ),
    "N507-没有填完": ([put(OVERVIEW, "B3", "全年主动公开政府信息XX条。")], ["N507"]),
    "N509-标题跳号": ([put(OVERVIEW, "A4", "（三）依申请公开情况")], ["N509"]),
    "N510-说全部办结": ([put(OVERVIEW, "B4", "全年新收政府信息公开申请66件，全部办结。")], ["N510"]),
    "N508-引用不到": ([put("一、总体情况", "B3", "共收到申请{{三.本年新收.合计}}件。")], ["N508"]),
}


def break_sample(clean: bytes, edits: list[Callable[[Workbook], None]]) -> bytes:
    """Return the clean sample with faults put in."""
    book = load_workbook(io.BytesIO(clean))
    for edit in edits:
        edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return settle(buffer.getvalue())


def write(path: Path, data: bytes) -> None:
    """Write a file where its bytes differ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_bytes() != data:
        path.write_bytes(data)
        sys.stdout.write(f"{path.relative_to(ROOT).as_posix()}\n")


def main() -> None:
    """Bring every sample up to date."""
    clean = sample("chaoyang-2021")
    write(SAMPLES / "chaoyang-2021.xlsx", clean)
    write(SAMPLES / "large-city-2024.xlsx", sample("large-city-2024"))
    lines = ["# What `govdoc check` must find in each workbook of this folder; written by tools/make_samples.py.\n"]
    for name, (edits, codes) in BROKEN.items():
        write(SAMPLES / "broken" / f"{name}.xlsx", break_sample(clean, edits))
        lines.append(f'"{name}.xlsx" = {json.dumps(sorted(codes))}\n')
    write(SAMPLES / "broken" / "codes.toml", "".join(lines).encode())


if __name__ == "__main__":
    main()
