"""What a check has to say: severities, rules, places and findings. Knows no file format and no statute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Severity(Enum):
    """How much a finding weighs. The order of the members is the order in which they are shown."""

    ERROR = "error"
    CONFIRM = "confirm"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """Return the Chinese word a clerk reads."""
        return _LABELS[self]

    @property
    def rank(self) -> int:
        """Return 0 for the heaviest."""
        return _RANKS[self]

    @property
    def blocks(self) -> bool:
        """Return whether ``build`` writes nothing while a finding of this weight stands."""
        return self in (Severity.ERROR, Severity.CONFIRM)


_LABELS = {
    Severity.ERROR: "错误",
    Severity.CONFIRM: "待说明",
    Severity.WARNING: "警告",
    Severity.NOTE: "提示",
}
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def column_letters(column: int) -> str:
    """Return the letters of a zero-based column: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=1024)  # the same few columns in every sheet
def column_number(letters: str | bytes) -> int:
    """Return the zero-based column of its letters: ``A`` is 0, ``AA`` is 26; the reverse of :func:`column_letters`."""
    column = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode():
        column = column * 26 + letter - ord("A") + 1
    return column - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell given by zero-based row and column: (11, 2) is ``C12``."""
    return f"{column_letters(column)}{row + 1}"


class Location(msgspec.Struct, frozen=True, gc=False):
    """Where something stands: a file, and as far as known a sheet (or section) and a zero-based cell.

    In a document, whose cells nobody can see by their names, ``label`` says what the place is called. Row and column
    are then those of the workbook's sheet, which has the same form.
    A struct and no dataclass, as figures are: a report makes a thousand of them, in a sixth of the time.
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: int | None = None
    label: str = ""

    @property
    def cell(self) -> str:
        """Return the cell's name such as ``C12``, or an empty text where there is no single cell, as in a document."""
        return "" if self.label else self.address

    @property
    def address(self) -> str:
        """Return the name of the cell in the workbook, also for a place in a document."""
        if self.row is None or self.column is None:
            return ""
        return cell_name(self.row, self.column)

    def __str__(self) -> str:
        """Return the place as a clerk reads it: ``三、依申请公开!J6``, or ``三、依申请公开 上年结转·总计``."""
        if self.label:
            return f"{self.sheet} {self.label}"
        place = self.cell or (f"第{self.row + 1}行" if self.row is not None else "")
        return f"{self.sheet}!{place}" if self.sheet and place else self.sheet or place or self.file


def cell_ranges(cells: Iterable[Location]) -> str:
    """Return cells as a clerk selects them, in the order given: ``D6:I6、D9``; places in a document are none.

    Neighbours in a row or column are drawn together, and so are equal runs in rows under one another: ``D4:I26``.
    """
    areas: list[_Area] = []
    for cell in cells:
        if cell.row is None or cell.column is None or cell.label:
            continue
        one = _Area(cell.row, cell.column, cell.row, cell.column)
        joined = areas[-1].with_cell(one) if areas else None
        if joined is not None:
            areas[-1] = joined
            continue
        _join_last(areas)
        areas.append(one)
    _join_last(areas)
    return "、".join(str(area) for area in areas)


@dataclass(frozen=True, slots=True)
class _Area:
    """A rectangle of cells, all four borders included."""

    top: int
    left: int
    bottom: int
    right: int

    def with_cell(self, cell: _Area) -> _Area | None:
        """Return the run that a cell lengthens by one, or None where it does not."""
        along_row = self.top == self.bottom == cell.top and cell.left == self.right + 1
        down_column = self.left == self.right == cell.left and cell.top == self.bottom + 1
        return replace(self, bottom=cell.bottom, right=cell.right) if along_row or down_column else None

    def under(self, other: _Area) -> bool:
        """Return whether this begins right under another that is just as wide."""
        return (self.left, self.right, self.top) == (other.left, other.right, other.bottom + 1)

    def __str__(self) -> str:
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def _join_last(areas: list[_Area]) -> None:
    if len(areas) > 1 and areas[-1].under(areas[-2]):
        last = areas.pop()
        areas[-1] = replace(areas[-1], bottom=last.bottom)


@dataclass(frozen=True, slots=True)
class Rule:
    """One check, declared once. ``message`` and ``remedy`` are templates in the fields given to :meth:`at`.

    ``source`` cites the article or document that asks for it; ``editions`` is empty where every edition does;
    ``since`` is the version of govdoc that first raised it. ``checks``, ``example`` and ``mend`` explain the rule where
    no finding stands before the reader's eyes. ``lighter`` is the weight of its harmless cases, for a rule that has
    some. A code never changes its meaning.
    """

    code: str
    severity: Severity
    title: str
    source: str
    message: str
    remedy: str
    editions: tuple[str, ...] = ()
    since: str = "0.1"
    checks: str = ""
    example: str = ""
    mend: str = ""
    lighter: Severity | None = None

    def at(
        self,
        where: Location,
        *,
        figure: str = "",
        related: tuple[Location, ...] = (),
        quote: str = "",
        lighter: bool = False,
        **fields: object,
    ) -> Finding:
        """Return this rule's finding at a place.

        ``found`` and ``expected`` among the fields are also kept as they are, for programs that read findings;
        ``quote`` is the sentence that is spoken of, and ``lighter`` says that this is one of the harmless cases.
        """
        found, expected = fields.get("found"), fields.get("expected")
        fields.setdefault("cell", where.address)
        fields.setdefault("quote", quote)
        weight = self.lighter if lighter else None
        return Finding(
            rule=self,
            where=where,
            message=self.message.format(**fields),
            remedy=self.remedy.format(**fields),
            found=None if found is None else str(found),
            expected=None if expected is None else str(expected),
            figure=figure,
            related=related,
            quote=quote,
            weight=weight,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule raised at a place: what is wrong, and what to do next, in a clerk's words.

    ``explanation`` is the text that settles a finding of severity confirm; a settled finding blocks nothing.
    ``quote`` is the sentence of the narrative that it speaks of, as it is printed.
    """

    rule: Rule
    where: Location
    message: str
    remedy: str
    found: str | None = None
    expected: str | None = None
    figure: str = ""
    related: tuple[Location, ...] = ()
    explanation: str = ""
    quote: str = ""
    weight: Severity | None = None

    @property
    def code(self) -> str:
        """Return the rule's code."""
        return self.rule.code

    @property
    def severity(self) -> Severity:
        """Return the rule's severity, or the lighter one that this case was given."""
        return self.weight or self.rule.severity

    @property
    def blocks(self) -> bool:
        """Return whether ``build`` stops at this finding."""
        return self.severity.blocks and not self.explanation


MOST_MARKED = 2_000  # findings that are marked in a copy or a draft; a report that needs work has some dozens


def weightiest(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return the findings to be marked in a file, in their order; of more than it can hold, the weightiest."""
    if len(findings) <= MOST_MARKED:
        return findings
    by_weight = sorted(range(len(findings)), key=lambda number: findings[number].severity.rank)
    return [findings[number] for number in sorted(by_weight[:MOST_MARKED])]
