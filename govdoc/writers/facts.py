"""Figures → a Parquet file, one row a figure, for DuckDB, pandas or a spreadsheet. Needs pyarrow."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govdoc.errors import OutputError, UsageError
from govdoc.files import TEMPORARY, check_target, move_into_place, reason_of, settle_files
from govdoc.layouts.schema import load_layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.journal import Line

SUFFIX = ".parquet"
_AT_ONCE = 200  # reports in a row group; what is held in memory
_LOST = "请换一个文件名，或先把它移走。"


def check_facts(path: Path) -> None:
    """Refuse a facts file that could not be written, before any work is done for it.

    Raises :class:`UsageError` where pyarrow is not installed, and for another suffix: what lies there is replaced, and
    may be somebody's workbook. Raises :class:`OutputError` for an impossible target.
    """
    if path.suffix.lower() != SUFFIX:
        raise UsageError(f"数据要写成 {SUFFIX} 文件，{path.name} 不是。", f"请改为 {path.stem or 'facts'}{SUFFIX}。")
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise UsageError("写 Parquet 文件要用 pyarrow。", 'pip install "govdoc[facts]" 装上它。') from error
    check_target(path, force=True, lost=_LOST)


def write_facts(path: Path, lines: Iterable[Line]) -> None:
    """Write every figure of the lines as a row: unit, year, edition, table, row, column, value.

    ``value`` is a double: it holds every number of up to 15 digits, which is all that a workbook holds. An older file
    of the name is replaced, as the rows are made from the journal and can be made again.
    """
    from pyarrow import parquet

    schema = _schema()
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        with parquet.ParquetWriter(temporary, schema, compression="zstd") as writer:
            waiting = iter(lines)
            while group := list(islice(waiting, _AT_ONCE)):
                writer.write_table(_table(group, schema))
        settle_files([temporary])
        move_into_place(temporary, path, force=True, lost=_LOST)
    except OSError as error:
        raise OutputError(
            f"写不了 {path.name}（{reason_of(error)}）。", "如果它正打开着，请先关闭；否则请检查磁盘空间和文件夹权限。"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _schema() -> Any:
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            ("unit", word),
            ("year", pa.int16()),
            ("edition", word),
            ("table", word),
            ("row", word),
            ("column", word),
            ("value", pa.float64()),
        ]
    )


def _table(lines: Iterable[Line], schema: Any) -> Any:
    import pyarrow as pa

    rows = [row for line in lines for row in _rows(line)]
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)


def _rows(line: Line) -> Iterator[tuple[object, ...]]:
    for spec, value in zip(load_layout(line.edition).figures.values(), line.values, strict=True):
        number = None if value is None else float(Decimal(value))
        yield line.agency, line.year, line.edition, spec.table, spec.row, spec.column, number
