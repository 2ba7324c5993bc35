"""The colours of marked cells, as conditional formatting that always holds; no cell's own format is touched.

Why not a fill of the cell: in the standard workbook a blank or broken number is coloured by conditional formatting
while people type, which would hide any fill right where most findings are. A rule that stands first wins over those,
moves with the cell when rows are inserted, survives every program that saves the file, and needs no memory of what a
cell looked like before: to take it off is to take the rule off. The rule's formula is the sign by which a later run
knows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govdoc.values import small_number
from govdoc.writers.annotate_package import M, insert_in_order, local
from govdoc.writers.annotate_text import AUTHOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element as Element

    from govdoc.writers.annotate_package import Package
    from govdoc.writers.workbook_formulas import Area

_SIGN = f'"{AUTHOR}"="{AUTHOR}"'
_AREAS = 200  # in one rule; Excel reads no list of references beyond 8,192 characters

# ECMA-376 part 1, 18.3.1.99 (worksheet).
SHEET_ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst"),
)


def clear_fills(package: Package, part: str) -> None:
    """Take our colours off a sheet, and give the other rules their ranks back."""
    rules = [rule for rule in _rules(package.tree(part)) if _is_ours(rule)]
    if not rules:
        return
    sheet = package.edit(part)
    for rule in rules:
        formats = rule.getparent()
        if formats is None:
            continue
        formats.remove(rule)
        if not len(formats) and (parent := formats.getparent()) is not None:
            parent.remove(formats)
    others = [_rank(rule) for rule in _rules(sheet)]
    _move_ranks(sheet, -min(len(rules), min(others, default=1) - 1))


class Fill(NamedTuple):
    """A style for conditional formatting and the areas that get it, all the time or while a condition holds."""

    style: int
    areas: Sequence[Area]
    condition: str = ""

    def pieces(self) -> Iterator[Fill]:
        """Yield the fill as rules can say it."""
        for start in range(0, len(self.areas), _AREAS):
            yield self._replace(areas=self.areas[start : start + _AREAS])


def put_fills(package: Package, part: str, fills: Iterable[Fill]) -> None:
    """Colour areas of a sheet; where two fills meet, the first is seen, and nothing else shows through."""
    from lxml import etree

    pieces = [piece for fill in fills for piece in fill.pieces()]
    sheet = package.edit(part)
    _move_ranks(sheet, len(pieces))
    for rank, fill in reversed(list(enumerate(pieces, 1))):
        formats = etree.Element(f"{M}conditionalFormatting", sqref=" ".join(map(str, fill.areas)))
        rule = etree.SubElement(
            formats, f"{M}cfRule", type="expression", dxfId=str(fill.style), priority=str(rank), stopIfTrue="1"
        )
        etree.SubElement(rule, f"{M}formula").text = f"AND({_SIGN},{fill.condition})" if fill.condition else _SIGN
        # The first among its like: LibreOffice goes by the order of the elements, Excel by the rank.
        insert_in_order(sheet, formats, SHEET_ORDER)


def _rules(sheet: Element) -> list[Element]:
    """Return every rule of a sheet, those in extensions (x14) too: they share one order of ranks."""
    return [element for element in sheet.iter("{*}cfRule") if local(element) == "cfRule"]


def _is_ours(rule: Element) -> bool:
    formula = rule.findtext(f"{M}formula")
    return formula is not None and _SIGN in "".join(formula.split())


def _rank(rule: Element) -> int:
    return small_number(rule.get("priority"), 1)


def _move_ranks(sheet: Element, by: int) -> None:
    for rule in _rules(sheet) if by else ():
        if rule.get("priority") is not None:
            rule.set("priority", str(_rank(rule) + by))
