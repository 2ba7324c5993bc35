"""``govdoc refresh``: new figures into an edited report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument, Option
from govdoc.errors import ExitCode
from govdoc.roundtrip.take import Take

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govdoc.editing import RefreshOutcome
    from govdoc.roundtrip.refresh import Change, Refreshed

_SAID_SINGLY = 20  # figures written are listed one by one; beyond this many it is said how many more


def refresh(
    report: Annotated[Path, Argument(metavar="报告.docx", help="在 Word 里修改过的报告。")],
    book: Annotated[Path, Argument(metavar="文件.xlsx", help="数据改过的工作簿。")],
    output: Annotated[
        Path | None,
        Option("-o", "--output", metavar="文件.docx", help="写到哪个文件；不写就更新报告本身，原来的存为 .bak。"),
    ] = None,
    *,
    take: Annotated[
        Take | None,
        Option(
            "--take",
            metavar="workbook|report",
            help="报告和工作簿都改了的数用哪边的：workbook 用工作簿的，report 留报告里的、以后不再问。",
        ),
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="只说会改什么，不写文件。")] = False,
    force: Annotated[bool, Option("--force", help="-o 指定的文件已经存在时覆盖它。")] = False,
) -> int:
    """把工作簿里的新数据换进改过的报告；在 Word 里改过的文字和数据都留着。"""
    from govdoc import editing

    outcome = editing.refresh(report, book, output, take=take, dry_run=dry_run, force=force)
    if outcome.result is None:
        _say_findings(book, outcome)
        return int(ExitCode.FINDINGS)
    _say(report, outcome, outcome.result, take, dry_run=dry_run)
    needed = any(change.action.needs_attention for change in outcome.result.changes)
    return int(ExitCode.CONFLICT if needed else ExitCode.OK)


def _say_findings(book: Path, outcome: RefreshOutcome) -> None:
    from govdoc.writers.findings import findings_text, summary

    findings = outcome.checked.findings
    say.message(f"{book.name}  {summary(findings)}；报告没有更新。\n\n{findings_text(findings)}")
    say.message("改好后再运行一次。")


def _say(report: Path, outcome: RefreshOutcome, result: Refreshed, take: Take | None, *, dry_run: bool) -> None:
    from govdoc.roundtrip.refresh import Action

    written, kept = result.having(Action.WRITTEN), result.having(Action.KEPT, Action.SETTLED)
    waiting = [change for change in result.changes if change.action.needs_attention]
    gone = result.having(Action.DELETED)
    will = "将" if dry_run else ""
    counts = [
        f"{will}更新 {len(written)} 个数据",
        *([f"{len(waiting)} 处要您决定"] if waiting else []),
        *([f"保留 {len(kept)} 处在 Word 里改的"] if kept else []),
        *([f"{len(gone)} 处已经删去，没有补回"] if gone else []),
    ]
    say.result(f"{report.name}  {'，'.join(counts)}。")
    _list("要您决定：", waiting)
    _list("保留：", kept)
    _list("已经删去：", gone)
    _list("更新：" if not dry_run else "将更新：", written)
    for note in outcome.notes:
        say.message(note)
    if outcome.written is None:
        nothing = "文件没有动。" if waiting else "没有要改的，文件没有动。"
        say.message("没有写文件（--dry-run）。" if dry_run and result.changed else nothing)
    else:
        backup = f"，原来的在 {outcome.backup}" if outcome.backup is not None else ""
        draft = "，还是草稿" if outcome.draft else ""
        say.result(f"已写入 {outcome.written}{draft}{backup}。")
    for advice in _advice(waiting, take):
        say.message(advice)


def _advice(waiting: Sequence[Change], take: Take | None) -> Iterator[str]:
    """Yield how what waits for a decision is decided."""
    from govdoc.roundtrip.refresh import Action

    actions = {change.action for change in waiting}
    if Action.CONFLICT in actions and take is None:
        yield (
            "两边都改了的数：都用工作簿的，加 --take workbook 再运行一次；都留报告里的，加 --take report，以后不再问。"
            "两种都有，先在 Word 里把要用工作簿的改好，再加 --take report。"
        )
    elif Action.CONFLICT in actions:
        yield "还要您决定的数，工作簿的写不进去；请在 Word 里改好，保存后再运行一次。"
    if Action.TRACKED in actions:
        yield "有修订的，请在 Word 里接受或拒绝，保存后再运行一次。"
    if Action.LOST in actions:
        yield "认不准位置的，请在 Word 里核对、改好；改好后加 --take report 再运行一次，以后不再提。"
    if Action.COPY in actions:
        yield "复制的句子，请在 Word 里改好。"


def _list(title: str, changes: Sequence[Change]) -> None:
    from govdoc.writers.columns import display_width, pad

    if not changes:
        return
    shown = changes[:_SAID_SINGLY] if title.endswith("更新：") else changes
    widths = [max(display_width(one.spot.where), 1) for one in shown]
    width = min(max(widths), 40)
    lines = [f"  {pad(one.spot.where, width)}  {one.spot.label}  {_said(one)}" for one in shown]
    more = [f"  还有 {len(changes) - len(shown)} 个。"] if len(shown) < len(changes) else []
    say.result("\n".join([title, *lines, *more]))


def _said(change: Change) -> str:
    from govdoc.roundtrip.refresh import Action

    old, new = (text or "（空）" for text in (change.spot.text, change.new))
    words = {
        Action.WRITTEN: f"{old} → {new}",
        Action.KEPT: f"报告里是 {old}，工作簿还是 {new}",
        Action.SETTLED: f"{f'报告里是 {old}' if change.spot.text else '报告不动'}，工作簿是 {new}；工作簿再改才会再问",
        Action.CONFLICT: f"报告里改成了 {old}，工作簿是 {new}（生成时是 {change.spot.base or '（空）'}）",
        Action.TRACKED: f"有没处理的修订，没有动；工作簿是 {new}",
        Action.LOST: f"认不准位置，没有动；工作簿是 {new}（原来是 {change.spot.base or '（空）'}）",
        Action.COPY: f"这是复制的句子，没有标记，没有动；工作簿是 {new}",
        Action.DELETED: f"工作簿是 {new}",
    }
    return words.get(change.action, "")
