"""Editions of the statutory report → a list, and the description of one: sections, tables, sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.writers.columns import display_width, pad

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govdoc.layouts.schema import Layout, Section, Sum, Table


def layouts_text(layouts: Iterable[Layout]) -> str:
    """Return every edition on a line of its own: for which years, under which notice, how many tables and figures."""
    rows = [("版次", "报告年度", "依据", "表格")]
    for layout in layouts:
        size = f"{len(layout.tables)} 张表，{len(layout.figures)} 个数据"
        rows.append((layout.edition, layout.years, layout.source, size))
    return _aligned(rows)


def layout_text(layout: Layout) -> str:
    """Return what an edition asks for: its sections, its tables' rows and columns, and the sums that must hold."""
    parts = [f"{layout.edition} 版表式  {layout.source}，适用于 {layout.years}的报告", ""]
    parts += [
        _aligned([("部分", "内容"), *((section.heading, _content(section, layout)) for section in layout.sections)])
    ]
    for section in layout.sections:
        if section.table is not None:
            table = layout.table[section.table]
            parts += [
                f"{section.heading}（引用时写“{table.short}.行.列”；没有行名或列名的，那一段不写）",
                *_lines(table),
                "",
            ]
    parts += ["勾稽关系（govdoc rules 代码 说明其中一条）", *(_sum(rule, layout) for rule in layout.sums)]
    return "\n".join(parts) + "\n"


def _content(section: Section, layout: Layout) -> str:
    if section.table is None:
        return "文字" + (f"：{'、'.join(section.rows)}" if section.rows else "")
    return f"表格，{sum(spec.table == section.table for spec in layout.figures.values())} 个数据"


def _lines(table: Table) -> list[str]:
    """Return the names of a table's rows and columns, block by block where the blocks differ."""
    lines = []
    for block in table.blocks:
        columns = "、".join(filter(None, (column.short for column in block.columns)))
        rows = "、".join(filter(None, (row.short for row in block.rows)))
        lines += [f"  行：{rows}"] if rows else []
        lines += [f"  列：{columns}"] if columns else []
    return lines


def _sum(rule: Sum, layout: Layout) -> str:
    table = layout.table[rule.table]
    names: dict[str, str] = {}
    for block in table.blocks:
        lines: Sequence[tuple[str, str]] = (
            [(column.key, column.short) for column in block.columns]
            if rule.along == "row"
            else [(row.key, row.short) for row in block.rows]
        )
        names |= dict(lines)
    sides = (" + ".join(names[part] for part in side) for side in (rule.parts, rule.equals))
    where = "每一行" if rule.along == "row" else "每一列"
    return f"  {rule.rule}  表{table.short}，{where}：{' = '.join(sides)}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(display_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "".join(
        "  ".join(pad(text, width) for text, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows
    )
