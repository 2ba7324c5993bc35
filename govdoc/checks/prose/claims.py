"""What a walk through a paragraph finds: figures, and what is claimed of them. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govdoc.checks.prose.quantities import Quantity
    from govdoc.checks.prose.readings import Reader, Reading
    from govdoc.checks.prose.scan import Scanner, Token

Elsewhere = tuple["Scope", bool, bool, "int | None"]

FOREIGN = "?"  # the topic of a clause that speaks of something else


class Scope(Enum):
    """Whose figures a sentence speaks of, and when."""

    THIS = "this"
    LAST = "last"
    OTHER_YEAR = "other year"
    NOT_OURS = "not ours"


@dataclass(frozen=True, slots=True)
class Scene:
    """What the report says of itself, as far as it changes what a sentence means."""

    year: int | None
    local_only: bool


@dataclass(frozen=True, slots=True)
class Tools:
    """What a walk takes along: the layout's words and readings, and what the report says of itself."""

    scan: Scanner
    reader: Reader
    scene: Scene


@dataclass(slots=True)
class Figure:
    """A number in a sentence. ``readings`` is empty where it could not be placed."""

    start: int
    end: int
    said_from: int
    quantity: Quantity
    scope: Scope = Scope.NOT_OURS
    readings: tuple[Reading, ...] = ()
    upper: bool = False
    general: bool = False  # its words are as fit for a part (答复7件，不予受理4件) as for the whole
    rest: bool = False
    inside: bool = False
    named_after: bool = False  # what it counts stands behind it: 9件行政复议
    total: bool = False  # of those before it: 合计16件
    bare: bool = False  # only a subject stands before it: 依申请公开9件
    apiece: bool = False  # as many for each of those named: 行政复议和行政诉讼各1件
    aside: bool = False  # a part that no row counts, in a list that goes on: 修改2件
    channel: bool = False  # requests that came by one way: they have no row, but are a part of all
    given: bool = False  # from a figure reference: by construction right
    wrong: bool = False  # found to be wrong; set by the judge
    year: int | None = None
    said: tuple[str, ...] = ()  # the row or the column that was named beside it


@dataclass(slots=True)
class Change:
    """A growth rate or an amount of change, and the figure that changed (None: by its readings alone)."""

    start: int
    end: int
    quantity: Quantity
    sign: int
    readings: tuple[Reading, ...]
    of: Figure | None
    base: Figure | None


@dataclass(slots=True)
class Share:
    """A share of the figure before it; ``wholes`` are named, or empty where any whole may be meant."""

    start: int
    end: int
    quantity: Quantity
    of: Figure
    wholes: tuple[Reading, ...]
    before: tuple[Figure, ...]
    rate: bool = False


@dataclass(slots=True)
class Nothing:
    """Words that say that something did not happen."""

    start: int
    end: int
    readings: tuple[Reading, ...]


@dataclass(slots=True)
class All:
    """Words that say something of all that the figure before counts: 收到申请9件，均为自然人申请."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    of: Figure


@dataclass(slots=True)
class Sentence:
    """A sentence read: its tokens, the numbers in order, and what else it claims."""

    start: int
    end: int
    tokens: list[Token]
    figures: list[Figure] = field(default_factory=list)
    claims: list[Change | Share | Nothing | All] = field(default_factory=list)
    all_done: Token | None = None
    all_done_of: Figure | None = None  # the number that the words stand behind
    lists: bool = False  # words that open an enumeration stand in it
    topic: str | None = None


@dataclass(slots=True)
class Paragraph:
    """What a paragraph keeps in mind from sentence to sentence."""

    topic: str | None = None
    first: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counted: list[tuple[Reading, ...]] = field(default_factory=list)  # of which a number before was right
    dated: bool = False  # the report year was named
    elsewhere: Elsewhere | None = None  # whose figures the last sentence gave, where none was this year's and ours
