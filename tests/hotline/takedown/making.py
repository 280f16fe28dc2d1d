"""What the tests of notices begin with: an item that is acted on, a recipient, a notice in the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

from tutela.hotline.cases.actions import open_item, record_sighting
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import PUBLIC, person, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.takedown.actions import name_recipient, queue_notice
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.kernel.clock import FixedClock
from tutela.kernel.ids import new_id

START = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
WORKER, OFFICER = process("worker"), person(new_id("usr_"))


def a_clock() -> FixedClock:
    return FixedClock(START)


def a_sighting(clock: FixedClock, *, urgent: bool = False) -> Sighting:
    """A fetched page whose item is acted on; how it came there is the business of other tests."""
    item = open_item("url", source="report", actor=PUBLIC, urgent=urgent, clock=clock)
    Item.objects.filter(pk=item.pk).update(state="acted")
    item.refresh_from_db()
    seen = Seen(how="fetched", process="fetcher", reason="report", sha256="a" * 64)
    return record_sighting(item, seen, actor=process("fetcher"), clock=clock)


def a_recipient(clock: FixedClock, address: str = "abuse@host.test") -> Recipient:
    return name_recipient(address, "Host Ltd", source="person", actor=OFFICER, clock=clock)


def a_notice(clock: FixedClock, *, address: str = "abuse@host.test", urgent: bool = False) -> Notice:
    return queue_notice(
        a_sighting(clock, urgent=urgent), a_recipient(clock, address), actor=WORKER, clock=clock
    )


def acts(subject: str) -> list[str]:
    return list(LedgerEntry.objects.filter(subject=subject).order_by("index").values_list("act", flat=True))
