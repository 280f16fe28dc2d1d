from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.ledger.places import place_of, places_of, subtree_at
from tutela.kernel.custody.transparency import rebuilt


@given(level=st.integers(0, 40), index=st.integers(0, 1 << 20))
def test_place_and_subtree_lead_to_each_other(level: int, index: int) -> None:
    assert subtree_at(place_of(level, index)) == (level, index)


def test_no_two_subtrees_have_one_place() -> None:
    places = [place_of(level, index) for level in range(8) for index in range(64 >> level)]
    assert sorted(places) == list(range(127))[: len(places)]


@given(size=st.integers(0, 70))
def test_the_places_are_those_of_the_nodes_above_the_leaves(size: int) -> None:
    hashes = rebuilt(b"" for _ in range(size)).hashes
    assert places_of(size) == {place_of(level, index) for level, index in hashes if level}
