"""The file of a list as it is read: whole, bounded, and with a stamp that tells it from the next one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tutela.detect.matching.bundles.layout import BUNDLE_BYTES_MAX
from tutela.kernel.errors import Invalid, Unavailable

#: Inode, size, and time of the last change (ns): other numbers, another file. Zeros where none is.
Stamp = tuple[int, int, int]
NO_FILE: Stamp = (0, 0, 0)


def stamp_of(path: Path) -> Stamp:
    """The stamp of the file."""
    try:
        return _stamp(path.stat())
    except OSError:
        return NO_FILE


def read_bundle(path: Path) -> tuple[Stamp, bytes]:
    """Stamp and bytes of a file. Raises Invalid for what is no list's file, Unavailable."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode) or facts.st_size > BUNDLE_BYTES_MAX:
                raise Invalid("this is not the file of a device list", field="device list")
            return _stamp(facts), file.read(BUNDLE_BYTES_MAX)
    except FileNotFoundError as error:
        raise Unavailable("there is no list in its place") from error
    except OSError as error:
        raise Unavailable(f"the list cannot be read: {error.strerror}") from error


def _stamp(facts: os.stat_result) -> Stamp:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
