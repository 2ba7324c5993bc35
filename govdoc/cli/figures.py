"""``govdoc figures``: every address that a text may refer to, with its value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option


def figures(
    file: Annotated[Path, Argument(metavar="文件.xlsx", help="工作簿。")],
    find: Annotated[str, Option("--find", metavar="文字", help="只列出含有这些字的数据。")] = "",
) -> None:
    """列出正文里可以用 {{ }} 引用的所有数据：地址、现在的值、在哪一格。"""
    from govdoc import pipeline
    from govdoc.figures import listed
    from govdoc.writers.columns import display_width, pad

    report = pipeline.read(file).report
    heads = ("引用", "值", "位置")
    rows = [
        (f"{{{{{one.address}}}}}", one.shown or "（空）", one.place)
        for one in listed(report)
        if find in one.address or find in one.place
    ]
    if not rows:
        say.message(f"没有含有“{find}”的数据；不写 --find 就列出全部。")
        return
    widths = [max(display_width(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        say.result("  ".join(pad(text, width) for text, width in zip(row, widths, strict=True)).rstrip())
    say.message(
        "地址后面可以加格式：{{地址|同比}}、{{地址|占比:另一地址}}、{{地址|中文}}、{{地址|千分位}}、{{地址|万}}；"
        "地址前面加“上年.”取上年的数。"
    )
