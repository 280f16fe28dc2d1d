"""That the police know of an item: since when, and from when on they let others be told.

Who tells them is the business of ``partners``, who waits for it that of ``takedown``: neither knows the
other, and both know the item. Whoever calls this records the act of which it is a part.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tutela.hotline.cases.actions.ending import POLICE_FIRST, hold_item, release_item
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def record_police_told(item: Item, *, told: datetime, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> bool:
    """Whether the item is held for the police from now on, as the mandate in force asks for.

    The first time counts: who tells them again gives them no more time. An item that is held or closed
    stays so. Raises Refused where no mandate is in force.
    """
    now = Item.objects.select_for_update().get(pk=item.pk)
    if now.police_told_at is not None:
        return False
    now.police_told_at = told
    now.save(update_fields=["police_told_at"])
    first = mandate_in_force(clock=clock).police_first
    until = told + first.hold
    if not first.required or now.state in TERMINAL | {"held"} or until <= clock.now():
        return False
    hold_item(now, actor=actor, reason=POLICE_FIRST, until=until, clock=clock)
    return True


@transaction.atomic
def record_police_released(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> bool:
    """Whether a hold for the police ended with this: from now on others may be told of the item."""
    now = Item.objects.select_for_update().get(pk=item.pk)
    if now.police_released_at is None:
        now.police_released_at = clock.now()
        now.save(update_fields=["police_released_at"])
    if now.state != "held" or now.state_reason != POLICE_FIRST:
        return False
    release_item(now, actor=actor, clock=clock)
    return True
