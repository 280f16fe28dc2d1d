from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs import i3_05, rfc6962
from tutela.kernel.custody import merkle
from tutela.kernel.custody.transparency import rebuilt


def test_the_oracle_gives_the_published_roots() -> None:
    roots = [rfc6962.tree_hash(rfc6962.LEAVES[:size]).hex() for size in range(9)]
    assert tuple(roots) == rfc6962.ROOTS


@given(leaves=st.lists(st.binary(max_size=8), min_size=1, max_size=40), data=st.data())
def test_the_oracle_and_the_tree_agree(leaves: list[bytes], data: st.DataObject) -> None:
    store, size = rebuilt(leaves), len(leaves)
    old = data.draw(st.integers(1, size))
    assert merkle.root(store, size) == rfc6962.tree_hash(leaves)
    assert merkle.consistency(store, old, size) == rfc6962.proof(old, leaves)
    assert merkle.inclusion(store, old - 1, size) == rfc6962.path(old - 1, leaves)


@pytest.mark.slow
def test_every_kind_of_tampering_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i3_05, "TAMPERINGS", {"ci": 22})
    monkeypatch.setattr(i3_05, "ENTRIES", {"ci": 30})
    monkeypatch.setattr(i3_05, "COPIES", {"ci": 2})
    facts = i3_05.ledger("ci", tmp_path, "")
    tampering = facts["tampering"]
    assert tampering["found"] == tampering["named"] == tampering["right"] == 22 == len(tampering["kinds"])
    assert facts["beyond"] == {"careless": 20, "thorough": 0} and facts["false_alarms"] == 0
    assert facts["command"] == {"whole": 1, "copies": 1, "found": 1}


def test_a_ledger_that_dies_is_no_proof(tmp_path: Path) -> None:
    assert "died" in i3_05.ledger("ci", tmp_path, "postgresql://nobody@/none?host=/nowhere")
