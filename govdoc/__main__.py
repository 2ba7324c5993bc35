"""``python -m govdoc``, and where the command begins."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command and leave with its exit code; Ctrl-C ends it even while it is being loaded."""
    try:
        from govdoc.cli.main import run as begin

        begin()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
