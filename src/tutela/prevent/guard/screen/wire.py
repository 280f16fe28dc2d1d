"""The words between the guard and the process that draws the veils: a length, a word, and whole numbers."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tutela.prevent.guard.screen.shapes import Rectangle

#: Kinds of frames: what is to be covered (guard), ready, and what is covered now (process).
SHOW, READY, SHOWN = 1, 2, 3
#: Kind and length in bytes of what follows.
HEAD: Final = struct.Struct("<BxxxI")
#: Bytes of the longest frame: a serial, a size and 4,000 rectangles.
FRAME_BYTES_MAX: Final = 65_536
_SERIAL, _SIZE, _PART = struct.Struct("<I"), struct.Struct("<III"), struct.Struct("<iiii")


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Cover exactly ``veiled`` of a screen of ``width`` x ``height`` pixels."""

    serial: int
    width: int
    height: int
    veiled: tuple[Rectangle, ...]


def frame(kind: int, payload: bytes = b"") -> bytes:
    """One frame."""
    return HEAD.pack(kind, len(payload)) + payload


def render_order(serial: int, veiled: Sequence[Rectangle], width: int, height: int) -> bytes:
    """The frame with an order. Raises ValueError for more rectangles than fit."""
    parts = b"".join(_PART.pack(one.left, one.top, one.width, one.height) for one in veiled)
    payload = _SIZE.pack(serial, width, height) + parts
    if len(payload) > FRAME_BYTES_MAX:
        raise ValueError("more veils than fit into one frame")
    return frame(SHOW, payload)


def parse_order(payload: bytes) -> Order:
    """What the (trusted) guard wrote."""
    serial, width, height = _SIZE.unpack_from(payload)
    parts = _PART.iter_unpack(payload[_SIZE.size :])
    veiled = tuple(Rectangle(left=left, top=top, width=w, height=h) for left, top, w, h in parts)
    return Order(serial=serial, width=width, height=height, veiled=veiled)


def render_shown(serial: int) -> bytes:
    """The frame that says which order is carried out."""
    return frame(SHOWN, _SERIAL.pack(serial))


def parse_answer(untrusted_kind: int, untrusted_payload: bytes) -> int:
    """The serial of the order that is carried out, 0 for ready; ValueError for anything else."""
    if untrusted_kind == READY and not untrusted_payload:
        return 0
    if untrusted_kind != SHOWN or len(untrusted_payload) != _SERIAL.size:
        raise ValueError("no answer of an overlay")
    return int(_SERIAL.unpack(untrusted_payload)[0])


def read_frame(read: Callable[[int], bytes]) -> tuple[int, bytes]:
    """Kind and payload of the next frame. ``read`` gives at most so many bytes, none at the end.

    Raises EOFError at the end, ValueError for a frame that is too long.
    """
    kind, length = HEAD.unpack(_whole(read, HEAD.size))
    if length > FRAME_BYTES_MAX:
        raise ValueError("a frame that is too long")
    return kind, _whole(read, length)


def _whole(read: Callable[[int], bytes], size: int) -> bytes:
    got = b""
    while len(got) < size:
        piece = read(size - len(got))
        if not piece:
            raise EOFError
        got += piece
    return got
