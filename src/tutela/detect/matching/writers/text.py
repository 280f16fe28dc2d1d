"""threatexchange's text form: the values of one kind, one a line; everything else is left behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from tutela.detect.matching.readers.values import KEYED_KINDS, render_value
from tutela.detect.matching.shapes import ListEntry


def write(kind: str, entries: Iterable[ListEntry], file: TextIO) -> int:
    """Writes the values of ``kind``; returns their number.

    Derived crops are left out: the text could not say that they are derived. Raises ValueError for
    kinds that are keyed digests.
    """
    if kind in KEYED_KINDS:
        raise ValueError(f"{kind} entries are keyed digests; only the jsonl form can carry their salt")
    count = 0
    for entry in entries:
        if entry.kind == kind and not entry.derived:
            file.write(render_value(kind, entry.value) + "\n")
            count += 1
    return count
