"""The product asked the way a program asks it: bytes or a file through the sandbox, fingerprints back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.detect.fingerprints.files import fingerprint_file
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask


@contextmanager
def descriptor(data: bytes) -> Iterator[int]:
    """A descriptor of a memory file that holds ``data``."""
    fd = os.memfd_create("proof", os.MFD_CLOEXEC)
    try:
        os.write(fd, data)
        yield fd
    finally:
        os.close(fd)


def prints_of_bytes(pool: MediaPool, data: bytes, ask: Ask | None = None) -> FileFingerprints:
    """All fingerprints of a file with these bytes."""
    with descriptor(data) as fd:
        return fingerprint_file(pool, fd, ask or Ask())


def prints_of_path(pool: MediaPool, path: Path, ask: Ask | None = None) -> FileFingerprints:
    """All fingerprints of the file at ``path``."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return fingerprint_file(pool, fd, ask or Ask())
    finally:
        os.close(fd)


def pdq_by_form(prints: FileFingerprints) -> dict[str, Fingerprint]:
    """PDQ fingerprints by shown form."""
    return {one.form: one for one in prints.prints if one.kind == "pdq"}


def distance_bits(a: bytes, b: bytes) -> int:
    """Number of differing bits of two values of equal length (0-256 for PDQ)."""
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()
