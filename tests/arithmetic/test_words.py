"""PDQ values and words are one another's inverse, and other shapes are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.arithmetic import values_of, words
from tutela.arithmetic.words import checked_words


@given(st.binary(max_size=320).filter(lambda raw: len(raw) % 32 == 0))
def test_values_survive_the_round_trip(raw: bytes) -> None:
    hashes = words(raw)
    assert hashes.shape == (len(raw) // 32, 4)
    assert hashes.dtype == np.dtype("<u8")
    assert values_of(hashes).tobytes() == raw
    assert np.array_equal(words(np.frombuffer(raw, np.uint8).reshape(-1, 32)), hashes)


def test_word_holds_its_bytes_from_the_lowest_bits_up() -> None:
    hashes = words(bytes(range(32)))
    assert hashes[0, 0] == 0x0706050403020100
    assert hashes[0, 3] == 0x1F1E1D1C1B1A1918


def test_strided_values_are_copied() -> None:
    values = np.arange(128, dtype=np.uint8).reshape(2, 64)[:, ::2]
    assert values_of(words(values)).tobytes() == values.tobytes()


@pytest.mark.parametrize("wrong", [b"x", bytes(33), np.zeros(8, np.uint64)])
def test_other_lengths_and_types_are_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="32"):
        words(wrong)


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 4, 1)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="queries"):
        checked_words(np.zeros(shape, "<u8"), "queries")
