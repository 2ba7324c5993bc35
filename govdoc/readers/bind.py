"""A workbook's Grids + a Layout → a Report, with the L and V findings: the only place that maps sheets to keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import structs

from govdoc.errors import InputError
from govdoc.files import LIMITS
from govdoc.finding import Location
from govdoc.layouts.schema import InfoField, Layout, editions, layout_for, load_layout
from govdoc.readers.around import hidden_column, hidden_row, strays
from govdoc.readers.bind_aside import bind_explanations, bind_previous
from govdoc.readers.bind_table import bind_table
from govdoc.readers.lists import NOWHERE, Heads, find_heads
from govdoc.readers.rules import (
    EDITION,
    MISSING_SHEET,
    OUTSIDE,
    REQUIRED,
    ROW_LABEL,
    UNKNOWN_SHEET,
)
from govdoc.report import Entry, Explanation, Figure, Report
from govdoc.values import (
    ERROR_VALUE,
    UNCALCULATED,
    UNPRINTABLE,
    ErrorValue,
    Uncalculated,
    clean_text,
    name_characters,
    normal_label,
    read_date,
    show_content,
    without_unseen,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Section
    from govdoc.readers.grid import Grid
    from govdoc.readers.workbook import Book
    from govdoc.values import Content

_YEAR = re.compile(r"((?:19|20)[0-9]{2})年?(?:度)?")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")  # typed to break or to stretch a line
_CLOSE = 0.4  # how alike a sheet's name must be to be offered as the missing one
_RENAMED = 0.7  # how alike it must be to be that sheet, whatever workbook it stands in
_NAMED = 3  # sheets of another workbook that are named
_LEAST_SHEETS = 2  # statutory sheets, by their names or nearly so, that make a workbook a report's


@dataclass(frozen=True)
class Reading:
    """A file read: the Report, as far as it could be read, and what was found wrong on the way.

    ``filled`` holds the findings that were silenced because the user asked to read blank cells as 0.
    """

    report: Report
    findings: tuple[Finding, ...]
    filled: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a Report that says more than any does: every check and every writer goes through all of it.

        Raises :class:`InputError`.
        """
        entries = chain.from_iterable(self.report.narratives.values())
        if sum(len(entry.heading) + len(entry.text) for entry in entries) > LIMITS.narrative:
            raise InputError(
                f"{self.report.source} 的文字部分超过 {LIMITS.narrative} 字，为安全起见没有核对。",
                "正常的年报文件不会这样。请只留下报告的正文，再试一次。",
            )


def bind_book(book: Book, edition: str | None = None, *, blank_as_zero: bool = False) -> Reading:
    """Return the Report that a workbook holds.

    ``edition`` overrides what the workbook says of itself and what follows from its report year;
    ``blank_as_zero`` reads blank number cells as 0 and keeps their findings apart.
    Bad data raises nothing: every fault is a finding, and all of them are returned together.
    """
    layout = _choose_layout(book, edition)
    binder = _BookBinder(book, layout, blank_as_zero=blank_as_zero)
    report = binder.report()
    return Reading(report, (*_edition_findings(book, report), *binder.findings), tuple(binder.filled))


def _edition_findings(book: Book, report: Report) -> Iterator[Finding]:
    layout = report.layout
    where = _info_cell(book, layout, "year")
    marks = [load_layout(edition).mark for edition in editions()]
    if book.layout_mark and book.layout_mark not in marks:
        yield EDITION.at(
            where,
            what=f"这个工作簿用的是“{book.layout_mark}”版表式，本程序不认得",
            advice=f"本程序认得：{'、'.join(marks)}。请升级 govdoc，或用 govdoc new 新建工作簿。",
            found=book.layout_mark,
        )
    elif report.year is not None and not layout.in_force(report.year):
        proper = layout_for(report.year)
        advice = "请核对报告年度；没有适用于这个年度的表式。"
        if proper is not None:
            advice = f"请用 govdoc new --year {report.year} 新建工作簿（{proper.source}）。"
        yield EDITION.at(
            where,
            what=f"{report.year} 年度的报告不适用这个工作簿的表式（{layout.source}，适用于 {layout.years}）",
            advice=advice,
            found=report.year,
        )


