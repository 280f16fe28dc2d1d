"""An upload or a member of a container while it is examined: its bytes in memory, never on disk."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cached_property
from typing import Any, Final

from tutela.detect.media.desk import PLACE_BYTES
from tutela.detect.media.protocol import Digests

_PIECE_BYTES: Final = 1 << 20
#: Pieces that are kept apart: a file that comes in bytes would else take many times its size.
_PIECES_MAX: Final = 256


class Held:
    """Takes a file's bytes; too large a one keeps only its digests, a small one is kept as it came.

    ``fd`` is a read-only descriptor onto sealed memory after ``seal``, or -1 for a file above ``bytes_max``.
    """

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self.size_bytes = 0
        self._pieces: list[bytes] | None = []
        self._fd, self._is_sealed = -1, False

    @property
    def fd(self) -> int:
        """The descriptor, which a small file gets when it is asked for. Raises OSError when there is none."""
        if self._pieces is not None and not self.too_large:
            self._move_into_file(self._pieces)
        return self._fd

    @property
    def pieces(self) -> tuple[bytes, ...] | None:
        """All bytes of a small file for which no descriptor was asked yet, else None."""
        return None if self._pieces is None or self.too_large else tuple(self._pieces)

    @cached_property
    def _sums(self) -> tuple[Any, ...]:
        unsafe = [hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1")]
        return (*unsafe, hashlib.sha256())

    @property
    def too_large(self) -> bool:
        """Whether the member went over ``bytes_max``."""
        return self.size_bytes > self._bytes_max

    def write(self, untrusted_data: bytes) -> None:
        """Takes the next bytes."""
        was_held = not self.too_large
        self.size_bytes += len(untrusted_data)
        if self.too_large:
            if was_held:
                self._digest_what_is_held(self.size_bytes - len(untrusted_data))
            self._digest(untrusted_data)
        elif self._pieces is not None and self.size_bytes <= PLACE_BYTES:
            self._pieces.append(untrusted_data)
            if len(self._pieces) == _PIECES_MAX:
                self._pieces = [b"".join(self._pieces)]
        else:
            _write(self.fd, untrusted_data)

    def seal(self) -> Digests | None:
        """Makes the bytes unchangeable; the digests of a member that was not kept."""
        if self.too_large:
            md5, sha1, sha256 = (digest.digest() for digest in self._sums)
            return Digests(size_bytes=self.size_bytes, md5=md5, sha1=sha1, sha256=sha256)
        self._is_sealed = True
        if self._pieces is None:
            self._fd = _read_only(self._fd)
        return None

    def close(self) -> None:
        """Gives the memory back. Safe to call twice."""
        self._pieces = None
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _move_into_file(self, pieces: list[bytes]) -> None:
        self._fd, self._pieces = _anonymous_file(), None
        for piece in pieces:
            _write(self._fd, piece)
        if self._is_sealed:
            self._fd = _read_only(self._fd)

    def _digest_what_is_held(self, size_bytes: int) -> None:
        for piece in self._pieces or ():
            self._digest(piece)
        for at in range(0, size_bytes if self._fd >= 0 else 0, _PIECE_BYTES):
            self._digest(os.pread(self._fd, min(_PIECE_BYTES, size_bytes - at), at))
        self.close()

    def _digest(self, data: bytes) -> None:
        for digest in self._sums:
            digest.update(data)


def _anonymous_file() -> int:
    """Memory with a descriptor; where the system has none, a file that never had a name."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("member", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _write(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _read_only(fd: int) -> int:
    """A read-only descriptor onto the same bytes, which nobody can change any more where seals exist."""
    if not hasattr(os, "memfd_create"):
        return fd
    import fcntl

    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
    try:
        opened = os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return fd  # no /proc: the seals alone have to do
    os.close(fd)
    return opened
