"""The wire between parent and media worker: sized integers and arrays, nothing else.

Request: one message of ``REQUEST_BYTES`` with one descriptor beside it (SCM_RIGHTS).
Answer: frames of an 8-byte head (type, payload length) and a payload; the last is ``END``.
Everything the parent reads is ``untrusted_`` until the functions here have checked it; they
raise ValueError, and the pool then kills the worker (decisions.md section 1).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np

from tutela.detect.media.ambiguity import REASONS as AMBIGUITY
from tutela.detect.media.shapes import (
    LUMA_SIDE,
    WEB,
    Ask,
    FilmMode,
    Limits,
    MediaFacts,
    PdqMode,
    ShownForm,
    Trouble,
)
from tutela.detect.media.sniff import KINDS as CONTAINERS
from tutela.detect.media.troubles import KINDS as TROUBLE_KINDS
from tutela.detect.media.troubles import code_number, code_of_number, trouble

MAGIC: Final = 0x54554D31  # "TUM1"
#: Operations of a request. ``WALK`` belongs to the container worker, ``READ_PAGE`` to the page worker.
EXAMINE, DIGESTS_ONLY, WALK, READ_PAGE = 1, 2, 3, 4

#: Frame types. 16 and above belong to the container worker (``containers``).
READY, DIGESTS, FORM, FACTS, TROUBLE, END = 1, 2, 3, 4, 5, 6
#: First frame type of the container worker; those of the page worker begin at 32 (``page_frames``).
CONTAINER_FRAMES: Final = 16

HEAD: Final = struct.Struct("<BxxxI")
_READY: Final = struct.Struct("<IIBB")
#: Bytes of a whole greeting.
READY_BYTES: Final = HEAD.size + _READY.size
_DIGESTS: Final = struct.Struct("<Q16s20s32s")
_FORM: Final = struct.Struct("<IIIBBxxII")
_FACTS: Final = struct.Struct("<IIIdIBB")
_TROUBLE: Final = struct.Struct("<BH")
_LIMIT_NAMES: Final = tuple(field.name for field in fields(Limits))
_LIMIT_IS_FLOAT: Final = tuple(isinstance(getattr(WEB, name), float) for name in _LIMIT_NAMES)
_LIMITS: Final = struct.Struct(f"<{len(_LIMIT_NAMES)}d")
_ASK: Final = struct.Struct("<BB?B8sdH")
_REQUEST: Final = struct.Struct("<IBxxxQQ")
REQUEST_BYTES: Final = _REQUEST.size + _ASK.size + _LIMITS.size

_PDQ_MODES: Final[tuple[PdqMode, ...]] = ("exact", "fast")
_FILM_MODES: Final[tuple[FilmMode, ...]] = ("exact", "standard", "keys")
#: Bytes of one reduction: 64 x 64 float32.
LUMA_BYTES: Final = LUMA_SIDE * LUMA_SIDE * 4
#: Longest form name: ``t`` + 12 digits + ``/r0/white/c15`` with room to spare.
FORM_NAME_MAX: Final = 48
#: Largest payload of one frame without pixels; full pixels add at most 3 bytes a pixel.
PAYLOAD_MAX: Final = 1 << 20
_FORM_NAME: Final = re.compile(
    r"(?:f\d{1,6}|t\d{1,8}\.\d{3})/(?:r0|r90|r180|r270|mx|my|md|ma)(?:/(?:white|black))?(?:/c\d{1,2})?"
)
_CODEC: Final = re.compile(r"[a-z0-9_.+-]{0,32}")
#: float32 sums of 64 weights, none of them negative, may pass 255 by rounding.
_LUMA_MAX_BITS: Final = int(np.float32(255.05).view(np.uint32))
_CLIP_FLAGS_ALL: Final = 0b111
#: Crops that one request may ask for; list building asks for three (issue 1).
CROPS_MAX: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One order to a worker: operation, size of the file when it was opened (bytes), the ask.

    The file begins ``at_bytes`` behind the beginning of the descriptor that comes beside the order.
    """

    operation: int
    size_bytes: int
    ask: Ask
    at_bytes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """What a worker says before it has seen any untrusted byte: its pid, layers and parts."""

    pid: int
    layers: int
    parts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Digests:
    """Size in bytes and raw digests of the whole file."""

    size_bytes: int
    md5: bytes
    sha1: bytes
    sha256: bytes


def render_request(request: Request) -> bytes:
    """``REQUEST_BYTES`` bytes; ValueError for more than eight crops."""
    head = _REQUEST.pack(MAGIC, request.operation, request.size_bytes, request.at_bytes)
    return head + _rendered.of(request.ask)


