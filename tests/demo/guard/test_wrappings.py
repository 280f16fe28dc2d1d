"""Pictures inside other bodies: the guard's own finder sees each of them."""

from __future__ import annotations

import zlib
from dataclasses import replace

import brotli
import pytest
import zstandard

from tutela.demo.guard import wrappings
from tutela.demo.guard.deliveries import Deliver, Places
from tutela.demo.guard.pictures import Picture
from tutela.prevent.guard.carriers import finding

PICTURE = Picture(kind="known", number=1)
PLACES = Places(path="/1/a")
JPEG = PICTURE.encoded("jpeg")


def bodies(deliver: Deliver, turn: int) -> list[tuple[bytes, str]]:
    made = deliver(replace(PICTURE, turn=turn), PLACES)
    page = (made.head + made.html).encode()
    return [(page, "text/html"), *((one.body, one.content_type) for one in made.answers.values())]


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.parametrize(
    "deliver",
    [wrappings.in_source_set, wrappings.in_style, wrappings.in_drawing, wrappings.in_parts],
)
def test_the_picture_is_in_one_of_the_bodies(deliver: Deliver, turn: int) -> None:
    found = [one for body, kind in bodies(deliver, turn) for one in finding.find(body, kind)]
    assert finding.pictures(found) == (JPEG,)


def test_in_a_page_layouts_take_turns() -> None:
    pages = [wrappings.in_page(replace(PICTURE, turn=turn), PLACES).html for turn in range(3)]
    assert [word in page for word, page in zip(("jpeg", "png", "webp"), pages, strict=True)] == [True] * 3


def test_styles_are_in_a_file_and_in_the_page_in_turns() -> None:
    inside = wrappings.in_style(replace(PICTURE, turn=1), PLACES)
    assert not inside.answers and "<style>" in inside.head
    assert list(wrappings.in_style(PICTURE, PLACES).answers) == ["/1/a/style.css"]


def test_a_camera_sends_one_part_after_another() -> None:
    answer = wrappings.from_camera(PICTURE, PLACES).answers["/1/a/file"]
    assert answer.pieces is not None and len(set(answer.pieces)) == 1 < len(answer.pieces)
    assert JPEG in answer.pieces[0] and answer.pause_seconds > 0


UNDO = {
    "gzip": lambda body: zlib.decompress(body, 31),
    "deflate": zlib.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


def test_encodings_take_turns() -> None:
    for turn, name in enumerate(UNDO):
        answer = wrappings.encoded(replace(PICTURE, turn=turn), PLACES).answers["/1/a/file"]
        assert dict(answer.headers)["Content-Encoding"] == name
        assert UNDO[name](answer.body)[:2] == b"BM"


def test_an_unknown_encoding_changes_nothing() -> None:
    answer = wrappings.in_unknown_encoding(PICTURE, PLACES).answers["/1/a/file"]
    assert answer.body == JPEG and dict(answer.headers)["Content-Encoding"] == "x-own"
