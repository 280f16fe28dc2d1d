"""Memory with a descriptor: where bytes in clear go between processes, and never a file on a disk."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from tutela.kernel.errors import Refused

#: Bytes that are written or read at a time (our own).
_PIECE_BYTES = 1 << 20


@contextmanager
def memory() -> Iterator[int]:
    """A descriptor of new memory, given back at the end of the block."""
    descriptor = os.memfd_create("tutela", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def check_memory(untrusted_descriptor: int) -> None:
    """Return where a descriptor is of memory and empty. Raises Refused: bytes in clear go to no disk."""
    try:
        fcntl.fcntl(untrusted_descriptor, fcntl.F_GET_SEALS)  # EINVAL for files of a disk (fcntl(2))
        empty = os.fstat(untrusted_descriptor).st_size == 0
    except OSError as error:
        raise Refused("bytes in clear go into memory only") from error
    if not empty:
        raise Refused("the memory for the bytes is not empty")


def close_for_good(descriptor: int) -> int:
    """The size in bytes; from now on nobody changes what is in there, whoever has the descriptor too."""
    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return os.fstat(descriptor).st_size


def sha256_of(descriptor: int) -> str:
    """SHA-256 in hex of everything that is in there; memory does not grow with it."""
    digest, at = hashlib.sha256(), 0
    while piece := os.pread(descriptor, _PIECE_BYTES, at):
        digest.update(piece)
        at += len(piece)
    return digest.hexdigest()


def contents_of(descriptor: int) -> bytes:
    """Everything that is in there."""
    size = os.fstat(descriptor).st_size
    return b"".join(os.pread(descriptor, _PIECE_BYTES, at) for at in range(0, size, _PIECE_BYTES))
