"""``govdoc rules``: the rules, or one of them explained."""

from __future__ import annotations

from typing import Annotated

from govdoc.cli import say
from govdoc.cli.parameters import Argument
from govdoc.errors import UsageError


def rules(
    code: Annotated[str, Argument(metavar="代码", help="规则代码，如 S303；不写就列出全部。")] = "",
) -> None:
    """列出全部核对规则；写上代码就说明这一条：检查什么、依据、示例、如何改正。"""
    from govdoc.checks.catalogue import RULES
    from govdoc.writers.rules import nearest, rule_text, rules_text

    if not code:
        say.result(rules_text(RULES.values()).rstrip("\n"))
        say.message("govdoc rules 代码（如 govdoc rules S303）说明其中一条。")
        return
    rule = RULES.get(code.strip().upper())
    if rule is None:
        near = "、".join(f"{one}（{RULES[one].title}）" for one in nearest(code, RULES))
        advice = f"是不是 {near}？" if near else ""
        raise UsageError(f"没有 {code} 这条规则。", f"{advice}govdoc rules 列出全部规则。")
    say.result(rule_text(rule).rstrip("\n"))
