"""One number for each subtree: its place when the whole tree is read from left to right.

Leaf i stands at 2i; the subtree of level l and number i at (2i + 1) * 2**l - 1. So a subtree above the leaves
has an odd number, no two have the same, and none changes while the tree grows.
"""

from __future__ import annotations


def place_of(level: int, index: int) -> int:
    """The place of subtree ``index`` of ``level``; 0 is the level of the leaves."""
    return ((2 * index + 1) << level) - 1


def subtree_at(place: int) -> tuple[int, int]:
    """Level and index of the subtree at a place (>= 0)."""
    level = ((place + 1) & -(place + 1)).bit_length() - 1
    return level, (place + 1) >> (level + 1)


def places_of(size: int) -> frozenset[int]:
    """The places above the leaves of all complete subtrees of a tree of ``size`` leaves."""
    return frozenset(
        place_of(level, index) for level in range(1, size.bit_length()) for index in range(size >> level)
    )
