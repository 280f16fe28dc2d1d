"""Rows of a large house fit the models as they are, and fit each other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from proofs.house_columns import Filling, Size
from proofs.house_rows import fillings, ledger
from tutela.hotline.cases.models import Item, Series
from tutela.hotline.ledger.models import LedgerEntry, LedgerNode
from tutela.hotline.ledger.places import places_of
from tutela.hotline.takedown.models import Notice
from tutela.kernel.ids import is_id

SIZE = Size(reports=200, now=datetime(2026, 3, 7, tzinfo=UTC))


def test_every_table_has_its_rows_and_every_unique_column_is() -> None:
    for one in fillings(SIZE):
        rows = list(one.rows())
        assert len(rows) == one.count > 0, one.model
        unique = [place for place, column in enumerate(one.model._meta.concrete_fields) if column.unique]
        for place in unique:
            found = [row[place] for row in rows if row[place] is not None]
            assert len(set(found)) == len(found), (one.model, one.columns[place])


def test_as_many_reports_notices_and_places_as_the_bar_asks() -> None:
    counts = {one.model.__name__: one.count for one in fillings(SIZE)}
    assert (counts["Report"], counts["Notice"], counts["Job"]) == (200, 1_200, 50)


def test_rows_are_named_by_what_comes_later_only() -> None:
    counted: dict[object, int] = {}
    for one in fillings(SIZE):
        for place, column in enumerate(one.model._meta.concrete_fields):
            if not column.is_relation:
                continue
            there = one.count if column.related_model is one.model else counted[column.related_model]
            assert all(row[place] is None or 0 < row[place] <= there for row in one.rows()), column  # type: ignore[operator]  # keys
        counted[one.model] = one.count


def test_ids_look_as_ours_do_and_are_the_same_again() -> None:
    notices = next(one for one in fillings(SIZE) if one.model is Notice)
    place = notices.columns.index("public_id")
    ids = [str(row[place]) for row in notices.rows()]
    assert all(map(is_id, ids)) and ids == [str(row[place]) for row in notices.rows()]


def test_the_ledger_is_a_whole_tree() -> None:
    entries, *nodes = ledger(SIZE)
    assert entries.model is LedgerEntry and entries.count == 600
    assert {one.model for one in nodes} == {LedgerNode}
    assert {row[0] for one in nodes for row in one.rows()} == places_of(600)


def test_a_rule_for_no_column_and_a_column_without_a_value_are_refused() -> None:
    with pytest.raises(LookupError, match="colour"):
        Filling(model=Item, count=1, rules={"colour": "red"}).rows()
    with pytest.raises(ValueError, match="made_at"):
        Filling(model=Series, count=1, rules={}).rows()
