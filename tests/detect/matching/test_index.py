"""The two indexes of the house: the same answers as brute force on every kind of set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.arithmetic import available_paths, brute_query, forced_path, mih_build
from tutela.detect.matching.contract import SLOT, check_index, flip_bits, hash_sets, pairs_of, true_pairs
from tutela.detect.matching.index import BUCKETED, BUCKETED_FROM, LINEAR, IndexKind, LinearHashes, pick_index
from tutela.kernel.errors import Unavailable

KINDS: list[IndexKind] = [LINEAR, BUCKETED]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_the_contract_is_kept(kind: IndexKind) -> None:
    check_index(kind)


@settings(max_examples=25)
@given(seed=st.integers(0, 1 << 30), size=st.sampled_from([0, 1, 2, 3, 50]), bits=st.integers(0, 40))
def test_pairs_are_the_true_pairs(seed: int, size: int, bits: int) -> None:
    for _, hashes in hash_sets(size, seed):
        queries = hashes[:10].view(np.uint8).reshape(-1, 32).copy()
        for _ in range(bits):
            flip_bits(queries, np.random.default_rng(seed))
        asked = queries.view("<u8").reshape(-1, 4)
        truth = true_pairs(hashes, asked, bits)
        for found in (LINEAR.build(hashes), BUCKETED.build(hashes), BUCKETED.adopt(mih_build(hashes))):
            hits = found.within(asked, bits, batch=bool(seed % 2), per_query_max=1000)
            assert pairs_of(hits) == truth


@pytest.mark.parametrize("path", available_paths())
@pytest.mark.parametrize("name", ["random", "clustered", "adversarial"])
def test_large_sets_agree_with_brute_force_on_every_path(path: str, name: str) -> None:
    hashes = dict(hash_sets(BUCKETED_FROM + 1, 7))[name][: BUCKETED_FROM if path == "numpy" else None]
    rng = np.random.default_rng(3)
    queries = hashes[rng.integers(0, len(hashes), 40)].view(np.uint8).reshape(-1, 32).copy()
    for _ in range(20):
        flip_bits(queries, rng)
    asked = queries.view("<u8").reshape(-1, 4)
    truth = brute_query(hashes, asked, 31, per_query_max=100)
    with forced_path(path):
        hits = BUCKETED.build(hashes).within(asked, 31, batch=True, per_query_max=100)
    assert pairs_of(hits) == pairs_of(truth)


def test_few_hashes_get_no_tables() -> None:
    assert isinstance(BUCKETED.build(np.zeros((2, 4), "<u8")), LinearHashes)
    assert not isinstance(BUCKETED.build(np.zeros((BUCKETED_FROM, 4), "<u8")), LinearHashes)


def test_slot_knows_both() -> None:
    names = [plugin.name for plugin in SLOT.installed()]
    if not names:
        pytest.skip("the entry points of this checkout are not installed")
    assert {"linear", "bucketed"} <= set(names)
    assert SLOT.load("linear").name == "linear"


def test_indexes_are_chosen_by_name() -> None:
    assert pick_index("linear") is LINEAR
    assert pick_index("bucketed") is BUCKETED
    with pytest.raises(Unavailable):
        pick_index("approximate")
