"""Where a place is there although somebody was told: a reminder, and after the last one the next rung."""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.takedown.actions.approving import put_find
from tutela.hotline.takedown.actions.queueing import order_of, queue_again
from tutela.hotline.takedown.contacts.models import Search
from tutela.hotline.takedown.permitting import check_permitted
from tutela.hotline.takedown.queries import last_sent, step_for
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def tell_again(item: Item, sighting: Sighting, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Item:
    """The item after what follows for its place, which was just seen to be there: nothing before its time.

    A reminder is queued, or the search for whoever stands on the next rung begins; the item is acted on then.
    Raises Refused where the mandate or the quorum lets nobody be told any more.
    """
    sighting.item = item
    step = step_for(sighting, urgent=item.urgent, now=clock.now())
    if step == "wait" or item.state not in ("acted", "watched"):
        return item
    last = last_sent(sighting)
    if (step == "remind" and last is None) or (step == "climb" and not _may_climb(sighting)):
        return item
    if item.state == "watched":
        item = sighting.item = move_item(item, "acted", actor=actor, reason="look_found", clock=clock)
    if step == "remind" and last is not None:
        last.sighting = sighting
        queue_again(last, actor=actor, order=order_of(last), reminds=True, clock=clock)
    else:
        check_permitted(sighting, votes=votes_on(item), police_told=None, clock=clock)
        put_find(sighting, clock=clock)
    return item


def _may_climb(sighting: Sighting) -> bool:
    """Whether nobody is asked yet, nor waited for: a search that somebody or something else ends goes on."""
    return not Search.objects.filter(sighting=sighting).exclude(state="told").exists()
