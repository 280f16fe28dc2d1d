"""Entries in memory that may grow while they are asked: the tail of a live list, and small lists.

Hashes are compared one by one; nothing is sorted or built, so an added entry is found by the very next
question. One thread adds, many ask: an entry is stored completely before the counter that makes it
visible moves, and rows never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import Hits, brute_query, words
from tutela.detect.matching.columns import (
    EXACT_BYTES,
    LABEL_FIELDS,
    ROW,
    Columns,
    check_entry,
    columns_of,
    row_of,
)
from tutela.detect.matching.headers import checked_header
from tutela.detect.matching.parts import ExactHit, alive_rows
from tutela.detect.matching.shapes import ListEntry, ListHeader

_FIRST_CAPACITY = 64


class Growing:
    """An array that grows at its end; ``view`` is what is there so far, without a copy."""

    def __init__(self, dtype: np.dtype[Any], sides: tuple[int, ...] = ()) -> None:
        self._array = np.zeros((_FIRST_CAPACITY, *sides), dtype)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def view(self) -> NDArray[Any]:
        """The items so far; later items do not show in it."""
        count = self._count  # before the array, which may be replaced by a larger one at any moment
        return self._array[:count]

    def extend(self, items: NDArray[Any]) -> None:
        """Add ``items``. Views given out before keep what they showed."""
        count = self._count + len(items)
        if count > len(self._array):
            larger = np.zeros((max(count, 2 * len(self._array)), *self._array.shape[1:]), self._array.dtype)
            larger[: self._count] = self._array[: self._count]
            self._array = larger
        self._array[self._count : count] = items
        self._count = count


class MemoryPart:
    """See the module. ``quality_min`` is the list's: poorer PDQ entries are kept and not searched."""

    def __init__(self, quality_min: int) -> None:
        self._quality_min = quality_min
        #: Rows that were removed; only a live list adds to it.
        self.dead: set[int] = set()
        self._entries: list[ListEntry] = []
        self._rows = Growing(ROW)
        self._exact: dict[tuple[str, bytes], list[int]] = {}
        self._by_id: dict[str, list[int]] = {}
        self._pdq = Growing(np.dtype("<u8"), (4,))
        self._pdq_rows = Growing(np.dtype("<u4"))
        self._frames = Growing(np.dtype("<u8"), (4,))
        self._frame_films = Growing(np.dtype("<i8"))
        self._films: list[int] = []

    def add(self, entry: ListEntry) -> int:
        """Take an entry; returns its row. Raises ValueError when it cannot be stored."""
        check_entry(entry)
        row = len(self._entries)
        packed = row_of(entry, group=row, label=row, place=row)
        self._entries.append(entry)
        self._rows.extend(np.frombuffer(packed, ROW))
        self._by_id.setdefault(entry.entry, []).append(row)
        if entry.kind in EXACT_BYTES:
            self._exact.setdefault((entry.kind, entry.value), []).append(row)
        elif entry.kind == "vpdq":
            self._add_film(entry, row)
        elif entry.quality is None or entry.quality >= self._quality_min:
            self._pdq_rows.extend(np.array([row], "<u4"))
            self._pdq.extend(words(entry.value))
        return row

    def _add_film(self, entry: ListEntry, row: int) -> None:
        frames = words(entry.value)
        self._films.append(row)
        self._frame_films.extend(np.full(len(frames), len(self._films) - 1))
        self._frames.extend(frames)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def rows(self) -> NDArray[np.void]:
        """Rows of type ``columns.ROW``; group, label and place are the number of the row."""
        return self._rows.view()

    @property
    def film_count(self) -> int:
        """Number of vpdq entries."""
        return len(self._films)

    def near(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        """See ``parts.Part``."""
        found = brute_query(self._pdq.view(), queries, distance_bits, per_query_max=per_query_max)
        if not len(found):
            return found
        return Hits(
            query_index=found.query_index,
            ids=self._pdq_rows.view()[found.ids],
            distance=found.distance,
            capped_queries=found.capped_queries,
        )

    def near_frames(self, queries: NDArray[np.uint64], distance_bits: int, *, per_query_max: int) -> Hits:
        """See ``parts.Part``."""
        return brute_query(self._frames.view(), queries, distance_bits, per_query_max=per_query_max)

    def films_of(self, frames: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The film that each frame belongs to."""
        films: NDArray[np.int64] = self._frame_films.view()[frames]
        return films

    def film_row(self, film: int) -> int:
        """The row of a film's entry."""
        return self._films[film]

    def film_frames(self, film: int) -> NDArray[np.uint64]:
        """(F, 4) hashes of a film's frames."""
        return words(self._entries[self._films[film]].value)

    def frame_hashes(self, frames: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """(n, 4) hashes of the frames with these numbers."""
        hashes: NDArray[np.uint64] = self._frames.view()[frames]
        return hashes

    def exact(self, kind: str, values: Sequence[bytes], *, per_query_max: int) -> list[ExactHit]:
        """See ``parts.Part``."""
        if not self._exact:
            return []
        return [
            ExactHit(query, row)
            for query, value in enumerate(values)
            for row in self._exact.get((kind, value), [])[: per_query_max + 1]
        ]

    def alive(self, rows: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which rows were not removed."""
        return alive_rows(rows, self.dead)

    def entry_id(self, row: int) -> str:
        """The id of a row's entry."""
        return self._entries[row].entry

    def label(self, row: int) -> list[str]:
        """The seven texts of ``columns.LABEL_FIELDS``."""
        return [getattr(self._entries[row], name) for name in LABEL_FIELDS]

    def entry(self, row: int) -> ListEntry:
        """The whole entry of a row."""
        return self._entries[row]

    def rows_of(self, entry: str) -> list[int]:
        """The rows of the entry with this id."""
        return list(self._by_id.get(entry, ()))

    def columns(self) -> Columns:
        """All entries as columns, to become a segment. Row i here is row i there."""
        return columns_of(list(self._entries))


class MemoryList:
    """A list that lives in memory only, for tests and for asking back (``retro``). An ``OpenList``."""

    def __init__(self, header: ListHeader, entries: Iterable[ListEntry] = ()) -> None:
        """Raises ValueError when the header or an entry cannot be right."""
        self._header = checked_header(header)
        self._part = MemoryPart(header.thresholds.quality_min)
        for entry in entries:
            self._part.add(entry)

    @property
    def header(self) -> ListHeader:
        """What the list says about itself."""
        return self._header

    @property
    def version(self) -> str:
        """The header's version."""
        return self._header.version

    def add(self, entry: ListEntry) -> None:
        """Take one more entry. Raises ValueError when it cannot be stored."""
        self._part.add(entry)

    def parts(self) -> tuple[MemoryPart, ...]:
        """The one part."""
        return (self._part,)
