"""A sheet put first into a workbook, and taken out again: all that counts or names sheets is kept in step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govdoc.values import small_number
from govdoc.writers.annotate_package import BOOK, M, R, element_with_link, insert_in_order, local, truth
from govdoc.writers.workbook_formulas import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element as Element

    from govdoc.writers.annotate_package import Package

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_PROPERTIES = "docProps/app.xml"
_VALUES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_CHAIN = "calcChain"
_FORMER = "govdoc.former"  # a hidden name of our sheet's own, which holds the sheet that was in front before it

# ECMA-376 part 1, 18.2.27 (workbook).
_ORDER = (
    *("fileVersion", "fileSharing", "workbookPr", "absPath", "revisionPtr", "workbookProtection", "bookViews"),
    *("sheets", "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews"),
    *("pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook and its part; ``cells`` says whether it has any (a chart sheet has not)."""

    name: str
    part: str
    hidden: bool
    cells: bool


def sheets_of(package: Package) -> list[Sheet]:
    """Return the sheets of a workbook, in order."""
    relations = {one.id: one for one in package.relations(BOOK)}
    sheets = []
    for element in package.tree(BOOK).iterfind(f"{M}sheets/{M}sheet"):
        relation = relations.get(element.get(f"{R}id", ""))
        part = relation.target if relation is not None and relation.target in package else ""
        cells = part != "" and relation is not None and relation.leads_to("worksheet")
        hidden = element.get("state", "visible") != "visible"
        sheets.append(Sheet(element.get("name", ""), part, hidden, cells))
    return sheets


# ---------------------------------------------------------------- in


def insert_sheet(package: Package, name: str, data: bytes, names: Mapping[str, str], former: str = "") -> None:
    """Put a sheet first and in front, with names of its own; ``former`` is in front before, if not what it seems."""
    part = package.free_name("xl/worksheets/sheet{}.xml")
    former = former or _in_front(package)
    package.put(part, data)
    package.declare(part, _SHEET_TYPE)
    identity = package.relate(BOOK, "worksheet", part)
    book = package.edit(BOOK)
    sheet = element_with_link("sheet", identity)
    sheet.set("name", name)
    sheet.set(
        "sheetId", str(max((small_number(one.get("sheetId"), 0) for one in book.iter(f"{M}sheet")), default=0) + 1)
    )
    for sheets in book.findall(f"{M}sheets"):
        sheets.insert(0, sheet)
    _move_names(book, 0, 1)
    _move_views(book, 0, 1)
    _name(book, {**names, _FORMER: f"{quoted(former)}!$A$1"} if former else names)
    _select(package, 0)
    _list_title(package, name)


def _name(book: Element, names: Mapping[str, str]) -> None:
    """Add names that belong to the first sheet."""
    from lxml import etree

    group = book.find(f"{M}definedNames")
    if group is None:
        group = etree.Element(f"{M}definedNames")
        insert_in_order(book, group, _ORDER)
    for name, text in names.items():
        element = etree.SubElement(group, f"{M}definedName", name=name, localSheetId="0")
        if not name.startswith("_xlnm.Print"):
            element.set("hidden", "1")
        element.text = text


# ---------------------------------------------------------------- out


def remove_sheet(package: Package, sheet: Sheet) -> str | None:
    """Take a sheet out. Where it was in front, return the sheet that was so before it came, or nothing if not known.

    Then no sheet is in front: see :func:`bring_to_front`. Where it was not, return None.
    """
    place = [one.name for one in sheets_of(package)].index(sheet.name)
    in_front = _in_front(package) == sheet.name
    has_formulas = next(package.tree(sheet.part).iter(f"{M}f"), None) is not None
    book = package.edit(BOOK)
    for sheets in book.findall(f"{M}sheets"):
        sheets.remove(sheets.findall(f"{M}sheet")[place])
    former = _drop_names(book, place)
    _move_names(book, place, -1)
    _move_views(book, place, -1)
    package.unrelate(BOOK, sheet.part)
    package.remove(sheet.part)
    if has_formulas:
        _drop_chain(package)
    _unlist_title(package, sheet.name)
    return former if in_front else None


def _drop_names(book: Element, place: int) -> str:
    """Take the names of a sheet's own out, and return what one of them says of the sheet in front before."""
    former = ""
    for element in list(_local_names(book)):
        group = element.getparent()
        if small_number(element.get("localSheetId"), -1) == place and group is not None:
            if element.get("name") == _FORMER:
                former = (element.text or "").rpartition("!")[0].removeprefix("'").removesuffix("'").replace("''", "'")
            group.remove(element)
            if not len(group) and (parent := group.getparent()) is not None:
                parent.remove(group)
    return former


