"""An edited Word report → a Report, of the edition it was generated with, or else the one its year asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govdoc.layouts.schema import editions, layout_for, load_layout, newest_layout
from govdoc.readers.bind_word import bind_document
from govdoc.readers.word import as_seen
from govdoc.roundtrip.own import without_own
from govdoc.roundtrip.package import Package

if TYPE_CHECKING:
    from pathlib import Path

    from govdoc.layouts.schema import Layout
    from govdoc.readers.bind import Reading


def read_report(path: Path) -> Reading:
    """Return the Report that a Word file holds, and what was found wrong while reading it.

    Raises :class:`govdoc.errors.InputError` where the file cannot be read at all.
    """
    return bind_package(Package.open(path))


def bind_package(package: Package) -> Reading:
    """Return the Report in an opened Word file."""
    layout = _marked(package)
    if layout is not None and package.base is not None:
        return bind_document(as_seen(without_own(package.document, package.base.own_lines(layout))), layout)
    document = as_seen(package.document)
    reading = bind_document(document, newest_layout())
    proper = layout_for(reading.report.year) if reading.report.year is not None else None
    if proper is None or proper is reading.report.layout:
        return reading
    return bind_document(document, proper)


def _marked(package: Package) -> Layout | None:
    """Return the layout that a report says it was generated with."""
    edition = package.base.edition if package.base is not None else ""
    return load_layout(edition) if edition in editions() else None
