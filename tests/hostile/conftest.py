"""For hostile files: none is read with the help of what an earlier test's files have shown."""

from __future__ import annotations

import pytest

from govdoc.readers.xlsx_again import known_sheets


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    known_sheets.clear()
