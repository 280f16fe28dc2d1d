"""The kit's pictures: the same for the same seed, others for another, each with thirteen copies."""

from __future__ import annotations

import io

from PIL import Image

from tutela.demo.copies import THIRTEEN
from tutela.demo.samples import GeneratedSamples


def test_pictures_come_again_for_the_same_seed_only() -> None:
    samples = GeneratedSamples()
    assert samples.original(1) == GeneratedSamples().original(1)
    others = {samples.original(1), samples.original(2), samples.stranger(1), GeneratedSamples(1).original(1)}
    assert len(others) == 4


def test_there_are_thirteen_copies_and_each_opens() -> None:
    samples = GeneratedSamples()
    assert samples.variants == tuple(variant.name for variant in THIRTEEN)
    copies = {variant: samples.copy(1, variant) for variant in samples.variants}
    assert len(set(copies.values())) == 13
    for data in copies.values():
        Image.open(io.BytesIO(data)).load()
