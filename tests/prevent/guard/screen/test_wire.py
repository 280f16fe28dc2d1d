from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prevent.guard.screen.desktops import rect
from tutela.prevent.guard.screen import wire
from tutela.prevent.guard.screen.shapes import Rectangle


@given(
    st.integers(1, 2**32 - 1),
    st.lists(st.builds(rect, *[st.integers(-9_999, 9_999)] * 2, *[st.integers(1, 9_999)] * 2), max_size=20),
)
def test_an_order_is_read_as_it_was_written(serial: int, veiled: list[Rectangle]) -> None:
    kind, payload = wire.read_frame(io.BytesIO(wire.render_order(serial, veiled, 1920, 1080)).read)
    order = wire.parse_order(payload)
    assert kind == wire.SHOW and (order.serial, order.width, order.height) == (serial, 1920, 1080)
    assert order.veiled == tuple(veiled)


def test_answers_are_ready_or_a_serial() -> None:
    assert wire.parse_answer(*wire.read_frame(io.BytesIO(wire.frame(wire.READY)).read)) == 0
    assert wire.parse_answer(*wire.read_frame(io.BytesIO(wire.render_shown(7)).read)) == 7


@given(st.integers(0, 255), st.binary(max_size=12))
def test_anything_else_is_no_answer(kind: int, payload: bytes) -> None:
    if (kind, payload) == (wire.READY, b"") or (kind == wire.SHOWN and len(payload) == 4):
        return
    with pytest.raises(ValueError):
        wire.parse_answer(kind, payload)


def test_frames_that_are_too_long_or_cut_off_are_refused() -> None:
    with pytest.raises(ValueError):
        wire.read_frame(io.BytesIO(wire.HEAD.pack(wire.SHOWN, wire.FRAME_BYTES_MAX + 1)).read)
    with pytest.raises(EOFError):
        wire.read_frame(io.BytesIO(wire.render_shown(7)[:-1]).read)
    with pytest.raises(ValueError):
        wire.render_order(1, [rect(0, 0, 1, 1)] * 5_000, 10, 10)
