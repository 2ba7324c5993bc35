"""``govdoc new``: a blank workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="文件.xlsx", help="写到哪个文件。")],
    year: Annotated[int, typer.Option("--year", metavar="年度", help="报告年度，如 2024；表式随年度而定。")],
    agency: Annotated[str, typer.Option("--agency", metavar="名称", help="机关名称（全称），填入基本信息。")] = "",
    *,
    force: Annotated[bool, typer.Option("--force", help="文件已经存在时覆盖它。")] = False,
) -> None:
    """新建一个空白的标准工作簿。"""
    from govdoc import pipeline

    written = pipeline.new(output, year, {"agency": agency} if agency else {}, force=force)
    typer.echo(f"已生成 {written}。")
    typer.echo(f"按“填报说明”填好后：govdoc {written}", err=True)
