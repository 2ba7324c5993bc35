"""A long title stands on several lines, as GB/T 9704 wants it: the organ's name is read whole, and no line too many."""

from __future__ import annotations

import pytest

from govdoc.layouts.schema import load_layout
from tests.readers.test_text import bound, lines, text_of

REST = "2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("above", "agency"),
    [
        ("某某市城市管理和综合行政执法局|（某某市城市管理局）", "某某市城市管理和综合行政执法局（某某市城市管理局）"),
        (
            "某某开发区管理委员会|（某某保税区管理委员会、|某某产业开发区管理局）",
            "某某开发区管理委员会（某某保税区管理委员会、某某产业开发区管理局）",
        ),
        ("新疆维吾尔自治区|巴音郭楞蒙古自治州和静县人民政府", "新疆维吾尔自治区巴音郭楞蒙古自治州和静县人民政府"),
        ("首页|江西省景德镇市浮梁县|农业农村局机关（乡村振兴局）", "江西省景德镇市浮梁县农业农村局机关（乡村振兴局）"),
        # The site's own lines.
        ("某某市人民政府|某某市财政局", "某某市财政局"),
        ("某某市人民政府门户网站|某某经济技术开发区管理委员会办公室", "某某经济技术开发区管理委员会办公室"),
        ("某某市|某某市财政局", "某某市财政局"),
        ("首页|某某县|某某局", "某某局"),
    ],
)
def test_a_name_on_several_lines_is_read_whole(above: str, agency: str) -> None:
    title = "\n".join([*above.split("|"), REST])
    info = bound(text_of(load_layout("2021"), lines, title=title)).report.info
    assert (info.get("agency"), info.get("year")) == (agency, "2023")
