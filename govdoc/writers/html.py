"""A Report → one self-contained web page, or a fragment of one for a site's own editor. No script, nothing fetched.

The page's meta tags are those that 《政府网站发展指引》（国办发〔2017〕47号） asks for, its tables have real heads, and
it keeps to WCAG 2.1 AA.
"""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from govdoc.layouts.form import LineKind
from govdoc.report import BODY, SUBHEADING
from govdoc.values import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govdoc.layouts.form import Form, Label, Line
    from govdoc.layouts.schema import Section, Table
    from govdoc.report import Paragraph, Report

_WIDE = 6  # columns; a table with more scrolls on a phone
_DEEPEST = 6


def to_html(report: Report, *, fragment: bool = False) -> bytes:
    """Return a report as a page in UTF-8; the same Report gives the same bytes.

    A fragment has neither title nor publication line: a site's editor asks for those in fields of their own.
    """
    content = "\n".join(_article(report, fragment=fragment))
    style = f"<style>\n{_css()}</style>"
    if fragment:
        return f"{style}\n{content}\n".encode("utf-8", "replace")
    title = _text("".join(report.title))
    head = "\n".join(
        [
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f'<meta name="ArticleTitle" content="{title}">',
            *_meta("PubDate", report.info.get("published", "")),
            *_meta("ContentSource", report.info.get("origin", "") or report.agency),
            style,
        ]
    )
    body = f"<body>\n<main>\n{content}\n</main>\n</body>"
    page = f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n{head}\n</head>\n{body}\n</html>\n'
    return page.encode("utf-8", "replace")


def _css() -> str:
    return resources.files("govdoc.writers").joinpath("page.css").read_text(encoding="utf-8")


def _meta(name: str, content: str) -> Iterator[str]:
    if content:
        yield f'<meta name="{name}" content="{_text(content)}">'


def _text(text: str) -> str:
    return escape(clean_text(text)[0])


def _article(report: Report, *, fragment: bool) -> Iterator[str]:
    yield '<article class="gd-report" lang="zh-CN">'
    if not fragment:
        yield "<header>"
        yield f"<h1>{''.join(f'<span>{_text(part)}</span>' for part in report.title)}</h1>"
        parts = "".join(f"<span>{_text(part)}</span>\u3000" for part in report.publication).rstrip("\u3000")
        if parts:
            yield f'<p class="gd-line">{parts}</p>'
        yield "</header>"
    yield from _paragraphs(report.introduction())
    for section in report.layout.sections:
        yield f'<section aria-labelledby="gd-{section.key}">'
        yield f'<h2 id="gd-{section.key}">{_text(section.heading)}</h2>'
        if section.table is None:
            yield from _paragraphs(report.paragraphs(section.key))
        else:
            yield from _table(report, section, report.layout.table[section.table])
        yield "</section>"
    if report.signature:
        yield "<div>"
        yield from (f'<p class="gd-signature">{_text(line)}</p>' for line in report.signature)
        yield "</div>"
    yield "</article>"


def _paragraphs(paragraphs: Iterable[Paragraph]) -> Iterator[str]:
    """Yield headings and paragraphs; a heading is never more than one level below the one before it."""
    deepest = 2
    for paragraph in paragraphs:
        if paragraph.level == BODY:
            yield f"<p>{_text(paragraph.text)}</p>"
            continue
        deepest = min(paragraph.level + 3 - SUBHEADING, deepest + 1, _DEEPEST)
        yield f"<h{deepest}>{_text(paragraph.text)}</h{deepest}>"


# ---------------------------------------------------------------- tables


def _table(report: Report, section: Section, table: Table) -> Iterator[str]:
    """Yield a table in its printed form; one that is wider than a phone can be scrolled, with the keyboard too."""
    form = table.form
    name = _text(section.heading)
    wide = ' class="gd-wide"' if form.columns > _WIDE else ""
    yield f'<div class="gd-table" role="region" aria-label="{name}（表格）" tabindex="0">'
    yield f"<table{wide}>"
    groups: dict[tuple[int, bool], list[Line]] = {}
    for line in form.lines:
        in_head = line.kind is LineKind.HEAD and len(table.blocks) == 1
        groups.setdefault((line.block, in_head), []).append(line)
    for (_, in_head), lines in groups.items():
        part = "thead" if in_head else "tbody"
        yield f"<{part}>"
        yield from (_row(report, form, line) for line in lines)
        yield f"</{part}>"
    yield "</table>"
    yield "</div>"


def _row(report: Report, form: Form, line: Line) -> str:
    cells = [_label(form, label) for label in line.labels]
    for slot in line.slots:
        span = f' colspan="{slot.columns}"' if slot.columns > 1 else ""
        cells.append(f"<td{span}>{_text(report.figures[slot.figure.key].shown)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _label(form: Form, label: Label) -> str:
    """Return a head cell: of columns in a head, of rows beside figures, of a block over the whole width."""
    beside = label.kind is LineKind.DATA
    if beside:
        scope = "row" if label.leaf else "rowgroup"
        look = ' class="gd-row"' if label.leaf else ' class="gd-group"'
    else:
        scope = "colgroup" if label.columns > 1 else "col"
        look = ' class="gd-row"' if label.column < form.label_columns and label.columns == form.label_columns else ""
    spans = f' colspan="{label.columns}"' if label.columns > 1 else ""
    spans += f' rowspan="{label.rows}"' if label.rows > 1 else ""
    return f'<th scope="{scope}"{look}{spans}>{_text(label.text)}</th>'
