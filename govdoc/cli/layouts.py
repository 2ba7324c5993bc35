"""``govdoc layouts``: the editions of the statutory report, or one of them described."""

from __future__ import annotations

from typing import Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument
from govdoc.errors import UsageError


def layouts(
    edition: Annotated[str, Argument(metavar="版次", help="表式的版次，如 2021；不写就列出全部。")] = "",
) -> None:
    """列出各版表式：哪些年度用、依据、有多少数据；写上版次就列出它的各部分、行和列、勾稽关系。"""
    from govdoc.layouts.schema import editions, load_layout
    from govdoc.writers.layouts import layout_text, layouts_text

    if not edition:
        say.result(layouts_text(map(load_layout, editions())).rstrip("\n"))
        say.message("govdoc layouts 版次（如 govdoc layouts 2021）列出其中一版的内容。")
        return
    if edition.strip() not in editions():
        raise UsageError(f"没有“{edition}”版表式。", f"现有：{'、'.join(editions())}。")
    say.result(layout_text(load_layout(edition.strip())).rstrip("\n"))
