from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.hotline.ledger.logs import ITEM, KEY, USER, unprotected, written
from tutela.hotline.ledger import queries
from tutela.hotline.ledger.actions import record, sign_checkpoint
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.checkpoints import Checkpoint
from tutela.kernel.custody.merkle import node_hash
from tutela.kernel.custody.notes import parse

pytestmark = pytest.mark.django_db


def test_the_newest_come_first_and_go_on_below() -> None:
    written(9)
    with CaptureQueriesContext(connection) as seen:
        shown = queries.newest_entries(3)
    assert len(seen) == 1
    assert [one.index for one in shown] == [8, 7, 6]
    assert [one.index for one in queries.newest_entries(3, before=6)] == [5, 4, 3]
    assert (shown[0].sentence, shown[0].actor, shown[0].facts) == ("A test tried it.", USER, {"number": 8})
    assert shown[2].act == "custody_opened" and shown[2].facts == {}


def test_whoever_follows_reads_on_from_where_they_were() -> None:
    written(9)
    assert [one.index for one in queries.entries_from(6)] == [6, 7, 8]
    assert [one.index for one in queries.entries_from(0, 2)] == [0, 1]
    assert queries.entries_from(9) == []


def test_what_was_done_to_one_thing_and_by_one_person() -> None:
    written(9)
    assert [one.index for one in queries.entries_about(ITEM, 10)] == [8, 7, 5, 4, 2, 1]
    assert [one.index for one in queries.entries_of(USER, 2, before=8)] == [7, 6]
    assert queries.entries_about("itm_" + "0" * 32, 10) == []


def test_a_page_has_an_end() -> None:
    written(3)
    assert len(queries.newest_entries(queries.PAGE_ENTRIES_MAX * 9)) == 3


def test_a_wrong_leaf_does_not_stop_a_page() -> None:
    written(2)
    with unprotected():
        LedgerEntry.objects.filter(index=1).update(leaf=b'{"kind":"tutela act 1"}')
    assert queries.newest_entries(1)[0].facts == {}


def test_small_numbers_are_not_told_to_everybody() -> None:
    assert queries.public_statement() is None
    written(21, every=100)
    with transaction.atomic():
        record("tried_in_a_test", actor=PUBLIC)
    statement = queries.public_statement()
    assert statement is not None and statement.size == 21
    assert statement.counts == {"custody_opened": "<10", "tried_in_a_test": "17"}
    assert [queries.shown_count(number) for number in (0, 9, 10)] == ["<10", "<10", "10"]


def test_anybody_makes_the_root_of_the_leaf_hashes() -> None:
    written(8)
    statement = queries.public_statement()
    assert statement is not None
    level = list(queries.leaf_hashes(statement.size))
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    assert level == [Checkpoint.read(parse(statement.checkpoint).text).root]


def test_how_long_an_entry_waits_for_its_checkpoint() -> None:
    now = SystemClock().now()
    assert queries.unsigned_for_seconds(now) is None
    written(4)
    assert queries.unsigned_for_seconds(now) is None
    record("tried_in_a_test", actor=PUBLIC)
    waits = queries.unsigned_for_seconds(SystemClock().now() + timedelta(seconds=60))
    assert waits is not None and 60 <= waits < 70
    sign_checkpoint(KEY)
    assert queries.unsigned_for_seconds(now) is None
