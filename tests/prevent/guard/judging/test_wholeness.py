"""How many frames an animation says it has."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.media.opening import decode
from tests.pictures import animation, encoded, jpeg, landscape, moving, png
from tutela.prevent.guard.judging.wholeness import frames_announced

FRAMES = moving(landscape(72, 60, 40), 4)
KINDS = {"gif": "GIF", "png": "PNG", "webp": "WEBP"}


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_frames_are_announced_as_were_written_and_are_seen(kind: str) -> None:
    whole = animation(KINDS[kind], FRAMES)
    assert frames_announced(kind, whole) == 4
    assert decode(whole)[0].frames == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_picture_has_one_frame(kind: str) -> None:
    assert frames_announced(kind, encoded(FRAMES[0], KINDS[kind])) == 1


def test_kinds_without_frames_have_one() -> None:
    assert frames_announced("jpeg", jpeg(FRAMES[0])) == frames_announced("png", png(FRAMES[0])) == 1


def test_a_gif_without_its_trailer_is_whole_and_one_that_is_cut_off_is_not() -> None:
    whole = animation("GIF", FRAMES)
    assert frames_announced("gif", whole[:-1]) == 4
    with pytest.raises(ValueError):
        frames_announced("gif", whole[:-40])


def test_a_png_is_taken_at_its_larger_word() -> None:
    whole = animation("PNG", FRAMES)
    for says, expected in ((9, 9), (1, 4)):
        assert frames_announced("png", saying(whole, says)) == expected


def saying(whole: bytes, frames: int) -> bytes:
    """The animation with another number of frames, and the check sum that belongs to it."""
    at = whole.index(b"acTL")
    body = b"acTL" + struct.pack(">I", frames) + whole[at + 8 : at + 12]
    return whole[:at] + body + struct.pack(">I", zlib.crc32(body)) + whole[at + 16 :]


@pytest.mark.parametrize("name", [b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fdAT"])
def test_a_png_with_a_wrong_check_sum_is_not_whole(name: bytes) -> None:
    whole = animation("PNG", FRAMES)
    at = whole.index(name) + 5
    with pytest.raises(ValueError):
        frames_announced("png", whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])


def test_a_wrong_check_sum_of_what_is_not_shown_does_no_harm() -> None:
    whole = png(FRAMES[0])
    text = struct.pack(">I", 3) + b"tEXta\0b" + bytes(4)
    assert frames_announced("png", whole[:33] + text + whole[33:]) == 1


@pytest.mark.parametrize("kind", [*KINDS, "avif", "bmp"])
@given(untrusted=st.binary(max_size=200))
def test_any_bytes_are_counted_or_an_error(kind: str, untrusted: bytes) -> None:
    try:
        assert frames_announced(kind, untrusted) >= 1
    except ValueError:
        assert kind in {"gif", "png"}


def test_too_many_parts_are_an_error() -> None:
    with pytest.raises(ValueError):
        frames_announced("png", b"\x89PNG\r\n\x1a\n" + (bytes(4) + b"tEXt" + bytes(4)) * 100_001)
