"""``govdoc pull``: the edited narrative back into the workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import ExitCode

if TYPE_CHECKING:
    from govdoc.editing import PullOutcome
    from govdoc.roundtrip.pull import Pulled


def pull(
    report: Annotated[Path, Argument(metavar="报告.docx", help="在 Word 里修改过的报告。")],
    book: Annotated[Path, Argument(metavar="文件.xlsx", help="生成报告的工作簿。")],
    output: Annotated[
        Path | None,
        Option("-o", "--output", metavar="文件.xlsx", help="写到哪个文件；不写就写进工作簿本身，原来的存为 .bak。"),
    ] = None,
    *,
    force: Annotated[bool, Option("--force", help="-o 指定的文件已经存在时覆盖它。")] = False,
) -> int:
    """把在 Word 里改过的文字取回工作簿，其中的数据换回 {{ }} 引用；表格里的数据不取。"""
    from govdoc import editing

    outcome = editing.pull(report, book, output, force=force)
    _say(report, outcome)
    return int(ExitCode.CONFLICT if outcome.result.conflicts else ExitCode.OK)


def _say(report: Path, outcome: PullOutcome) -> None:
    result, narrative = outcome.result, outcome.result.narrative
    if outcome.unknown:
        lost = "里没有生成时的数据（转成别的格式时丢掉了）"
        say.message(f"{report.name} {lost}，只能同工作簿现在的文字对照：不一样的取 Word 里的。")
    names = "”“".join(section.heading for section in result.sections)
    say.result(f"{report.name}  取回“{names}”的文字。" if names else f"{report.name}  文字与工作簿一致，没有要取回的。")
    if narrative.tracked:
        say.message(f"报告里有 {narrative.tracked} 处修订还没有处理；这里按全部接受取回。")
    for spot in narrative.typed:
        what = f"在 Word 里改成了 {spot.text}" if spot.text else "没有标记了"
        say.message(f"{spot.where}  “{spot.label}”{what}，按文字取回，不再随数据变。")
    for row in result.conflicts:
        both = "与工作簿里的不一样" if outcome.unknown else "两边都改过"
        say.message(f"“{row.heading or row.text[:12]}”{both}：取了 Word 里的，工作簿原来的放到了“未归位文字”。")
    _say_what_stays(result)
    if outcome.written is not None:
        backup = f"，原来的在 {outcome.backup}" if outcome.backup is not None else ""
        say.result(f"已写入 {outcome.written}{backup}。")
    if outcome.unknown:
        say.message("核对以后，请用 govdoc build 重新生成报告，在新的报告上接着改；表格里的数据以工作簿为准。")


def _say_what_stays(result: Pulled) -> None:
    """Say what no row of the workbook takes."""
    narrative = result.narrative
    if result.parked:
        tables = sum(text.is_table for text in result.parked)
        counts = ((len(result.parked) - tables, "段文字"), (tables, "个表格"))
        parked = "、".join(f"{count} {what}" for count, what in counts if count)
        say.message(f"有 {parked}在工作簿里没有位置，放到了“未归位文字”这张表。")
    if any(text.is_fixed for text in result.parked):
        say.message("标题、发布行和落款由“基本信息”表生成：在 Word 里改过的，请在表里也改，不然重新生成时又变回去。")
    if narrative.pictures:
        say.message(f"报告里有 {narrative.pictures} 张图片，工作簿里放不下，没有取。")
    if narrative.formulas:
        say.message(f"报告里有 {narrative.formulas} 个公式，只取了其中的文字。")
    for section in narrative.missing:
        say.message(f"报告里找不到“{section.heading}”这个标题，这一部分没有取，工作簿里的没有动。")
