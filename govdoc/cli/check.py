"""``govdoc check``: all findings, nothing written."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from govdoc.errors import ExitCode


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def check(
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="填好的工作簿（.xlsx），可以有几个。")],
    output_format: Annotated[
        Format, typer.Option("--format", metavar="text|json", help="text 给人看，json 给程序读。")
    ] = Format.TEXT,
) -> int:
    """核对工作簿，列出所有问题：在哪一格、现在是什么、应当是什么、怎么改。"""
    from govdoc import pipeline
    from govdoc.writers.findings import findings_json, findings_text, summary

    outcomes = [(file, pipeline.check(file)) for file in files]
    if output_format is Format.JSON:
        typer.echo(findings_json(finding for _, outcome in outcomes for finding in outcome.findings))
    for file, outcome in outcomes if output_format is Format.TEXT else ():
        typer.echo(f"{file.name}  {summary(outcome.findings) or '核对无误'}。")
        if outcome.findings:
            typer.echo(f"\n{findings_text(outcome.findings)}")
    return int(ExitCode.FINDINGS if any(outcome.blocked for _, outcome in outcomes) else ExitCode.OK)
