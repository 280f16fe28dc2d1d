"""A WebM of VP8 frames: its parts are where the format wants them."""

from __future__ import annotations

import pytest

from tutela.demo.guard import films
from tutela.demo.guard.pictures import Picture
from tutela.detect.media.sniff import family, sniff

PICTURE = Picture(kind="known", number=1)
WEBP = PICTURE.encoded("webp")


def test_a_frame_is_a_key_frame_of_the_picture_s_size() -> None:
    frame = films.vp8_frame(WEBP)
    assert not frame[0] & 1 and frame[3:6] == b"\x9d\x01\x2a"  # RFC 6386 section 9.1
    width, height = (int.from_bytes(frame[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    assert (width, height) == PICTURE.drawn().size


@pytest.mark.parametrize("layout", ["jpeg", "moving webp"])
def test_what_has_no_frame_is_refused(layout: str) -> None:
    with pytest.raises(ValueError, match="no frame"):
        films.vp8_frame(PICTURE.encoded(layout))


def test_a_film_is_known_for_one_and_holds_its_frames() -> None:
    film = films.film(WEBP, *PICTURE.drawn().size)
    assert family(sniff(film[:4096])) == "film"
    assert film.count(films.vp8_frame(WEBP)) == films.FRAMES
    assert film.startswith(films.beginning(*PICTURE.drawn().size)) and film.endswith(films.frames(WEBP))
