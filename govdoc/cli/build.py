"""``govdoc build``: check, then the Word report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import ExitCode

if TYPE_CHECKING:
    from govdoc.pipeline import Outcome


def build(
    file: Annotated[Path, Argument(metavar="文件.xlsx", help="填好的工作簿。")],
    output: Annotated[
        Path | None, Option("-o", "--output", metavar="文件.docx", help="写到哪个文件；不写就在工作簿旁边。")
    ] = None,
    *,
    draft: Annotated[bool, Option("--draft", help="有错误也生成，每页印上“草稿”。")] = False,
    blank_as_zero: Annotated[bool, Option("--blank-as-zero", help="空着的数据格按 0 处理，并列出是哪些格。")] = False,
    template: Annotated[
        Path | None,
        Option("--template", metavar="模板.docx", help="用改过样子的模板；模板由 govdoc template 取得。"),
    ] = None,
    previous: Annotated[
        Path | None,
        Option("--previous", metavar="上年报告", help="上年的工作簿或报告，用来与今年比较。"),
    ] = None,
    force: Annotated[bool, Option("--force", help="报告已经存在时覆盖它；在 Word 里做过的修改会丢失。")] = False,
) -> int:
    """核对工作簿，无误后生成 Word 报告；有错误就不生成。"""
    from govdoc import pipeline

    options = pipeline.Options(draft, blank_as_zero, force, template, previous)
    outcome = pipeline.build(file, output, options)
    _say(file, outcome, draft=draft)
    return int(ExitCode.FINDINGS if outcome.written is None else ExitCode.OK)


def _say(file: Path, outcome: Outcome, *, draft: bool) -> None:
    from govdoc.writers.findings import findings_text, places_text, summary

    if outcome.filled:
        cells = places_text(finding.where for finding in outcome.filled)
        say.message(f"按 --blank-as-zero 的要求，下列 {len(outcome.filled)} 个空格按 0 处理：{cells}。\n")
    if outcome.findings:
        end = "草稿照样生成" if outcome.blocked else "不影响报告"
        end = "报告没有生成" if outcome.written is None else end
        say.message(f"{file.name}  {summary(outcome.findings)}；{end}。\n\n{findings_text(outcome.findings)}")
    if outcome.written is None:
        say.message("改好后再运行一次；想先看看样子，可加 --draft 生成草稿。")
        return
    count = len(outcome.report.layout.figures)
    if draft:
        say.result(f"已生成草稿 {outcome.written}（每页印有“草稿”，不能作为正式报告）。")
    else:
        sections = len(outcome.report.layout.sections)
        clean = "" if outcome.findings else "，核对无误"
        say.result(f"已生成 {outcome.written}（{sections} 个部分，{count} 个数据{clean}）。")
        say.message("文字可以在 Word 里接着修改。")
