"""Files saved again by another office program."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Return a function that saves a file in a format of LibreOffice's and gives the new file."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("soffice (LibreOffice) is not installed")
    profile = tmp_path_factory.mktemp("profile")

    def save(path: Path, suffix: str) -> Path:
        folder = tmp_path_factory.mktemp("saved")
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", suffix]
        subprocess.run([*command, "--outdir", folder, path], check=True, capture_output=True, timeout=120)
        return folder / f"{path.stem}.{suffix}"

    return save
