"""Many columns into one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.matching.making import many_entries
from tutela.detect.matching.arrange import arrange
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.merging import GROWTH, join_columns, segments_to_absorb
from tutela.detect.matching.segment import Segment


@settings(max_examples=25)
@given(counts=st.lists(st.integers(0, 40), max_size=4), seed=st.integers(0, 1000))
def test_merge_keeps_exactly_the_standing_entries(counts: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts, kept = [], []
    for number, count in enumerate(counts):
        entries = many_entries(seed + number, count)
        mask = rng.random(count) < 0.7
        columns = columns_of(entries)
        if number % 2:
            columns = Segment(arrange(columns, quality_min=50)).columns()
        parts.append((columns, mask))
        kept += [entry for entry, stands in zip(entries, mask, strict=True) if stands]
    merged = join_columns(parts)
    found = Segment(arrange(merged, quality_min=50))
    assert sorted(map(repr, found.entries())) == sorted(map(repr, kept))
    assert len(merged.strings) <= len({text for entry in kept for text in label(entry)})


def label(entry: object) -> tuple[str, ...]:
    names = ("source", "law", "legal_class", "scheme", "category", "note", "derived")
    return tuple(getattr(entry, name) for name in names)


def test_nothing_merged_is_nothing() -> None:
    assert len(join_columns([]).rows) == 0


@pytest.mark.parametrize(
    ("sizes", "added", "chosen"),
    [
        ([], 100, []),
        ([1000], 100, []),
        ([999], 100, [0]),
        ([100_000, 900, 5], 100, [1, 2]),
        ([10_000, 900, 100], 100, [0, 1, 2]),
        ([100, 100], 0, [0, 1]),
        ([1000, 100], 0, []),
        ([], 0, []),
    ],
)
def test_segments_grow_tenfold(sizes: list[int], added: int, chosen: list[int]) -> None:
    assert segments_to_absorb(sizes, added) == chosen


@given(st.lists(st.integers(1, 50), min_size=1, max_size=300))
def test_there_are_few_segments_whatever_is_added(additions: list[int]) -> None:
    sizes: list[int] = []
    for added in additions:
        chosen = segments_to_absorb(sizes, added)
        merged = added + sum(sizes[place] for place in chosen)
        sizes = [size for place, size in enumerate(sizes) if place not in chosen] + [merged]
        ordered = sorted(sizes)
        assert all(large >= GROWTH * small for small, large in itertools.pairwise(ordered))
