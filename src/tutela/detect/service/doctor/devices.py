"""Where bytes come to lie: on an encrypted device, a plain one, in memory; as far as Linux tells."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

Kept = Literal["encrypted", "plain", "memory", "unknown"]

#: File systems that live in memory, and one that encrypts by itself.
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_ENCRYPTING = frozenset({"ecryptfs"})
#: Devices below one another: a file system on a volume on a mapping on a disk is four (our own, with room).
_DEPTH_MAX = 16
_OCTAL = re.compile(r"\\([0-7]{3})")


class Devices:
    """Reads ``/sys`` and ``/proc``; other roots, and another ``stat``, are for tests."""

    def __init__(
        self,
        *,
        sys: Path = Path("/sys"),
        proc: Path = Path("/proc"),
        stat: Callable[[str | Path], os.stat_result] = os.stat,
    ) -> None:
        self._blocks = sys / "dev" / "block"
        self._proc, self._stat = proc, stat

    def of_path(self, path: Path) -> Kept:
        """Where the contents of a file or folder lie."""
        try:
            device = self._stat(path).st_dev
        except OSError:
            return "unknown"
        if os.major(device):
            return self.of_number(device)
        return self._of_mount(path)

    def of_number(self, device: int) -> Kept:
        """Where the contents of a block device lie, by its number."""
        block = self._blocks / f"{os.major(device)}:{os.minor(device)}"
        return self._of_block(block.resolve(), _DEPTH_MAX) if block.exists() else "unknown"

    def of_swap(self, name: str) -> Kept:
        """Where a swap space of ``/proc/swaps`` lies: a device or a file."""
        try:
            number = self._stat(name).st_rdev
        except OSError:
            return "unknown"
        return self.of_number(number) if number else self.of_path(Path(name))

    def swaps(self) -> tuple[str, ...]:
        """The swap spaces in use. Raises OSError."""
        lines = (self._proc / "swaps").read_text(encoding="utf-8").splitlines()[1:]
        return tuple(_unescaped(line.split()[0]) for line in lines if line.strip())

    def _of_mount(self, path: Path) -> Kept:
        """File systems without a device of their own: the mount says what they stand on."""
        kind, source = self._mount(path.resolve())
        if kind in _IN_MEMORY:
            return "memory"
        if kind in _ENCRYPTING:
            return "encrypted"
        try:
            return self.of_number(self._stat(source).st_rdev) if source.startswith("/dev/") else "unknown"
        except OSError:
            return "unknown"

    def _mount(self, path: Path) -> tuple[str, str]:
        """Kind and source of the mount that holds ``path``: the last one of the longest mount point."""
        found, longest = ("", ""), -1
        try:
            lines = (self._proc / "self" / "mountinfo").read_text(encoding="utf-8").splitlines()
        except OSError:
            return found
        for line in lines:
            place, _, rest = line.partition(" - ")
            point = Path(_unescaped(place.split()[4]))
            if path.is_relative_to(point) and len(point.parts) >= longest:
                kind, source = rest.split()[:2]
                found, longest = (kind, _unescaped(source)), len(point.parts)
        return found

    def _of_block(self, block: Path, depth: int) -> Kept:
        """``block`` is a device's folder in ``/sys/devices``; ends at a disk, or too deep."""
        if _text(block / "dm" / "uuid").startswith("CRYPT-"):
            return "encrypted"
        if block.name.startswith(("zram", "ram")):
            return "memory"
        below = self._below(block)
        if depth <= 0:
            return "unknown"
        if below:
            return _joined({self._of_block(one, depth - 1) for one in below})
        backing = _text(block / "loop" / "backing_file")
        return self.of_path(Path(backing)) if backing else "plain"

    def _below(self, block: Path) -> list[Path]:
        """What a device stands on: those it is made of, or the disk it is a part of."""
        made_of = block / "slaves"
        below = [one.resolve() for one in made_of.iterdir()] if made_of.is_dir() else []
        return below or ([block.parent] if (block / "partition").exists() else [])


def _joined(kept: set[Kept]) -> Kept:
    """The worst of several: one plain disk of a volume is enough."""
    order: tuple[Kept, ...] = ("plain", "unknown", "memory", "encrypted")
    return next(one for one in order if one in kept)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _unescaped(name: str) -> str:
    r"""A name of ``/proc``, where blanks are written as ``\040``."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), name)
