"""Why a file gave no forms: fixed codes that cross the process boundary, and their sentences.

A code is a number on the wire and a sentence of our own outside, so that no text of a hostile
file ever leaves the sandbox (style guide section 5).
"""

from __future__ import annotations

from typing import Final

from tutela.detect.media.shapes import MediaFacts, Trouble, TroubleKind

KINDS: Final[tuple[TroubleKind, ...]] = ("unreadable", "refused", "not_media")

#: Code -> (number on the wire, sentence). Numbers are never reused; new codes go to the end.
REASONS: Final[dict[str, tuple[int, str]]] = {
    "broken": (1, "broken or truncated"),
    "container": (2, "container not opened"),
    "other_kind": (3, "not a picture, film or container"),
    "empty": (4, "empty file"),
    "no_decoder": (5, "no decoder for this kind is installed"),
    "pixels": (6, "more pixels than the limit"),
    "side": (7, "a side is longer than the limit"),
    "frames": (8, "more frames than the limit"),
    "memory": (9, "needs more memory than the limit"),
    "cpu": (10, "needs more processor time than the limit"),
    "wall": (11, "took longer than the limit"),
    "killed": (12, "the media worker was stopped by the sandbox"),
    "protocol": (13, "the media worker broke the protocol"),
    "changed": (14, "changed while it was read"),
    "unreadable": (15, "could not be read"),
    "not_regular": (16, "not a regular file"),
    "bytes": (17, "larger than the limit"),
    "text": (18, "more text inside the picture than the limit"),
    "animation": (19, "an animation of more pixels than the limit"),
    "deviated": (20, "a fresh worker gave another answer"),
    "unstarted": (21, "no media worker could be started"),
    "encrypted": (22, "container not opened: encrypted"),
    "ratio": (23, "unpacks to more than the limit allows"),
    "overlap": (24, "members of the archive overlap"),
    "entries": (25, "more entries than the limit"),
    "depth": (26, "nested deeper than the limit"),
    "dictionary": (27, "asks for a larger dictionary than the limit"),
    "playlist": (28, "a playlist that points elsewhere"),
    "no_frames": (29, "no frame could be decoded"),
    "damaged": (30, "damaged or cut off: what could be decoded was hashed"),
    "sound": (31, "sound without moving pictures"),
    "declared": (32, "declares more than its bytes can hold"),
    "link": (33, "a link or a device, not a file"),
    "packing": (34, "packed in a way that is not supported"),
    "member_bytes": (35, "larger than a member may be to be decoded: only its digests were taken"),
    "forensic": (36, "container not opened: install tutela[forensic]"),
    "archives": (37, "container not opened: install tutela[archives]"),
    "file_system": (38, "no file system that can be read"),
    "segments": (39, "parts of the disk image are missing"),
    "unpacked_bytes": (40, "unpacks to more bytes than the limit"),
    "fault": (42, "the decoder failed in an unexpected way"),
    "walk_broken": (41, "broken or truncated: later members are missing"),
    "segment": (43, "a further part of a disk image: it is read with the first part"),
    "scans": (45, "more scans in a progressive picture than the limit"),
    "parts": (46, "more parts inside the picture than the limit"),
}
_BY_NUMBER: Final = {number: code for code, (number, _) in REASONS.items()}


class DecodeTrouble(Exception):  # noqa: N818 - it is the trouble itself; never leaves the room
    """A decoder's verdict inside the worker: ``kind`` of ``Trouble`` and a code of ``REASONS``.

    ``facts`` are those of a file of which a part was decoded before the trouble.
    """

    def __init__(self, kind: TroubleKind, code: str, *, facts: MediaFacts | None = None) -> None:
        super().__init__(kind, code)
        self.kind: TroubleKind = kind
        self.code = code
        self.facts = facts


def trouble(kind: TroubleKind, code: str) -> Trouble:
    """The ``Trouble`` for a code of ``REASONS``; KeyError for an unknown code."""
    return Trouble(kind=kind, reason=REASONS[code][1])


def code_number(code: str) -> int:
    """Number of a code on the wire; KeyError for an unknown code."""
    return REASONS[code][0]


def code_of_number(untrusted_number: int) -> str:
    """Code of a number from the wire; ValueError when there is none."""
    try:
        return _BY_NUMBER[untrusted_number]
    except KeyError:
        raise ValueError("unknown trouble code") from None
