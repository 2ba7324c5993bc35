"""``govdoc template``: the Word template, to be changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Option


def template(
    output: Annotated[Path, Option("-o", "--output", metavar="文件.docx", help="写到哪个文件。")],
    year: Annotated[int | None, Option("--year", metavar="年度", help="报告年度；不写就是最新一版表式的模板。")] = None,
    *,
    force: Annotated[bool, Option("--force", help="文件已经存在时覆盖它。")] = False,
) -> None:
    """取一份报告的 Word 模板，改好字体、页眉、标志后用 build --template 生成报告。"""
    from govdoc import pipeline

    written = pipeline.template(output, year, force=force)
    say.result(f"已写入 {written}。")
    say.message(f"在 Word 里改好样子，{{{{ }}}} 里的名称不要动；然后：govdoc build 年报.xlsx --template {written}")
