from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook

from govdoc.aggregate import Contribution, RosterName, Sum, aggregate, contribution
from govdoc.crew import Crew
from govdoc.errors import ExitCode, InputError, UsageError
from govdoc.finding import Location
from govdoc.layouts.schema import load_layout
from govdoc.pipeline import build, check, read
from govdoc.readers.bind import bind_book
from govdoc.report import Explanation, Figure, Report
from govdoc.store import local_source
from govdoc.summing import SumPlan, read_roster, sum_up, write_sum
from govdoc.worker import contribute
from govdoc.writers.sheets import Cell, Look, Numbers, Sheet, make_book
from govdoc.writers.workbook import make_workbook
from govdoc.writers.workbook_sum import CONTRIBUTIONS, MISSING, make_sum
from tests.cli_helpers import SAMPLES, run
from tests.helpers import LAYOUT, distinct_figures, sample

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.values import Value

FIGURES = distinct_figures()


def unit(name: str, times: int = 1, **changed: Any) -> Contribution:
    values = tuple(value * times for value in FIGURES.values())
    one = Contribution(f"{name}.xlsx", name, 2021, "2021", "本级", values)
    return replace(one, **changed)


def codes(total: Sum) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.where)) for finding in total.findings]


def figures(report: Report) -> dict[str, Value | None]:
    return {key: report.value(key) for key in report.layout.figures}


# ---------------------------------------------------------------- the sum


def test_the_sum_is_the_sum_of_every_figure() -> None:
    total = aggregate([unit("甲局"), unit("乙局", 10)], agency="某某市")
    assert figures(total.report) == {key: value * 11 for key, value in FIGURES.items()}
    assert total.report.info == {"agency": "某某市", "agency_type": "其他", "year": "2021", "scope": "汇总"}
    assert (codes(total), total.complete) == ([], True)


def test_order_does_not_count() -> None:
    units = [unit("甲局"), unit("乙局", 2), unit("丙局", 3)]
    assert aggregate(units) == aggregate(reversed(units))


def test_amounts_are_added_exactly() -> None:
    key = "t2.fees.amount"
    place = list(FIGURES).index(key)

    def with_fee(agency: str, fee: str) -> Contribution:
        one = unit(agency)
        return replace(one, values=(*one.values[:place], Decimal(fee), *one.values[place + 1 :]))

    total = aggregate([with_fee("甲局", "0.1"), with_fee("乙局", "0.2"), with_fee("丙局", "0")])
    assert total.report.value(key) == Decimal("0.3")
    assert total.report.figures[key].shown == "0.3"


def test_nothing_to_sum_is_said() -> None:
    with pytest.raises(InputError):
        aggregate([])
    with pytest.raises(InputError):
        aggregate([Contribution("a.xlsx", problem="读不了。")])
    with pytest.raises(UsageError):
        aggregate([unit("甲局")], year=1999)


# ---------------------------------------------------------------- A601, A606


def roster(*names: str) -> list[RosterName]:
    return [RosterName(name, Location("名册.xlsx", "Sheet1", row, 0)) for row, name in enumerate(names, 1)]


def test_who_is_missing_is_named() -> None:
    total = aggregate([unit("甲局")], roster=roster("甲 局", "丙中心"))
    assert codes(total) == [("A601", "Sheet1!A3")]
    assert [(one.agency, one.code) for one in total.missing] == [("丙中心", "A601")]


def test_a_misspelt_name_is_offered() -> None:
    total = aggregate([unit("某某市财证局")], roster=roster("某某市财政局"))
    assert codes(total) == [("A601", "Sheet1!A2"), ("A606", "某某市财证局.xlsx")]
    assert "某某市财证局.xlsx" in total.findings[0].message


def test_a_unit_that_handed_in_with_errors_is_not_missing() -> None:
    total = aggregate([unit("甲局"), unit("乙局", problem="x")], roster=roster("甲局", "乙局"))
    assert codes(total) == [("A605", "乙局.xlsx")]


