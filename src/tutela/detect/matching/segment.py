"""One immutable segment: entries by row, digests by binary search, PDQ and film frames by distance.

The arrays lie in memory or in a mapped file and are taken as they are: contents of a hostile file can
give wrong answers until ``verify`` says so, but never reads outside the file (NumPy and the kernel
check every number). Instances are immutable and may be asked by many threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import Hits, MihArrays, validate, values_of
from tutela.detect.matching.arrange import SECTION_TYPES, sortable
from tutela.detect.matching.columns import (
    EXACT_BYTES,
    KIND_CODES,
    KIND_NAMES,
    LABEL_FIELDS,
    Columns,
    entry_of,
)
from tutela.detect.matching.index import BUCKETED, IndexKind, Searchable
from tutela.detect.matching.parts import ExactHit, alive_rows
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.matching.texts import Texts, text_key
from tutela.kernel.errors import Invalid

_DAMAGED = "the list is damaged: it names what it does not contain; `tutela list verify` says where"

#: Width and number of columns of the sections that have two or three sides.
_SIDES = {
    "labels": (None, len(LABEL_FIELDS)),
    "pdq_hashes": (None, 4),
    "vpdq_hashes": (None, 4),
    "pdq_offsets": (None, 65_537),
    "vpdq_offsets": (None, 65_537),
    "pdq_entries": (None, None, 4),
    "vpdq_entries": (None, None, 4),
    **{f"{kind}_values": (None, width) for kind, width in EXACT_BYTES.items()},
}


def _check_shape(name: str, array: NDArray[Any]) -> None:
    sides = _SIDES.get(name, (None,))
    fits = len(array.shape) == len(sides) and all(
        want is None or want == have for want, have in zip(sides, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"section {name} has the shape {array.shape}")


def _check_lengths(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Raises ValueError unless the sections fit one another."""
    pairs = [(f"{kind}_values", f"{kind}_rows") for kind in EXACT_BYTES]
    pairs += [("pdq_hashes", "pdq_rows"), ("group_keys", "group_order")]
    pairs = [pair for pair in pairs if len(arrays[pair[0]]) != len(arrays[pair[1]])]
    if pairs:
        raise ValueError(f"sections {pairs[0][0]} and {pairs[0][1]} are not equally long")
    groups = len(arrays["group_keys"])
    if len(arrays["group_rows"]) != groups + 1 or len(arrays["ids_offsets"]) != groups + 1:
        raise ValueError("the entry ids and their rows are not equally many")
    ends, frames = arrays["vpdq_ends"], len(arrays["vpdq_hashes"])
    if len(ends) != len(arrays["vpdq_rows"]) + 1 or int(ends[-1]) != frames or int(ends[0]):
        raise ValueError("the films do not cover the film frames")
    if len(arrays["pdq_poor"]) != 1:
        raise ValueError("section pdq_poor is not one number")
    if (ends[1:] < ends[:-1]).any():
        raise ValueError("the ends of the films fall")


