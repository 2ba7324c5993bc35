"""Number formats: what they put around a number, and which show another one."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from govdoc.pipeline import check
from govdoc.readers.number_formats import as_formatted, says_more, shows_percent
from govdoc.readers.workbook import read_workbook
from govdoc.values import Formatted
from tests.helpers import SAMPLE, T3
from tests.hostile.makers import container, number_record, old_workbook, record

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = [
    *("", "General", "0", "0.00", "#,##0", "[Red]0;-0", "0;-0;;@", "0_ ", "#,##0_);(#,##0)", "(0)", "0-00", "@", ";;;"),
    *("0.00E+00", "# ?/?", "000000", "[DBNum1][$-804]General", "[$¥-804]#,##0.00", '"¥"0.00', '0" "'),
    *('yyyy"年"m"月"', "0%", "0.0%;-0.0%", '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '),
]
AROUND = {
    '#,##0"件"': "1234.5件",
    "0件": "1234.5件",
    'General"件"': "1234.5件",
    'G/通用格式"件"': "1234.5件",
    '0"%"': "1234.5%",
    "0\\%": "1234.5%",
    "0!%": "1234.5%",
    '"约"0': "约1234.5",
    '0.00"万元"_ ': "1234.5万元",
    '[红色]0"元";-0"元"': "1234.5元",
    '[>=10000]0!.0,"万";0"件"': "1234.5件",
    '[<100]0"个";[<2000]0"件";0': "1234.5件",
}
OTHER = ["0,", '0.0,,"百万"', '0!.0,"万"', '0"."0', '[>=1000]0!.0,"万";0']


@pytest.mark.parametrize("code", PLAIN)
def test_most_formats_show_the_number(code: str) -> None:
    assert (as_formatted(1234.5, code), says_more(code)) == (None, False)


@pytest.mark.parametrize("code", AROUND)
def test_what_a_format_puts_around_a_number_is_seen(code: str) -> None:
    formatted = as_formatted(1234.5, code)
    assert formatted is not None
    assert (formatted.text, says_more(code), shows_percent(code)) == (AROUND[code], True, False)


@pytest.mark.parametrize("code", OTHER)
def test_a_format_that_shows_another_number_gives_no_text(code: str) -> None:
    formatted = as_formatted(1234.5, code)
    assert formatted is not None
    assert (formatted.text, says_more(code)) == ("", True)
    assert as_formatted(0.0, code) is None


def test_each_sign_has_its_part() -> None:
    code = '0"件";-0"项";"无"'
    texts = [getattr(as_formatted(number, code), "text", None) for number in (1.0, -1.0, 0.0)]
    assert texts == ["1件", "-1项", None]


@pytest.mark.parametrize(("code", "percent"), [("0%", True), ("0.00 %", True), ('0"%"', False), ("0", False)])
def test_a_percent_sign_that_is_only_put_there_is_none(code: str, *, percent: bool) -> None:
    assert shows_percent(code) is percent


def test_an_old_workbook_s_formats_are_seen(tmp_path: Path) -> None:
    codes = ['0"件"', '0"%"', "0"]
    formats = b"".join(
        record(0x41E, struct.pack("<HHB", 200 + at, len(code), 1) + code.encode("utf-16-le"))
        for at, code in enumerate(codes)
    )
    styles = b"".join(record(0xE0, struct.pack("<HH", 0, 200 + at) + bytes(16)) for at in range(len(codes)))
    cells = b"".join(number_record(0, at, 12.0, at) for at in range(len(codes)))
    path = tmp_path / "年报.xls"
    path.write_bytes(container(old_workbook(cells, before=formats + styles)))
    wanted = [Formatted(12.0, "12件", '0"件"'), Formatted(12.0, "12%", '0"%"'), 12.0]
    assert read_workbook(path).grids[0].rows == [wanted]


def test_a_format_is_said_of_its_own_workbook_alone(tmp_path: Path) -> None:
    """Sheets that are alike are known at sight: what a format changes must not be taken from one to the next."""
    found = []
    for number, code in enumerate(["General", '0"%"', "General", '0"件"', "0,", "General", '0"%"']):
        book = load_workbook(SAMPLE)
        book[T3]["D4"].number_format = code
        path = tmp_path / f"{number}.xlsx"
        book.save(path)
        found.append([(one.code, str(one.where)) for one in check(path).findings])
    wrong = [("V202", f"{T3}!D4")]
    assert found == [[], wrong, [], [], wrong, [], wrong]
