"""What a second look leads to: what is wrong is taken back, what is overdue written down, by itself."""

from __future__ import annotations

from contextlib import suppress

from tutela.hotline.cases.equipment import equipment
from tutela.hotline.cases.job_kinds import SECOND_LOOK
from tutela.hotline.cases.jobs import WORKER
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.takedown.actions import record_second_look
from tutela.hotline.takedown.actions.taking_back import record_second_look_by_hand
from tutela.hotline.takedown.models import Notice
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Arguments, Handler, nothing_outside, register
from tutela.kernel.errors import Conflict, Refused

#: Tries before the job is parked and shown.
_TRIES = 5


def settle_second_look(arguments: Arguments, result: None, claim: Claim) -> None:
    """Every notice about the item that waits for a second look, settled by what people say of it now.

    What was told by hand, or waits to be, is settled with them.
    """
    item = Item.objects.filter(public_id=arguments["item"]).first()
    if item is None:
        raise Refused("there is no such item")
    votes, clock = votes_on(item), equipment().clock
    waiting = Notice.objects.filter(sighting__item=item).exclude(second_look_due=None)
    for name in waiting.order_by("pk").values_list("public_id", flat=True):
        with suppress(Conflict):  # it was taken back meanwhile
            record_second_look(name, votes, actor=WORKER, clock=clock)
    record_second_look_by_hand(item, votes, actor=WORKER, clock=clock)


def register_handlers() -> None:
    """Makes this job known; called once, when Django starts."""
    register(Handler(kind=SECOND_LOOK, outside=nothing_outside, inside=settle_second_look, tries_max=_TRIES))
