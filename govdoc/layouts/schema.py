"""Layouts: one statutory edition as data, loaded strictly from TOML into frozen structures.

Nothing here knows a label, an order or a year; a new edition is a new TOML file. The structures mirror the file's
tables one to one; what follows from them (figures, printed forms) is derived on first use.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache, cached_property
from importlib import resources
from itertools import product
from threading import Lock
from typing import TYPE_CHECKING, Literal

import msgspec

from govdoc.errors import LayoutError
from govdoc.layouts.form import Form, make_form
from govdoc.layouts.parts import Block, Column, FigureSpec, Part, Row
from govdoc.layouts.phrases import Prose  # noqa: TC001 - msgspec reads it while running

if TYPE_CHECKING:
    from collections.abc import Iterator

Along = Literal["row", "column"]
# The rules that a layout's sums and continuations may be said by; checks.sums and checks.last_year declare them. An
# unknown one is refused: a sum that no rule says would never be checked. S307 and Y408 speak of no certain table.
SumRule = Literal["S301", "S302", "S303", "S304", "S307"]
ContinuationRule = Literal["Y401", "Y402", "Y403", "Y408"]

_CONVERTING = Lock()  # msgspec works out a type on its first use, and two threads at once crash the process


class InfoField(Part, frozen=True, kw_only=True):
    """One row of the sheet 基本信息. A required field must be filled; a choice takes one of ``choices``.

    A field that published reports tell in running text has the words before it there as ``labels``, and what it
    ``looks`` like as a pattern.
    """

    key: str
    label: str
    kind: Literal["text", "year", "date", "choice"]
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    labels: tuple[str, ...] = ()
    looks: str = ""


class Choices(Part, frozen=True, kw_only=True):
    """The choices of 基本信息 that decide something: ``signed`` of 落款, ``alone`` and ``summed`` of 报告口径.

    One is empty where the report has no such field.
    """

    signed: str = ""
    alone: str = ""
    summed: str = ""


class WorkbookNames(Part, frozen=True, kw_only=True):
    """The workbook's own sheets, which hold no statutory section, and the headings of its lists."""

    guide: str
    info: str
    previous: str
    explanations: str
    info_heads: tuple[str, ...]
    narrative_heads: tuple[str, ...]
    explanation_heads: tuple[str, ...]
    check_label: str
    other: tuple[str, ...]


class GuideWords(Part, frozen=True, kw_only=True):
    """What the first sheet says of this statute alone, in the manner of ``guide.txt``.

    ``title`` names the report and ``basis`` the law; ``continues`` says what last year's figures are for, ``example``
    is the address in the sample of a reference; ``who`` and ``texts`` are whole lines.
    """

    title: str
    basis: str
    continues: str
    example: str
    who: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class Section(Part, frozen=True, kw_only=True):
    """One of the report's sections: a table, or narrative with the rows offered in a blank workbook.

    ``aliases`` are other headings under which published reports have it.
    """

    key: str
    short: str
    heading: str
    sheet: str
    aliases: tuple[str, ...] = ()
    table: str | None = None
    rows: tuple[str, ...] = ()
    introduction: str | None = None


class Table(Part, frozen=True, kw_only=True, dict=True):
    """A statutory table. ``label_widths`` and ``number_width`` are column widths in characters."""

    key: str
    short: str
    label_widths: tuple[float, ...]
    number_width: float
    blocks: tuple[Block, ...]

    @cached_property
    def form(self) -> Form:
        """Return the printed form: where every label and every number stands."""
        return make_form(self.blocks, len(self.label_widths), self.figure)

    @cached_property
    def widths(self) -> tuple[float, ...]:
        """Return the width of every printed column, in characters."""
        numbers = self.form.columns - len(self.label_widths)
        return (*self.label_widths, *[self.number_width] * numbers)

    def figure(self, row: Row, column: Column) -> FigureSpec:
        """Return the number where a row and a column meet."""
        return FigureSpec(
            key=join(self.key, row.key, column.key),
            address=join(self.short, row.short, column.short),
            label="·".join([*row.labels[-1:], *filter(None, column.short.split("."))]),
            row_name=row.short,
            column_name=column.short,
            table=self.key,
            row=row.key,
            column=column.key,
            kind=column.kind,
            unit=column.unit,
        )


class Sum(Part, frozen=True, kw_only=True):
    """A sum that the statute demands (勾稽关系): parts = equals, in every row or in every column of a table."""

    rule: SumRule
    table: str
    along: Along
    parts: tuple[str, ...]
    equals: tuple[str, ...]
    name: str = ""


class Continuation(Part, frozen=True, kw_only=True):
    """A figure that continues last year's: this = last + plus - minus, or at least that.

    Along a row the names are columns, along a column they are rows; it holds in every line that has all of them.
    """

    rule: ContinuationRule
    table: str
    along: Along
    this: str
    last: str
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    at_least: bool = False
    name: str = ""


class Group(Part, frozen=True, kw_only=True):
    """A sum of rows or columns that has a name in prose but no cell of its own, such as 不予公开 or 法人."""

    table: str
    along: Along
    short: str
    parts: tuple[str, ...]


