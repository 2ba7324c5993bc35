"""The L rules: what is wrong with a file's shape, as against the values in it."""

from __future__ import annotations

from govdoc.finding import Rule, Severity

_FORMAT = "国办公开办函〔2021〕30号、〔2019〕60号：统一格式的表式"
_PROGRAM = "govdoc 标准工作簿"

MISSING_SHEET = Rule(
    "L101",
    Severity.ERROR,
    "缺少工作表",
    _PROGRAM,
    "缺少工作表“{expected}”{nearest}。",
    "{advice}",
)
UNKNOWN_SHEET = Rule(
    "L102",
    Severity.NOTE,
    "多出的工作表",
    _PROGRAM,
    "工作表“{found}”不属于标准工作簿，里面的内容不会进入报告。",
    "不影响生成报告；如果里面有要报的内容，请移到规定的工作表。",
)
ROW_LABEL = Rule(
    "L103",
    Severity.ERROR,
    "行标签不是法定的",
    _FORMAT,
    "这里的标签应是“{expected}”，现在是“{found}”。",
    "改回“{expected}”；标签和顺序都不能改动。",
)
COLUMN_LABEL = Rule(
    "L104",
    Severity.ERROR,
    "列标题不是法定的",
    _FORMAT,
    "这里的标题应是“{expected}”，现在是“{found}”。",
    "改回“{expected}”；标题和顺序都不能改动。",
)
STRUCTURE = Rule(
    "L105",
    Severity.ERROR,
    "行列有增删或移动",
    _FORMAT,
    "{what}。",
    "请恢复原来的行列：{advice}；不便恢复的，用 govdoc new 新建工作簿，把数据填进去。",
)
MERGED = Rule(
    "L106",
    Severity.ERROR,
    "数据区有合并单元格",
    _FORMAT,
    "{found} 合并成了一格，占了不止一个数据的位置。",
    "取消合并，把每个数据填回各自的格子。",
)
EDITION = Rule(
    "L107",
    Severity.ERROR,
    "表式版本不对",
    "国办公开办函〔2021〕30号（2021年及以后年度）、〔2019〕60号（2019、2020年度）",
    "{what}。",
    "{advice}",
)
OUTSIDE = Rule(
    "L108",
    Severity.WARNING,
    "表外或隐藏的内容",
    _PROGRAM,
    "{what}。",
    "{advice}",
)
REQUIRED = Rule(
    "L109",
    Severity.ERROR,
    "基本信息没有填好",
    "《中华人民共和国政府信息公开条例》第五十条；govdoc 标准工作簿",
    "“{label}”{problem}。",
    "{advice}",
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
