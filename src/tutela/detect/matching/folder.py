"""The folder of a live list, read into a state that can be asked.

``HEAD`` names the segments; ``tail.log`` holds what was added since, ``tombstones.log`` what was removed.
Every addition and removal has a number that only grows. A removal counts for rows added before it; a
segment says up to which number removals are worked into it already. The writer replaces HEAD first and
shortens the logs afterwards, so a reader who finds the same HEAD before and after reading the logs has
seen one state: additions that are both in a segment and in the log are told apart by their number.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.index import IndexKind
from tutela.detect.matching.logs import read_log
from tutela.detect.matching.memory import MemoryPart
from tutela.detect.matching.records import (
    Addition,
    Head,
    Removal,
    SegmentPlace,
    parse_addition,
    parse_head,
    parse_removals,
)
from tutela.detect.matching.tlist import ListView, open_list
from tutela.kernel.errors import Invalid, Unavailable

HEAD, TAIL, TOMBSTONES = "HEAD", "tail.log", "tombstones.log"
#: How often a reader looks again when the writer replaces files under its hands.
_ATTEMPTS = 50

Stamp = tuple[int, int, int]


def stamp_of(path: Path) -> Stamp:
    """Inode, size and change time of a file; zeros when it is not there. Changes when the file does."""
    try:
        facts = os.stat(path)
    except FileNotFoundError:
        return (0, 0, 0)
    return (facts.st_ino, facts.st_size, facts.st_mtime_ns)


class Tail:
    """Additions that are in no segment yet."""

    def __init__(self, quality_min: int) -> None:
        self.part = MemoryPart(quality_min)
        self.additions: list[Addition] = []
        self._sequences: list[int] = []

    def __len__(self) -> int:
        return len(self.part)

    def add(self, addition: Addition, later: dict[str, list[Removal]]) -> None:
        """Take an addition; ``later`` are the known removals by entry, of which newer ones count."""
        self.additions.append(addition)
        for entry in addition.entries:
            newer = [one for one in later.get(entry.entry, ()) if one.sequence > addition.sequence]
            self._sequences.append(addition.sequence)
            if any(one.hits(entry) for one in newer):
                self.part.dead.add(len(self._sequences) - 1)
            self.part.add(entry)

    def remove(self, removal: Removal) -> int:
        """Marks the rows that ``removal`` counts for; returns how many were standing."""
        older = [row for row in self.part.rows_of(removal.entry) if self._sequences[row] < removal.sequence]
        return bury(self.part, [row for row in older if removal.hits(self.part.entry(row))])


def bury(part: ListView | MemoryPart, rows: list[int]) -> int:
    """Marks ``rows`` as removed; returns how many were standing before."""
    fresh = [row for row in rows if row not in part.dead]
    part.dead.update(fresh)
    return len(fresh)


def remove_from(view: ListView, removal: Removal) -> int:
    """Marks the rows of a segment that ``removal`` names; returns how many were standing before."""
    return bury(view, [row for row in view.rows_of(removal.entry) if removal.hits(view.entry(row))])


def standing(part: ListView | MemoryPart) -> NDArray[np.bool_]:
    """Mask of the rows that were not removed."""
    mask = np.ones(len(part), np.bool_)
    mask[np.fromiter(part.dead, np.int64, len(part.dead))] = False
    return mask


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An open segment and what the head says about it."""

    place: SegmentPlace
    view: ListView


