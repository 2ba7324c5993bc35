"""Where a statutory table stands in a Grid: a grid row and column for every row and column of the form.

The table is found by its labels, wherever in the grid it stands. Rows are found first, by the labels they bear, then
columns by theirs; what bears none of its labels is taken from where it stands.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

from govdoc.finding import column_letters
from govdoc.layouts.form import LineKind
from govdoc.readers.align import Alignment, Fit, align
from govdoc.values import normal_label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from govdoc.layouts.form import Form, Label, Line
    from govdoc.readers.grid import Grid, Outline

# What pairing costs where labels do not decide (a missing item costs 1, one too many 1): a row of figures with a
# strange label is more likely a row renamed than one row gone and another come; a row without figures is not.
_LIKELY, _IN_PLACE, _UNLIKELY = 0.9, 0.95, 1.6
_LIKENESS = 0.5  # what a label that resembles the right one takes off
_KEPT = 256  # outlines: those of all the tables of the dozen ways in which offices fill a workbook
_LARGEST = 2_000  # cells of an outline that is kept; a statutory table has 400
_NOTHING: Counter[str] = Counter()
_R = TypeVar("_R")
_KNOWN = 1 / 4  # the share of a form's labels below which a grid does not hold the table at all


@dataclass(frozen=True, slots=True)
class Damage:
    """One change to the order of rows or columns: what a clerk is told, and where."""

    row: int
    column: int
    what: str
    advice: str


@dataclass(frozen=True)
class Placement:
    """The grid row of each line of the form, the grid column of each of its columns (None: nowhere), the damage."""

    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    damages: tuple[Damage, ...] = ()

    def at(self, row: int, column: int) -> tuple[int, int] | None:
        """Return the grid cell of a cell of the form, or None where it was not found."""
        found_row, found_column = self.rows[row], self.columns[column]
        return None if found_row is None or found_column is None else (found_row, found_column)


def locate(grid: Grid, form: Form, check: str) -> Placement:
    """Return where a table stands in a grid; ``check`` begins the labels of the check cells around it."""
    if stands_as_printed(grid.outline, form, check):
        return printed_placement(form)
    texts = Texts(grid.outline, check)
    wanted = Counter(normal_label(label.text) for label in form.labels)
    if (wanted & texts.all).total() < _KNOWN * wanted.total():
        damage = Damage(0, 0, "这里找不到法定的表格，行列标签大多不在", "行和列的标签都要和表式一样")
        return Placement((None,) * form.rows, (None,) * form.columns, (damage,))
    rows = _Rows(grid, form, texts)
    columns = _Columns(form, texts, rows.places)
    return Placement(rows.places, columns.places, (*rows.damages(), *columns.damages()))


class Texts:
    """What the labels of a table are looked for in: the texts of a grid, in the form in which labels are compared."""

    def __init__(self, outline: Outline, check: str) -> None:
        self.cells: dict[tuple[int, int], str] = {}
        self.figures: set[tuple[int, int]] = set()
        self.checks: set[tuple[int, int]] = set()
        self.rows: dict[int, Counter[str]] = {}
        self.figure_rows: Counter[int] = Counter()
        self.tops: dict[int, str] = {}
        self.all: Counter[str] = Counter()
        self.width = self.height = 0
        for row, column, text in filled(outline):
            self.width, self.height = max(self.width, column + 1), row + 1
            if isinstance(text, bool):
                self.figures.add((row, column))
                self.figure_rows[row] += 1
            elif text.startswith(check):
                self.checks.add((row, column))
            elif text:
                self.cells[row, column] = text
                self.rows.setdefault(row, Counter())[text] += 1
                self.tops.setdefault(column, text)
                self.all[text] += 1

    @cached_property
    def check_rows(self) -> set[int]:
        """Return the rows in which a label of check cells stands."""
        return {row for row, _ in self.checks}

    def at(self, row: int | None, column: int) -> str:
        """Return the text in a cell, an empty one where there is none."""
        return "" if row is None else self.cells.get((row, column), "")


def filled(outline: Outline) -> Iterator[tuple[int, int, str | bool]]:
    """Yield every cell of an outline that holds something, row by row."""
    for row, texts in enumerate(outline):
        for column, text in enumerate(texts):
            if text is not None:
                yield row, column, text


@lru_cache(maxsize=_KEPT)
def printed_placement(form: Form) -> Placement:
    """Return where everything stands in a table that stands as printed."""
    return Placement(tuple(range(form.rows)), tuple(range(form.columns)))


def kept_if_small(judge: Callable[[Outline, Form, str], _R]) -> Callable[[Outline, Form, str], _R]:
    """Keep what is said of the outlines of tables; larger ones than any table has would fill the memory."""
    known = lru_cache(maxsize=_KEPT)(judge)

    def judged(outline: Outline, form: Form, check: str) -> _R:
        return (known if sum(map(len, outline)) <= _LARGEST else judge)(outline, form, check)

    return judged


@kept_if_small
def stands_as_printed(outline: Outline, form: Form, check: str) -> bool:
    """Return whether every label stands in its printed place and nowhere else, and so do rows without labels."""
    texts = Texts(outline, check)
    labels = {(label.row, label.column): normal_label(label.text) for label in form.labels}
    known = set(labels.values())
    if {cell: text for cell, text in texts.cells.items() if text in known} != labels:
        return False
    unlabelled = [item for item, line in enumerate(form.lines) if not line.labels]
    rivals = {row for item in unlabelled for row in _candidates(form.lines[item], known, texts)}
    return rivals <= set(unlabelled) and texts.check_rows.isdisjoint(unlabelled)


def _candidates(line: Line, known: Collection[str], texts: Texts) -> list[int]:
    """Return the rows that may be a line without labels: half full of figures, and without any label of the form."""
    return [
        row
        for row, figures in texts.figure_rows.items()
        if 2 * figures >= len(line.slots)
        and row not in texts.check_rows
        and texts.rows.get(row, _NOTHING).keys().isdisjoint(known)
    ]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common characters."""
    return 2 * len(one & other) / max(1, len(one) + len(other))


