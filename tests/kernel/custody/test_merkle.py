from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.rfc6962 import LEAVES, ROOTS, tree_hash
from tutela.kernel.custody import merkle
from tutela.kernel.custody.transparency import rebuilt


def leaves(count: int) -> list[bytes]:
    return [number.to_bytes(3, "big") for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size: int) -> None:
    assert merkle.root(rebuilt(LEAVES[:size]), size).hex() == ROOTS[size]


def test_the_empty_tree() -> None:
    assert merkle.root(rebuilt([]), 0) == hashlib.sha256().digest()


@given(st.lists(st.binary(max_size=40), max_size=70), st.data())
def test_every_earlier_root_is_that_of_the_definition(found: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(found)))
    assert merkle.root(rebuilt(found), size) == tree_hash(found[:size])


@given(st.integers(1, 70), st.data())
def test_a_proof_of_inclusion_holds_for_its_leaf_alone(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    store, rows = rebuilt(leaves(size + 3)), leaves(size)
    proof, root = merkle.inclusion(store, index, size), tree_hash(rows)
    assert merkle.includes(rows[index], index, size, proof, root)
    assert not merkle.includes(b"another", index, size, proof, root)
    assert not merkle.includes(rows[index], index, size, [*proof, root], root)
    assert not merkle.includes(rows[index], index, size, proof[:-1], root) or size == 1
    assert not merkle.includes(rows[index], index + size, size, proof, root)
    others = (other for other in range(size) if other != index)
    assert not any(merkle.includes(rows[index], other, size, proof, root) for other in others)


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_proof_of_consistency_holds_for_the_true_beginning_alone(one: int, other: int) -> None:
    old, new = sorted((one, other))
    rows = leaves(new)
    proof = merkle.consistency(rebuilt(rows), old, new)
    old_root, new_root, strange = tree_hash(rows[:old]), tree_hash(rows), hashlib.sha256(b"x").digest()
    assert merkle.is_beginning(old, old_root, new, new_root, proof)
    assert not merkle.is_beginning(old, strange, new, new_root, proof)
    assert not merkle.is_beginning(old, old_root, new, new_root, [*proof, strange])
    if old:
        assert not merkle.is_beginning(old, old_root, new, strange, proof)
    if proof:
        assert not merkle.is_beginning(old, old_root, new, new_root, proof[:-1])
        assert not merkle.is_beginning(old, old_root, new, new_root, [strange, *proof[1:]])
        assert not merkle.is_beginning(old, old_root, new, new_root, [])


def test_every_small_tree_is_the_beginning_of_every_larger_one() -> None:
    for new in range(1, 20):
        log = rebuilt(leaves(new))
        for old in range(1, new + 1):
            proof = merkle.consistency(log, old, new)
            assert merkle.is_beginning(old, merkle.root(log, old), new, merkle.root(log, new), proof)


def test_a_larger_tree_is_no_beginning() -> None:
    assert not merkle.is_beginning(3, b"", 2, b"", [])
    with pytest.raises(ValueError, match="no beginning"):
        merkle.consistency(rebuilt(leaves(3)), 3, 2)


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="not in a tree of 2"):
        merkle.inclusion(rebuilt(leaves(3)), 2, 2)


def test_a_proof_of_inclusion_that_is_too_long_for_one_leaf() -> None:
    (leaf,) = leaves(1)
    assert not merkle.includes(leaf, 0, 1, [b"x" * 32], tree_hash([leaf]))


def test_a_missing_node_is_a_lookup_error() -> None:
    store = rebuilt(leaves(4))
    del store.hashes[1, 0]
    with pytest.raises(LookupError):
        merkle.root(store, 3)
