"""What a container reader yields, and the meter that bounds what comes out. Worker side, no decoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tutela.detect.media.shapes import MIB, Limits, TroubleKind
from tutela.detect.media.troubles import DecodeTrouble

#: Bytes that may come out of a container or member before the ratio counts: a white scan of a page
#: packs far better than 100:1 and harms nobody.
RATIO_GRACE_BYTES: Final = MIB
#: Bytes that one step of unpacking yields at most.
CHUNK_BYTES: Final = 256 << 10


@dataclass(kw_only=True, slots=True)
class Entry:
    """One file inside a container, not yet read. ``path`` and ``declared_bytes`` are untrusted.

    ``chunks`` unpacks while it is read and may be left alone. ``trouble`` (kind, code) says why
    there is nothing to read.
    """

    path: str
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    declared_bytes: int = 0
    deleted: bool = False
    trouble: tuple[TroubleKind, str] | None = None


def unpacked_bytes_max(limits: Limits, size_bytes: int) -> int:
    """Most bytes that may come out of a container of ``size_bytes`` bytes, nested ones included."""
    by_ratio = max(RATIO_GRACE_BYTES, limits.archive_ratio_max * size_bytes)
    return by_ratio if limits.archive_bytes_max is None else min(by_ratio, limits.archive_bytes_max)


def step_cpu_seconds(kind: str, limits: Limits) -> float:
    """CPU seconds between two signs of progress; the search for deleted files has none for long."""
    return limits.film_cpu_seconds if kind in ("disk", "e01") else limits.item_cpu_seconds


class Meter:
    """Counts entries and bytes out of one container; raises DecodeTrouble at a limit.

    ``size_bytes`` is the size of the container itself: all that comes out of it is bounded by
    ``archive_ratio_max`` times that, and by ``archive_bytes_max`` where the profile has one.
    """

    def __init__(self, limits: Limits, size_bytes: int) -> None:
        self.limits = limits
        self._entries = 0
        self._total_bytes = 0
        self._total_max = unpacked_bytes_max(limits, size_bytes)

    def entry(self) -> None:
        """Counts one entry of any kind; refuses one too many."""
        self._entries += 1
        if self._entries > self.limits.archive_entries_max:
            raise DecodeTrouble("refused", "entries")

    def bound(self, chunks: Iterator[bytes], packed_bytes: Callable[[], int]) -> Iterator[bytes]:
        """The same chunks, counted. ``packed_bytes()`` is what was read for them so far."""
        member_bytes = 0
        for chunk in chunks:
            member_bytes += len(chunk)
            self._total_bytes += len(chunk)
            if member_bytes > self._ratio_bytes(packed_bytes()) or self._total_bytes > self._total_max:
                raise DecodeTrouble("refused", "ratio" if self._by_ratio else "unpacked_bytes")
            yield chunk

    @property
    def _by_ratio(self) -> bool:
        total_max = self.limits.archive_bytes_max
        return total_max is None or self._total_bytes <= total_max

    def _ratio_bytes(self, packed_bytes: int) -> int:
        return max(RATIO_GRACE_BYTES, self.limits.archive_ratio_max * packed_bytes)
