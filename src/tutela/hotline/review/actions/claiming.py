"""Handing the next item out, a page's as one group, and taking it back.

Nobody chooses what they look at, and no two people get the same while one of them has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import person as actor_of
from tutela.hotline.people.models import Person
from tutela.hotline.review.access import access_turn, check_looking
from tutela.hotline.review.actions.ending import end_displays
from tutela.hotline.review.actions.taking_up import put_back, take_up
from tutela.hotline.review.models import Lease
from tutela.hotline.review.ordering import Place
from tutela.hotline.review.queries import candidates, group_of, ordered, turn_of, waiting_for
from tutela.hotline.review.rules import rules_in_force
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict
from tutela.kernel.ids import new_id

_MACHINE_CLOCK = SystemClock()
#: Items of one group that are handed out at once: three times what one report brings where the settings say
#: nothing else (cases.page_plan, group_max; our own).
GROUP_MAX = 3_000
#: Items that are tried in turn while colleagues take them at the same moment (our own).
_TRIES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What somebody has before them: its id, the items, and until when it is theirs."""

    turn: str
    items: tuple[str, ...]
    until: datetime


def claim_next(person: Person, *, clock: Clock = _MACHINE_CLOCK) -> Turn | None:
    """What this person has before them, or else the next that waits; None where nothing waits for them.

    Raises Refused where they, or this house, may not look at anything.
    """
    check_looking(person, clock=clock)
    now = clock.now()
    if kept := turn_of(person, now=now):
        return _turn(access_turn(person, kept, clock=clock))
    _end_lapsed(now)
    rows = waiting_for(person, now)
    for item, place in ordered(candidates(rows), now=now)[:_TRIES]:
        try:
            return _handed_out(group_of(item, rows, limit=GROUP_MAX), item, place, person, clock)
        except (Conflict, IntegrityError):  # a colleague was faster, or another window of this person
            if kept := turn_of(person, now=now):
                return _turn(access_turn(person, kept, clock=clock))
    return None


@transaction.atomic
def give_back(person: Person, turn: str, *, clock: Clock = _MACHINE_CLOCK) -> None:
    """Return once what is left of the turn waits again. Raises Conflict where their time is over."""
    rows = list(access_turn(person, turn, clock=clock))
    actor, now = actor_of(person.public_id), clock.now()
    end_displays(person, "returned", clock=clock)
    for one in rows:
        put_back(Item.objects.select_for_update().get(pk=one.item_id), actor=actor, clock=clock)
    Lease.objects.filter(pk__in=[one.pk for one in rows]).update(ended_at=now, how_ended="returned")
    facts = {"items": len(rows)}
    record("item_given_back", actor=actor, subject=turn, facts=facts, clock=clock)


@transaction.atomic
def _handed_out(group: Sequence[Item], first: Item, place: Place, person: Person, clock: Clock) -> Turn:
    rules, actor, now = rules_in_force(), actor_of(person.public_id), clock.now()
    turn, until = new_id("trn_"), now + timedelta(minutes=rules.lease_minutes)
    Person.objects.select_for_update().get(pk=person.pk)
    if turn_of(person, now=now):
        raise Conflict("this person has something before them already")
    Lease.objects.bulk_create(
        Lease(item=item, turn=turn, who=person.public_id, taken_at=now, until=until) for item in group
    )
    for item in _first(group, first, rules.sheet_tiles):
        take_up(item, actor=actor, clock=clock, place=place if item.pk == first.pk else None)
    record("item_handed_out", actor=actor, subject=turn, facts={"items": len(group)}, clock=clock)
    return Turn(turn=turn, items=tuple(item.public_id for item in group), until=until)


def _first(group: Sequence[Item], first: Item, many: int) -> list[Item]:
    """The item that was chosen and those of its group that are shown with it; the rest is taken up later."""
    return [first, *(item for item in group if item.pk != first.pk)][:many]


def _turn(rows: Iterable[Lease]) -> Turn:
    found = list(rows)
    return Turn(turn=found[0].turn, items=tuple(one.item.public_id for one in found), until=found[0].until)


@transaction.atomic
def _end_lapsed(now: datetime) -> None:
    """Ends what somebody had for too long: its items wait again in the state that they are in."""
    Lease.objects.filter(ended_at=None, until__lte=now).update(ended_at=now, how_ended="lapsed")
