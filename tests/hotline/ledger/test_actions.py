from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.hotline.ledger.logs import KEY, unprotected, written
from tests.hotline.ledger.steps import a_step
from tutela.hotline.ledger.actions import record, record_custody, record_loss, sign_checkpoint
from tutela.hotline.ledger.actors import PUBLIC, person
from tutela.hotline.ledger.entries import parse
from tutela.hotline.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode
from tutela.hotline.ledger.places import places_of
from tutela.hotline.ledger.queries import accepted_losses
from tutela.hotline.ledger.store import OrmLogStore
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody import merkle
from tutela.kernel.custody.checkpoints import checked
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.notes import parse as parse_note
from tutela.kernel.custody.transparency import rebuilt
from tutela.kernel.errors import Conflict, Invalid, Refused

USER, ITEM = "usr_" + "1" * 32, "itm_" + "2" * 32
ACT = "tried_in_a_test"
NOON = FixedClock(datetime(2026, 5, 1, 12, tzinfo=UTC))


@pytest.mark.django_db
def test_an_act_becomes_the_next_leaf() -> None:
    assert [record(ACT, actor=PUBLIC), record(ACT, actor=PUBLIC)] == [0, 1]
    index = record(ACT, actor=person(USER), subject=ITEM, facts={"votes": 2}, clock=NOON)
    row = LedgerEntry.objects.get(index=index)
    entry = parse(bytes(row.leaf))
    assert entry is not None and (entry.act, entry.subject, entry.facts["votes"]) == (ACT, ITEM, 2)
    assert (row.act, row.actor_kind, row.actor, row.subject, row.at) == (
        ACT,
        "person",
        USER,
        ITEM,
        NOON.now(),
    )
    assert bytes(row.leaf_hash) == merkle.leaf_hash(bytes(row.leaf))


@pytest.mark.django_db
def test_a_step_of_custody_becomes_the_next_leaf() -> None:
    step = a_step()
    assert LedgerEntry.objects.get(index=record_custody(step)).leaf == step.leaf()


@pytest.mark.django_db
def test_the_tree_is_that_of_the_leaves() -> None:
    store = OrmLogStore()
    for size in range(1, 40):
        record(ACT, actor=PUBLIC)
        assert merkle.root(store, size) == merkle.root(rebuilt(store.leaves()), size)


@pytest.mark.django_db
def test_an_entry_takes_few_statements() -> None:
    for _ in range(7):
        record(ACT, actor=PUBLIC)
    locks = int(connection.vendor == "postgresql")
    for least, leaf in ((4, 7), (2, 8), (3, 9)):  # 7 completes three subtrees, 8 none, 9 one
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert record(ACT, actor=PUBLIC) == leaf
        assert len(seen) == least + locks


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"reason": "never_declared_word"}, {"address": "http://a.test/"}])
def test_what_may_not_stand_in_the_log_does_not(facts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"fact|declared"):
        record(ACT, actor=PUBLIC, facts=facts)
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_an_act_that_nobody_declared_is_a_fault() -> None:
    with pytest.raises(ValueError, match="not declared"):
        record("never_declared_act", actor=PUBLIC)


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_written_with_its_act_or_not_at_all() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="ledger"):
        record(ACT, actor=PUBLIC)
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_gap() -> None:
    with transaction.atomic():
        assert record(ACT, actor=PUBLIC) == 0
    with pytest.raises(Refused), transaction.atomic():
        assert [record(ACT, actor=PUBLIC) for _ in range(3)] == [1, 2, 3]
        raise Refused("something else failed")
    with transaction.atomic():
        assert record(ACT, actor=PUBLIC) == 1
    store = OrmLogStore()
    assert merkle.root(store, 2) == merkle.root(rebuilt(store.leaves()), 2)


@pytest.mark.django_db
def test_a_checkpoint_is_signed_once_for_what_is_there() -> None:
    notes = written(7)
    assert len(notes) == 2 and str(sign_checkpoint(KEY)) == notes[1] == OrmLogStore().last_checkpoint()
    assert checked(parse_note(notes[1]), KEY.note_key, KEY.name).size == 7


@pytest.mark.django_db
def test_two_histories_are_never_signed() -> None:
    notes = written(10)
    with unprotected():
        LedgerEntry.objects.filter(index__gte=5).delete()
        LedgerCheckpoint.objects.filter(number=1).delete()
        LedgerNode.objects.exclude(place__in=places_of(5)).delete()
    with pytest.raises(Refused, match="does not go on from the checkpoint of 10"):
        sign_checkpoint(KEY, notes[1])
    record(ACT, actor=PUBLIC)
    with pytest.raises(Refused, match="ledger of 6 leaves"):
        sign_checkpoint(KEY, notes[1])
    assert OrmLogStore().last_checkpoint() == notes[0]
    assert sign_checkpoint(KEY, notes[0]) != parse_note(notes[0])


@pytest.mark.django_db
def test_over_a_damaged_tree_nothing_is_signed() -> None:
    written(7)
    record(ACT, actor=PUBLIC)
    with unprotected():
        LedgerNode.objects.all().delete()
    with pytest.raises(Refused, match="damaged"):
        sign_checkpoint(KEY)
    with unprotected():
        LedgerCheckpoint.objects.update(note="none")
    with pytest.raises(Refused, match="damaged"):
        sign_checkpoint(KEY)


@pytest.mark.django_db
def test_a_loss_is_an_entry_and_only_where_something_is_lost() -> None:
    notes = written(10)
    with pytest.raises(Conflict, match="nothing is lost"):
        record_loss(KEY.note_key, notes[1])
    with pytest.raises(Invalid):
        record_loss(SigningKey.new(KEY.name).note_key, notes[1])
    with unprotected():
        LedgerEntry.objects.filter(index__gte=5).delete()
        LedgerCheckpoint.objects.filter(number=1).delete()
        LedgerNode.objects.exclude(place__in=places_of(5)).delete()
    assert record_loss(KEY.note_key, notes[1]).size == 10
    assert accepted_losses() == {10: 5}
    assert sign_checkpoint(KEY, notes[0]).text.splitlines()[1] == "6"
