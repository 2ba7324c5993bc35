"""Where titles break: at the sense of the words, in lines that fit, and no character is lost or added."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govdoc.writers.word_title import broken_lines

ROOM = 20
REST = "2021年政府信息公开工作年度报告"


@pytest.mark.parametrize("agency", ["某局", "某某市局", "ABC"])
def test_a_title_that_fits_stands_on_one_line(agency: str) -> None:
    assert broken_lines((agency, REST), ROOM) == (f"{agency}{REST}",)


def test_the_space_between_scripts_counts() -> None:
    # Twenty characters, and a quarter of one on either side of the year.
    assert broken_lines(("某某财政局", REST), ROOM) == ("某某财政局", REST)


@pytest.mark.parametrize(
    "lines",
    [
        "某某省某某市某某区人民政府",
        "新疆维吾尔自治区|巴音郭楞蒙古自治州和静县人民政府",
        "某某省某某市某某县|人力资源和社会保障局机关本级",
        "某某市城市管理和综合行政执法局|（某某市城市管理局）",
        "某某经济技术开发区管理委员会|（某某综合保税区管理委员会、|某某高新技术产业开发区管理局）",
        "内蒙古自治区呼伦贝尔市|莫力达瓦达斡尔族自治旗人民政府办公室",
        "呼和浩特市市场监督管理局|知识产权服务中心城市管理处机关",
        "江西省景德镇市浮梁县|农业农村局（乡村振兴局）",
        "中国（上海）自由贸易试验区|临港新片区管理委员会",
        "某某市人民政府行政审批局|（某某市政务服务管理办公室）",
        "Some Long English Name of |A Government Agency Of China",
    ],
)
def test_the_name_of_an_organ_breaks_at_its_sense(lines: str) -> None:
    agency = lines.replace("|", "")
    assert broken_lines((agency, REST), ROOM) == (*lines.split("|"), REST)


def test_a_name_without_a_known_word_breaks_into_halves() -> None:
    assert broken_lines(("某" * 30, REST), ROOM) == ("某" * 15, "某" * 15, REST)


def test_no_word_is_torn_where_nothing_else_offers_itself() -> None:
    lines = broken_lines(("某某某某某某某某某某某人力资源某某某某某某某某某某某某", REST), ROOM)
    assert any("人力资源" in line for line in lines)


@pytest.mark.parametrize("agency", ["某" * 101, "a" * 60, "某市" * 40])
def test_what_is_no_name_is_left_to_the_word_processor(agency: str) -> None:
    assert broken_lines((agency, REST), ROOM) == (agency, REST)


@given(
    agency=st.text(alphabet="某省市县区局和与（）、 a2“”人民政府办公室", min_size=1, max_size=70),
    room=st.integers(8, 24),
)
def test_nothing_is_lost_and_no_mark_begins_a_line(agency: str, room: int) -> None:
    lines = broken_lines((agency,), room)
    assert "".join(lines) == agency
    assert all(lines)
    assert not any(line[0] in "）、”" or above[-1] in "（“" for above, line in pairwise(lines))
