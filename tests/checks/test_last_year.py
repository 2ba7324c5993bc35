"""Y401 to Y407, S306: each raised once, and once nearly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from govdoc.checks import last_year, sums
from govdoc.checks.copied import copied
from govdoc.compare import compare
from govdoc.finding import Finding, Severity
from govdoc.layouts.schema import load_layout
from govdoc.pipeline import check
from govdoc.report import Entry, Figure, Report
from tests.cli_helpers import SAMPLES, run
from tests.prose_score import report
from tests.worlds import LAYOUT, data, narratives, world

if TYPE_CHECKING:
    from govdoc.values import Value

CITY = data("tools/large-city-2024.toml")


def city() -> Report:
    return replace(world(CITY), narratives=narratives(CITY))


def earlier(**info: str) -> Report:
    """Return the city's report on the year before, figures as far as they are known."""
    this = city()
    return replace(
        this, info={**this.info, "year": "2023", **info}, figures=this.previous, previous={}, source="上年.docx"
    )


def found(one: Report) -> list[Finding]:
    return [finding for check in last_year.CHECKS for finding in check(one)]


def codes(one: Report) -> list[tuple[str, str]]:
    return [(finding.code, finding.figure) for finding in found(one)]


def figure(value: Value) -> Figure:
    return Figure(value, str(value))


def test_a_report_that_follows_from_last_year_s_raises_nothing() -> None:
    assert codes(city()) == []
    assert codes(report("bureau")) == []


def with_previous(one: Report, **values: Value) -> Report:
    return replace(one, previous={**one.previous, **{key: figure(value) for key, value in values.items()}})


@pytest.mark.parametrize("column", ["natural", "business", "research", "welfare", "legal_service", "other", "total"])
def test_carry_over_is_compared_in_each_column(column: str) -> None:
    key = f"t3.carried_forward.{column}"
    value = city().previous[key].value
    assert value is not None
    assert codes(with_previous(city(), **{key: value + 1})) == [("Y401", f"t3.carried_over.{column}")]


def test_several_breaks_of_one_reason_are_told_in_one_row() -> None:
    book = check(SAMPLES / "broken" / "Y401-上年结转.xlsx")
    breaks = [one for one in book.findings if one.code == "Y401"]
    assert [one.where.cell for one in breaks] == ["D5", "J5"]
    assert {one.remedy.partition("）。")[2] for one in breaks} == {"几格是同一个原因的，写一行就够，位置 D5、J5。"}
    one = found(with_previous(city(), **{"t2.normative.in_force": 464}))
    assert "写一行就够" not in one[0].remedy


def test_documents_in_force_follow_from_last_year_s() -> None:
    assert codes(with_previous(city(), **{"t2.normative.in_force": 464})) == [("Y402", "t2.normative.in_force")]
    assert codes(with_previous(city(), **{"t2.regulations.in_force": 40})) == []


def test_pending_cases_are_counted_on() -> None:
    assert codes(with_previous(city(), **{"t4.direct_suit.pending": 62})) == [("Y403", "t4.direct_suit.total")]
    assert codes(with_previous(city(), **{"t4.direct_suit.pending": 61})) == []


def test_edition_2019_counted_other_documents_and_that_is_said() -> None:
    layout = load_layout("2019")
    figures = {key: figure(1) for key in layout.figures}
    last = replace(earlier(), layout=layout, figures=figures, narratives={})
    [note] = found(replace(city(), previous={}, last=last))
    assert (note.code, note.severity, note.blocks, note.where.cell) == ("Y402", Severity.NOTE, False, "")
    assert "不可比" in note.message
    assert found(replace(city(), previous={}, last=replace(earlier(), narratives={}))) == []


@pytest.mark.parametrize(
    ("last", "raised"), [(2144, False), (2143, True), (6432, False), (6433, True), (3206, False), (3216, False)]
)
def test_a_main_figure_that_changed_by_more_than_half(last: int, raised: bool) -> None:  # noqa: FBT001
    one = with_previous(city(), **{"t3.received.total": last})
    assert codes(one) == ([("Y404", "t3.received.total")] if raised else [])


