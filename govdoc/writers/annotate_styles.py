"""The styles that annotations add to a workbook: those of the list of findings, and the fills of marked cells.

Styles are appended, never changed: every index that a cell of the workbook holds keeps its meaning. One that stands
there already is used again, so that a second run adds nothing.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from govdoc.finding import Severity
from govdoc.writers.annotate_package import BOOK, MAIN, M, insert_in_order

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from govdoc.finding import Finding
    from govdoc.writers.annotate_package import Package

FONT = "宋体"
SIZE = 10.5  # points

# Soft enough for black figures on them, and none of them a colour that the standard workbook uses for itself.
FILLS = {
    Severity.ERROR: "F9B5AF",
    Severity.CONFIRM: "FBCB93",
    Severity.WARNING: "FFF08F",
    Severity.NOTE: "B5DAF5",
}
_INK = "1F2933"
_BLUE, _GREY, _LINK, _LINE, _HEAD_FILL = "1F4E79", "52606D", "0563C1", "A9B2BC", "E1E5EA"

_PART = "xl/styles.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
# ECMA-376 part 1, 18.8.39 (styleSheet); the first two fills are reserved (18.8.21).
_ORDER = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles"),
    *("dxfs", "tableStyles", "colors", "extLst"),
)
_LEAST = {
    "fonts": '<font><sz val="11"/><name val="Calibri"/></font>',
    "fills": '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    "borders": "<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellStyleXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
    "cellXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    "cellStyles": '<cellStyle name="Normal" xfId="0" builtinId="0"/>',
    "dxfs": "",
}


class Style(Enum):
    """The cell styles of the list of findings."""

    TITLE = "title"
    COUNTS = "counts"
    HINT = "hint"
    HEAD = "head"
    ERROR = "error"
    CONFIRM = "confirm"
    WARNING = "warning"
    NOTE = "note"
    CODE = "code"
    PLACE = "place"
    LINK = "link"
    TEXT = "text"


class _Look(NamedTuple):
    fill: str = ""
    bold: bool = False
    size: float = SIZE
    colour: str = _INK
    underlined: bool = False
    centred: bool = False
    border: bool = True


_LOOKS = {
    Style.TITLE: _Look(bold=True, size=16, colour=_BLUE, border=False),
    Style.COUNTS: _Look(bold=True, border=False),
    Style.HINT: _Look(colour=_GREY, border=False),
    Style.HEAD: _Look(_HEAD_FILL, bold=True, centred=True),
    Style.ERROR: _Look(FILLS[Severity.ERROR], bold=True, centred=True),
    Style.CONFIRM: _Look(FILLS[Severity.CONFIRM], bold=True, centred=True),
    Style.WARNING: _Look(FILLS[Severity.WARNING], bold=True, centred=True),
    Style.NOTE: _Look(FILLS[Severity.NOTE], bold=True, centred=True),
    Style.CODE: _Look(centred=True),
    Style.PLACE: _Look(),
    Style.LINK: _Look(colour=_LINK, underlined=True),
    Style.TEXT: _Look(),
}


def mark_of(finding: Finding) -> Severity:
    """Return in whose colour a finding is shown: one that is explained needs nothing more, and is a note."""
    return Severity.NOTE if finding.explanation else finding.severity


class Styles:
    """The style sheet of a workbook, to which styles are added as they are asked for."""

    def __init__(self, package: Package) -> None:
        self._part = next(
            (one.target for one in package.relations(BOOK) if one.leads_to("styles") and one.target in package), ""
        )
        if not self._part:
            self._part = package.free_name(_PART.replace("styles", "styles{}")) if _PART in package else _PART
            least = "".join(f"<{kind}>{content}</{kind}>" for kind, content in _LEAST.items())
            package.put(self._part, f'<styleSheet xmlns="{MAIN}">{least}</styleSheet>'.encode())
            package.declare(self._part, _TYPE)
            package.relate(BOOK, "styles", self._part)
        self._package = package

    def cell(self, style: Style) -> int:
        """Return the index of a cell style (18.8.10, cellXfs). Its texts stay texts when somebody edits them."""
        look = _LOOKS[style]
        line = f'style="thin"><color rgb="FF{_LINE}"/>'
        sides = "".join(f"<{side} {line}</{side}>" for side in ("left", "right", "top", "bottom"))
        font, fill, border = (
            self._add("fonts", _font(look)),
            self._add("fills", _solid(look.fill)) if look.fill else 0,
            self._add("borders", f"<border>{sides}<diagonal/></border>") if look.border else 0,
        )
        across = "center" if look.centred else "left"
        indent = "" if look.centred or not look.border else ' indent="1"'
        wrap = ' wrapText="1"' if look.border else ""
        return self._add(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" quotePrefix="1" '
            'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<alignment horizontal="{across}" vertical="center"{wrap}{indent}/></xf>',
        )

    def mark(self, severity: Severity) -> int:
        """Return the index of what conditional formatting puts over a cell (18.8.15, dxfs): a fill, and dark text."""
        return self._add(
            "dxfs", f'<dxf><font><color rgb="FF{_INK}"/></font>{_solid(FILLS[severity], back=FILLS[severity])}</dxf>'
        )

    def _add(self, kind: str, xml: str) -> int:
        """Return the place of an element in its list, where it is put unless it stands there."""
        from lxml import etree

        group = self._package.tree(self._part).find(f"{M}{kind}")
        if group is None:
            group = etree.fromstring(f'<{kind} xmlns="{MAIN}">{_LEAST[kind]}</{kind}>')
            insert_in_order(self._package.edit(self._part), group, _ORDER)
        new = etree.fromstring(f'<group xmlns="{MAIN}">{xml}</group>')[0]
        members = [one for one in group if isinstance(one.tag, str)]
        wanted = _canonical(new)
        for place, one in enumerate(members):
            if _canonical(one) == wanted:
                return place
        self._package.edit(self._part)
        group.append(new)
        group.set("count", str(len(members) + 1))
        return len(members)


def _font(look: _Look) -> str:
    bold = "<b/>" if look.bold else ""
    underlined = "<u/>" if look.underlined else ""
    return (
        f'<font>{bold}{underlined}<sz val="{look.size:g}"/><color rgb="FF{look.colour}"/><name val="{FONT}"/>'
        '<charset val="134"/></font>'
    )


def _solid(colour: str, back: str = "") -> str:
    """Return a fill. A cell shows its foreground, conditional formatting its background (18.8.32, patternFill)."""
    shown = f'<bgColor rgb="FF{back}"/>' if back else '<bgColor indexed="64"/>'
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/>{shown}</patternFill></fill>'


def _canonical(element: Element) -> bytes:
    from lxml import etree

    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
