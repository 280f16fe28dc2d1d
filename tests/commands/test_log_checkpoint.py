from __future__ import annotations

from tests.commands.log_calls import Notary
from tests.hotline.ledger.logs import unprotected
from tutela.hotline.ledger.kept import last_kept
from tutela.hotline.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode
from tutela.kernel.custody.witness_requests import WitnessRequest


def test_what_is_signed_stands_in_the_database_and_beside_it(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.entries(3)
    assert notary("checkpoint") == 0
    note = notary.out
    assert note.startswith("hotline.test/log\n3\n")
    assert last_kept(notary.folder / "house") == LedgerCheckpoint.objects.get().note == note
    assert notary("checkpoint") == 0 and notary.out == note
    assert notary.json("checkpoint")["size"] == 3


def test_a_request_to_a_witness_has_a_proof(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.entries(7)
    notary("checkpoint", "--since", "3")
    asked = WitnessRequest.read(notary.out)
    assert asked.old_size == 3 and len(asked.proof) == 4 and asked.note.startswith("hotline.test/log\n7\n")
    assert notary("checkpoint", "--since", "8") == 2 and "7 entries" in notary.err


def test_without_a_key_nothing_is_signed(notary: Notary) -> None:
    assert notary("checkpoint") == 3 and "log.key" in notary.err


def test_over_an_older_database_nothing_is_signed(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.entries(5)
    notary("checkpoint")
    with unprotected():
        LedgerCheckpoint.objects.all().delete()
        LedgerEntry.objects.filter(index__gte=4).delete()
        LedgerNode.objects.filter(place__gt=6).delete()
    assert notary("checkpoint") == 2 and "older copy" in notary.err
    assert not LedgerCheckpoint.objects.exists()


def test_after_a_loss_the_log_says_so_and_goes_on(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.witness()
    notary.entries(4)
    notary("checkpoint")
    notary.entries(2)
    notary("checkpoint", "--since", "0")
    request = notary.out
    notary.at("witness")
    assert notary("witness", "sign", typed=request) == 0
    notary("witness", "show", "hotline.test/log")
    known = notary.out
    notary.at("house")
    with unprotected():  # an older copy is restored
        LedgerCheckpoint.objects.filter(number=1).delete()
        LedgerEntry.objects.filter(index__gte=4).delete()
        LedgerNode.objects.filter(place__gte=8).delete()
    assert notary("checkpoint") == 2
    assert notary("checkpoint", "--accept-loss", "-", typed=known) == 0
    assert notary.out.startswith("hotline.test/log\n5\n")
    assert notary("fsck", "--kept", "-", typed=known) == 0
    assert "known loss: the log once had 6 entries; entry 4 says so\n" in notary.out
    assert notary.json("fsck")["losses"] == [{"signed": 6}]
    notary.entries(1)
    notary("checkpoint")  # as large as before, and another history
    assert notary("fsck", "--kept", "-", typed=notary.out) == 0 and "known loss" in notary.out
    (notary.folder / "house" / "checkpoints" / "6.lost").rename(notary.folder / "elsewhere")
    assert notary("fsck") == 0 and "known loss" not in notary.out
    assert notary("fsck", "--kept", str(notary.folder / "elsewhere")) == 1, "one without the other"
    notary("checkpoint", "--since", "0")
    request = notary.out
    notary.at("witness")
    assert notary("witness", "sign", typed=request) == 2, "the witness does not take it from the log"
    assert notary("witness", "forget", "hotline.test/log") == 0 and "at 6 entries" in notary.out
    assert notary("witness", "sign", typed=request) == 0


def test_a_loss_that_is_none_is_refused(notary: Notary) -> None:
    notary("init", "hotline.test/log")
    notary.entries(2)
    notary("checkpoint")
    note = notary.out
    notary.entries(1)
    assert notary("checkpoint", "--accept-loss", "-", typed=note) == 2 and "nothing is lost" in notary.err
    assert notary("checkpoint", "--accept-loss", "-", typed="all of it") == 2
