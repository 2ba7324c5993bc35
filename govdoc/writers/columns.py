"""Text in columns, on a terminal."""

from __future__ import annotations

import unicodedata


def display_width(text: str) -> int:
    """Return how many columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def pad(text: str, width: int) -> str:
    """Return a text filled up with spaces to a width in columns."""
    return text + " " * (width - display_width(text))
