"""Exit codes and the exceptions behind them: what is wrong with the environment, never with the data.

Wrong data is a :class:`govdoc.finding.Finding`; an exception that is not a :class:`GovdocError` is a bug.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command returns; the numbers are public and never change their meaning."""

    OK = 0
    BUG = 1
    USAGE = 2
    FINDINGS = 3
    INPUT = 4
    OUTPUT = 5
    LAYOUT = 6
    CONFLICT = 7
    INTERRUPTED = 130


class GovdocError(Exception):
    """Something outside the data stops the work: says what, and what to do about it (both in Chinese)."""

    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)  # both, or it could not come back from another process
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}{self.remedy}"


class UsageError(GovdocError):
    """The command was called in a way that cannot be meant."""

    exit_code = ExitCode.USAGE


class InputError(GovdocError):
    """A file cannot be read: missing, of another kind, encrypted, damaged or over a limit."""

    exit_code = ExitCode.INPUT


class OutputError(GovdocError):
    """A file cannot be written: it exists, is open elsewhere, has a forbidden name, or the disk is full."""

    exit_code = ExitCode.OUTPUT


class LayoutError(GovdocError):
    """A layout file or a Word template is broken."""

    exit_code = ExitCode.LAYOUT
