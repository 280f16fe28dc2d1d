from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import KINDS, header, value_of
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.disputes import Disputes, Statement, equal_values, mark_disputes
from tutela.detect.matching.shapes import ListEntry, ListHeader


def entry(name: str, number: int = 0, kind: str = "md5", **fields: object) -> ListEntry:
    return ListEntry(entry=name, kind=kind, value=value_of(kind, number), **fields)  # type: ignore[arg-type]


def marked(*entries: ListEntry, head: ListHeader | None = None) -> tuple[list[bool], Disputes]:
    columns, disputes = mark_disputes(columns_of(entries), head or header())
    return columns.rows["disputed"].astype(bool).tolist(), disputes


@pytest.mark.parametrize("kind", KINDS)
def test_different_legal_classes_of_one_value_are_disputed(kind: str) -> None:
    flags, counts = marked(
        entry("a", 0, kind, legal_class="csam"),
        entry("b", 0, kind, legal_class="exploitative"),
        entry("c", 1, kind, legal_class="exploitative"),
    )
    assert flags == [True, True, False]
    assert counts == Disputes(disputed=2, duplicates=1)


def test_equal_statements_are_duplicates_and_no_dispute() -> None:
    same = entry("a", legal_class="csam", scheme="uk-iwf", category="A")
    flags, counts = marked(same, replace(same, entry="b"), same)
    assert flags == [False, False, False]
    assert counts == Disputes(disputed=0, duplicates=2)


def test_categories_that_cannot_both_hold_are_disputed() -> None:
    a, b = entry("a", scheme="uk-iwf", category="A"), entry("b", scheme="uk-iwf", category="B")
    compatible = entry("c", scheme="sap", category="4")
    silent = entry("d")
    assert marked(a, b, silent)[0] == [True, True, False]
    assert marked(a, compatible, silent)[0] == [False, False, False]


def test_the_header_speaks_where_the_entry_is_silent() -> None:
    entries = entry("a", category="A"), entry("b", category="B", legal_class="csam")
    assert marked(*entries, head=header(scheme="uk-iwf", legal_class="csam"))[0] == [True, True]
    assert marked(entry("a"), entry("b", legal_class="csam"), head=header(legal_class="exploitative"))[0] == [
        True,
        True,
    ]


def test_one_entry_with_two_digests_of_one_kind_is_disputed() -> None:
    flags, _ = marked(entry("a", 0), entry("a", 1), entry("b", 2), entry("a", 3, "pdq"), entry("a", 4, "pdq"))
    assert flags == [True, True, False, False, False]


def test_what_was_disputed_stays_so() -> None:
    assert marked(entry("a", disputed=True))[0] == [True]


def test_nothing_is_in_dispute_in_an_empty_list() -> None:
    assert marked() == ([], Disputes(disputed=0, duplicates=0))


def test_equal_values_number_them() -> None:
    columns = columns_of([entry("a", 1), entry("b", 2), entry("c", 1)])
    first, second, third = equal_values(columns, "md5", columns.rows["place"].astype("int64"))
    assert first == third != second


def test_statements_without_class_or_category_contradict_nobody() -> None:
    silent, loud = Statement("", "", ""), Statement("csam", "uk-iwf", "A")
    assert not silent.contradicts(loud)
    assert not loud.contradicts(loud)


STATEMENTS = st.builds(
    Statement,
    st.sampled_from(["", "csam", "exploitative"]),
    st.sampled_from(["", "uk-iwf", "sap", "vics-us"]),
    st.sampled_from(["", "A", "B", "1", "4"]),
)


@given(st.lists(st.tuples(st.integers(0, 2), STATEMENTS), max_size=8))
def test_marks_are_those_of_comparing_every_pair(rows: list[tuple[int, Statement]]) -> None:
    entries = [
        replace(
            entry(f"e{place}", number),
            legal_class=said.legal_class,
            scheme=said.scheme,
            category=said.category,
        )
        for place, (number, said) in enumerate(rows)
    ]
    wanted = [
        any(number == other and said.contradicts(another) for other, another in rows) for number, said in rows
    ]
    assert marked(*entries)[0] == wanted
