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


def add_entries(live: LiveWriter, entries: Iterable[ListEntry], *, change: int = 0) -> Added:
    """Add the entries to a live list. Raises Invalid naming one that cannot be stored, Unavailable.

    The new ones are added first and at once, with copies of the older entries that they contradict, marked
    disputed. Only then those older ones are removed: a kill between the two loses nothing, and the entries,
    marked as well, bring the file before a person. Adding the same again changes nothing and ends what a
    kill interrupted. ``change`` is kept with what is written (``LiveWriter.add``).
    """
    fresh: list[ListEntry] = []
    older: dict[ListEntry, None] = {}
    already = 0
    parts, marked = live.parts(), _marked_among_themselves(live.header, entries)
    for entry, said in zip(marked, _said_of(parts, marked), strict=True):
        against = [one for one in said if _contradict(live.header, one, entry)]
        older |= {one: None for one in against if not one.disputed}
        new = _marked(entry, disputed=entry.disputed or bool(against))
        same = [one for one in _of_id(parts, entry.entry) if _marked(one, disputed=new.disputed) == new]
        older |= {one: None for one in same if new.disputed and not one.disputed}
        already += bool(same)
        fresh += [] if same else [new]
    copies = (replace(one, disputed=True) for one in older)
    live.add([*fresh, *(one for one in copies if one not in _of_id(parts, one.entry))], change=change)
    for one in older:
        live.remove(one.entry, kind=one.kind, value=one.value, undisputed=True, change=change)
    return Added(added=len(fresh), already=already, contradicted=len(older))


def _marked_among_themselves(header: ListHeader, entries: Iterable[ListEntry]) -> list[ListEntry]:
    kept = list(dict.fromkeys(entries))
    marked, _ = mark_disputes(columns_of(kept), header)
    disputed = marked.rows["disputed"].astype(bool).tolist()
    return [_marked(entry, disputed=flag) for entry, flag in zip(kept, disputed, strict=True)]


def _marked(entry: ListEntry, *, disputed: bool) -> ListEntry:
    return entry if entry.disputed == disputed else replace(entry, disputed=disputed)


def _of_id(parts: Sequence[Part], entry: str) -> list[ListEntry]:
    """Standing entries with this id."""
    found = []
    for part in parts:
        rows = np.array(part.rows_of(entry), "<u4")
        found += [part.entry(row) for row in rows[part.alive(rows)].tolist()]
    return found


def _said_of(parts: Sequence[Part], entries: Sequence[ListEntry]) -> list[list[ListEntry]]:
    """For each entry, the standing ones with the same value; films are not compared."""
    said: list[list[ListEntry]] = [[] for _ in entries]
    for kind in {entry.kind for entry in entries}:
        numbers = [number for number, entry in enumerate(entries) if entry.kind == kind]
        values = [entries[number].value for number in numbers]
        for part in parts:
            for query, row in _rows(part, kind, values):
                said[numbers[query]].append(part.entry(row))
    return said


def _rows(part: Part, kind: str, values: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Pairs (number of the value, standing row that has it)."""
    pairs: list[tuple[int, int]] = []
    if kind in EXACT_BYTES:
        pairs = list(part.exact(kind, values, per_query_max=ROWS_PER_VALUE_MAX))
    elif kind == "pdq":
        queries = words(b"".join(values))
        found = part.near(queries, 0, batch=len(values) > 1, per_query_max=ROWS_PER_VALUE_MAX)
        pairs = list(zip(found.query_index.tolist(), found.ids.tolist(), strict=True))
    stands = part.alive(np.array([row for _, row in pairs], "<u4"))
    return ((query, row) for (query, row), alive in zip(pairs, stands.tolist(), strict=True) if alive)


def _contradict(header: ListHeader, older: ListEntry, newer: ListEntry) -> bool:
    return _statement(header, older).contradicts(_statement(header, newer))


def _statement(header: ListHeader, entry: ListEntry) -> Statement:
    return Statement(entry.legal_class or header.legal_class, entry.scheme or header.scheme, entry.category)
