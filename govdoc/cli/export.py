"""``govdoc export``: the report for the web site, for print, for other systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import ExitCode
from govdoc.exporting import Format

if TYPE_CHECKING:
    from govdoc.exporting import Exported
    from govdoc.writers.pdf import Pdf


def export(
    file: Annotated[Path, Argument(metavar="文件", help="填好的工作簿，或在 Word 里改过的报告（.docx）。")],
    to: Annotated[
        Format,
        Option("--to", metavar="html|pdf|json|csv", help="网页、PDF，或供别的系统读的 JSON、CSV。"),
    ],
    output: Annotated[
        Path | None, Option("-o", "--output", metavar="文件", help="写到哪个文件；不写就在原文件旁边。")
    ] = None,
    *,
    fragment: Annotated[
        bool, Option("--fragment", help="网页只要正文一段，供粘贴到网站后台；标题和发布日期在后台另填。")
    ] = False,
    force: Annotated[bool, Option("--force", help="文件已经存在时覆盖它。")] = False,
) -> int:
    """核对无误后，写成网页、PDF、JSON 或 CSV；有错误就不写。"""
    from govdoc import exporting

    exported = exporting.export(file, to, output, fragment=fragment, force=force)
    _say(file, exported)
    return int(ExitCode.FINDINGS if exported.outcome.written is None else ExitCode.OK)


def _say(file: Path, exported: Exported) -> None:
    from govdoc.writers.findings import findings_text, summary

    outcome = exported.outcome
    if outcome.findings:
        end = "没有导出" if outcome.written is None else "不影响导出"
        say.message(f"{file.name}  {summary(outcome.findings)}；{end}。\n\n{findings_text(outcome.findings)}")
    if outcome.written is not None:
        say.result(f"已生成 {outcome.written}。")
    if exported.pdf is not None:
        _say_fonts(exported.pdf)


def _say_fonts(pdf: Pdf) -> None:
    used = "、".join(pdf.used) or "（没有说明）"
    if pdf.missing is None:
        say.message(f"PDF 里用的字体：{used}。请核对是不是报告要求的字体。")
    elif pdf.missing:
        missing = "、".join(pdf.missing)
        say.message(f"这台机器上没有这些字体：{missing}；PDF 里换成了别的，用的是：{used}。")
        say.message("装上字体后再导出，版面才与 Word 一致。")
