"""What a cell holds, and the number or text that it stands for. Blank, zero and dash are three values.

Reading is strict: nothing is rounded, nothing is guessed, no float reaches a report. What had to be normalised
is read and said (V205); what cannot be read for certain is not a number (V202).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from govdoc.finding import Rule, Severity

_FORMAT = "国办公开办函〔2021〕30号、〔2019〕60号：表格各项填报数字"
_PROGRAM = "govdoc 标准工作簿"

BLANK = Rule(
    "V201",
    Severity.ERROR,
    "数据格空着",
    _FORMAT,
    "“{label}”这一格空着，空着不等于 0。",
    "没有发生请填 0；有发生请填数字。",
    checks="每个数据格都填了数字。空着的格子不能当作 0：看报告的人分不清是没有发生还是漏填。",
    example="表三“（一）予以公开·自然人”一格空着。",
    mend=(
        "没有发生填 0；有发生填数字。确实全是 0 的，可以用 govdoc build --blank-as-zero 按 0 处理，程序会列出是哪些格。"
    ),
)
NOT_A_NUMBER = Rule(
    "V202",
    Severity.ERROR,
    "不是数字",
    _FORMAT,
    "“{label}”填的是“{found}”，{reason}。",
    "改为阿拉伯数字；没有发生请填 0。",
    checks="数据格里的内容能读成一个确定的数。",
    example="填了“若干”“约30”“3-5”。",
    mend="改为一个阿拉伯数字。",
)
NEGATIVE = Rule(
    "V203",
    Severity.ERROR,
    "填了负数",
    _FORMAT,
    "“{label}”填的是 {found}，这里不能是负数。",
    "改为 0 或正数。",
    checks="件数和金额不是负数。",
    example="“本年制发件数”填了 -1。",
    mend="改为 0 或正数；要表示减少的，在正文里写。",
)
NOT_WHOLE = Rule(
    "V204",
    Severity.ERROR,
    "件数不是整数",
    _FORMAT,
    "“{label}”填的是 {found}，件数必须是整数。",
    "改为整数；如果数字来自公式，请检查公式。",
    checks="件数是整数。",
    example="“本年新收·总计”填了 66.5。",
    mend="改为整数；数字来自公式的，检查公式。",
)
NORMALISED = Rule(
    "V205",
    Severity.WARNING,
    "整理后读入",
    _FORMAT,
    "“{label}”填的是“{found}”，按 {expected} 读入。",
    "如果读得对，可以不改；最好改成数字 {expected}，不带逗号、空格、单位，也不用文本格式。",
    checks=(
        "数据格里是普通的数字。全角数字、千位逗号、空格、文本格式和数字后面的单位，能读准的照读，并告诉您是怎样读的。"
    ),
    example="填了“１５件”，按 15 读入。",
    mend="读得对可以不改；最好改成普通的数字。",
)
PLACEHOLDER = Rule(
    "V206",
    Severity.ERROR,
    "用符号代替数字",
    _FORMAT,
    "“{label}”填的是“{found}”，不是数字。",
    "没有发生请填 0；有发生请填数字。",
    checks="没有用符号代替数字。",
    example="填了“/”“-”“—”“无”。",
    mend="没有发生填 0。",
)
UNCALCULATED = Rule(
    "V207",
    Severity.ERROR,
    "公式没有算出结果",
    _PROGRAM,
    "“{label}”是公式 {found}，文件里没有算出的结果。",
    "用 Excel 或 WPS 打开，按 F9 重算后保存；或者直接填结果。",
    checks="公式有算出的结果。用程序生成、没有用 Excel 或 WPS 打开过的文件，公式里没有结果。",
    example="数据格是 =10+5，文件里没有存 15。",
    mend="用 Excel 或 WPS 打开，重算后保存；或者直接填结果。",
)
ERROR_VALUE = Rule(
    "V208",
    Severity.ERROR,
    "公式出错",
    _PROGRAM,
    "“{label}”显示 {found}，是公式出错的结果。",
    "检查公式引用的单元格；或者直接填结果。",
    checks="公式没有出错。",
    example="数据格显示 #REF!。",
    mend="检查公式引用的单元格；或者直接填结果。",
)
NOT_A_COUNT = Rule(
    "V209",
    Severity.ERROR,
    "日期、时间或逻辑值",
    _FORMAT,
    "“{label}”填的是 {found}，这是{reason}，不是数字。",
    "把单元格格式改为“常规”，重新填数字。",
    checks="数据格里不是日期、时间或逻辑值。",
    example="填 1-5，被 Excel 变成了 1 月 5 日。",
    mend="把单元格格式改为“常规”，重新填数字。",
)
IMPLAUSIBLE = Rule(
    "V210",
    Severity.WARNING,
    "数字不像真的",
    _FORMAT,
    "“{label}”填的是 {found}，{reason}。",
    "请核对单位和位数；无误可以不改。",
    checks="数字的大小合乎常理：不超过十亿，金额不超过六位小数。",
    example="收费金额按元填成了 20000000000，应按万元填。",
    mend="核对单位和位数；无误可以不改。",
)
UNPRINTABLE = Rule(
    "V211",
    Severity.WARNING,
    "有不能写入文档的字符",
    "XML 1.0 第 2.2 节：文档里不能有控制字符",
    "“{label}”里有 {found} 这样看不见的控制字符，Word 文档不能保存，已换成“\ufffd”。",
    "在这一格里删去该字符（常是从别的软件粘贴时带来的），前后的文字不受影响。",
    checks="文字里没有 Word 文档存不下的控制字符。",
    example="从别的软件粘贴的文字里带着看不见的控制字符。",
    mend="删去该字符，前后的文字不受影响。",
)

RULES = (
    BLANK,
    NOT_A_NUMBER,
    NEGATIVE,
    NOT_WHOLE,
    NORMALISED,
    PLACEHOLDER,
    UNCALCULATED,
    ERROR_VALUE,
    NOT_A_COUNT,
    IMPLAUSIBLE,
    UNPRINTABLE,
)


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that shows an error such as ``#REF!``."""

    text: str


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula without a stored result; ``formula`` begins with ``=``."""

    formula: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A number shown as a percentage; ``value`` is the fraction that is stored."""

    value: float