def test_a_small_main_figure_may_change_by_ten() -> None:
    def grown(value: int) -> list[tuple[str, str]]:
        one = with_previous(report("bureau"), **{"t2.coercion.decisions": 0})
        return codes(one.with_figures({"t2.coercion.decisions": figure(value)}))

    assert grown(10) == []
    assert grown(11) == [("Y404", "t2.coercion.decisions")]


def test_a_table_that_is_last_year_s_throughout() -> None:
    this = report("bureau")
    keys = [slot.figure.key for slot in LAYOUT.table["t4"].form.slots]
    same = {**this.previous, **{key: this.figures[key] for key in keys}}
    [finding] = found(replace(this, previous=same))
    assert (finding.code, finding.where.cell) == ("Y405", "")
    assert found(replace(this, previous={**same, "t4.review.other": figure(1)})) == []
    nothing = {key: figure(0) for key in keys}
    assert found(replace(this.with_figures(nothing), previous={**this.previous, **nothing})) == []


def test_copied_narrative_is_listed_from_sixty_per_cent_up() -> None:
    this = city()
    sections = [finding for finding in found(replace(this, last=earlier())) if finding.code == "Y406"]
    assert len(sections) == 2  # section six is short, and rightly the same every year
    problems = sections[1]
    assert problems.quote.split("\n")[0].startswith("一是答复质量不平衡")
    fresh = {**earlier().narratives, "problems": (Entry("", "一是人手不足。二是平台老旧，检索不便，需要改造升级。"),)}
    again = found(replace(this, last=replace(earlier(), narratives=fresh)))
    assert "五、" not in "".join(finding.message for finding in again if finding.code == "Y406")


def test_other_figures_do_not_make_another_sentence() -> None:
    this, last = "全年举办培训班96场，参训6500人次。", "全年举办培训班81场，参训5,200人次。"
    assert copied(this, last).share == 1
    assert copied("全年开展抽查四次，发现问题并督促整改。", last).share == 0
    assert copied("", last).share == 0


def test_what_must_be_stated_may_be_the_same_every_year() -> None:
    fee, other = "按规定的标准，本年度没有产生信息处理费。", "举办开放日活动6场，参加群众300人。"
    assert copied(fee + other, fee + other).share == 1
    assert copied(fee + other, fee, ("信息处理费",)).share == 0
    assert copied(fee, fee, ("信息处理费",)).length == 0


@pytest.mark.parametrize(("info", "raised"), [({}, 0), ({"agency": "滨海市人民政府"}, 1), ({"year": "2022"}, 1)])
def test_last_year_s_file_is_this_organ_s_and_last_year_s(info: dict[str, str], raised: int) -> None:
    wrong = replace(
        city(), last=replace(earlier(**info), narratives={}), previous={"t3.carried_forward.total": figure(191)}
    )
    assert [one.code for one in found(wrong)] == (["Y407"] if raised else ["Y401"])


def test_fewer_in_force_than_were_made() -> None:
    this = report("bureau")

    def raised(value: int) -> list[str]:
        return [one.code for one in sums.fewer_in_force(this.with_figures({"t2.normative.in_force": figure(value)}))]

    assert (raised(0), raised(1)) == (["S306"], [])


# ---------------------------------------------------------------- compare


def test_figures_are_compared_one_by_one() -> None:
    comparison = compare(city(), earlier())
    lines = {line.key: line for line in comparison.lines}
    assert len(lines) == len(LAYOUT.figures)
    received = lines["t3.received.total"]
    assert [received.this, received.last, received.change] == [3216, 2947, 269]
    assert received.rate is not None
    assert f"{received.rate:.2f}" == "9.13"
    assert lines["t3.refused_secret.total"].last is None
    assert [section.share for section in comparison.sections] == [1.0, 1.0, 1.0]


def test_the_command_compares_two_files() -> None:
    first, second = SAMPLES / "large-city-2024.xlsx", SAMPLES / "chaoyang-2021.xlsx"
    ran = run("compare", first, second)
    assert ran.code == 0
    assert "三.本年新收.总计" in ran.out
    assert "+3150" in ran.out
    assert run("compare", first, second, "--format", "xlsx").code == 2
