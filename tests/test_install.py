"""The wheel in an empty environment, and an editable checkout: both build the sample from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_inputs" / "chaoyang-2021.xlsx"

pytestmark = pytest.mark.install


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command away from the checkout, and with nothing of this process on its path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}
    return subprocess.run(
        [str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )


def empty_environment(folder: Path) -> Path:
    """Make an environment without packages and return the folder of its programs."""
    run(sys.executable, "-m", "venv", folder, folder=folder.parent)
    return folder / ("Scripts" if os.name == "nt" else "bin")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, folder=folder)
    return next(folder.glob("govdoc-*.whl"))


def test_the_wheel_carries_layouts_and_templates_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"govdoc/layouts/2021.toml", "govdoc/templates/2021/report.docx"} <= names
    assert "govdoc/py.typed" in names  # or a type checker takes everything for Any (PEP 561)
    assert not [name for name in names if name.split("/")[0] in ("tests", "sample_inputs", "tools", "benchmarks")]


@pytest.mark.parametrize("editable", [False, True], ids=["wheel", "editable"])
def test_installed_command_builds_the_sample_from_another_folder(
    wheel: Path, tmp_path: Path, *, editable: bool
) -> None:
    programs = empty_environment(tmp_path / "venv")
    what = ["-e", ROOT] if editable else [wheel]
    run(programs / "python", "-m", "pip", "install", "-q", *what, folder=tmp_path)
    elsewhere = tmp_path / "别的 文件夹"
    elsewhere.mkdir()
    result = run(programs / "govdoc", SAMPLE, "-o", elsewhere / "年报.docx", folder=elsewhere)
    assert result.stderr.strip() == "文字可以在 Word 里接着修改。"
    assert "6 个部分，200 个数据，核对无误" in result.stdout
    with zipfile.ZipFile(elsewhere / "年报.docx") as archive:
        assert "朝阳市政府办公室" in archive.read("word/document.xml").decode()
    blank = run(programs / "govdoc", "new", "-o", "空白.xlsx", "--year", "2024", folder=elsewhere)
    assert "已生成" in blank.stdout
