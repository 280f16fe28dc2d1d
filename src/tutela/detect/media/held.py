"""One member of a container while it is examined: its bytes in sealed memory, never on disk."""

from __future__ import annotations

import hashlib
import os
import tempfile
from typing import Final

from tutela.detect.media.protocol import Digests

_PIECE_BYTES: Final = 1 << 20


class Held:
    """Takes a member's bytes; too large a one keeps only its digests.

    ``fd`` is a read-only descriptor after ``seal``, or -1 for a member above ``bytes_max``.
    """

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._sums = (
            hashlib.md5(usedforsecurity=False),
            hashlib.sha1(usedforsecurity=False),
            hashlib.sha256(),
        )
        self.size_bytes = 0
        self.fd = _anonymous_file()

    @property
    def too_large(self) -> bool:
        """Whether the member went over ``bytes_max``."""
        return self.size_bytes > self._bytes_max

    def write(self, untrusted_data: bytes) -> None:
        """Takes the next bytes."""
        was_held = not self.too_large
        self.size_bytes += len(untrusted_data)
        if not self.too_large:
            _write(self.fd, untrusted_data)
            return
        if was_held:
            self._digest_what_is_held(self.size_bytes - len(untrusted_data))
        self._digest(untrusted_data)

    def seal(self) -> Digests | None:
        """Makes the bytes unchangeable; the digests of a member that was not kept."""
        if self.too_large:
            md5, sha1, sha256 = (digest.digest() for digest in self._sums)
            return Digests(size_bytes=self.size_bytes, md5=md5, sha1=sha1, sha256=sha256)
        self.fd = _read_only(self.fd)
        return None

    def close(self) -> None:
        """Gives the memory back. Safe to call twice."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _digest_what_is_held(self, size_bytes: int) -> None:
        for at in range(0, size_bytes, _PIECE_BYTES):
            self._digest(os.pread(self.fd, min(_PIECE_BYTES, size_bytes - at), at))
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
