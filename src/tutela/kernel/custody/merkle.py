"""The Merkle tree of RFC 6962 section 2.1 over stored nodes: roots, inclusion and consistency proofs.

Every complete subtree's hash is stored once, by level (0 is the leaves) and index; a root or a proof of a
tree of n leaves then reads about log2(n) nodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

#: Bytes of a hash: SHA-256 (RFC 6962 section 2.1).
HASH_BYTES = 32
#: Root of the tree without leaves: the hash of nothing (RFC 6962 section 2.1).
EMPTY_ROOT = hashlib.sha256(b"").digest()

#: Level, index within the level, hash of a complete subtree.
Node = tuple[int, int, bytes]


class Nodes(Protocol):
    """Where the hashes of complete subtrees stand."""

    def node(self, level: int, index: int) -> bytes:
        """The 32 bytes stored there; raises LookupError where nothing is."""
        ...


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def added(nodes: Nodes, size: int, leaf: bytes) -> list[Node]:
    """The nodes that ``leaf`` completes as leaf number ``size``: its own, then each full subtree above it.

    Raises LookupError where a node of the tree before it is missing.
    """
    level, index, value = 0, size, leaf_hash(leaf)
    found = [(level, index, value)]
    while index & 1:
        value = node_hash(nodes.node(level, index - 1), value)
        level, index = level + 1, index >> 1
        found.append((level, index, value))
    return found


def root(nodes: Nodes, size: int) -> bytes:
    """The Merkle tree hash of the first ``size`` leaves. Raises LookupError where a node is missing."""
    return _subtree(nodes, 0, size) if size else EMPTY_ROOT


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962 section 2.1.1).

    Raises ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    found, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + _left(stop - start)
        if index < middle:
            found.append(_subtree(nodes, middle, stop))
            stop = middle
        else:
            found.append(_subtree(nodes, start, middle))
            start = middle
    return found[::-1]


def consistency(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """The proof that the tree of ``old`` leaves is the beginning of that of ``new`` (RFC 6962 section 2.1.2).

    Empty where one of them is empty or both are the same. Raises ValueError where ``old`` is the larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {new}")
    if old in {0, new}:
        return []
    found, start, stop, whole = [], 0, new, True
    while stop != old:
        middle = start + _left(stop - start)
        if old <= middle:
            found.append(_subtree(nodes, middle, stop))
            stop = middle
        else:
            found.append(_subtree(nodes, start, middle))
            start, whole = middle, False
    if not whole:
        found.append(_subtree(nodes, start, stop))
    return found[::-1]


def _left(count: int) -> int:
    """The largest power of two below ``count`` (> 1): how many leaves the left side has."""
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(nodes: Nodes, start: int, stop: int) -> bytes:
    """Hash of the leaves from ``start`` to ``stop``; ``start`` is a multiple of the left side's size."""
    count = stop - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes.node(level, start >> level)
    middle = start + _left(count)
    return node_hash(_subtree(nodes, start, middle), _subtree(nodes, middle, stop))


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the audit path leads from ``leaf`` to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, value = index, size - 1, leaf_hash(leaf)
    for part in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            value = node_hash(part, value)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            value = node_hash(value, part)
        here, last = here >> 1, last >> 1
    return last == 0 and value == expected_root


def is_beginning(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the older tree is the beginning of the newer, by this proof (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    return bool(path) and _climb(old, new, path) == (old_root, new_root)


def _climb(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that the path leads to; None where it is too short or too long."""
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    older = newer = path[0]
    for part in path[1:]:
        if last == 0:
            return None
        if here & 1 or here == last:
            older, newer = node_hash(part, older), node_hash(part, newer)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            newer = node_hash(newer, part)
        here, last = here >> 1, last >> 1
    return (older, newer) if last == 0 else None
