"""How long all checks take on a Report already read: ``python benchmarks/checks.py``.

The report is the sample of a large city, its narrative lengthened to 5,000 characters, last year's report beside it.
Printed is the median of many runs in a warm process, by the clock and by the processor's time.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

# The code of this checkout, not that of an installed govdoc.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from govdoc.checks.catalogue import CHECKS, run_checks
from govdoc.pipeline import read
from govdoc.report import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from govdoc.report import Report

SAMPLE = Path(__file__).resolve().parents[1] / "sample_inputs" / "large-city-2024.xlsx"
LENGTH, RUNS = 5000, 200
MORE = (
    "坚持以人民为中心，围绕群众关心的就业、教育、医疗、住房、养老等领域，持续推进重点领域信息公开，及时回应社会关切。"
    "全年围绕重大决策召开听证会12次，公开征求意见36件次，采纳群众建议480条，邀请利益相关方列席会议45人次。"
    "完善信息发布审核制度，严格落实先审后发和三级审查，明确职责分工，定期开展自查自纠，切实提高公开质量。"
)


def large() -> Report:
    """Return the sample with a narrative of 5,000 characters, and last year's report beside it."""
    report = read(SAMPLE).report
    length = sum(len(entry.text) for entries in report.narratives.values() for entry in entries)
    more = (MORE * (LENGTH // len(MORE)))[: LENGTH - length]
    where = report.narratives["overview"][0].where
    longer = {**report.narratives, "overview": (*report.narratives["overview"], Entry("（七）其他工作", more, where))}
    # Last year's text: some sentences the same, most of them nearly or not at all, so that they are compared in full.
    changed = {
        key: tuple(replace(entry, text=entry.text.replace("全市", "我市").replace("申请", "件")) for entry in entries)
        for key, entries in longer.items()
    }
    last = replace(report, info={**report.info, "year": "2023"}, narratives=changed)
    return replace(report, narratives=longer, last=last)


def measured(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return the median time of a run, in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = clock()
        work()
        times.append(clock() - start)
    return median(times) * 1000


def main() -> None:
    """Print the median of all checks together, and of each that takes any time."""
    report = large()
    text = sum(len(entry.text) for entries in report.narratives.values() for entry in entries)

    def everything() -> object:
        return run_checks(report)

    everything()
    print(  # noqa: T201
        f"all checks, {text} characters of narrative: {measured(everything, time.perf_counter):.2f} ms "
        f"(processor {measured(everything, time.process_time):.2f} ms)"
    )
    for check in CHECKS:
        spent = measured(lambda check=check: list(check(report)), time.perf_counter)  # type: ignore[misc]
        if spent > 0.05:  # noqa: PLR2004
            print(f"  {check.__name__:20} {spent:.2f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
