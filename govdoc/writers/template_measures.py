"""The measures of a report: page, type and tables after GB/T 9704-2012 《党政机关公文格式》, as constants.

Lengths are in twips (1/20 pt), font sizes in half points, as in WordprocessingML.
"""

from __future__ import annotations

from dataclasses import dataclass

# ---------------------------------------------------------------- page (GB/T 9704-2012, 5.1 and 5.2)

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
MARGIN_TOP = 2098  # 天头 37 mm
MARGIN_LEFT = 1588  # 订口 28 mm
MARGIN_RIGHT = 1474  # 26 mm: what the 156 mm of the text block leave
MARGIN_BOTTOM = 1984  # 35 mm: what its 225 mm leave
TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
HEADER_DISTANCE = 851  # 15 mm; nothing is printed there but a draft's mark
FOOTER_DISTANCE = 1400  # sets the dashes of the page number 7 mm below the text block (GB/T 9704-2012, 7.5)
FOOTER_LINE = 400  # 20 pt, exactly: the page number's place does not depend on the font
LINE = 579  # 28.95 pt: 22 lines fill a page
TITLE_LINE = 720  # 36 pt, for a title of 22 pt
CHARACTERS = 28  # a line

# ---------------------------------------------------------------- type

SIZE_2 = 44  # 2号, 22 pt
SIZE_3 = 32  # 3号, 16 pt
SIZE_4 = 28  # 4号, 14 pt
SIZE_5 = 21  # 五号, 10.5 pt
SIZE_SMALL_5 = 18  # 小五, 9 pt

XIAOBIAOSONG = "方正小标宋简体"
FANGSONG = "仿宋_GB2312"
KAITI = "楷体_GB2312"
HEITI = "黑体"
SONGTI = "宋体"
# Figures and Latin letters, everywhere but in the page number: each digit is half an em wide, in Liberation Serif too,
# which stands in for it outside Windows, so that figures fit their columns and the 28 characters of a line.
LATIN = "Times New Roman"

# Added to each character of the body: 28 of 16 pt are 448 pt and the text block has 442, so each gives way a little.
# A grid of characters (w:docGrid of type linesAndChars) would do so in Word, but LibreOffice sets 14 a line in it.
CHARACTER_SPACING = TEXT_WIDTH // CHARACTERS - SIZE_3 * 10


@dataclass(frozen=True, slots=True)
class Font:
    """A font that is named, not embedded, and what a machine without it takes instead."""

    name: str
    instead: str
    panose: str
    charset: str = "86"  # GB2312
    family: str = "auto"
    pitch: str = "default"


FONTS = (
    Font(XIAOBIAOSONG, SONGTI, "03000509000000000000", family="script", pitch="fixed"),
    Font(FANGSONG, "仿宋", "02010609030101010101", family="modern", pitch="fixed"),
    Font(KAITI, "楷体", "02010609030101010101", family="modern", pitch="fixed"),
    Font(HEITI, "SimHei", "02010609060101010101", family="modern", pitch="fixed"),
    Font(SONGTI, "SimSun", "02010600030101010101"),
    Font(LATIN, "Liberation Serif", "02020603050405020304", charset="00", family="roman", pitch="variable"),
)

# ---------------------------------------------------------------- tables

BORDER = 4  # eighths of a point: 0.5 pt
# Beside the text of a cell, and between digits: narrow, so that six digits fit a column of table 3 and five one of
# table 4 even in a wider font (Noto Serif CJK, where there is nothing like Times New Roman).
CELL_MARGIN = 10
NUMBER_SPACING = -5
CELL_PADDING = 30  # above and below the text, where it has more than one line
ROW_HEIGHT = 400  # 20 pt at least
BEFORE_TABLE, AFTER_TABLE = 80, LINE // 2  # air between a table and the headings above and below it
EM = SIZE_5 * 10  # the width of a character in a table
LAST_ROWS = 3  # of a table: they stay together
