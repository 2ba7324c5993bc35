"""Rule S305: where one small repair alone mends every broken sum, name it.

The mistakes that people make with a table are few: one wrong figure, two neighbours changed round, a digit that
slipped into the next cell, a column pasted one row off. Each is tried as a repair. A repair is named only where it is
the only smallest way to make every sum come right; a guess among several would send a clerk to the wrong cell.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from govdoc.checks.once import once_per_layout
from govdoc.finding import Rule, Severity, cell_ranges
from govdoc.values import show_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from govdoc.finding import Finding
    from govdoc.layouts.schema import Layout
    from govdoc.report import Report
    from govdoc.values import Value

REPAIR = Rule(
    "S305",
    Severity.NOTE,
    "可能的错处",
    "国办公开办函〔2021〕30号、〔2019〕60号：表格的勾稽关系",
    "{what}。",
    "{advice}",
    checks=(
        "等式不平时，找出能让它们全部成立的最小改动：改一个数、相邻两个数对调、串到旁边一格的数字、"
        "整列错开一行。只有唯一一种最小改动时才提示；有几处互不相干的错，就有几条提示。"
    ),
    example="（一）予以公开·总计填的是 15，改为 16 后，不平的 2 个等式都成立。",
    mend="对照原始台账核对提示的单元格；属实的改过来，不属实的核对同一行、同一列的其他数。",
)

RULES = (REPAIR,)

MOST_CAUSES = 3  # independent mistakes looked for; with more of them nothing is certain
MOST_BROKEN = 12  # broken sums after which only a column out of place is looked for
SHORTEST_COLUMN = 5  # rows; fewer are no column that could have been pasted one row off

Numbers = dict[str, int]


@dataclass(frozen=True, slots=True)
class Repair:
    """Cells and what they should hold; ``kind`` says which mistake would be undone."""

    kind: str
    cells: tuple[tuple[str, int], ...]

    @property
    def changed(self) -> frozenset[tuple[str, int]]:
        """Return the changes without the story behind them: two stories of one change are one repair."""
        return frozenset(self.cells)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A layout's equations by number: their terms, and for each figure where it stands with which sign."""

    equations: tuple[tuple[tuple[str, int], ...], ...]
    uses: Mapping[str, tuple[tuple[int, int], ...]]
    beside: tuple[tuple[str, str], ...]
    below: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, ...], ...]


@once_per_layout
def _plan(layout: Layout) -> _Plan:
    equations = tuple(
        (*((key, 1) for key in equation.parts), *((key, -1) for key in equation.equals))
        for equation in layout.equations
    )
    uses: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, terms in enumerate(equations):
        for key, sign in terms:
            uses[key].append((number, sign))
    rows: dict[tuple[str, int], list[str]] = defaultdict(list)
    columns: dict[tuple[str, int], list[str]] = defaultdict(list)
    for table in layout.tables:
        for slot in table.form.slots:
            if slot.figure.key in uses:
                rows[table.key, slot.row].append(slot.figure.key)
                columns[table.key, slot.column].append(slot.figure.key)
    return _Plan(
        equations,
        {key: tuple(places) for key, places in uses.items()},
        tuple(pair for row in rows.values() for pair in pairwise(row)),
        tuple(pair for column in columns.values() for pair in pairwise(column)),
        tuple(tuple(column) for column in columns.values() if len(column) >= SHORTEST_COLUMN),
    )


def repairs(report: Report) -> Iterator[Finding]:
    """Name the repair that makes the broken sums come right, where it is the only smallest one."""
    plan = _plan(report.layout)
    numbers = _known(report, plan)
    broken = _broken(plan, numbers)
    for repair in _diagnose(plan, numbers, broken) if broken else ():
        yield _say(report, repair, _mended(plan, repair, broken))


CHECKS = (repairs,)


def pointing_to_repairs(findings: Iterable[Finding], sums: Collection[Rule]) -> Iterator[Finding]:
    """Yield the findings, those on broken ``sums`` with the repair that mends them, where another cell is to be mended.

    What a sum itself asks for is to change its total: whoever does that first spoils a total that was right.
    """
    everything = list(findings)
    told = [finding for finding in everything if finding.rule is REPAIR]
    for finding in everything:
        places = {finding.where, *finding.related}
        hits = [one for one in told if not places.isdisjoint((one.where, *one.related))]
        if finding.rule not in sums or len(hits) != 1 or (hits[0].where == finding.where and not hits[0].related):
            yield finding
            continue
        [hit] = hits
        cells = cell_ranges((hit.where, *hit.related)) or f"“{hit.where.label}”"
        wrong = f"多半错在 {cells}（另有提示），那里改好，这里就平了"
        yield replace(finding, remedy=f"{wrong}；那里属实的，{finding.remedy}")


