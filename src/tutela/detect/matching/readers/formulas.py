"""Cells that a spreadsheet would run: marked when written, and the mark removed when read (ST-10)."""

from __future__ import annotations

#: First characters that make a spreadsheet see a formula, and their full-width forms (threat model ST-10).
_DANGEROUS = tuple("=+-@\t\r\0\uff1d\uff0b\uff0d\uff20")
_MARK = "'"


def defused(text: str) -> str:
    """``text``, with an apostrophe in front where a spreadsheet would see a formula or drop one."""
    return _MARK + text if text.startswith((*_DANGEROUS, _MARK)) else text


def restored(text: str) -> str:
    """The inverse of ``defused``."""
    return text[1:] if text.startswith(_MARK) and text[1:].startswith((*_DANGEROUS, _MARK)) else text
