"""What a cell holds, and the number, date or label that it stands for; what is not certain is never guessed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from govdoc.values import (
    PLACEHOLDERS,
    Content,
    ErrorValue,
    Formatted,
    Number,
    Percent,
    Uncalculated,
    Value,
    clean_text,
    exact,
    name_characters,
    normal_label,
    read_date,
    read_number,
    show_content,
    show_number,
    without_unseen,
)


def count(content: Content) -> Number:
    return read_number(content, "count", "件")


def fee(content: Content) -> Number:
    return read_number(content, "amount", "万元")


def code(number: Number) -> str:
    return "" if number.rule is None else number.rule.code


# ---------------------------------------------------------------- numbers in cells


@pytest.mark.parametrize(
    ("content", "value"),
    [(0.0, 0), (-0.0, 0), (0, 0), (1.0, 1), (66, 66), (1_573_179.0, 1_573_179), (1e9, 10**9)],
)
def test_a_count_is_read_as_it_is(content: float, value: int) -> None:
    number = count(content)
    assert (number.value, type(number.value), number.shown, code(number)) == (value, int, str(value), "")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (59237.2449, "59237.2449"),
        (0.1 + 0.2, "0.3"),
        (1.1 * 3, "3.3"),
        (12.30, "12.3"),
        (100.0, "100"),
        (1_000_000.0, "1000000"),
        (0.000001, "0.000001"),
        (0.0, "0"),
        (-0.0, "0"),
        (0, "0"),
        (123456.123456, "123456.123456"),
    ],
)
def test_a_fee_is_printed_as_it_was_entered(content: float, shown: str) -> None:
    number = fee(content)
    assert (number.value, number.shown, code(number)) == (Decimal(shown), shown, "")
    assert isinstance(number.value, Decimal)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (None, "V201 V201"),
        (-1.0, "V203 V203"),
        (-1e-9, "V203 V203"),
        (1.5, "V204 "),
        (59237.2449, "V204 "),
        (2e9, "V210 V210"),
        (1e9 + 1, "V210 V210"),
        (1.2345678, "V204 V210"),
        (123456789012345.0, "V210 V210"),
        (1e15, "V202 V202"),
        (1e22, "V202 V202"),
        (10**20, "V202 V202"),
        (10**400, "V202 V202"),
        (5e-324, "V202 V202"),
        (1e-16, "V202 V202"),
        (float("inf"), "V202 V202"),
        (float("-inf"), "V202 V202"),
        (float("nan"), "V202 V202"),
        (Percent(0.5), "V202 V202"),
        (Uncalculated("=A1"), "V207 V207"),
        (ErrorValue("#REF!"), "V208 V208"),
        (ErrorValue("#DIV/0!"), "V208 V208"),
        (True, "V209 V209"),
        (False, "V209 V209"),
        (date(2021, 1, 5), "V209 V209"),
        (datetime.fromisoformat("1900-02-28"), "V209 V209"),
        (time(12, 30), "V209 V209"),
        (timedelta(days=1), "V209 V209"),
    ],
)
def test_what_is_no_count_and_what_is_no_fee(content: Content, codes: str) -> None:
    assert f"{code(count(content))} {code(fee(content))}" == codes
    for number in (count(content), fee(content)):
        assert (number.value is None) == (code(number) not in ("", "V210"))


def test_a_stored_number_has_the_digits_that_a_spreadsheet_shows() -> None:
    assert [str(exact(stored)) for stored in (0.1 + 0.2, 59237.2449, 1e15 + 0.3, 7)] == [
        "0.3",
        "59237.2449",
        "1E+15",
        "7",
    ]


# ---------------------------------------------------------------- numbers as text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("'12", 12),
        ("‘12", 12),
        ("１２", 12),
        ("1,573,179", 1573179),
        ("1，573，179", 1573179),
        ("１，５７３，１７９", 1573179),
        ("1 573 179", 1573179),
        ("1\u3000573", 1573),
        ("1\u00a0573", 1573),
        ("1\u2009573", 1573),
        ("1\u202f573", 1573),
        (" 12 ", 12),
        ("\t12\n", 12),
        ("\u300012\u3000", 12),
        ("\u200b12\u200b", 12),
        ("\ufeff12", 12),
        ("\u202d12\u202c", 12),
        ("\u200e12\u200f", 12),
        ("0件", 0),
        ("0 件", 0),
        ("12件次", 12),
        ("１５件", 15),
        ("12宗", 12),
        ("12项", 12),
        ("0.0", 0),
        ("0.00件", 0),
        ("12.0", 12),
        ("+5", 5),
        ("-0", 0),
        ("000012", 12),
        ("00", 0),
    ],
)
def test_a_count_as_text_is_read_and_said(text: str, value: int) -> None:
    number = count(text)
    assert (number.value, type(number.value), number.shown, code(number)) == (value, int, str(value), "V205")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("59237.2449", "59237.2449"),
        ("59,237.2449", "59237.2449"),
        ("５９２３７．２４４９", "59237.2449"),
        ("59237.2449万元", "59237.2449"),
        ("59237.2449 万元", "59237.2449"),
        ("0.10", "0.1"),
        ("12.000000000", "12"),
        ("0.0", "0"),
        ("-0.0", "0"),
        ("0000.5", "0.5"),
    ],
)
def test_a_fee_as_text_is_read_and_said(text: str, shown: str) -> None:
    number = fee(text)
    assert (number.value, number.shown, code(number)) == (Decimal(shown), shown, "V205")


@pytest.mark.parametrize(
    "text",
    [
        *("/", "／", "\\", "-", "－", "--", "—", "——", "–", "―", "─", "_", "*", ".", "．", "…", "……"),
        *("无", " 无 ", "暂无", "空", "没有", "不涉及", "N/A", "n/a", "Ｎ／Ａ", "NA", "None", "nil", "x", "X"),
    ],
)
def test_a_placeholder_is_neither_zero_nor_blank(text: str) -> None:
    assert [(number.value, code(number)) for number in (count(text), fee(text))] == [(None, "V206"), (None, "V206")]


def test_every_placeholder_is_known_in_the_form_in_which_it_is_compared() -> None:
    assert {code(count(text)) for text in PLACEHOLDERS} == {"V206"}


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\n", "\t", "\u00a0", "\u200b", "\ufeff"])
def test_a_text_of_spaces_is_blank(text: str) -> None:
    assert (count(text).value, code(count(text)), code(fee(text))) == (None, "V201", "V201")


@pytest.mark.parametrize(
    "text",
    [
        *("1,57", "12,3456", "1573,179", "1,573179", "1,,573", ",573", "1，57", "1 57", "1.573.179", "1'573", "1٬573"),
        *("²", "12²", "①", "⑫", "½", "Ⅻ", "٣", "१२", "𝟏𝟐", "五", "十二", "〇", "零", "一百", "壹"),
        *("1_000", "1e3", "1E5", "0x10", "0b1", "inf", "-inf", "Infinity", "nan", "NaN", "1e309", "1.", ".5", "1.2.3"),
        *(
            "12%",
            "１２％",
            "(5)",
            "（5）",
            "5-",
            "+-5",
            "--5",
            "1/2",
            "3-5",
            "约12",
            "12余",
            "12、",
            "12。",
            "1 2",
            "1\n2",
        ),
        *("12345678901234567890", "1234567890123456", "0.1234567890123456789", "9" * 5000),
        *(
            "12人",
            "12元",
            "1.2万",
            "件",
            "12件件",
            "若干",
            "是",
            "TRUE",
            "2021-01-05",
            "3月",
            "#REF!",
            "=1+1",
            "''",
            "O",
            "l2",
        ),
    ],
)
def test_a_text_that_is_no_certain_number_is_refused(text: str) -> None:
    number = count(text)
    assert (number.value, code(number), number.shown) == (None, "V202", text.strip())


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("-5", "V203 V203"),
        ("－5", "V203 V203"),
        ("−5", "V203 V203"),
        ("-5件", "V203 V202"),
        ("1.5", "V204 V205"),
        ("1.10", "V204 V205"),
        ("1,234.50", "V204 V205"),
        ("2,000,000,000", "V210 V210"),
        ("0.1234567", "V204 V210"),
        ("12万元", "V202 V205"),
        ("12件", "V205 V202"),
        ("12元", "V202 V202"),
        ("12万", "V202 V202"),
        ("1.00000000000000000000000000000001", "V202 V202"),
    ],
)
def test_a_text_is_held_to_its_kind(text: str, codes: str) -> None:
    assert f"{code(count(text))} {code(fee(text))}" == codes


def test_what_is_read_is_what_is_shown() -> None:
    for text in ("12", "1,573,179", "１５件", "2,000,000,000"):
        assert count(text).shown == str(count(text).value)


# ---------------------------------------------------------------- changes, and money with its unit


@pytest.mark.parametrize(
    ("content", "value", "shown", "found"),
    [
        ("+3", 3, "+3", ""),
        ("-3", -3, "-3", ""),
        ("3", 3, "3", ""),
        ("0", 0, "0", ""),
        (-3.0, -3, "-3", ""),
        (0.0, 0, "0", ""),
        ("－３", -3, "-3", "V205"),
        ("3项", 3, "3", "V205"),
        ("+1.5", None, "+1.5", "V204"),
        ("增加3", None, "增加3", "V202"),
        ("—", None, "—", "V206"),
        (None, None, "", "V201"),
    ],
)
def test_a_change_may_be_negative(content: Content, value: int | None, shown: str, found: str) -> None:
    number = read_number(content, "change", "项")
    assert (number.value, number.shown, code(number)) == (value, shown, found)


@pytest.mark.parametrize(
    ("content", "value", "found"),
    [
        ("12.5万元", Decimal("12.5"), ""),
        ("12.5 万元", Decimal("12.5"), ""),
        ("125000元", Decimal("12.5"), ""),
        ("1,250元", Decimal("0.125"), ""),
        ("1亿元", Decimal(10000), ""),
        ("0", Decimal(0), ""),
        (0.0, Decimal(0), ""),
        ("0元", Decimal(0), ""),
        ("12.5", None, "V202"),
        (12.5, None, "V202"),
        ("十二万元", None, "V202"),
        ("-5元", None, "V203"),
        ("无", None, "V206"),
        (None, None, "V201"),
    ],
)
def test_money_carries_its_unit(content: Content, value: Value | None, found: str) -> None:
    number = read_number(content, "money", "万元")
    assert (number.value, code(number)) == (value, found)


# ---------------------------------------------------------------- showing


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (10**9, "1000000000"),
        (Decimal("59237.2449"), "59237.2449"),
        (Decimal("1E+9"), "1000000000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("12.50"), "12.5"),
        (Decimal("100"), "100"),
        (Decimal(0), "0"),
    ],
)
def test_a_number_is_shown_without_exponent_or_trailing_zeros(value: Value, shown: str) -> None:
    assert show_number(value) == shown


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (None, ""),
        ("文字", "文字"),
        (2021.0, "2021"),
        (0.1 + 0.2, "0.3"),
        (float("nan"), "nan"),
        (10**400, f"1{'0' * 400}"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2022, 1, 20), "2022-01-20"),
        (datetime.fromisoformat("2022-01-20"), "2022-01-20"),
        (datetime.fromisoformat("2022-01-20 09:05"), "2022-01-20 09:05"),
        (time(9, 5), "09:05:00"),
        (timedelta(days=1), "1 day, 0:00:00"),
        (Percent(0.339), "33.9%"),
        (ErrorValue("#N/A"), "#N/A"),
        (Uncalculated("=A1"), "=A1"),
    ],
)
def test_a_cell_is_shown_as_people_see_it(content: Content, shown: str) -> None:
    assert show_content(content) == shown


# ---------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("text", "clean", "lost"),
    [
        ("平常的文字，emoji 😀，𠮷", "平常的文字，emoji 😀，𠮷", ""),
        ("甲\r\n乙\r丙\u2028丁\u2029戊\x85己", "甲\n乙\n丙\n丁\n戊\n己", ""),
        ("甲\t乙", "甲\t乙", ""),
        ("甲\x0b乙\x0c丙\x0b", "甲\ufffd乙\ufffd丙\ufffd", "\x0b\x0c"),
        ("甲\ud800乙", "甲\ufffd乙", "\ud800"),
        ("甲\ufffe\uffff乙", "甲\ufffd\ufffd乙", "\ufffe\uffff"),
        ("\x00", "\ufffd", "\x00"),
        ("\ufffd", "\ufffd", ""),
        ("", "", ""),
    ],
)
def test_text_is_what_a_document_can_carry(text: str, clean: str, lost: str) -> None:
    assert clean_text(text) == (clean, lost)


@pytest.mark.parametrize(
    ("content", "kind", "unit", "wanted"),
    [
        (Formatted(66.0, "66件", '0"件"'), "count", "件", (66, "")),
        (Formatted(66.5, "66.5件", '0"件"'), "count", "件", (None, "V204")),
        (Formatted(66.0, "66%", '0"%"'), "count", "件", (None, "V202")),
        (Formatted(5.0, "5万", '0"万"'), "count", "件", (None, "V202")),
        (Formatted(15000.0, "", "0,"), "count", "件", (None, "V202")),
        (Formatted(1.5, "1.5万元", '0.00"万元"'), "amount", "万元", (Decimal("1.5"), "")),
        (Formatted(15000.0, "15000元", '0"元"'), "amount", "万元", (None, "V202")),
        (Formatted(15000.0, "15000元", '0"元"'), "money", "万元", (Decimal("1.5"), "")),
        (Formatted(15000.0, "15000万元", '0"万元"'), "money", "万元", (Decimal(15000), "")),
    ],
)
def test_a_number_is_read_by_what_its_format_shows(
    content: Formatted, kind: str, unit: str, wanted: tuple[Value | None, str]
) -> None:
    number = read_number(content, kind, unit)
    assert (number.value, code(number)) == wanted
    assert show_content(content) == (content.text or "15000")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\ufeff（一）\u200b收到\u200b6\u20607件\u00ad。\u200b", "（一）收到67件。"),
        ("\u200e某某局\u200f\u202a甲\u202c\u2066乙\u2069", "某某局甲乙"),
        ("\u200d收到\u200d\u200d6\u200c件\u200d", "收到6件"),
        (
            "👨\u200d👩\u200d👧和🏃\u200d♂\ufe0f，❤\ufe0f\u200d🔥",
            "👨\u200d👩\u200d👧和🏃\u200d♂\ufe0f，❤\ufe0f\u200d🔥",
        ),
        ("甲\u200f\u0634\u06c6\u200c\u0634\u200e乙", "甲\u200f\u0634\u06c6\u200c\u0634\u200e乙"),
        ("甲\u00a0乙\u3000丙\t丁  戊\n己e\u0301", "甲\u00a0乙\u3000丙\t丁  戊\n己e\u0301"),
        ("66\u200b", "66"),
        ("66", "66"),
        ("", ""),
    ],
)
def test_what_has_no_width_and_says_nothing_is_left_out(text: str, seen: str) -> None:
    assert without_unseen(text) == seen


def test_lost_characters_have_names() -> None:
    assert name_characters("\x0b\x07\ud800") == "U+000B、U+0007、U+D800"


@pytest.mark.parametrize(
    "other",
    [
        "3.危及“三安全一稳定”",
        '3.危及"三安全一稳定"',
        "３．危及”三安全一稳定“",
        " 3. 危及 “三安全\n一稳定”\u3000",
        "3.危及＂三安全一稳定＂",
        "3\u200b.危及“三安全一稳定”\ufeff",
    ],
)
def test_width_spaces_and_quotes_make_no_other_label(other: str) -> None:
    assert normal_label(other) == normal_label("3.危及“三安全一稳定”")


@pytest.mark.parametrize(
    "other", ["3、危及“三安全一稳定”", "3危及“三安全一稳定”", "三.危及“三安全一稳定”", "3.危及三安全一稳定"]
)
def test_other_signs_make_another_label(other: str) -> None:
    assert normal_label(other) != normal_label("3.危及“三安全一稳定”")


@pytest.mark.parametrize(("one", "other"), [("（一）", "(一)"), ("：", ":"), ("，", ","), ("〔", "["), ("％", "%")])
def test_full_and_half_width_signs_are_the_same(one: str, other: str) -> None:
    assert normal_label(one) == normal_label(other)


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    "content",
    [
        *(date(2022, 1, 5), datetime.fromisoformat("2022-01-05 13:30")),
        *("2022-01-05", "2022-1-5", "2022/1/5", "2022.1.5", "2022年1月5日", "2022年01月05", "20220105", 20220105.0),
        *("２０２２年１月５日", " 2022 - 01 - 05 ", "2022－01－05"),
        *("二〇二二年一月五日", "二○二二年一月五日", "二零二二年 一月五日", "二Ｏ二二年一月五日"),
    ],
)
def test_a_date_is_read_however_it_is_written(content: Content) -> None:
    assert read_date(content) == "2022-01-05"


@pytest.mark.parametrize(
    ("numerals", "wanted"),
    [
        ("二〇二五年十月十日", "2025-10-10"),
        ("二〇二五年十一月二十日", "2025-11-20"),
        ("二〇二五年十二月三十一日", "2025-12-31"),
        ("一九九九年九月十九日", "1999-09-19"),
    ],
)
def test_a_date_in_numerals_is_read(numerals: str, wanted: str) -> None:
    assert read_date(numerals) == wanted


@pytest.mark.parametrize(
    "content",
    [
        *(None, "", "2022", "2022年", "2022-13-01", "2022-02-30", "2022-00-01", "0000-01-01", "1月5日", "22-1-5"),
        *(
            "5/1/2022",
            "二〇二二年一月",
            "二〇二二年二月三十日",
            "二〇二二年十十月一日",
            "二〇二二年一月十十五日",
            "二二年一月五日",
            "2022-01-05 09:00",
            "٢٠٢٢-٠١-٠٥",
            44566.0,
            True,
            Percent(0.5),
            ErrorValue("#N/A"),
        ),
    ],
)
def test_what_is_no_date_of_the_calendar_is_none(content: Content) -> None:
    assert read_date(content) is None


@pytest.mark.parametrize(
    ("text", "kind", "unit", "reason"),
    [
        ("1063725元", "amount", "万元", "单位不是万元，请换算"),
        ("1.2亿元", "amount", "万元", "单位不是万元，请换算"),
        ("1.2万", "count", "件", "单位不是件，请换算"),
        ("3万件", "count", "件", "单位不是件，请换算"),
        ("约300", "count", "件", "不是数字"),
    ],
)
def test_a_number_in_another_unit_says_so(text: str, kind: str, unit: str, reason: str) -> None:
    number = read_number(text, kind, unit)
    assert (number.value, number.reason) == (None, reason)
