from __future__ import annotations

import base64
import json

import pytest

from tests.pictures import every_format
from tests.prevent.guard.proxy.conftest import SHOWN
from tutela.prevent.guard.proxy.sockets import MESSAGE_BYTES_MAX, carries

FILM = b"\0\0\0\x20ftypisom" + bytes(100)


def test_a_picture_of_every_format_is_seen() -> None:
    for name, content in every_format(width=16, height=16):
        assert carries(content, segments_pass=False), name


@pytest.mark.parametrize(
    "message",
    [
        b"\0\1head" + SHOWN,
        json.dumps({"a": base64.b64encode(SHOWN).decode()}).encode(),
        b"data:image/png;base64," + base64.b64encode(SHOWN),
        b"<svg xmlns='x'/>",
        "data:image/png".encode("utf-16-le"),
        bytes(MESSAGE_BYTES_MAX + 1),
    ],
)
def test_a_message_that_may_hold_a_picture_is_not_passed(message: bytes) -> None:
    assert carries(message, segments_pass=True)


@pytest.mark.parametrize("message", [b"", b"words", b'{"data": 1}', bytes(range(256)) * 40])
def test_others_are(message: bytes) -> None:
    assert not carries(message, segments_pass=False)


PIECE = b"\0\0\0\x10styp" + bytes(8) + b"\0\0\0\x10moof" + bytes(8)


@pytest.mark.parametrize("film", [FILM, FILM + PIECE])
def test_films_never_pass(film: bytes) -> None:
    assert carries(film, segments_pass=True)


def test_pieces_of_streams_pass_where_they_may() -> None:
    assert carries(PIECE, segments_pass=False)
    assert not carries(PIECE, segments_pass=True)
