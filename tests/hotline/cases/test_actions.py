from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from tutela.hotline.cases.actions import move_item, open_item, record_sighting
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.models import Item, Match, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import PUBLIC, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Conflict, Invalid, Refused

CLOCK = FixedClock(datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC))
WORKER = process("worker")

pytestmark = pytest.mark.django_db


def ring() -> MemoryKeyStore:
    keys = MemoryKeyStore(CLOCK)
    keys.rotate()
    return keys


def an_item() -> Item:
    return open_item("url", source="report", actor=PUBLIC, clock=CLOCK)


def acts() -> list[str]:
    return list(LedgerEntry.objects.order_by("index").values_list("act", flat=True))


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


def test_a_sighting_keeps_what_the_custody_record_asks() -> None:
    item = an_item()
    seen = Seen(
        how="fetched", process="fetcher", reason="report", monotonic_seconds=7.5, status_code=200,
        sha256="a" * 64, sha3_256="b" * 64, size_bytes=3, tool="tutela", tool_version="1",
        configuration="c" * 64,
    )  # fmt: skip
    sighting = record_sighting(item, seen, actor=process("fetcher"), clock=CLOCK)
    kept = Sighting.objects.get(public_id=sighting.public_id)
    assert (kept.seen_at, kept.seen_monotonic_seconds, kept.sha256) == (CLOCK.now(), 7.5, "a" * 64)
    assert LedgerEntry.objects.get(index=kept.log_index).subject == sighting.public_id
    assert "a" * 64 not in bytes(LedgerEntry.objects.get(index=kept.log_index).leaf).decode()


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
    item = matched(confirmed="sha256", approved=False)
    with pytest.raises(Refused, match="approved"):
        move_item(item, "acted", actor=WORKER, reason="notice_sent")
    Match.objects.update(approved=True)
    assert move_item(item, "acted", actor=WORKER, reason="notice_sent").state == "acted"


def matched(*, confirmed: str, approved: bool) -> Item:
    item = an_item()
    for to, reason in (("fetched", "fetch_done"), ("fingerprinted", "fingerprints_made")):
        item = move_item(item, to, actor=WORKER, reason=reason)
    seen = record_sighting(item, Seen(how="fetched", process="worker", reason="report"), actor=WORKER)
    made = item.fingerprints.create(sighting=seen, kind="sha256", value="a" * 64, made_at=CLOCK.now())
    item.matches.create(
        fingerprint=made, list_id="own", list_version="1", entry="e", status="known", confirmed=confirmed,
        approved=approved, reason="list_matched", made_at=CLOCK.now(),
    )  # fmt: skip
    return move_item(item, "matched", actor=WORKER, reason="list_matched")


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