class Segment:
    """See the module. ``index`` chooses how hashes are searched; the answers are the same."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], *, index: IndexKind = BUCKETED) -> None:
        """Raises ValueError when sizes, shapes or bucket offsets cannot be right (about 5 ms at any size)."""
        for name in SECTION_TYPES:
            _check_shape(name, arrays[name])
        _check_lengths(arrays)
        self.arrays = arrays
        #: Rows that were removed after the segment was written; only a live list adds to it.
        self.dead: set[int] = set()
        self.rows: NDArray[np.void] = arrays["rows"]
        self.ids = Texts(offsets=arrays["ids_offsets"], blob=arrays["ids_text"])
        self.strings = Texts(offsets=arrays["strings_offsets"], blob=arrays["strings_text"])
        self._pdq_rows: NDArray[np.uint32] = arrays["pdq_rows"]
        self._pdq = self._searchable("pdq", arrays["pdq_hashes"][: self._searched_count()], index)
        self._frames = self._searchable("vpdq", arrays["vpdq_hashes"], index)
        self._digests = {kind: sortable(arrays[f"{kind}_values"]) for kind in EXACT_BYTES}

    def _searched_count(self) -> int:
        """How many of the PDQ hashes are good enough to be searched; they stand first."""
        poor = int(self.arrays["pdq_poor"][0])
        if poor > len(self._pdq_rows):
            raise ValueError("more PDQ hashes of poor quality than PDQ hashes")
        return len(self._pdq_rows) - poor

    def _searchable(self, name: str, hashes: NDArray[np.uint64], index: IndexKind) -> Searchable:
        offsets, entries = self.arrays[f"{name}_offsets"], self.arrays[f"{name}_entries"]
        if not len(offsets):
            return index.build(hashes)
        stored = MihArrays(hashes=hashes, offsets=offsets, entries=entries)
        validate(stored)
        return index.adopt(stored)

    def __len__(self) -> int:
        """Number of rows, that is of (entry, value) pairs."""
        return len(self.rows)

    def near(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        """Listed PDQ hashes within ``distance_bits`` of each query (Q, 4); ``ids`` are row numbers."""
        found = self._pdq.within(queries, distance_bits, batch=batch, per_query_max=per_query_max)
        if not len(found):
            return found
        return Hits(
            query_index=found.query_index,
            ids=self._pdq_rows[found.ids],
            distance=found.distance,
            capped_queries=found.capped_queries,
        )

    def near_frames(self, queries: NDArray[np.uint64], distance_bits: int, *, per_query_max: int) -> Hits:
        """Listed film frames within ``distance_bits`` of each query; ``ids`` are frame numbers."""
        return self._frames.within(queries, distance_bits, batch=True, per_query_max=per_query_max)

    @property
    def film_count(self) -> int:
        """Number of vpdq entries."""
        return len(self.arrays["vpdq_rows"])

    def films_of(self, frames: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The film (0 to film_count - 1) that each frame belongs to."""
        return np.searchsorted(self.arrays["vpdq_ends"], frames, side="right").astype(np.int64) - 1

    def film_row(self, film: int) -> int:
        """The row of a film's entry."""
        return int(self.arrays["vpdq_rows"][film])

    def film_frames(self, film: int) -> NDArray[np.uint64]:
        """(F, 4) hashes of a film's frames in their order."""
        ends = self.arrays["vpdq_ends"]
        frames: NDArray[np.uint64] = self.arrays["vpdq_hashes"][int(ends[film]) : int(ends[film + 1])]
        return frames

    def frame_hashes(self, frames: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """(n, 4) hashes of the frames with these numbers."""
        hashes: NDArray[np.uint64] = self.arrays["vpdq_hashes"][frames]
        return hashes

    def exact(self, kind: str, values: Sequence[bytes], *, per_query_max: int) -> list[ExactHit]:
        """Rows whose value of ``kind`` equals a query's bytes, in the order of the queries.

        At most ``per_query_max + 1`` of a query: one more than is wanted tells that there were more.
        """
        digests = self._digests[kind]
        if not len(digests) or not values:
            return []
        asked = np.frombuffer(b"".join(values), digests.dtype)
        low, high = digests.searchsorted(asked, "left"), digests.searchsorted(asked, "right")
        rows = self.arrays[f"{kind}_rows"]
        return [
            ExactHit(int(query), int(row))
            for query in np.flatnonzero(low < high)
            for row in rows[low[query] : min(high[query], low[query] + per_query_max + 1)]
        ]

    def alive(self, rows: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which rows were not removed."""
        return alive_rows(rows, self.dead)

    def entry_id(self, row: int) -> str:
        """The id of a row's entry. Raises Invalid on a damaged file, as the next three do."""
        try:
            return self.ids[int(self.rows["group"][row])]
        except IndexError as error:
            raise Invalid(_DAMAGED) from error

    def label(self, row: int) -> list[str]:
        """The seven texts of a row's label (``columns.LABEL_FIELDS``)."""
        try:
            numbers = self.arrays["labels"][int(self.rows["label"][row])]
            return [self.strings[int(number)] for number in numbers]
        except IndexError as error:
            raise Invalid(_DAMAGED) from error

    def value(self, row: int) -> bytes:
        """The raw value of a row."""
        try:
            kind, place = KIND_NAMES[int(self.rows["kind"][row])], int(self.rows["place"][row])
            if kind == "vpdq":
                return values_of(self.film_frames(place)).tobytes()
            if kind == "pdq":
                return values_of(self.arrays["pdq_hashes"][place][None]).tobytes()
            return bytes(self.arrays[f"{kind}_values"][place])
        except (IndexError, KeyError) as error:
            raise Invalid(_DAMAGED) from error

    def entry(self, row: int) -> ListEntry:
        """The whole entry of a row."""
        value = self.value(row)
        return entry_of(self.rows[row], value, self.entry_id(row), self.label(row))

    def entries(self) -> Iterator[ListEntry]:
        """All entries, rows of one entry id together, ids in the order in which they came first."""
        return (self.entry(row) for row in range(len(self.rows)))

    def rows_of(self, entry: str) -> list[int]:
        """The rows of the entry with this id; empty when there is none. Raises Invalid for a damaged file."""
        keys, order, bounds = (self.arrays[name] for name in ("group_keys", "group_order", "group_rows"))
        key = np.array([text_key(entry)], "<u8")
        low, high = int(keys.searchsorted(key, "left")[0]), int(keys.searchsorted(key, "right")[0])
        try:
            groups = [int(group) for group in order[low:high] if self.ids[int(group)] == entry]
            runs = [(int(bounds[group]), int(bounds[group + 1])) for group in groups]
        except IndexError as error:
            raise Invalid(_DAMAGED) from error
        if any(end > len(self.rows) for _, end in runs):
            raise Invalid(_DAMAGED)
        return [row for begin, end in runs for row in range(begin, end)]

    def counts(self) -> dict[str, int]:
        """Number of rows of each kind that occurs."""
        numbers = np.bincount(self.rows["kind"], minlength=max(KIND_NAMES) + 1)
        return {kind: int(numbers[code]) for kind, code in KIND_CODES.items() if numbers[code]}

    def columns(self) -> Columns:
        """The segment as columns, to be merged; arrays are shared, not copied."""
        return Columns(
            rows=self.rows,
            ids=self.ids,
            keys=self._keys(),
            labels=self.arrays["labels"],
            strings=self.strings,
            values={kind: self.arrays[f"{kind}_values"] for kind in EXACT_BYTES},
            pdq=self.arrays["pdq_hashes"],
            film_ends=self.arrays["vpdq_ends"],
            frames=self.arrays["vpdq_hashes"],
        )

    def _keys(self) -> NDArray[np.uint64]:
        """The key of each entry id, in the order of the ids."""
        keys = np.empty(len(self.ids), "<u8")
        keys[self.arrays["group_order"]] = self.arrays["group_keys"]
        return keys

    def index_bytes(self) -> int:
        """Bytes of the PDQ index: hashes and bucket tables (288 a hash and 4.2 MB)."""
        return sum(self.arrays[f"pdq_{part}"].nbytes for part in ("hashes", "offsets", "entries"))
