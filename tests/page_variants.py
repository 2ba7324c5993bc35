"""Published pages as sites really mark them up: one clean report, and what becomes of it in the wild.

A variant is a function from the figures of a layout to a page; all say the same figures, unless their name says else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from govdoc.values import Value, show_number

if TYPE_CHECKING:
    from govdoc.layouts.schema import Layout

AGENCY, YEAR, PUBLISHED, ORIGIN = "云岭市水务局", 2023, "2024-01-18", "云岭市水务局办公室"
OVERVIEW = (
    ("（一）主动公开情况", ("全年公开各类信息320条。", "其中政策解读12条。")),
    ("（二）依申请公开情况", ("按期答复全部申请。",)),
)
PROBLEMS = (("（一）存在的主要问题", ("人手不足。",)), ("（二）改进情况", ("已补充两人。",)))
OTHER = (("", ("全年收取信息处理费0元。",)),)
NARRATIVES = {"overview": OVERVIEW, "problems": PROBLEMS, "other_matters": OTHER}


@dataclass(frozen=True)
class C:
    """A cell: its text, whether it is a number, and how far it reaches."""

    text: str
    number: bool = False
    columns: int = 1
    rows: int = 1
    leaf: bool = True
    unit: str = ""


Table = list[list[C]]
Cell = Callable[[C], str]
Tables = dict[str, Table]


def tables(layout: Layout, figures: Mapping[str, Value], show: Callable[[Value], str] = show_number) -> Tables:
    """Return the statutory tables as rows of cells, as they are printed."""
    made: Tables = {}
    for table in layout.tables:
        rows: Table = []
        for line in table.form.lines:
            cells = [C(label.text, columns=label.columns, rows=label.rows, leaf=label.leaf) for label in line.labels]
            for slot in line.slots:
                spec = slot.figure
                text = f"{show(figures[spec.key])}{'万元' if spec.kind == 'money' else ''}"
                cells.append(C(text, number=True, columns=slot.columns, unit=spec.unit))
            rows.append(cells)
        made[table.key] = rows
    return made


# ---------------------------------------------------------------- markup


def td(cell: C, tag: str = "td", inner: str | None = None) -> str:
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<{tag}{spans}>{escape(cell.text) if inner is None else inner}</{tag}>"


def mixed(cell: C) -> str:
    return td(cell, "td" if cell.number else "th")


def markup(rows: Table, cell: Cell = td) -> str:
    body = "\n".join(f"<tr>{''.join(cell(one) for one in row)}</tr>" for row in rows)
    return f'<table border="1">\n{body}\n</table>'


def heading(text: str) -> str:
    return f"<h2>{text}</h2>"


def sections(
    layout: Layout, made: Mapping[str, str], head: Callable[[str], str] = heading, *, aliases: bool = False
) -> list[str]:
    """Return the page's sections, one text each."""
    parts = []
    for section in layout.sections:
        title = section.aliases[0] if aliases and section.aliases else section.heading
        body = [head(title)]
        if section.table is not None:
            body.append(made[section.table])
        for title, lines in NARRATIVES.get(section.key, ()):
            body += [f"<p>{title}</p>"] if title else []
            body += [f"<p>　　{line}</p>" for line in lines]
        parts.append("\n".join(body))
    return parts


def title(year: int = YEAR) -> str:
    return f"{AGENCY}{year}年政府信息公开工作年度报告"


def line() -> str:
    return f"<p>发布日期：{PUBLISHED}　信息来源：{ORIGIN}</p>"


def page(content: str, *, year: int = YEAR, head: str = '<meta charset="utf-8">', front: str = "") -> str:
    front = front or f"<h1>{title(year)}</h1>{line()}"
    head += f"<title>{title(year)}_政府网</title>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{front}\n{content}</body></html>"


def year_of(layout: Layout) -> int:
    return YEAR if layout.last_year is None else layout.last_year


