"""How an edition's figures stand in prose: the words of the layout's section ``[prose]``, loaded as strictly as it.

A figure in a sentence is read from the words of its clause. Which words speak of which rows and columns, which take a
figure out of the comparison, and which say nothing, is data; how they are put together is ``govdoc.checks.prose``.
"""

from __future__ import annotations

import re
from typing import Literal

from govdoc.layouts.parts import Part

Words = tuple[str, ...]


class Term(Part, frozen=True, kw_only=True):
    """Words that give one part of an address: part 1 stands after the table's name, part 2 after that.

    Each reading is a name, or a sum of names (``本年新收+上年结转``); every one of them is right. ``general`` words
    speak of the table only where one of its subjects is being spoken of; ``upper`` words name a part of their row;
    ``alone`` words mean this only where nothing else in their clause has a meaning (公开9件);
    ``sure`` words say what they mean whatever was spoken of before (作出行政处罚).
    """

    table: str
    part: Literal[1, 2]
    readings: Words
    words: Words
    general: bool = False
    upper: bool = False
    alone: bool = False
    sure: bool = False


class TableWords(Part, frozen=True, kw_only=True):
    """How a table is spoken of: its subjects, and what is meant where a part of an address is not said.

    ``weak`` words name the table only beside one of its general words (受理政府信息公开9件).
    ``across`` names rows that are never said of the requests that came by one way alone.
    ``keeps`` lets a second part once said be meant later in the sentence; ``about`` are words without which other
    tables' words beside this one's make it another matter; ``wholes`` are what shares are taken of.
    其他9件 at the end of a list is ``rest_first`` behind a row, and ``rest_second`` behind a column, of ``rest_after``.
    """

    table: str
    subjects: Words = ()
    weak: Words = ()
    about: Words = ()
    first: Words = ()
    second: Words = ()
    across: Words = ()
    keeps: bool = False
    rest_first: Words = ()
    rest_second: Words = ()
    rest_after: Words = ()
    wholes: Words = ()

    def across_has(self, term: Term) -> bool:
        """Return whether a term names a row that is never said of one channel alone."""
        return not set(self.across).isdisjoint(term.readings)


class Rate(Part, frozen=True, kw_only=True):
    """A rate with a name of its own: any of ``part`` over any of ``whole``, as addresses or sums of them."""

    words: Words
    part: Words
    whole: Words


class Prose(Part, frozen=True, kw_only=True):
    """All words of an edition; what each list is for stands beside it in the layout's file."""

    counters: Words
    loose_counters: Words = ()
    named_counters: Words = ()
    fillers: Words
    asides: Words = ()
    matters: Words = ()
    dated: Words = ()
    joins: Words
    ours: Words
    whole: Words
    local: Words
    this_year: Words
    last_year: Words
    periods: Words
    cumulative: Words = ()
    until: Words = ()
    refers: Words = ()
    others: Words
    organ_ends: Words = ()
    sites: Words = ()
    members: Words = ()
    future: Words
    inside: Words
    channels: Words = ()
    no_row: Words = ()
    complete: Words
    each: Words
    apiece: Words = ()
    totals: Words = ()
    rest: Words
    excepted: Words = ()
    alls: Words = ()
    loosely: Words = ()
    done: Words = ()
    open_end: Words
    rise: Words
    fall: Words
    level: Words
    reached: Words
    compare: Words
    shares: Words
    about: Words
    over: Words
    under: Words
    none: Words
    askers: Words = ()
    all_done: Words
    all_done_unless: Words
    all_done_of: str
    nothing: Words
    placeholders: Words
    year_claims: Words
    year_starts: Words
    must_state: tuple[MustState, ...]
    may_be_nothing: Words
    tables: tuple[TableWords, ...]
    rates: tuple[Rate, ...]
    terms: tuple[Term, ...]

    def problems(self, names: dict[str, set[str]], addresses: set[str]) -> list[str]:
        """Return what names no row, column or figure of the layout, and patterns that are none."""
        found = [
            f"prose names {name} in table {term.table}, which does not exist"
            for term in self.terms
            for reading in term.readings
            for name in reading.split("+")
            if name not in names.get(term.table, set())
        ]
        summed = [address for table in self.tables for address in table.wholes]
        summed += [address for rate in self.rates for address in (*rate.part, *rate.whole)]
        for address in [self.all_done_of, *summed]:
            found += [f"prose names {one}, which does not exist" for one in address.split("+") if one not in addresses]
        for pattern in (*self.placeholders, *self.asides, *(one.replace("{year}", "0000") for one in self.year_claims)):
            try:
                re.compile(pattern)
            except re.error as error:
                found.append(f"prose has the pattern {pattern}, which cannot be read: {error}")
        return found


class MustState(Part, frozen=True, kw_only=True):
    """What a section has to state (信息处理费): one of the words must stand in it."""

    section: str
    what: str
    words: Words
