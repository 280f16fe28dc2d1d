"""MD5, SHA-1 and SHA-256 of a whole file, as fingerprints."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from tutela.detect.fingerprints.shapes import VALUE_BYTES, Fingerprint
from tutela.detect.media.shapes import Examined

#: The exchange keys of the field, strongest last; MD5 and SHA-1 alone prove nothing (standards/12, 12.5).
DIGEST_KINDS = ("md5", "sha1", "sha256")
#: Bytes of one read: large enough that three digests cost more than the system call.
READ_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Digests:
    """Raw digests (16, 20 and 32 bytes) and the size of what was read, in bytes."""

    md5: bytes
    sha1: bytes
    sha256: bytes
    size_bytes: int


def digest_prints(
    digests: Digests | Examined, kinds: tuple[str, ...] = DIGEST_KINDS
) -> tuple[Fingerprint, ...]:
    """One fingerprint of form ``file`` per kind; none for a digest the sandbox could not give."""
    values = ((kind, bytes(getattr(digests, kind))) for kind in kinds)
    return tuple(
        Fingerprint(kind=kind, value=value) for kind, value in values if len(value) == VALUE_BYTES[kind]
    )


def digest_descriptor(fd: int) -> Digests:
    """All three digests of a seekable descriptor in one read; its file offset is not moved.

    Computed without decoding anything, so it needs no sandbox. Raises OSError as ``os.pread`` does.
    """
    md5, sha1, sha256 = (
        hashlib.md5(usedforsecurity=False),
        hashlib.sha1(usedforsecurity=False),
        hashlib.sha256(),
    )
    size_bytes = 0
    for block in _blocks(fd):
        for digest in (md5, sha1, sha256):
            digest.update(block)
        size_bytes += len(block)
    return Digests(md5=md5.digest(), sha1=sha1.digest(), sha256=sha256.digest(), size_bytes=size_bytes)


def sha256_descriptor(fd: int) -> bytes:
    """The SHA-256 (32 raw bytes) of a seekable descriptor; its file offset is not moved."""
    digest = hashlib.sha256()
    for block in _blocks(fd):
        digest.update(block)
    return digest.digest()


def _blocks(fd: int) -> Iterator[bytes]:
    offset = 0
    while block := os.pread(fd, READ_BYTES, offset):
        yield block
        offset += len(block)
