"""What runs in the process of a list, called here in this one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pytest

from tests.detect.matching.bundles.making import EXPIRES, NOW, PDQ, PRINTS_KEY, SHA256, TRUST, sealed
from tests.detect.matching.making import value
from tutela.detect.matching.bundles.layout import parse_header
from tutela.detect.matching.bundles.trust import render_trust
from tutela.prevent.guard.lists import frames, holding
from tutela.prevent.guard.lists.frames import Order
from tutela.prevent.guard.lists.shapes import Digests

NO_PRINTS = np.empty((0, 32), np.uint8)
FILE = sealed()


def order(**fields: object) -> bytes:
    plain = {"now": NOW, "trust": render_trust(TRUST), "prints_key": PRINTS_KEY, "bundle": FILE}
    return frames.render_message(frames.OPEN, frames.render_order(Order(**(plain | fields))))  # type: ignore[arg-type]  # fields of an order


def question(digests: Digests, prints: np.ndarray[tuple[int, int], np.dtype[np.uint8]] = NO_PRINTS) -> bytes:
    return frames.render_message(frames.ASK, frames.render_question(digests, prints))


def served(*messages: bytes) -> Sequence[tuple[int, bytes]]:
    """What the process answers to these messages, until the guard goes away."""
    heard, said = BytesIO(b"".join(messages)), BytesIO()

    def read(size: int) -> bytes:
        piece = heard.read(size)
        if len(piece) < size:
            raise EOFError
        return piece

    try:
        holding.serve(read, said.write, 5)  # type: ignore[arg-type]  # the number of bytes is not needed
    except EOFError:
        pass
    said.seek(0)
    answers = []
    while said.tell() < len(said.getvalue()):
        answers.append(frames.read_message(said.read, 1 << 20))
    return answers


def test_it_opens_and_answers() -> None:
    near = np.frombuffer(PDQ[1], np.uint8)[None]
    opened, *answers = served(
        order(),
        question(Digests(sha256=SHA256[0])),
        question(Digests(sha256=value(1)), near),
        question(Digests(sha256=value(1))),
    )
    assert opened[0] == frames.OPENED and opened[1][0] == 5
    assert parse_header(opened[1][1:]).content.number == 3
    assert [frames.parse_answer(payload) for _, payload in answers] == ["exact", "near", None]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"now": EXPIRES}, "expired"),
        ({"bundle": FILE[:-1]}, "cut off"),
        ({"bundle": FILE[:-1] + bytes([FILE[-1] ^ 1])}, "signature"),
        ({"prints_key": b""}, "key of the PDQ values"),
        ({"trust": render_trust(TRUST.at_least(4))}, "number 4"),
    ],
)
def test_a_refusal_is_its_last_word(fields: dict[str, object], reason: str) -> None:
    (answer,) = served(order(**fields), question(Digests(sha256=SHA256[0])))
    assert answer[0] == frames.REFUSED
    assert reason in frames.parse_refusal(answer[1]).message


def test_messages_out_of_turn_end_it() -> None:
    with pytest.raises(ValueError, match="before a list"):
        served(question(Digests()))
    with pytest.raises(ValueError, match="not a question"):
        served(order(), order())


def test_the_channel_gives_and_takes_all_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    try:
        monkeypatch.setattr(holding, "_CHANNEL", writing)
        holding.write_channel(b"abcdef")
        monkeypatch.setattr(holding, "_CHANNEL", reading)
        assert holding.read_channel(4) == b"abcd"
        os.close(writing)
        with pytest.raises(EOFError):
            holding.read_channel(4)
    finally:
        os.close(reading)


def test_a_guard_that_went_away_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    monkeypatch.setattr(holding, "_CHANNEL", writing)
    with pytest.raises(EOFError):
        holding.write_channel(b"x")
    os.close(writing)


def test_warming_up_needs_no_list() -> None:
    holding.warm()
