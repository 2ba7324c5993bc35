"""Whose figure counts where a report and its workbook both have a new one: what the person who runs a refresh says."""

from __future__ import annotations

from enum import StrEnum


class Take(StrEnum):
    """The side whose figures are taken."""

    WORKBOOK = "workbook"
    REPORT = "report"
