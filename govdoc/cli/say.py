"""How the command speaks: results to stdout, messages to stderr. The only place that prints."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress

import typer
from typer.exceptions import Exit

from govdoc.errors import ExitCode, OutputError

# What a terminal would obey rather than show; texts and file names come from anywhere.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def result(text: str) -> None:
    """Print a result.

    Raises :class:`OutputError` where it cannot be written whole, as when the disk behind a redirection is full. Where
    the reader of a pipe has gone (``| head``) the command ends with the same exit code and without a word.
    """
    try:
        typer.echo(_shown(text))
    except BrokenPipeError as error:
        _let_go_of_stdout()
        raise Exit(ExitCode.OUTPUT) from error
    except OSError as error:
        _let_go_of_stdout()
        raise OutputError("结果没能全部写出。", "如果输出转到了文件，请检查磁盘空间。") from error


def message(text: str) -> None:
    """Print a message; where nobody can see it, that is nobody's loss."""
    with suppress(OSError):
        typer.echo(_shown(text), err=True)


def _shown(text: str) -> str:
    return _CONTROLS.sub("\ufffd", text)


def _let_go_of_stdout() -> None:
    """Send what still waits to be written nowhere: Python would fail over it once more when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