def plain(layout: Layout, figures: Mapping[str, Value], cell: Cell = td) -> str:
    made = {key: markup(rows, cell) for key, rows in tables(layout, figures).items()}
    return page("\n".join(sections(layout, made)), year=year_of(layout))


def cells(change: Callable[[C], str]) -> Callable[[Layout, Mapping[str, Value]], str]:
    """Return the variant in which every cell is written in some way."""
    return lambda layout, figures: plain(layout, figures, change)


def rows(change: Callable[[str, Table], Table | list[Table]], cell: Cell = td) -> Callable[..., str]:
    """Return the variant in which the rows of each table are changed; several tables follow one another."""

    def variant(layout: Layout, figures: Mapping[str, Value]) -> str:
        made = {}
        for key, table in tables(layout, figures).items():
            changed = change(key, table)
            several = changed if changed and changed[0] and isinstance(changed[0][0], list) else [changed]
            made[key] = "<p>（续表）</p>".join(markup(one, cell) for one in several)  # type: ignore[arg-type]
        return page("\n".join(sections(layout, made)), year=year_of(layout))

    return variant


def whole(change: Callable[[str], str]) -> Callable[..., str]:
    """Return the variant in which the finished page is changed."""
    return lambda layout, figures: change(plain(layout, figures))


def sectioned(
    make: Callable[[list[str]], str], head: Callable[[str], str] = heading, *, aliases: bool = False
) -> Callable[..., str]:
    """Return the variant in which the sections are put together in some way."""

    def variant(layout: Layout, figures: Mapping[str, Value]) -> str:
        made = {key: markup(table, mixed) for key, table in tables(layout, figures).items()}
        return page(make(sections(layout, made, head, aliases=aliases)), year=year_of(layout))

    return variant


# ---------------------------------------------------------------- the variants


def _is_data(row: list[C]) -> bool:
    return any(cell.number for cell in row)


def _full_width(cell: C) -> str:
    return td(
        cell, inner="".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in cell.text) if cell.number else None
    )


def _grouped(cell: C) -> str:
    return td(cell, inner=f"{int(cell.text):,}" if cell.number and cell.text.isdigit() else None)


def _two_spans(cell: C) -> str:
    inner = f"<span>{cell.text[:1]}</span><span>{cell.text[1:]}</span>" if cell.number else None
    return td(cell, inner=inner)


def _paragraph_span(cell: C) -> str:
    return td(cell, inner=f'<p align="center"><span style="font-size:12pt">{escape(cell.text)}</span></p>')


def _padded(cell: C) -> str:
    return td(cell, inner=f"&nbsp;{escape(cell.text)}&nbsp;&nbsp;")


def _word(cell: C) -> str:
    return td(
        cell,
        inner='<p class=MsoNormal align=center style="text-align:center;mso-element:frame"><span lang=EN-US '
        f'style="font-size:10.5pt;\nfont-family:宋体;mso-bidi-font-family:宋体">{escape(cell.text)}<o:p></o:p></span></p>',
    )


def _inner_table(cell: C) -> str:
    return td(cell, inner=f"<table><tr><td>{escape(cell.text)}</td></tr></table>" if cell.number else None)


def _font(cell: C) -> str:
    return td(cell, inner=f'<font face="宋体"><b>{escape(cell.text)}</b></font>')


def _broken_label(cell: C) -> str:
    half = len(cell.text) // 2
    return td(cell, inner=None if cell.number else f"{escape(cell.text[:half])}<br>\n　{escape(cell.text[half:])}")


def _source_breaks(cell: C) -> str:
    half = len(cell.text) // 2
    return td(
        cell, inner=None if cell.number else f"\n      {escape(cell.text[:half])}\n      {escape(cell.text[half:])}\n"
    )


def _no_heads(key: str, table: Table) -> Table:
    return [row for row in table if _is_data(row)] if key != "t4" else table


