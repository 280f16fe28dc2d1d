"""An entry as named texts: what CSV and JSON lines write, and ``readers.rows`` reads back."""

from __future__ import annotations

from tutela.detect.matching.headers import render_moment
from tutela.detect.matching.readers.values import render_value
from tutela.detect.matching.shapes import ListEntry


def row_of(entry: ListEntry) -> dict[str, str]:
    """Text of every column (``readers.rows.COLUMNS``), "" where nothing is said."""
    return {
        "kind": entry.kind,
        "value": render_value(entry.kind, entry.value),
        "entry": entry.entry,
        "source": entry.source,
        "law": entry.law,
        "class": entry.legal_class,
        "scheme": entry.scheme,
        "category": entry.category,
        "quality": "" if entry.quality is None else str(entry.quality),
        "valid_from": render_moment(entry.valid_from) or "",
        "valid_to": render_moment(entry.valid_to) or "",
        "note": entry.note,
        "derived": entry.derived,
        "disputed": "true" if entry.disputed else "",
    }
