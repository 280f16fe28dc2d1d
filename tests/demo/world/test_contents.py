"""The bytes of what is planted."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tutela.demo.world.cast import ALTERATIONS
from tutela.demo.world.contents import HEIGHT, WIDTH, content, suffix_of


def test_an_original_is_the_same_every_time_and_each_seed_another() -> None:
    one = content("original", 1)
    content.cache_clear()
    assert content("original", 1) == one != content("original", 2)
    with Image.open(io.BytesIO(one)) as picture:
        assert picture.size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("making", [*ALTERATIONS, "re-encoded"])
def test_an_altered_copy_has_other_bytes_and_opens(making: str) -> None:
    copy = content(making, 1)
    assert copy != content("original", 1)
    with Image.open(io.BytesIO(copy)) as picture:
        picture.load()
    assert suffix_of(making) in {".jpg", ".png", ".webp"}


def test_broken_files_are_broken() -> None:
    whole = content("original", 1)
    assert whole.startswith(content("cut off", 1))
    for making in ("cut off", "no picture"):
        with pytest.raises(OSError), Image.open(io.BytesIO(content(making, 1))) as picture:
            picture.load()


def test_a_film_is_a_film_and_can_be_cut_off() -> None:
    film = content("film", 1)
    assert film[4:8] == b"ftyp"
    assert film.startswith(content("film cut off", 1))
    assert suffix_of("film cut off") == suffix_of("no film") == ".mp4"
    assert content("no film", 1)[4:8] != b"ftyp"
