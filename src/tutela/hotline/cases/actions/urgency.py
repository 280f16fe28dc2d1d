"""An item that an urgent report joins is urgent from then on: queue, fetches and notices go by that."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tutela.hotline.cases.acts import PLACES
from tutela.hotline.cases.job_kinds import FETCH, HASTEN, MAKE_URGENT
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.work.actions import NewJob, put, put_new
from tutela.hotline.work.handlers import URGENT
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


def hand_urgency_on(items: Sequence[Item], cause: str, *, clock: Clock = _MACHINE_CLOCK) -> None:
    """None; each item that is not urgent will be, soon after this transaction.

    ``cause``: the id of what joined it. In a job of its own, because whoever moves an item locks it before
    the ledger, and the caller has locked the ledger already.
    """
    quiet = [item for item in items if not item.urgent and item.state not in TERMINAL]
    jobs = [
        NewJob(arguments={"item": item.public_id}, key=f"{MAKE_URGENT}-{item.pk}-{cause}") for item in quiet
    ]
    if jobs:
        put_new(MAKE_URGENT, jobs, priority=URGENT, clock=clock)


@transaction.atomic
def make_urgent(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Item:
    """The item, urgent from now on, with the jobs that still fetch it; as it was where it is closed.

    What waits to be told about it follows by a job of its own.
    """
    for sighting in Sighting.objects.filter(item=item, how__in=PLACES).order_by("pk"):
        _hasten_fetch(item, sighting, clock)
    locked = Item.objects.select_for_update().get(pk=item.pk)
    if locked.urgent or locked.state in TERMINAL:
        return locked
    locked.urgent = True
    locked.save(update_fields=["urgent"])
    arguments = {"item": locked.public_id}
    put(HASTEN, arguments, key=f"{HASTEN}-{locked.public_id}", priority=URGENT, clock=clock)
    facts = {"state": locked.state}
    record("item_made_urgent", actor=actor, subject=locked.public_id, facts=facts, clock=clock)
    return locked


def _hasten_fetch(item: Item, sighting: Sighting, clock: Clock) -> None:
    """Before item and ledger are locked: jobs come first."""
    if item.state == "received":
        name = sighting.public_id
        put(FETCH, {"sighting": name}, key=f"{FETCH}-{name}", priority=URGENT, clock=clock)
