"""The narrative reader: sentences kept as data, a clean report of a large city, and single readings."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from msgspec.structs import replace as replaced

from govdoc.checks.catalogue import run_checks
from govdoc.checks.prose.quantities import Quantity, Rounding, chinese_number, quantity
from govdoc.checks.prose.readings import reader
from govdoc.checks.prose.scan import scanner
from govdoc.figures import in_chinese
from govdoc.finding import Location
from govdoc.layouts.schema import editions, load_layout
from govdoc.report import Entry, Figure, Report
from tests.prose_score import Case, cases, complaints, judged, report, score
from tests.worlds import data, narratives, world

CITY = "tools/large-city-2024.toml"
OPEN = [case for case in cases() if not case.held_out]


def test_the_sentences_are_many_and_of_every_kind() -> None:
    verdicts = [case.verdict for case in cases()]
    assert len(verdicts) >= 300
    assert all(verdicts.count(verdict) >= 50 for verdict in ("right", "wrong", "not ours"))
    assert all(bool(case.codes) == (case.verdict == "wrong") for case in cases())


def test_no_open_sentence_is_misjudged() -> None:
    assert [line for line in complaints(OPEN) if "changed:" not in line] == []


def test_precision_and_recall() -> None:
    all_of = score(list(cases()))
    assert all_of.precision > 0.98
    assert all_of.recall > 0.9
    assert all_of.changed_recall > 0.9


def city() -> Report:
    return replace(world(data(CITY)), narratives=narratives(data(CITY)))


def test_the_clean_report_of_a_large_city_raises_nothing() -> None:
    text = "".join(entry.text for entries in city().narratives.values() for entry in entries)
    assert (
        sum(character.isdigit() and not before.isdigit() for before, character in zip(" " + text, text, strict=False))
        >= 60
    )
    assert run_checks(city()) == []


def test_a_finding_quotes_the_sentence_the_reading_and_both_figures() -> None:
    [finding] = judged(Case(0, "bureau", "我局认真办理。全年新收政府信息公开申请84件。", "wrong"))
    assert (finding.code, finding.quote) == ("N501", "全年新收政府信息公开申请84件。")
    assert finding.message == "正文说“新收政府信息公开申请84件”，表中是 48（三.本年新收.总计）。"
    assert (finding.found, finding.figure) == ("84", "t3.received.total")


def test_a_finding_stands_at_the_entry_s_cell_and_names_the_table_s() -> None:
    where, there = Location("年报.xlsx", "一、总体情况", 2, 1), Location("年报.xlsx", "三、依申请公开", 3, 9)
    base = report("bureau")
    figures = {**base.figures, "t3.received.total": Figure(48, "48", there)}
    entries = {"overview": (Entry("", "全年新收政府信息公开申请84件。", where),)}
    [finding] = [one for one in run_checks(replace(base, figures=figures, narratives=entries)) if one.code == "N501"]
    assert (finding.where, finding.related) == (where, (there,))


def test_the_heading_says_what_is_spoken_of() -> None:
    entries = {"overview": (Entry("（二）依申请公开情况", "全年办结47件。"), Entry("（三）信访情况", "全年办结47件。"))}
    found = [one for one in run_checks(replace(report("bureau"), narratives=entries)) if one.code == "N501"]
    assert [one.quote for one in found] == ["全年办结47件。"]


def test_the_number_of_a_list_makes_no_other_matter() -> None:
    text = "（3）复议诉讼。全年行政复议3件，行政诉讼2件。"
    assert [one.code for one in judged(Case(0, "bureau", text, "wrong"))] == ["N501"]


def test_a_subject_alone_is_another_count_once_its_table_was_counted() -> None:
    assert judged(Case(0, "bureau", "全年收到申请48件。依申请公开31件在专栏中列出。", "right")) == []
    assert judged(Case(0, "bureau", "依申请公开31件。", "wrong")) != []


def test_a_reference_is_right_by_construction() -> None:
    text = "全年办结政府信息公开申请{{三.本年新收.总计}}件。"
    assert judged(Case(0, "bureau", text, "right")) == []
    assert [one.code for one in judged(Case(0, "bureau", text.replace("{{三.本年新收.总计}}", "48"), "wrong"))] == [
        "N501"
    ]


def test_a_figure_split_by_a_line_break_is_one() -> None:
    assert judged(Case(0, "bureau", "全年新收政府信息公开申请4\n8件。", "right")) == []
    assert judged(Case(0, "bureau", "全年新收政府信息公开申请4\n7件。", "wrong")) != []
    assert (
        judged(Case(0, "bureau", "发布解读2\n6篇，其中图解19篇、视频7篇；新收申请48件，同比增长20.\n0%。", "right"))
        == []
    )
    assert [one.code for one in judged(Case(0, "bureau", "全年新收政府信息公开申请\n84件。", "wrong"))] == ["N501"]


def test_a_table_that_does_not_add_up_is_not_blamed_on_the_sentence() -> None:
    base = report("bureau")
    wrong = base.with_figures({"t3.received.total": Figure(49, "49")})
    entries = {"overview": (Entry("", "全年新收政府信息公开申请48件。"),)}
    assert "N501" not in [one.code for one in run_checks(replace(wrong, narratives=entries))]


def test_what_a_report_of_its_own_organ_calls_itself_is_no_other_organ() -> None:
    assert judged(Case(0, "bureau", "青岭县水务局全年新收政府信息公开申请48件。", "right")) == []
    assert [one.code for one in judged(Case(0, "bureau", "县水务局全年新收政府信息公开申请47件。", "wrong"))] == [
        "N501"
    ]
    assert judged(Case(0, "bureau", "县财政局全年新收政府信息公开申请47件。", "not ours")) == []


def test_a_street_office_calls_itself_the_street() -> None:
    office = report("bureau")
    office = replace(office, info={**office.info, "agency": "青岭县望江街道办事处"})

    def codes(text: str) -> list[str]:
        found = run_checks(replace(office, narratives={"overview": (Entry("", text),)}))
        return [one.code for one in found if one.code == "N501"]

    assert codes("2024年，街道共收到申请48件。") == []
    assert codes("2024年，街道共收到申请47件。") == ["N501"]
    assert codes("2024年，各街道共收到申请47件。街道、社区共收到申请47件。") == []


def test_the_whole_of_a_region_is_not_a_bureau_s_own() -> None:
    assert judged(Case(0, "bureau", "全县新收政府信息公开申请470件。", "not ours")) == []
    assert [one.code for one in judged(Case(0, "city", "全市新收政府信息公开申请470件。", "wrong"))] == ["N501"]


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("text", "value", "step", "counter"),
    [
        ("66件", "66", "1", "件"),
        ("1,234件次", "1234", "1", "件次"),
        ("1，573，179件", "1573179", "1", "件"),
        ("1.2万件", "12000", "1000", "件"),
        ("9.13%", "9.13", "0.01", "%"),
        ("59237.2449万元", "592372449.0000", "1", "元"),
        ("十二件", "12", "1", "件"),
        ("一百零五宗", "105", "1", "宗"),
    ],
)
def test_a_number_keeps_the_precision_it_was_written_in(text: str, value: str, step: str, counter: str) -> None:
    assert quantity(text) == Quantity(Decimal(value), Decimal(step), counter)


def test_numerals_are_read_as_they_are_written() -> None:
    numbers = [*range(1, 130), 200, 205, 1000, 1005, 1050, 10_000, 12_000, 102_030, 20_000_000]
    assert [chinese_number(in_chinese(number)) for number in numbers] == numbers
    assert chinese_number("二〇二四") == 2024


@pytest.mark.parametrize(
    ("text", "rounding", "fit", "unfit"),
    [
        ("66件", Rounding.NONE, [66], [65, 67]),
        ("1.2万件", Rounding.NONE, [11_500, 12_000, 12_999], [11_499, 13_000]),
        ("18000余件", Rounding.OVER, [18_000, 18_976], [17_999, 22_000]),
        ("100多件", Rounding.OVER, [100, 199], [99, 200]),
        ("9.13%", Rounding.NONE, [Decimal("9.128"), Decimal("9.134")], [Decimal("9.12"), Decimal("9.15")]),
    ],
)
def test_a_rounded_number_fits_what_it_may_stand_for(
    text: str, rounding: Rounding, fit: list[int], unfit: list[int]
) -> None:
    read = quantity(text)
    assert read is not None
    assert read.rounding is rounding
    assert [read.fits(value) for value in fit] == [True] * len(fit)
    assert [read.fits(value) for value in unfit] == [False] * len(unfit)


# ---------------------------------------------------------------- whatever is written


def test_whatever_is_written_nothing_is_raised() -> None:
    dice = random.Random(7)  # noqa: S311 - makes sentences, guards nothing
    for edition in editions():
        layout = load_layout(edition)
        scan = scanner(layout)
        assert scan is not None
        figures = {key: Figure(dice.choice([0, 0, 1, 7, None]), "") for key in layout.figures}
        base = Report(
            layout, {"year": "2020", "agency": "某某市"}, figures, {}, previous=dict(list(figures.items())[::2])
        )
        words = sorted(scan.words)
        others = [
            "，",
            "。",
            "；",
            "、",
            "（",
            "）",
            "：",
            "\n",
            "5件",
            "0件",
            "12.5%",
            "3万余件",
            "2019年",
            "2020年",
            "某",
            "两件",
            "万件",
        ]
        for _ in range(150):
            text = "".join(dice.choice(others if dice.random() < 0.5 else words) for _ in range(60))
            run_checks(replace(base, narratives={"overview": (Entry(dice.choice(words), text),)}))


def test_what_was_worked_out_is_kept_up_to_a_bound() -> None:
    layout = load_layout("2021")
    made = reader(layout)
    rows, columns = (tuple(str(number) for number in range(many)) for many in (80, 80))
    for row in rows:
        for column in columns:
            made.readings("三", ("本年新收", row), (column,))
    assert 0 < len(made.kept) <= 5000
    plans = [replaced(layout, source=str(number)) for number in range(200)]
    assert len({id(reader(one)) for one in plans}) > 1
    assert reader(layout).readings("三", ("本年新收",), ("总计",))[0].keys == ("t3.received.total",)
    cached = reader.__closure__
    assert cached is not None
    assert max(len(cell.cell_contents) for cell in cached if isinstance(cell.cell_contents, dict)) <= 64
