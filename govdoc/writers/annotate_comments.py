"""Cell comments: ours beside those of people, which stay, with their author and as they are.

What we say stands in a block between two fixed lines. On a cell that somebody commented, the block follows their
words in the same comment (a cell has one); what somebody writes below it stays too when the block is taken out. So a
block is known by its lines, whoever the comment's author is.

A cell with a threaded comment keeps it alone: programs show the thread, and never the legacy text beside it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from govdoc.finding import cell_name
from govdoc.values import small_number
from govdoc.writers.annotate_boxes import Boxes, Sizes
from govdoc.writers.annotate_cells import place_of
from govdoc.writers.annotate_fills import SHEET_ORDER
from govdoc.writers.annotate_package import MAIN, M, R, element_with_link, insert_in_order
from govdoc.writers.annotate_text import AUTHOR
from govdoc.writers.workbook_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element as Element

    from govdoc.writers.annotate_cells import Place
    from govdoc.writers.annotate_package import Package

_HEAD = f"—— {AUTHOR} ——"
_END = "（以上为自动核对，重新核对时更新）"
_BLOCK = re.compile(rf"\n?{_HEAD}\n.*?(?:{_END}|\Z)", re.DOTALL)

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_GREY = "FF7B8794"
_THREAD_AUTHOR = "tc="  # what the placeholder of a thread has for an author
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Piece(NamedTuple):
    """A part of what a comment says."""

    text: str
    bold: bool = False
    quiet: bool = False


def clear_comments(package: Package, part: str) -> set[Place]:
    """Take our blocks out of a sheet's comments, and return the cells in which one stood."""
    sheet = _SheetComments(package, part)
    return sheet.clear() if sheet.has_blocks else set()


def put_comments(package: Package, part: str, notes: Mapping[Place, Sequence[Piece]]) -> None:
    """Comment cells of a sheet. Blocks of an earlier run are cleared before."""
    sheet = _SheetComments(package, part)
    notes = {cell: pieces for cell, pieces in sorted(notes.items()) if cell not in sheet.threads}
    if notes:
        sheet.put(notes)


class _SheetComments:
    """The comments of one sheet and their boxes: two parts, and what leads to them."""

    def __init__(self, package: Package, part: str) -> None:
        self._package = package
        self._part = part
        relations = package.relations(part)
        self.comments = next((one.target for one in relations if one.leads_to("comments")), "")
        drawing = package.tree(part).find(f"{M}legacyDrawing")
        identity = None if drawing is None else drawing.get(f"{R}id")
        self._vml = next((one.target for one in relations if one.id == identity and one.target in package), "")
        if self.comments not in package:
            self.comments = ""
        self.threads = self._threads()

    @cached_property
    def _sizes(self) -> Sizes:
        return Sizes(self._package.tree(self._part))

    def _threads(self) -> set[Place]:
        """Return the cells whose comment is a thread (MS-XLSX 2.1.28): their legacy comment is a placeholder."""
        if not self.comments:
            return set()
        tree = self._package.tree(self.comments)
        threads = {number for number, name in enumerate(_authors(tree)) if name.startswith(_THREAD_AUTHOR)}
        return {place for place, one in _by_place(tree).items() if _author(one) in threads}

    # ------------------------------------------------------------ out

    @property
    def has_blocks(self) -> bool:
        """Return whether a comment says something of ours. Programs cut texts into runs as they like."""
        if not self.comments:
            return False
        return any(_BLOCK.search(_text(one)) for one in _by_place(self._package.tree(self.comments)).values())

    def clear(self) -> set[Place]:
        tree = self._package.edit(self.comments)
        boxes = Boxes(self._package.read(self._vml), self._sizes) if self._vml else None
        cleared = set()
        for cell, comment in _by_place(tree).items():
            block = _cut(comment)
            if block is None or cell in self.threads:
                continue
            cleared.add(cell)
            parent = comment.getparent()
            if _text(comment).strip():
                if boxes is not None:
                    boxes.grow(cell, block.strip("\n"), -1)
            elif parent is not None:
                parent.remove(comment)
                if boxes is not None:
                    boxes.remove(cell)
        _drop_author(tree)
        self._settle(tree, boxes)
        return cleared

    def _settle(self, tree: Element, boxes: Boxes | None) -> None:
        """Write the drawing back; parts in which nothing is left go."""
        if boxes is not None:
            self._package.put(self._vml, boxes.data)
        if not _by_place(tree):
            self._remove(self.comments)
            if boxes is not None and boxes.empty:
                sheet = self._package.edit(self._part)
                for drawing in sheet.findall(f"{M}legacyDrawing"):
                    sheet.remove(drawing)
                self._remove(self._vml)

    def _remove(self, part: str) -> None:
        self._package.unrelate(self._part, part)
        self._package.remove(part)

    # ------------------------------------------------------------ in

    def put(self, notes: Mapping[Place, Sequence[Piece]]) -> None:
        self._make_parts()
        tree = self._package.edit(self.comments)
        boxes = Boxes(self._package.read(self._vml), self._sizes)
        standing = _by_place(tree)
        for cell, pieces in notes.items():
            block = [Piece(_HEAD, bold=True), *_lines(pieces), Piece(f"\n{_END}", quiet=True)]
            text = plain("".join(piece.text for piece in block))
            if cell in standing:
                _append(standing[cell], block)
                boxes.grow(cell, text, 1)
            else:
                _add(tree, cell, block)
                boxes.add(cell, text)
        self._package.put(self._vml, boxes.data)

    def _make_parts(self) -> None:
        """Make what is missing of the two parts; where one is there, it is used."""
        package, part = self._package, self._part
        if not self.comments:
            self.comments = package.free_name("xl/comments{}.xml")
            package.put(self.comments, f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode())
            package.declare(self.comments, _COMMENTS_TYPE)
            package.relate(part, "comments", self.comments)
        if not self._vml:
            others = [package.read(name) for name in package.names if name.endswith(".vml")]
            self._vml = package.free_name("xl/drawings/vmlDrawing{}.vml")
            package.put(self._vml, Boxes.new(others, self._sizes).data)
            package.declare_suffix("vml", _VML_TYPE)
            identity = package.relate(part, "vmlDrawing", self._vml)
            sheet = package.edit(part)
            for drawing in sheet.findall(f"{M}legacyDrawing"):
                sheet.remove(drawing)  # it led nowhere
            insert_in_order(sheet, element_with_link("legacyDrawing", identity), SHEET_ORDER)


