"""What goes over the wire comes out as it went in, and everything else is an error."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevent.guard.classes.making import card
from tutela.prevent.guard.classes import wire


def payload(frame: bytes) -> tuple[int, bytes]:
    kind, length = wire.HEAD.unpack_from(frame)
    assert len(frame) == wire.HEAD.size + length
    return kind, frame[wire.HEAD.size :]


def test_what_is_loaded_survives_the_wire() -> None:
    kind, told = payload(wire.render_load(card()))
    assert kind == wire.LOAD
    assert wire.parse_load(told) == (card().input, "score", 0)


def test_a_square_survives_the_wire_and_another_shape_does_not_go() -> None:
    square = np.arange(16 * 16 * 3, dtype=np.uint32).astype(np.uint8).reshape(16, 16, 3)
    kind, told = payload(wire.render_square(square[::-1], 16))
    assert kind == wire.SQUARE
    assert np.array_equal(wire.parse_square(told, 16), square[::-1])
    for wrong in (square[:15], square[..., 0], square.astype(np.float32)):
        with pytest.raises(ValueError):
            wire.render_square(wrong, 16)  # type: ignore[arg-type]  # what a caller may get wrong


@given(st.floats(0, 1))
def test_a_score_survives_the_wire(score: float) -> None:
    assert wire.parse_score(*payload(wire.render_score(score))) == score
    assert wire.parse_ready(*payload(wire.render_ready(7))) == 7


@pytest.mark.parametrize("score", [math.nan, math.inf, -0.1, 1.1])
def test_a_score_out_of_range_is_an_error(score: float) -> None:
    with pytest.raises(ValueError):
        wire.parse_score(wire.SCORE, struct.pack("<d", score))


@given(st.integers(0, 255), st.binary(max_size=12))
def test_any_answer_is_parsed_or_an_error(kind: int, untrusted: bytes) -> None:
    for parse in (wire.parse_score, wire.parse_ready):
        try:
            parse(kind, untrusted)
        except ValueError:
            continue


@pytest.mark.parametrize("kind", [wire.FAULT, wire.READY, 0])
def test_only_a_score_is_a_score(kind: int) -> None:
    with pytest.raises(ValueError):
        wire.parse_score(kind, bytes(8))