def _known(report: Report, plan: _Plan) -> Numbers:
    """Return the figures of the tables that were read whole.

    A blank silences the sums that it stands in, the true cause's among them: of what is left, another repair may look
    like the only one.
    """
    numbers: Numbers = {}
    partial: set[str] = set()
    for key in plan.uses:
        value = report.value(key)
        if isinstance(value, int):
            numbers[key] = value
        else:
            partial.add(report.layout.figures[key].table)
    return {key: value for key, value in numbers.items() if report.layout.figures[key].table not in partial}


def _broken(plan: _Plan, numbers: Numbers) -> dict[int, int]:
    """Return the residual of each sum that does not hold; a sum with an unread figure is passed over."""
    broken = {}
    for number, terms in enumerate(plan.equations):
        try:
            rest = sum(sign * numbers[key] for key, sign in terms)
        except KeyError:
            continue
        if rest:
            broken[number] = rest
    return broken


def _mended(plan: _Plan, repair: Repair, broken: Mapping[int, int]) -> int:
    return len({number for key, _ in repair.cells for number, _ in plan.uses[key]} & broken.keys())


# ---------------------------------------------------------------- the search


def _diagnose(plan: _Plan, numbers: Numbers, broken: dict[int, int]) -> tuple[Repair, ...]:
    """Return the repairs that every smallest way of mending has in common."""
    for causes in range(1, MOST_CAUSES + 1):
        ways = _ways(plan, numbers, broken, causes)
        if ways:
            common = frozenset.intersection(*ways)
            stories = {repair.changed: repair for way in ways.values() for repair in way}
            return tuple(repair for changed, repair in stories.items() if changed in common)
        if len(broken) > MOST_BROKEN:
            break
    return ()


Way = tuple[Repair, ...]
Change = frozenset[tuple[str, int]]


def _ways(plan: _Plan, numbers: Numbers, broken: dict[int, int], causes: int) -> dict[frozenset[Change], Way]:
    """Return every set of as many repairs that makes all sums hold, each set once.

    Some repair of each set touches the first broken sum, so only those are tried: which one is put in first does not
    matter.
    """
    ways: dict[frozenset[Change], Way] = {}
    first = {key for key, _ in plan.equations[min(broken)]}
    for repair in _candidates(plan, numbers, broken, first):
        after, left = _apply(plan, numbers, broken, repair)
        if not left:
            if causes == 1:
                ways[frozenset((repair.changed,))] = (repair,)
        elif causes > 1 and len(left) < len(broken):
            for rest in _ways(plan, after, left, causes - 1).values():
                if not any({key for key, _ in one.cells} & {key for key, _ in repair.cells} for one in rest):
                    way = (repair, *rest)
                    ways[frozenset(one.changed for one in way)] = way
    return ways


def _apply(plan: _Plan, numbers: Numbers, broken: Mapping[int, int], repair: Repair) -> tuple[Numbers, dict[int, int]]:
    """Return the numbers and the broken sums after a repair."""
    left = dict(broken)
    after = {**numbers, **dict(repair.cells)}
    for key, value in repair.cells:
        change = value - numbers.get(key, 0)
        for number, sign in plan.uses[key]:
            if number in left or all(term in after for term, _ in plan.equations[number]):
                left[number] = left.get(number, 0) + sign * change
    return after, {number: rest for number, rest in left.items() if rest}


def _candidates(plan: _Plan, numbers: Numbers, broken: Mapping[int, int], touched: set[str]) -> Iterator[Repair]:
    """Yield every repair that changes one of the figures ``touched``; a column always does."""
    if len(broken) <= MOST_BROKEN:
        yield from (repair for repair in _single(plan, numbers, broken) if repair.cells[0][0] in touched)
        for pair in plan.beside:
            if not touched.isdisjoint(pair):
                yield from _swapped(numbers, pair)
                yield from _slipped(numbers, pair)
        for pair in plan.below:
            if not touched.isdisjoint(pair):
                yield from _swapped(numbers, pair)
    for column in plan.columns:
        yield from _shifted(plan, numbers, column)


def _single(plan: _Plan, numbers: Numbers, broken: Mapping[int, int]) -> Iterator[Repair]:
    """Yield each change of one figure that mends a sum it stands in and spoils none."""
    seen = set()
    for number, rest in broken.items():
        for key, sign in plan.equations[number]:
            value = numbers[key] - sign * rest
            change = -sign * rest
            if (key, value) in seen or value < 0:
                continue
            seen.add((key, value))
            before = sum(1 for other, _ in plan.uses[key] if other in broken)
            after = sum(1 for other, other_sign in plan.uses[key] if broken.get(other, 0) + other_sign * change)
            if after < before:
                yield Repair("changed", ((key, value),))


