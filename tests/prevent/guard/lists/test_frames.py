"""The wire: what is sent comes back, and everything else is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable
from tutela.prevent.guard.lists import frames
from tutela.prevent.guard.lists.frames import Order
from tutela.prevent.guard.lists.shapes import Digests

DIGESTS = st.builds(
    Digests,
    sha256=st.sampled_from([b"", bytes(range(32))]),
    sha1=st.sampled_from([b"", bytes(range(20))]),
    md5=st.sampled_from([b"", bytes(range(16))]),
)
NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


@given(DIGESTS, st.integers(0, 5))
def test_a_question_comes_back_as_it_was(digests: Digests, count: int) -> None:
    prints = np.random.default_rng(1).integers(0, 256, (count, 32), dtype=np.uint8)
    payload = frames.render_question(digests, prints)
    asked, back = frames.parse_question(payload)
    assert asked == digests.by_kind()
    assert (back == prints).all() and back.shape == (count, 32)
    for wrong in (payload[:-1], payload + b"\0", b"\xff" + payload[1:], b"\x08" + payload[1:], b""):
        with pytest.raises(ValueError, match="wrong length"):
            frames.parse_question(wrong)


def test_the_longest_question_fits() -> None:
    digests = Digests(sha256=bytes(32), sha1=bytes(20), md5=bytes(16))
    prints = np.zeros((frames.PRINTS_MAX, 32), np.uint8)
    assert len(frames.render_question(digests, prints)) == frames.ASK_BYTES_MAX


@pytest.mark.parametrize(
    ("digests", "prints"),
    [
        (Digests(sha256=bytes(31)), np.zeros((0, 32), np.uint8)),
        (Digests(), np.zeros((1, 31), np.uint8)),
        (Digests(), np.zeros(32, np.uint8)),
        (Digests(), np.zeros((1, 32), np.int64)),
        (Digests(), np.zeros((2_401, 32), np.uint8)),
    ],
)
def test_a_question_of_another_shape_is_not_sent(digests: Digests, prints: Any) -> None:
    with pytest.raises(ValueError, match=r"digest|prints"):
        frames.render_question(digests, prints)


@given(st.binary(max_size=9), st.sampled_from([b"", bytes(32)]), st.binary(max_size=9))
def test_an_order_comes_back_as_it_was(trust: bytes, key: bytes, bundle: bytes) -> None:
    order = Order(now=NOW, trust=trust, prints_key=key, bundle=bundle)
    payload = frames.render_order(order)
    assert frames.parse_order(payload) == order
    for wrong in (payload[:-1], payload + b"\0", b""):
        with pytest.raises(ValueError, match="wrong length"):
            frames.parse_order(wrong)


def test_no_key_shows_in_a_log() -> None:
    assert "key" not in repr(Order(now=NOW, trust=b"", prints_key=b"key", bundle=b""))


@pytest.mark.parametrize("met", [None, "exact", "near"])
def test_an_answer_comes_back_as_it_was(met: Any) -> None:
    assert frames.parse_answer(frames.render_answer(met)) == met


@pytest.mark.parametrize("payload", [b"", b"\3", b"\0\0"])
def test_what_is_no_answer_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="no answer"):
        frames.parse_answer(payload)


@pytest.mark.parametrize("family", [Invalid, Refused, Conflict, Unavailable])
def test_a_refusal_keeps_family_and_sentence(family: type[TutelaError]) -> None:
    class Own(family):  # type: ignore[misc, valid-type]  # a refusal of a narrower class arrives as its family
        pass

    for error in (family("the list expired"), Own("the list expired")):
        told = frames.parse_refusal(frames.render_refusal(error))
        assert (type(told), told.message) == (family, "the list expired")
    assert len(frames.parse_refusal(frames.render_refusal(family("x" * 900))).message) == 500


@pytest.mark.parametrize("payload", [b"", b"\4reason", b"\0", b"\0two\nlines", b"\0\xff", b"\0" + b"x" * 501])
def test_what_is_no_refusal_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        frames.parse_refusal(payload)


def test_a_message_is_read_to_its_end_and_no_further() -> None:
    stream = BytesIO(frames.render_message(frames.ANSWER, b"abc") + b"rest")
    assert frames.read_message(stream.read, 3) == (frames.ANSWER, b"abc")
    assert stream.read() == b"rest"
    with pytest.raises(ValueError, match="longer"):
        frames.read_message(BytesIO(frames.render_message(frames.ANSWER, b"abc")).read, 2)
