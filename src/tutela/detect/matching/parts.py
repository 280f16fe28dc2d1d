"""What the engine asks of a list: a header, a version, and parts that can be searched."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import Hits
from tutela.detect.matching.columns import NO_MOMENT, microseconds_of
from tutela.detect.matching.shapes import ListEntry, ListHeader


class ExactHit(NamedTuple):
    """Query ``query`` has the same bytes as the value of row ``row``."""

    query: int
    row: int


class Part(Protocol):
    """Some entries of a list: a file, a segment with tombstones, or the tail of a live list.

    A part may grow while it is asked, but a row once given keeps its number and its meaning.
    """

    @property
    def rows(self) -> NDArray[np.void]:
        """Rows of type ``columns.ROW``."""

    @property
    def film_count(self) -> int:
        """Number of vpdq entries."""

    def near(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        """PDQ entries within ``distance_bits`` of each query; ``ids`` are row numbers."""

    def near_frames(self, queries: NDArray[np.uint64], distance_bits: int, *, per_query_max: int) -> Hits:
        """Film frames within ``distance_bits`` of each query; ``ids`` are frame numbers."""

    def films_of(self, frames: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The film that each frame belongs to."""

    def film_row(self, film: int) -> int:
        """The row of a film's entry."""

    def film_frames(self, film: int) -> NDArray[np.uint64]:
        """(F, 4) hashes of a film's frames."""

    def frame_hashes(self, frames: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """(n, 4) hashes of the frames with these numbers."""

    def exact(self, kind: str, values: Sequence[bytes], *, per_query_max: int) -> list[ExactHit]:
        """Rows whose value equals a query's bytes; one more than ``per_query_max`` tells of more."""

    def alive(self, rows: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which rows were not removed."""

    def entry_id(self, row: int) -> str:
        """The id of a row's entry."""

    def label(self, row: int) -> list[str]:
        """The seven texts of ``columns.LABEL_FIELDS``."""

    def entry(self, row: int) -> ListEntry:
        """The whole entry of a row."""

    def rows_of(self, entry: str) -> list[int]:
        """The rows of the entry with this id, also those that were removed."""


class OpenList(Protocol):
    """A list that can be asked: ``tlist.ListView``, ``live.LiveList`` or ``memory.MemoryList``."""

    @property
    def header(self) -> ListHeader:
        """What the list says about itself."""

    @property
    def version(self) -> str:
        """The version a match names; a live list adds its state."""

    def parts(self) -> Sequence[Part]:
        """One snapshot; it stays valid and unchanged but for what is added at its end."""


def alive_rows(rows: NDArray[np.uint32], dead: Set[int]) -> NDArray[np.bool_]:
    """Which of ``rows`` are not in ``dead``."""
    if not dead:
        return np.ones(len(rows), np.bool_)
    return np.fromiter((row not in dead for row in rows.tolist()), np.bool_, len(rows))


def valid_rows(part: Part, rows: NDArray[np.uint32], now: datetime) -> NDArray[np.bool_]:
    """Which rows stand and are in force at ``now``: ``valid_from <= now < valid_to``."""
    moment = microseconds_of(now)
    chosen = part.rows[rows]
    begun = (chosen["valid_from"] == NO_MOMENT) | (chosen["valid_from"] <= moment)
    open_ended = chosen["valid_to"] == NO_MOMENT
    valid: NDArray[np.bool_] = begun & (open_ended | (moment < chosen["valid_to"])) & part.alive(rows)
    return valid
