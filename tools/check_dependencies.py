"""Run a fast part of the tests with the lowest versions that pyproject allows, and with the newest there are.

Run it as ``python tools/check_dependencies.py [lowest] [newest]``. Each gets an environment of its own, made with pip
from the configured index; afterwards pip-audit looks the newest up, where its database can be reached.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_TESTS = [
    *("tests/test_samples.py", "tests/test_pipeline.py", "tests/test_files.py", "tests/test_values.py"),
    *("tests/checks", "tests/readers/test_xlsx.py", "tests/readers/test_word.py", "tests/hostile/test_limits.py"),
    *("tests/hostile/test_finds.py", "tests/cli"),
]
# What the tests alone need.
_NEEDED = ("pytest", "pytest-cov", "python-docx", "xlsxwriter", "hypothesis", "jsonschema")
_BOUND = re.compile(r"([A-Za-z0-9._-]+)>=([0-9][0-9A-Za-z.]*)")
# What pip-audit says where it has not reached the database.
_UNREACHED = (
    "ConnectionError",
    "Max retries",
    "Failed to resolve",
    "ServiceError",
    "timed out",
    "ProxyError",
    "HTTPSConnectionPool",
)


def bounds() -> dict[str, str]:
    """Return the lowest allowed version of each dependency."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {}
    for line in project["dependencies"]:
        match = _BOUND.fullmatch(line)
        if match is None:
            raise SystemExit(f"{line} has no lower bound of the form name>=version")
        found[match[1]] = match[2]
    return found


def environment(folder: Path, requirements: list[str]) -> Path:
    """Make an environment with these packages and this checkout; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    _call(python, "-m", "pip", "install", "-q", *requirements, *_NEEDED)
    _call(python, "-m", "pip", "install", "-q", "--no-deps", "-e", str(ROOT))
    return python


def tested(python: Path) -> bool:
    """Run the tests and return whether they pass."""
    versions = subprocess.run(  # noqa: S603 - pip of an environment made here
        [python, "-m", "pip", "freeze", "--exclude-editable"], capture_output=True, text=True, check=True
    )
    names = {name.lower() for name in bounds()}
    kept = [line for line in versions.stdout.splitlines() if line.partition("==")[0].lower() in names]
    sys.stdout.write("  ".join(kept) + "\n")
    sys.stdout.flush()
    present = [test for test in _TESTS if (ROOT / test).exists()]
    words: list[str | Path] = [python, "-m", "pytest", "-q", "--no-cov", "-m", "not office and not install", *present]
    return subprocess.run(words, cwd=ROOT, check=False).returncode == 0  # noqa: S603


def audited(python: Path) -> bool:
    """Look the packages up among known vulnerabilities; where that cannot be, say so and go on."""
    _call(python, "-m", "pip", "install", "-q", "pip-audit")
    words: list[str | Path] = [
        python,
        "-m",
        "pip_audit",
        "--skip-editable",
        "--progress-spinner",
        "off",
        "--timeout",
        "20",
    ]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    said = ran.stdout + ran.stderr
    skipped = said.count("could not be audited")
    if skipped or (ran.returncode and any(word in said for word in _UNREACHED)):
        sys.stdout.write(f"pip-audit: its database cannot be reached from here ({skipped} packages not looked up)\n")
        said = "\n".join(line for line in said.splitlines() if "could not be audited" not in line)
        if not any("PYSEC-" in line or "GHSA-" in line or "CVE-" in line for line in said.splitlines()):
            return True
    sys.stdout.write(said + "\n")
    return ran.returncode == 0


def _call(*words: str | Path) -> None:
    subprocess.run(words, check=True)  # noqa: S603 - pip and Python of an environment made here


def main(wanted: list[str]) -> int:
    """Run what is wanted, by default everything, and return 1 where something fails."""
    ends = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted or ["lowest", "newest"]:
            pinned = [f"{one}=={lowest}" if name == "lowest" else one for one, lowest in bounds().items()]
            sys.stdout.write(f"== {name}: ")
            python = environment(Path(folder) / name, pinned)
            ends[name] = tested(python)
            if name == "newest":
                ends["audit"] = audited(python)
    sys.stdout.write("  ".join(f"{name}: {'passed' if end else 'FAILED'}" for name, end in ends.items()) + "\n")
    return int(not all(ends.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
