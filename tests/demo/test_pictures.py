"""Generated pictures stand in for photographs: repeatable, textured, far apart."""

from __future__ import annotations

import numpy as np
import pytest

from tutela.arithmetic import finish, reduce_luma
from tutela.demo.pictures import SIZES, chart, flat, landscape, landscape_of


def test_landscape_of_the_same_seed_has_the_same_pixels() -> None:
    assert landscape(5, 64, 48).tobytes() == landscape(5, 64, 48).tobytes()
    assert landscape(5, 64, 48).tobytes() != landscape(6, 64, 48).tobytes()


def test_landscapes_have_high_quality_and_lie_more_than_64_bits_apart() -> None:
    hashed = [finish(reduce_luma(np.asarray(landscape(seed, 160, 120)))) for seed in range(40)]
    assert min(quality for _, quality in hashed) >= 80
    bits = np.unpackbits(np.array([np.frombuffer(value, np.uint8) for value, _ in hashed]), axis=1)
    distances = (bits[:, None] != bits[None]).sum(2)[np.triu_indices(40, 1)]
    assert distances.min() > 64


def test_landscape_keeps_its_hash_in_another_size() -> None:
    small, large = (finish(reduce_luma(np.asarray(landscape_of(3, size))))[0] for size in ("0.1", "0.8"))
    assert sum((a ^ b).bit_count() for a, b in zip(small, large, strict=True)) <= 40


@pytest.mark.parametrize("name", ["0.1", "0.3", "0.8", "2"])
def test_landscape_of_has_the_size_it_is_named_after(name: str) -> None:
    picture = landscape_of(2, name)
    assert picture.size == (SIZES[name].height, SIZES[name].width)
    assert abs(SIZES[name].pixels / 1e6 - float(name)) < 0.06


def test_flat_picture_has_quality_0() -> None:
    assert finish(reduce_luma(np.asarray(flat())))[1] == 0


def test_chart_has_quality_for_a_hash() -> None:
    assert finish(reduce_luma(np.asarray(chart(1))))[1] >= 50


def test_landscape_refuses_a_side_below_8() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        landscape(1, 7, 100)