def _split(key: str, table: Table) -> Table | list[Table]:
    return [table[:14], table[14:]] if key == "t3" else table


def _split_litigation(key: str, table: Table) -> Table | list[Table]:
    if key != "t4":
        return table
    review = [[table[0][0]], table[1][:5], table[3][:5]]
    suits = [[table[0][1]], [replace(cell, rows=1) for cell in table[1][5:]], table[2], table[3][5:]]
    return [review, suits]


def _subtotal_rows(key: str, table: Table) -> Table:
    if key != "t3":
        return table
    numbers = [C("7", number=True) for _ in range(7)]
    return [*table[:7], [C("小计", columns=3), *numbers], *table[7:15], [C("合　计", columns=3), *numbers], *table[15:]]


def _subtotal_column(key: str, table: Table) -> Table:
    if key != "t3":
        return table
    made = []
    for number, row in enumerate(table):
        if _is_data(row):
            made.append([*row[:-1], C("5", number=True), row[-1]])
        elif number == 1:
            made.append([row[0], row[1], C("法人小计", rows=2), row[2]])
        else:
            made.append(row)
    return made


def _swapped(key: str, table: Table) -> Table:
    if key != "t3":
        return table
    made = []
    for row in table:
        if _is_data(row):
            numbers = len(row) - 7
            made.append([*row[:numbers], row[numbers], row[numbers + 2], row[numbers + 1], *row[numbers + 3 :]])
        elif len(row) == 5:
            made.append([row[1], row[0], *row[2:]])
        else:
            made.append(row)
    return made


def _remarks(key: str, table: Table) -> Table:
    return [[*row, C("无变化" if _is_data(row) else "备注")] for row in table] if key == "t3" else table


def _serials(key: str, table: Table) -> Table:
    return (
        [[C(str(at)), *row] if _is_data(row) else [C(""), *row] for at, row in enumerate(table)]
        if key == "t3"
        else table
    )


def _no_spans(_key: str, table: Table) -> Table:
    return [[replace(cell, columns=1, rows=1) for cell in row] for row in table]


def _empty_cells(_key: str, table: Table) -> Table:
    """Every merged cell as one cell and empty ones, as some editors leave them."""
    width = max(sum(cell.columns for cell in row) for row in table)
    grid: list[list[C | None]] = [[None] * width for _ in table]
    taken: set[tuple[int, int]] = set()
    for top, row in enumerate(table):
        column = 0
        for cell in row:
            while (top, column) in taken:
                column += 1
            grid[top][column] = replace(cell, columns=1, rows=1)
            taken |= {(top + down, column + right) for down in range(cell.rows) for right in range(cell.columns)}
            column += cell.columns
    return [[cell or C("") for cell in row] for row in grid]


def _renumbered(cell: C) -> str:
    text = re.sub(r"^（([一二三四五六七])）", r"(\1)", cell.text)
    text = re.sub(r"^(\d)\.", r"\1、", text).replace("“", '"').replace("”", '"').replace("、行政", "，行政")
    return td(cell, inner=None if cell.number else escape(text))


def _unnumbered(cell: C) -> str:
    keep = cell.number or cell.text.endswith("总计")
    return td(cell, inner=None if keep else escape(re.sub(r"^\d\.", "", cell.text)))


def _misspelt(cell: C) -> str:
    text = cell.text.replace("法律行政法规", "法律法规").replace("补正后申请内容", "补正后的申请内容")
    return td(cell, inner=None if cell.number else escape(text))


def _cells_split(key: str, table: Table) -> Table:
    """Labels over two cells."""
    made = []
    for row in table:
        leaf = max((at for at, cell in enumerate(row) if not cell.number), default=0)
        cell = row[leaf] if row else C("")
        if key == "t3" and _is_data(row) and len(cell.text) > 8 and cell.columns == 1:
            halves = [replace(cell, text=cell.text[:6]), replace(cell, text=cell.text[6:])]
            made.append([*row[:leaf], *halves, *row[leaf + 1 :]])
        else:
            made.append(row)
    return made


