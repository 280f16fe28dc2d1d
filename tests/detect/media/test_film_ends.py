"""The end that a film declares by itself."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.media.film_files import encoded, scene
from tutela.detect.media.film import decode_film
from tutela.detect.media.film_ends import declared_end
from tutela.detect.media.shapes import Ask
from tutela.detect.media.troubles import DecodeTrouble


@pytest.mark.parametrize(("container", "kind"), [("avi", "avi"), ("matroska", "mkv")])
def test_a_whole_film_ends_where_it_says(container: str, kind: str) -> None:
    data = encoded([scene(1)] * 5, container=container)
    assert declared_end(kind, data) == len(data)


@pytest.mark.parametrize("container", ["avi", "matroska"])
def test_a_film_that_was_cut_off_is_said_to_be_damaged(container: str) -> None:
    data = encoded([scene(number) for number in range(10)], container=container)
    forms: list[object] = []
    with pytest.raises(DecodeTrouble, match="damaged"):
        decode_film(io.BytesIO(data[: len(data) * 7 // 10]), Ask(film_mode="exact"), forms.append)
    assert 3 <= len(forms) < 10


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("avi", b"RIFF\0\0\0\0AVI "),
        ("avi", b"RIFF\xff\xff\xff\xffAVI "),
        ("mkv", b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01" + b"\xff" * 7),
        ("mkv", b"\x1a\x45\xdf\xa3\x84"),
        ("mpegts", b"\x47" * 400),
    ],
)
def test_a_head_that_does_not_say_gives_nothing(kind: str, head: bytes) -> None:
    assert declared_end(kind, head) == 0


@given(st.binary(max_size=64))
def test_any_head_gives_an_offset(data: bytes) -> None:
    assert declared_end("mkv", b"\x1a\x45\xdf\xa3" + data) >= 0
    assert declared_end("avi", b"RIFF" + data) >= 0