class Continued(msgspec.Struct, frozen=True, kw_only=True):
    """One instance of a :class:`Continuation`, in figure keys; ``last`` is the key of last year's figure."""

    rule: str
    this: str
    last: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    at_least: bool
    line: str
    name: str


class Equation(msgspec.Struct, frozen=True, kw_only=True):
    """One instance of a :class:`Sum`: figure keys on both sides, and the row or column it holds in."""

    rule: str
    parts: tuple[str, ...]
    equals: tuple[str, ...]
    line: str
    name: str = ""


class Layout(Part, frozen=True, kw_only=True, dict=True):
    """One edition of the statutory report."""

    edition: str
    version: int
    first_year: int
    source: str
    title: tuple[str, ...]
    publication: tuple[str, ...]
    signature: tuple[str, ...]
    publication_labels: dict[str, tuple[str, ...]]
    workbook: WorkbookNames
    guide: GuideWords
    info: tuple[InfoField, ...]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    sums: tuple[Sum, ...]
    continuations: tuple[Continuation, ...] = ()
    groups: tuple[Group, ...] = ()
    main_figures: tuple[str, ...] = ()
    prose: Prose | None = None
    last_year: int | None = None
    choices: Choices = Choices()

    @property
    def mark(self) -> str:
        """Return what a workbook's property ``govdoc.layout`` says: edition and version."""
        return f"{self.edition}/{self.version}"

    @cached_property
    def table(self) -> dict[str, Table]:
        """Return the tables by key."""
        return {table.key: table for table in self.tables}

    @cached_property
    def figures(self) -> dict[str, FigureSpec]:
        """Return every figure by key, in printed order."""
        return {slot.figure.key: slot.figure for table in self.tables for slot in table.form.slots}

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """Return every sum written out for each row or column it holds in."""
        return tuple(equation for rule in self.sums for equation in self._instances(rule))

    @cached_property
    def totals(self) -> dict[str, Equation]:
        """Return, for each figure that is the total of others, the first sum that defines it."""
        totals: dict[str, Equation] = {}
        for equation in self.equations:
            if len(equation.equals) == 1:
                totals.setdefault(equation.equals[0], equation)
        return totals

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the standard workbook's sheets, in order."""
        names = self.workbook
        return (
            names.guide,
            names.info,
            *(section.sheet for section in self.sections),
            names.previous,
            names.explanations,
        )

    @property
    def years(self) -> str:
        """Return for which report years this edition is in force, for people to read."""
        return f"{self.first_year} 年及以后" if self.last_year is None else f"{self.first_year}—{self.last_year} 年"

    def in_force(self, year: int) -> bool:
        """Return whether reports on this year follow this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @cached_property
    def continued(self) -> tuple[Continued, ...]:
        """Return every continuation of last year's figures written out for each row or column that has it."""
        instances = []
        for rule in self.continuations:
            for key, label in self._lines(rule.table, rule.along):

                def keys(*names: str, rule: Continuation = rule, key: str = key) -> tuple[str, ...]:
                    return self._keys(rule.table, rule.along, key, names)

                one = Continued(
                    rule=rule.rule,
                    this=keys(rule.this)[0],
                    last=keys(rule.last)[0],
                    plus=keys(*rule.plus),
                    minus=keys(*rule.minus),
                    at_least=rule.at_least,
                    line=label,
                    name=rule.name,
                )
                if self.figures.keys() >= {one.this, one.last, *one.plus, *one.minus}:
                    instances.append(one)
        return tuple(instances)

    @cached_property
    def addresses(self) -> dict[str, tuple[str, ...]]:
        """Return every Chinese address with the figures whose sum it names; most name one figure."""
        addresses: dict[str, tuple[str, ...]] = {}
        for table in self.tables:
            groups = [group for group in self.groups if group.table == table.key]
            rows: list[tuple[str, tuple[str, ...]]] = [
                (row.short, (row.key,)) for block in table.blocks for row in block.rows
            ]
            rows += [(group.short, group.parts) for group in groups if group.along == "row"]
            columns: list[tuple[str, tuple[str, ...]]] = [
                (column.short, (column.key,)) for block in table.blocks for column in block.columns
            ]
            columns += [(group.short, group.parts) for group in groups if group.along == "column"]
            for (row, row_keys), (column, column_keys) in product(rows, columns):
                keys = tuple(join(table.key, *pair) for pair in product(row_keys, column_keys))
                if all(key in self.figures for key in keys):
                    addresses[join(table.short, row, column)] = keys
        return addresses

    def _lines(self, table: str, along: Along) -> list[tuple[str, str]]:
        """Return key and name of each row, or of each column, of a table."""
        blocks = self.table[table].blocks
        if along == "row":
            lines = [(row.key, row.labels[-1] if row.labels else row.short) for block in blocks for row in block.rows]
        else:
            lines = [(column.key, column.short) for block in blocks for column in block.columns]
        return list(dict(lines).items())

    @staticmethod
    def _keys(table: str, along: Along, line: str, names: tuple[str, ...]) -> tuple[str, ...]:
        pairs = [(line, name) if along == "row" else (name, line) for name in names]
        return tuple(join(table, *pair) for pair in pairs)

    def _instances(self, rule: Sum) -> list[Equation]:
        return [
            Equation(
                rule=rule.rule,
                parts=self._keys(rule.table, rule.along, key, rule.parts),
                equals=self._keys(rule.table, rule.along, key, rule.equals),
                line=label,
                name=rule.name,
            )
            for key, label in self._lines(rule.table, rule.along)
        ]


