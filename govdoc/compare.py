"""This year's report beside last year's: every figure with its change, and how much of each narrative was copied."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.checks.copied import copied, section_text
from govdoc.previous import last_year
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.report import Report
    from govdoc.values import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One figure in both years. ``this`` or ``last`` is None where it is blank, or was not counted in this way."""

    key: str
    address: str
    unit: str
    this: Value | None
    last: Value | None

    @property
    def change(self) -> Decimal | None:
        """Return this year's figure minus last year's, or None where one is not known."""
        return None if self.this is None or self.last is None else Decimal(self.this) - Decimal(self.last)

    @property
    def rate(self) -> Decimal | None:
        """Return the change in per cent of last year's figure, or None where that is 0 or one is not known."""
        change = self.change
        return None if change is None or self.last is None or self.last == 0 else change / Decimal(self.last) * 100


@dataclass(frozen=True, slots=True)
class CopiedSection:
    """How much of a narrative section stands nearly word for word in last year's (0 to 1), and the sentences."""

    key: str
    heading: str
    share: float
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two years side by side. ``missing`` are figures that last year's edition did not count in this way.

    ``doubt`` says in words why the second is not the first one's report of the year before, where it is not.
    """

    this: str
    last: str
    lines: tuple[Line, ...]
    sections: tuple[CopiedSection, ...]
    missing: tuple[str, ...]
    doubt: str = ""


def compare(this: Report, last: Report) -> Comparison:
    """Return this year's report beside last year's; a figure of another kind is not compared."""
    before = last_year(last, this.layout)
    lines = tuple(
        Line(
            key, spec.address, spec.unit, this.value(key), before.figures[key].value if key in before.figures else None
        )
        for key, spec in this.layout.figures.items()
    )
    return Comparison(
        _name(this), _name(last), lines, tuple(_sections(this, last)), before.missing, "".join(_doubts(this, last))
    )


def _doubts(this: Report, last: Report) -> Iterator[str]:
    if this.agency and last.agency and normal_label(this.agency) != normal_label(last.agency):
        yield f"两份报告不是同一个机关的：“{this.agency}”和“{last.agency}”。"
    if this.year is None or last.year is None:
        return
    if this.year == last.year:
        yield f"两份都是 {this.year} 年度的，没有上年可比。"
    elif this.year < last.year:
        yield f"年度写反了：前一份是 {this.year} 年度的，后一份是 {last.year} 年度的；请先写本年，再写上年。"
    elif this.year - last.year > 1:
        yield f"两份报告不是相邻的年度：{this.year} 和 {last.year}。"


def _sections(this: Report, last: Report) -> Iterator[CopiedSection]:
    theirs = {section.key for section in last.layout.sections if section.table is None}
    for section in this.layout.sections:
        if section.table is None and section.key in theirs:
            found = copied(section_text(this, section.key), section_text(last, section.key))
            yield CopiedSection(section.key, section.heading, found.share, found.sentences)


def _name(report: Report) -> str:
    return f"{report.agency}{report.year if report.year is not None else '（年度不明）'}年"
