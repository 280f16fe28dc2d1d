"""The wire between the guard and the process of its classifier: a length, a word, and bytes.

The parent does not trust what comes back: ``untrusted_`` until the functions here have checked it.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import asdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.prevent.guard.classes.cards import Card, ModelInput

#: Frames: what to load (parent), ready, a square to score (parent), its score, and that there is none.
LOAD, READY, SQUARE, SCORE, FAULT = 1, 2, 3, 4, 5
#: Kind and length in bytes of what follows.
HEAD: Final = struct.Struct("<BxxxI")
#: Bytes of the longest answer.
ANSWER_BYTES_MAX: Final = 8
_READY, _SCORE = struct.Struct("<I"), struct.Struct("<d")


def frame(kind: int, payload: bytes = b"") -> bytes:
    """One frame."""
    return HEAD.pack(kind, len(payload)) + payload


def render_load(card: Card) -> bytes:
    """The frame with what the process needs to know of a card."""
    told = {"input": asdict(card.input), "output": card.output, "index": card.index}
    return frame(LOAD, json.dumps(told).encode())


def parse_load(payload: bytes) -> tuple[ModelInput, str, int]:
    """Input, name and index of the output, as the (trusted) parent wrote them."""
    told = json.loads(payload)
    of_input = told["input"] | {name: tuple(told["input"][name]) for name in ("mean", "divisor")}
    return ModelInput(**of_input), told["output"], told["index"]


def render_square(pixels: NDArray[np.uint8], side_pixels: int) -> bytes:
    """The frame with a square; ValueError for an array of another shape or kind."""
    if pixels.shape != (side_pixels, side_pixels, 3) or pixels.dtype != np.uint8:
        raise ValueError(f"a square of {side_pixels} pixels in RGB was expected")
    return frame(SQUARE, np.ascontiguousarray(pixels).tobytes())


def parse_square(payload: bytes, side_pixels: int) -> NDArray[np.uint8]:
    """The pixels of a square."""
    return np.frombuffer(payload, np.uint8).reshape(side_pixels, side_pixels, 3)


def render_ready(layers: int) -> bytes:
    """The frame that says which layers of the sandbox (``lockdown``) are in force."""
    return frame(READY, _READY.pack(layers))


def parse_ready(untrusted_kind: int, untrusted_payload: bytes) -> int:
    """The layers in force; ValueError for anything but a greeting."""
    if untrusted_kind != READY or len(untrusted_payload) != _READY.size:
        raise ValueError("no greeting of a classifier")
    (layers,) = _READY.unpack(untrusted_payload)
    return int(layers)


def render_score(score: float) -> bytes:
    """The frame with a score."""
    return frame(SCORE, _SCORE.pack(score))


def parse_score(untrusted_kind: int, untrusted_payload: bytes) -> float:
    """A score, 0-1; ValueError for anything else, a fault among it."""
    if untrusted_kind != SCORE or len(untrusted_payload) != _SCORE.size:
        raise ValueError("no score")
    score = float(_SCORE.unpack(untrusted_payload)[0])
    if not math.isfinite(score) or not 0 <= score <= 1:
        raise ValueError("a score out of range")
    return score
