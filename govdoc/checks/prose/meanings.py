"""What a run of terms may mean, whatever stands around it: tables, and the parts of addresses in each.

The same few hundred runs come back in every report, so what was worked out for one is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govdoc.layouts.phrases import Term

    # Terms in order, each with whether a joining word (和, 、) stands before it; a word may have one in several tables.
    Terms = tuple[tuple[bool, tuple[Term, ...]], ...]

SECOND = 2  # the part of an address that names a column
_MOST_KEPT = 5000  # runs; far more than people write, and few enough to hold


@dataclass(frozen=True, slots=True)
class InTable:
    """The meaning in one table: readings of both parts of an address; ``general`` needs the table to be spoken of."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    upper: bool
    general: bool
    sure: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """The tables that all terms agree on. ``mixed`` where general words of any table were passed over for it."""

    tables: frozenset[str]
    mixed: bool
    only_second: bool
    within: dict[str, InTable]


@dataclass(frozen=True, slots=True)
class Meanings:
    """Works meanings out, once for each run of terms."""

    kept: dict[tuple[tuple[bool, int], ...], Meaning] = field(default_factory=dict)

    def of(self, terms: Terms) -> Meaning:
        """Return what terms mean. Each word's are known by identity: they stay for as long as the program runs."""
        wanted = tuple((join, id(group)) for join, group in terms)
        meaning = self.kept.get(wanted)
        if meaning is None:
            if len(self.kept) > _MOST_KEPT:
                self.kept.clear()
            meaning = self.kept[wanted] = _meaning(terms)
        return meaning


def _meaning(terms: Terms) -> Meaning:
    """Return what terms mean; a general word yields to any that is not: 答复予以公开 speaks of what was granted."""
    groups = [group for _, group in terms if not all(term.general for term in group)]
    mixed = len(groups) < len(terms)
    groups = groups or [group for _, group in terms]
    tables = frozenset.intersection(*(frozenset(term.table for term in group) for group in groups))
    only_second = all(term.part == SECOND for group in groups for term in group)
    return Meaning(tables, mixed, only_second, {table: _in_table(terms, table) for table in tables})


def _in_table(terms: Terms, table: str) -> InTable:
    mine = [(join, [term for term in group if term.table == table]) for join, group in terms]
    all_of = [term for _, group in mine for term in group]
    return InTable(
        first=_part(mine, 1),
        second=_part(mine, SECOND),
        upper=any(term.upper for term in all_of),
        general=all(term.general for term in all_of),
        sure=any(term.sure for term in all_of),
    )


def _part(terms: list[tuple[bool, list[Term]]], part: int) -> tuple[str, ...]:
    """Return the readings of one part of an address: joined terms are added up, others are each a reading.

    General ones never add up: 收到并答复申请45件 counts the same requests twice.
    """
    groups = [(join, [term for term in group if term.part == part]) for join, group in terms]
    groups = [(join, group) for join, group in groups if group]
    if any(not term.general for _, group in groups for term in group):
        groups = [(join, kept) for join, group in groups if (kept := [term for term in group if not term.general])]
    readings: list[str] = []
    for join, group in groups:
        new = [reading for term in group for reading in term.readings]
        if join and readings and not all(term.general for term in group):
            readings = [f"{one}+{two}" if one != two else one for one in readings for two in new]
        else:
            readings += new
    return tuple(dict.fromkeys(readings))