def parse_request(message: bytes) -> Request:
    """The request of a message from the (trusted) parent; ValueError when it is not one."""
    if len(message) != REQUEST_BYTES:
        raise ValueError("request of a wrong length")
    magic, operation, size_bytes, at_bytes = _REQUEST.unpack_from(message)
    if magic != MAGIC:
        raise ValueError("request without the magic")
    ask = _parse_ask(message[_REQUEST.size :])
    return Request(operation=operation, size_bytes=size_bytes, ask=ask, at_bytes=at_bytes)


class _Rendered:
    """The rendering of the last ask: a run asks the same of every file, by the same object."""

    def __init__(self) -> None:
        self._last: tuple[Ask | None, bytes] = (None, b"")

    def of(self, ask: Ask) -> bytes:
        last, message = self._last
        if last is not ask:
            message = _render_ask(ask) + _render_limits(ask.limits)
            self._last = (ask, message)
        return message


_rendered = _Rendered()


def _render_ask(ask: Ask) -> bytes:
    if len(ask.crops_percent) > CROPS_MAX:
        raise ValueError("more than eight crops asked for")
    modes = (_PDQ_MODES.index(ask.pdq_mode), _FILM_MODES.index(ask.film_mode))
    crops = bytes(ask.crops_percent)
    return _ASK.pack(*modes, ask.pixels, len(crops), crops, ask.film_rate_hz, ask.pixels_side)


def _render_limits(limits: Limits) -> bytes:
    values = (getattr(limits, name) for name in _LIMIT_NAMES)
    return _LIMITS.pack(*(-1.0 if value is None else float(value) for value in values))


@lru_cache(64)
def _parse_ask(message: bytes) -> Ask:
    pdq, film, pixels, count, crops, rate, side = _ASK.unpack_from(message)
    values = _LIMITS.unpack_from(message, _ASK.size)
    limits = {
        name: None if value < 0 else (value if is_float else int(value))
        for name, value, is_float in zip(_LIMIT_NAMES, values, _LIMIT_IS_FLOAT, strict=True)
    }
    return Ask(
        pdq_mode=_PDQ_MODES[pdq],
        film_mode=_FILM_MODES[film],
        film_rate_hz=rate,
        crops_percent=tuple(crops[:count]),
        pixels=pixels,
        pixels_side=side,
        limits=Limits(**cast("dict[str, int]", limits)),
    )


def render_ready(ready: Ready) -> bytes:
    """Payload of ``READY``."""
    return _READY.pack(MAGIC, ready.pid, ready.layers, ready.parts)


def parse_ready(untrusted_payload: bytes) -> Ready:
    """The worker's greeting; ValueError when it is malformed."""
    magic, pid, layers, parts = _unpack(_READY, untrusted_payload)
    if magic != MAGIC:
        raise ValueError("greeting without the magic")
    return Ready(pid=pid, layers=layers, parts=parts)


def render_digests(digests: Digests) -> bytes:
    """Payload of ``DIGESTS``."""
    return _DIGESTS.pack(digests.size_bytes, digests.md5, digests.sha1, digests.sha256)


def parse_digests(untrusted_payload: bytes, *, size_bytes: int) -> Digests:
    """Digests over at most ``size_bytes`` bytes; ValueError when malformed or over more."""
    size, md5, sha1, sha256 = _unpack(_DIGESTS, untrusted_payload)
    if size > size_bytes:
        raise ValueError("digests over more bytes than the file had")
    return Digests(size_bytes=size, md5=md5, sha1=sha1, sha256=sha256)


def render_form(form: ShownForm) -> bytes:
    """Payload of ``FORM``: numbers, name, 64 x 64 float32, pixels (height x width x 3) or none."""
    name = form.form.encode("ascii")
    shape = (0, 0) if form.pixels is None else form.pixels.shape[:2]
    head = _FORM.pack(form.frame, form.full_width, form.full_height, form.clip_flags, len(name), *shape)
    luma = np.ascontiguousarray(form.luma64, np.float32).tobytes()
    pixels = b"" if form.pixels is None else np.ascontiguousarray(form.pixels).tobytes()
    return b"".join((head, name, luma, pixels))


