"""Files that are whole or not there, and bytes that are gone from the medium when they are destroyed.

A file is written beside its place, made durable, and renamed; the folder is made durable too. While it is
written it is locked, so that a sweep can tell what a dead process left from what a live one is doing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tutela.kernel.errors import Refused, Unavailable

#: Ends of the names of files that are not whole yet, and of files that are being destroyed.
PART, GONE = ".part", ".gone"
#: Only the user of the process (threat model ST-07).
FILE_MODE, FOLDER_MODE = 0o600, 0o700
#: What the group and everybody else may do with a file: nothing.
_OTHERS = 0o077
#: Seconds after which a full or failing disk is tried again (FI-05: heals itself within 30 s).
RETRY_SECONDS = 30.0
#: How often a new file is tried that a sweep takes away before it is locked, and the pause between: a second
#: in all, some hundred times what an overwriting takes (our own).
_ATTEMPTS, _PAUSE_SECONDS = 50, 0.02
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


@contextmanager
def storage() -> Iterator[None]:
    """A block in which every error of the operating system means that the storage is not there."""
    try:
        yield
    except OSError as error:
        said = f"the storage of the vault fails: {error.strerror}"
        raise Unavailable(said, retry_after_seconds=RETRY_SECONDS) from error


class Draft:
    """A file that gets its name with ``keep``; a block that ends badly leaves nothing of it, even then.

    What is ``secret`` is then overwritten too.
    """

    def __init__(self, path: Path, *, secret: bool = False) -> None:
        self.path = path
        self._secret = secret
        self._part = path.with_name(path.name + PART)
        self._descriptor = -1
        self._named = self._kept = False

    def __enter__(self) -> Self:
        with storage():
            make_folder(self.path.parent)
            with locked(self._part) as left_over:  # by a process that died: it may hold a key
                if left_over:
                    erase(self._part)
            self._descriptor = _new_and_locked(self._part)
        return self

    def write(self, data: bytes) -> int:
        """The number of bytes taken: all. Raises Unavailable where the disk is full or fails."""
        rest = memoryview(data)
        with storage():
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        return len(data)

    def flush(self) -> None:
        """Nothing: no byte waits here."""

    def keep(self) -> None:
        """Return once the file stands durably under its name. Raises Unavailable."""
        with storage():
            os.fsync(self._descriptor)
            self._part.rename(self.path)
            self._named = True
            sync_folder(self.path.parent)
        self._kept = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with storage():
                if kind is not None or not self._kept:
                    self._drop(self.path if self._named else self._part)
        finally:
            os.close(self._descriptor)

    def _drop(self, path: Path) -> None:
        if self._secret:
            erase(path)
        else:
            path.unlink(missing_ok=True)


def _new_and_locked(path: Path) -> int:
    """The descriptor of a new file that is ours alone; a sweep may be faster than the lock, a few times."""
    for _ in range(_ATTEMPTS):
        try:
            descriptor = os.open(path, _NEW, FILE_MODE)
        except FileExistsError:  # of a live process, or of a sweep that is about to take it away
            time.sleep(_PAUSE_SECONDS)
            continue
        if _lock(descriptor, wait=False) and _stands(descriptor, path):
            return descriptor
        os.close(descriptor)
    raise BlockingIOError(errno.EAGAIN, "another process has this file")


def write_file(path: Path, data: bytes) -> None:
    """Return once ``data``, which may be secret, stands durably at ``path``, or nothing does.

    Raises Unavailable.
    """
    with Draft(path, secret=True) as draft:
        draft.write(data)
        draft.keep()


def read_file(path: Path, bytes_max: int) -> bytes:
    """The content of a small file. Raises LookupError where none is, Unavailable where it is too large."""
    with storage():
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise LookupError("there is no such file") from error
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(bytes_max + 1)
    if len(data) > bytes_max:
        raise Unavailable("a file of the vault is larger than what was ever written there")
    return data


def make_folder(path: Path) -> None:
    """Return once the folder is there durably; what is made is open to nobody else."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=FOLDER_MODE, exist_ok=True)
        sync_folder(one.parent)


def sync_folder(path: Path) -> None:
    """Return once the names in the folder are durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_others(path: Path) -> None:
    """Return where nobody but its owner may read or write ``path``. Raises Refused otherwise."""
    with storage():
        mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        raise Refused(f"{path.name} is open to other users: chmod go-rwx, and ask who read it meanwhile")


def destroy_file(path: Path) -> bool:
    """Whether there was one. From the first rename on it does not exist; ``erase`` can be taken up again.

    Raises Unavailable where the medium does not take the overwriting; the rest is then swept later.
    """
    gone = path.with_name(path.name + GONE)
    with storage():
        was_begun = gone.exists()
        if was_begun:
            erase(gone)
        if not path.exists():
            return was_begun
        path.rename(gone)
        sync_folder(path.parent)
        erase(gone)
    return True


def erase(path: Path) -> None:
    """Return once the bytes of the file are overwritten on the medium and its name is gone.

    What a file system or drive that never writes in place still holds is another matter: vault.md.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        overwrite(descriptor)
    finally:
        os.close(descriptor)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def overwrite(descriptor: int) -> None:
    """Return once random bytes stand where the file's were, in the same blocks, on the medium."""
    size, place = os.fstat(descriptor).st_size, 0
    while place < size:
        place += os.pwrite(descriptor, os.urandom(min(size - place, 1 << 16)), place)
    os.fsync(descriptor)


@contextmanager
def locked(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Whether the file is ours alone: it stands there, and nobody writes it or moves its key meanwhile."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        yield False
        return
    try:
        yield _lock(descriptor, wait=wait) and _stands(descriptor, path)
    finally:
        os.close(descriptor)


def _stands(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one of this name, and not one that was there before."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _lock(descriptor: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
