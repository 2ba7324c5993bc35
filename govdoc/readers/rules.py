"""The L rules: what is wrong with a file's shape, as against the values in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.finding import Rule, Severity

if TYPE_CHECKING:
    from govdoc.finding import Finding, Location

_FORMAT = "国办公开办函〔2021〕30号、〔2019〕60号：统一格式的表式"
_PROGRAM = "govdoc 标准工作簿"

MISSING_SHEET = Rule(
    "L101",
    Severity.ERROR,
    "缺少工作表",
    _PROGRAM,
    "{what}。",
    "{advice}",
    checks="规定的工作表都在；几乎一张也没有的，不是年报工作簿，里面的内容不再核对。",
    example="“二、主动公开”被改名为“二、主动公开情况表”。",
    mend="改回规定的名称；删掉了的，用 govdoc new 新建工作簿，从中取出；给错了文件的，换成年报工作簿。",
)
UNKNOWN_SHEET = Rule(
    "L102",
    Severity.NOTE,
    "多出的工作表",
    _PROGRAM,
    "工作表“{found}”不属于标准工作簿，里面的内容不会进入报告。",
    "不影响生成报告；如果里面有要报的内容，请移到规定的工作表。",
    checks="工作簿里有没有不属于标准工作簿的表；这些表不会进入报告。",
    example="多了一张“Sheet1”。",
    mend="不影响生成报告；里面有要报的内容，移到规定的工作表。",
)
ROW_LABEL = Rule(
    "L103",
    Severity.ERROR,
    "行标签不是法定的",
    _FORMAT,
    "这里的标签应是“{expected}”，现在是“{found}”。",
    "改回“{expected}”；标签和顺序都不能改动。",
    checks="每一行的标签是统一格式规定的文字。全角半角标点、空格和换行不算差别。",
    example="“1.本机关不掌握相关政府信息”被改成“1.没有掌握相关信息”。",
    mend="改回规定的文字。",
)
COLUMN_LABEL = Rule(
    "L104",
    Severity.ERROR,
    "列标题不是法定的",
    _FORMAT,
    "这里的标题应是“{expected}”，现在是“{found}”。",
    "改回“{expected}”；标题和顺序都不能改动。",
    checks="每一列的标题是统一格式规定的文字。",
    example="“商业企业”被改成“企业”。",
    mend="改回规定的文字。",
)
STRUCTURE = Rule(
    "L105",
    Severity.ERROR,
    "行列有增删或移动",
    _FORMAT,
    "{what}。",
    "请恢复原来的行列：{advice}。",
    checks="行和列没有增加、删除、移动或重复；一处变动只报一次。",
    example="表三中间插入了一行。",
    mend="恢复原来的行列；不便恢复的，用 govdoc new 新建工作簿，把数据填进去。",
)
MERGED = Rule(
    "L106",
    Severity.ERROR,
    "数据区有合并单元格",
    _FORMAT,
    "{what}合并成了一格，占了不止一个数据的位置。",
    "取消合并，把每个数据填回各自的格子。",
    checks="数据区没有合并单元格。",
    example="表三 D9:E9 合并成了一格。",
    mend="取消合并，把每个数据填回各自的格子。",
)
EDITION = Rule(
    "L107",
    Severity.ERROR,
    "表式版本不对",
    "国办公开办函〔2021〕30号（2021年及以后年度）、〔2019〕60号（2019、2020年度）",
    "{what}。",
    "{advice}",
    checks="工作簿的表式是报告年度适用的那一版。",
    example="2020 年度的报告用了 2021 年起的表式。",
    mend="核对报告年度；年度无误的，用 govdoc new 新建该年度的工作簿。",
)
OUTSIDE = Rule(
    "L108",
    Severity.WARNING,
    "表外或隐藏的内容",
    _PROGRAM,
    "{what}。",
    "{advice}",
    checks="表外和隐藏的行、列、工作表里有没有内容；它们不会进入报告，或者没有被看见就进入了报告。",
    example="表四旁边写着“其中 1 件在中院”。",
    mend="要报的内容移进表里或正文里；不要的删去；隐藏的取消隐藏后核对。",
)
REQUIRED = Rule(
    "L109",
    Severity.ERROR,
    "基本信息没有填好",
    "《中华人民共和国政府信息公开条例》第五十条；govdoc 标准工作簿",
    "“{label}”{problem}。",
    "{advice}",
    checks=(
        "基本信息里的必填项填了，年度、日期和选项合乎要求。"
        "发布日期不晚于报告年度，或者要落款却没有发布日期的，给出警告。"
    ),
    example="“机关名称”空着。",
    mend="按“说明”一列的要求填写。",
    lighter=Severity.WARNING,
)

RULES = (
    MISSING_SHEET,
    UNKNOWN_SHEET,
    ROW_LABEL,
    COLUMN_LABEL,
    STRUCTURE,
    MERGED,
    EDITION,
    OUTSIDE,
    REQUIRED,
)

_NEW_BOOK = "不便恢复的，用 govdoc new 新建工作簿，把数据填进去"
_FROM_REPORT = "不便恢复的，从 govdoc 生成的报告里复制过来"


def out_of_order(where: Location, what: str, advice: str, *, in_document: bool = False) -> Finding:
    """Return the finding for rows, columns or headings that are not where they should be, with the way out.

    ``in_document`` says that they stand in a report, which no new workbook mends.
    """
    return STRUCTURE.at(where, what=what, advice=f"{advice}；{_FROM_REPORT if in_document else _NEW_BOOK}")
