"""Orientation and preview of an Exif block (Exif 2.32; TIFF 6.0 section 2). No decoding."""

from __future__ import annotations

import struct
from typing import Final

_ORIENTATION: Final = 0x0112
_SHORT: Final = 3
#: Entries of one directory that are looked at; cameras write some tens.
_ENTRIES_MAX: Final = 512


def orientation_of(untrusted_exif: bytes) -> tuple[int, bool]:
    """(orientation 1-8, whether a second directory with a preview follows); (1, False) if broken."""
    try:
        return _read(untrusted_exif)
    except (struct.error, IndexError):
        return 1, False


def _read(exif: bytes) -> tuple[int, bool]:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1, False
    (at,) = struct.unpack_from(f"{order}I", exif, 4)
    (count,) = struct.unpack_from(f"{order}H", exif, at)
    orientation = 1
    for entry in range(min(count, _ENTRIES_MAX)):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * entry)
        if tag == _ORIENTATION and kind == _SHORT and 1 <= value <= 8:
            orientation = value
    following = exif[at + 2 + 12 * count : at + 6 + 12 * count]
    return orientation, len(following) == 4 and any(following)