def _choose_layout(book: Book, edition: str | None) -> Layout:
    """Return the edition asked for, else the one the workbook says, else the one of its report year.

    Where it says no year, its sheets tell; of editions whose sheets have the same names the newest is taken.
    """
    marked = edition or book.layout_mark.partition("/")[0]
    if edition is not None or marked in editions():
        return load_layout(marked)
    known = sorted(map(load_layout, editions()), key=lambda one: -one.first_year)
    for layout in known:
        grid = _find_sheet(book, layout.workbook.info)
        year = _read_year(_info_content(grid, layout, "year")) if grid is not None else None
        if year is not None:
            return layout_for(int(year)) or known[0]
    return max(known, key=lambda one: sum(_find_sheet(book, name) is not None for name in one.sheets))


def _find_sheet(book: Book, name: str) -> Grid | None:
    wanted = normal_label(name)
    return next((grid for grid in book.grids if normal_label(grid.name) == wanted), None)


def _info_row(grid: Grid, field: InfoField, column: int) -> int | None:
    wanted = normal_label(field.label)
    return next((row for row in range(len(grid.rows)) if normal_label(grid.text(row, column)) == wanted), None)


def _info_place(grid: Grid, layout: Layout, key: str) -> tuple[int | None, int]:
    """Return row and column in which a field of 基本信息 is filled in."""
    field = next(field for field in layout.info if field.key == key)
    label_column, value_column, *_ = find_heads(grid, layout.workbook.info_heads).columns
    return _info_row(grid, field, label_column), value_column


def _info_content(grid: Grid, layout: Layout, key: str) -> Content:
    row, column = _info_place(grid, layout, key)
    return None if row is None else grid.at(row, column)


def _info_cell(book: Book, layout: Layout, key: str) -> Location:
    grid = _find_sheet(book, layout.workbook.info)
    return Location(book.file, layout.workbook.info) if grid is None else grid.where(*_info_place(grid, layout, key))


def _read_year(content: Content) -> str | None:
    match = _YEAR.fullmatch(normal_label(show_content(content)))
    return match[1] if match else None


