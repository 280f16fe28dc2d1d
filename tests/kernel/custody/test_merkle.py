from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.custody import merkle
from tutela.kernel.custody.transparency import rebuilt

#: The leaves and roots of the reference tests of Certificate Transparency (trees of 1 to 8 leaves).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word and without stored nodes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + plain_root(leaves[:half]) + plain_root(leaves[half:])).digest()


def leaves(count: int) -> list[bytes]:
    return [number.to_bytes(3, "big") for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size: int) -> None:
    assert merkle.root(rebuilt(LEAVES[:size]), size).hex() == ROOTS[size - 1]


def test_the_empty_tree() -> None:
    assert merkle.root(rebuilt([]), 0) == hashlib.sha256().digest()


@given(st.lists(st.binary(max_size=40), max_size=70), st.data())
def test_every_earlier_root_is_that_of_the_definition(found: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(found)))
    assert merkle.root(rebuilt(found), size) == plain_root(found[:size])


@given(st.integers(1, 70), st.data())
def test_a_proof_of_inclusion_holds_for_its_leaf_alone(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    store, rows = rebuilt(leaves(size + 3)), leaves(size)
    proof, root = merkle.inclusion(store, index, size), plain_root(rows)
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
    old_root, new_root, strange = plain_root(rows[:old]), plain_root(rows), hashlib.sha256(b"x").digest()
    assert merkle.is_beginning(old, old_root, new, new_root, proof)
    assert not merkle.is_beginning(old, strange, new, new_root, proof)
    assert not merkle.is_beginning(old, old_root, new, new_root, [*proof, strange])
    if old:
        assert not merkle.is_beginning(old, old_root, new, strange, proof)
    if proof:
        assert not merkle.is_beginning(old, old_root, new, new_root, proof[:-1])
        assert not merkle.is_beginning(old, old_root, new, new_root, [strange, *proof[1:]])
        assert not merkle.is_beginning(old, old_root, new, new_root, [])


def test_a_larger_tree_is_no_beginning() -> None:
    assert not merkle.is_beginning(3, b"", 2, b"", [])
    with pytest.raises(ValueError, match="no beginning"):
        merkle.consistency(rebuilt(leaves(3)), 3, 2)


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(ValueError, match="not in a tree of 2"):
        merkle.inclusion(rebuilt(leaves(3)), 2, 2)


def test_a_proof_of_inclusion_that_is_too_long_for_one_leaf() -> None:
    (leaf,) = leaves(1)
    assert not merkle.includes(leaf, 0, 1, [b"x" * 32], plain_root([leaf]))


def test_a_missing_node_is_a_lookup_error() -> None:
    store = rebuilt(leaves(4))
    del store.hashes[1, 0]
    with pytest.raises(LookupError):
        merkle.root(store, 3)
