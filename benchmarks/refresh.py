"""How long a refresh takes in a warm process: ``python benchmarks/refresh.py``.

The report is the sample's, its workbook has new figures. Printed are medians of many runs, by the clock and by the
processor's time: the whole command without printing (both files read, the workbook checked, the report written into
memory), and the refresh alone, with few and with all 206 places to write.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

# The code of this checkout, not that of an installed govdoc.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from govdoc.editing import refresh as whole
from govdoc.pipeline import read, render
from govdoc.report import Figure, Report
from govdoc.roundtrip.package import Package
from govdoc.roundtrip.refresh import refresh

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).resolve().parents[1] / "sample_inputs" / "chaoyang-2021.xlsx"
RUNS = 50


def with_new(report: Report, number: int) -> Report:
    """Return a report whose first so many figures are others."""
    keys = list(report.layout.figures)[:number]
    return report.with_figures({key: Figure(at, str(at)) for at, key in enumerate(keys, start=1000)})


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return the median time of a run by the clock and by the processor, in milliseconds."""
    clocks, processors = [], []
    for _ in range(RUNS):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        clocks.append(time.perf_counter() - clock)
        processors.append(time.process_time() - processor)
    return median(clocks) * 1000, median(processors) * 1000


def alone(path: Path, report: Report) -> bytes:
    """Open a report, refresh it and pack it."""
    return refresh(Package.open(path), report).package.pack()


def main() -> None:
    """Measure and print."""
    report = read(SAMPLE).report
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "年报.docx"
        for name, stale in (("few", with_new(report, 6)), ("all", with_new(report, 200))):
            path.write_bytes(render(stale))
            clock, processor = measured(lambda: whole(path, SAMPLE, dry_run=True))
            sys.stdout.write(f"whole, {name} figures new    {clock:6.1f} ms   processor {processor:6.1f} ms\n")
            clock, processor = measured(lambda: alone(path, report))
            sys.stdout.write(f"refresh, {name} figures new  {clock:6.1f} ms   processor {processor:6.1f} ms\n")


if __name__ == "__main__":
    main()
