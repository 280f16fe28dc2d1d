"""Public Ed25519 keys that belong to nobody: with a point of small order, anybody's signature fits.

The library accepts such a key, and then a signature of 64 fixed bytes is right for every eighth text or for
all. RFC 8032 section 5.1.7 leaves it to the user to refuse them.
"""

from __future__ import annotations

#: The points of order 1, 2, 4 and 8 without their sign bit, and how two of them are also written (the y of
#: the curve's torsion points; Cremers and Jackson, "Prime, Order Please!", 2019, table of encodings).
_SMALL = frozenset(
    bytes.fromhex(one)
    for one in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


def is_weak(public_key: bytes) -> bool:
    """Whether signatures under this key (32 bytes) prove nothing."""
    return public_key[:31] + bytes([public_key[31] & 0x7F]) in _SMALL
