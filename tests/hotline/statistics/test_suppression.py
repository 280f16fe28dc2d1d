from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.statistics.suppression import Cell, Path, Table, hidden, protect

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 40), max_size=7)
TREES = st.dictionaries(st.tuples(*[st.sampled_from("abcd")] * 3).map(tuple), st.integers(1, 12), max_size=14)
SMALL = st.integers(3, 9)


def shown(table: Table) -> dict[Path, int | None]:
    return {cell.path: cell.count for cell in table.cells}


@pytest.mark.parametrize(
    ("counts", "hides"),
    [
        ({}, set()),
        ({"a": 5, "b": 9}, set()),
        ({"a": 0, "b": 9}, set()),
        ({"a": 1, "b": 9, "c": 7}, {"a", "c"}),
        ({"a": 4, "b": 4, "c": 50}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 50, "d": 8}, {"a", "b", "d"}),
    ],
)
def test_a_small_count_is_hidden_and_what_gives_it_away(counts: dict[str, int], hides: set[str]) -> None:
    assert hidden(counts, 5) == frozenset(hides)


@pytest.mark.parametrize("counts", [{"a": 4}, {"a": 1, "b": 1}, dict.fromkeys("abcde", 1)])
def test_a_table_with_nothing_to_hide_among_shows_no_part(counts: dict[str, int]) -> None:
    assert hidden(counts, 5) is None


def test_a_total_that_is_small_is_no_number() -> None:
    assert protect({("a",): 4}, 5) == Table(total=None, withheld=True, cells=())
    assert protect({}, 5) == Table(total=0, withheld=False, cells=())
    assert protect({("a",): 5}, 5).total == 5


@given(COUNTS, SMALL)
def test_no_hidden_count_can_be_computed_from_what_is_shown(counts: dict[str, int], small: int) -> None:
    """Whoever knows the total and the rest finds for each hidden count any number up to the threshold."""
    table = protect({(name,): count for name, count in counts.items()}, small)
    if table.withheld:
        assert not table.cells
        return
    assert table.total is not None
    known = sum(cell.count for cell in table.cells if cell.count is not None)
    number = sum(cell.count is None for cell in table.cells)
    assert all(not 0 < cell.count < small for cell in table.cells if cell.count is not None)
    if number:
        possible = solutions(table.total - known, number)
        for place in range(number):
            assert {one[place] for one in possible} >= set(range(1, small + 1))


def solutions(total: int, number: int) -> set[tuple[int, ...]]:
    """Every way to write the total as ``number`` counts of at least 1, as far as one differs from the rest.

    All but two stand at 1: enough to see which values the others can take.
    """
    found: set[tuple[int, ...]] = set()
    for one, other in product(range(number), repeat=2):
        for value in range(1, total - number + 2) if one != other else ():
            counts = [1] * number
            counts[one], counts[other] = value, total - (number - 2) - value
            found |= {tuple(counts)} if counts[other] >= 1 and sum(counts) == total else set()
    return found


def groups(table: Table) -> Iterator[tuple[int, list[Cell]]]:
    """(known total, cells) of each place whose parts are shown."""
    for above, total in {(): table.total, **shown(table)}.items():
        below = [cell for cell in table.cells if cell.path[:-1] == above]
        if below:
            assert total is not None, "parts of what is hidden are shown"
            yield total, below


@given(TREES, SMALL)
def test_no_level_of_a_table_gives_another_one_away(counts: dict[Path, int], small: int) -> None:
    table = protect(counts, small)
    for total, below in groups(table):
        told = [cell.count for cell in below if cell.count is not None]
        number = len(below) - len(told)
        assert min(told, default=small) >= small
        if number:
            assert number >= 2 and total - sum(told) - (number - 1) >= small
        else:
            assert sum(told) == total


@given(TREES, SMALL)
def test_what_is_shown_is_true(counts: dict[Path, int], small: int) -> None:
    for path, count in shown(protect(counts, small)).items():
        assert count in {None, sum(n for one, n in counts.items() if one[: len(path)] == path)}


def test_what_lies_below_a_hidden_count_is_not_shown() -> None:
    counts: dict[Path, int] = {("a", "x"): 50, ("b", "y"): 2, ("c", "z"): 9}
    assert shown(protect(counts, 5)) == {("a",): 50, ("a", "x"): 50, ("b",): None, ("c",): None}


def test_parts_that_cannot_be_shown_are_said_to_be_withheld() -> None:
    assert protect({("a", str(one)): 1 for one in range(5)}, 5).cells == (
        Cell(path=("a",), count=5, parts_withheld=True),
    )
