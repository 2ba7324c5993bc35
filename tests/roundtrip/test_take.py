"""``refresh --take``: what both sides changed is decided once, and asked about again only if it changes again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from govdoc.roundtrip.package import Package
from govdoc.roundtrip.refresh import Action, Refreshed, refresh
from govdoc.roundtrip.take import Take
from tests.cli_helpers import english, leftovers, run
from tests.helpers import dice_of
from tests.roundtrip import test_random_edits as random_edits
from tests.roundtrip.sessions import (
    BODY,
    RECEIVED,
    SAMPLE,
    body,
    edited,
    marked,
    original,
    report,
    swap,
    told,
    total_cell,
    untouched,
    with_figures,
    with_part,
    written,
)
from tests.roundtrip.sessions import run as words

if TYPE_CHECKING:
    from collections.abc import Callable

TOTAL = "三.本年新收.总计"
IN_TEXT, IN_TABLE = swap(marked("66"), marked("67")), total_cell(swap(">66<", ">67<"))
GLUED = swap(marked("66"), marked("66") + words("8"))
TRACKED = swap(marked("66"), f'<w:ins w:id="77" w:author="张三">{marked("66")}</w:ins>')


def taken(data: bytes, figures: dict[str, int], take: Take | None) -> Refreshed:
    return refresh(Package.of(data, Path("年报.docx")), with_figures(figures), take)


@pytest.mark.parametrize("edit", [IN_TEXT, IN_TABLE], ids=["text", "table"])
def test_the_workbook_is_taken(edit: Callable[[str], str]) -> None:
    data = edited(edit)
    result = taken(data, {RECEIVED: 70}, Take.WORKBOOK)
    assert (written(result), told(result)) == ([(TOTAL, "70"), (TOTAL, "70")], [])
    untouched(Package.of(data, Path("年报.docx")), result)
    again = taken(result.package.pack(), {RECEIVED: 70}, None)
    assert (again.changes, again.changed) == ((), False)


@pytest.mark.parametrize("edit", [IN_TEXT, IN_TABLE], ids=["text", "table"])
def test_the_report_is_taken_and_nobody_asks_again(edit: Callable[[str], str]) -> None:
    data = edited(edit)
    result = taken(data, {RECEIVED: 70}, Take.REPORT)
    assert (written(result), told(result)) == ([(TOTAL, "70")], [(TOTAL, "67", "70", "settled")])
    untouched(Package.of(data, Path("年报.docx")), result)
    again = taken(result.package.pack(), {RECEIVED: 70}, None)
    assert (told(again), again.changed) == ([(TOTAL, "67", "70", "kept")], False)
    # The workbook changes once more: that is another question.
    assert told(taken(result.package.pack(), {RECEIVED: 71}, None)) == [(TOTAL, "67", "71", "conflict")]


def test_what_only_one_side_changed_is_not_decided() -> None:
    data = edited(IN_TEXT)
    for take in (None, *Take):
        result = taken(data, {}, take)
        assert (told(result), result.changed) == ([(TOTAL, "67", "66", "kept")], False)


def test_both_ways_mixed() -> None:
    """One figure of the workbook's is typed into the report, the other conflict is settled for the report."""
    data = edited(swap(marked("66"), marked("70")), IN_TABLE)
    result = taken(data, {RECEIVED: 70}, Take.REPORT)
    assert sorted(told(result)) == [(TOTAL, "67", "70", "settled"), (TOTAL, "70", "70", "agreed")]
    assert body(result).encode() == Package.of(data, Path("年报.docx")).parts[BODY]


@pytest.mark.parametrize("take", Take)
def test_a_tracked_change_is_decided_in_word(take: Take) -> None:
    result = taken(edited(TRACKED), {RECEIVED: 70}, take)
    assert told(result) == [(TOTAL, "66", "70", "tracked")]


def test_a_digit_beside_a_figure_is_not_made_part_of_another() -> None:
    result = taken(edited(GLUED), {RECEIVED: 70}, Take.WORKBOOK)
    assert told(result) == [(TOTAL, "66", "70", "conflict")]
    assert [action for *_, action in told(taken(edited(GLUED), {RECEIVED: 70}, Take.REPORT))] == ["settled"]


