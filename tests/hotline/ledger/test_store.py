from __future__ import annotations

import json

import pytest
from django.db import connection, transaction

from tests.hotline.ledger.steps import a_step
from tests.hotline.own_process import started
from tutela.hotline.ledger import triggers
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.entries import Columns
from tutela.hotline.ledger.models import LedgerEntry, LedgerNode
from tutela.hotline.ledger.store import OrmLogStore, append, as_bytes
from tutela.kernel.custody import merkle
from tutela.kernel.custody.note_keys import SigningKey
from tutela.kernel.custody.transparency import TransparencyLog, rebuilt
from tutela.kernel.errors import Unavailable

KEY = SigningKey.new("log.test")

#: Writes entries, every third one rolled back, and prints the indexes of those that stand.
WRITER = """
import json, sys
from django.db import transaction
from tests.hotline.ledger import steps
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
print("ready", flush=True)
sys.stdin.readline()
kept = []
for number in range(int(sys.argv[1])):
    try:
        with transaction.atomic():
            index = record("tried_in_a_test", actor=process("worker"), facts={"number": number})
            if number % 3 == 2:
                raise LookupError
    except LookupError:
        continue
    kept.append(index)
print(json.dumps(kept))
"""


def a_log() -> TransparencyLog:
    return TransparencyLog(origin=KEY.name, store=OrmLogStore(), key=KEY.private)


@pytest.mark.django_db
def test_it_keeps_what_the_log_asks_of_a_store() -> None:
    log = a_log()
    leaves = [b"", b"\xff\x00", a_step().leaf(), *(b"%d" % number for number in range(20))]
    for leaf in leaves:
        log.append(leaf)
    assert list(log.store.leaves()) == leaves and log.store.size() == len(leaves)
    anew = rebuilt(leaves)
    assert {key: log.store.node(*key) for key in anew.hashes} == anew.hashes
    root = merkle.root(log.store, 23)
    assert merkle.includes(leaves[7], 7, 23, log.inclusion(7, 23), root)
    assert merkle.is_beginning(5, merkle.root(log.store, 5), 23, root, log.consistency(5, 23))


@pytest.mark.django_db
def test_what_is_missing_is_said() -> None:
    for place in ((0, 0), (3, 1)):
        with pytest.raises(LookupError, match="no such node"):
            OrmLogStore().node(*place)
    assert OrmLogStore().last_checkpoint() is None and OrmLogStore().size() == 0


@pytest.mark.django_db
def test_checkpoints_come_in_their_order() -> None:
    log = a_log()
    notes = [str(log.checkpoint())]
    for leaf in (b"a", b"b"):
        log.append(leaf)
        notes.append(str(log.checkpoint()))
    assert list(log.store.checkpoints()) == notes and log.store.last_checkpoint() == notes[-1]


@pytest.mark.django_db
def test_a_leaf_of_a_step_can_be_looked_up() -> None:
    step = a_step()
    a_log().append(step.leaf())
    assert LedgerEntry.objects.get(subject=step.blob).act == "custody_opened"


@pytest.mark.django_db
def test_on_a_damaged_tree_nothing_is_built() -> None:
    for leaf in (b"a", b"b", b"c"):
        append(leaf, Columns())
    triggers.remove(connection)
    LedgerNode.objects.all().delete()
    triggers.create(connection)
    with pytest.raises(Unavailable, match="fsck"):
        append(b"d", Columns())


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_added() -> None:
    log = a_log()
    for attempt in (lambda: log.append(b"a"), lambda: log.store.add_checkpoint("note")):
        with pytest.raises(transaction.TransactionManagementError):
            attempt()


def test_whatever_stands_in_a_column_is_bytes() -> None:
    assert [as_bytes(one) for one in (b"a", memoryview(b"a"), "a", 7)] == [b"a", b"a", b"a", b"7"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_processes_take_every_index_once() -> None:
    writers = [started(WRITER, "60") for _ in range(4)]
    for writer in writers:
        assert writer.stdout is not None and writer.stdin is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    with transaction.atomic():
        record("tried_in_a_test", actor=PUBLIC)
    answers = [writer.communicate(timeout=60) for writer in writers]
    taken = [index for out, _ in answers for index in json.loads(out)]
    assert [writer.returncode for writer in writers] == [0] * 4, answers
    assert len(taken) == 4 * 40 and len(set(taken)) == len(taken)
    assert list(LedgerEntry.objects.order_by("index").values_list("index", flat=True)) == list(range(161))
    store = OrmLogStore()
    assert merkle.root(store, 161) == merkle.root(rebuilt(store.leaves()), 161)