@dataclass(frozen=True, slots=True)
class Formatted:
    """A number whose cell shows more than it, ``66件``; ``text`` is empty where it shows another number.

    ``code`` is the number format that does so.
    """

    value: float
    text: str
    code: str


Content = (
    str
    | int
    | float
    | bool
    | date
    | datetime
    | time
    | timedelta
    | ErrorValue
    | Uncalculated
    | Percent
    | Formatted
    | None
)
Value = int | Decimal

_MOST_DIGITS = 9  # of a number by which a file counts its own parts; Python refuses to read thousands of them
DIGITS = 15  # what a spreadsheet stores exactly; beyond it the last digits are not what was typed
PLAUSIBLE = 10**9
FEE_DECIMALS = 6
PLACEHOLDERS = frozenset(
    {
        *("/", "\\", "-", "--", "—", "——", "–", "―", "─", "_", "*", ".", "…", "……"),
        *("无", "暂无", "空", "没有", "不涉及", "n/a", "na", "none", "nil", "x"),
    }
)
RIGHT, WRONG, WAITING = "✓", "差", "—"  # what the workbook's check cells show, WRONG with the difference behind it
CHECK_SIGN = re.compile(rf"{RIGHT}|{WRONG} ?-?[0-9.]+|{WAITING}")
NO_UNIT = "没有写单位，请写成“123.45万元”或“1234500元”这样"
COUNT_UNITS = ("件次", "件", "宗", "项", "次", "份", "个")

# Full-width forms become plain ones, spaces of any width one kind of space, and what has no width at all nothing.
# The labels and most numbers of one file are those of the next: what was worked out for a short text is kept.
SHORT = 100  # characters; what is done to a text of this length at most is remembered
_REMEMBERED = 4096

