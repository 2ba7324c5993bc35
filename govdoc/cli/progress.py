"""How far a long run has come: a bar with an estimate on a terminal, a line now and then where there is none."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from govdoc.cli import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govdoc.worker import Progress

_EVERY = 10.0  # seconds between two lines


@contextmanager
def shown(what: str) -> Iterator[Callable[[Progress], None]]:
    """Give a function to call with every step; ``what`` says what is done."""
    if not sys.stderr.isatty():
        yield _Lines(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("用时"),
        TimeElapsedColumn(),
        TextColumn("还要"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[said]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, said="")

        def step(progress: Progress) -> None:
            bar.update(task, completed=progress.done, total=progress.total, said=_troubles(progress))

        yield step


class _Lines:
    """Progress as lines, the first after a while: a short run says nothing."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.start = self.last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self.last < _EVERY:
            return
        self.last = now
        left = (now - self.start) * (progress.total - progress.done) / max(progress.done, 1)
        say.message(
            f"{self.what}：{progress.done}/{progress.total}，大约还要 {_duration(left)}{_troubles(progress, '，')}。"
        )


def _troubles(progress: Progress, lead: str = "") -> str:
    others = sum(count for status, count in progress.counts.items() if status != "built")
    return f"{lead}有问题 {others} 个" if others else ""


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60} 分 {whole % 60} 秒" if whole >= 60 else f"{whole} 秒"  # noqa: PLR2004 - seconds a minute
