"""New figures into an edited report: three ways compared, spliced into the bytes, read again and compared.

A figure is written where the document still has the one last agreed on. What a person changed, deleted or is about to
change is left as it is and said. Touches no file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from itertools import combinations
from typing import TYPE_CHECKING

from govdoc.errors import InputError
from govdoc.figures import UnknownReferenceError
from govdoc.readers.word_parts import BODY_PART
from govdoc.roundtrip.base import base_part
from govdoc.roundtrip.places import CONTEXT, Places, State, find_places, marked_places
from govdoc.roundtrip.take import Take
from govdoc.values import read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from govdoc.report import Report
    from govdoc.roundtrip.base import Base
    from govdoc.roundtrip.package import Package
    from govdoc.roundtrip.places import Spot


_MOST_BESIDE = 4  # characters by which a figure that a person typed may be longer: 约, 余件, ……


class Action(Enum):
    """What a refresh does with a figure."""

    SAME = "same"  # nothing to do
    WRITTEN = "written"
    AGREED = "agreed"  # the document already has the new figure
    KEPT = "kept"  # a person's figure or deletion; the workbook's has not changed
    SETTLED = "settled"  # would wait for a decision, which is for the report: it stays, and is not asked about again
    CONFLICT = "conflict"  # the workbook has a new figure, the document a person's
    TRACKED = "tracked"  # a tracked change has to be decided first
    LOST = "lost"  # the sentence is there, the figure's place in it is not certain
    DELETED = "deleted"  # a person deleted it; it is not put back
    COPY = "copy"  # a copy of the sentence without a mark keeps the old figure

    @property
    def needs_attention(self) -> bool:
        """Return whether the document may hold an old figure now."""
        return self in (Action.CONFLICT, Action.TRACKED, Action.LOST, Action.COPY)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one figure: where it stands, the new value, and what was done."""

    spot: Spot
    new: str
    action: Action


@dataclass(frozen=True)
class Refreshed:
    """A refreshed document. ``changes`` leaves out figures with which there is nothing to do."""

    package: Package
    changes: tuple[Change, ...]
    changed: bool

    def having(self, *actions: Action) -> list[Change]:
        """Return the changes of some kinds."""
        return [change for change in self.changes if change.action in actions]


def refresh(package: Package, report: Report, take: Take | None = None) -> Refreshed:
    """Return a document with the figures of a workbook's report, as far as they can be written.

    With ``take`` what both sides changed is decided: the workbook's figure is written over a person's, or a person's
    stays and the base takes in the workbook's, so that only another change of it asks again. What a tracked change
    holds, and what cannot be written with certainty, waits all the same.

    Raises :class:`InputError` where the document does not say what it was generated from.
    """
    base = package.base
    if base is None:
        raise no_base(package.path.name)
    places = find_places(package, base, report.layout)
    changes = [_change(spot, report) for spot in places.all]
    if take is Take.WORKBOOK:
        changes = [_taken(change) for change in changes]
    changes = _disentangled(changes)
    if take is Take.REPORT:
        changes = [_settled(change, report) for change in changes]
    changes += _copies(places, changes)
    agreed = _agreed(base, changes)
    written = [change for change in changes if change.action is Action.WRITTEN]
    parts = {}
    if written:
        parts[BODY_PART] = places.text.spliced(_edits(written))
    if agreed != base:
        parts[package.base_name] = base_part(agreed)
    after = package.with_parts(parts) if parts else package
    if written:
        _verify(places, after, agreed, changes, report)
    said = tuple(change for change in changes if change.action is not Action.SAME)
    return Refreshed(after, said, bool(parts))


def no_base(name: str) -> InputError:
    """Return the error for a document without a base."""
    return InputError(
        f"{name} 里没有生成时的数据，分不清哪些是后来改的。",
        "它不是 govdoc 生成的报告，或者转成别的格式时丢掉了这部分。"
        "请先用 govdoc pull 把改过的文字取回工作簿，再用 govdoc build 重新生成报告。",
    )


# ---------------------------------------------------------------- what to do


def new_value(spot: Spot, report: Report) -> str | None:
    """Return what a workbook has for a place; None where its reference cannot be looked up there."""
    if not spot.reference:
        figure = report.figures.get(spot.key)  # a damaged base may name a place without its reference
        return None if figure is None else figure.shown
    try:
        return report.shown(spot.reference)
    except UnknownReferenceError:
        return None


def _change(spot: Spot, report: Report) -> Change:
    new = new_value(spot, report)
    if new is None:
        return Change(spot, "", Action.LOST)
    return Change(spot, new, _action(spot, new))


def _action(spot: Spot, new: str) -> Action:
    if spot.state in (State.GONE, State.UNMARKED, State.EMPTY) and not (
        spot.state is State.EMPTY and not spot.reference
    ):
        if new == spot.base:
            return Action.KEPT if spot.state is State.EMPTY else Action.SAME
        in_table = not spot.reference
        return Action.LOST if spot.state is State.UNMARKED or in_table else Action.DELETED
    if spot.state is State.TRACKED:
        return Action.SAME if spot.text == spot.base == new else Action.TRACKED
    if spot.state is State.GLUED:
        return Action.KEPT if new == spot.base else Action.CONFLICT
    if spot.text == new:
        return Action.SAME if new == spot.base else Action.AGREED
    if new == spot.base:
        return Action.KEPT
    if spot.text == spot.base:
        return Action.WRITTEN if spot.targets else Action.LOST
    return Action.AGREED if same_figure(spot.text, new) else Action.CONFLICT


