"""A picture's values as ``tutela list build`` makes them, for a shape that lists values and no pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from tutela.detect.fingerprints.files import Examiner, Fingerprinter
from tutela.detect.fingerprints.hashers import pick_hashers
from tutela.detect.matching.build import build_ask, entries_of

_HASHERS = ("sha256", "sha1", "md5", "pdq")


def values_by(pool: Examiner) -> Callable[[bytes], Sequence[dict[str, Any]]]:
    """A function from a picture to its values: digests, PDQ, and PDQ of centred crops of 5, 10 and 15 %.

    The picture is opened in the sandbox of ``pool``. Distinct values only; none when it cannot be read.
    """
    printer = Fingerprinter(pool, build_ask(), dihedral=False, hashers=pick_hashers(_HASHERS))

    def values_of(picture: bytes) -> list[dict[str, Any]]:
        fd = os.memfd_create("conformance", os.MFD_CLOEXEC)
        try:
            os.pwrite(fd, picture, 0)
            entries = entries_of(printer.fingerprint(fd), salt=b"")
        finally:
            os.close(fd)
        return [_value(entry.kind, entry.value, entry.quality) for entry in entries]

    return values_of


def _value(kind: str, value: bytes, quality: int | None) -> dict[str, Any]:
    told = {} if quality is None else {"quality": quality}
    return {"kind": kind, "value": value.hex(), **told}