def test_who_did_not_hand_in_is_told_apart_from_who_did_in_vain() -> None:
    broken = [Contribution("东区/乙局2021.xlsx", problem="读不了。"), Contribution("x.xlsx", problem="读不了。")]
    total = aggregate([unit("甲局"), *broken], roster=roster("甲局", "乙局", "丙中心"))
    assert codes(total) == [("A605", "x.xlsx"), ("A605", "东区/乙局2021.xlsx"), ("A601", "Sheet1!A4")]
    assert [one.agency for one in total.missing] == ["", "乙局", "丙中心"]
    assert total.shortfall == "还有 1 个单位没有报送、2 个单位报送了没有计入"
    assert aggregate([unit("甲局")]).shortfall == ""


def test_a_file_that_cannot_be_read_counts_for_the_longest_name_in_its_own() -> None:
    broken = Contribution("市财政局监督局.xlsx", problem="读不了。")
    total = aggregate([unit("甲局"), broken], roster=roster("甲局", "市财政局", "市财政局监督局"))
    assert [(one.agency, one.code) for one in total.missing] == [("市财政局监督局", "A605"), ("市财政局", "A601")]


def test_findings_of_the_roster_name_its_file() -> None:
    for finding in aggregate([unit("甲局")], roster=roster("乙局")).findings:
        assert "名册.xlsx" in finding.message


# ---------------------------------------------------------------- A602, A603, A605


def test_two_equal_files_count_once() -> None:
    total = aggregate([unit("甲局"), unit("甲 局", file="b.xlsx")])
    assert codes(total) == [("A602", "b.xlsx")]
    assert (figures(total.report), total.complete) == (FIGURES, True)


def test_of_two_different_files_none_counts() -> None:
    total = aggregate([unit("甲局"), unit("甲局", 2, file="b.xlsx"), unit("乙局")])
    assert codes(total) == [("A602", "b.xlsx")]
    assert (figures(total.report), total.complete) == (FIGURES, False)


@pytest.mark.parametrize("changed", [{"year": 2022}, {"edition": "2019"}])
def test_another_year_or_edition_is_left_out(changed: dict[str, Any]) -> None:
    total = aggregate([unit("甲局"), unit("乙局"), unit("丙局", **changed)])
    assert codes(total) == [("A603", "丙局.xlsx")]
    assert len(total.counted) == 2


def test_the_year_asked_for_is_summed() -> None:
    total = aggregate([unit("甲局"), unit("乙局"), unit("丙局", year=2022)], year=2022)
    assert codes(total) == [("A603", "乙局.xlsx"), ("A603", "甲局.xlsx")]
    assert total.report.year == 2022


@pytest.mark.parametrize(
    "changed", [{"problem": "S301 不平。", "errors": 2}, {"agency": ""}, {"values": (None,) * len(FIGURES)}]
)
def test_a_file_with_errors_is_left_out_and_named(changed: dict[str, Any]) -> None:
    total = aggregate([unit("甲局"), unit("乙局", **changed)])
    assert codes(total) == [("A605", "乙局.xlsx")]
    assert figures(total.report) == FIGURES
    assert "还有 1 个单位报送了没有计入" in total.report.narratives["overview"][0].text


def test_what_a_checked_report_brings() -> None:
    bound = bind_book(sample())
    one = contribution(bound.report, bound.findings, "a.xlsx")
    assert (one.agency, one.year, one.edition, one.errors) == ("朝阳市政府办公室", 2021, "2021", 0)
    assert one.values == tuple(figures(bound.report).values())


@pytest.mark.parametrize("path", sorted((SAMPLES / "broken").glob("*.xlsx")), ids=lambda path: path.stem)
def test_a_sum_knows_every_error_that_a_check_finds(path: Path) -> None:
    outcome = check(path)
    assert contribute(local_source(path)) == contribution(outcome.report, outcome.findings, path.name)


# ---------------------------------------------------------------- A604