def _drop_chain(package: Package) -> None:
    """Take the order of calculation out (18.6.1), which programs make anew: it would name cells that are gone."""
    for relation in package.relations(BOOK):
        if relation.leads_to(_CHAIN) and relation.target in package:
            package.unrelate(BOOK, relation.target)
            package.remove(relation.target)


# ---------------------------------------------------------------- names and views count sheets from 0


def _local_names(book: Element) -> Iterator[Element]:
    return (one for one in book.iterfind(f"{M}definedNames/{M}definedName") if one.get("localSheetId") is not None)


def _move_names(book: Element, place: int, by: int) -> None:
    for element in _local_names(book):
        number = small_number(element.get("localSheetId"), -1)
        if number >= place:
            element.set("localSheetId", str(number + by))


def _move_views(book: Element, place: int, by: int) -> None:
    """Let every window go on showing the sheet it showed."""
    last = len(book.findall(f"{M}sheets/{M}sheet")) - 1
    for view in book.iterfind(f"{M}bookViews/{M}workbookView"):
        for name in ("activeTab", "firstSheet"):
            number = small_number(view.get(name), 0)
            moved = number + by if number > place or (number == place and by > 0) else number
            if moved != number or moved > last:
                view.set(name, str(min(moved, last)))


def _in_front(package: Package) -> str:
    """Return the name of the sheet that the first window shows."""
    view = package.tree(BOOK).find(f"{M}bookViews/{M}workbookView")
    number = 0 if view is None else small_number(view.get("activeTab"), 0)
    names = [sheet.name for sheet in sheets_of(package)]
    return names[number] if number < len(names) else ""


def bring_to_front(package: Package, former: str) -> None:
    """Let the first window show a sheet by its name, or the first that is not hidden."""
    sheets = sheets_of(package)
    seen = [number for number, sheet in enumerate(sheets) if not sheet.hidden]
    place = next((number for number in seen if sheets[number].name == former), seen[0] if seen else 0)
    _select(package, place)


def _select(package: Package, place: int) -> None:
    """Select a sheet in the first window, and no other: what is typed would go into all that are selected."""
    view = package.edit(BOOK).find(f"{M}bookViews/{M}workbookView")
    if view is not None:
        view.set("activeTab", str(place))
        if not place:
            view.set("firstSheet", "0")
    for number, sheet in enumerate(sheets_of(package)):
        if sheet.part and (number == place or b"tabSelected" in package.read(sheet.part)):
            _select_views(package, sheet.part, selected=number == place)


def _select_views(package: Package, part: str, *, selected: bool) -> None:
    for view in package.tree(part).iterfind(f"{M}sheetViews/{M}sheetView"):
        if small_number(view.get("workbookViewId"), 0) == 0 and truth(view.get("tabSelected")) is not selected:
            package.edit(part)
            if selected:
                view.set("tabSelected", "1")
            else:
                del view.attrib["tabSelected"]


# ---------------------------------------------------------------- docProps/app.xml (22.2.2.10, 22.2.2.26)


def _titles(package: Package) -> tuple[Element, Element] | None:
    """Return the list of titles, and the count of those that are sheets, where a workbook has both as Excel does."""
    if _PROPERTIES not in package:
        return None
    tree = package.tree(_PROPERTIES)
    titles = next((one[0] for one in tree if local(one) == "TitlesOfParts" and len(one)), None)
    pairs = next((one for one in tree if local(one) == "HeadingPairs"), None)
    count = None if pairs is None else next(pairs.iter(f"{_VALUES}i4"), None)
    return None if titles is None or count is None else (titles, count)


def _list_title(package: Package, name: str) -> None:
    from lxml import etree

    found = _titles(package)
    if found is not None:
        package.edit(_PROPERTIES)
        title = etree.Element(f"{_VALUES}lpstr")
        title.text = name
        found[0].insert(0, title)
        _recount(*found, 1)


def _unlist_title(package: Package, name: str) -> None:
    found = _titles(package)
    if found is None:
        return
    titles, count = found
    title = next((one for one in list(titles)[: small_number(count.text, 0)] if one.text == name), None)
    if title is not None:
        package.edit(_PROPERTIES)
        titles.remove(title)
        _recount(titles, count, -1)


def _recount(titles: Element, count: Element, by: int) -> None:
    titles.set("size", str(len(titles)))
    count.text = str(small_number(count.text, 0) + by)
