"""What a worker does for intake: it brings in reports that waited in the spare area, again and again."""

from __future__ import annotations

from datetime import timedelta

from django.db import Error, transaction

from tutela.hotline.intake.actions import take_in_spare
from tutela.hotline.work.actions import put
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Arguments, Handler, register
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.log import get_logger

#: The kind of job, and its key: there is one of it.
SPARE = "take_in_spare"
#: Seconds between two looks, so that intake heals within 30 after the database does (FI-05).
LOOK_SECONDS = 20
#: Tries of one look before it is parked; a worker that starts begins anew (our own).
_TRIES = 100

_MACHINE_CLOCK = SystemClock()
_log = get_logger("intake")


def take_in(arguments: Arguments, claim: Claim) -> int:
    """How many reports were brought in. A database that takes nothing is tried again at the next look."""
    try:
        return take_in_spare()
    except Error:
        _log.warning("reports_wait_aside")
        return 0


def look_again(arguments: Arguments, result: int, claim: Claim) -> None:
    """Puts the next look, in the transaction that ends this one."""
    watch_spare()


@transaction.atomic
def watch_spare(*, clock: Clock = _MACHINE_CLOCK) -> None:
    """Return once a look at the spare area is due soon; there is never more than one."""
    put(SPARE, {}, key=SPARE, due=clock.now() + timedelta(seconds=LOOK_SECONDS), clock=clock)


def register_handlers() -> None:
    """Makes this app's jobs known; called once, when Django starts."""
    register(Handler(kind=SPARE, outside=take_in, inside=look_again, tries_max=_TRIES))
