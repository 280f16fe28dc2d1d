from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import KINDS, header, value_of
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.comparing import Difference, compare
from tutela.detect.matching.shapes import ListEntry

LISTED = [
    ListEntry(entry=f"{kind}-{number}", kind=kind, value=value_of(kind, number), category=category)
    for kind in KINDS
    for number in range(2)
    for category in ("A", "B")
]


def difference(older: list[ListEntry], newer: list[ListEntry], *, same_salt: bool = True) -> Difference:
    other = header() if same_salt else replace(header(), salt=b"\x01" * 32)
    return compare((header(), columns_of(older)), (other, columns_of(newer)))


@pytest.mark.parametrize("kind", KINDS)
def test_added_removed_and_changed_values_are_told_apart(kind: str) -> None:
    stays, goes, comes, was, becomes = (
        ListEntry(entry=name, kind=kind, value=value_of(kind, number))
        for number, name in [(1, "stays"), (2, "goes"), (3, "comes"), (4, "was"), (4, "becomes")]
    )
    becomes = replace(becomes, category="A")
    found = difference([stays, goes, was], [becomes, comes, replace(stays, entry="new id", note="n")])
    assert (found.added, found.added_entries) == ({kind: 1}, ("comes",))
    assert (found.removed, found.removed_entries) == ({kind: 1}, ("goes",))
    assert (found.changed, found.changed_entries) == ({kind: 1}, ("becomes",))
    assert not found.same


def test_equal_values_of_different_kinds_are_different() -> None:
    value = value_of("pdq", 1)
    found = difference(
        [ListEntry(entry="a", kind="sha256", value=value)], [ListEntry(entry="a", kind="pdq", value=value)]
    )
    assert (found.added, found.removed) == ({"pdq": 1}, {"sha256": 1})


def test_keyed_values_of_two_salts_are_not_compared() -> None:
    url = ListEntry(entry="a", kind="url", value=b"\x01" * 32)
    found = difference([url], [url, replace(url, value=b"\x02" * 32)], same_salt=False)
    assert found.incomparable == {"url": 3}
    assert found.same
    assert difference([], [], same_salt=False).incomparable == {}


@given(st.lists(st.sampled_from(LISTED), max_size=8), st.lists(st.sampled_from(LISTED), max_size=8))
def test_counts_are_those_of_plain_sets(older: list[ListEntry], newer: list[ListEntry]) -> None:
    def said(entries: list[ListEntry]) -> dict[tuple[str, bytes], set[str]]:
        sets: dict[tuple[str, bytes], set[str]] = {}
        for entry in entries:
            sets.setdefault((entry.kind, entry.value), set()).add(entry.category)
        return sets

    def counts(keys: Any) -> dict[str, int]:
        kinds = [kind for kind, _ in keys]
        return {kind: kinds.count(kind) for kind in kinds}

    before, after, found = said(older), said(newer), difference(older, newer)
    assert found.added == counts(after.keys() - before.keys())
    assert found.removed == counts(before.keys() - after.keys())
    assert found.changed == counts([key for key in before.keys() & after.keys() if before[key] != after[key]])
    assert found.same == (before == after)