def own(**changed: object) -> Report:
    found = {key: Figure(value, str(value), Location("市.xlsx", "三", 4, 3)) for key, value in FIGURES.items()}
    report = Report(
        LAYOUT, {"agency": "某某市", "year": "2021", "agency_type": "人民政府"}, found, {}, source="市.xlsx"
    )
    return replace(report, **changed)  # type: ignore[arg-type]


def test_the_parents_own_figures_are_compared_one_by_one() -> None:
    key = "t3.received.natural"
    other = own().with_figures({key: Figure(1, "1", Location("市.xlsx", "三、依申请公开", 3, 3))})
    total = aggregate([unit("甲局")], own=other)
    assert codes(total) == [("A604", "三、依申请公开!D4")]
    assert (total.findings[0].figure, total.findings[0].blocks) == (key, True)
    assert (total.report.agency, total.report.info["agency_type"]) == ("某某市", "人民政府")
    assert aggregate([unit("甲局")], own=own()).findings == ()


def test_an_explanation_settles_a_difference() -> None:
    key = "t3.received.natural"
    explained = (
        Explanation("a604", "D4", "市本级直接收到的申请没有列入各单位。"),
        Explanation("Y401", "D5", "别的规则的说明，与汇总无关。"),
    )
    other = own(explanations=explained).with_figures({key: Figure(1, "1", Location("市.xlsx", "三、依申请公开", 3, 3))})
    total = aggregate([unit("甲局")], own=other)
    assert codes(total) == [("A604", "三、依申请公开!D4")]
    assert not total.findings[0].blocks


def test_an_own_workbook_of_another_year_is_not_compared() -> None:
    total = aggregate([unit("甲局")], year=2021, own=own(info={"agency": "某某市", "year": "2022"}))
    assert codes(total) == [("A603", "市.xlsx")]


# ---------------------------------------------------------------- the workbook of the sum


def threads() -> Crew:
    return Crew(2, lambda: ThreadPoolExecutor(2))


def hand_in(folder: Path, agency: str, times: int = 1, edition: str = "2021", **info: object) -> Path:
    layout = load_layout(edition)
    path = folder / f"{agency}.xlsx"
    fields: dict[str, str | int] = {
        "agency": agency,
        "year": layout.first_year,
        "agency_type": "政府部门",
        "scope": "本级",
    }
    given = {key: value * times for key, value in FIGURES.items()}
    if edition == "2019":
        given = dict.fromkeys(layout.figures, 0)
    texts = {
        section.key: [("", "本单位认真做好政府信息公开各项工作，本年度没有收取信息处理费。")]
        for section in layout.sections
        if section.table is None
    }
    path.write_bytes(make_workbook(layout, info={**fields, **info}, figures=given, narratives=texts))  # type: ignore[dict-item]
    return path


def summed(folder: Path, target: Path, **options: object) -> Sum:
    plan = SumPlan((str(folder),), target, **options)  # type: ignore[arg-type]
    total = sum_up(plan, threads())
    write_sum(plan, total)
    return total


def test_the_sum_is_a_workbook_like_any_other(tmp_path: Path) -> None:
    for number, name in enumerate(("甲局", "乙局", "丙局"), 1):
        hand_in(tmp_path, name, number)
    target = tmp_path / "sum" / "汇总.xlsx"
    target.parent.mkdir()
    total = summed(tmp_path, target, agency="某某市")
    outcome = check(target)
    assert not outcome.blocked
    assert figures(outcome.report) == figures(total.report) == {key: value * 6 for key, value in FIGURES.items()}
    assert (outcome.report.agency, outcome.report.info["scope"]) == ("某某市", "汇总")
    assert build(target).written == target.with_suffix(".docx")


