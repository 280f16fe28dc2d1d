"""JPEG: scales, the first scan of progressive files, memory, what goes to Pillow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.detect.media.opening import decode, source_of
from tests.icc import wide_gamut_profile
from tests.pictures import encoded, exif_turned, jpeg, landscape
from tutela.arithmetic.pdq import finish
from tutela.detect.media import pictures_jpeg
from tutela.detect.media.jpeg_markers import parse_jpeg
from tutela.detect.media.pictures_jpeg import SCANS_MAX, fits, scale_for
from tutela.detect.media.shapes import WEB, Ask, ShownForm
from tutela.detect.media.shown import REDUCED_DECODE
from tutela.detect.media.troubles import DecodeTrouble

FAST, EXACT = Ask(), Ask(pdq_mode="exact")
LARGE = landscape(31, 2_201, 1_601)


def distance_bits(one: ShownForm, other: ShownForm) -> int:
    """Differing bits of the PDQ values of two forms."""
    first, second = (int.from_bytes(finish(form.luma64)[0], "big") for form in (one, other))
    return (first ^ second).bit_count()


@pytest.mark.parametrize(
    ("size", "eighths"),
    [
        ((640, 480), 8),
        ((958, 1_280), 8),
        ((1_280, 960), 4),
        ((1_633, 1_225), 4),
        ((4_000, 3_000), 2),
        ((8_000, 6_000), 1),
    ],
)
def test_the_scale_keeps_480_samples_of_the_short_side(size: tuple[int, int], eighths: int) -> None:
    assert scale_for(*size) == scale_for(*size[::-1]) == eighths


def test_fast_is_flagged_and_near_exact() -> None:
    data = jpeg(LARGE, quality=85)
    fast, exact = decode(data, FAST)[1][0], decode(data, EXACT)[1][0]
    assert (fast.clip_flags, exact.clip_flags) == (REDUCED_DECODE, 0)
    assert distance_bits(fast, exact) <= 6


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_reduced_as_stored_and_hashed_as_shown(orientation: int) -> None:
    data = exif_turned(LARGE.crop((0, 0, 1_203, 1_095)), orientation=orientation)
    fast, exact = decode(data, FAST)[1][0], decode(data, EXACT)[1][0]
    assert fast.clip_flags == REDUCED_DECODE
    assert distance_bits(fast, exact) <= 6
    assert (fast.full_width, fast.full_height) == (exact.full_width, exact.full_height)


def test_the_first_scan_of_a_large_progressive_file_is_enough() -> None:
    data = encoded(LARGE.resize((2_800, 2_040)), "JPEG", progressive=True, quality=85)
    fast, exact = decode(data, FAST)[1][0], decode(data, EXACT)[1][0]
    assert distance_bits(fast, exact) <= 6
    cut_off = bytearray(data)
    cut_off[len(data) // 2 :] = bytes(len(data) - len(data) // 2)  # the later scans are garbage
    assert np.array_equal(decode(bytes(cut_off), FAST)[1][0].luma64, fast.luma64)


def test_empty_scans_without_end_are_refused() -> None:
    data = encoded(landscape(32, 64, 64), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    with pytest.raises(DecodeTrouble) as found:
        decode(data[:-2] + data[last:-2] * SCANS_MAX + data[-2:])
    assert (found.value.kind, found.value.code) == ("refused", "scans")


def test_endless_segments_are_refused() -> None:
    data = jpeg(landscape(32, 64, 64), quality=85)
    with pytest.raises(DecodeTrouble) as found:
        decode(data[:2] + b"\xff\xfe\x00\x02" * 5_000 + data[2:])
    assert (found.value.kind, found.value.code) == ("refused", "parts")


def test_only_a_progressive_file_needs_memory_for_its_coefficients() -> None:
    base, progressive = (
        replace(
            parse_jpeg(encoded(LARGE, "JPEG", progressive=flag)), width=9_000, height=5_000, samples=10**8
        )
        for flag in (False, True)
    )
    memory = 330 << 20
    assert fits(base, 8, memory)
    assert not fits(progressive, 8, memory)
    assert fits(progressive, 4, memory)


def test_a_file_that_fits_at_no_scale_is_refused() -> None:
    small = Ask(limits=replace(WEB, worker_bytes_max=121 << 20))
    with pytest.raises(DecodeTrouble) as found:
        decode(encoded(LARGE, "JPEG", progressive=True), small)
    assert (found.value.kind, found.value.code) == ("refused", "memory")


@pytest.mark.parametrize(
    "data",
    [
        jpeg(LARGE.convert("CMYK"), quality=85),
        encoded(LARGE, "JPEG", keep_rgb=True),
        jpeg(LARGE, quality=85, icc_profile=wide_gamut_profile()),
        jpeg(LARGE.convert("L"), quality=85),
    ],
    ids=["cmyk", "rgb", "icc", "grey"],
)
def test_every_coding_is_reduced_in_mode_fast(data: bytes) -> None:
    fast, exact = decode(data, FAST)[1][0], decode(data, EXACT)[1][0]
    assert fast.clip_flags & REDUCED_DECODE
    assert distance_bits(fast, exact) <= 6


def test_without_the_accelerator_pillow_gives_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = jpeg(LARGE, quality=85)
    with_it = [(ask, decode(data, ask)[1][0]) for ask in (EXACT, FAST)]
    monkeypatch.setattr(pictures_jpeg, "simplejpeg", None)
    pictures_jpeg.warm()
    for ask, form in with_it:
        without = decode(data, ask)[1][0]
        assert without.clip_flags == form.clip_flags
        assert distance_bits(form, without) <= 2


def test_pixels_and_crops_come_from_the_full_size() -> None:
    data = jpeg(LARGE, quality=85)
    whole = decode(data, Ask(pixels=True))[1][0]
    assert whole.pixels is not None
    assert whole.pixels.shape == (1_601, 2_201, 3)
    names = [form.form for form in decode(data, Ask(crops_percent=(10,)))[1]]
    assert names == ["f0/r0", "f0/r0/c10"]


def test_squashed_pixels_come_in_colour_from_the_reduced_decode() -> None:
    ask = Ask(pixels=True, pixels_side=64)
    (form,) = decode(jpeg(LARGE, quality=95), ask)[1]
    assert form.clip_flags & REDUCED_DECODE
    assert form.pixels is not None
    whole = np.asarray(LARGE.resize((64, 64), Image.Resampling.BILINEAR), np.int16)
    assert np.abs(form.pixels.astype(np.int16) - whole).mean() < 3


def test_squashed_pixels_of_a_large_progressive_file_keep_their_colours() -> None:
    large = landscape(5, 3_000, 2_100)
    (form,) = decode(jpeg(large, quality=85, progressive=True), Ask(pixels=True, pixels_side=64))[1]
    assert form.pixels is not None
    whole = np.asarray(large.resize((64, 64), Image.Resampling.BILINEAR), np.int16)
    assert np.abs(form.pixels.astype(np.int16) - whole).mean() < 3


def test_a_broken_header_is_pillow_s_to_judge() -> None:
    with pytest.raises(DecodeTrouble) as found:
        pictures_jpeg.decode(source_of(b"\xff\xd8\xff\xe0\x00\x10JFIF"), FAST, lambda form: None)
    assert (found.value.kind, found.value.code) == ("unreadable", "broken")


def spoilt(data: bytes) -> bytes:
    """The same file with a run of zeros in the middle of its picture, which no encoder writes."""
    middle = len(data) // 2
    return data[:middle] + bytes(64) + data[middle + 64 :]


@pytest.mark.skipif(not pictures_jpeg.ACCELERATED, reason="Pillow does not say what libjpeg warns of")
@pytest.mark.parametrize("ask", [FAST, EXACT], ids=["fast", "exact"])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_damage_that_the_decoder_passes_over_is_told(mode: str, ask: Ask) -> None:
    data = jpeg(landscape(9, 640, 480).convert(mode), quality=80)
    assert decode(data, ask)[0].ambiguous == ()
    facts, forms = decode(spoilt(data), ask)
    assert (facts.ambiguous, len(forms)) == (("damaged",), 1)
