"""The W rules: an edited Word report against its workbook. What is compared, and how, :mod:`govdoc.roundtrip` knows."""

from __future__ import annotations

from govdoc.finding import Rule, Severity

_PROGRAM = "govdoc 生成的 Word 报告"

FIGURE = Rule(
    "W701",
    Severity.ERROR,
    "报告里的数据与工作簿不同",
    "国办公开办函〔2021〕30号、〔2019〕60号：表格各项填报数字；" + _PROGRAM,
    "“{label}”在报告里是 {found}，工作簿里是 {expected}。",
    "{advice}",
    checks="报告的表格和正文里的数据与工作簿一致。",
    example="在 Word 里把表三“予以公开·自然人”改成了 16，工作簿里还是 15。",
    mend=(
        "工作簿对的：工作簿改过的，运行 govdoc refresh 更新报告；只在 Word 里改过的，refresh 会保留，请在 Word 里改回。"
        "报告对的，改工作簿。"
    ),
)
MARK = Rule(
    "W702",
    Severity.WARNING,
    "报告里的数据标记不完好",
    _PROGRAM,
    "正文里的数据“{label}”{problem}。",
    "{advice}",
    checks="正文里由工作簿带来的每个数据都还有标记，并且只有一处。标记是隐藏的书签，更新数据时靠它找到位置。",
    example="删掉一句话又重新打了一遍，句子里的数据就没有标记了。",
    mend="数据不多的，在 Word 里核对后手工改；要恢复标记，先 govdoc pull 取回文字，再重新生成。",
)
NARRATIVE = Rule(
    "W703",
    Severity.NOTE,
    "文字在 Word 里改过，还没有取回工作簿",
    _PROGRAM,
    "“{section}”的文字与工作簿不同。",
    "{advice}",
    checks="报告的文字与工作簿一致，标题、发布行和落款也是。",
    example="在 Word 里给“（一）主动公开情况”加了一段。",
    mend=(
        "运行 govdoc pull，把改过的文字取回工作簿；不取回的，重新生成时要另外保留。"
        "标题、发布行和落款由“基本信息”生成，在那里改。"
    ),
)

RULES = (FIGURE, MARK, NARRATIVE)