def test_a_place_that_is_lost_is_settled_for_the_report_alone() -> None:
    data = edited(swap(marked("66"), words("67")))  # the mark is gone, and so is the figure
    for take, action in ((None, "lost"), (Take.WORKBOOK, "lost"), (Take.REPORT, "settled")):
        result = taken(data, {RECEIVED: 70}, take)
        assert [(label, done) for label, _, new, done in told(result) if new == "70"] == [(TOTAL, action)]
    assert told(taken(result.package.pack(), {RECEIVED: 70}, None)) == []


@pytest.mark.parametrize("take", Take)
def test_random_edits_are_decided_and_stay_so(take: Take) -> None:
    for seed in range(60):
        dice = dice_of(seed)
        document = random_edits.edited(dice)
        keys = dice.sample(list(report().layout.figures), 20)
        news = with_figures({key: dice.randrange(100, 99999) for key in keys})
        result = refresh(document, news, take)
        untouched(document, result)
        again = refresh(result.package, news)
        assert not again.changed, seed
        waiting = {change.action for change in again.changes if change.action.needs_attention}
        if take is Take.REPORT:
            assert waiting <= {Action.TRACKED}, seed
        asked = {change.spot.key for change in result.changes if change.action.needs_attention}
        assert {change.spot.key for change in again.changes if change.action.needs_attention} <= asked, seed


# ---------------------------------------------------------------- the command


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a workbook with two more requests; in the report beside it, somebody put in another number."""
    path = tmp_path / "年报.xlsx"
    sheets = load_workbook(SAMPLE)
    sheets["三、依申请公开"]["D4"].value = 65
    sheets["三、依申请公开"]["D6"].value = 17
    sheets.save(path)
    path.with_suffix(".docx").write_bytes(edited(IN_TEXT))
    return path


def test_the_message_names_the_way_out(book: Path) -> None:
    file = book.with_suffix(".docx")
    first = run("refresh", file, book, overwrites=[file])
    again = run("refresh", file, book)
    for ran in (first, again):
        assert (ran.code, "--take workbook" in ran.err, "--take report" in ran.err) == (7, True, True)
    assert "没有要改的" not in again.err
    assert english(first.said, ["bak", "take", "report", "workbook", str(book)]) == []


@pytest.mark.parametrize(
    ("take", "first", "shown"),
    [
        ("workbook", "年报.docx  更新 8 个数据。", "67 → 68"),
        (
            "report",
            "年报.docx  更新 7 个数据，保留 1 处在 Word 里改的。",
            "报告里是 67，工作簿是 68；工作簿再改才会再问",
        ),
    ],
)
def test_a_side_is_taken(book: Path, take: str, first: str, shown: str) -> None:
    file = book.with_suffix(".docx")
    before = file.read_bytes()
    trial = run("refresh", file, book, "--take", take, "--dry-run")
    assert (trial.code, file.read_bytes()) == (0, before)
    ran = run("refresh", file, book, "--take", take, overwrites=[file])
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == first
    assert shown in ran.out
    again = run("refresh", file, book)
    assert (again.code, again.err) == (0, "没有要改的，文件没有动。\n")
    assert leftovers(book.parent) == []


def test_another_side_there_is_not(book: Path) -> None:
    ran = run("refresh", book.with_suffix(".docx"), book, "--take", "报告")
    assert (ran.code, ran.out) == (2, "")
    assert "workbook" in ran.err
    assert "report" in ran.err


def test_the_help_names_both_sides() -> None:
    assert "--take workbook|report" in run("refresh", "--help").out


def test_a_report_as_generated_is_refreshed_alike(book: Path) -> None:
    file = book.with_suffix(".docx")
    file.write_bytes(with_part(original(), Package.of(original(), file).parts[BODY].decode()))
    for take in ("workbook", "report"):
        ran = run("refresh", file, book, "--take", take, "--dry-run")
        assert (ran.code, ran.out.splitlines()[0]) == (0, "年报.docx  将更新 8 个数据。")
