"""Questions at the edge: as many bits as they say, in the worst places, and judged rightly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.service.conformance.running import kit_of, outcomes
from tutela.detect.service.conformance.exactness import (
    HASH_BITS,
    WORD_BITS,
    empty_index,
    flipped,
    index_of,
    index_of_many,
    spread,
)
from tutela.detect.service.conformance.shapes.memory import Hole, MemorySubject


@given(st.integers(0, HASH_BITS), st.integers(0, 1_000))
def test_spread_bits_are_dealt_evenly_over_the_words(count: int, seed: int) -> None:
    places = spread(count, np.random.default_rng(seed))
    assert len(set(places)) == count
    words = np.bincount([place // WORD_BITS for place in places], minlength=HASH_BITS // WORD_BITS)
    assert words.max() - words.min() <= 1


@given(st.binary(min_size=32, max_size=32), st.sets(st.integers(0, 255)))
def test_flipping_moves_a_hash_by_that_many_bits_and_back(value: bytes, places: set[int]) -> None:
    moved = flipped(value, sorted(places))
    bits = (int.from_bytes(value, "big") ^ int.from_bytes(moved, "big")).bit_count()
    assert bits == len(places)
    assert flipped(moved, sorted(places)) == value


@pytest.mark.parametrize(
    ("hole", "words"),
    [
        ("edge", "16 not found"),
        ("wide", "8 found beyond the threshold"),
        ("distance", "24 with a wrong distance"),
    ],
)
def test_what_is_wrong_is_counted_and_named(hole: Hole, words: str) -> None:
    (outcome,) = outcomes(index_of(8), MemorySubject(holes={hole}))
    assert outcome.words == words
    assert outcome.total == 8 * 4


def test_every_size_is_asked_at_four_places_and_a_large_one_in_part() -> None:
    assert [one.total for one in outcomes(index_of(1))] == [4]
    assert [one.total for one in outcomes(index_of(2))] == [8]
    (many,) = outcomes(index_of_many)
    assert (many.title, many.total, many.passed) == ("40 entries", 80, True)


def test_an_empty_list_must_stay_quiet() -> None:
    assert [one.passed for one in outcomes(empty_index)] == [True]
    subject = MemorySubject()
    kit = kit_of(subject)
    (outcome,) = empty_index(kit)
    assert outcome.title == "0 entries"
    assert [len(entries) for entries in subject.lists.values()] == [0]


def test_an_index_that_never_finds_its_own_hash_is_one_failure() -> None:
    (outcome,) = outcomes(index_of(1), MemorySubject(holes={"index of one"}))
    assert not outcome.passed
    assert "own hash was not found" in outcome.words
