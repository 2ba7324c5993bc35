"""``govdoc import``: a published report into a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import ExitCode

if TYPE_CHECKING:
    from govdoc.importing import Imported


def import_report(
    source: Annotated[Path, Argument(metavar="报告", help="已公布的报告：.docx、保存下来的网页 .html，或 .txt。")],
    output: Annotated[Path, Option("-o", "--output", metavar="文件.xlsx", help="写到哪个工作簿。")],
    year: Annotated[int | None, Option("--year", metavar="年度", help="报告年度；报告里没有写，或写错了时用。")] = None,
    agency: Annotated[str, Option("--agency", metavar="名称", help="机关名称；报告里没有写时用。")] = "",
    *,
    force: Annotated[bool, Option("--force", help="文件已经存在时覆盖它。")] = False,
) -> int:
    """把已公布的报告读成标准工作簿；读不准的标出来，并核对一遍。"""
    from govdoc.importing import import_report as read_in
    from govdoc.readers.bind_particulars import Given

    imported = read_in(source, output, Given(year, agency), force=force)
    _say(imported)
    return int(ExitCode.FINDINGS if imported.blocked else ExitCode.OK)


def _say(imported: Imported) -> None:
    from govdoc.readers.evidence import Certainty
    from govdoc.writers.findings import findings_text, summary

    settled = imported.published.settled
    counts = dict.fromkeys(Certainty, 0)
    for key in settled.figures:
        counts[settled.certainty(key)] += 1
    read = counts[Certainty.READ]
    parts = [f"照读 {read} 个"] + [
        f"{words} {counts[one]} 个"
        for one, words in (
            (Certainty.NORMALISED, "整理后读入"),
            (Certainty.INFERRED, "推算"),
            (Certainty.UNREADABLE, "没有读出"),
        )
        if counts[one]
    ]
    layout = imported.published.report.layout
    say.result(
        f"已生成 {imported.written}（{layout.source}的表式；{len(settled.figures)} 个数据：{'，'.join(parts)}）。"
    )
    if imported.doubts:
        say.message(f"\n读入时不能确定的，已在工作簿里标出：\n\n{findings_text(imported.doubts)}")
    findings = imported.outcome.findings
    if findings:
        end = "改好后才能生成报告" if imported.outcome.blocked else "不影响生成报告"
        say.message(f"\n核对结果：{summary(findings)}；{end}。\n\n{findings_text(findings)}")
    else:
        say.message("\n核对无误。")
