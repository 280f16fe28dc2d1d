"""The NumPy side of the index on its own: probes, blocks, keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.arithmetic.sets import expected, flipped, random_hashes
from tutela.arithmetic import mih_build, mih_twin


@pytest.mark.parametrize("radius", range(32))
def test_probes_cover_the_radius_and_no_more(radius: int) -> None:
    budgets = [len(masks) for _, masks in mih_twin.probes_of(radius)]
    assert set(budgets) <= {1, 17}
    assert sum(1 if masks == 1 else 2 for masks in budgets) == radius + 1


def test_exact_chunk_values_suffice_up_to_15_bits() -> None:
    assert sum(len(masks) for _, masks in mih_twin.probes_of(15)) == 16
    assert sum(len(masks) for _, masks in mih_twin.probes_of(31)) == 272


@given(
    st.lists(st.tuples(st.integers(0, 2**23 - 1), st.integers(0, 256), st.integers(0, 2**32 - 1)), max_size=9)
)
def test_keys_sort_by_query_distance_and_id(rows: list[tuple[int, int, int]]) -> None:
    columns = np.array(rows, np.uint64).reshape(-1, 3)
    keys = mih_twin.pack(columns[:, 0], columns[:, 1], columns[:, 2])
    index, distance, ids = mih_twin.unpack(np.sort(keys))
    assert list(zip(index.tolist(), distance.tolist(), ids.tolist(), strict=True)) == sorted(rows)


def test_blocks_of_candidates_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = np.concatenate([np.repeat(random_hashes(1), 90, axis=0), random_hashes(200, 6)])
    queries = np.concatenate([flipped(hashes[:70], 5), random_hashes(70, 7)])
    arrays = mih_build(hashes)
    wanted = expected(hashes, queries, 31)
    for candidates_max, pairs in ((1, 1), (100, 999), (1 << 20, 1 << 20)):
        monkeypatch.setattr(mih_twin, "CANDIDATES_MAX", candidates_max)
        monkeypatch.setattr(mih_twin, "PAIRS_PER_BLOCK", pairs)
        for keys in (mih_twin.query(*arrays.tables, queries, 31), mih_twin.brute(hashes, queries, 31)):
            index, distance, ids = mih_twin.unpack(keys)
            assert sorted(zip(index.tolist(), ids.tolist(), distance.tolist(), strict=True)) == wanted


def test_nearest_names_the_queries_that_had_more() -> None:
    keys = mih_twin.pack(
        *(np.array(column, np.uint64) for column in ([0, 0, 0, 2], [1, 1, 9, 0], [4, 7, 1, 0]))
    )
    kept, capped = mih_twin.nearest(keys, 2)
    assert np.array_equal(kept, keys[[0, 1, 3]])
    assert capped.tolist() == [0]
