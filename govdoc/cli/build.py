"""``govdoc build``: check, then the Word report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govdoc.errors import ExitCode

if TYPE_CHECKING:
    from govdoc.pipeline import Outcome


def build(
    file: Annotated[Path, typer.Argument(metavar="文件.xlsx", help="填好的工作簿。")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="文件.docx", help="写到哪个文件；不写就在工作簿旁边。")
    ] = None,
    *,
    draft: Annotated[bool, typer.Option("--draft", help="有错误也生成，每页印上“草稿”。")] = False,
    blank_as_zero: Annotated[
        bool, typer.Option("--blank-as-zero", help="空着的数据格按 0 处理，并列出是哪些格。")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="报告已经存在时覆盖它；在 Word 里做过的修改会丢失。")] = False,
) -> int:
    """核对工作簿，无误后生成 Word 报告；有错误就不生成。"""
    from govdoc import pipeline

    options = pipeline.Options(draft=draft, blank_as_zero=blank_as_zero, force=force)
    outcome = pipeline.build(file, output, options)
    _say(file, outcome, draft=draft)
    if outcome.written is None or (outcome.blocked and not draft):
        return int(ExitCode.FINDINGS)
    return int(ExitCode.OK)


def _say(file: Path, outcome: Outcome, *, draft: bool) -> None:
    from govdoc.writers.findings import findings_text, summary

    if outcome.filled:
        cells = "、".join(str(finding.where) for finding in outcome.filled)
        typer.echo(f"按 --blank-as-zero 的要求，下列空格按 0 处理：{cells}。\n", err=True)
    if outcome.findings:
        end = "" if outcome.written is not None else "；报告没有生成"
        typer.echo(f"{file.name}  {summary(outcome.findings)}{end}。\n", err=True)
        typer.echo(findings_text(outcome.findings), err=True)
    if outcome.written is None:
        typer.echo("改好后再运行一次；想先看看样子，可加 --draft 生成草稿。", err=True)
        return
    count = len(outcome.report.layout.figures)
    if draft:
        typer.echo(f"已生成草稿 {outcome.written}（每页印有“草稿”，不能作为正式报告）。")
    else:
        sections = len(outcome.report.layout.sections)
        typer.echo(f"已生成 {outcome.written}（{sections} 个部分，{count} 个数据，核对无误）。")
        typer.echo("文字可以在 Word 里接着修改。", err=True)
