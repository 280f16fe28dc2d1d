"""A mailbox that is not there: nothing more goes to it until a person names it again, or another one."""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.takedown.models import Recipient
from tutela.kernel.clock import Clock, SystemClock

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def record_dead(recipient: Recipient, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> bool:
    """Whether the recipient's mailbox was thought to be there. What waits for it waits on, and is seen.

    A mail server's word about a letter of ours, which nobody believes in any other matter: that nothing goes
    out any more is the worst that a lie brings, and it raises the alarm.
    """
    found = Recipient.objects.select_for_update().get(pk=recipient.pk)
    if found.dead_at is not None:
        return False
    found.dead_at = clock.now()
    found.save(update_fields=["dead_at"])
    record("recipient_dead", actor=actor, subject=found.public_id, clock=clock)
    return True
