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

    The new ones are added first and at once. Then the older entries that they contradict are replaced by
    copies marked disputed; were the process killed between the two, the new entry, marked as well, would
    still bring the file before a person.
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
    live.add(fresh)
    _mark(live, list(older))
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


def _mark(live: LiveWriter, older: Sequence[ListEntry]) -> None:
    """Replace entries by copies marked disputed; new ones under the same id and value come back too."""
    for key in dict.fromkeys((one.entry, one.kind, one.value) for one in older):
        standing = [one for one in _same_value(live.parts(), _by_key(older, key)) if one.entry == key[0]]
        live.remove(key[0], kind=key[1], value=key[2])
        live.add(replace(one, disputed=True) for one in standing)


def _by_key(entries: Sequence[ListEntry], key: tuple[str, str, bytes]) -> ListEntry:
    return next(one for one in entries if (one.entry, one.kind, one.value) == key)