def _strange(*, item: int, at: int, holds: bool, likeness: float) -> Fit:
    """Return the fit of a pair without a common label; ``holds`` says whether its cells hold what they should."""
    doubt = _LIKELY if holds else _IN_PLACE if item == at else _UNLIKELY
    return Fit(0, doubt - _LIKENESS * likeness)


# ---------------------------------------------------------------- rows


class _Rows:
    """The lines of a form found among the rows of a grid."""

    def __init__(self, grid: Grid, form: Form, texts: Texts) -> None:
        self.grid = grid
        self.form = form
        self.texts = texts
        self.wanted = [Counter(normal_label(label.text) for label in _naming(line)) for line in form.lines]
        self.wanted_letters = [frozenset("".join(wanted)) for wanted in self.wanted]
        self.known = {normal_label(label.text) for label in form.labels}
        self.strange_letters = {
            row: frozenset("".join(text for text in here if text not in self.known)) for row, here in texts.rows.items()
        }
        self.candidates = {
            item: _candidates(line, self.known, texts) for item, line in enumerate(form.lines) if not line.labels
        }
        self.result = align(form.rows, texts.height, self._fit)
        self.places = tuple(self._place(item) for item in range(form.rows))

    def _fit(self, item: int, at: int) -> Fit | None:
        line, wanted, here = self.form.lines[item], self.wanted[item], self.texts.rows.get(at, _NOTHING)
        if not wanted:
            return self._fit_unlabelled(item, at)
        if not wanted.keys().isdisjoint(here):
            return Fit((wanted & here).total() / wanted.total(), 0)
        figures = at in self.texts.figure_rows
        if line.kind is not LineKind.DATA:
            holds = bool(here) and not figures
        elif at in self.texts.check_rows:
            return None  # check cells stand in the heads and below the table
        else:
            holds = figures
        likeness = _likeness(self.wanted_letters[item], self.strange_letters.get(at, frozenset()))
        return _strange(item=item, at=at, holds=holds, likeness=likeness)

    def _fit_unlabelled(self, item: int, at: int) -> Fit | None:
        if at in self.candidates[item]:
            return Fit(1, 0)
        labelled = not self.known.isdisjoint(self.texts.rows.get(at, ()))
        filled = self.texts.figure_rows[at] / len(self.form.lines[item].slots)
        return None if labelled or at in self.texts.check_rows else Fit(0, _LIKELY * (1 - filled))

    def _place(self, item: int) -> int | None:
        """Return the row of a line; where several may be one without labels, and differ, none is taken."""
        place = self.result.place.get(item)
        if place is None or item not in self.candidates:
            return place
        following = self.result.place.get(item + 1, self.texts.height)
        rivals = [row for row in self.candidates[item] if place < row < following]
        return None if any(self.grid.rows[row] != self.grid.rows[place] for row in rivals) else place

    def damages(self) -> Iterator[Damage]:
        """Yield what was done to the order of the rows."""
        rivals = {row for rows in self.candidates.values() for row in rows}
        for row in (*self.result.inserted, *self.result.repeated):
            kind = "重复了" if row in self.result.repeated else "是多出来的"
            if row in rivals:
                kind = "也填满了数字，分不清哪一行是要报的"
            number = self._number(row)
            yield Damage(row, 0, f"{number}{self._words(row)}{kind}", f"删去{number}")
        for item in self.result.deleted:
            at = self._expected_row(item)
            yield Damage(at, 0, f"缺少{self._name(item)}，应在{self._number(at)}", f"在{self._number(at)}补上这一行")
        for item in self.result.moved:
            at = self.result.place[item]
            yield Damage(at, 0, f"{self._name(item)}移到了{self._number(at)}", "移回原来的位置")

    def _number(self, row: int) -> str:
        return f"第 {row + self.grid.top + 1} 行"

    def _name(self, item: int) -> str:
        labels = _naming(self.form.lines[item])
        return f"“{labels[0].text}”一行" if labels else "数据行"

    def _words(self, row: int) -> str:
        texts = list(self.texts.rows.get(row, ()))
        return f"（“{texts[-1]}”）" if texts else ""

    def _expected_row(self, item: int) -> int:
        places = self.result.place
        later = [places[after] for after in range(item, self.form.rows) if after in places]
        return later[0] if later else max(places.values(), default=-1) + 1


