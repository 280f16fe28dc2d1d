"""Items in any state, keys and addresses, for the tests of the hotline."""

from __future__ import annotations

from datetime import UTC, datetime

from tutela.hotline.cases.actions import (
    Judged,
    Met,
    Print,
    move_item,
    open_item,
    record_fingerprints,
    record_match,
    record_sighting,
    record_verdict,
)
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.models import Item, Match, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import PUBLIC, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.egress.urls import read_url

CLOCK = FixedClock(datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC))
WORKER = process("worker")
#: The way of an item to each state, with the reason of each step.
REASONS = {
    "fetched": "fetch_done",
    "fingerprinted": "fingerprints_made",
    "matched": "list_matched",
    "unmatched": "list_unmatched",
    "rated": "rating_made",
    "in_review": "review_taken",
    "verdict": "verdict_reached",
    "acted": "notice_sent",
    "watched": "watch_begun",
    "held": "police_first",
    "closed": "exercise",
}


def ring() -> MemoryKeyStore:
    """A key store with one epoch."""
    keys = MemoryKeyStore(CLOCK)
    keys.rotate()
    return keys


def an_item(address: str = "", keys: SealingKeys | None = None, *, urgent: bool = False) -> Item:
    """An item as a report opens it; with an address, sealed to these keys."""
    sealed = (
        seal_address(read_url(address), keys or SealingKeys(vault=ring(), fetch=ring())) if address else None
    )
    return open_item("url", source="report", actor=PUBLIC, address=sealed, urgent=urgent, clock=CLOCK)


def moved(item: Item, *states: str) -> Item:
    """The item after these steps; a verdict is recorded before one is reached."""
    for state in states:
        if state == "verdict":
            item = a_verdict(item)
        item = move_item(item, state, actor=WORKER, reason=REASONS[state], clock=CLOCK)
    return item


def a_verdict(item: Item, legal_class: str = "csam") -> Item:
    """The item with a verdict of one person."""
    judged = Judged(legal_class=legal_class, scheme="own", category="x", votes=1)
    return record_verdict(item, judged, actor=WORKER, clock=CLOCK).item


def a_sighting(item: Item) -> Sighting:
    """A fetched sighting of the item."""
    return record_sighting(
        item, Seen(how="fetched", process="worker", reason="report"), actor=WORKER, clock=CLOCK
    )


def a_match(item: Item, *, confirmed: str, approved: bool) -> Match:
    """A match of a fingerprint of the item."""
    made = record_fingerprints(a_sighting(item), [Print(kind="sha256", value="a" * 64)], actor=WORKER)
    met = Met(
        list_id="own", list_version="1", entry="e", status="known" if confirmed else "candidate",
        confirmed=confirmed, approved=approved, reason="list_matched", legal_class="csam",
    )  # fmt: skip
    return record_match(made[0], met, actor=WORKER, clock=CLOCK)


def acts() -> list[str]:
    """The acts of the ledger, the first one first."""
    return list(LedgerEntry.objects.order_by("index").values_list("act", flat=True))
