"""What a look met at another host: a place of its own, about which its own hoster is told."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tutela.hotline.cases.actions import open_moved, put_act
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT, MovedPlace
from tutela.hotline.cases.states import KNOWN
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.takedown.queries import is_taken_back
from tutela.hotline.work.handlers import URGENT
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def follow_moved(
    item: Item,
    sighting: Sighting,
    moved: Sequence[MovedPlace],
    *,
    actor: Actor,
    clock: Clock = _MACHINE_CLOCK,
) -> None:
    """None; where redirects led from this place is one of the item's, and is acted on where the item is.

    Where the item waits for people, nothing is put: what they decide puts it for all places. Not where
    people took a notice about the first place back. The item is locked by the caller.
    """
    if not moved or is_taken_back(sighting):
        return
    open_moved(item, sighting, moved, actor=actor, clock=clock)
    if item.state in KNOWN - {"matched"}:
        act_where_led(item, clock=clock)


def act_where_led(item: Item, *, clock: Clock) -> None:
    """None; each place of the item to which redirects led, and of which nobody looked up yet who has it, is
    acted on soon.
    """
    waiting = item.sightings.filter(found_as=BY_REDIRECT, search=None).order_by("pk")
    put_act(waiting, priority=URGENT if item.urgent else None, clock=clock)
