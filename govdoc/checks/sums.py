"""The S rules: the sums that the statutory tables demand (勾稽关系).

Which figures add up to which is the layout's data; here stands only how a broken sum is said. A sum with a figure
that could not be read is passed over: that figure has its own finding.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from govdoc.checks.last_year import IN_FORCE
from govdoc.checks.uncounted import as_counted, uncounted
from govdoc.finding import Rule, Severity, cell_ranges
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Equation, Layout
    from govdoc.report import Report

_FORMAT = "国办公开办函〔2021〕30号、〔2019〕60号：表格的勾稽关系"

ROW_TOTAL = Rule(
    "S301",
    Severity.ERROR,
    "各列之和不等于总计",
    _FORMAT,
    "“{line}”各列之和是 {expected}，总计填的是 {found}。",
    "把{total}改为 {expected}，或核对{parts}里的数。",
    checks="表三每一行，六列之和等于总计。",
    example="“（一）予以公开”六列之和是 16，总计填的是 15。",
    mend="核对这一行的七个数；总计最好由工作簿的公式计算。",
)
RESULT_TOTAL = Rule(
    "S302",
    Severity.ERROR,
    "各项办理结果之和不等于总计",
    _FORMAT,
    "“{line}”一列各项办理结果之和是 {expected}，总计填的是 {found}。",
    "把{total}改为 {expected}，或核对{parts}里的数。",
    checks="表三每一列，各项办理结果之和等于“（七）总计”。",
    example="自然人一列各项之和是 62，总计填的是 61。",
    mend="核对这一列的各项办理结果。",
)
FLOW = Rule(
    "S303",
    Severity.ERROR,
    "收到的与办理、结转的不相等",
    _FORMAT + "，“第一项加第二项之和，等于第三项加第四项之和”",
    "“{line}”一列：{left}之和是 {expected}，{right}之和是 {found}，两边应当相等。",
    "核对{parts}和{total}里的数。",
    checks="表三每一列，本年新收加上年结转，等于办理结果总计加结转下年度。",
    example="总计一列新收 66、结转 0，办理 65、结转下年 2，两边是 66 和 67。",
    mend="核对这四个数；常见的原因是结转下年度没有更新。",
)
LITIGATION_TOTAL = Rule(
    "S304",
    Severity.ERROR,
    "行政复议、行政诉讼各项之和不等于总计",
    _FORMAT,
    "“{line}”各项结果之和是 {expected}，总计填的是 {found}。",
    "把{total}改为 {expected}，或核对{parts}里的数。",
    checks="表四每一组，结果维持、结果纠正、其他结果、尚未审结之和等于总计。",
    example="行政复议各项之和是 3，总计填的是 4。",
    mend="核对这一组的五个数。",
)
FEWER_IN_FORCE = Rule(
    "S306",
    Severity.WARNING,
    "现行有效少于本年净增",
    "国办公开办函〔2021〕30号：现行有效＝上年现行有效＋本年制发－本年废止",
    "“{line}”本年制发、废止相抵净增 {expected} 件，现行有效却只有 {found} 件。",
    "核对这一行的三个数；本年制发后当年即失效等情形属实的不用改。",
    editions=("2021",),
    checks="规章、规范性文件的现行有效件数，不少于本年制发减本年废止：上年的现行有效件数不会小于 0。",
    example="行政规范性文件制发 9 件、废止 2 件，现行有效填了 5 件。",
    mend="核对这一行的三个数；常见的原因是现行有效没有更新。",
)
OTHER_SUM = Rule(
    "S307",
    Severity.ERROR,
    "表内两边之和不相等",
    "各版表式规定的其他勾稽关系",
    "“{line}”：{left}之和是 {expected}，{right}是 {found}，两边应当相等。",
    "核对{parts}和{total}里的数。",
    checks="表式规定的其他等式都成立。表三、表四的等式各有自己的规则；govdoc layouts 列出全部等式。",
    example="“咨询”一行办结 12、在办 3，合计填的是 14。",
    mend="核对这个等式里的各个数。",
)

RULES = (ROW_TOTAL, RESULT_TOTAL, FLOW, LITIGATION_TOTAL, FEWER_IN_FORCE, OTHER_SUM)


def row_totals(report: Report) -> Iterator[Finding]:
    """Say where columns one to six do not make the total, in each row of table 3."""
    return _broken(report, ROW_TOTAL)


def result_totals(report: Report) -> Iterator[Finding]:
    """Say where the outcomes do not make （七）总计, in each column of table 3."""
    return _broken(report, RESULT_TOTAL)


def flow(report: Report) -> Iterator[Finding]:
    """Say where 第一项加第二项之和 is not 第三项加第四项之和, in each column of table 3."""
    return _broken(report, FLOW)


def litigation_totals(report: Report) -> Iterator[Finding]:
    """Say where the four outcomes do not make the total, in each group of table 4."""
    return _broken(report, LITIGATION_TOTAL)


def other_sums(report: Report) -> Iterator[Finding]:
    """Say where another sum of the layout does not hold: one of a table that S301 to S304 do not speak of."""
    return _broken(report, OTHER_SUM)


def fewer_in_force(report: Report) -> Iterator[Finding]:
    """Say where fewer documents are in force than were made and not repealed in the year.

    It follows from the same continuation that is compared with last year's, as last year's figure is 0 or more.
    """
    for one in report.layout.continued:
        if one.rule != IN_FORCE.code:
            continue
        this, plus, minus = report.value(one.this), report.total(one.plus), report.total(one.minus)
        if this is None or plus is None or minus is None:
            continue
        due = plus - minus
        if this < due:
            yield FEWER_IN_FORCE.at(
                report.figures[one.this].where,
                figure=one.this,
                related=tuple(report.figures[key].where for key in (*one.plus, *one.minus)),
                line=one.line,
                expected=show_number(due),
                found=show_number(this),
            )


CHECKS = (row_totals, result_totals, flow, litigation_totals, other_sums, fewer_in_force)


def _broken(report: Report, rule: Rule) -> Iterator[Finding]:
    for equation in report.layout.equations:
        if equation.rule != rule.code:
            continue
        parts, equals = report.total(equation.parts), report.total(equation.equals)
        if parts is not None and equals is not None and parts != equals:
            counted = as_counted(report, blanks=True)
            finding = _say(report, rule, equation, show_number(parts), show_number(equals))
            if _holds(counted, equation):
                yield _not_counted(report, finding, equation)
            elif all(counted.value(key) is not None for key in _keys(equation)):
                yield finding


def _not_counted(report: Report, finding: Finding, equation: Equation) -> Finding:
    """Return a finding with the way out where no figure is wrong, and some are texts that no formula counts."""
    texts = [report.figures[key].where for key in uncounted(report, _keys(equation))]
    way = "选中这些格，点旁边的提示“转换为数字”，或者改为“常规”格式重新填，再保存。"
    return replace(finding, remedy=f"{cell_ranges(texts)} 是文本格式的数字，公式不算它们，所以不平。{way}")


def _keys(equation: Equation) -> tuple[str, ...]:
    return (*equation.parts, *equation.equals)


def _holds(report: Report, equation: Equation) -> bool:
    parts = report.total(equation.parts)
    return parts is not None and parts == report.total(equation.equals)


def _causes(report: Report, equation: Equation) -> tuple[Equation, ...]:
    """Return the broken sums of the same kind that a broken sum only repeats: its figures are their figures' totals.

    Where the totals are formulas, one wrong figure of a column breaks that column's sum and the total's: the second is
    no mistake of its own.
    """
    equations = report.layout.equations
    for other in dict.fromkeys(one.rule for one in equations if one.rule != equation.rule):
        totals = {one.equals[0]: one for one in equations if one.rule == other and len(one.equals) == 1}
        across = [totals[key] for key in _keys(equation) if key in totals]
        if len(across) == len(_keys(equation)) and all(_holds(report, one) for one in across):
            parts = {key for one in across for key in one.parts}
            same = (one for one in equations if one.rule == equation.rule and parts.issuperset(_keys(one)))
            return tuple(one for one in same if not _holds(report, one))
    return ()


def _within(report: Report, equation: Equation) -> Iterator[str]:
    """Yield which figures of a sum are made of others in the same column: the mistake may lie in those as well."""
    layout = report.layout
    for key in _keys(equation) if _is_below(equation, layout) else ():
        made = next((one for one in layout.equations if one.equals == (key,) and _is_below(one, layout)), equation)
        where = report.figures[key].where
        if where.cell and made != equation and _holds(report, made):
            yield f"{where.cell} 是 {cell_ranges(report.figures[part].where for part in made.parts)} 之和"


def _is_below(equation: Equation, layout: Layout) -> bool:
    """Return whether a sum runs down a column."""
    return len({layout.figures[key].column for key in _keys(equation)}) == 1


def _say(report: Report, rule: Rule, equation: Equation, parts: str, equals: str) -> Finding:
    across = len({report.layout.figures[key].row for key in (*equation.parts, *equation.equals)}) == 1

    def names(keys: tuple[str, ...]) -> str:
        figures = [report.layout.figures[key] for key in keys]
        return "与".join(one.column_name if across else one.row_name for one in figures)

    def places(keys: tuple[str, ...], otherwise: str) -> str:
        cells = [report.figures[key].where for key in keys]
        return f" {cell_ranges(cells)} " if all(cell.cell for cell in cells) else otherwise

    total = equation.equals[-1]
    finding = rule.at(
        report.figures[total].where,
        figure=total,
        related=tuple(report.figures[key].where for key in (*equation.parts, *equation.equals[:-1])),
        line=equation.name or equation.line,
        expected=parts,
        found=equals,
        left=names(equation.parts),
        right=names(equation.equals),
        total=places(equation.equals, "总计"),
        parts=places(equation.parts, "各项"),
    )
    causes = [one.name or one.line for one in _causes(report, equation)]
    if causes:
        remedy = f"这一列是各列相加的，“{'”“'.join(causes)}”一列改平了，这里也就平了。"
        return replace(finding, remedy=remedy)
    more = "".join(f"{one}，错处也可能在那里。" for one in _within(report, equation))
    return replace(finding, remedy=finding.remedy + more)
