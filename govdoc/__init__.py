"""govdoc: from a checked workbook to the official annual report on government information disclosure."""

__version__ = "0.1.0"
