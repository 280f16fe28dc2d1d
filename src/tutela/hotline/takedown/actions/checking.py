"""Looks at a place that a notice was about: recorded one by one, judged together, repeated by timers."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate

from django.db import transaction

from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.actions.filling import withdraw_forms
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
#: Looks that somebody's word brings about are at least so far from the one before (our own).
HASTENED_APART = timedelta(hours=1)

_MACHINE_CLOCK = SystemClock()


def record_check(
    sighting: Sighting, looks: tuple[Look, ...], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> Standing:
    """``removed``, ``there`` or ``undecided`` after these looks; a removal stands or falls with it.

    ``looks``: one from each vantage point, all of one round. Raises Invalid for a look that is none.
    """
    _check_looks(looks)
    with transaction.atomic(savepoint=False):  # the caller's fails as a whole
        # for its lock alone: the row is long
        Sighting.objects.select_for_update().values_list("pk").get(pk=sighting.pk)
        Check.objects.bulk_create(
            Check(sighting_id=sighting.pk, vantage=look.vantage, result=look.result, looked_at=look.at)
            for look in looks
        )
        now_standing = standing(looks_of(sighting))
        gone = _settle(sighting, now_standing, actor, clock)
        _keep(sighting, "removed" if gone else now_standing, weightiest(looks), clock)
        facts: dict[str, Fact] = {"looks": len(looks), "standing": now_standing}
        facts |= {f"found_{result}": sum(look.result == result for look in looks) for result in RESULTS}
        record("check_recorded", actor=actor, subject=sighting.public_id, facts=facts, clock=clock)
        return now_standing


@transaction.atomic(savepoint=False)
def plan_check(sighting: Sighting, *, clock: Clock = _MACHINE_CLOCK) -> bool:
    """Whether a next look stands as a timer, when the looks so far ask for it (``intervals``).

    False, and no timer, where the place was removed and then watched for as long as the rules ask.
    """
    wait = _next(sighting, clock)
    if wait is None:
        Watch.objects.filter(sighting=sighting, ended_at=None).update(ended_at=clock.now())
        return False
    _put(sighting, clock.now() + wait, clock)
    return True


@transaction.atomic
def end_watches(item: Item, *, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many places of the item were watched, and are not any more."""
    now = clock.now()
    return Watch.objects.filter(sighting__item=item, ended_at=None).update(ended_at=now)


@transaction.atomic
def hasten_check(sighting: Sighting, *, clock: Clock = _MACHINE_CLOCK) -> None:
    """None; the next look comes now, where somebody says that there is something to see (ST-12).

    At most once an hour: where the last look is younger, the next one comes an hour after it. A timer that
    stands is pulled forward and never pushed back, so that many such words make one look.
    """
    now = clock.now()
    last = Check.objects.filter(sighting=sighting).order_by("-id").values_list("looked_at", flat=True).first()
    due = now if last is None or last > now else max(now, last + HASTENED_APART)
    _put(sighting, due, clock)


def looks_of(sighting: Sighting) -> list[Look]:
    """The latest looks at a sighting, in the order in which they were written down; no time goes back.

    Where the clock was set back between two looks, the later one counts as made at the time of the earlier:
    it is judged after it, and no time passes that did not (FI-12).
    """
    newest = Check.objects.filter(sighting=sighting).order_by("-id")
    rows = list(newest.values_list("vantage", "result", "looked_at")[:LOOKS_JUDGED])[::-1]
    times = accumulate((at for _, _, at in rows), max)
    return [
        Look(vantage=vantage, at=at, result=result)  # type: ignore[arg-type]  # a word of the list, by choices
        for (vantage, result, _), at in zip(rows, times, strict=True)
    ]


def _put(sighting: Sighting, due: datetime, clock: Clock) -> None:
    put(
        KIND,
        {"sighting": sighting.public_id},
        key=f"{KIND}-{sighting.public_id}",
        due=due,
        host=sighting.host_digest,
        clock=clock,
    )


def _settle(sighting: Sighting, now_standing: Standing, actor: Actor, clock: Clock) -> bool:
    """Whether a removal stands now; it is written down, or taken back. Whoever calls moves the item.

    What somebody would still have told by hand is not needed any more.
    """
    removal = Removal.objects.filter(sighting=sighting, reopened_at=None).first()
    if now_standing == "removed" and removal is None:
        Removal.objects.create(sighting=sighting, removed_at=clock.now())
        withdraw_forms(sighting, actor=actor, clock=clock)
    elif now_standing == "there" and removal is not None:
        removal.reopened_at = clock.now()
        removal.save(update_fields=["reopened_at"])
        return False
    return removal is not None or now_standing == "removed"


def weightiest(looks: tuple[Look, ...]) -> Result:
    """What a round of looks found that speaks most against a removal: ``RESULTS`` stand in this order."""
    return min((look.result for look in looks), key=_weight)


def _weight(result: Result) -> tuple[bool, bool, int]:
    return result == "unknown", result == "gone", RESULTS.index(result)


def _keep(sighting: Sighting, told: Standing, found: Result, clock: Clock) -> None:
    """How the place stands, for pages and counts: a removal stands until the content is seen."""
    before = Watch.objects.filter(sighting=sighting).first()
    if before is None:
        Watch.objects.create(sighting_id=sighting.pk, standing=told, found=found, since=clock.now())
        return
    if before.standing != told:
        before.standing, before.since, before.ended_at = told, clock.now(), None
    elif before.found == found:
        return
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
