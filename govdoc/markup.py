"""Texts as XML can hold them, in an element or in an attribute. Knows no format.

Python's own ``xml.sax.saxutils`` does the same, and loads all that is needed to fetch a page from the network.
"""

from __future__ import annotations


def escaped(text: str) -> str:
    """Return a text for an element's content."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Return a text for an attribute in double quotes; its line ends and tabs stay what they are."""
    plain = escaped(text).replace('"', "&quot;")
    return plain.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
