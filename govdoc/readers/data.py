"""JSON written by :mod:`govdoc.writers.data` → a Report. Strict: what the format does not know is refused."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from govdoc.errors import InputError
from govdoc.files import LIMITS
from govdoc.finding import Location
from govdoc.layouts.schema import editions, load_layout
from govdoc.report import Entry, Figure, Report
from govdoc.values import DIGITS, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govdoc.values import Value

JSON_VERSION = 1
NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LARGE, _LONG = 10**DIGITS, 2 * DIGITS + 2  # a cell of a workbook holds no more digits, on either side of the point
_MOST_CHARACTERS, _MOST_PARTS = 4 * 1024 * 1024, 50_000  # a report has 50,000 and 300
T = TypeVar("T")


def from_json(text: str, name: str = "") -> Report:
    """Return the Report that :func:`govdoc.writers.data.to_json` wrote; ``name`` is the file's, for errors and places.

    Raises :class:`InputError` where the text is no such JSON.
    """
    if len(text) > _MOST_CHARACTERS or text.count("{") + text.count("[") > _MOST_PARTS:
        raise _foreign(name, "比任何报告的数据都大，为安全起见没有打开")
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _foreign(name, "不是完整的 JSON") from error
    record = _typed(record, dict, name, "整个文件")
    edition = _typed(record.get("edition"), str, name, "edition")
    if record.get("version") != JSON_VERSION or edition not in editions():
        raise _foreign(name, f"版本是 {str(record.get('version'))[:20]}、表式是 {edition[:20]}，本程序不认得")
    layout = load_layout(edition)
    given = _typed(record.get("figures"), dict, name, "figures")
    unknown = sorted(set(given) - set(layout.figures))
    if unknown:
        raise _foreign(name, f"里的数据代码 {unknown[0][:60]} 不在表式里")
    figures = {key: _figure(given.get(key), key, layout.figures[key].kind, name) for key in layout.figures}
    info = _typed(record.get("info"), dict, name, "info")
    fields = {field.key: field.kind for field in layout.info}
    narratives = _typed(record.get("narratives"), dict, name, "narratives")
    return Report(
        layout,
        {key: _field(info[key], fields[key], name) for key in info if key in fields},
        figures,
        {
            section.key: tuple(_entries(narratives.get(section.key, []), section.key, name))
            for section in layout.sections
            if section.table is None
        },
        source=name,
    )


def _entries(rows: object, key: str, name: str) -> Iterator[Entry]:
    for row in _typed(rows, list, name, key):
        one = _typed(row, dict, name, key)
        heading, text = (_typed(one.get(part, ""), str, name, key) for part in ("heading", "text"))
        yield Entry(clean_text(heading)[0], clean_text(text)[0], Location(name))


def _figure(record: object, key: str, kind: str, name: str) -> Figure:
    if record is None:
        return Figure(None, "", Location(name))
    one = _typed(record, dict, name, key)
    shown = clean_text(_typed(one.get("shown", ""), str, name, key))[0]
    return Figure(_value(one.get("value"), key, kind, name), shown, Location(name))


def _field(text: object, kind: str, name: str) -> str:
    """Return a field of 基本信息, of which a year has four digits."""
    plain = clean_text(_typed(text, str, name, "info"))[0]
    if len(plain) > LIMITS.cell_text or (kind == "year" and not _YEAR.fullmatch(plain)):
        raise _foreign(name, "里的基本信息不合规定")
    return plain


def _value(value: object, key: str, kind: str, name: str) -> Value | None:
    if value is None:
        return None
    if kind in ("count", "change") and isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGE:
        return value
    if kind in ("amount", "money") and isinstance(value, str) and len(value) <= _LONG and NUMBER.fullmatch(value):
        return Decimal(value)
    raise _foreign(name, f"里的 {key} 不是数字")


def _typed(value: Any, kind: type[T], name: str, what: str) -> T:
    if not isinstance(value, kind):
        raise _foreign(name, f"里的“{what}”不合规定")
    return value


def _foreign(name: str, reason: str) -> InputError:
    return InputError(f"{name} {reason}。", "请用 govdoc export --to json 重新导出。")
