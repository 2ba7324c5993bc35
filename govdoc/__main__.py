"""``python -m govdoc``, and where the command begins."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


def run() -> None:
    """Run the command and leave with its exit code; Ctrl-C ends it even while it is being loaded."""
    sys.unraisablehook = _interrupt_again
    try:
        from govdoc.cli.main import run as begin

        begin()
    except KeyboardInterrupt:
        sys.exit(130)


def _interrupt_again(raised: UnraisableHookArgs) -> None:
    """Let Ctrl-C in a moment later where Python would only print that it came at a bad time, and go on."""
    if not issubclass(raised.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(raised)
        return
    import signal
    from threading import Timer, main_thread

    to_main = getattr(signal, "pthread_kill", lambda _, number: signal.raise_signal(number))  # not on Windows
    Timer(0.01, to_main, (main_thread().ident, signal.SIGINT)).start()


if __name__ == "__main__":
    run()
