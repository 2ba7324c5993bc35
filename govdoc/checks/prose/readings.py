"""Words → what they may mean in the tables: sums of figures, each with a name that a clerk reads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from govdoc.checks.once import once_per_layout
from govdoc.layouts.schema import join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govdoc.layouts.schema import Layout
    from govdoc.report import Report
    from govdoc.values import Value


_MOST_KEPT = 5000  # combinations of words; far more than people write, and few enough to hold


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a figure in prose may stand for: the sum of some figures."""

    name: str
    keys: tuple[str, ...]

    def now(self, report: Report) -> Value | None:
        """Return its value in the report, or None where a figure is missing."""
        return report.total(self.keys)

    def then(self, report: Report) -> Value | None:
        """Return its value in last year's figures, or None where one is not known."""
        return report.last_total(self.keys)


_Wanted = tuple[str, tuple[str, ...], tuple[str, ...]]  # a table, and the readings of both parts of an address


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes readings of one layout; what was made once is kept."""

    layout: Layout
    kept: dict[_Wanted, tuple[Reading, ...]]

    def readings(self, table: str, first: tuple[str, ...], second: tuple[str, ...]) -> tuple[Reading, ...]:
        """Return the readings of a table for any of the first parts with any of the second; a part may be a sum."""
        wanted = (table, first, second)
        made = self.kept.get(wanted)
        if made is None:
            found = (self._reading(table, one, two) for one, two in product(first, second or ("",)))
            made = self._keep(wanted, tuple(dict.fromkeys(one for one in found if one is not None)))
        return made

    def at(self, addresses: Iterable[str]) -> tuple[Reading, ...]:
        """Return the readings at addresses, or at sums of them (``三.本年新收.总计+三.上年结转.总计``)."""
        wanted = ("", tuple(addresses), ())
        made = self.kept.get(wanted)
        if made is None:
            made = self._keep(wanted, tuple(self._sum(address.split("+")) for address in wanted[1]))
        return made

    def _keep(self, wanted: _Wanted, made: tuple[Reading, ...]) -> tuple[Reading, ...]:
        if len(self.kept) >= _MOST_KEPT:
            self.kept.clear()
        self.kept[wanted] = made
        return made

    def _reading(self, table: str, first: str, second: str) -> Reading | None:
        pairs = product(first.split("+"), second.split("+"))
        addresses = [join(table, one, two) for one, two in pairs]
        return self._sum(addresses) if all(address in self.layout.addresses for address in addresses) else None

    def _sum(self, addresses: list[str]) -> Reading:
        keys = tuple(key for address in addresses for key in self.layout.addresses[address])
        return Reading("＋".join(addresses), keys)


@once_per_layout
def reader(layout: Layout) -> Reader:
    """Return the maker of readings for a layout."""
    return Reader(layout, {})