def parse_form(untrusted_payload: bytes, *, ask: Ask) -> ShownForm:
    """A shown form within the limits of ``ask``; ValueError for anything else."""
    if len(untrusted_payload) < _FORM.size:
        raise ValueError("form too short")
    frame, width, height, flags, name_length, rows, columns = _FORM.unpack_from(untrusted_payload)
    luma_at = _FORM.size + name_length
    pixels_at = luma_at + LUMA_BYTES
    name = untrusted_payload[_FORM.size : luma_at].decode("ascii")
    if not _FORM_NAME.fullmatch(name) or flags > _CLIP_FLAGS_ALL:
        raise ValueError("form with a wrong name or flag")
    _check_size(width, height, ask.limits)
    if len(untrusted_payload) != pixels_at + rows * columns * 3 or rows * columns > ask.limits.pixels_max:
        raise ValueError("form of a wrong length")
    if bool(rows * columns) != ask.pixels:
        raise ValueError("pixels that were not asked for, or none")
    if ask.pixels and ask.pixels_side and (rows, columns) != (ask.pixels_side, ask.pixels_side):
        raise ValueError("pixels of another size than asked for")
    return ShownForm(
        form=name,
        frame=frame,
        full_width=width,
        full_height=height,
        luma64=_luma(untrusted_payload, luma_at),
        clip_flags=flags,
        pixels=_pixels(untrusted_payload, pixels_at, (rows, columns, 3)) if ask.pixels else None,
    )


def form_payload_max(ask: Ask) -> int:
    """Largest payload of a ``FORM`` frame that an ask allows, in bytes."""
    pixels_max = ask.pixels_side**2 or ask.limits.pixels_max
    return PAYLOAD_MAX + (3 * pixels_max if ask.pixels else 0)


def _luma(untrusted_payload: bytes, at: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    luma = np.frombuffer(untrusted_payload, "<f4", LUMA_SIDE * LUMA_SIDE, at)
    luma = luma.reshape(LUMA_SIDE, LUMA_SIDE).copy()  # aligned, and apart from the rest of the answer
    # The bits of floats from +0 on rise with them; those of negative ones, infinities and NaN are above all.
    if luma.view(np.uint32).max() > _LUMA_MAX_BITS:
        raise ValueError("luma out of range")
    return luma


def _pixels(
    untrusted_payload: bytes, at: int, shape: tuple[int, int, int]
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.frombuffer(untrusted_payload, np.uint8, offset=at).reshape(shape)


def _check_size(width: int, height: int, limits: Limits) -> None:
    if not (0 < width <= limits.side_max and 0 < height <= limits.side_max):
        raise ValueError("side out of range")
    if width * height > limits.pixels_max:
        raise ValueError("more pixels than the limit")


def render_facts(facts: MediaFacts) -> bytes:
    """Payload of ``FACTS``; ValueError for a name that the parent would refuse."""
    container, codec = facts.container.encode("ascii"), facts.codec.encode("ascii")
    bits = sum(1 << AMBIGUITY.index(reason) for reason in facts.ambiguous)
    numbers = (facts.width, facts.height, facts.frames, facts.duration_seconds, bits)
    return _FACTS.pack(*numbers, len(container), len(codec)) + container + codec


def parse_facts(untrusted_payload: bytes) -> MediaFacts:
    """Facts of the file with known names and ranges only; ValueError for anything else."""
    if len(untrusted_payload) < _FACTS.size:
        raise ValueError("facts too short")
    width, height, frames, duration, bits, container_length, codec_length = _FACTS.unpack_from(
        untrusted_payload
    )
    names = untrusted_payload[_FACTS.size :].decode("ascii")
    container, codec = names[:container_length], names[container_length:]
    if len(codec) != codec_length or container not in CONTAINERS or not _CODEC.fullmatch(codec):
        raise ValueError("facts with a wrong name")
    if not 0.0 <= duration < 1e9 or bits >> len(AMBIGUITY):
        raise ValueError("facts out of range")
    return MediaFacts(
        container=container,
        codec=codec,
        width=width,
        height=height,
        frames=frames,
        duration_seconds=duration,
        ambiguous=tuple(reason for index, reason in enumerate(AMBIGUITY) if bits >> index & 1),
    )


def render_trouble(kind: str, code: str) -> bytes:
    """Payload of ``TROUBLE``: numbers of a kind and of a code."""
    return _TROUBLE.pack([*TROUBLE_KINDS].index(kind), code_number(code))  # type: ignore[arg-type]  # kind was checked


def parse_trouble(untrusted_payload: bytes) -> Trouble:
    """A trouble with one of our own sentences; ValueError for an unknown number."""
    kind, number = _unpack(_TROUBLE, untrusted_payload)
    if kind >= len(TROUBLE_KINDS):
        raise ValueError("unknown trouble kind")
    return trouble(TROUBLE_KINDS[kind], code_of_number(number))


def _unpack(layout: struct.Struct, untrusted_payload: bytes) -> tuple[Any, ...]:
    if len(untrusted_payload) != layout.size:
        raise ValueError("frame of a wrong length")
    return layout.unpack(untrusted_payload)
