"""The look again before a notice goes out: asked for by the sender, done by the worker (ST-23).

The sender may not meet the internet. It puts jobs; whoever holds the fetcher does them and answers with
``record_look``.
"""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.takedown.actions.moving import locked_notice, move
from tutela.hotline.takedown.actions.sending import ALIVE, GOES_OUT, RETRACTS, is_due, stale
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.removal import SEEN, Result
from tutela.hotline.takedown.retrying import Chance, retry_after
from tutela.hotline.takedown.states import Event
from tutela.hotline.work.actions import put
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict

#: The kind of the job; its argument ``notice`` is the notice's id.
KIND = "notice_look"
#: Notices that are looked at ahead: as many as a sender hands over in a round of tending, at 40 a second.
AHEAD_MAX = 600
#: Minutes after which a look that brought nothing is asked for again.
ASK_AGAIN_MINUTES = 5
#: What a look finds that takes a notice back, and the event that this is.
_TAKES_BACK: dict[Result, Event] = {"gone": "content_gone", "changed": "content_changed"}

#: What a look finds that may hide the content: the notice is neither sent nor withdrawn, and says why.
HOLDS: frozenset[Result] = frozenset({"blocked", "parked", "soft_missing"})
#: Until a held notice is looked at again (our own).
HELD = timedelta(hours=1)

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def ask_for_looks(number: int = AHEAD_MAX, *, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many of the next notices were given a job, because their last look is too old to send on."""
    now = clock.now()
    again = timedelta(minutes=ASK_AGAIN_MINUTES)
    unasked = Q(look_asked_at=None) | Q(look_asked_at__lt=now - again) | Q(look_asked_at__gt=now + again)
    rows = Notice.objects.select_for_update(skip_locked=True, of=("self",))  # two senders ask at once
    rows = rows.filter(unasked, is_due(now), stale(now), ALIVE, state="queued")
    rows = rows.filter(sighting__item__state__in=GOES_OUT)
    rows = rows.exclude(RETRACTS).order_by("priority", "due", "id")
    waiting = list(rows.values_list("pk", "public_id", "priority", "sighting__host_digest")[:number])
    Notice.objects.filter(pk__in=[row[0] for row in waiting]).update(look_asked_at=now)
    for _, notice, priority, host in waiting:
        put(KIND, {"notice": notice}, key=f"{KIND}-{notice}", priority=priority, host=host, clock=clock)
    return len(waiting)


@transaction.atomic
def record_look(
    untrusted_notice: str,
    result: Result,
    *,
    actor: Actor,
    chance: Chance = random.random,
    clock: Clock = _MACHINE_CLOCK,
) -> str:
    """The notice's state after the content was fetched again (ST-23).

    The content, also in other bytes or behind a redirect: it may go out for 15 minutes. Gone or changed: it
    is withdrawn, because it would say what is no longer so. No answer: the next look comes when the notice
    would be tried again. What only hides the content (a wall, a parked host, a page that says "removed")
    holds it for an hour, with that as its reason.
    """
    now, notice = clock.now(), locked_notice(untrusted_notice)
    if notice.state != "queued":
        raise Conflict("the notice is no longer waiting")
    if result in _TAKES_BACK:
        move(notice, _TAKES_BACK[result], now)
    elif result in SEEN:
        notice.seen_at, notice.look_asked_at = now, None
    else:
        notice.due = now + (HELD if result in HOLDS else retry_after(1, chance))
    notice.look_found = result if result in HOLDS else ""
    notice.save(update_fields=["seen_at", "look_asked_at", "due", "look_found"])
    record("notice_looked_at", actor=actor, subject=notice.public_id, facts={"result": result}, clock=clock)
    return notice.state
