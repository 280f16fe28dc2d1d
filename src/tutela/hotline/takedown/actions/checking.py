"""Looks at a place that a notice was about: recorded one by one, judged together, repeated by timers."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate

from django.db import transaction

from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.models import WORD_LENGTH, Check, Removal
from tutela.hotline.takedown.removal import RESULTS, Look, Standing, standing
from tutela.hotline.work.actions import put
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid

#: The kind of the job; its argument ``sighting`` is the sighting's id.
KIND = "check_sighting"
#: Minutes until the next look: soon while the last one did not see it, and a little more than the rule's 30
#: so that two looks are always far enough apart; later and later while it is there; weekly once it is gone.
SOON_MINUTES, DAY_MINUTES, WEEK_MINUTES = 35, 1_440, 10_080
#: Looks of a sighting that are judged: the latest ones (our own; eight decide, see ``removal``).
LOOKS_JUDGED = 100

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def record_check(
    sighting: Sighting, looks: tuple[Look, ...], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> Standing:
    """``removed``, ``there`` or ``undecided`` after these looks; a removal stands or falls with it.

    ``looks``: one from each vantage point, all of one round. Raises Invalid for a look that is none.
    """
    _check_looks(looks)
    locked = Sighting.objects.select_for_update(of=("self",)).get(pk=sighting.pk)
    Check.objects.bulk_create(
        Check(sighting=locked, vantage=look.vantage, result=look.result, looked_at=look.at) for look in looks
    )
    now_standing = standing(looks_of(locked))
    _settle(locked, now_standing, clock)
    facts: dict[str, Fact] = {"looks": len(looks), "standing": now_standing}
    facts |= {f"found_{result}": sum(look.result == result for look in looks) for result in RESULTS}
    record("check_recorded", actor=actor, subject=locked.public_id, facts=facts, clock=clock)
    return now_standing


@transaction.atomic
def plan_check(sighting: Sighting, *, after: timedelta | None = None, clock: Clock = _MACHINE_CLOCK) -> None:
    """Return once the next look stands as a timer; by default as soon as the sighting's standing asks for."""
    wait = after if after is not None else _next(sighting)
    put(
        KIND,
        {"sighting": sighting.public_id},
        key=f"{KIND}-{sighting.public_id}",
        due=clock.now() + wait,
        clock=clock,
    )


def looks_of(sighting: Sighting) -> list[Look]:
    """The latest looks at a sighting, in the order in which they were written down; no time goes back.

    Where the clock was set back between two looks, the later one counts as made at the time of the earlier:
    it is judged after it, and no time passes that did not (FI-12).
    """
    rows = list(Check.objects.filter(sighting=sighting).order_by("-id")[:LOOKS_JUDGED])[::-1]
    times = accumulate((row.looked_at for row in rows), max)
    return [
        Look(vantage=row.vantage, at=at, result=row.result)  # type: ignore[arg-type]  # a word of the list, by choices
        for row, at in zip(rows, times, strict=True)
    ]


def _settle(sighting: Sighting, now_standing: Standing, clock: Clock) -> None:
    """A removal is written down, or taken back. The item is moved by whoever calls: ``cases.move_item``."""
    removal = Removal.objects.filter(sighting=sighting, reopened_at=None).first()
    if now_standing == "removed" and removal is None:
        Removal.objects.create(sighting=sighting, removed_at=clock.now())
    elif now_standing == "there" and removal is not None:
        removal.reopened_at = clock.now()
        removal.save(update_fields=["reopened_at"])


def _next(sighting: Sighting) -> timedelta:
    looks = looks_of(sighting)
    if standing(looks) == "removed":
        return timedelta(minutes=WEEK_MINUTES)
    if not looks or looks[-1].result != "present":
        return timedelta(minutes=SOON_MINUTES)
    seen = sum(look.result == "present" for look in looks)
    return timedelta(minutes=min(SOON_MINUTES * 2 ** min(seen, 16), DAY_MINUTES))


def _check_looks(looks: tuple[Look, ...]) -> None:
    for look in looks:
        if look.result not in RESULTS or not 0 < len(look.vantage) <= WORD_LENGTH:
            raise Invalid("a look has a vantage point and one of the results", field="looks")
    if not looks:
        raise Invalid("a round has at least one look", field="looks")
