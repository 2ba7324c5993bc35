"""A Report → JSON and CSV for other systems; :mod:`govdoc.readers.data` reads the JSON back.

Numbers that may have decimals are written as text, so that no program reads them as floating point.
``docs/report.schema.json`` describes the JSON.
"""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from govdoc.readers.data import JSON_VERSION, NUMBER
from govdoc.values import show_number

if TYPE_CHECKING:
    from govdoc.report import Report
    from govdoc.values import Value

CSV_HEADS = ("机关名称", "报告年度", "数据代码", "数据名称", "行", "列", "值", "单位")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ESCAPED = re.compile("[\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def to_json(report: Report) -> bytes:
    """Return a report as one JSON object; the same Report gives the same bytes.

    ``narratives`` holds what was entered, references to figures included; ``printed`` what the report prints.
    """
    layout = report.layout
    record = {
        "version": JSON_VERSION,
        "edition": layout.edition,
        "title": "".join(report.title),
        "info": dict(report.info),
        "figures": {
            key: {
                "value": _plain(report.figures[key].value),
                "shown": report.figures[key].shown,
                "address": spec.address,
                "unit": spec.unit,
            }
            for key, spec in layout.figures.items()
        },
        "narratives": {
            section.key: [
                {"heading": entry.heading, "text": entry.text} for entry in report.narratives.get(section.key, ())
            ]
            for section in layout.sections
            if section.table is None
        },
        "printed": {
            "introduction": [paragraph.text for paragraph in report.introduction()],
            **{
                section.key: [{"level": one.level, "text": one.text} for one in report.paragraphs(section.key)]
                for section in layout.sections
                if section.table is None
            },
        },
    }
    text = json.dumps(record, ensure_ascii=False, indent=2)
    return (_ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n").encode("utf-8")


def _plain(value: Value | None) -> int | str | None:
    return show_number(value) if isinstance(value, Decimal) else value


# ---------------------------------------------------------------- CSV


def to_csv(report: Report) -> bytes:
    """Return a report's figures as CSV, one a row, with heads and the mark by which Excel knows UTF-8.

    A text that a spreadsheet would take for a formula is led by an apostrophe; numbers stay numbers.
    """
    layout = report.layout
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(CSV_HEADS)
    for key, spec in layout.figures.items():
        figure = report.figures[key]
        value = "" if figure.value is None else show_number(figure.value)
        row_name, _, column_name = spec.address.partition(".")[2].partition(".")
        row = (report.agency, report.info.get("year", ""), key, spec.address, row_name, column_name, value, spec.unit)
        writer.writerow([harmless(cell) for cell in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def harmless(text: str) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula."""
    if text.lstrip(" \u3000").startswith(_FORMULA_STARTS) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text