_FULL_WIDTH: dict[int, int | str | None] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys((0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)),
    0x2212: "-",
}
_TEXT_MARK = re.compile("^['‘’](?=[0-9])")  # typed before digits to have them taken as text
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_CHANGE = re.compile(r"[+-]?[0-9]{1,15}")
_OTHER_UNIT = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)? ?(?:[十百千万亿]+[件宗项次份个元]?|元)")
_YUAN_IN = {"万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_MONEY = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)? ?(元|万元|亿元)?")
_UNPRINTABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What has no width comes along with text from pages and other programs, and nobody sees it: soft hyphens, zero-width
# spaces, marks of byte order. Marks of direction say something beside letters written from right to left, joiners
# between letters that join or pictures that make one; a Chinese or Latin sign, or the text's end, is no such.
_UNSEEN = "\u00ad\u200b\u2060-\u2064\ufeff"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_JOINERS = "\u200c\u200d"
_APART = r"\x00-\u02ff\u2000-\u206f\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\ufeff\uff00-\uffef"
_LEFT_OUT = re.compile(f"[{_UNSEEN}]|(?:^|(?<=[{_APART}]))[{_JOINERS}]|[{_JOINERS}](?=[{_APART}]|$)")
_MAY_BE_LEFT_OUT = re.compile(f"[{_UNSEEN}{_DIRECTIONS}{_JOINERS}]")
_DIRECTION = re.compile(f"[{_DIRECTIONS}]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")
_SPACES = re.compile(r"\s+")
_CHINESE_DIGITS = "零一二三四五六七八九"
_YEAR_DIGITS = str.maketrans("〇○Oo零一二三四五六七八九", "00000123456789")
_CHINESE_DATE = re.compile(
    "([〇○Oo零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_LABEL_MARKS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "〔": "[", "〕": "]", "【": "[", "】": "]"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number cell read: its value or None, what is shown of it, and the rule that has to be raised, if any."""

    value: Value | None
    shown: str
    rule: Rule | None = None
    reason: str = ""


def small_number(text: str | bytes | None, otherwise: int) -> int:
    """Return the whole number by which a file counts or names its own parts, or another where it gives none."""
    plain = text is not None and text.isdigit() and text.isascii() and len(text) <= _MOST_DIGITS
    return int(text) if text is not None and plain else otherwise


def read_number(content: Content, kind: str, unit: str) -> Number:
    """Return the number that a cell stands for.

    ``kind`` is the layout's: ``count`` (a whole number of cases), ``amount`` (a decimal in ``unit``), ``change`` (a
    whole number that may be negative, also written ``+3``) or ``money`` (an amount that carries its own unit, 元 or
    ``unit``; its value is in ``unit``).
    """
    if content is None:
        return Number(None, "", BLANK)
    if isinstance(content, str):
        return (_from_short if len(content) <= SHORT else _from_text)(content, kind, unit)
    if isinstance(content, bool):
        return Number(None, "TRUE" if content else "FALSE", NOT_A_COUNT, "逻辑值")
    if isinstance(content, int | float):
        return _from_number(content, kind)
    if isinstance(content, ErrorValue):
        return Number(None, content.text, ERROR_VALUE)
    if isinstance(content, Uncalculated):
        return Number(None, content.formula, UNCALCULATED)
    if isinstance(content, Percent):
        return Number(None, show_content(content), NOT_A_NUMBER, "是百分比，不是件数或金额")
    if isinstance(content, Formatted):
        return _from_formatted(content, kind, unit)
    return Number(None, show_content(content), NOT_A_COUNT, "日期或时间")


@lru_cache(maxsize=_REMEMBERED, typed=True)
def _from_number(content: float, kind: str) -> Number:
    if isinstance(content, float) and not math.isfinite(content):
        return Number(None, str(content), NOT_A_NUMBER, "不是数字")
    number = exact(content)
    if kind == "money" and number:
        return Number(None, show_number(number), NOT_A_NUMBER, NO_UNIT)
    return _checked(number, show_number(number), kind)


def _from_formatted(content: Formatted, kind: str, unit: str) -> Number:
    """Return a number by what its cell shows: a unit of its own, put there by the format, is read like a typed one."""
    if not content.text:
        shown = show_number(exact(content.value))
        return Number(None, shown, NOT_A_NUMBER, f"单元格格式“{content.code}”却显示成另一个数，请先改为“常规”")
    number = _from_text(content.text, kind, unit)
    return replace(number, rule=None) if number.rule is NORMALISED else number  # it is a number and nothing else


def _from_text(text: str, kind: str, unit: str) -> Number:
    found = text.strip()
    plain = found.translate(_FULL_WIDTH).strip()
    if not plain:
        return Number(None, "", BLANK)
    if plain.lower() in PLACEHOLDERS:
        return Number(None, found, PLACEHOLDER)
    if kind == "change" and _CHANGE.fullmatch(found):
        return replace(_checked(Decimal(found), found, kind), shown=found)
    if kind == "money":
        return _money(plain, found, unit)
    for suffix in (unit,) if kind == "amount" else COUNT_UNITS:
        if plain.endswith(suffix):
            plain = plain.removesuffix(suffix).rstrip()
            break
    match = _NUMBER.fullmatch(_TEXT_MARK.sub("", plain))
    if match is None:
        other = _OTHER_UNIT.fullmatch(plain) is not None
        return Number(None, found, NOT_A_NUMBER, f"单位不是{unit}，请换算" if other else "不是数字")
    sign, whole, fraction = match.groups()
    checked = _checked(_decimal(sign, whole, fraction), found, kind)
    if checked.rule is None and checked.value is not None:
        return Number(checked.value, show_number(checked.value), NORMALISED)
    return checked


_from_short = lru_cache(maxsize=_REMEMBERED)(_from_text)


def _decimal(sign: str, whole: str, fraction: str | None) -> Decimal:
    return Decimal(sign + whole.replace(",", "").replace(" ", "") + (fraction or ""))


def _money(plain: str, found: str, unit: str) -> Number:
    """Return an amount written with its unit; it is printed as it was written."""
    match = _MONEY.fullmatch(plain)
    if match is None:
        return Number(None, found, NOT_A_NUMBER, "不是金额")
    sign, whole, fraction, written = match.groups()
    number = _decimal(sign, whole, fraction)
    if not written and number:
        return Number(None, found, NOT_A_NUMBER, NO_UNIT)
    number = number * _YUAN_IN.get(written or unit, Decimal(1)) / _YUAN_IN.get(unit, Decimal(1))
    return replace(_checked(number, found, "money"), shown=found)


def _checked(number: Decimal, found: str, kind: str) -> Number:
    if not _is_exact(number):
        return Number(None, found, NOT_A_NUMBER, f"超过 {DIGITS} 位，读不准")
    if number < 0 and kind != "change":
        return Number(None, found, NEGATIVE)
    counted = kind in ("count", "change")
    if counted and number != number.to_integral_value():
        return Number(None, found, NOT_WHOLE)
    digits = number.normalize() + 0  # not -0
    value: Value = int(number) if counted else digits
    reason = ""
    if abs(number) > PLAUSIBLE:
        reason = "大得不合常理"
    elif kind == "amount" and -int(digits.as_tuple().exponent) > FEE_DECIMALS:
        reason = f"小数超过 {FEE_DECIMALS} 位"
    return Number(value, show_number(value), IMPLAUSIBLE if reason else None, reason)


def _is_exact(number: Decimal) -> bool:
    """Return whether a number keeps within :data:`DIGITS` digits, and as many places on either side of the point."""
    _, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits))
    zeros = len(text) - len(text.rstrip("0"))
    last = int(exponent) + zeros
    return not number or (len(text) - zeros <= DIGITS and last >= -DIGITS and number.adjusted() < DIGITS)


