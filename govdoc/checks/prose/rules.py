"""The rules on figures in prose, as they are printed: N501 to N504 and N510."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govdoc.finding import Rule, Severity

if TYPE_CHECKING:
    from govdoc.finding import Location

_SOURCE = "《中华人民共和国政府信息公开条例》第五十条；国办公开办函〔2021〕30号：文字与表格应当一致"

FIGURE = Rule(
    "N501",
    Severity.WARNING,
    "正文的数与表中不一致",
    _SOURCE,
    "正文说“{said}”，{table}是 {expected}。",
    "核对正文和表格，改正写错的一处。原句：“{quote}”",
    checks="正文里能与表中数据对上的数（收到、办结、各类结果、申请人、复议诉讼、规范性文件、许可处罚等）与表中一致；几种算法都对的，符合一种就行。",
    example="正文说“收到政府信息公开申请68件”，表三是 66 件（本年新收）或 67 件（本年新收＋上年结转）。",
    mend="核对台账，改正写错的一处；正文里可以用 {{三.本年新收.总计}} 这样的引用代替数字，数据变了正文跟着变。",
)
SUM = Rule(
    "N502",
    Severity.WARNING,
    "分项之和与总数不符",
    _SOURCE,
    "正文说“{said}”，分项之和是 {expected}，{how} {found}。",
    "核对总数和各分项。原句：“{quote}”",
    checks="正文里列全了的分项（“包括”“分别为”“其中自然人、法人”等）加起来等于前面的总数；“其中”没有列全的，分项之和不超过总数。",
    example="66件，其中自然人63件、企业2件。",
    mend="核对总数和各分项；没有列全的，写上“等”字。",
)
RATE = Rule(
    "N503",
    Severity.WARNING,
    "增长率或占比算不出来",
    _SOURCE,
    "正文说“{said}”，按{basis}算是 {expected}。",
    "核对数字和百分比。原句：“{quote}”",
    checks="正文里的同比增减、占比，用表中（或正文里）的数重新计算，误差不超过最后一位的一半。",
    example="收到申请66件，同比增长10%，上年是 62 件，应是 6.5%。",
    mend="重新计算；也可以用 {{三.本年新收.总计|同比}} 这样的引用代替。",
)
YEAR_RULE = Rule(
    "N504",
    Severity.WARNING,
    "年份像是没有更新",
    "国办公开办函〔2021〕30号：统计期限为报告年度的1月1日至12月31日",
    "正文说“{said}”，报告年度是 {expected} 年。",
    "核对年份。原句：“{quote}”",
    checks="正文没有把别的年份当作报告年度来写，例如从上年报告复制后忘了改年份。",
    example="2024 年度的报告里写着“2023年，我局共收到申请48件”，48 件是本年的数。",
    mend="改为报告年度；确实是说别的年份的，写明“上年”或与本年比较，就不再提示。",
)
ALL_DONE = Rule(
    "N510",
    Severity.WARNING,
    "说全部办结，却有结转",
    _SOURCE,
    "正文说“{said}”，表三结转下年度的是 {expected} 件。",
    "核对；属实的写明“除 {expected} 件结转下年度外，其余全部办结”。原句：“{quote}”",
    checks="结转下年度的件数大于 0 时，正文没有说全部办结。",
    example="正文说“全部办结”，表三结转下年度 4 件。",
    mend="写明结转下年度的件数。",
)

RULES = (FIGURE, SUM, RATE, YEAR_RULE, ALL_DONE)


class Place(NamedTuple):
    """Where a sentence stands: its entry's cell, and the sentence itself."""

    where: Location
    quote: str
