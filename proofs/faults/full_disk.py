"""FI-05 and the inodes of FI-06: a small file system of its own on a folder, filled up and emptied again.

Needs root. The mount is seen by this machine's processes for as long as the block lasts; what wants it to
itself starts with ``unshare -m``.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

#: Name of the file that takes all the room.
FILLER = ".filler"


@cache
def cannot_mount_memory() -> str:
    """Why no file system in memory can be mounted here; empty when one could be."""
    with TemporaryDirectory() as place:
        try:
            with small_disk(Path(place), size_bytes=1 << 20):
                return ""
        except OSError as error:
            return str(error)


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallDisk:
    """A file system that can be filled."""

    folder: Path

    def fill(self, spare_bytes: int = 0) -> int:
        """The bytes of the filler: there is room for ``spare_bytes`` after it and no more."""
        filler = self.folder / FILLER
        with filler.open("ab", buffering=0) as file:
            try:
                while file.write(bytes(1 << 16)):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        size = max(0, filler.stat().st_size - spare_bytes)
        os.truncate(filler, size)
        return size

    def fill_inodes(self) -> int:
        """The number of names that were still free, and are taken now."""
        taken = self.folder / f"{FILLER}s"
        taken.mkdir(exist_ok=True)
        number = 0
        try:
            while True:
                (taken / str(number)).touch()
                number += 1
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        return number

    def free(self) -> None:
        """Give the room back."""
        (self.folder / FILLER).unlink(missing_ok=True)
        shutil.rmtree(self.folder / f"{FILLER}s", ignore_errors=True)


@contextmanager
def small_disk(folder: Path, *, size_bytes: int, inodes: int = 0) -> Iterator[SmallDisk]:
    """The folder on a file system of this size, with what was in it; afterwards that lies in the folder."""
    options = f"size={size_bytes}" + f",nr_inodes={inodes}" * bool(inodes)
    with TemporaryDirectory(prefix="tutela-disk-") as place:
        beside = Path(place, "before")
        _copied(folder, beside)
        _call("mount", "-t", "tmpfs", "-o", options, "tutela-faults", str(folder))
        try:
            _copied(beside, folder)
            disk = SmallDisk(folder=folder)
            yield disk
            disk.free()
            shutil.rmtree(beside)
            _copied(folder, beside)
        finally:
            _call("umount", "-l", str(folder))
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        _copied(beside, folder)


def _copied(source: Path, target: Path) -> None:
    """Contents, modes and owners."""
    target.mkdir(parents=True, exist_ok=True)
    _call("cp", "-a", f"{source}/.", str(target))


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"{command[0]}: {done.stderr.strip()}")
