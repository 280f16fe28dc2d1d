"""How long a film says it is, so that one that was cut off is not taken for a whole one."""

from __future__ import annotations

from typing import Final

#: Lengths that writers leave where they could not come back to fill them in.
_RIFF_UNKNOWN: Final = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF})
#: Element ids of EBML (RFC 8794 section 11.2) and of the Matroska segment (RFC 9559 section 5.1).
_EBML_ID: Final = b"\x1a\x45\xdf\xa3"
_SEGMENT_ID: Final = b"\x18\x53\x80\x67"


def declared_end(kind: str, untrusted_head: bytes) -> int:
    """The offset in bytes at which the film ends by its own head; 0 where it does not say.

    For ``avi`` (RIFF length) and ``mkv`` (segment length); ``mp4`` is judged by its index.
    """
    if kind == "avi":
        length = int.from_bytes(untrusted_head[4:8], "little")
        return 0 if length in _RIFF_UNKNOWN else 8 + length
    if kind == "mkv":
        return _segment_end(untrusted_head)
    return 0


def _segment_end(head: bytes) -> int:
    header_length, at = _length(head, len(_EBML_ID))
    at += header_length
    if header_length < 0 or head[at : at + len(_SEGMENT_ID)] != _SEGMENT_ID:
        return 0
    length, start = _length(head, at + len(_SEGMENT_ID))
    return 0 if length < 0 else start + length


def _length(data: bytes, at: int) -> tuple[int, int]:
    """(value, offset behind it) of an EBML length (RFC 8794 section 4); -1 for an unknown one."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    if not first or at + width > len(data):
        return -1, at
    value = int.from_bytes(data[at : at + width]) & ((1 << 7 * width) - 1)
    return (-1 if value == (1 << 7 * width) - 1 else value), at + width