def _rows_split(key: str, table: Table) -> Table:
    """Labels over two rows, the figures in the second."""
    made: Table = []
    for row in table:
        leaf = next((at for at, cell in enumerate(row) if cell.text.startswith(("1.申请人", "2.申请人"))), None)
        if key == "t3" and leaf is not None:
            cell = row[leaf]
            half = len(cell.text) // 2
            groups = [replace(one, rows=one.rows + 1) for one in row[:leaf]]
            made.append([*groups, replace(cell, text=cell.text[:half]), *[C("") for _ in row[leaf + 1 :]]])
            made.append([replace(cell, text=cell.text[half:]), *row[leaf + 1 :]])
        else:
            made.append(row)
    return made


def _merged(layout: Layout, figures: Mapping[str, Value]) -> str:
    """All tables in one, the sections' headings as rows of it."""
    made = tables(layout, figures)
    every: Table = []
    for section in layout.sections:
        if section.table is not None:
            every += [[C(section.heading, columns=10)], *made[section.table]]
    empty = dict.fromkeys(made, "")
    parts = sections(layout, empty)
    return page("\n".join([parts[0], parts[1], markup(every), *parts[2:]]), year=year_of(layout))


def _tables_at_end(layout: Layout, figures: Mapping[str, Value]) -> str:
    made = {key: markup(table) for key, table in tables(layout, figures).items()}
    parts = sections(layout, dict.fromkeys(made, "<p>见附表。</p>"))
    return page("\n".join([*parts, "<p>附表</p>", *made.values()]), year=year_of(layout))


MENU = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("首页", "政务公开", "办事服务", "互动交流"))
CONTENTS = "".join(f'<li><a href="#s{at}">{text}</a></li>' for at, text in enumerate("甲乙丙"))
FOOTER = "<p>版权所有：云岭市人民政府　主办单位：云岭市人民政府办公室</p><p>云ICP备00000000号</p>"


def _surrounded(parts: list[str]) -> str:
    listed = "".join(f"<li><a href='#'>{re.search('<h2>(.*)</h2>', part)[1]}</a></li>" for part in parts)  # type: ignore[index]
    return (
        f'<div class="top-nav"><ul>{MENU}</ul></div><div class="wrap"><div class="toc"><ul>{listed}</ul></div>'
        f'<div class="content"><div class="TRS_Editor">{"".join(parts)}</div>'
        "<p>【打印本页】【关闭窗口】</p><p>上一篇：关于公布电话的公告</p><p>扫一扫在手机打开当前页</p></div>"
        f'<div class="right"><p>热点推荐</p><ul>{MENU}</ul></div></div><div id="footer">{FOOTER}</div>'
    )


def _layout_tables(parts: list[str]) -> str:
    return (
        f"<table width='1000'><tr><td width='200'><ul>{MENU}</ul></td><td><table><tr><td>"
        f"{''.join(parts)}</td></tr></table></td></tr></table><table><tr><td>{FOOTER}</td></tr></table>"
    )


def _uppercase(text: str) -> str:
    text = re.sub(r"</?(table|tr|td|p|h1|h2)\b", lambda match: match[0].upper(), text)
    return re.sub(r"</(?:TD|TR|P)>", "", text)


def _hidden_copy(text: str) -> str:
    table = re.search(r"<table.*?</table>", text, re.DOTALL)
    assert table is not None
    return text.replace(table[0], f'<div style="display: none">{table[0].replace("0", "9")}</div>{table[0]}', 1)


def _scripts(text: str) -> str:
    noise = "<script>var total='9';document.write('<td>9</td>')</script><style>td{color:red}</style><!-- <td>9</td> -->"
    return text.replace("<td>", f"<td>{noise}")