def test_the_units_sheet_adds_up_by_formula(tmp_path: Path) -> None:
    total = aggregate([unit("甲局"), unit("乙局", 10), unit("=1+1局", 100)], roster=roster("甲局", "丁局"))
    (tmp_path / "s.xlsx").write_bytes(make_sum(total))
    book = load_workbook(tmp_path / "s.xlsx")
    sheet = book[CONTRIBUTIONS]
    assert "不完整：还有 1 个单位没有报送，" in str(sheet["A1"].value)
    assert sheet["E4"].value == "=SUM(E5:E7)"
    assert [sheet[f"B{row}"].value for row in (5, 6, 7)] == ["=1+1局", "乙局", "甲局"]
    assert sheet["B5"].data_type == "s"
    assert [sheet[f"E{row}"].value for row in (5, 6, 7)] == [next(iter(FIGURES.values())) * n for n in (100, 10, 1)]
    assert sheet.max_column == 4 + len(FIGURES)
    values = load_workbook(tmp_path / "s.xlsx", data_only=True)[CONTRIBUTIONS]
    assert values["E4"].value == next(iter(FIGURES.values())) * 111
    rows = list(book[MISSING].iter_rows(min_row=3, values_only=True))
    assert [row[1:4] for row in rows] == [("丁局", None, "A601")]
    assert make_sum(total) == make_sum(total)


def test_an_amount_stands_in_the_units_sheet_as_it_was_entered(tmp_path: Path) -> None:
    place = list(FIGURES).index("t2.fees.amount")
    one = unit("甲局")
    one = replace(one, values=(*one.values[:place], Decimal("120.50"), *one.values[place + 1 :]))
    (tmp_path / "s.xlsx").write_bytes(make_sum(aggregate([one])))
    sheet = load_workbook(tmp_path / "s.xlsx")[CONTRIBUTIONS]
    found = [cell.value for cell in sheet[5]][4:]
    assert found == [*list(FIGURES.values())[:place], 120.5, *list(FIGURES.values())[place + 1 :]]


def test_numbers_side_by_side_are_written_as_single_cells_are() -> None:
    values = (0, 7, Decimal("1E+2"), Decimal("120.50"), -3)
    singly = [Cell("甲"), *(Cell(value, Look.NUMBER) for value in values), Cell(1, Look.TOTAL)]
    together = [Cell("甲"), Cell(Numbers(values), Look.NUMBER), Cell(1, Look.TOTAL)]
    books = [make_book([Sheet("表", [row, row], (9.0,) * 7)]) for row in (singly, together)]
    assert books[0] == books[1]


def test_more_units_than_a_workbook_reads_at_once_can_still_be_read(tmp_path: Path) -> None:
    units = [unit(f"第{number}局") for number in range(600)]
    (tmp_path / "s.xlsx").write_bytes(make_sum(aggregate(units)))
    assert figures(read(tmp_path / "s.xlsx").report) == {key: value * 600 for key, value in FIGURES.items()}


def test_too_many_units_for_one_workbook_are_said() -> None:
    total = aggregate([unit("甲局")])
    with pytest.raises(UsageError):
        make_sum(replace(total, counted=total.counted * 14_000))


def test_sums_can_be_summed(tmp_path: Path) -> None:
    for area, names in (("东区", ("甲局", "乙局")), ("西区", ("丙局",))):
        (tmp_path / area).mkdir()
        for name in names:
            hand_in(tmp_path / area, name)
        (tmp_path / "areas").mkdir(exist_ok=True)
        summed(tmp_path / area, tmp_path / "areas" / f"{area}.xlsx", agency=area)
    total = summed(tmp_path / "areas", tmp_path / "all.xlsx")
    assert figures(total.report) == {key: value * 3 for key, value in FIGURES.items()}


def test_reports_in_word_count_like_workbooks(tmp_path: Path) -> None:
    hand_in(tmp_path, "甲局")
    build(hand_in(tmp_path, "乙局", 2))
    (tmp_path / "乙局.xlsx").unlink()
    build(tmp_path / "甲局.xlsx")  # the report beside its workbook is not a second file of the unit
    total = summed(tmp_path, tmp_path / "汇总.xlsx")
    assert (codes(total), len(total.counted)) == ([], 2)
    assert figures(total.report) == {key: value * 3 for key, value in FIGURES.items()}


