from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from tests.hotline.ledger.logs import KEY, unprotected, written
from tutela.hotline.ledger import checking
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.checking import check_ledger
from tutela.hotline.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode
from tutela.kernel.clock import SystemClock
from tutela.kernel.custody.checkpoints import cosign
from tutela.kernel.custody.fsck import Fault
from tutela.kernel.custody.notes import parse

pytestmark = pytest.mark.django_db


def found(kept: tuple[str, ...] = ()) -> list[tuple[str, int | None]]:
    return [(fault.what, fault.checkpoint) for fault in check_ledger(KEY.note_key, kept)]


def test_a_whole_ledger_has_no_fault() -> None:
    assert found() == []
    notes = written(23)
    record("tried_in_a_test", actor=PUBLIC)  # not yet signed
    assert found(tuple(notes)) == []


@pytest.mark.parametrize("column", ["act", "actor_kind", "actor", "subject"])
def test_a_column_that_does_not_repeat_its_leaf_is_found(column: str) -> None:
    written(12)
    with unprotected():
        LedgerEntry.objects.filter(index=7).update(**{column: "other"})
    assert found() == [("entry", 1)]


@pytest.mark.parametrize("time", [None, SystemClock().now()], ids=["none", "another"])
def test_another_time_beside_the_leaf_is_found(time: object) -> None:
    written(12)
    with unprotected():
        LedgerEntry.objects.filter(index=10).update(at=time)
    assert found() == [("entry", 2)]


def test_no_time_at_all_is_found() -> None:
    written(6)
    if connection.vendor == "sqlite":
        with unprotected(), connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_ledgerentry SET at = 'noon' WHERE leaf_index = 5")
        assert found() == [("entry", 1)]
    assert not checking._repeats(b"{}", "noon", ["", "", "", ""])


def test_a_row_that_was_taken_out_is_named() -> None:
    written(12)
    with unprotected():
        LedgerEntry.objects.filter(index__in=[3, 4]).delete()
    faults = check_ledger(KEY.note_key)
    assert faults[0] == Fault(what="entry", checkpoint=0, sentence="entry 3 to 4 is missing")
    assert ("root", 0) in found()


def test_a_leaf_that_was_changed_is_found_by_its_own_hash_before_it_is_signed() -> None:
    written(5)
    record("tried_in_a_test", actor=PUBLIC)
    leaf = bytes(LedgerEntry.objects.get(index=5).leaf).replace(b"public", b"person")
    with unprotected():
        LedgerEntry.objects.filter(index=5).update(leaf=leaf)
    assert ("node", None) in found()


def test_a_hash_that_belongs_to_nothing_is_found() -> None:
    written(5)
    LedgerNode.objects.create(place=99, hash=bytes(32))
    LedgerNode.objects.create(place=4, hash=bytes(32))
    assert found() == [("node", None), ("node", None)]


def test_a_checkpoint_that_is_gone_is_found() -> None:
    notes = written(20)
    with unprotected():
        LedgerCheckpoint.objects.filter(number=1).delete()
    assert found() == [("signature", 1)]
    with unprotected():
        LedgerCheckpoint.objects.filter(number=3).delete()
    assert ("signature", 2) in found((notes[3],)), "only a copy elsewhere shows that the newest is gone"


def test_a_checkpoint_with_other_signs_is_found() -> None:
    notes = written(10)
    with unprotected():
        LedgerCheckpoint.objects.filter(number=1).update(note=notes[0])
    assert found((notes[1],)) == [("size", 1), ("signature", 2)]


def test_a_signature_that_the_log_did_not_make_is_found() -> None:
    notes = written(10)
    more = parse(notes[0]).with_signatures([cosign(parse(notes[0]).text, KEY.name, KEY.private, 7)])
    with unprotected():
        LedgerCheckpoint.objects.filter(number=0).update(note=str(more))
    assert found() == [("signature", 0)]
    assert found((str(more),)) == [("signature", 0)]


def test_an_older_ledger_in_place_of_the_present_one_is_found_by_what_stands_elsewhere() -> None:
    notes = written(20)
    with unprotected():
        LedgerEntry.objects.filter(index__gte=15).delete()
        LedgerNode.objects.filter(place__in=[31 - 2]).delete()
        LedgerCheckpoint.objects.filter(number=3).delete()
    assert {what for what, _ in found((notes[3],))} >= {"size", "signature"}


@pytest.mark.django_db(transaction=True)
def test_others_write_while_the_ledger_is_checked() -> None:
    written(10)
    done = threading.Event()

    def write() -> None:
        with transaction.atomic():
            record("tried_in_a_test", actor=PUBLIC)
        connection.close()
        done.set()

    with checking._one_moment():
        assert LedgerEntry.objects.count() == 10
        threading.Thread(target=write).start()
        assert done.wait(20)
        assert LedgerEntry.objects.count() == 10
    assert LedgerEntry.objects.count() == 11 and found() == []


def test_pages_give_every_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_PAGE_LEAVES", 4)
    written(21)
    assert found() == []
    with unprotected():
        LedgerNode.objects.filter(place=15).update(hash=bytes(32))  # over the first 16 leaves
        LedgerNode.objects.filter(place=17).delete()
    assert found() == [("node", 1), ("node", 3)]
