"""Pieces of streams (HLS, DASH, media source) told from whole films, by all of their bytes.

A piece that could be played alone is a film; what cannot be read is one too, so that the judge has to open
it. Pure byte arithmetic. Sources: ISO/IEC 14496-12 (boxes), 23000-19 (segments of them), RFC 8794 and 9559
(WebM), RFC 8216 (HLS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from tutela.detect.media.sniff import sniff

Moving = Literal["film", "segment"]

#: Boxes that only a piece begins with or consists of.
PIECE_BOXES: Final = frozenset({b"styp", b"moof", b"sidx", b"emsg", b"prft"})
#: A cluster of WebM: the frames of some seconds.
CLUSTER: Final = b"\x1f\x43\xb6\x75"
#: The head of every WebM file.
_EBML: Final = b"\x1a\x45\xdf\xa3"
#: Bytes of the head on which the container is told: two packets of MPEG-TS and more.
_HEAD_BYTES: Final = 4096
#: Top-level boxes of one body (our own: hours of film have some thousands of fragments).
BOXES_MAX: Final = 100_000
#: The head of a film's index, wherever a player may look for it, and an index that is compressed.
_INDEX: Final = re.compile(rb"mvhd|cmov")
#: Tables of samples that are not empty, by their count: it stands 8 bytes behind the name, or 4.
_SAMPLES: Final = re.compile(rb"(?:st(?:sz|z2)[\0-\xff]{8}|(?:stco|co64)[\0-\xff]{4})(?!\0\0\0\0)")


def moving_kind(untrusted_body: bytes) -> Moving:
    """``film`` or ``segment``, for a whole body that ``kinds.kind_of`` calls one of them by its head.

    MPEG-TS is a piece: streams are made of such files, and no browser but Safari plays one as a film.
    """
    container = sniff(untrusted_body[:_HEAD_BYTES])
    if container in {"playlist", "mpegts"} or untrusted_body.startswith(CLUSTER):
        return "segment"
    if untrusted_body.startswith(_EBML):
        return "film" if CLUSTER in untrusted_body else "segment"
    if container != "mp4" and untrusted_body[4:8] not in PIECE_BOXES:
        return "film"
    try:
        return _of_boxes(untrusted_body)
    except ValueError:
        return "film"


def is_piece(untrusted_body: bytes) -> bool:
    """Whether these bytes are binary as pieces are; lists of them are texts."""
    return (
        untrusted_body.startswith((CLUSTER, _EBML))
        or untrusted_body[4:8] in PIECE_BOXES | {b"ftyp", b"moov"}
        or sniff(untrusted_body[:_HEAD_BYTES]) in {"mpegts", "mp4"}
    )


def _of_boxes(body: bytes) -> Moving:
    """A film has an index, and frames in the same body; an index without any frame begins a stream."""
    boxes = tuple(_boxes(body))
    names = {name for name, _, _ in boxes}
    others = [(start, end) for name, start, end in boxes if name != b"mdat"]
    if not any(_INDEX.search(body, start, end) for start, end in others):
        return "segment" if names & PIECE_BOXES else "film"
    empty = not names & {b"mdat", b"moof"} and b"mvex" in body and not _SAMPLES.search(body)
    return "segment" if empty else "film"


def _boxes(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, start, end) of each top-level box; the last one may be cut off. Raises ValueError."""
    at = 0
    for _ in range(BOXES_MAX):
        if at >= len(body):
            return
        size, name = int.from_bytes(body[at : at + 4], "big"), body[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(body[at + 8 : at + 16], "big")
        end = at + size if size else len(body)
        if len(name) < 4 or end < at + 8:
            raise ValueError("no box")
        yield name, at, min(end, len(body))
        at = end
    raise ValueError("more boxes than are looked at")