class _BookBinder:
    """Reads a workbook sheet by sheet, gathering findings in the order of the sheets."""

    def __init__(self, book: Book, layout: Layout, *, blank_as_zero: bool) -> None:
        self.book = book
        self.layout = layout
        self.blank_as_zero = blank_as_zero
        self.findings: list[Finding] = []
        self.filled: list[Finding] = []
        self.as_text: set[str] = set()

    def report(self) -> Report:
        grids = self._sheets()
        info_grid = grids.get(self.layout.workbook.info)
        info = self._info(info_grid) if info_grid is not None else {}
        figures: dict[str, Figure] = {}
        narratives = {}
        for section in self.layout.sections:
            grid = grids.get(section.sheet)
            if section.table is not None:
                figures |= self._table(grid, section.table)
            elif grid is not None:
                narratives[section.key] = self._narrative(grid, section)
        previous, explanations = self._aside() if grids else ({}, ())
        return Report(
            self.layout,
            info,
            figures,
            narratives,
            previous,
            explanations,
            source=self.book.file,
            as_text=frozenset(self.as_text),
        )

    # ------------------------------------------------------------ sheets

    def _sheets(self) -> dict[str, Grid]:
        """Return the sheets that are read, by their standard names; say which are missing, unknown or hidden.

        Of a workbook that is no report's none is read.
        """
        names = self.layout.workbook
        required = [names.info, *(section.sheet for section in self.layout.sections)]
        known = [*required, names.guide, names.previous, names.explanations, *names.other]
        standard = [_find_sheet(self.book, name) for name in known]
        unknown = [grid for grid in self.book.grids if not any(grid is one for one in standard)]
        found = {name: grid for name in required if (grid := _find_sheet(self.book, name)) is not None}
        missing = [name for name in required if name not in found]
        renamed = [name for name in missing if get_close_matches(name, [one.name for one in unknown], cutoff=_RENAMED)]
        if len(found) + len(renamed) < _LEAST_SHEETS:
            self._say_other_workbook(required, [*found, *renamed])
            return {}
        for name in missing:
            near = self._nearest(name, unknown)
            unknown = [grid for grid in unknown if grid is not near]
        for grid in unknown:
            self.findings.append(UNKNOWN_SHEET.at(grid.where(), found=grid.name))
        for name, grid in found.items():
            if grid.hidden:
                what = f"工作表“{name}”隐藏着，里面的内容会进入报告"
                self.findings.append(OUTSIDE.at(grid.where(), what=what, advice="请取消隐藏，核对这张表。"))
        return found

    def _say_other_workbook(self, required: list[str], known: list[str]) -> None:
        names = [grid.name for grid in self.book.grids]
        more = f"等 {len(names)} 张" if len(names) > _NAMED else ""
        here = f"，里面是“{'”“'.join(names[:_NAMED])}”{more}" if names else ""
        there = f"只有“{known[0]}”" if known else f"一张也没有{here}"
        self.findings.append(
            MISSING_SHEET.at(
                Location(self.book.file),
                what=f"这不是年报工作簿：规定的 {len(required)} 张工作表{there}",
                advice="给错了文件的，换成填好的年报工作簿；还没有的，用 govdoc new 新建一个，把数据填进去。",
                expected="、".join(required),
                found="、".join(names),
            )
        )

    def _nearest(self, name: str, unknown: list[Grid]) -> Grid | None:
        """Say that a sheet is missing, and return the unknown sheet that is most likely meant."""
        close = get_close_matches(name, [grid.name for grid in unknown], n=1, cutoff=_CLOSE)
        near = next((grid for grid in unknown if close and grid.name == close[0]), None) or self._instead(name, unknown)
        self.findings.append(
            MISSING_SHEET.at(
                structs.replace(self.book.grids[0].where(), sheet=name),
                what=f"缺少工作表“{name}”" + (f"，最像的一张叫“{near.name}”" if near is not None else ""),
                expected=name,
                advice=f"如果“{near.name}”就是这张表，请改回规定的名称“{name}”。"
                if near is not None
                else f"请恢复这张表，名称为“{name}”；可用 govdoc new 新建工作簿，从中取出。",
                found=near.name if near is not None else None,
            )
        )
        return near

    def _instead(self, name: str, unknown: list[Grid]) -> Grid | None:
        """Return the unknown sheet that stands where the missing one should, counted from the last one before it."""
        order = self.layout.sheets
        names = [normal_label(grid.name) for grid in self.book.grids]
        for steps, before in enumerate(reversed(order[: order.index(name)]), start=1):
            if normal_label(before) in names:
                at = names.index(normal_label(before)) + steps
                return next(
                    (grid for grid in self.book.grids[at : at + 1] if any(grid is one for one in unknown)), None
                )
        return None

    # ------------------------------------------------------------ 基本信息

    def _info(self, grid: Grid) -> dict[str, str]:
        info: dict[str, str] = {}
        heads = self._heads(grid, self.layout.workbook.info_heads)
        label_column, value_column, *_ = heads.columns
        labels = {normal_label(grid.text(row, label_column)): row for row in reversed(range(len(grid.rows)))}
        rows = {field.key: labels.get(normal_label(field.label)) for field in self.layout.info}
        if value_column == NOWHERE or all(row is None for row in rows.values()):
            return info
        for field in self.layout.info:
            row = rows[field.key]
            value = self._info_value(grid, field, row, value_column) if row is not None else ""
            if value:
                info[field.key] = value
        self._at_odds(grid, info, rows, value_column)
        self._missing_fields(grid, heads, rows)
        self._hidden(grid, {row for row in rows.values() if row is not None}, {label_column, value_column})
        return info

    def _no_name(self, name: str) -> tuple[str, str]:
        """Return what is wrong with a name that a title is made of, and the remedy; nothing where it may be one."""
        prose = self.layout.prose
        left = (re.search(pattern, name) for pattern in (prose.placeholders if prose is not None else ()))
        match = next(filter(None, left), None)
        if match is not None:
            return f"里有没填完的“{match[0]}”", "请填全称，与印章一致。"
        rest = self.layout.title[-1].rpartition("}")[2].removeprefix("年")
        if rest and normal_label(rest) in normal_label(name):
            return f"填的是“{name}”，连报告的标题也写进来了", "只填机关的名称；标题由程序加上。"
        return "", ""

    def _at_odds(self, grid: Grid, info: Mapping[str, str], rows: Mapping[str, int | None], column: int) -> None:
        """Say where fields that are right by themselves do not go together; a report may still be made of them."""
        row, published, year = rows["published"], info.get("published", ""), info.get("year", "")
        signed = self.layout.choices.signed
        problem = advice = ""
        if not published and info.get("signature") == signed:
            problem = f"没有填，落款选了“{signed}”，只印机关名称"
            advice = "请填写发布日期；不要落款的，把落款改为“否”。"
        elif published and year and published[: len(year)] <= year:
            problem = f"填的是“{published}”，{year} 年度的统计期限到 12 月 31 日才结束"
            advice = "请核对发布日期和报告年度，改正填错的一处。"
        if problem and row is not None:
            label = next(field.label for field in self.layout.info if field.key == "published")
            where = grid.where(row, column)
            found = published or None
            self.findings.append(
                REQUIRED.at(where, lighter=True, label=label, problem=problem, advice=advice, found=found)
            )

    def _missing_fields(self, grid: Grid, heads: Heads, rows: dict[str, int | None]) -> None:
        """Say which fields have no row, and what stands in rows and columns of no field."""
        taken = {heads.top, *(row for row in rows.values() if row is not None)}
        for number, field in enumerate(self.layout.info, start=heads.top + 1):
            if rows[field.key] is None:
                where = grid.where(number, heads.columns[0])
                shown = "" if number in taken else clean_text(show_content(grid.at(number, heads.columns[0])))[0]
                self.findings.append(ROW_LABEL.at(where, expected=field.label, found=shown or "空白"))
                taken.add(number)
        if heads.ordered:
            width = len(heads.columns)
            self.findings += strays(grid, [cell for cell in _filled(grid) if cell[0] not in taken or cell[1] >= width])

    def _info_value(self, grid: Grid, field: InfoField, row: int, column: int) -> str:
        content = grid.at(row, column)
        where = grid.where(row, column)
        text = self._text(content, where, field.label).strip()
        if field.kind != "text" or field.required or "\n" in text or "\t" in text:
            text = _BETWEEN_CHINESE.sub("", " ".join(text.split()))
        value, problem, advice = _field_value(field, content, text)
        if value and field.required and field.kind == "text" and isinstance(content, str):
            problem, advice = self._no_name(value)
        if problem:
            self.findings.append(
                REQUIRED.at(where, label=field.label, problem=problem, advice=advice, found=text or None)
            )
        return value

    # ------------------------------------------------------------ narrative

    def _narrative(self, grid: Grid, section: Section) -> tuple[Entry, ...]:
        heads = self._heads(grid, self.layout.workbook.narrative_heads)
        heading_column, text_column = heads.columns
        entries = []
        introduction = normal_label(section.introduction or "")
        for row in range(heads.top + 1, len(grid.rows)):
            heading = self._text(grid.at(row, heading_column), grid.where(row, heading_column), "小标题").strip()
            label = " ".join(heading.split()) or section.heading
            text = self._text(grid.at(row, text_column), grid.where(row, text_column), label)
            if section.introduction is not None and normal_label(heading) == introduction:
                heading = section.introduction
            if heading or text.strip():
                entries.append((row, Entry(heading, text, grid.where(row, text_column))))
        self._hidden(grid, {row for row, _ in entries}, set(heads.columns))
        if heads.ordered:
            self.findings += strays(grid, [cell for cell in _filled(grid) if cell[1] not in heads.columns])
        return tuple(entry for _, entry in entries)

    def _heads(self, grid: Grid, heads: tuple[str, ...]) -> Heads:
        found = find_heads(grid, heads)
        self.findings += found.findings
        return found

    def _hidden(self, grid: Grid, rows: set[int], columns: set[int]) -> None:
        """Say which of the rows and columns that are read are hidden."""
        self.findings += [hidden_row(grid, row) for row in sorted(rows & grid.hidden_rows)]
        self.findings += [hidden_column(grid, column) for column in sorted(columns & grid.hidden_columns)]

    # ------------------------------------------------------------ 上年数据, 情况说明

    def _aside(self) -> tuple[dict[str, Figure], tuple[Explanation, ...]]:
        names = self.layout.workbook
        previous: dict[str, Figure] = {}
        explanations: tuple[Explanation, ...] = ()
        grid = _find_sheet(self.book, names.previous)
        if grid is not None:
            previous, findings = bind_previous(grid, self.layout)
            self.findings += findings
        grid = _find_sheet(self.book, names.explanations)
        if grid is not None:
            heads = self._heads(grid, names.explanation_heads)
            explanations = bind_explanations(grid, heads.top, heads.columns)
        return previous, explanations

    # ------------------------------------------------------------ tables and texts

    def _table(self, grid: Grid | None, key: str) -> dict[str, Figure]:
        table = self.layout.table[key]
        if grid is None:
            return {slot.figure.key: Figure(None, "") for slot in table.form.slots}
        bound = bind_table(grid, self.layout, table, blank_as_zero=self.blank_as_zero)
        self.findings += bound.findings
        self.filled += bound.filled
        self.as_text |= bound.as_text
        return bound.figures

    def _text(self, content: Content, where: Location, label: str) -> str:
        """Return a cell's text as a document can carry it; say what it could not carry, and what is no text."""
        if isinstance(content, ErrorValue):
            self.findings.append(ERROR_VALUE.at(where, label=label, found=content.text))
        elif isinstance(content, Uncalculated):
            self.findings.append(UNCALCULATED.at(where, label=label, found=clean_text(content.formula)[0]))
        text, lost = clean_text(without_unseen(show_content(content)))
        if lost:
            self.findings.append(UNPRINTABLE.at(where, label=label, found=name_characters(lost)))
        return text


def _filled(grid: Grid) -> list[tuple[int, int]]:
    return [(row, column) for row, column, _ in grid.filled()]


def _field_value(field: InfoField, content: Content, text: str) -> tuple[str, str, str]:
    """Return a field's value, and where it is missing or malformed the problem and the remedy."""
    if not text:
        return "", "没有填" if field.required else "", f"请填写。{field.help}"
    if field.kind == "year":
        year = _read_year(content)
        return (year, "", "") if year else ("", f"填的是“{text}”，不是四位数的年份", "请填四位数字，如 2024。")
    if field.kind == "date":
        date = read_date(content)
        return (date, "", "") if date else ("", f"填的是“{text}”，不是日期", "请按 2025-01-20 的样子填写。")
    if field.kind == "choice":
        choice = next((one for one in field.choices if normal_label(one) == normal_label(text)), "")
        choices = "、".join(field.choices)
        return (choice, "", "") if choice else ("", f"填的是“{text}”", f"请从下列各项中选一项：{choices}。")
    if field.required and not isinstance(content, str | ErrorValue | Uncalculated):
        return "", f"填的是“{text}”，不是文字", f"请填写。{field.help}"
    return text, "", ""
