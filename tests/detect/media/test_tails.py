"""What lies behind the end of a picture."""

from __future__ import annotations

import pytest

from tests.pictures import encoded, landscape
from tutela.detect.media.tails import tail_reasons

JPEG = encoded(landscape(4, 64, 48), "JPEG")
OTHER = encoded(landscape(5, 64, 48), "PNG")


def test_a_picture_alone_is_not_ambiguous() -> None:
    assert tail_reasons(JPEG, len(JPEG)) == ()


@pytest.mark.parametrize("padding", [b"\0" * 32, b"\r\n", b"\xff\xff"])
def test_padding_is_not_data(padding: bytes) -> None:
    assert tail_reasons(JPEG + padding, len(JPEG)) == ()


def test_bytes_behind_the_end_are_reported() -> None:
    assert tail_reasons(JPEG + b"a remark", len(JPEG)) == ("trailing_data",)


@pytest.mark.parametrize("second", [JPEG, OTHER, b"\0\0\0\x18ftypisom" + bytes(64)])
def test_a_second_picture_or_film_is_reported(second: bytes) -> None:
    assert "second_picture" in tail_reasons(JPEG + second, len(JPEG))


@pytest.mark.parametrize("other", [b"PK\x03\x04" + bytes(40), b"Rar!\x1a\x07\0", b"%PDF-1.7", b"\x7fELF"])
def test_another_format_behind_the_end_makes_a_polyglot(other: bytes) -> None:
    assert "polyglot" in tail_reasons(JPEG + other, len(JPEG))


def test_another_format_inside_the_header_makes_a_polyglot() -> None:
    commented = JPEG[:2] + b"\xff\xfe\x00\x0a%PDF-1.7" + JPEG[2:]
    assert tail_reasons(commented, len(commented)) == ("polyglot",)
    assert tail_reasons(commented, len(commented), header_end=100) == ("polyglot",)


def test_the_end_record_of_an_archive_makes_a_polyglot() -> None:
    assert "polyglot" in tail_reasons(JPEG + b"PK\x05\x06" + bytes(18), -1)


def test_a_page_in_the_head_makes_a_polyglot() -> None:
    commented = JPEG[:2] + b"\xff\xfe\x00\x0a<SCRIPT>" + JPEG[2:]
    assert tail_reasons(commented, len(commented)) == ("polyglot",)