def _naming(line: Line) -> list[Label]:
    """Return the labels by which a line is known: of a row of figures its own, of a head all."""
    return [label for label in line.labels if label.leaf or line.kind is not LineKind.DATA]


# ---------------------------------------------------------------- columns


class _Columns:
    """The columns of a form found among those of a grid, once its rows are known."""

    def __init__(self, form: Form, texts: Texts, rows: tuple[int | None, ...]) -> None:
        self.form = form
        self.texts = texts
        self.rows = rows
        self.wanted = [
            [label for label in self._found_labels() if label.column == item] for item in range(form.columns)
        ]
        heads = {row for line, row in zip(form.lines, rows, strict=True) if row is not None and not line.slots}
        data = {row for line, row in zip(form.lines, rows, strict=True) if row is not None and line.slots}
        self.top = min((row for row in rows if row is not None), default=0)
        self.check_columns = {column for row, column in texts.checks if row in heads}
        self.figure_columns = {column for row, column in texts.figures if row in data}
        self.text_columns = {column for row, column in texts.cells if row in data}
        self.result: Alignment = align(form.columns, texts.width, self._fit)
        self.places = tuple(self.result.place.get(item) for item in range(form.columns))

    def _found_labels(self) -> Iterator[Label]:
        for label in self.form.labels:
            if label.leaf and label.kind is not LineKind.CAPTION and self.rows[label.row] is not None:
                yield label

    def _fit(self, item: int, at: int) -> Fit | None:
        if at in self.check_columns:
            return None
        labels = self.wanted[item]
        found = [(normal_label(label.text), self.texts.at(self.rows[label.row], at)) for label in labels]
        same = sum(text == here for text, here in found)
        if same:
            return Fit(same / len(found), 0)
        likeness = max((_likeness(frozenset(text), frozenset(here)) for text, here in found), default=0.0)
        holds = at in (self.figure_columns if item >= self.form.label_columns else self.text_columns)
        return _strange(item=item, at=at, holds=holds, likeness=likeness)

    def damages(self) -> Iterator[Damage]:
        """Yield what was done to the order of the columns."""
        for column in (*self.result.inserted, *self.result.repeated):
            kind = "重复了" if column in self.result.repeated else "是多出来的"
            letters = column_letters(column)
            yield Damage(self.top, column, f"{letters} 列{self._words(column)}{kind}", f"删去 {letters} 列")
        for item in self.result.deleted:
            at = self._expected_column(item)
            letters = column_letters(at)
            what = f"缺少{self._name(item)}，应在 {letters} 列"
            yield Damage(self.top, at, what, f"在 {letters} 列补上这一列")
        for item in self.result.moved:
            at = self.result.place[item]
            what = f"{self._name(item)}移到了 {column_letters(at)} 列"
            yield Damage(self.top, at, what, "移回原来的位置")

    def _name(self, item: int) -> str:
        labels = [label for label in self.form.labels if label.leaf and label.column == item]
        heads = [label for label in labels if label.kind is LineKind.HEAD] or labels
        return f"“{heads[0].text}”一列" if heads else "一列"

    def _words(self, column: int) -> str:
        text = self.texts.tops.get(column, "")
        return f"（“{text}”）" if text else ""

    def _expected_column(self, item: int) -> int:
        places = self.result.place
        later = [places[after] for after in range(item, self.form.columns) if after in places]
        return later[0] if later else max(places.values(), default=-1) + 1