def same_figure(one: str, other: str) -> bool:
    """Return whether two texts say the same figure: １,234 and 1234 do."""
    values = [read_number(text, "amount", "").value for text in (one, other)]
    return one == other or (values[0] is not None and values[0] == values[1])


def _taken(change: Change) -> Change:
    """Return a change with the workbook's figure written, where a person's whole figure can be told from its text.

    A mark that holds much more than a figure was pulled over the words beside it, which must not go.
    """
    longest = max(len(change.spot.base), len(change.new)) + _MOST_BESIDE
    figure = change.spot.state is not State.GLUED and len(change.spot.text) <= longest
    conflict = change.action is Action.CONFLICT and figure
    return replace(change, action=Action.WRITTEN) if conflict and change.spot.targets else change


def _settled(change: Change, report: Report) -> Change:
    """Return a change with the report left as it is for good; what a workbook lacks cannot be agreed on."""
    waits = change.action in (Action.CONFLICT, Action.LOST) and new_value(change.spot, report) is not None
    return replace(change, action=Action.SETTLED) if waits else change


def _disentangled(changes: list[Change]) -> list[Change]:
    """Return the changes without writing two figures into one place: marks that were moved may lie on one another."""
    claims: dict[int, list[int]] = {}
    for number, change in enumerate(changes):
        if change.action is Action.WRITTEN:
            for target in change.spot.targets:
                claims.setdefault(target.holder, []).append(number)
    for numbers in claims.values():
        for one, other in combinations(numbers, 2):
            if _overlap(changes[one].spot, changes[other].spot):
                for number in (one, other):
                    changes[number] = replace(changes[number], action=Action.LOST)
    return changes


def _overlap(one: Spot, other: Spot) -> bool:
    return any(
        mine.holder == theirs.holder and mine.start <= theirs.end and theirs.start <= mine.end
        for mine in one.targets
        for theirs in other.targets
    )


def _copies(places: Places, changes: Sequence[Change]) -> Iterator[Change]:
    """Yield the copies of sentences that bear no mark and so keep an old figure."""
    covered = {(spot.line, spot.start) for spot in places.marked}
    written = {change.spot.key: change for change in changes if change.action is Action.WRITTEN}
    for change in written.values():
        spot = change.spot
        if not spot.reference or len(spot.before) + len(spot.after) < CONTEXT:
            continue
        sentence = re.compile(f"(?<={re.escape(spot.before)}){re.escape(spot.base)}(?={re.escape(spot.after)})")
        for number, line in enumerate(places.text.lines):
            for match in sentence.finditer(line.text):
                if (number, match.start()) not in covered:
                    quote = line.text[max(0, match.start() - 2 * CONTEXT) : match.end() + 2 * CONTEXT]
                    copy = replace(spot, where=f"“{quote}”", line=number, start=match.start(), targets=())
                    yield Change(copy, change.new, Action.COPY)


def _agreed(base: Base, changes: Sequence[Change]) -> Base:
    """Return the base with every figure that document and workbook agree on now, or are said to, in one place."""
    done = (Action.WRITTEN, Action.AGREED, Action.SETTLED)
    agreed = {one.spot.key: one.new for one in changes if one.action in done}
    figures = {key: value for key, value in agreed.items() if key in base.figures}
    return base.with_values(figures, {key: value for key, value in agreed.items() if key not in base.figures})


# ---------------------------------------------------------------- writing


def _edits(written: Iterable[Change]) -> dict[int, list[tuple[int, int, str]]]:
    """Return what to replace in which ``w:t``; of several stretches that hold a figure, the first takes the new one."""
    edits: dict[int, list[tuple[int, int, str]]] = {}
    for change in written:
        for number, target in enumerate(change.spot.targets):
            edit = (target.start, target.end, "" if number else change.new)
            edits.setdefault(target.holder, []).append(edit)
    return edits


def _verify(before: Places, after: Package, base: Base, changes: Sequence[Change], report: Report) -> None:
    """Read the refreshed document again: what was to be written stands there, all other text as it was.

    Every ``w:t`` is compared with what it should hold now, and every marked place is looked for anew. The labels by
    which figures of tables are found are among the texts that are compared.

    Raises :class:`InputError` where it does not: nothing has been written yet.
    """
    text, marked = marked_places(after, base, report.layout)
    wanted = {number: holder.text or "" for number, holder in enumerate(before.text.holders)}
    for holder, edits in _edits(change for change in changes if change.action is Action.WRITTEN).items():
        for start, end, new in sorted(edits, reverse=True):
            wanted[holder] = wanted[holder][:start] + new + wanted[holder][end:]
    placed = zip(changes[len(before.tables) :], marked, strict=False)
    lost = any(change.action is Action.WRITTEN and spot.text != change.new for change, spot in placed)
    if lost or [holder.text or "" for holder in text.holders] != list(wanted.values()):
        raise InputError(
            f"{after.path.name} 里的数据更新后核对不上，没有写出。",
            "请用 Word 打开另存一份再试；仍然如此请报告这个问题。",
        )
