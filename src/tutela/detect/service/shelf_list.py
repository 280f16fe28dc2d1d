"""One list as a service process asks it: a live list whose disabled entries do not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import Hits
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.parts import ExactHit, Part
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.standing import Standing
from tutela.kernel.clock import Clock
from tutela.kernel.errors import TutelaError


class ShelfList:
    """An ``OpenList``. ``standing`` is exchanged when the follower wrote another one."""

    def __init__(self, name: str, live: LiveList, standing: Standing, clock: Clock) -> None:
        self.name = name
        self.live = live
        self.standing = standing
        #: True while the folder cannot be read; what was read last goes on answering.
        self.troubled = False
        self._clock = clock
        self._last: tuple[Part, ...] = live.parts()

    @property
    def header(self) -> ListHeader:
        """What the list says about itself."""
        return self.live.header

    @property
    def version(self) -> str:
        """The header's version and the number of the last change of this folder."""
        return self.live.version

    def look(self) -> bool:
        """True when ``parts`` shows all that was on disk at the call, or the folder cannot be read."""
        try:
            return self.live.look()
        except TutelaError:
            self.troubled = True
            return True

    def parts(self) -> tuple[Part, ...]:
        """The parts as they stand, or as they were read last where the folder cannot be read any more."""
        try:
            self._last = self.live.parts()
            self.troubled = False
        except TutelaError:
            self.troubled = True
        standing = self.standing
        if not standing.disabled:
            return self._last
        silent = standing.without_past(self._clock.now()).disabled
        return tuple(SilencedPart(part, silent) for part in self._last)

    def entry_rows(self, entry: str) -> list[ListEntry]:
        """The rows of an entry that were not removed, whether it is switched off or not."""
        found = []
        for part in self.live.parts():
            rows = np.array(part.rows_of(entry), "<u4")
            found += [part.entry(row) for row in rows[part.alive(rows)].tolist()]
        return found


class SilencedPart:
    """A part of a list in which some entries count as removed."""

    def __init__(self, part: Part, silent: Mapping[str, datetime | None]) -> None:
        self._part = part
        self._silent = silent

    def alive(self, rows: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which rows were not removed and belong to no silent entry."""
        alive = self._part.alive(rows).copy()
        for place in np.flatnonzero(alive).tolist():
            alive[place] = self._part.entry_id(int(rows[place])) not in self._silent
        return alive

    @property
    def rows(self) -> NDArray[np.void]:
        """See ``parts.Part``, as everything below."""
        return self._part.rows

    @property
    def film_count(self) -> int:
        """Number of films."""
        return self._part.film_count

    def near(
        self, queries: NDArray[np.uint64], distance_bits: int, *, batch: bool, per_query_max: int
    ) -> Hits:
        """PDQ hits."""
        return self._part.near(queries, distance_bits, batch=batch, per_query_max=per_query_max)

    def near_frames(self, queries: NDArray[np.uint64], distance_bits: int, *, per_query_max: int) -> Hits:
        """Frame hits."""
        return self._part.near_frames(queries, distance_bits, per_query_max=per_query_max)

    def films_of(self, frames: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Films of frames."""
        return self._part.films_of(frames)

    def film_row(self, film: int) -> int:
        """Row of a film."""
        return self._part.film_row(film)

    def film_frames(self, film: int) -> NDArray[np.uint64]:
        """Frames of a film."""
        return self._part.film_frames(film)

    def frame_hashes(self, frames: NDArray[np.uint32]) -> NDArray[np.uint64]:
        """Hashes of frames."""
        return self._part.frame_hashes(frames)

    def exact(self, kind: str, values: Sequence[bytes], *, per_query_max: int) -> list[ExactHit]:
        """Equal values."""
        return self._part.exact(kind, values, per_query_max=per_query_max)

    def entry_id(self, row: int) -> str:
        """Id of a row."""
        return self._part.entry_id(row)

    def label(self, row: int) -> list[str]:
        """Texts of a row."""
        return self._part.label(row)

    def entry(self, row: int) -> ListEntry:
        """Entry of a row."""
        return self._part.entry(row)

    def rows_of(self, entry: str) -> list[int]:
        """Rows of an entry."""
        return self._part.rows_of(entry)
