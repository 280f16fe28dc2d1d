"""What a scan looks at and what it finds, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutela.detect.matching.shapes import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What makes two directory entries provably one file: a hard link has all four in common."""

    device: int
    inode: int
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanFile:
    """One file to look at. ``opener`` gives a fresh, seekable, read-only descriptor (raises OSError).

    ``trouble`` is a fixed sentence when the walk already knows that there is nothing to open;
    ``status`` then says how it counts. ``identity`` is set only for files with several hard links.
    """

    path: str
    size_bytes: int = 0
    opener: Callable[[], int] | None = None
    trouble: str = ""
    status: Status = "unreadable"
    identity: Identity | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundMatch:
    """One match of a finding, field by field as it is printed (issue: the machine-readable face)."""

    list: str
    version: str
    entry: str
    kind: str
    form: str
    distance_bits: int | None
    confirmed: str | None
    query_percent: float | None
    target_percent: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One file or member and what became of it.

    ``sha256`` is hexadecimal, None when nothing could be read. ``member`` is the path inside a
    container or None. ``media_kind`` (by content) and ``size_bytes`` are for the report only.
    """

    path: str
    member: str | None
    sha256: str | None
    status: Status
    reason: str
    matches: tuple[FoundMatch, ...] = ()
    media_kind: str = "unknown"
    size_bytes: int = 0

    @property
    def met(self) -> bool:
        """True when it met a list: known or candidate."""
        return self.status in ("known", "candidate")

    @property
    def unread(self) -> bool:
        """True when its content was not, or not wholly, looked at."""
        return self.status in ("unreadable", "refused")