class State:
    """A live list as it stands. One thread changes it, many ask ``parts``."""

    def __init__(self, head: Head, held: tuple[Held, ...]) -> None:
        self.head = head
        self.held = held
        self.tails: tuple[Tail, ...] = (Tail(head.header.thresholds.quality_min),)
        self.removals: list[Removal] = []
        self.by_entry: dict[str, list[Removal]] = defaultdict(list)
        self.sequence = head.sequence
        #: Largest number of a service's change log that was worked in, wholly or in part.
        self.change = head.change
        self.parts: tuple[ListView | MemoryPart, ...] = ()
        self.publish()

    def publish(self) -> None:
        """Makes the present segments and tails what readers get from now on."""
        self.parts = (*(one.view for one in self.held), *(tail.part for tail in self.tails))

    def rotate(self) -> tuple[Tail, ...]:
        """The tails so far, which get nothing more; an empty one is put after them."""
        frozen = self.tails
        self.tails = (*frozen, Tail(self.head.header.thresholds.quality_min))
        self.publish()
        return frozen

    def add(self, addition: Addition) -> None:
        """Take an addition, unless a segment has it."""
        self.sequence = max(self.sequence, addition.sequence)
        self.change = max(self.change, addition.change)
        if addition.sequence > self.head.sealed:
            self.tails[-1].add(addition, self.by_entry)

    def remove(self, removal: Removal) -> int:
        """Take a removal; returns how many standing rows it removed."""
        self.sequence = max(self.sequence, removal.sequence)
        self.change = max(self.change, removal.change)
        self.removals.append(removal)
        self.by_entry[removal.entry].append(removal)
        removed = sum(tail.remove(removal) for tail in self.tails)
        through = [one.view for one in self.held if removal.sequence > one.place.through]
        return removed + sum(remove_from(view, removal) for view in through)

    def forget_removals(self) -> None:
        """Drops removals that are worked into every segment; the tails are all newer than those."""
        floor = min((one.place.through for one in self.held), default=self.head.sealed)
        floor = min(floor, self.head.sealed)
        self.removals = [one for one in self.removals if one.sequence > floor]
        self.by_entry = defaultdict(list)
        for one in self.removals:
            self.by_entry[one.entry].append(one)


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A state, how far each log was read in bytes, and what the files looked like."""

    state: State
    head_stamp: Stamp
    ends: dict[str, int]
    inodes: dict[str, int]


def read_head(folder: Path) -> Head:
    """The head of a live list. Raises ValueError, OSError."""
    payloads = read_log(folder / HEAD).payloads
    if len(payloads) != 1:
        raise ValueError("HEAD is not one whole record")
    return parse_head(payloads[0])


def catch_up(folder: Path, state: State, ends: dict[str, int]) -> None:
    """Take what was appended to the logs since ``ends``, which moves on. Raises ValueError, OSError."""
    removals = read_log(folder / TOMBSTONES, ends[TOMBSTONES])
    additions = read_log(folder / TAIL, ends[TAIL])
    for payload in removals.payloads:
        for removal in parse_removals(payload):
            state.remove(removal)
    for payload in additions.payloads:
        state.add(parse_addition(payload))
    ends[TOMBSTONES] += removals.size_bytes
    ends[TAIL] += additions.size_bytes


def _opened(segment: Path, index: IndexKind) -> ListView | None:
    """The segment, or None when the writer removed it: a merge may do so at any moment."""
    try:
        return open_list(segment, index=index)
    except Invalid:
        if segment.exists():
            raise
        return None


def _read_once(folder: Path, former: dict[str, ListView], index: IndexKind) -> Read | None:
    """The state, or None when the writer moved on meanwhile."""
    stamp = stamp_of(folder / HEAD)
    head = read_head(folder)
    held = []
    for place in head.segments:
        view = former.get(place.file) or _opened(folder / place.file, index)
        if view is None:
            return None
        held.append(Held(place=place, view=view))
    state = State(head, tuple(held))
    inodes = {name: stamp_of(folder / name)[0] for name in (TAIL, TOMBSTONES)}
    ends = dict.fromkeys(inodes, 0)
    catch_up(folder, state, ends)
    moved = stamp != stamp_of(folder / HEAD)
    moved |= any(stamp_of(folder / name)[0] != inode for name, inode in inodes.items())
    return None if moved else Read(state=state, head_stamp=stamp, ends=ends, inodes=inodes)


def read_folder(folder: Path, former: dict[str, ListView], index: IndexKind) -> Read:
    """The state of a live list; segments in ``former`` (by file name) are not opened again.

    Raises Invalid when the folder is no live list or is damaged, Unavailable when it cannot be read.
    """
    try:
        for _ in range(_ATTEMPTS):
            read = _read_once(folder, former, index)
            if read is not None:
                return read
        missing = [place.file for place in read_head(folder).segments if not (folder / place.file).exists()]
    except ValueError as error:
        raise Invalid(str(error), field=str(folder)) from error
    except OSError as error:
        raise Unavailable(f"{folder}: the live list cannot be read: {error.strerror}") from error
    if missing:
        raise Invalid(f"{len(missing)} segment files named in HEAD are missing", field=str(folder))
    raise Unavailable(f"{folder}: the live list changes too fast to be read", retry_after_seconds=1.0)
