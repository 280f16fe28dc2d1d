"""How often something was blocked: a day, a path, a tier and a number, sealed to the person's passphrase.

The counts of the running hour are in memory. Once an hour, and when the guard ends, one record is added: all
eight counts of one day, also where all are 0, always of the same size. So the file tells anybody when the
guard ran and nothing else: not whether it blocked. In *keep nothing* nothing is counted and no byte written.
"""

from __future__ import annotations

import struct
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from tutela.kernel.clock import Clock
from tutela.prevent.guard.person.folder import COUNTS, Folder
from tutela.prevent.guard.person.sealing import ADDED_BYTES, seal, unseal
from tutela.prevent.guard.shapes import Path, Tier

#: Seconds between two records of a guard that runs: what a kill can lose.
EVERY_SECONDS = 3600.0
#: Records that are kept: one an hour for 13 months (a pilot has 11); the oldest go first.
RECORDS_MAX = 24 * 396
#: The largest count of one record.
_COUNT_MAX = 2**32 - 1
_WHAT = b"counts 1"
#: day as its ordinal, the release in ASCII filled up with zeros, and a count for each cell
_RECORD = struct.Struct(">I16s8I")
#: Bytes of a sealed record.
RECORD_BYTES = _RECORD.size + ADDED_BYTES

#: What is counted apart from each other.
Cell = tuple[Path, Tier]
CELLS: tuple[Cell, ...] = tuple((path, tier) for path in get_args(Path) for tier in get_args(Tier))


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """The counts of one day under one release, one for each cell."""

    day: date
    release: str
    counts: Mapping[Cell, int]


class Counters:
    """Counts in memory and adds them to the file. Thread-safe; ``count`` waits for no disk."""

    def __init__(self, folder: Folder, public: bytes, clock: Clock, *, release: str) -> None:
        self._folder, self._public, self._clock = folder, public, clock
        self._release = _release(release)
        self._lock, self._keeping, self._day = threading.Lock(), threading.Lock(), clock.now().date()
        self._counts: Counter[Cell] = Counter()

    def count(self, path: Path, tier: Tier) -> None:
        """Count one block, in memory."""
        with self._lock:
            self._counts[path, tier] += 1

    def mark(self, release: str) -> None:
        """From the next record on the counts go under this release: called when one was just kept."""
        with self._lock:
            self._release = _release(release)

    def keep(self) -> None:
        """Add one record, whatever was counted since the last one. Raises Unavailable; counts then stay."""
        with self._keeping:
            with self._lock:
                day, self._day = self._day, self._clock.now().date()
                counts, self._counts = self._counts, Counter()
                numbers = (min(counts[cell], _COUNT_MAX) for cell in CELLS)
                plain = _RECORD.pack(day.toordinal(), self._release, *numbers)
            try:
                _add(self._folder, seal(plain, self._public, what=_WHAT))
            except BaseException:
                with self._lock:
                    self._counts.update(counts)
                raise

    def forget(self) -> None:
        """Forget what no record holds yet. Waits for a record that is being added."""
        with self._keeping, self._lock:
            self._counts.clear()


class NoCounters:
    """*Keep nothing*: counts nothing and writes nothing."""

    def count(self, path: Path, tier: Tier) -> None:
        """Nothing."""

    def mark(self, release: str) -> None:
        """Nothing."""

    def keep(self) -> None:
        """Nothing."""

    def forget(self) -> None:
        """Nothing."""


def _release(release: str) -> bytes:
    return release.encode("ascii")[:16]


def _add(folder: Folder, record: bytes) -> None:
    """Return once the record is in the file; a part that a kill left at its end is cut off first."""
    with folder.alone():
        kept = folder.read(COUNTS) or b""
        whole = kept[: len(kept) - len(kept) % RECORD_BYTES]
        if whole == kept and len(kept) < RECORDS_MAX * RECORD_BYTES:
            folder.append(COUNTS, record)
        else:
            folder.write(COUNTS, (whole + record)[-RECORDS_MAX * RECORD_BYTES :])


def read_counts(folder: Folder, private: bytes) -> tuple[Day, ...]:
    """The counts by day and release, in their order. A record that is damaged is passed over."""
    data = folder.read(COUNTS) or b""
    summed: dict[tuple[date, str], Counter[Cell]] = {}
    for start in range(0, len(data) - RECORD_BYTES + 1, RECORD_BYTES):
        try:
            number, release, *counts = _RECORD.unpack(
                unseal(data[start : start + RECORD_BYTES], private, what=_WHAT)
            )
            key = (date.fromordinal(number), release.rstrip(b"\0").decode("ascii"))
        except (ValueError, OverflowError):
            continue
        summed.setdefault(key, Counter()).update(dict(zip(CELLS, counts, strict=True)))
    return tuple(
        Day(day=day, release=release, counts={cell: counts[cell] for cell in CELLS})
        for (day, release), counts in sorted(summed.items())
    )


def forget_counts(folder: Folder) -> None:
    """Return once no count is left in the file: at the person's wish, and when *keep nothing* is switched on.

    What a guard that runs has in memory comes after it (``Counters.forget``).
    """
    with folder.alone():
        folder.remove(COUNTS)
