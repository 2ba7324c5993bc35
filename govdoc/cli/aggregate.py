"""``govdoc aggregate``: the units' sum as a workbook of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import ExitCode

if TYPE_CHECKING:
    from govdoc.aggregate import Sum

_SAID = 40  # findings that are printed; the workbook's sheet has all of them


def aggregate(
    inputs: Annotated[
        list[str], Argument(metavar="文件夹或文件…", help="各单位的工作簿或 Word 报告，或放着它们的文件夹。")
    ],
    output: Annotated[Path, Option("-o", "--output", metavar="汇总.xlsx", help="汇总写到哪个工作簿。")],
    *,
    roster: Annotated[
        Path | None,
        Option("--roster", metavar="名册.xlsx", help="应报送单位的名册：一列“机关名称”，或一行一个的文本文件。"),
    ] = None,
    own: Annotated[
        Path | None,
        Option("--own", metavar="上级.xlsx", help="上级自己填的汇总工作簿，逐个数据与各单位之和核对。"),
    ] = None,
    year: Annotated[int | None, Option("--year", metavar="年度", help="汇总哪个年度；不写就是多数单位的年度。")] = None,
    agency: Annotated[str, Option("--agency", metavar="名称", help="汇总报告的机关名称。")] = "",
    jobs: Annotated[int | None, Option("--jobs", metavar="个数", help="同时处理几个；不写就是处理器的核数。")] = None,
    cluster: Annotated[
        str, Option("--cluster", metavar="地址", help="交给 Dask 集群做，如 tcp://10.0.0.5:8786。")
    ] = "",
    force: Annotated[bool, Option("--force", help="汇总工作簿已经存在时覆盖它。")] = False,
) -> int:
    """把各单位的数据加起来，写成一个汇总工作簿，并列出谁没有报送、谁的有错误。"""
    from govdoc.cli.batch import crew
    from govdoc.cli.progress import shown
    from govdoc.summing import SumPlan, sum_up, write_sum

    plan = SumPlan(tuple(inputs), output, year=year, agency=agency, roster=roster, own=own, force=force)
    plan.check()
    with crew(jobs, cluster, plan.inputs) as workers, shown("汇总") as watch:
        total = sum_up(plan, workers, watch)
    write_sum(plan, total)
    _say(total, output, named=bool(agency or own))
    blocked = any(finding.blocks for finding in total.findings)
    return int(ExitCode.FINDINGS if blocked else ExitCode.OK)


def _say(total: Sum, output: Path, *, named: bool) -> None:
    from govdoc.writers.findings import findings_text, summary

    if total.findings:
        say.message(f"{summary(total.findings)}。\n\n{findings_text(total.findings[:_SAID])}")
        if len(total.findings) > _SAID:
            say.message(f"…… 另有 {len(total.findings) - _SAID} 条；没有计入的单位都在“未报送”表里。")
    state = "" if total.complete else f"；不完整，{total.shortfall}"
    say.result(f"已生成 {output}（{total.report.year} 年度，{len(total.counted)} 个单位{state}）。")
    if not named:
        say.message(f"机关名称暂写作“{total.report.agency}”，请在“基本信息”表改好，或用 --agency 写明。")
