"""Looks at a place that a notice was about: recorded one by one, judged together, repeated by timers."""

from __future__ import annotations

from datetime import timedelta
from itertools import accumulate

from django.db import transaction

from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.intervals import next_wait, watch_wait
from tutela.hotline.takedown.models import WORD_LENGTH, Check, Removal, Watch
from tutela.hotline.takedown.removal import RESULTS, Look, Result, Standing, standing
from tutela.hotline.work.actions import put
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid

#: The kind of the job; its argument ``sighting`` is the sighting's id.
KIND = "check_sighting"
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
    _keep(locked, now_standing, weightiest(looks), clock)
    facts: dict[str, Fact] = {"looks": len(looks), "standing": now_standing}
    facts |= {f"found_{result}": sum(look.result == result for look in looks) for result in RESULTS}
    record("check_recorded", actor=actor, subject=locked.public_id, facts=facts, clock=clock)
    return now_standing


@transaction.atomic
def plan_check(sighting: Sighting, *, clock: Clock = _MACHINE_CLOCK) -> bool:
    """Whether a next look stands as a timer, when the looks so far ask for it (``intervals``).

    False, and no timer, where the place was removed and then watched for as long as the rules ask.
    """
    wait = _next(sighting, clock)
    if wait is None:
        Watch.objects.filter(sighting=sighting, ended_at=None).update(ended_at=clock.now())
        return False
    put(
        KIND,
        {"sighting": sighting.public_id},
        key=f"{KIND}-{sighting.public_id}",
        due=clock.now() + wait,
        host=sighting.host_digest,
        clock=clock,
    )
    return True


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


def weightiest(looks: tuple[Look, ...]) -> Result:
    """What a round of looks found that speaks most against a removal: ``RESULTS`` stand in this order."""
    return min((look.result for look in looks), key=_weight)


def _weight(result: Result) -> tuple[bool, bool, int]:
    return result == "unknown", result == "gone", RESULTS.index(result)


def _keep(sighting: Sighting, now_standing: Standing, found: Result, clock: Clock) -> None:
    """How the place stands, for pages and counts: a removal stands until the content is seen."""
    gone = Removal.objects.filter(sighting=sighting, reopened_at=None).exists()
    told = "removed" if gone else now_standing
    before = Watch.objects.filter(sighting=sighting).first()
    if before is None:
        Watch.objects.create(sighting=sighting, standing=told, found=found, since=clock.now())
        return
    if before.standing != told:
        before.standing, before.since, before.ended_at = told, clock.now(), None
    before.found = found
    before.save(update_fields=["standing", "since", "ended_at", "found"])


def _next(sighting: Sighting, clock: Clock) -> timedelta | None:
    looks, name = looks_of(sighting), sighting.public_id
    removal = Removal.objects.filter(sighting=sighting, reopened_at=None).first()
    if removal is not None:
        return watch_wait(removal.removed_at, clock.now(), looks, sighting=name)
    return next_wait(looks, urgent=sighting.item.urgent, sighting=name)


def _check_looks(looks: tuple[Look, ...]) -> None:
    for look in looks:
        if look.result not in RESULTS or not 0 < len(look.vantage) <= WORD_LENGTH:
            raise Invalid("a look has a vantage point and one of the results", field="looks")
    if not looks:
        raise Invalid("a round has at least one look", field="looks")