def test_edition_2019_is_summed_in_its_own_form(tmp_path: Path) -> None:
    hand_in(tmp_path, "甲局", edition="2019")
    hand_in(tmp_path, "乙局", edition="2019")
    total = summed(tmp_path, tmp_path / "汇总.xlsx")
    assert (codes(total), total.report.layout.edition) == ([], "2019")
    assert not [finding for finding in check(tmp_path / "汇总.xlsx").findings if finding.code.startswith(("L", "V"))]


# ---------------------------------------------------------------- rosters and the command


def test_rosters_are_workbooks_or_texts(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["报送单位名册"], ["序号", "机关名称"], [1, "甲局"], [2, "乙 局"]):
        sheet.append(row)
    book.save(tmp_path / "名册.xlsx")
    (tmp_path / "名册.txt").write_text("机关名称\n甲局\n\n乙局,联系人\n", encoding="utf-8-sig")
    (tmp_path / "空.txt").write_text("\n", encoding="utf-8")
    names = [(entry.agency, str(entry.where)) for entry in read_roster(tmp_path / "名册.xlsx")]
    assert names == [("甲局", "Sheet!B3"), ("乙 局", "Sheet!B4")]
    assert [entry.agency for entry in read_roster(tmp_path / "名册.txt")] == ["甲局", "乙局"]
    for missing in ("空.txt", "没有.txt"):
        with pytest.raises(InputError):
            read_roster(tmp_path / missing)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_roster_as_text_may_have_any_encoding_that_a_chinese_system_writes(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "名册.csv").write_bytes("单位,联系人\r\n某某市园林局,甲\r\n".encode(encoding))
    assert [entry.agency for entry in read_roster(tmp_path / "名册.csv")] == ["某某市园林局"]


def test_what_is_no_roster_is_refused_by_name(tmp_path: Path) -> None:
    hand_in(tmp_path, "甲局")
    (tmp_path / "乱码.txt").write_bytes(bytes(range(256)))
    (tmp_path / "改名.txt").write_bytes((tmp_path / "甲局.xlsx").read_bytes())
    for name, said in {"甲局.xlsx": "是年报工作簿", "改名.txt": "是年报工作簿", "乱码.txt": "不是文本"}.items():
        with pytest.raises(InputError) as caught:
            read_roster(tmp_path / name)
        assert name in caught.value.message
        assert said in caught.value.message


def test_a_file_that_is_no_report_is_said_to_be_none(tmp_path: Path) -> None:
    hand_in(tmp_path, "甲局")
    Workbook().save(tmp_path / "台账.xlsx")
    total = summed(tmp_path, tmp_path / "汇总.xlsx")
    assert [finding.message for finding in total.findings] == [
        "“台账.xlsx”没有计入：L101 这不是年报工作簿：规定的 7 张工作表一张也没有，里面是“Sheet”。"
    ]


def test_the_command_says_who_is_missing(tmp_path: Path) -> None:
    hand_in(tmp_path, "甲局")
    (tmp_path / "名册.txt").write_text("甲局\n乙局\n", encoding="utf-8")
    target = tmp_path / "out" / "汇总.xlsx"
    target.parent.mkdir()
    ran = run("aggregate", tmp_path, "-o", target, "--roster", tmp_path / "名册.txt", "--jobs", "1")
    assert ran.code == ExitCode.FINDINGS
    assert ran.out == f"已生成 {target}（2021 年度，1 个单位；不完整，还有 1 个单位没有报送）。\n"
    assert "第2行  A601 错误  名册 名册.txt 里的“乙局”没有报送。" in ran.err
    assert "机关名称暂写作“1个单位”" in ran.err
    again = run("aggregate", tmp_path, "-o", target, "--jobs", "1")
    assert again.code == ExitCode.OUTPUT
    assert run("aggregate", tmp_path, "-o", tmp_path / "x.docx").code == ExitCode.USAGE
    whole = run(
        "aggregate", tmp_path, "-o", target, "--force", "--agency", "某某市", "--jobs", "1", overwrites=[target]
    )
    assert (whole.code, whole.err) == (ExitCode.OK, "")
