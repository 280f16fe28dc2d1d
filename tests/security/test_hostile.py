"""Corpora and 2,000 mutants through the pool: no crash, every verdict recorded (FI-13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from tests.security.hostile import (
    CORPORA,
    corpus,
    digests_are_right,
    examined,
    mutants,
    mutated,
    seeds,
    verdict,
)
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB

#: At least so many of each corpus are decoded (baseline with Pillow alone: 688 and 359).
DECODED_MIN = {"pillow-images": 650, "gofuzz-images": 350}


def verdicts(files: Iterable[tuple[str, bytes]]) -> Counter[str]:
    """Verdicts of all files; wrong digests are named."""
    found: Counter[str] = Counter()
    with MediaPool(PoolRules(recheck_share_percent=0.5), workers=1) as pool:
        for name, data in files:
            answer = examined(pool, data)
            assert digests_are_right(answer, data), name
            found[verdict(answer)] += 1
        pool.new_batch()
        assert pool.counts.peak_bytes <= WEB.worker_bytes_max
        assert pool.counts.deviations == 0
        assert pool.counts.protocol_faults == 0
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CORPORA))
def test_the_corpus_ends_in_verdicts(name: str) -> None:
    found = verdicts(corpus(name))
    assert found["decoded"] >= DECODED_MIN[name]
    assert found["killed"] == found["time-out"] == found["lied"] == 0


@pytest.mark.slow
def test_two_thousand_mutants_end_in_verdicts() -> None:
    found = verdicts(mutants(2_000, seed=20_261_122))
    assert found.total() == 2_000
    assert found["decoded"] > 200
    assert found["killed"] + found["time-out"] <= 20


def test_mutants_are_the_same_every_time_and_differ_from_their_seed() -> None:
    first, second = dict(mutants(40, seed=5)), dict(mutants(40, seed=5))
    assert first == second
    assert dict(mutants(40, seed=6)) != first
    assert not set(first.values()) & set(seeds().values())


def test_a_mutant_differs_by_few_bits() -> None:
    data = bytes(1_000)
    changes = [mutated(data, np.random.default_rng(number)) for number in range(50)]
    flipped = [sum(byte.bit_count() for byte in change) for change in changes if len(change) == len(data)]
    assert flipped
    assert max(flipped) <= 4
