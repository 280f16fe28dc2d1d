from __future__ import annotations

import io

from PIL import Image

from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.carriers.finding import find
from tutela.prevent.guard.carriers.kinds import kind_of


def test_the_raster_is_one_calm_grey() -> None:
    picture = Image.open(io.BytesIO(blanks.RASTER))
    assert picture.size == (blanks.SIDE_PIXELS, blanks.SIDE_PIXELS)
    assert picture.getextrema() == (blanks.GREY, blanks.GREY)
    assert len(blanks.RASTER) < 200


def test_each_is_of_its_kind_and_says_nothing() -> None:
    assert kind_of(blanks.RASTER_TYPE, blanks.RASTER) == "picture"
    assert kind_of(blanks.VECTOR_TYPE, blanks.VECTOR) == "vector"
    assert find(blanks.VECTOR, blanks.VECTOR_TYPE) == ()
    assert b"<text" not in blanks.VECTOR


def test_the_address_stands_for_the_raster() -> None:
    (one,) = find(b'"' + blanks.RASTER_ADDRESS + b'"')
    assert one.content == blanks.RASTER
