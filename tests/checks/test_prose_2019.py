"""Edition 2019: its own columns of documents, items and decisions are read in the text."""

from __future__ import annotations

import pytest

from govdoc.checks.prose import judge
from govdoc.layouts.schema import load_layout
from govdoc.report import Entry, Figure, Report

FIGURES = {
    "t2.normative.produced": 3,
    "t2.normative.published": 4,
    "t2.normative.public_total": 26,
    "t2.permits.items_last_year": 21,
    "t2.permits.change": -2,
    "t2.permits.decisions": 640,
    "t2.other_services.items_last_year": 30,
    "t2.other_services.change": 5,
    "t2.other_services.decisions": 812,
    "t2.penalties.items_last_year": 44,
    "t2.penalties.decisions": 57,
    "t2.procurement.projects": 13,
    "t3.received.natural": 15,
    "t3.received.total": 15,
    "t3.granted.natural": 9,
    "t3.granted.total": 9,
    "t3.other_outcome.natural": 2,
    "t3.other_outcome.total": 2,
    "t3.results_total.natural": 11,
    "t3.results_total.total": 11,
    "t3.carried_forward.natural": 4,
    "t3.carried_forward.total": 4,
}


def codes(text: str) -> list[str]:
    layout = load_layout("2019")
    values = dict.fromkeys(layout.figures, 0) | FIGURES
    figures = {key: Figure(value, str(value)) for key, value in values.items()}
    info = {"agency": "青岭县水务局", "year": "2020", "scope": "本级"}
    return [finding.code for finding in judge.claims(Report(layout, info, figures, {"overview": (Entry("", text),)}))]


@pytest.mark.parametrize(
    "text",
    [
        "我局行政许可事项19项，行政许可处理决定数量640件。",
        "其他对外管理服务事项35项，处理决定数量812件。",
        "行政处罚事项44项，共作出行政处罚决定57件。",
        "行政强制事项0项，未采取行政强制措施。",
        "公开规范性文件4件。",
        "主动公开规范性文件26件。",
        "公开新制定规范性文件3件。",
        "本年新制作规范性文件3件，新公开4件，对外公开总数量26件。",
        "政府集中采购项目13项。",
        "收到公开申请15件，予以公开9件，其他2件，结转2021年办理4件。",
        "清理行政许可事项80项。",
    ],
)
def test_such_a_sentence_is_right(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "我局行政许可事项21项。",
        "行政许可处理决定数量604件。",
        "其他对外管理服务事项30项。",
        "其他对外管理服务事项处理决定数量821件。",
        "行政处罚事项45项。",
        "共作出行政处罚决定75件。",
        "公开规范性文件7件。",
        "公开新制定规范性文件26件。",
        "新公开规范性文件26件。",
        "政府集中采购项目31项。",
        "收到公开申请15件，予以公开9件，其他3件。",
        "收到公开申请15件，均予以公开。",
    ],
)
def test_such_a_sentence_is_wrong(text: str) -> None:
    assert codes(text) == ["N501"]
