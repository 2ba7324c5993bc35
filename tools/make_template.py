"""Write the Word templates of all editions, or of the one named, from their layouts.

Run it as ``python tools/make_template.py [EDITION]``. A template that is up to date stays untouched.
"""

from __future__ import annotations

import sys
from pathlib import Path

# The layouts and the code of this checkout, not those of an installed govdoc.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from govdoc.layouts.schema import editions, load_layout
from govdoc.writers.template import make_template

ROOT = Path(__file__).resolve().parents[1]


def refresh(edition: str) -> str:
    """Write the edition's template where its bytes differ; return what was done, for the reader of the console."""
    path = ROOT / "templates" / edition / "report.docx"
    name = path.relative_to(ROOT).as_posix()
    template = make_template(load_layout(edition))
    if path.is_file() and path.read_bytes() == template:
        return f"{name}：已是最新"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(template)
    return f"{name}：已写入，{len(template)} 字节"


def main(names: list[str]) -> None:
    """Refresh the templates of the editions named, or of all."""
    for edition in names or editions():
        sys.stdout.write(f"{refresh(edition)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
