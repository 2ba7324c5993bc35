"""The lines of a batch → 汇总.xlsx: a line per workbook, with links to it and to its report."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote

from govdoc.finding import Severity
from govdoc.writers.sheets import Cell, Link, Look, Sheet, make_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from govdoc.journal import Line, Status

STATUSES: dict[Status, str] = {
    "built": "已生成",
    "blocked": "有错误",
    "unreadable": "读不了",
    "unwritable": "没有生成",
    "killed": "处理中断",
    "crashed": "程序出错",
}
_HEADS = (
    "序号",
    "机关名称",
    "年度",
    "结果",
    *(severity.label for severity in Severity),
    "第一个问题",
    "工作簿",
    "报告",
)
_WIDTHS = (6.0, 36.0, 8.0, 10.0, 7.0, 7.0, 7.0, 7.0, 90.0, 34.0, 34.0)
_TOP = 2  # rows above the lines


def make_summary(
    lines: Iterable[Line], counts: Mapping[Status, int], formats: Sequence[str], *, workbooks: str | None
) -> bytes:
    """Return the summary workbook; ``workbooks`` is the way to the folder of the inputs, for the links.

    ``counts`` says how many lines there are of each kind; the lines are taken one by one, and not held.
    """
    total = sum(counts.values())
    top: list[Sequence[Cell]] = [
        [Cell(f"共 {total} 个工作簿：{statuses_text(counts)}", Look.TITLE)],
        [Cell(head, Look.HEAD) for head in _HEADS],
    ]
    rows = chain(top, (_row(number, line, formats, workbooks) for number, line in enumerate(lines, 1)))
    return make_book(
        [Sheet("汇总", rows, _WIDTHS, frozen=(_TOP, 2), filtered=f"A{_TOP}:K{_TOP + total}", merged=("A1:K1",))]
    )


def _row(number: int, line: Line, formats: Sequence[str], workbooks: str | None) -> Sequence[Cell]:
    report = f"{line.stem}.{formats[0]}" if line.stem else ""
    return [
        Cell(number, Look.NUMBER),
        Cell(line.agency),
        Cell(line.year, Look.NUMBER),
        Cell(STATUSES[line.status], Look.GOOD if line.status == "built" else Look.BAD),
        *(Cell(count, Look.NUMBER) for count in line.counts),
        Cell(line.first),
        Cell(line.file) if workbooks is None else Cell(_link(line.file, f"{workbooks}/"), Look.LINK),
        Cell(_link(report), Look.LINK) if report else Cell(""),
    ]


def _link(name: str, folder: str = "") -> Link:
    # Relative, and in the form of a web address: a name may hold what a link would read as something else.
    lead = folder if "://" in folder else quote(folder)
    return Link(name, f"{lead}{quote(name)}")


def statuses_text(counts: Mapping[Status, int]) -> str:
    """Return how many files ended in which way, in words."""
    return "，".join(f"{name} {counts[status]} 个" for status, name in STATUSES.items() if counts.get(status))
