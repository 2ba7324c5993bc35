"""``govdoc doctor``: what a maintainer needs to know of this installation."""

from __future__ import annotations

from govdoc import __version__
from govdoc.cli import say


def doctor() -> None:
    """检查这台机器上的安装：版本、字体、限额等；不含用户名、机器名和路径，可以整段发给维护者。"""
    from govdoc.doctor import diagnosis
    from govdoc.writers.columns import display_width, pad

    for part in diagnosis(__version__):
        width = max(display_width(line.name) for line in part.lines)
        say.result(f"{part.title}：")
        for line in part.lines:
            remedy = f"（{line.remedy}）" if line.remedy else ""
            say.result(f"  {pad(line.name, width)}  {line.value}{remedy}")
