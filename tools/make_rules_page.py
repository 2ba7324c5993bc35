"""Write ``docs/rules.md`` from the catalogue: ``python tools/make_rules_page.py``. A test holds the page to it."""

from __future__ import annotations

import sys
from pathlib import Path

# The rules of this checkout, not those of an installed govdoc.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from govdoc.checks.catalogue import RULES
from govdoc.writers.rules import rules_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"


def main() -> None:
    """Write the page where it differs."""
    page = rules_page(RULES.values())
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
        PAGE.write_text(page, encoding="utf-8", newline="\n")
        sys.stdout.write("docs/rules.md\n")


if __name__ == "__main__":
    main()
