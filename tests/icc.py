"""A small ICC profile that is not sRGB: wide primaries and gamma 2.2 (ICC.1:2001-04, matrix/TRC)."""

from __future__ import annotations

import struct

#: XYZ (D50) of the primaries of Adobe RGB (1998), and of the white point D50.
PRIMARIES = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
    b"wtpt": (0.9642, 1.0, 0.8249),
}


def wide_gamut_profile(gamma: float = 2.2) -> bytes:
    """The bytes of a version 2 display profile with the primaries above and one ``gamma`` for all."""
    bodies = {name: b"XYZ \0\0\0\0" + b"".join(map(_fixed, xyz)) for name, xyz in PRIMARIES.items()}
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(gamma * 256), 0)
    bodies |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    bodies[b"cprt"] = _padded(b"text\0\0\0\0none\0")
    bodies[b"desc"] = _padded(b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(79))
    return _assembled(bodies)


def _assembled(bodies: dict[bytes, bytes]) -> bytes:
    offset = 128 + 4 + 12 * len(bodies)
    table, data = struct.pack(">I", len(bodies)), b""
    for name, body in bodies.items():
        table += name + struct.pack(">II", offset + len(data), len(body))
        data += body
    header = struct.pack(">I4sI4s4s4s", offset + len(data), b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += b"".join(map(_fixed, PRIMARIES[b"wtpt"]))
    return header.ljust(128, b"\0") + table + data


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65536))


def _padded(body: bytes) -> bytes:
    return body + bytes(-len(body) % 4)