def join(*names: str) -> str:
    """Return the non-empty names joined by dots, as keys and addresses are."""
    return ".".join(filter(None, names))


def parse_layout(text: str, name: str) -> Layout:
    """Return the layout in a TOML text; ``name`` is said in errors.

    Raises :class:`LayoutError` for anything the schema does not know, for a key used twice, and for a sum or a
    section that names what does not exist.
    """
    try:
        with _CONVERTING:
            layout = msgspec.convert(tomllib.loads(text), Layout)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _broken(name, str(error)) from error
    for problem in _problems(layout):
        raise _broken(name, problem)
    return layout


def _broken(name: str, problem: str) -> LayoutError:
    return LayoutError(f"表式文件 {name} 有错：{problem}。", "请重新安装 govdoc，或改正这个文件。")


def _problems(layout: Layout) -> list[str]:
    problems = []
    figures = [slot.figure for table in layout.tables for slot in table.form.slots]
    for what, names in (
        ("figure key", [figure.key for figure in figures]),
        ("figure address", [figure.address for figure in figures]),
        ("section key", [section.key for section in layout.sections]),
        ("sheet", [*layout.sheets, *layout.workbook.other]),
        ("info key", [field.key for field in layout.info]),
        ("info label", [field.label for field in layout.info]),
    ):
        problems += [f"{what} {name} stands twice" for name, times in Counter(names).items() if times > 1]
    problems += _info_problems(layout)
    used = [section.table for section in layout.sections if section.table is not None]
    if sorted(used) != sorted(layout.table):
        problems.append("sections and tables do not match")
    named = [rule.table for rule in layout.sums] + [rule.table for rule in layout.continuations]
    named += [group.table for group in layout.groups]
    for table in set(named) - set(layout.table):
        problems.append(f"table {table} is named, but does not exist")
    if not problems:
        problems += [
            f"{equation.rule} names figure {key}, which does not exist"
            for equation in layout.equations
            for key in (*equation.parts, *equation.equals)
            if key not in layout.figures
        ]
        problems += [
            f"figure {address} is named, but does not exist"
            for address in (*layout.main_figures, layout.guide.example)
            if address not in layout.addresses
        ]
    if not problems and layout.prose is not None:
        problems += layout.prose.problems(_part_names(layout), set(layout.addresses))
    return problems


def _info_problems(layout: Layout) -> Iterator[str]:
    choices = {choice for field in layout.info for choice in field.choices}
    for choice in msgspec.structs.astuple(layout.choices):
        if choice and choice not in choices:
            yield f"choice {choice} is none of any field"
    kinds = {field.key: field.kind for field in layout.info}
    for key, kind in (("agency", "text"), ("year", "year")):  # what every report has
        if kinds.get(key) != kind:
            yield f"info has no field {key} of kind {kind}"
    for key in set(layout.publication_labels) - set(kinds):
        yield f"publication_labels name {key}, which is no field of info"


def _part_names(layout: Layout) -> dict[str, set[str]]:
    """Return for each table every name that a part of its addresses may be or begin with."""
    names: dict[str, set[str]] = {}
    for address in layout.addresses:
        table, *parts = address.split(".")
        names.setdefault(table, set()).update(parts)
    return names


@cache
def editions() -> tuple[str, ...]:
    """Return the known editions, oldest first."""
    files = resources.files("govdoc.layouts").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def load_layout(edition: str) -> Layout:
    """Return the layout of an edition.

    Raises :class:`LayoutError` where there is no such edition or its file is broken.
    """
    file = resources.files("govdoc.layouts").joinpath(f"{edition}.toml")
    if edition not in editions():
        raise LayoutError(f"没有“{edition}”版表式。", f"现有：{'、'.join(editions())}。")
    return parse_layout(file.read_text(encoding="utf-8"), file.name)


def layout_for(year: int) -> Layout | None:
    """Return the layout in force for a report year, or None where no known edition is."""
    return next((layout for layout in map(load_layout, editions()) if layout.in_force(year)), None)


@cache
def unread_sheets() -> frozenset[str]:
    """Return the names of sheets that nothing of a report stands on, of any edition: the guide, and those of a sum."""
    names = (load_layout(edition).workbook for edition in editions())
    return frozenset(sheet for one in names for sheet in (one.guide, *one.other))


def newest_layout() -> Layout:
    """Return the layout of the newest edition."""
    return max(map(load_layout, editions()), key=lambda layout: layout.first_year)
