"""``govdoc check``: all findings, nothing written."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import ExitCode, InputError, UsageError

if TYPE_CHECKING:
    from govdoc.pipeline import Outcome


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def check(
    files: Annotated[list[Path], Argument(metavar="文件.xlsx…", help="填好的工作簿，可以有几个。")],
    output_format: Annotated[
        Format, Option("--format", metavar="text|json", help="text 给人看，json 给程序读；不写就是 text。")
    ] = Format.TEXT,
    against: Annotated[
        Path | None,
        Option("--against", metavar="文件.xlsx", help="核对的是 Word 报告时，再与这个工作簿比较数据和文字。"),
    ] = None,
    previous: Annotated[
        Path | None,
        Option("--previous", metavar="上年报告", help="上年的工作簿或报告，用来与今年比较。"),
    ] = None,
    annotate: Annotated[
        Path | None,
        Option("--annotate", metavar="副本.xlsx", help="把问题逐条标在工作簿的副本里：批注、底色和一张清单。"),
    ] = None,
    *,
    force: Annotated[bool, Option("--force", help="副本已经存在时覆盖它。")] = False,
) -> int:
    """核对工作簿，列出所有问题：在哪一格、现在是什么、应当是什么、怎么改。"""
    from govdoc import editing, pipeline
    from govdoc.writers.findings import findings_json

    if annotate is not None and len(files) > 1:
        raise UsageError("--annotate 一次只标一个工作簿。", "请一个一个地核对。")
    options = pipeline.Options(previous=previous)
    outcomes = []
    for file in files:
        try:
            outcome = pipeline.check(file, options) if against is None else editing.check_against(file, against)
        except InputError as error:  # the other files are checked all the same
            say.message(f"{error.message}\n{error.remedy}")
            continue
        outcomes.append(outcome)
        if output_format is Format.TEXT:
            _say(file, outcome)
        if annotate is not None:
            pipeline.annotate(file, outcome, annotate, previous=previous, force=force)
            say.message(f"已逐条标在副本里：{annotate}")
    if output_format is Format.JSON:
        say.result(findings_json(finding for outcome in outcomes for finding in outcome.findings))
    if len(outcomes) < len(files):
        return int(ExitCode.INPUT)
    return int(ExitCode.FINDINGS if any(outcome.blocked for outcome in outcomes) else ExitCode.OK)


def _say(file: Path, outcome: Outcome) -> None:
    from govdoc.writers.findings import findings_text, summary

    if not outcome.findings:
        say.result(f"{file}  核对无误。")
        return
    is_report = file.suffix.lower() == ".docx"
    end = "请在 Word 里改好" if is_report else "改好后才能生成报告"
    end = end if outcome.blocked else "不影响公布" if is_report else "不影响生成报告"
    say.result(f"{file}  {summary(outcome.findings)}；{end}。\n\n{findings_text(outcome.findings)}")
