"""The matching benchmark measures right answers, and its sets are what their names say."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from bench import matching
from tutela.arithmetic import brute_query

COUNT = 3_000


def test_random_queries_are_one_in_ten_near_a_listed_hash() -> None:
    chosen = matching.random_set(COUNT)
    assert chosen.hashes.shape == (COUNT, 4)
    near = brute_query(chosen.hashes, chosen.queries, 40)
    assert len(set(near.query_index.tolist())) == matching.BATCH * matching.NEAR_SHARE


@pytest.mark.slow
def test_clustered_hashes_lie_near_their_crops() -> None:
    chosen = matching.clustered_set(COUNT)
    assert chosen.hashes.shape == (COUNT, 4)
    assert chosen.queries.shape == (matching.BATCH, 4)
    copies = brute_query(chosen.hashes[: COUNT // 5], chosen.hashes[COUNT // 5 :], 31)
    assert len(set(copies.query_index.tolist())) > COUNT / 4


@pytest.mark.needs("threatexchange", "faiss")
def test_rows_state_speed_and_recall_of_both_sides() -> None:
    rows = matching.rows_of(matching.random_set(COUNT), pairs=1)
    assert [row["peer"] for row in rows] == ["threatexchange PDQIndex", "faiss IndexBinaryFlat"]
    for row in rows:
        assert row["exact"]
        assert row["peer_recall"] == 1.0
        assert row["pairs"] > 50
        assert row["single_ratio"] > 0
        assert row["batch_ratio"] > 0


def test_missing_peers_are_rows_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "peer", Mock(return_value=None))
    rows = matching.rows_of(matching.random_set(50), pairs=1)
    assert [row["missing"] for row in rows] == ["threatexchange", "faiss-cpu"]
