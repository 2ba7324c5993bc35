"""An organ's own names in its report, which say nothing new: they are made blank before a text is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLACES = "省市县区州盟旗镇乡"
OFFICE = re.compile(rf"([{_PLACES}])(?:人民)?政府办公[厅室]$")
_GOVERNMENT = re.compile(rf"([{_PLACES}])人民政府$")
_BEFORE_NAME = "，。；：、（(“,;: \n\u3000年度日"  # what stands before a name at the beginning of a clause
_KIND = re.compile(r"(街道|总队|支队|大队|中队|分局|管委会)(?:办事处)?$")  # what such an organ calls itself
_NO_PLACE = re.compile("城乡|城市|城镇|市场|市政|市容|乡村")  # what an organ cares for: 住房和城乡建设局
_SEATS = (
    "人民政府",
    "办事处",
    "管理委员会",
    "管委会",
)  # what stands behind the name of a place in the name of its organ
_KINDS, _NOT_SO_CALLED = "局厅", ("分局", "办公厅")
_COMMISSION = "委员会"
_SHORTEST_NAME = 3
_LONGEST_SHORT_NAME = 14


def own_names(agency: str) -> tuple[str, ...]:
    """Return the organ's name, the name without the place before it (某某县水务局, 县水务局), and its place's.

    某某街道办事处 is called 某某街道.
    """
    short = re.search(rf"[{_PLACES}].{{3,}}", agency[1:])
    seat = next((agency.removesuffix(end) for end in _SEATS if agency.endswith(end)), "")
    place = re.split(rf"[{_PLACES}](?=.)|人民政府", seat)[-1]
    place = place if len(place) >= _SHORTEST_NAME else ""
    office = f"{place}办" if place and _KIND.search(agency) else ""  # 某某街道办
    names = (agency, short[0] if short else "", office, place)
    return tuple(name for name in names if name)


def seat_of(agency: str, *, alone: bool = False) -> re.Pattern[str] | None:
    """Return what an office calls the government that it answers for: 市政府共受理申请.

    A government that reports for itself alone calls itself so; one that reports for all below it means a part.
    """
    kind = _KIND.search(agency)
    itself = kind[1] if kind is not None else _shortest(agency)
    if itself:  # 2024年，街道共收到申请
        return re.compile(rf"{itself}(?<![^{_BEFORE_NAME}]{itself})(?:办事处)?(?![{_PLACES}、和及与各])")
    match = OFFICE.search(agency) or (_GOVERNMENT.search(agency) if alone else None)
    if match is None:
        return None
    government, office = rf"{match[1]}(?:人民)?政府", "办(?:公[厅室])?"
    both = rf"(?:[及和与、](?:{match[1]}(?:人民)?)?政府{office})?"  # 市政府及政府办共受理申请
    return re.compile(rf"(?<![全各本我]){government}(?:{office})?{both}(?!信息|门户|网站)")


def _shortest(agency: str) -> str:
    """Return the last place and the kind of an organ, by which it is called at home: 市局."""
    kind = agency[-1:]
    place = _places_in(agency)[-1:]
    return f"{place}{kind}" if place and kind in _KINDS and not agency.endswith(_NOT_SO_CALLED) else ""


@dataclass(frozen=True, slots=True)
class ShortNames:
    """Blanks an organ's name where a text shortens it: 市人社局 for 某某市人力资源和社会保障局.

    A short name has the letters of the whole one in their order, ends like it, and stands at the beginning of a clause;
    one with a place of its own has the organ's last place in it. 市税务局 is not 某某市某某区税务局.
    """

    agency: str
    others: tuple[str, ...]

    def blanked(self, text: str) -> str:
        """Return a text with the short names blank."""
        agency = self.agency
        if len(agency) < _SHORTEST_NAME:
            return text
        text = self._without(text, agency[-2:] if agency.count(agency[-1]) > 1 else agency[-1:])
        return self._without(text, _COMMISSION[0]) if agency.endswith(_COMMISSION) else text  # 市发改委

    def _without(self, text: str, end: str) -> str:
        agency = self.agency
        at = text.find(end)
        while at >= 0:
            start, stop = at, at + len(end)
            while start and text[start - 1] in agency and at - start < _LONGEST_SHORT_NAME:
                start -= 1
            if (not start or text[start - 1] in _BEFORE_NAME) and self._is_own(text[start:stop]):
                text = f"{text[:start]}{blank(text[start:stop])}{text[stop:]}"
            at = text.find(end, stop)
        return text

    def _is_own(self, name: str) -> bool:
        rest = iter(self.agency)
        if len(name) < _SHORTEST_NAME or name in self.others or not all(letter in rest for letter in name):
            return False
        places = _places_in(name)
        return not places or places[-1] == _places_in(self.agency)[-1:]


def _places_in(name: str) -> str:
    """Return the kinds of the places in a name: 市县 of 某市某县城市管理局."""
    return "".join(letter for letter in _NO_PLACE.sub("", name) if letter in _PLACES)


def blank(name: str) -> str:
    """Return as many characters as a name has that no rule reads: the organ's own name says nothing new."""
    return "\u3000" * len(name)