def exact(content: float) -> Decimal:
    """Return a stored number as the decimal that a spreadsheet shows: 15 significant digits."""
    return Decimal(content) if isinstance(content, int) else Decimal(f"{content:.{DIGITS}g}")


def show_number(value: Value) -> str:
    """Return a number as it is printed: no exponent, no rounding, no trailing zeros."""
    if isinstance(value, int):
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_content(content: Content) -> str:
    """Return any cell as the text that people see in it."""
    if content is None:
        return ""
    if isinstance(content, bool):
        return "TRUE" if content else "FALSE"
    if isinstance(content, float) and not math.isfinite(content):
        return str(content)
    if isinstance(content, int | float):
        return show_number(exact(content))
    if isinstance(content, ErrorValue):
        return content.text
    if isinstance(content, Uncalculated):
        return content.formula
    if isinstance(content, Percent):
        return f"{show_number(exact(content.value) * 100)}%"
    if isinstance(content, Formatted):
        return content.text or show_number(exact(content.value))
    if isinstance(content, datetime):
        plain = content.time() == time()
        return content.date().isoformat() if plain else content.isoformat(sep=" ", timespec="minutes")
    return content.isoformat() if isinstance(content, date | time) else str(content)


def clean_text(text: str) -> tuple[str, str]:
    r"""Return the text as a document can carry it, and the characters that it cannot (each once, in order).

    Line ends become ``\n``; a control character, a lone surrogate or a non-character becomes U+FFFD, so that the
    place stays visible and nothing around it is lost.
    """
    if text.isascii() and text.isalnum():  # a figure, mostly
        return text, ""
    text = _LINE_ENDS.sub("\n", text)
    if _UNPRINTABLE.search(text) is None:
        return text, ""
    return _UNPRINTABLE.sub("\ufffd", text), "".join(dict.fromkeys(_UNPRINTABLE.findall(text)))


