"""What waits to be told about an item that has become urgent goes before all else from now on."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from tutela.hotline.cases.jobs import ACT
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.takedown.actions.approving import FIND
from tutela.hotline.takedown.actions.checking import plan_check
from tutela.hotline.takedown.actions.looking import KIND as LOOK
from tutela.hotline.takedown.models import URGENT, Notice
from tutela.hotline.takedown.states import UNCONFIRMED
from tutela.hotline.work.actions import hasten
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def hasten_notices(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many notices about the item go first from now on; with them their jobs, and the looks that follow.

    One that is being handed over may come back to the outbox, so it counts among them. Nothing where the item
    is not urgent.
    """
    if not item.urgent:
        return 0
    waiting = Notice.objects.filter(sighting__item=item, state__in=UNCONFIRMED)
    names = list(waiting.order_by("pk").values_list("public_id", flat=True))
    number = waiting.filter(priority__gt=URGENT).update(priority=URGENT)
    hasten([*_keys(item), *(f"{LOOK}-{name}" for name in names)])
    for sighting in item.sightings.filter(watch__ended_at=None, watch__isnull=False).order_by("pk"):
        sighting.item = item
        plan_check(sighting, clock=clock)
    if number:
        facts = {"notices": number}
        record("notices_hastened", actor=actor, subject=item.public_id, facts=facts, clock=clock)
    return number


def _keys(item: Item) -> Iterator[str]:
    for name in Sighting.objects.filter(item=item).order_by("pk").values_list("public_id", flat=True):
        yield from (f"{kind}-{name}" for kind in (ACT, FIND))
