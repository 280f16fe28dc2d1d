"""The job by which an item's urgency reaches what waits about it."""

from __future__ import annotations

from tutela.hotline.cases.equipment import equipment
from tutela.hotline.cases.job_kinds import HASTEN
from tutela.hotline.cases.jobs import WORKER
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.actions.hastening import hasten_notices
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import URGENT, Arguments, Handler, register
from tutela.kernel.errors import Refused

#: Tries before the job is parked and shown.
_TRIES = 5


def hasten_item(arguments: Arguments, result: None, claim: Claim) -> None:
    """The item's notices that wait, and the jobs about them, go first."""
    item = Item.objects.filter(public_id=arguments["item"]).first()
    if item is None:
        raise Refused("there is no such item")
    hasten_notices(item, actor=WORKER, clock=equipment().clock)


def register_handlers() -> None:
    """Makes this job known; called once, when Django starts."""
    register(Handler(kind=HASTEN, priority=URGENT, inside=hasten_item, tries_max=_TRIES))
