"""``govdoc batch``: every workbook in a folder."""

from __future__ import annotations

import os
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.batch import Result
    from govdoc.crew import Crew

_NAMED = 10  # reports that are named on the terminal


class Output(StrEnum):
    """What is made of each workbook."""

    DOCX = "docx"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


def batch(
    folder: Annotated[str, Argument(metavar="文件夹", help="放着各单位工作簿的文件夹（连同里面的文件夹）。")],
    output: Annotated[str, Option("-o", "--output", metavar="文件夹", help="结果写到哪个文件夹；要是空的，或还没有。")],
    jobs: Annotated[int | None, Option("--jobs", metavar="个数", help="同时处理几个；不写就是处理器的核数。")] = None,
    output_format: Annotated[
        list[Output] | None,
        Option("--format", metavar="docx|html|json|csv", help="生成哪种文件，可以写几次；不写就是 docx。"),
    ] = None,
    facts: Annotated[
        Path | None, Option("--facts", metavar="文件.parquet", help="另把所有数据写成一张表，一行一个数据。")
    ] = None,
    cluster: Annotated[
        str, Option("--cluster", metavar="地址", help="交给 Dask 集群做，如 tcp://10.0.0.5:8786。")
    ] = "",
    *,
    resume: Annotated[bool, Option("--resume", help="接着做上次没有做完的，做完的不再做。")] = False,
) -> int:
    """核对一个文件夹里的所有工作簿，无误的生成报告，并写出 汇总.xlsx；一个文件出错不影响其余的。"""
    from govdoc.batch import Plan
    from govdoc.batch import batch as run
    from govdoc.cli.progress import shown

    formats = tuple(dict.fromkeys(one.value for one in output_format or [Output.DOCX]))
    if facts is not None:
        from govdoc.writers.facts import check_facts

        check_facts(facts)
    plan = Plan(folder, output, formats, resume=resume, facts=facts)
    with crew(jobs, cluster, (folder, output)) as workers, shown("批量") as watch:
        result = run(plan, workers, watch)
    _say(result, facts)
    return int(result.exit_code)


@contextmanager
def crew(jobs: int | None, cluster: str, places: tuple[str, ...]) -> Iterator[Crew]:
    """Give the workers asked for: this machine's, or a cluster's."""
    if cluster:
        from govdoc.cluster import check_places, cluster_crew

        check_places(places)
        with cluster_crew(cluster) as workers:
            yield workers
        return
    from govdoc.crew import local_crew

    yield local_crew(jobs if jobs is not None else os.cpu_count() or 1)


def _say(result: Result, facts: Path | None) -> None:
    from govdoc.batch import SUMMARY
    from govdoc.writers.summary import STATUSES, statuses_text

    if result.resumed:
        say.message(f"接着上次做：{result.resumed} 个已经做完，没有再做。")
    if result.aside:
        say.message(result.aside)
    if result.strangers:
        named = "、".join(result.strangers[:_NAMED])
        say.message(f"{result.out} 里另有 {len(result.strangers)} 个报告不是这些工作簿的，没有动：{named}。")
    for line in result.troubles:
        said = line.first.removeprefix(f"{PurePosixPath(line.file).name} ")
        say.message(f"{line.file}  {STATUSES[line.status]}：{said}")
    total = sum(result.counts.values())
    unnamed = total - result.counts.get("built", 0) - len(result.troubles)
    if unnamed:
        say.message(f"…… 另有 {unnamed} 个，见 {SUMMARY}。")
    if result.trace:
        say.message(f"govdoc 自身出了错，请把下面的文字报告给维护者。\n\n{result.trace}")
    say.result(f"共 {total} 个工作簿：{statuses_text(result.counts)}。详见 {result.out}/{SUMMARY}。")
    if facts is not None:
        say.result(f"数据已写入 {facts}。")
