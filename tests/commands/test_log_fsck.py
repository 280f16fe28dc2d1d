from __future__ import annotations

from pathlib import Path

from django.db import connection

from tests.commands.log_calls import Notary
from tests.hotline.ledger.logs import unprotected
from tutela.hotline.ledger import triggers
from tutela.hotline.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode
from tutela.kernel.custody.note_keys import SigningKey


def a_log(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    for _ in range(3):
        notary.entries(5)
        notary("checkpoint")


def test_a_whole_log_is_whole(notary: Notary) -> None:
    a_log(notary)
    assert notary("fsck") == 0
    assert notary.out == "15 entries, 3 checkpoints: the log is whole\n"
    assert notary.json("fsck")["faults"] == []


def test_the_first_checkpoint_that_shows_it_is_named(notary: Notary) -> None:
    a_log(notary)
    with unprotected():
        LedgerEntry.objects.filter(index=7).update(actor="usr_" + "9" * 32)
        LedgerEntry.objects.filter(index=12).update(leaf=b"{}")
    assert notary("fsck") == 1
    assert "entry: the columns of entry 7" in notary.out and "15 entries" in notary.out
    assert "shown first by checkpoint 1 of the database\n" in notary.out
    assert notary.json("fsck")["first_checkpoint"] == 1


def test_a_long_list_is_cut(notary: Notary) -> None:
    a_log(notary)
    with unprotected():
        LedgerEntry.objects.all().update(subject="x")
        LedgerNode.objects.all().update(hash=b"x")
    assert notary("fsck") == 1 and "and 6 more\n" in notary.out
    assert len(notary.json("fsck")["faults"]) == 26


def test_an_older_database_is_shown_by_the_file_beside_it_and_by_the_witness(
    notary: Notary, tmp_path: Path
) -> None:
    a_log(notary)
    notary("checkpoint")
    (tmp_path / "witness.note").write_text(notary.out)
    with unprotected():
        LedgerCheckpoint.objects.filter(number=2).delete()
        LedgerEntry.objects.filter(index__gte=10).delete()
        LedgerNode.objects.filter(place__gte=19).exclude(place=7).delete()
    assert notary("fsck") == 1 and "shown first by kept checkpoint 0" in notary.out
    (tmp_path / "house" / "checkpoints" / "last.note").unlink()
    assert notary("fsck") == 0, "what nobody kept is not missed"
    assert notary("fsck", "--kept", str(tmp_path / "witness.note")) == 1
    assert "15 leaves were signed, 10 are there" in notary.out


def test_another_key_fits_nothing(notary: Notary) -> None:
    a_log(notary)
    assert notary("fsck", "--key", str(SigningKey.new("hotline.test/log").note_key)) == 1
    assert notary("fsck", "--key", "hotline.test/log") == 2 and "--key" in notary.err


def test_a_database_without_its_triggers_is_named(notary: Notary) -> None:
    a_log(notary)
    triggers.remove(connection)
    assert notary("fsck") == 1 and "database: the trigger ledger_ledgercheckpoint" in notary.out
    triggers.create(connection)
    assert notary("fsck") == 0
