"""The writing side of a live list: additions, removals, and the merge that turns a tail into a segment.

Order of every change on disk: segment file, HEAD, logs; each replaced by rename after an fsync. A crash
between any two leaves a folder that reads as before or as after, and files that nobody names, which the
next writer removes. Removed entries are never reported again, but their values stay in a segment until
a merge has rewritten it; ``compact`` does so at once.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tutela.detect.matching.columns import Columns, columns_of
from tutela.detect.matching.folder import (
    HEAD,
    TAIL,
    TOMBSTONES,
    Held,
    Tail,
    remove_from,
    standing,
)
from tutela.detect.matching.headers import checked_header
from tutela.detect.matching.index import BUCKETED, IndexKind
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.logs import LogWriter, pack_records, read_log
from tutela.detect.matching.memory import MemoryPart
from tutela.detect.matching.merging import join_columns, segments_to_absorb
from tutela.detect.matching.parts import Part
from tutela.detect.matching.records import (
    Addition,
    Head,
    Removal,
    SegmentPlace,
    check_storable,
    render_addition,
    render_head,
    render_removals,
)
from tutela.detect.matching.sections import replace_file
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import ListView, open_list, write_columns
from tutela.kernel.errors import Conflict, Invalid, TutelaError, Unavailable
from tutela.kernel.log import declare_words, get_logger

#: Rows in the tail from which a merge is begun (performance.md section 4.7: one extra query's worth).
TAIL_ROWS_MAX = 16_384

declare_words("merge_failed")
_log = get_logger("matching")


def _write_head(folder: Path, head: Head) -> None:
    raw = pack_records([render_head(head)])
    replace_file(folder / HEAD, lambda stream: stream.write(raw))


def create_live(
    folder: Path | str,
    header: ListHeader,
    entries: Iterable[ListEntry] = (),
    *,
    tail_rows_max: int = TAIL_ROWS_MAX,
    change: int = 0,
) -> LiveWriter:
    """A new live list in a new or empty folder (mode 0700), open for writing, holding ``entries``.

    ``change`` is the number of the change log that made it, if a service keeps one.
    Raises Conflict when the folder is not empty, Invalid for a wrong header or entry, Unavailable.
    """
    folder = Path(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Conflict(f"{folder} is not empty; a live list begins in an empty folder")
        head = Head(header=checked_header(header), segments=(), sealed=0, sequence=0, change=change)
        columns = columns_of(entries)
        if len(columns.rows):
            place = SegmentPlace(file="segment-0.tlist", through=0)
            write_columns(folder / place.file, head.header, columns)
            head = replace(head, segments=(place,))
        _write_head(folder, head)
    except ValueError as error:
        raise Invalid(str(error), field="list") from error
    except OSError as error:
        raise Unavailable(f"the live list could not be made: {error.strerror}") from error
    return LiveWriter(folder, tail_rows_max=tail_rows_max)


def _lock(folder: Path) -> int:
    """A descriptor that holds the writer's lock of the folder. Raises Invalid, Conflict, Unavailable."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Invalid("there is no such live list", field=str(folder)) from error
    except OSError as error:
        raise Unavailable(f"{folder}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Conflict(f"{folder}: another process writes this list") from error
    return descriptor


class LiveWriter(LiveList):
    """A live list open for writing: the only one at a time. ``close`` it, or use it as a context manager."""

    def __init__(
        self, folder: Path | str, *, index: IndexKind = BUCKETED, tail_rows_max: int = TAIL_ROWS_MAX
    ) -> None:
        """Raises Conflict when somebody else writes, Invalid for damage, Unavailable."""
        self._lock_descriptor = _lock(Path(folder))
        self._tail_rows_max = tail_rows_max
        self._one_merge = threading.Lock()
        self._merger: threading.Thread | None = None
        self._logs: dict[str, LogWriter] = {}
        try:
            super().__init__(folder, index=index)
            self._remove_leftovers()
        except BaseException:
            os.close(self._lock_descriptor)
            raise

    def close(self) -> None:
        """Waits for a merge under way, closes the logs, gives up the lock."""
        merger = self._merger
        if merger is not None:
            merger.join()
        with self._changing:
            for log in self._logs.values():
                log.close()
            self._logs.clear()
            if self._lock_descriptor >= 0:
                os.close(self._lock_descriptor)
                self._lock_descriptor = -1

    def parts(self) -> tuple[Part, ...]:
        """Segments and tails as they stand; the writer itself is always up to date."""
        return self._state.parts

    def refresh(self) -> bool:
        """True: nobody else writes, so nothing is to be done."""
        return True

    def _remove_leftovers(self) -> None:
        """Files of a change that a crash interrupted: nobody names them."""
        named = {HEAD, TAIL, TOMBSTONES, *(one.place.file for one in self._state.held)}
        for path in self.folder.iterdir():
            ours = path.name.endswith(".tmp") or (path.name.startswith("segment-"))
            if ours and path.name not in named:
                path.unlink(missing_ok=True)

    def _append(self, name: str, payload: bytes) -> None:
        """Returns when the record is on disk. Raises Unavailable; nothing changed then."""
        if self._lock_descriptor < 0:
            raise Unavailable("the live list was closed")
        try:
            if name not in self._logs:
                path = self.folder / name
                self._logs[name] = LogWriter(path, read_log(path).size_bytes)
            self._logs[name].append(payload)
        except (OSError, ValueError) as error:
            raise Unavailable("the live list cannot be written; nothing was changed") from error

    def add(self, entries: Iterable[ListEntry], *, change: int = 0) -> int:
        """Adds all entries or none; they are on disk and found when this returns. The number of the change.

        ``change`` is the number in a service's change log, kept with them in the same record.
        Raises Invalid naming the entry that cannot be stored, Unavailable when the disk refuses.
        """
        kept = tuple(entries)
        for number, entry in enumerate(kept, 1):
            try:
                check_storable(entry)
            except ValueError as error:
                raise Invalid(f"entry number {number}: {error}", field="entry") from error
        if len(kept) >= self._tail_rows_max:
            return self._add_segment(kept, change)
        with self._changing:
            addition = Addition(sequence=self._state.sequence + 1, entries=kept, change=change)
            if kept:
                self._append(TAIL, render_addition(addition))
                self._state.add(addition)
        self._merge_if_due()
        return self._state.sequence

    def _add_segment(self, entries: Sequence[ListEntry], change: int) -> int:
        """Many entries go into a segment of their own, past the log."""
        with self._one_merge, self._changing:
            sequence = self._state.sequence + 1
            held = self._write_segment(columns_of(entries), sequence)
            places = (*self._state.held, *held)
            self._install(places, self._state.head.sealed, sequence, change=change)
        self._merge_if_due()
        return sequence

    def remove(
        self, entry: str, *, kind: str = "", value: bytes = b"", undisputed: bool = False, change: int = 0
    ) -> int:
        """Removes the rows of an entry (of one kind and value, if given; only undisputed ones, if asked).

        Returns how many stood.
        Nothing is written when there is none. Raises Unavailable when the disk refuses.
        """
        with self._changing:
            sequence = self._state.sequence + 1
            return self._remove_together(
                [
                    Removal(
                        sequence=sequence,
                        entry=entry,
                        kind=kind,
                        value=value,
                        undisputed=undisputed,
                        change=change,
                    )
                ]
            )

    def remove_all(self, entries: Iterable[str], *, change: int = 0) -> int:
        """Removes all rows of these entries, all or none; returns how many stood. See ``remove``."""
        with self._changing:
            sequence = self._state.sequence + 1
            return self._remove_together(
                [Removal(sequence=sequence, entry=entry, change=change) for entry in dict.fromkeys(entries)]
            )

    def _remove_together(self, removals: Sequence[Removal]) -> int:
        """One record for those that have standing rows. The caller holds ``_changing``."""
        standing = [removal for removal in removals if self._standing_rows(removal)]
        if not standing:
            return 0
        self._append(TOMBSTONES, render_removals(standing))
        return sum(self._state.remove(removal) for removal in standing)

    def _standing_rows(self, removal: Removal) -> bool:
        return any(
            row not in part.dead and removal.hits(part.entry(row))
            for part in self._searched()
            for row in part.rows_of(removal.entry)
        )

    def _merge_if_due(self) -> None:
        with self._changing:
            running = self._merger is not None and self._merger.is_alive()
            if not running and self._is_due():
                self._merger = threading.Thread(target=self._merge_beside, name="tutela-merge", daemon=True)
                self._merger.start()

    def _is_due(self) -> bool:
        tail_rows = sum(len(tail) for tail in self._state.tails)
        sizes = [len(one.view) for one in self._state.held]
        return tail_rows >= self._tail_rows_max or bool(segments_to_absorb(sizes, 0))

    def _merge_beside(self) -> None:
        """What the thread runs. A failure leaves the list as it is; the next addition tries again."""
        try:
            self.merge()
        except TutelaError:
            _log.error("merge_failed")

    def merge(self) -> None:
        """Turns the tail into a segment, together with segments that are not much larger.

        Additions, removals and questions go on meanwhile. Raises Unavailable when the disk refuses.
        """
        with self._one_merge:
            sizes = [len(one.view) for one in self._state.held]
            chosen = segments_to_absorb(sizes, sum(len(tail) for tail in self._state.tails))
            if chosen or any(len(tail) for tail in self._state.tails):
                self._merge(tuple(self._state.held[place] for place in chosen))

    def compact(self) -> None:
        """Rewrites everything as one segment without what was removed. Raises Unavailable."""
        with self._one_merge:
            self._merge(self._state.held)

    def _merge(self, absorbed: tuple[Held, ...]) -> None:
        with self._changing:
            through = self._state.sequence
            tails = self._state.rotate()
            sources: list[ListView | MemoryPart] = [one.view for one in absorbed]
            sources += [tail.part for tail in tails if len(tail)]
            masks = [standing(part) for part in sources]
        columns = join_columns([(part.columns(), mask) for part, mask in zip(sources, masks, strict=True)])
        fresh = self._write_segment(columns, through)
        with self._changing:
            left = tuple(one for one in self._state.held if one not in absorbed)
            self._install((*left, *fresh), through, self._state.sequence, sealed_tails=tails)
        for one in absorbed:
            with contextlib.suppress(OSError):
                (self.folder / one.place.file).unlink()

    def _write_segment(self, columns: Columns, through: int) -> tuple[Held, ...]:
        """The new segment, open; none when nothing is left. Raises Unavailable, Invalid."""
        if not len(columns.rows):
            return ()
        place = SegmentPlace(file=f"segment-{through}-{secrets.token_hex(4)}.tlist", through=through)
        path = self.folder / place.file
        try:
            write_columns(path, self.header, columns)
        except OSError as error:
            raise Unavailable(f"a segment could not be written: {error.strerror}") from error
        return (Held(place=place, view=open_list(path, index=self._index)),)

    def _install(
        self,
        held: tuple[Held, ...],
        sealed: int,
        sequence: int,
        *,
        sealed_tails: tuple[Tail, ...] = (),
        change: int = 0,
    ) -> None:
        """Makes ``held`` the segments, on disk and for readers. The caller holds ``_changing``."""
        state = self._state
        places = tuple(one.place for one in held)
        change = max(change, state.change)
        head = Head(header=self.header, segments=places, sealed=sealed, sequence=sequence, change=change)
        try:
            _write_head(self.folder, head)
        except OSError as error:
            raise Unavailable(f"the head could not be written: {error.strerror}") from error
        for one in (one for one in held if one not in state.held):
            for removal in (removal for removal in state.removals if removal.sequence > one.place.through):
                remove_from(one.view, removal)
        state.head, state.held, state.sequence, state.change = head, held, sequence, change
        state.tails = tuple(tail for tail in state.tails if tail not in sealed_tails)
        state.publish()
        state.forget_removals()
        self._shorten_logs()

    def _shorten_logs(self) -> None:
        """Drops from the logs what segments hold. Where the disk refuses, the long logs stay: readers
        tell by the numbers what is in a segment already."""
        additions = [one for tail in self._state.tails for one in tail.additions]
        payloads = {
            TAIL: [render_addition(one) for one in additions],
            TOMBSTONES: [render_removals([one]) for one in self._state.removals],
        }
        for name, records in payloads.items():
            with contextlib.suppress(OSError):
                former = self._logs.pop(name, None)
                if former is not None:
                    former.close()
                raw = pack_records(records)
                replace_file(self.folder / name, lambda stream, raw=raw: stream.write(raw))
