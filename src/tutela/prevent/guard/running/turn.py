"""One guard at a time runs from a folder. The lock is on a file that is there anyway, and leaves no trace."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from tutela.kernel.errors import Conflict, Unavailable
from tutela.prevent.guard.person.folder import MARK, Folder


@contextmanager
def turn(folder: Folder) -> Iterator[None]:
    """A block in which no other guard runs from this folder. Raises Conflict where one does, Unavailable."""
    descriptor = _opened(folder)
    try:
        if not _taken(descriptor):
            raise Conflict("it runs already")
        yield
    finally:
        os.close(descriptor)


def runs(folder: Folder) -> bool:
    """Whether a guard runs from this folder. Raises Unavailable where the folder cannot be read."""
    descriptor = _opened(folder)
    try:
        return not _taken(descriptor)
    finally:
        os.close(descriptor)


def _opened(folder: Folder) -> int:
    try:
        return os.open(folder.path / MARK, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise Unavailable(f"your folder cannot be used: {error.strerror}") from error


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
