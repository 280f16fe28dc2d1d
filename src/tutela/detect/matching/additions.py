"""What happens when entries come to a live list that says something about their values already.

What stands there word for word is not added again; what contradicts is kept on both sides and marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutela.arithmetic import words
from tutela.detect.matching.columns import EXACT_BYTES, columns_of
from tutela.detect.matching.disputes import Statement, mark_disputes
from tutela.detect.matching.live_writer import LiveWriter
from tutela.detect.matching.parts import Part
from tutela.detect.matching.shapes import ListEntry, ListHeader

#: Rows of one value that are compared with a new entry.
ROWS_PER_VALUE_MAX = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """How many values were added, stood there already, and are now contradicted."""

    added: int
    already: int
    contradicted: int


def add_entries(live: LiveWriter, entries: Iterable[ListEntry]) -> Added:
    """Add the entries to a live list. Raises Invalid naming one that cannot be stored, Unavailable.

    The new ones are added first and at once, with copies of the older entries that they contradict, marked
    disputed. Only then those older ones are removed: a kill between the two loses nothing, and the entries,
    marked as well, bring the file before a person.
    """
    fresh: list[ListEntry] = []
    older: dict[ListEntry, None] = {}
    already = 0
    for entry in _marked_among_themselves(live.header, entries):
        standing = list(_same_value(live.parts(), entry))
        if entry in standing:
            already += 1
            continue
        against = [one for one in standing if _contradict(live.header, one, entry)]
        older |= {one: None for one in against if not one.disputed}
        fresh.append(replace(entry, disputed=entry.disputed or bool(against)))
    live.add([*fresh, *(replace(one, disputed=True) for one in older)])
    for one in older:
        live.remove(one.entry, kind=one.kind, value=one.value, undisputed=True)
    return Added(added=len(fresh), already=already, contradicted=len(older))


def _marked_among_themselves(header: ListHeader, entries: Iterable[ListEntry]) -> list[ListEntry]:
    kept = list(entries)
    marked, _ = mark_disputes(columns_of(kept), header)
    disputed = marked.rows["disputed"].astype(bool).tolist()
    return [replace(entry, disputed=flag) for entry, flag in zip(kept, disputed, strict=True)]


def _same_value(parts: Sequence[Part], entry: ListEntry) -> Iterator[ListEntry]:
    """Standing entries with the same value; films are not compared."""
    for part in parts:
        rows = np.array(_rows(part, entry), "<u4")
        for row in rows[part.alive(rows)].tolist():
            yield part.entry(row)


def _rows(part: Part, entry: ListEntry) -> list[int]:
    if entry.kind in EXACT_BYTES:
        hits = part.exact(entry.kind, [entry.value], per_query_max=ROWS_PER_VALUE_MAX)
        return [hit.row for hit in hits]
    if entry.kind == "pdq":
        found = part.near(words(entry.value), 0, batch=False, per_query_max=ROWS_PER_VALUE_MAX)
        return [int(row) for row in found.ids]
    return []


def _contradict(header: ListHeader, older: ListEntry, newer: ListEntry) -> bool:
    return _statement(header, older).contradicts(_statement(header, newer))


def _statement(header: ListHeader, entry: ListEntry) -> Statement:
    return Statement(entry.legal_class or header.legal_class, entry.scheme or header.scheme, entry.category)
