"""An item taken out of the work: closed for good, held for a time, and taken up again where it was.

A hold for the police ends by itself at its time, also at night and at weekends: else what is online stays
there because nobody came back to a page. One for a court ends when a person ends it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from tutela.hotline.cases.actions.acting import put_act
from tutela.hotline.cases.actions.items import move_item
from tutela.hotline.cases.actions.withdrawing import let_fall
from tutela.hotline.cases.acts import PLACES
from tutela.hotline.cases.job_kinds import FETCH, RELEASE
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.work.actions import put
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused

_MACHINE_CLOCK = SystemClock()
#: Reason of the hold that ends by itself, and of the one that the mandate has to allow.
POLICE_FIRST, LEGAL_HOLD = "police_first", "legal_hold"
#: Days of the longest hold that ends by itself, and of the longest that a person gives (our own).
POLICE_DAYS_MAX, DAYS_MAX = 90, 3_660


@transaction.atomic
def close_item(item: Item, *, actor: Actor, reason: str, clock: Clock = _MACHINE_CLOCK) -> Item:
    """The item, closed for a reason of ``states.CLOSING_REASONS``; what was written about it is settled.

    What waits to go out is withdrawn, and where it was wrong, what went out is taken back (the job
    ``settle_item``). Raises Refused, Conflict where somebody was faster.
    """
    mandate_in_force(clock=clock).check("close_item")
    return move_item(item, "closed", actor=actor, reason=reason, clock=clock)


@transaction.atomic
def hold_item(
    item: Item, *, actor: Actor, reason: str, until: datetime | None, clock: Clock = _MACHINE_CLOCK
) -> Item:
    """The item, held for a reason of ``states.HOLDING_REASONS`` until that moment (aware).

    Raises Invalid for a time that is past or too far, or none where the police are told first; Refused where
    the mandate does not allow it, Conflict where somebody was faster.
    """
    _check_until(reason, until, clock.now())
    if reason == LEGAL_HOLD:
        mandate_in_force(clock=clock).check("place_hold")
    held = move_item(item, "held", actor=actor, reason=reason, until=until, clock=clock)
    if reason == POLICE_FIRST:
        arguments = {"item": held.public_id, "version": held.version}
        key = f"{RELEASE}-{held.public_id}-{held.version}"
        put(RELEASE, arguments, key=key, due=until, clock=clock)
    return held


@transaction.atomic
def release_item(item: Item, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Item:
    """The item in the state from which it was held, with the work that stood still meanwhile in line again.

    Where all that spoke for it fell meanwhile, people look at it now, or it is closed. Raises Refused where
    it is not held, Conflict where somebody was faster.
    """
    if item.state != "held":
        raise Refused("the item is not held")
    back = move_item(item, item.held_from, actor=actor, reason="hold_ended", clock=clock)
    _take_up(back, clock)
    return back if back.state == "matched" else let_fall(back, actor=actor, clock=clock)


def _check_until(reason: str, until: datetime | None, now: datetime) -> None:
    if until is None:
        if reason == POLICE_FIRST:
            raise Invalid("say until when the police have time", field="until")
        return
    longest = timedelta(days=POLICE_DAYS_MAX if reason == POLICE_FIRST else DAYS_MAX)
    if not now < until <= now + longest:
        raise Invalid(f"a time to come, at most {longest.days} days from now", field="until")


def _take_up(item: Item, clock: Clock) -> None:
    """Puts the job that found the item held, and ended without doing anything."""
    if item.state == "received":
        for sighting in item.sightings.filter(how__in=PLACES).exclude(url_for_fetch=b"").order_by("pk"):
            name = sighting.public_id
            put(FETCH, {"sighting": name}, key=f"{FETCH}-{name}", clock=clock)
    elif item.state in ("matched", "verdict", "acted") and _is_spoken_for(item):
        places = item.sightings.filter(how="fetched").exclude(blob="", sha256="")
        put_act(places.order_by("pk"), clock=clock)


def _is_spoken_for(item: Item) -> bool:
    """Whether an approved entry knows it byte for byte, or people's last verdict names a class."""
    if item.matches.filter(approved=True, confirmed="sha256").exists():
        return True
    verdict = item.verdicts.order_by("-pk").first()
    return verdict is not None and bool(verdict.legal_class)
