"""The sum of many units' files: found, read by the crew, added up, compared with the roster and the parent's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from govdoc.aggregate import RosterName, Sum, aggregate
from govdoc.crew import Lost, bundle_of, run_many
from govdoc.errors import InputError, UsageError
from govdoc.files import check_target, put
from govdoc.naming import tag
from govdoc.pipeline import REPORT_SUFFIX, WORKBOOK_SUFFIX, check
from govdoc.store import absolute, is_remote, list_sources, local_source, plain
from govdoc.worker import Progress, contribute, killed_contribution

if TYPE_CHECKING:
    from collections.abc import Callable

    from govdoc.aggregate import Contribution
    from govdoc.crew import Crew
    from govdoc.store import Source

_BUNDLE = 8  # files that a worker reads for a sum at one go; handing each over by itself takes a twentieth of the time
_LOST_SUM = "要留着它，请用 -o 另起文件名；确定不要了，再加 --force。"


@dataclass(frozen=True)
class SumPlan:
    """What an aggregate is asked to do: folders and files to sum, who must be there, and what to compare with."""

    inputs: tuple[str, ...]
    target: Path
    year: int | None = None
    agency: str = ""
    roster: Path | None = None
    own: Path | None = None
    force: bool = False

    def check(self) -> None:
        """Refuse a target that cannot be written, before any work is done for it."""
        if self.target.suffix.lower() != WORKBOOK_SUFFIX:
            raise UsageError(
                f"汇总要写成 {WORKBOOK_SUFFIX} 文件，{self.target.name} 不是。",
                f"请改为 {self.target.stem}{WORKBOOK_SUFFIX}。",
            )
        given = [Path(place) for place in map(plain, self.inputs) if not is_remote(place)]
        check_target(self.target, force=self.force, lost=_LOST_SUM, inputs=(*given, self.own, self.roster))


def sum_up(plan: SumPlan, crew: Crew, watch: Callable[[Progress], None] = lambda _: None) -> Sum:
    """Return the sum of all units' files; nothing is written.

    Raises :class:`InputError` where a folder, the roster or the parent's own workbook cannot be read.
    """
    own = check(plan.own).report if plan.own is not None else None
    roster = read_roster(plan.roster) if plan.roster is not None else None
    sources = _sum_sources(plan)
    units: list[Contribution] = []
    bundle = bundle_of(len(sources), crew.workers, most=_BUNDLE, rounds=_BUNDLE)
    for source, result in run_many(sources, contribute, crew, bundle=bundle):
        units.append(killed_contribution(source) if isinstance(result, Lost) else result)
        watch(Progress(len(units), len(sources), {}, source.name))
    return aggregate(units, year=plan.year, agency=plan.agency, roster=roster, own=own)


def write_sum(plan: SumPlan, total: Sum) -> None:
    """Write the workbook of a sum, whole or not at all."""
    from govdoc.writers.workbook_sum import make_sum

    put(plan.target, make_sum(total), force=plan.force, lost=_LOST_SUM)


def _sum_sources(plan: SumPlan) -> list[Source]:
    """Return the files to sum. A report beside the workbook it was made from is not a second file of its unit."""
    from govdoc.readers.workbook import SUFFIXES

    apart = tuple(str(path.resolve()) for path in (plan.target, plan.own, plan.roster) if path is not None)
    sources: list[Source] = []
    for place in map(plain, plan.inputs):
        if is_remote(place) or not Path(place).is_file():
            found = list_sources(absolute(place), (*SUFFIXES, REPORT_SUFFIX), without=apart)
            books = {tag(name) for name in found.names if not name.lower().endswith(REPORT_SUFFIX)}
            sources += [
                source
                for source in found
                if not source.name.lower().endswith(REPORT_SUFFIX) or tag(source.name) not in books
            ]
        else:
            sources.append(local_source(Path(place)))
    if not sources:
        raise InputError("没有找到工作簿或报告。", f"后缀是 {'、'.join((*SUFFIXES, REPORT_SUFFIX))}。")
    return sources


def read_roster(path: Path) -> list[RosterName]:
    """Return the units on a roster: a workbook with a column 机关名称 (else its first), or a text, a name a line.

    Raises :class:`InputError` where it cannot be read or names nobody.
    """
    from govdoc.readers.roster import read_names

    return [RosterName(name, where) for name, where in read_names(path)]