# ---------------------------------------------------------------- the comments part (ECMA-376 part 1, 18.7)


def _authors(tree: Element) -> list[str]:
    return [author.text or "" for author in tree.iterfind(f"{M}authors/{M}author")]


def _author(comment: Element) -> int:
    return small_number(comment.get("authorId"), -1)


def _by_place(tree: Element) -> dict[Place, Element]:
    comments = {}
    for comment in tree.iterfind(f"{M}commentList/{M}comment"):
        place = place_of(comment.get("ref", "").partition(":")[0])
        if place is not None:
            comments[place] = comment
    return comments


def _add(tree: Element, cell: Place, block: Sequence[Piece]) -> None:
    from lxml import etree

    authors, comments = _group(tree, "authors", 0), _group(tree, "commentList", 1)
    names = _authors(tree)
    if AUTHOR not in names:
        etree.SubElement(authors, f"{M}author").text = AUTHOR
        names.append(AUTHOR)
    comment = etree.SubElement(comments, f"{M}comment", ref=cell_name(*cell), authorId=str(names.index(AUTHOR)))
    comment.set("shapeId", "0")
    text = etree.SubElement(comment, f"{M}text")
    text.extend(_run(piece) for piece in block)


def _group(tree: Element, name: str, place: int) -> Element:
    from lxml import etree

    group = tree.find(f"{M}{name}")
    if group is None:
        group = etree.Element(f"{M}{name}")
        tree.insert(place, group)
    return group


def _drop_author(tree: Element) -> None:
    """Take our name off the list, where it stands last and nobody goes by it; numbers before it stay what they are."""
    authors = tree.findall(f"{M}authors/{M}author")
    last = len(authors) - 1
    used = {_author(comment) for comment in _by_place(tree).values()}
    parent = authors[last].getparent() if authors else None
    if parent is not None and authors[last].text == AUTHOR and last not in used:
        parent.remove(authors[last])


# ---------------------------------------------------------------- text in runs (18.4.4, r; 18.4.12, t)


def _lines(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces as lines of a block: what they say cannot end it, or begin another."""
    return [piece._replace(text="\n" + piece.text.replace(_HEAD, AUTHOR).replace(_END, "")) for piece in pieces]


def _run(piece: Piece) -> Element:
    from lxml import etree

    run = etree.Element(f"{M}r")
    look = etree.SubElement(run, f"{M}rPr")
    if piece.bold:
        etree.SubElement(look, f"{M}b")
    etree.SubElement(look, f"{M}sz", val="9")
    etree.SubElement(look, f"{M}color", {"rgb": _GREY} if piece.quiet else {"indexed": "81"})
    etree.SubElement(look, f"{M}rFont", val="宋体")
    etree.SubElement(look, f"{M}charset", val="134")
    text = etree.SubElement(run, f"{M}t")
    text.text = plain(piece.text)
    text.set(_SPACE, "preserve")
    return run


def _texts(comment: Element) -> list[Element]:
    """Return the elements that hold what a comment says, in order; reading aids (rPh) say nothing."""
    return [*comment.iterfind(f"{M}text/{M}t"), *comment.iterfind(f"{M}text/{M}r/{M}t")]


def _text(comment: Element) -> str:
    return "".join(text.text or "" for text in _texts(comment))


def _append(comment: Element, block: Sequence[Piece]) -> None:
    """Put a block below what a comment says. A text without runs becomes the first of them."""
    from lxml import etree

    text = comment.find(f"{M}text")
    if text is None:
        text = etree.SubElement(comment, f"{M}text")
    bare = text.find(f"{M}t")
    if bare is not None:
        run = etree.Element(f"{M}r")
        text.replace(bare, run)
        run.append(bare)
    first = Piece(f"\n{block[0].text}", bold=True)
    runs = text.findall(f"{M}r")
    place = text.index(runs[-1]) + 1 if runs else 0
    text[place:place] = [_run(piece) for piece in (first, *block[1:])]


def _cut(comment: Element) -> str | None:
    """Take our block out of a comment, and return it; None where there is none."""
    texts = _texts(comment)
    match = _BLOCK.search(_text(comment))
    if match is None:
        return None
    begin = 0
    for element in texts:
        said = element.text or ""
        end = begin + len(said)
        if end > match.start() and begin < match.end():
            element.text = said[: max(match.start() - begin, 0)] + said[max(match.end() - begin, 0) :]
            _drop_if_empty(element)
        begin = end
    _unwrap(comment)
    return match[0]


def _drop_if_empty(text: Element) -> None:
    run = text.getparent()
    parent = None if run is None else run.getparent()
    if not text.text and run is not None and parent is not None and run.tag == f"{M}r":
        parent.remove(run)


def _unwrap(comment: Element) -> None:
    """Write a text that is one run without a look of its own without the run: as it was before we came."""
    text = comment.find(f"{M}text")
    if text is None or [child.tag for child in text] != [f"{M}r"]:
        return
    (run,) = text
    if [child.tag for child in run] == [f"{M}t"]:
        text.replace(run, run[0])
