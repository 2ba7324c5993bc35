"""For hostile files: none is read with the help of what an earlier test's files have shown."""

from __future__ import annotations

import pytest

from tests.helpers import forget_sheets


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    forget_sheets()
