"""The shipped samples read as they stand, or with one piece of text replaced."""

from __future__ import annotations

from datetime import UTC, datetime

from tutela.hotline.people.mandate.reading import MANDATE, sample_text
from tutela.hotline.people.mandate.shapes import Mandate

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def text(sample: str, *changes: tuple[str, str]) -> str:
    """The sample's text; each change must have something to change."""
    found = sample_text(sample, now=NOW)
    for old, new in changes:
        if old not in found:
            raise ValueError(f"the sample has no {old}")
        found = found.replace(old, new)
    return found


def mandate(sample: str, *changes: tuple[str, str]) -> Mandate:
    """The mandate of that text, unsigned. Raises ValueError."""
    return MANDATE.read_text(text(sample, *changes))[1]
