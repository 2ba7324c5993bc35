"""``govdoc new``: a blank workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Option


def new(
    output: Annotated[Path, Option("-o", "--output", metavar="文件.xlsx", help="写到哪个文件。")],
    year: Annotated[int, Option("--year", metavar="年度", help="报告年度，如 2024；表式随年度而定。")],
    agency: Annotated[str, Option("--agency", metavar="名称", help="机关名称（全称），填入基本信息。")] = "",
    previous: Annotated[
        Path | None,
        Option("--previous", metavar="上年报告", help="上年的工作簿或报告，用来填上年数据、上年结转和基本信息。"),
    ] = None,
    *,
    force: Annotated[bool, Option("--force", help="文件已经存在时覆盖它。")] = False,
) -> None:
    """新建一个空白的标准工作簿。"""
    from govdoc import pipeline

    blank = pipeline.new(output, year, {"agency": agency} if agency else {}, force=force, previous=previous)
    say.result(f"已生成 {blank.written}。")
    if blank.last_agency:
        say.message(f"上年的报告是“{blank.last_agency}”的，它的数据已经填入；机关没有更名的，请检查 --previous。")
    if blank.missing:
        say.message(f"上年的表式不同，下列上年数据没有可比的数，空着：{'、'.join(blank.missing)}。")
    say.message(f"按“填报说明”填好后：govdoc {blank.written}")
