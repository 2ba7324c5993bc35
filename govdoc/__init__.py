"""govdoc: from a checked workbook to the official annual report on government information disclosure.

The functions here are the public interface, and what the command line itself calls::

    from pathlib import Path
    import govdoc

    outcome = govdoc.check(Path("年报.xlsx"))         # Report and findings
    if not outcome.blocked:
        data = govdoc.render(outcome.report)          # the .docx as bytes
    govdoc.build(Path("年报.xlsx"))                   # check, write 年报.docx, read back, compare

Wrong data is a finding; what stops the work from outside the data raises :class:`govdoc.errors.GovdocError`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from govdoc.pipeline import Options, Outcome, build, check, new, read, render

__version__ = "0.1.0"
__all__ = ["Options", "Outcome", "__version__", "build", "check", "new", "read", "render"]


def __getattr__(name: str) -> object:
    """Load the public functions when the first of them is asked for: the command starts without them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from govdoc import pipeline

    return getattr(pipeline, name)


def __dir__() -> list[str]:
    """Return the public names, those too that are not loaded yet: who types ``govdoc.`` sees what there is."""
    return sorted({*globals(), *__all__})
