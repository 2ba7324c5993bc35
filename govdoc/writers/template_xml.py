"""The WordprocessingML that several parts of a template are made of: namespaces, paragraphs, runs."""

from __future__ import annotations

from html import escape

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = f'xmlns:r="{OFFICE}/relationships"'


def paragraph(style: str, content: str, properties: str = "") -> str:
    """Return a paragraph of a style; ``content`` and ``properties`` are XML."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def run(text: str) -> str:
    """Return a run of plain text."""
    return f"<w:r><w:t>{escape(text, quote=False)}</w:t></w:r>"
