"""What a JPEG says about itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.icc import wide_gamut_profile
from tests.pictures import encoded, exif_turned, jpeg, landscape
from tutela.detect.media.jpeg_markers import (
    first_scan_only,
    image_end,
    parse_jpeg,
    scan_count,
    scan_end,
)

PICTURE = landscape(6, 200, 120)


def test_size_and_colour_are_read() -> None:
    facts = parse_jpeg(jpeg(PICTURE, quality=85))
    assert (facts.width, facts.height, facts.components) == (200, 120, 3)
    assert (facts.progressive, facts.luma, facts.orientation, facts.icc) == (False, True, 1, b"")


@pytest.mark.parametrize(
    ("mode", "components", "luma"), [("L", 1, True), ("RGB", 3, True), ("CMYK", 4, False)]
)
def test_only_grey_and_ycc_have_luma(mode: str, components: int, luma: bool) -> None:
    facts = parse_jpeg(jpeg(PICTURE.convert(mode), quality=85))
    assert (facts.components, facts.luma) == (components, luma)


def test_a_file_that_codes_rgb_has_no_luma() -> None:
    assert not parse_jpeg(encoded(PICTURE, "JPEG", keep_rgb=True)).luma


@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_orientation_is_read(orientation: int) -> None:
    assert parse_jpeg(exif_turned(PICTURE, orientation=orientation)).orientation == orientation


def test_a_profile_in_several_parts_is_put_together() -> None:
    profile = wide_gamut_profile() + bytes(150_000)
    assert parse_jpeg(jpeg(PICTURE, quality=85, icc_profile=profile)).icc == profile


@pytest.mark.parametrize(("subsampling", "samples"), [(0, 3.0), (1, 2.0), (2, 1.5)])
def test_samples_follow_the_subsampling(subsampling: int, samples: float) -> None:
    facts = parse_jpeg(encoded(PICTURE, "JPEG", subsampling=subsampling))
    assert facts.samples == 200 * 120 * samples


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("tail", [b"", b"more", b"\0"])
def test_the_image_ends_at_its_end_marker(progressive: bool, tail: bytes) -> None:
    data = encoded(landscape(7, 640, 480), "JPEG", progressive=progressive, quality=95)
    assert image_end(memoryview(data + tail), parse_jpeg(data)) == len(data)


def test_an_image_that_is_cut_has_no_end() -> None:
    data = jpeg(PICTURE, quality=85)
    assert image_end(memoryview(data[:-2]), parse_jpeg(data)) == -1


def test_an_end_marker_in_a_preview_is_not_the_end() -> None:
    preview = jpeg(landscape(8, 32, 32), quality=50)
    exif = Image.Exif()
    data = jpeg(PICTURE, quality=85, exif=exif.tobytes() + preview)
    assert image_end(memoryview(data), parse_jpeg(data)) == len(data)


def test_the_first_scan_of_a_progressive_file_can_be_cut_out() -> None:
    data = memoryview(encoded(landscape(9, 640, 480), "JPEG", progressive=True))
    facts = parse_jpeg(data)
    cut = first_scan_only(data, facts)
    assert cut is not None
    assert len(cut) < len(data) / 2
    assert cut[-2:] == b"\xff\xd9"
    assert scan_count(memoryview(cut), facts) == 1 < scan_count(data, facts)


def test_a_baseline_file_is_not_cut() -> None:
    data = memoryview(jpeg(PICTURE, quality=85))
    assert first_scan_only(data, parse_jpeg(data)) is None


def test_stuffed_bytes_and_restarts_do_not_end_a_scan() -> None:
    data = memoryview(b"\x12\xff\x00\xff\xd0\xff\xff\xd7\x34\xff\xd9")
    assert scan_end(data, 0) == 9
    assert scan_end(data[:9], 0) == -1


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\x00\x01", b"\xff\xd8hello"]
)
def test_what_has_no_header_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_jpeg(data)


@given(st.binary(max_size=400))
def test_any_bytes_give_facts_or_an_error(data: bytes) -> None:
    try:
        facts = parse_jpeg(b"\xff\xd8" + data)
    except ValueError:
        return
    whole = memoryview(b"\xff\xd8" + data)
    assert -1 <= image_end(whole, facts) <= len(whole)
    first_scan_only(whole, facts)
