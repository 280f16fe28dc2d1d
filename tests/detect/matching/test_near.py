"""Groups of near-duplicates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.detect.matching.making import flipped, value
from tutela.arithmetic import words
from tutela.detect.matching import near
from tutela.detect.matching.contract import hash_sets, true_pairs
from tutela.detect.matching.index import LINEAR
from tutela.detect.matching.near import group_near


def true_groups(hashes: NDArray[np.uint64], bits: int) -> list[int]:
    """Groups by walking from hash to hash, one after the other."""
    near_to: dict[int, list[int]] = {number: [] for number in range(len(hashes))}
    for left, right, _ in true_pairs(hashes, hashes, bits):
        near_to[left].append(right)
    labels, label = [-1] * len(hashes), 0
    for start in range(len(hashes)):
        if labels[start] < 0:
            waiting = [start]
            while waiting:
                one = waiting.pop()
                if labels[one] < 0:
                    labels[one] = label
                    waiting += near_to[one]
            label += 1
    return labels


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10_000), size=st.sampled_from([0, 1, 2, 60]), bits=st.sampled_from([0, 10, 31, 33])
)
def test_groups_are_those_of_a_walk_from_hash_to_hash(seed: int, size: int, bits: int) -> None:
    for _, hashes in hash_sets(size, seed):
        assert group_near(hashes, bits).labels.tolist() == true_groups(hashes, bits)


def test_a_chain_is_one_group_and_equal_hashes_are_together() -> None:
    chain = [flipped(value(1), *range(20 * step)) for step in range(5)]
    groups = group_near(words(b"".join([value(2), *chain, value(2)])), 20)
    assert groups.labels.tolist() == [0, 1, 1, 1, 1, 1, 0]
    assert groups.capped == 0


def test_a_crowd_is_one_group_and_the_cap_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "NEIGHBOURS_MAX", 3)
    crowd = words(b"".join(flipped(value(1), number) for number in range(30)))
    groups = group_near(crowd, 31, index=LINEAR)
    assert groups.capped == 30