def _swapped(numbers: Numbers, pair: tuple[str, str]) -> Iterator[Repair]:
    first, second = pair
    if first in numbers and second in numbers and numbers[first] != numbers[second]:
        yield Repair("swapped", ((first, numbers[second]), (second, numbers[first])))


def _slipped(numbers: Numbers, pair: tuple[str, str]) -> Iterator[Repair]:
    """Yield the two ways to put back a digit at the border of two cells: ``6 | 23`` was ``62 | 3``, or the reverse."""
    first, second = pair
    if first not in numbers or second not in numbers:
        return
    left, right = str(numbers[first]), str(numbers[second])
    for new_left, new_right in _moved_digits(left, right):
        # A figure never begins with a zero; a cell that lost its only digit reads 0.
        plain = all(not text or str(int(text)) == text for text in (new_left, new_right))
        cells = ((first, int(new_left or "0")), (second, int(new_right or "0")))
        if plain and numbers[first] != cells[0][1] and numbers[second] != cells[1][1]:
            yield Repair("slipped", cells)


def _moved_digits(left: str, right: str) -> Iterator[tuple[str, str]]:
    """Yield two cells with one digit moved over their border; a lone 0 may be a cell that lost its only digit."""
    yield left + right[0], right[1:]
    yield left[:-1], left[-1] + right
    if left == "0":
        yield right[0], right[1:]
    if right == "0":
        yield left[:-1], left[-1]


def _shifted(plan: _Plan, numbers: Numbers, column: tuple[str, ...]) -> Iterator[Repair]:
    """Yield the column moved up or down by one row, where the row left over has nothing.

    The figure that fell off the end is what the column's own sum asks for.
    """
    values = [numbers.get(key) for key in column]
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return
    if known[0] == 0:
        yield from _refilled(plan, numbers, column, [*known[1:], None])
    if known[-1] == 0:
        yield from _refilled(plan, numbers, column, [None, *known[:-1]])


def _refilled(plan: _Plan, numbers: Numbers, column: tuple[str, ...], values: Iterable[int | None]) -> Iterator[Repair]:
    moved = dict(zip(column, values, strict=True))
    lost = next(key for key, value in moved.items() if value is None)
    after: Numbers = {**numbers, **{key: value for key, value in moved.items() if value is not None}}
    for number, sign in plan.uses[lost]:
        terms = plan.equations[number]
        if sum(key in moved for key, _ in terms) > 1:  # a sum down the column, not across
            rest = sum(other * after[key] for key, other in terms if key != lost)
            value = -sign * rest
            cells = tuple((key, after[key] if key != lost else value) for key in column)
            changed = tuple((key, value) for key, value in cells if numbers[key] != value)
            if value >= 0 and len(changed) > 1:
                yield Repair("shifted", changed)


# ---------------------------------------------------------------- how it is said


def _say(report: Report, repair: Repair, mended: int) -> Finding:
    first, value = repair.cells[0]
    where = report.figures[first].where
    names = {key: report.layout.figures[key].label for key, _ in repair.cells}
    places = {key: report.figures[key].where.cell or names[key] for key, _ in repair.cells}
    found = {key: show_number(_number(report, key)) for key, _ in repair.cells}
    sums = "不平的等式就成立" if mended == 1 else f"{mended} 个不平的等式都成立"
    advice = "对照台账核对；属实的改过来，不属实的核对同一行、同一列的其他数。"
    if repair.kind == "changed":
        what = f"“{names[first]}”填的是 {found[first]}，改为 {value} 后，{sums}"
        return REPAIR.at(
            where,
            figure=first,
            what=what,
            advice=f"先核对 {places[first]}。{advice}",
            found=found[first],
            expected=value,
        )
    related = tuple(report.figures[key].where for key, _ in repair.cells[1:])
    if repair.kind == "shifted":
        span = f"{places[first]} 到 {places[repair.cells[-1][0]]}" if where.cell else f"“{names[first]}”起的一列"
        what = f"{span} 像是整列错开了一行，移回去后，{sums}"
        moved = "、".join(f"{places[key]} 改为 {value}" for key, value in repair.cells)
        return REPAIR.at(where, figure=first, related=related, what=what, advice=f"{moved}。{advice}")
    second, other = repair.cells[1]
    story = "像是填反了，对调" if repair.kind == "swapped" else "像是有一位数字串了格，改"
    what = (
        f"“{names[first]}”和“{names[second]}”填的是 {found[first]} 和 {found[second]}，"
        f"{story}为 {value} 和 {other} 后，{sums}"
    )
    return REPAIR.at(
        where,
        figure=first,
        related=related,
        what=what,
        advice=f"先核对 {places[first]} 和 {places[second]}。{advice}",
        found=f"{found[first]}、{found[second]}",
        expected=f"{value}、{other}",
    )


def _number(report: Report, key: str) -> Value:
    return report.value(key) or 0
