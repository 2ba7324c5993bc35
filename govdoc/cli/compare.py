"""``govdoc compare``: two years side by side."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import UsageError

_LOST = "请换一个文件名；确定不要了，再加 --force。"


class Format(StrEnum):
    """How the comparison is given."""

    TEXT = "text"
    JSON = "json"
    XLSX = "xlsx"


def compare(
    this: Annotated[Path, Argument(metavar="本年", help="本年的工作簿或报告。")],
    last: Annotated[Path, Argument(metavar="上年", help="上年的工作簿或报告。")],
    output_format: Annotated[
        Format,
        Option("--format", metavar="text|json|xlsx", help="text 给人看，json 给程序读，xlsx 写成表格。"),
    ] = Format.TEXT,
    output: Annotated[Path | None, Option("-o", "--output", metavar="文件", help="写到哪个文件；xlsx 必须写。")] = None,
    *,
    every: Annotated[bool, Option("--all", help="两年都是 0 的数也列出来。")] = False,
    force: Annotated[bool, Option("--force", help="文件已经存在时覆盖它。")] = False,
) -> None:
    """与上年对比：每个数的增减和增长率，每个文字部分有多少照抄上年。"""
    from govdoc.compare import compare as compare_reports
    from govdoc.files import check_target, put
    from govdoc.readers.published import read_any
    from govdoc.writers.comparison import comparison_book, comparison_json, comparison_text

    if output_format is Format.XLSX and output is None:
        raise UsageError("写成表格要指定文件。", "请加 -o 对比.xlsx。")
    if output is not None:
        check_target(output, force=force, lost=_LOST, inputs=(this, last))
    comparison = compare_reports(read_any(this).report, read_any(last).report)
    if comparison.doubt:
        say.message(comparison.doubt)
    if output_format is Format.XLSX:
        data = comparison_book(comparison)
    elif output_format is Format.JSON:
        data = comparison_json(comparison).encode()
    else:
        data = comparison_text(comparison, all_lines=every).encode()
    if output is None:
        say.result(data.decode().rstrip("\n"))
        return
    put(output, data, force=force, lost=_LOST)
    say.result(f"已生成 {output}。")
