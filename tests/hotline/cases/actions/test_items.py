from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.hotline.cases.making import CLOCK, WORKER, a_match, acts, an_item, moved, ring
from tutela.hotline.cases.actions import move_item, open_item
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


def test_an_item_begins_received_and_the_ledger_says_so() -> None:
    item = an_item()
    entry = LedgerEntry.objects.get(subject=item.public_id)
    assert (item.state, item.version, item.opened_at) == ("received", 1, CLOCK.now())
    assert (entry.act, entry.actor_kind) == ("item_opened", "public")


@pytest.mark.parametrize(("kind", "source"), [("poem", "report"), ("url", "rumour")])
def test_an_unknown_kind_or_source_opens_nothing(kind: str, source: str) -> None:
    with pytest.raises(Invalid):
        open_item(kind, source=source, actor=PUBLIC)
    assert not Item.objects.exists()


def test_an_address_is_sealed_for_the_opener_and_for_the_fetcher_and_readable_nowhere() -> None:
    vault, fetch = ring(), ring()
    address = seal_address(read_url("https://canary.test/very-secret"), SealingKeys(vault=vault, fetch=fetch))
    item = open_item("url", source="report", actor=PUBLIC, address=address, clock=CLOCK)
    sighting = item.sightings.get()
    assert open_text(bytes(sighting.url_sealed), vault) == "https://canary.test/very-secret"
    assert open_text(bytes(sighting.host_sealed), vault) == "canary.test"
    assert open_text(bytes(sighting.url_for_fetch), fetch) == "https://canary.test/very-secret"
    assert (sighting.url_epoch, sighting.fetch_epoch) == (vault.current().id, fetch.current().id)
    assert (sighting.process, sighting.reason, sighting.how) == ("public", "report", "reported")
    assert acts() == ["item_opened"] and LedgerEntry.objects.get().index == sighting.log_index
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_sighting")
        row = b"".join(v if isinstance(v, bytes) else repr(v).encode() for v in map(plain, cursor.fetchone()))
    assert b"secret" not in row and b"canary" not in row


def plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_a_move_is_counted_and_recorded() -> None:
    moved = move_item(an_item(), "fetched", actor=WORKER, reason="fetch_done", clock=CLOCK)
    assert (moved.state, moved.version, moved.state_reason) == ("fetched", 2, "fetch_done")
    assert Item.objects.get().state == "fetched" and acts() == ["item_opened", "item_moved"]


def test_what_the_table_does_not_know_is_refused_and_nothing_is_written() -> None:
    item = an_item()
    with pytest.raises(Refused, match="no step leads from received to acted"):
        move_item(item, "acted", actor=WORKER, reason="notice_sent")
    assert Item.objects.get().version == 1 and acts() == ["item_opened"]


def test_the_slower_of_two_is_refused() -> None:
    item = an_item()
    move_item(item, "fetched", actor=WORKER, reason="fetch_done")
    with pytest.raises(Conflict, match="fetched, version 2"):
        move_item(item, "unfetchable", actor=WORKER, reason="fetch_failed")


def test_a_reason_is_a_declared_word() -> None:
    with pytest.raises(Invalid):
        move_item(an_item(), "fetched", actor=WORKER, reason="because_i_say_so")


def test_a_match_acts_only_when_its_entry_is_approved_too() -> None:
    item = moved(an_item(), "fetched", "fingerprinted")
    match = a_match(item, confirmed="sha256", approved=False)
    item = moved(item, "matched")
    with pytest.raises(Refused, match="approved"):
        move_item(item, "acted", actor=WORKER, reason="notice_sent")
    match.approved = True
    match.save()
    assert move_item(item, "acted", actor=WORKER, reason="notice_sent").state == "acted"


def test_a_held_item_goes_back_where_it_was() -> None:
    item = move_item(an_item(), "held", actor=WORKER, reason="police_first")
    assert item.held_from == "received"
    with pytest.raises(Refused):
        move_item(item, "fetched", actor=WORKER, reason="hold_ended")
    assert move_item(item, "received", actor=WORKER, reason="hold_ended").held_from == ""


def test_an_act_that_fails_leaves_nothing() -> None:
    item = an_item()

    def fails() -> None:
        with transaction.atomic():
            move_item(item, "fetched", actor=WORKER, reason="fetch_done")
            raise OSError

    with pytest.raises(OSError):
        fails()
    assert Item.objects.get().state == "received" and acts() == ["item_opened"]


def test_the_fetcher_forgets_the_address_of_a_closed_item() -> None:
    item = moved(an_item("https://there.test/x"), "closed")
    sighting = item.sightings.get()
    assert bytes(sighting.url_sealed) and not bytes(sighting.url_for_fetch) and not sighting.fetch_epoch
