from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from govdoc.files import template_path
from govdoc.readers.bind import bind_book
from govdoc.writers.compiled import cache_folder, compiled
from govdoc.writers.word import ReportTemplate
from tests.helpers import LAYOUT, sample

if TYPE_CHECKING:
    from pathlib import Path
    from types import CodeType


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return cache_folder()


def make() -> tuple[str, CodeType]:
    return "1 + 1", compile("1 + 1", "<template>", "eval")


def fail() -> tuple[str, CodeType]:
    raise AssertionError("made a second time")


def test_what_was_compiled_is_kept_by_content(folder: Path) -> None:
    assert compiled(b"a", make)[0] == "1 + 1"
    source, code = compiled(b"a", fail)
    assert (source, eval(code)) == ("1 + 1", 2)  # noqa: S307 - our own
    with pytest.raises(AssertionError):
        compiled(b"b", fail)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"\x00", b"nonsense", b"\xe3\x00\x00"])
def test_a_damaged_file_is_made_anew(folder: Path, damage: bytes) -> None:
    compiled(b"a", make)
    next(folder.iterdir()).write_bytes(damage)
    assert compiled(b"a", make)[0] == "1 + 1"
    assert compiled(b"a", fail)[0] == "1 + 1"


def test_a_folder_that_cannot_be_written_costs_nothing(folder: Path) -> None:
    folder.write_text("in the way")
    assert compiled(b"a", make)[0] == "1 + 1"


def test_the_oldest_go(folder: Path) -> None:
    for number in range(20):
        compiled(str(number).encode(), make)
    assert len(list(folder.iterdir())) == 12


def test_a_template_from_the_cache_renders_the_same(folder: Path) -> None:
    report = bind_book(sample()).report
    path = template_path(LAYOUT.edition)
    first = ReportTemplate.load(path).render(report)
    assert any(folder.iterdir())
    assert ReportTemplate.load(path).render(report) == first
