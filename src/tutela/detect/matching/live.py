"""A list that changes: entries are added and removed while it is asked (performance.md section 4.7).

One process writes (``live_writer.LiveWriter``; the folder is locked), any number read. What was added is
on disk before ``add`` returns, is found at once in the same process, and by others as soon as they look
at the folder again, which they do at most every ``LOOK_AGAIN_SECONDS``. Questions in flight keep the
parts they began with, so nobody waits for anybody.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from tutela.detect.matching.folder import HEAD, Read, Stamp, State, catch_up, read_folder, stamp_of, standing
from tutela.detect.matching.index import BUCKETED, IndexKind
from tutela.detect.matching.memory import MemoryPart
from tutela.detect.matching.parts import Part
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import ListView, open_list
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, TutelaError, Unavailable

#: A reader looks at the folder at most this often; an addition is to be found within a second.
LOOK_AGAIN_SECONDS = 0.05


class LiveList:
    """A live list open for reading; an ``OpenList`` for the engine."""

    def __init__(
        self, folder: Path | str, *, clock: Clock | None = None, index: IndexKind = BUCKETED
    ) -> None:
        """Raises Invalid when the folder is no live list or damaged, Unavailable when it cannot be read."""
        self.folder = Path(folder)
        self._clock = SystemClock() if clock is None else clock
        self._index = index
        #: Held by whoever changes the state: a refresh here, additions and merges in the writer.
        self._changing = threading.RLock()
        self._read: Read = read_folder(self.folder, {}, index)
        self._looked_seconds = self._clock.monotonic_seconds()
        self._loader: threading.Thread | None = None
        self._failure: TutelaError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Waits for a reading under way; the parts that were given out stay valid."""
        if self._loader is not None:
            self._loader.join()

    @property
    def _state(self) -> State:
        return self._read.state

    @property
    def header(self) -> ListHeader:
        """What the list says about itself."""
        return self._state.head.header

    @property
    def version(self) -> str:
        """The header's version, a plus sign, and the number of the last change."""
        return f"{self.header.version}+{self._state.sequence}"

    @property
    def change(self) -> int:
        """Largest number of a service's change log that was worked in, wholly or in part; 0 without one."""
        return self._state.change

    def parts(self) -> tuple[Part, ...]:
        """Segments and tails as they stand; looks at the folder first if it is time.

        What was appended is read at once. When segments changed, a thread opens the new ones beside,
        and questions go on with the old ones meanwhile. Raises Invalid, Unavailable when that failed.
        """
        now = self._clock.monotonic_seconds()
        if now - self._looked_seconds >= LOOK_AGAIN_SECONDS:
            self._looked_seconds = now
            self._look_beside()
        return self._state.parts

    def look(self) -> bool:
        """True when ``parts`` shows all that was on disk at the call. Raises as ``parts``.

        Never held up: False while a thread opens new segments beside, or is at it already.
        """
        self._looked_seconds = self._clock.monotonic_seconds()
        return self._look_beside()

    def _look_beside(self) -> bool:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        if not self._is_replaced():
            return self.refresh()
        if self._loader is None or not self._loader.is_alive():
            self._loader = threading.Thread(target=self._refresh_beside, name="tutela-reader", daemon=True)
            self._loader.start()
        return False

    def _refresh_beside(self) -> None:
        """What the thread runs; the next question raises what went wrong."""
        try:
            self.refresh()
        except TutelaError as error:
            self._failure = error

    def refresh(self) -> bool:
        """True when what the writing process did since was taken over. Raises Invalid, Unavailable.

        False, at once, when another thread is doing it: questions are never held up.
        """
        if not self._changing.acquire(blocking=False):
            return False
        try:
            self._look_again()
        except ValueError as error:
            raise Invalid(str(error), field=str(self.folder)) from error
        except OSError as error:
            raise Unavailable(f"the live list cannot be read: {error.strerror}") from error
        finally:
            self._changing.release()
        return True

    def settle(self, timeout_seconds: float) -> bool:
        """True when all that was on disk at the call is in ``parts`` now; False when that took longer.

        As ``refresh``, but waits for another thread that is at it and may have looked too early.
        """
        if not self._changing.acquire(timeout=max(0.0, timeout_seconds)):
            return False
        try:
            self.refresh()
        finally:
            self._changing.release()
        return True

    def _stamps(self) -> dict[str, Stamp]:
        return {name: stamp_of(self.folder / name) for name in self._read.ends}

    def _is_replaced(self) -> bool:
        """True when the writer put other files in place, or took back a record whose write had failed."""
        read, stamps = self._read, self._stamps()
        other = any(inode and stamps[name][0] != inode for name, inode in read.inodes.items())
        shorter = any(stamps[name][1] < end for name, end in read.ends.items())
        return other or shorter or stamp_of(self.folder / HEAD) != read.head_stamp

    def _look_again(self) -> None:
        if self._is_replaced():
            known = {one.place.file: one.view for one in self._read.state.held}
            self._read = read_folder(self.folder, known, self._index)
        elif any(self._stamps()[name][1] > end for name, end in self._read.ends.items()):
            self._read.inodes.update({name: stamp[0] for name, stamp in self._stamps().items()})
            catch_up(self.folder, self._read.state, self._read.ends)

    def _searched(self) -> tuple[ListView | MemoryPart, ...]:
        """Segments and tails of one moment: taken at once, since a merge may change both."""
        return self._state.parts

    def __len__(self) -> int:
        """Number of standing rows."""
        return sum(int(standing(part).sum()) for part in self._searched())

    def entries(self) -> Iterator[ListEntry]:
        """All standing entries: segments first, then what was added since."""
        for part in self._searched():
            for row in standing(part).nonzero()[0].tolist():
                yield part.entry(row)

    def verify(self) -> None:
        """Returns when every segment is as it was written; raises Invalid otherwise. Reads everything."""
        for one in self._state.held:
            one.view.verify()


def open_any(path: Path | str, *, index: IndexKind = BUCKETED) -> ListView | LiveList:
    """The list at ``path``: a ``.tlist`` file or the folder of a live list. Raises Invalid, Unavailable."""
    return LiveList(path, index=index) if Path(path).is_dir() else open_list(path, index=index)
