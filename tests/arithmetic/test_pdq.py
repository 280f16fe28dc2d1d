"""PDQ against its vectors, against the package pdqhash, and at the edges of what a picture can be."""

from __future__ import annotations

import importlib
import json
import threading
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.arithmetic.sets import EVERY_PATH, bits_apart, in_every_path, landscape
from tests.shared_folder import shared
from tutela.arithmetic import (
    DIHEDRAL_NAMES,
    LIMITED_RANGE_SCALE,
    finish,
    finish_dihedral,
    forced_path,
    operator,
    reduce_luma,
    scaled_operator,
)

#: Sides around the steps of the window, of the sampling and of what can be hashed.
SIDES = ((5, 5), (33, 90), (64, 64), (65, 128), (129, 127), (240, 320), (480, 641), (700, 523))


def chart(kind: str, rows: int, columns: int) -> NDArray[np.uint8]:
    """The synthetic charts of standards/reference/pdq_reference.py."""
    y, x = np.mgrid[0:rows, 0:columns]
    if kind == "checks":
        grey = (((x // 17) + (y // 23)) % 2) * 200 + (x * 50 // columns)
        channels = [grey, grey, grey // 2]
    elif kind == "rings":
        waves = np.sin(((x - columns * 0.4) ** 2 + (y - rows * 0.6) ** 2) / (0.9 * (rows + columns)))
        grey = (127 + 127 * waves).astype(int)
        channels = [grey, grey * 3 // 4, 255 - grey]
    else:
        grey = (x * 7 + y * 13 + (x * y) // 29) % 256
        channels = [grey, (grey * 5) % 256, (grey + y) % 256]
    return np.stack(channels, -1).astype(np.uint8)


def oracle() -> Any:
    return importlib.import_module("pdqhash")


def packed(bits: NDArray[np.int64]) -> bytes:
    return np.packbits(bits.astype(np.uint8)).tobytes()


@pytest.mark.parametrize("path", EVERY_PATH)
def test_all_charts_of_the_vectors_are_reproduced(path: str) -> None:
    vectors = json.loads(shared("standards", "reference", "pdq-vectors.json").read_text())["vectors"]
    with forced_path(path):
        for vector in vectors:
            luma64 = reduce_luma(chart(vector["chart"], vector["rows"], vector["columns"]))
            forms, quality = finish_dihedral(luma64)
            assert (finish(luma64)[0].hex(), quality) == (vector["pdq"], vector["quality"])
            assert [form.hex() for form in forms] == vector["dihedral"]


@pytest.mark.needs("pdqhash")
@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize(("height", "width"), SIDES)
def test_hash_and_quality_are_those_of_pdqhash(path: str, height: int, width: int) -> None:
    picture = landscape(height, width)
    with forced_path(path):
        value, quality = finish(reduce_luma(picture))
    bits, oracle_quality = oracle().compute(picture)
    assert (value, quality) == (packed(bits), oracle_quality)


@pytest.mark.needs("pdqhash")
def test_eight_forms_are_those_of_pdqhash_in_its_order() -> None:
    picture = landscape(301, 450)
    forms, quality = finish_dihedral(reduce_luma(picture))
    bits, oracle_quality = oracle().compute_dihedral(picture)
    assert [packed(form) for form in bits] == list(forms)
    assert quality == oracle_quality
    assert len(set(forms)) == len(DIHEDRAL_NAMES) == 8


#: What a viewer does to the picture, by name of the form whose hash must then be near the upright one.
TURNED = {
    "r0": lambda p: p,
    "r90": lambda p: np.rot90(p, 1),
    "r180": lambda p: np.rot90(p, 2),
    "r270": lambda p: np.rot90(p, 3),
    "mx": lambda p: p[::-1],
    "my": lambda p: p[:, ::-1],
    "md": lambda p: p.swapaxes(0, 1),
    "ma": lambda p: np.rot90(p, 2).swapaxes(0, 1),
}


@pytest.mark.parametrize("name", DIHEDRAL_NAMES)
def test_each_form_is_the_picture_turned_that_way(name: str) -> None:
    picture = landscape(512, 512)
    forms, _ = finish_dihedral(reduce_luma(picture))
    turned, _ = finish(reduce_luma(np.ascontiguousarray(TURNED[name](picture))))
    assert bits_apart(forms[DIHEDRAL_NAMES.index(name)], turned) <= 31
    others = [form for form, other in zip(forms, DIHEDRAL_NAMES, strict=True) if other != name]
    assert min(bits_apart(form, turned) for form in others) > 60


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize(("height", "width"), [(1, 1), (4, 900), (900, 4), (4, 4)])
def test_side_below_five_pixels_has_no_hash(path: str, height: int, width: int) -> None:
    with forced_path(path):
        luma64 = reduce_luma(
            landscape(20, 900)[:height, :width] if width == 900 else landscape(900, 20)[:height, :width]
        )
        assert finish(luma64) == (bytes(32), 0)
        assert finish_dihedral(luma64) == ((bytes(32),) * 8, 0)


def test_reduced_picture_of_a_small_full_side_has_no_hash_either() -> None:
    rows = scaled_operator(4, 4, 2)
    assert not reduce_luma(landscape(20, 64)[:2], rows=rows).any()


def test_grey_is_rgb_with_equal_channels() -> None:
    grey = landscape(333, 411)[:, :, 0]
    for _ in in_every_path():
        alone = reduce_luma(grey)
        as_rgb = reduce_luma(np.repeat(grey[:, :, None], 3, axis=2))
        assert np.abs(alone - as_rgb).max() < 1e-3
        assert np.array_equal(alone, reduce_luma(grey[:, :, None]))


@pytest.mark.parametrize("path", EVERY_PATH)
def test_strided_rows_are_hashed_without_a_change(path: str) -> None:
    wide = landscape(200, 400)
    views = (
        wide[:, 50:350],
        wide[::2],
        wide[::-1],
        wide[:, :, ::-1],
        wide[:, ::3],
        wide[..., 1],
        wide[:, 7:, 2],
    )
    with forced_path(path):
        for view in views:
            assert np.array_equal(reduce_luma(view), reduce_luma(np.ascontiguousarray(view)))


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize("shape", [(65_535, 8), (8, 65_535), (9, 65_535, 3)])
def test_longest_sides_are_reduced(path: str, shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, 100, np.uint8)
    with forced_path(path):
        assert np.allclose(reduce_luma(pixels), 100, atol=1e-3)


def test_pictures_decoded_at_a_scale_keep_the_hash_of_the_full_picture() -> None:
    picture = landscape(800, 1_000)[..., 1]
    blocks = picture.reshape(400, 2, 500, 2).mean(axis=(1, 3)).round().astype(np.uint8)
    full = finish(reduce_luma(picture))[0]
    reduced = reduce_luma(blocks, rows=scaled_operator(800, 4, 400), columns=scaled_operator(1_000, 4, 500))
    assert bits_apart(full, finish(reduced)[0]) <= 4
    assert bits_apart(full, finish(reduce_luma(blocks))[0]) >= bits_apart(full, finish(reduced)[0])


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((64, 64), np.float32),
        np.zeros(64, np.uint8),
        np.zeros((64, 64, 2), np.uint8),
        np.zeros((64, 64, 4), np.uint8),
        np.zeros((0, 64), np.uint8),
        np.zeros((64, 0, 3), np.uint8),
        np.zeros((1, 8, 8, 3), np.uint8),
    ],
)
def test_other_pixels_are_refused(path: str, pixels: NDArray[np.uint8]) -> None:
    with forced_path(path), pytest.raises(ValueError):
        reduce_luma(pixels)


def test_operator_of_another_side_is_refused() -> None:
    with pytest.raises(ValueError, match="63 x 64"):
        reduce_luma(np.zeros((64, 64), np.uint8), rows=operator(63))


@pytest.mark.parametrize("path", EVERY_PATH)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 5_000.0, -5_000.0])
def test_hostile_reduction_is_refused(path: str, value: float) -> None:
    luma64 = np.zeros((64, 64), np.float32)
    luma64[17, 3] = value
    with forced_path(path):
        for ask in (finish, finish_dihedral):
            with pytest.raises(ValueError):
                ask(luma64)


@pytest.mark.parametrize(
    ("luma64", "scale"),
    [
        (np.zeros((64, 63), np.float32), 1.0),
        (np.zeros((64, 64), np.float64), 1.0),
        (np.zeros((64, 64), np.float32), 0.0),
        (np.zeros((64, 64), np.float32), float("nan")),
        (np.zeros((64, 64), np.float32), 5.0),
    ],
)
def test_malformed_reduction_or_scale_is_refused(luma64: NDArray[np.float32], scale: float) -> None:
    with pytest.raises(ValueError):
        finish(luma64, quality_scale=scale)


def test_limited_range_keeps_bits_and_scales_quality_back() -> None:
    for _ in in_every_path():
        luma64 = reduce_luma(landscape(300, 300)) * np.float32(0.25)
        limited = luma64 * np.float32(219 / 255) + np.float32(16)
        value, quality = finish(limited, quality_scale=LIMITED_RANGE_SCALE)
        full_value, full_quality = finish(luma64)
        assert bits_apart(value, full_value) <= 2
        assert abs(quality - full_quality) <= 1
        assert finish(limited)[1] < quality < 100


def test_flat_picture_has_quality_zero() -> None:
    for _ in in_every_path():
        assert finish(reduce_luma(np.full((300, 300, 3), 77, np.uint8)))[1] == 0


def test_threads_share_the_operators_and_agree() -> None:
    pictures = [landscape(100 + 7 * number, 90 + 11 * number, number) for number in range(6)]
    alone = [finish(reduce_luma(picture)) for picture in pictures]
    seen: list[list[tuple[bytes, int]]] = []

    def work() -> None:
        seen.append([finish(reduce_luma(picture)) for picture in pictures])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [alone] * 4
