"""What the tests of notices begin with: an item that is acted on, a recipient, a notice in the outbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tutela.hotline.cases.actions import open_item, record_sighting
from tutela.hotline.cases.addresses import SealedAddress, SealingKeys, seal_address
from tutela.hotline.cases.models import Fingerprint, Item, Match, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import PUBLIC, person, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.takedown.actions import name_recipient, queue_notice
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.hotline.takedown.sender import Means, Sender
from tutela.hotline.takedown.traces import NoTrace
from tutela.kernel.clock import Clock, FixedClock
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.smtp import Mailer
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.opener.orders import OpenOrder
from tutela.share.notices.contents import Letterhead

START = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
#: The address that every sighting of these tests is of, and the keys that open it.
URL = "https://canary.test/very-secret?page=1"


def _keys() -> MemoryKeyStore:
    keys = MemoryKeyStore(FixedClock(START))
    keys.rotate()
    return keys


KEYS = _keys()
ADDRESS = seal_address(read_url(URL), SealingKeys(vault=KEYS, fetch=_keys()))
WORKER, OFFICER = process("worker"), person(new_id("usr_"))


def a_clock() -> FixedClock:
    return FixedClock(START)


def a_sighting(
    clock: FixedClock, *, urgent: bool = False, known: bool = True, address: SealedAddress = ADDRESS
) -> Sighting:
    """A fetched page whose item is acted on; how it came there is the business of other tests."""
    item = open_item("url", source="report", actor=PUBLIC, urgent=urgent, clock=clock)
    Item.objects.filter(pk=item.pk).update(state="acted")
    item.refresh_from_db()
    seen = Seen(how="fetched", process="fetcher", reason="report", sha256="a" * 64, address=address)
    sighting = record_sighting(item, seen, actor=process("fetcher"), clock=clock)
    if known:
        matched(sighting, clock)
    return sighting


def matched(sighting: Sighting, clock: FixedClock) -> None:
    """The item is byte-identical with an approved entry of a list."""
    value = Fingerprint.objects.create(
        item=sighting.item, sighting=sighting, kind="sha256", value="a" * 64, made_at=clock.now()
    )
    Match.objects.create(
        item=sighting.item,
        fingerprint=value,
        list_id="lst",
        list_version="1",
        entry="ent",
        status="known",
        confirmed="sha256",
        approved=True,
        reason="list_matched",
        made_at=clock.now(),
    )


def a_recipient(clock: FixedClock, address: str = "abuse@host.test") -> Recipient:
    return name_recipient(address, "Host Ltd", source="person", actor=OFFICER, clock=clock)


def a_notice(clock: FixedClock, *, address: str = "abuse@host.test", urgent: bool = False) -> Notice:
    return queue_notice(
        a_sighting(clock, urgent=urgent), a_recipient(clock, address), actor=WORKER, clock=clock
    )


def a_form(sighting: Sighting, clock: FixedClock, *, name: str = "Host Ltd") -> FormNotice:
    """A form of a host that was filled in."""
    contact = Contact.objects.create(
        key=f"host:{name}", rung="hoster", kind="form", address="https://host.test/report", state="approved",
        organisation=name, origin="house", made_at=clock.now(),
    )  # fmt: skip
    return FormNotice.objects.create(
        sighting=sighting, contact=contact, consequence="notice_known", state="done",
        queued_at=clock.now(), moved_at=clock.now(),
    )  # fmt: skip


def message_id_of(notice: Notice) -> str:
    """Message-ID of the letter that carries the notice by now."""
    return Notice.objects.get(pk=notice.pk).message_id


def acts(subject: str) -> list[str]:
    return list(LedgerEntry.objects.filter(subject=subject).order_by("index").values_list("act", flat=True))


class KeyOpener:
    """An opener in this process; ``away`` says that nobody answers at its socket."""

    def __init__(self) -> None:
        self.away, self.asked = False, list[OpenOrder]()

    def text(self, order: OpenOrder) -> str:
        if self.away:
            raise Unavailable("the opener does not answer")
        self.asked.append(order)
        return open_text(order.sealed, KEYS)

    def fill(self, order: OpenOrder, descriptor: int) -> int:
        raise Refused("a sender opens no objects")


HEAD = Letterhead(
    sender=parse_mail_address("notices@hotline.test"), name="A hotline", public_url="http://127.0.0.1:8700"
)


def a_sender(mailer: Mailer, clock: Clock, *, opener: KeyOpener | None = None, **facts: Any) -> Sender:
    """A sender without chance."""
    name, trace = facts.pop("name", "one"), facts.pop("trace", NoTrace())
    means = Means(mailer=mailer, opener=opener or KeyOpener(), head=HEAD, trace=trace, **facts)
    return Sender(name, means, clock=clock, chance=lambda: 0.0)
