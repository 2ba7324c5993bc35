"""The catalogue of rules → a list, the explanation of one rule, and the page ``docs/rules.md``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from govdoc.writers.columns import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govdoc.finding import Rule

FAMILIES = {
    "L": "表式和文件",
    "V": "填的值",
    "S": "勾稽关系",
    "Y": "与上年比较",
    "N": "文字",
    "A": "汇总",
    "W": "Word 与工作簿",
    "I": "导入",
}
_NEAREST = 3
_PARTS = (("检查什么", "checks"), ("依据", "source"), ("示例", "example"), ("如何改正", "mend"))


def rules_text(rules: Iterable[Rule]) -> str:
    """Return every rule on a line of its own, by family."""
    ordered = sorted(rules, key=lambda rule: rule.code)
    width = max((display_width(_weight(rule)) for rule in ordered), default=0)
    text = ""
    for letter in dict.fromkeys(rule.code[0] for rule in ordered):
        text += f"{letter}  {FAMILIES.get(letter, '其他')}\n"
        for rule in ordered:
            if rule.code[0] == letter:
                text += f"  {rule.code}  {pad(_weight(rule), width)}  {rule.title}\n"
    return text


def rule_text(rule: Rule) -> str:
    """Return the explanation of a rule: 检查什么, 依据, 示例, 如何改正."""
    text = f"{rule.code}  {rule.title}\n{_facts(rule)}\n"
    for title, name in _PARTS:
        text += f"\n{title}\n  {getattr(rule, name)}\n"
    return text


def nearest(code: str, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """Return the codes that come nearest to one that does not exist; a title's words find its code."""
    plain = code.strip().upper()
    close = get_close_matches(plain, rules, n=_NEAREST, cutoff=0.5)
    titled = [rule.code for rule in rules.values() if code and code in rule.title]
    return tuple(dict.fromkeys((*titled, *close)))[:_NEAREST]


def rules_page(rules: Iterable[Rule]) -> str:
    """Return the page of all rules in Markdown."""
    ordered = sorted(rules, key=lambda rule: rule.code)
    page = (
        "# 核对规则\n\n"
        "由 `python tools/make_rules_page.py` 从程序里的规则表生成，不要直接改这一页。\n"
        "`govdoc rules` 列出全部规则，`govdoc rules S303` 说明其中一条。\n\n"
        "错误和没有说明的“待说明”使报告不能生成；警告和提示不影响。\n"
    )
    for letter in dict.fromkeys(rule.code[0] for rule in ordered):
        page += f"\n## {letter} {FAMILIES.get(letter, '其他')}\n\n| 代码 | 严重程度 | 规则 |\n|---|---|---|\n"
        family = [rule for rule in ordered if rule.code[0] == letter]
        page += "".join(
            f"| [{rule.code}](#{rule.code.lower()}) | {_weight(rule)} | {rule.title} |\n" for rule in family
        )
        for rule in family:
            page += f'\n### <a id="{rule.code.lower()}"></a>{rule.code} {rule.title}\n\n{_facts(rule)}\n\n'
            page += "\n\n".join(f"**{title}** {getattr(rule, name)}" for title, name in _PARTS) + "\n"
    return page


def _weight(rule: Rule) -> str:
    return rule.severity.label + (f"／{rule.lighter.label}" if rule.lighter is not None else "")


def _facts(rule: Rule) -> str:
    effect = "生成报告前必须改正" if rule.severity.blocks else "不影响生成报告"
    if rule.severity.value == "confirm":
        effect = "改正，或在“情况说明”表写明原因后才能生成报告"
    editions = "、".join(rule.editions) + " 版表式" if rule.editions else "各版表式"
    return f"{_weight(rule)}（{effect}）；{editions}；govdoc {rule.since} 起"
