"""Where the families of each caller stand: in memory, or in files that all processes of a service map.

A service has several processes, and a connection meets any of them; counted apart, a caller would have
as many tries as there are processes. So the files of ``SharedTables`` are mapped by all of them. They
hold values only exclusive-ored with a mask drawn from a key that the supervisor makes at every start and
that is written nowhere: a file that is left behind says nothing about any value.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import mmap
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutela.detect.service.families import TABLE_BYTES, Families
from tutela.detect.service.locks import open_lock
from tutela.kernel.errors import Unavailable
from tutela.kernel.ids import is_id

#: Callers whose families one process holds; the one that asked longest ago is forgotten (our own: with
#: ``families.TABLE_BYTES`` of about 0.85 MB each at most 218 MB, as a rule a few).
CALLERS_MAX = 256
#: Bytes of a key: 256 bits.
KEY_BYTES = 32


class Tables(Protocol):
    """Gives each caller's families, locked while they are used."""

    def of(self, caller_id: str) -> AbstractContextManager[Families]:
        """A context in which nobody else changes the families of this caller. Raises Unavailable."""
        ...


class MemoryTables:
    """Families of one process only: for one worker, for tests and for measurements."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Families] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, caller_id: str) -> Iterator[Families]:
        """The caller's families, locked against every thread."""
        with self._lock:
            if caller_id not in self._kept:
                self._kept[caller_id] = Families(bytearray(TABLE_BYTES), mask_of(os.urandom(KEY_BYTES)))
            self._kept.move_to_end(caller_id)
            while len(self._kept) > CALLERS_MAX:
                self._kept.popitem(last=False)
            yield self._kept[caller_id]


class SharedTables:
    """Families in files of ``folder`` (0700, best on a memory file system) that several processes map.

    ``key`` is the same 32 random bytes in every process of one start of the service.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        """Raises ValueError for a short key, Unavailable when the folder cannot be made."""
        if len(key) < KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._folder, self._mask = folder, mask_of(key)
        self._tag = np.frombuffer(hmac.digest(key, b"tutela probing tag 1", "sha256"), "<u8")
        self._kept: OrderedDict[str, tuple[int, Families]] = OrderedDict()
        self._lock = threading.Lock()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"the folder of the query watch cannot be made: {error.strerror}") from error

    @contextmanager
    def of(self, caller_id: str) -> Iterator[Families]:
        """The caller's families, locked against every thread and process. Raises Unavailable."""
        with self._lock:
            descriptor, families = self._opened(caller_id)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield families
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Forgets every file; the families that were given out stay valid."""
        while self._kept:
            os.close(self._kept.popitem()[1][0])

    def _opened(self, caller_id: str) -> tuple[int, Families]:
        if caller_id not in self._kept:
            try:
                self._kept[caller_id] = self._open(caller_id)
            except OSError as error:
                raise Unavailable(f"the query watch cannot be read: {error.strerror}") from error
        self._kept.move_to_end(caller_id)
        while len(self._kept) > CALLERS_MAX:
            os.close(self._kept.popitem(last=False)[1][0])
        return self._kept[caller_id]

    def _open(self, caller_id: str) -> tuple[int, Families]:
        """The file of this start; one of another start is taken away and begun anew."""
        if not is_id(caller_id):
            raise ValueError("a caller's id is one of tutela's own ids")
        path = self._folder / f"{caller_id}.families"
        with open_lock(self._folder / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            descriptor, families = self._mapped(path)
            if not families.head["tag"].any():
                families.head["tag"] = self._tag
            elif (families.head["tag"] != self._tag).any():
                os.close(descriptor)
                path.unlink()
                descriptor, families = self._mapped(path)
                families.head["tag"] = self._tag
        return descriptor, families

    def _mapped(self, path: Path) -> tuple[int, Families]:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            if os.fstat(descriptor).st_size != TABLE_BYTES:
                os.ftruncate(descriptor, 0)
            # Every page has its place on the disk: a write into the map of a full one would be a SIGBUS.
            os.posix_fallocate(descriptor, 0, TABLE_BYTES)
            mapped = mmap.mmap(descriptor, TABLE_BYTES)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor, Families(memoryview(mapped), self._mask)


def mask_of(key: bytes) -> NDArray[np.uint64]:
    """The four words that values are exclusive-ored with, from a key."""
    return np.frombuffer(hashlib.sha256(b"tutela probing mask 1" + key).digest(), "<u8")