def without_unseen(text: str) -> str:
    """Return a text without the characters that have no width and change nothing that is seen."""
    if text.isascii() or _MAY_BE_LEFT_OUT.search(text) is None:
        return text
    text = _LEFT_OUT.sub("", text)
    return text if _RIGHT_TO_LEFT.search(text) else _DIRECTION.sub("", text)


def name_characters(characters: str) -> str:
    """Return the code points of characters that cannot be shown: ``U+000B、U+0007``."""
    return "、".join(f"U+{ord(character):04X}" for character in characters)


def normal_label(text: str) -> str:
    """Return a label in the form in which labels are compared: half-width, no spaces or line breaks, plain quotes.

    Full-width and half-width punctuation are used interchangeably in practice; they make the same label.
    """
    return _normal_short(text) if len(text) <= SHORT else _normal(text)


def label_of(content: Content) -> str:
    """Return a cell's content as a label, in the form in which labels are compared; a long text is none."""
    text = content if isinstance(content, str) else show_content(content)
    return normal_label(text) if len(text) <= SHORT else ""


def _normal(text: str) -> str:
    return _SPACES.sub("", text.translate(_FULL_WIDTH).translate(_LABEL_MARKS))


_normal_short = lru_cache(maxsize=_REMEMBERED)(_normal)


def read_date(content: Content) -> str | None:
    """Return a date as ``YYYY-MM-DD``, or None where the cell holds no date of the calendar.

    Takes a date cell and the ways people write one: 2025-01-20, 2025/1/20, 2025.1.20, 2025年1月20日, 20250120, and
    二〇二五年一月二十日, as letters were dated before GB/T 9704-2012.
    """
    if isinstance(content, datetime):
        return content.date().isoformat()
    if isinstance(content, date):
        return content.isoformat()
    text = _in_digits(normal_label(show_content(content)))
    match = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", text) or re.fullmatch(
        r"([0-9]{4})([0-9]{2})([0-9]{2})", text
    )
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return None


def _in_digits(text: str) -> str:
    """Return a date in Chinese numerals in digits; any other text as it is."""
    match = _CHINESE_DATE.fullmatch(text)
    if match is None:
        return text
    year, *rest = match.groups()
    numbers = []
    for numeral in rest:
        tens, ten, ones = numeral.rpartition("十")
        numbers.append(
            10 * (_CHINESE_DIGITS.find(tens) if tens else len(ten)) + max(_CHINESE_DIGITS.find(ones or "零"), 0)
        )
    return f"{year.translate(_YEAR_DIGITS)}-{numbers[0]}-{numbers[1]}"
