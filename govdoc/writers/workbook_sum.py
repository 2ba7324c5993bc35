"""A sum → its workbook: the standard one, with a sheet of the units' figures and one of what is missing."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from govdoc.errors import UsageError
from govdoc.files import LIMITS
from govdoc.finding import column_letters
from govdoc.writers.sheets import Cell, Formula, Look, Numbers, Sheet, add_sheets
from govdoc.writers.workbook import make_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govdoc.aggregate import Sum
    from govdoc.values import Value

CONTRIBUTIONS, MISSING = "各单位数据", "未报送"

_HEADS = ("序号", "机关名称", "报告口径", "文件")
_WIDTHS = (6.0, 36.0, 10.0, 36.0)
_FIGURE_WIDTH = 11.0
_FIRST = 5  # the first row of units, counted from one: title, table, figure and total stand above
_CELL_BYTES = 40  # of a figure's cell in the sheet's XML, at most as a rule


def make_sum(total: Sum) -> bytes:
    """Return the workbook of a sum; check and build take it like any other.

    Raises :class:`UsageError` for more units than a workbook that may be read again can hold.
    """
    report = total.report
    cells = len(total.counted) * len(report.layout.figures)
    if cells * _CELL_BYTES > LIMITS.inflated:
        most = LIMITS.inflated // _CELL_BYTES // len(report.layout.figures)
        raise UsageError(
            f"{len(total.counted)} 个单位，一个汇总工作簿放不下（最多 {most} 个）。",
            "请先分片汇总，再把各片的汇总工作簿汇总起来。",
        )
    book = make_workbook(
        report.layout,
        info=report.info,
        figures={key: _content(figure.value, figure.shown) for key, figure in report.figures.items()},
        narratives={
            key: [(entry.heading, entry.text) for entry in entries] for key, entries in report.narratives.items()
        },
    )
    return add_sheets(book, [_contributions(total), _missing(total)])


def _content(value: Value | None, shown: str) -> Value | str:
    """Return a figure as its cell takes it: one that carries its unit is a text."""
    return shown if value is None or not shown[-1:].isdigit() else value


def _contributions(total: Sum) -> Sheet:
    """Return a line a unit, a column a figure, and the totals as formulas."""
    specs = total.report.layout.figures
    last = _FIRST + len(total.counted) - 1
    return Sheet(
        CONTRIBUTIONS,
        chain(_top(total, last), _lines(total)),
        (*_WIDTHS, *[_FIGURE_WIDTH] * len(specs)),
        frozen=(_FIRST - 1, 2),
        filtered=f"A{_FIRST - 2}:{column_letters(len(_HEADS) + len(specs) - 1)}{max(last, _FIRST)}",
    )


def _top(total: Sum, last: int) -> Iterator[Sequence[Cell]]:
    layout = total.report.layout
    headings = {section.table: section.heading for section in layout.sections if section.table is not None}
    state = "" if total.complete else f"（不完整：{total.shortfall}，见“{MISSING}”表）"
    yield [Cell(f"{total.report.year} 年度 {len(total.counted)} 个单位汇总{state}", Look.TITLE)]
    blanks = [Cell("", Look.HEAD)] * len(_HEADS)
    tables = [spec.table for spec in layout.figures.values()]
    firsts = [number == 0 or tables[number - 1] != table for number, table in enumerate(tables)]
    yield [
        *blanks,
        *(Cell(headings[table] if first else "", Look.HEAD) for table, first in zip(tables, firsts, strict=True)),
    ]
    names = [spec.address.partition(".")[2].replace(".", "·") for spec in layout.figures.values()]
    yield [Cell(text, Look.HEAD) for text in (*_HEADS, *names)]
    yield [
        *(Cell(text, Look.TOTAL) for text in ("", f"合计{state}", "", "")),
        *(_total(column, last, total.report.value(key)) for column, key in enumerate(layout.figures, len(_HEADS))),
    ]


def _total(column: int, last: int, value: Value | None) -> Cell:
    letters = column_letters(column)
    return Cell(Formula(f"SUM({letters}{_FIRST}:{letters}{max(last, _FIRST)})", value or 0), Look.TOTAL)


def _lines(total: Sum) -> Iterator[Sequence[Cell]]:
    for number, unit in enumerate(total.counted, 1):
        yield [
            Cell(number, Look.NUMBER),
            *(Cell(text) for text in (unit.agency, unit.scope, unit.file)),
            Cell(Numbers(unit.numbers), Look.NUMBER),
        ]


def _missing(total: Sum) -> Sheet:
    """Return who is not in the total, and why."""
    heads = ("序号", "机关名称", "文件", "规则", "原因")
    rows: list[Sequence[Cell]] = [
        [Cell(f"没有计入汇总的单位：{len(total.missing)} 个" if total.missing else "没有遗漏", Look.TITLE)],
        [Cell(head, Look.HEAD) for head in heads],
    ]
    rows += [
        [Cell(number, Look.NUMBER), *(Cell(text) for text in (one.agency, one.file, one.code, one.reason))]
        for number, one in enumerate(total.missing, 1)
    ]
    return Sheet(MISSING, rows, (6.0, 36.0, 36.0, 8.0, 100.0), frozen=(2, 0), filtered=f"A2:E{len(rows)}")