def _word_page(text: str) -> str:
    head = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
        "<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->"
    )
    widths = (
        "<![if !supportMisalignedColumns]><tr height=0>"
        + '<td width=60 style="border:none"></td>' * 10
        + "</tr><![endif]>"
    )
    return head + text.removeprefix("<!DOCTYPE html><html>").replace("</table>", f"{widths}</table>")


def _web_archive(text: str) -> str:
    body = "".join(f"={byte:02X}" for byte in text.encode("utf-8"))
    lines = "=\n".join(body[at : at + 72] for at in range(0, len(body), 72))
    return (
        "From: <Saved by Blink>\nSubject: report\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="--b"\n\n'
        "----b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"{lines}\n----b--\n"
    )


def _titles_in_two(text: str) -> str:
    both = title()
    return text.replace(f"<h1>{both}</h1>", f"<div><p>{AGENCY}</p><p>{both.removeprefix(AGENCY)}</p></div>")


def _time_line(text: str) -> str:
    return text.replace(
        line(), f"<div>发布时间：{PUBLISHED} 16:32 来源：{ORIGIN} 浏览次数：123 字体：【大 中 小】 打印</div>"
    )


VARIANTS: dict[str, Callable[[Layout, Mapping[str, Value]], str]] = {
    "td only": cells(td),
    "th and td mixed": cells(mixed),
    "th only": cells(lambda cell: td(cell, "th")),
    "nbsp around everything": cells(_padded),
    "numbers in p and span": cells(_paragraph_span),
    "a number in two spans": cells(_two_spans),
    "numbers in font and b": cells(_font),
    "numbers in tables of their own": cells(_inner_table),
    "full-width digits": cells(_full_width),
    "thousands separators": cells(_grouped),
    "a unit after the number": cells(
        lambda cell: td(cell, inner=f"{cell.text}{cell.unit}" if cell.text.isdigit() else None)
    ),
    "labels broken by br": cells(_broken_label),
    "labels broken in the source": cells(_source_breaks),
    "other marks in labels": cells(_renumbered),
    "labels without numbers": cells(_unnumbered),
    "labels misspelt": cells(_misspelt),
    "labels over two cells": rows(_cells_split),
    "labels over two rows": rows(_rows_split),
    "heads missing": rows(_no_heads),
    "table 3 in two tables": rows(_split),
    "table 4 in two tables": rows(_split_litigation),
    "three tables in one": _merged,
    "tables after the text": _tables_at_end,
    "rows of subtotals": rows(_subtotal_rows),
    "a column of subtotals": rows(_subtotal_column),
    "two columns changed places": rows(_swapped),
    "a column of remarks": rows(_remarks),
    "a column of numbers before the labels": rows(_serials),
    "spans left out": rows(_no_spans),
    "empty cells for merged ones": rows(_empty_cells),
    "menus, contents and footer around": sectioned(_surrounded),
    "page laid out by tables": sectioned(_layout_tables),
    "a div for each section": sectioned(lambda parts: "".join(f"<div><div>{part}</div></div>" for part in parts)),
    "headings as pictures": sectioned("".join, lambda text: f'<p><img src="h.png" alt="{text}"></p>'),
    "headings in bold": sectioned("".join, lambda text: f"<p><strong><span>{text}</span></strong></p>"),
    "headings of edition 2019": sectioned("".join, aliases=True),
    "everything in a form": sectioned(lambda parts: f'<form id="aspnetForm">{"".join(parts)}</form>'),
    "capitals, ends left out": whole(_uppercase),
    "a hidden copy of a table": whole(_hidden_copy),
    "scripts and comments in cells": whole(_scripts),
    "exported by Word": lambda layout, figures: _word_page(plain(layout, figures, _word)),
    "saved as a web archive": whole(_web_archive),
    "title in two lines": whole(_titles_in_two),
    "time, views and font size in the line": whole(_time_line),
}
