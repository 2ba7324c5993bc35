"""``govdoc layouts``: what each edition of the form asks for, from the files that everything is made from."""

from __future__ import annotations

import re

import pytest

from govdoc.layouts.schema import editions, load_layout
from tests.cli_helpers import run


def test_every_edition_is_listed_with_its_years_and_its_notice() -> None:
    ran = run("layouts")
    assert (ran.code, ran.err) == (0, "govdoc layouts 版次（如 govdoc layouts 2021）列出其中一版的内容。\n")
    assert ran.out.splitlines()[1:] == [
        "2019  2019—2020 年   国办公开办函〔2019〕60号  3 张表，198 个数据",
        "2021  2021 年及以后  国办公开办函〔2021〕30号  3 张表，200 个数据",
    ]


@pytest.mark.parametrize("edition", editions())
def test_an_edition_is_described_whole(edition: str) -> None:
    layout = load_layout(edition)
    ran = run("layouts", edition)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{edition} 版表式  {layout.source}，适用于 {layout.years}的报告\n")
    assert all(section.heading in ran.out for section in layout.sections)
    rows = [name for line in re.findall("行：(.*)", ran.out) for name in line.split("、")]
    columns = [name for line in re.findall("列：(.*)", ran.out) for name in line.split("、")]
    for spec in layout.figures.values():
        name = spec.address.partition(".")[2]
        assert any(
            name == ".".join(filter(None, pair))
            for row in ["", *rows]
            for pair in ((row, one) for one in ["", *columns])
        ), name
    assert len(re.findall("^  S30[1-4]  ", ran.out, re.MULTILINE)) == len(layout.sums)
    assert "S303  表三，每一列：本年新收 + 上年结转 = 办理结果 + 结转下年" in ran.out


def test_an_edition_that_does_not_exist_is_wrong_usage() -> None:
    ran = run("layouts", "2008")
    assert (ran.code, ran.out, ran.err) == (2, "", "没有“2008”版表式。\n现有：2019、2021。\n")
