"""What follows once the assessments of an item are enough: a verdict, and what the verdict leads to."""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.cases.actions import Judged, close_item, move_item, put_act, record_verdict
from tutela.hotline.cases.job_kinds import SECOND_LOOK
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.review.actions.taking_up import put_back
from tutela.hotline.review.ballots import Reached, in_force, reached
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import URGENT
from tutela.kernel.clock import Clock


@transaction.atomic
def decide_item(item: Item, *, actor: Actor, clock: Clock) -> Item:
    """The item, in review when it came, where its assessments bring it; else in the queue again.

    A notice goes out by the jobs that are put here: one for each place where its bytes were fetched. Raises
    Conflict where somebody was faster.
    """
    found = reached(item, clock=clock)
    if found is None:
        return put_back(item, actor=actor, clock=clock)
    if found.outcome == "out_of_scope":
        return close_item(item, actor=actor, reason="out_of_scope", clock=clock)
    item = _judged(item, found, actor, clock)
    if found.outcome == "not_illegal":
        return close_item(item, actor=actor, reason="not_illegal", clock=clock)
    _act_on(item, found, clock)
    return item


def _judged(item: Item, found: Reached, actor: Actor, clock: Clock) -> Item:
    judged = Judged(
        legal_class=found.legal_class,
        scheme=found.scheme,
        category=found.category,
        votes=found.votes,
        organisations=found.organisations,
    )
    item = record_verdict(item, judged, actor=actor, clock=clock).item
    return move_item(item, "verdict", actor=actor, reason="verdict_reached", clock=clock)


def _act_on(item: Item, found: Reached, clock: Clock) -> None:
    """Jobs that act on it, where this house writes to hosts; else it waits in its verdict for a referral."""
    if not mandate_in_force(clock=clock).grants("notify_host"):
        return
    places = item.sightings.filter(how="fetched").exclude(blob="", sha256="")
    put_act(places.order_by("pk"), priority=URGENT if item.urgent else None, clock=clock)
    if found.second_look_due is not None:
        first = in_force(item)[0]
        first.second_look_due = found.second_look_due
        first.save(update_fields=["second_look_due"])
        _look_at_the_end(item, found, clock)


def _look_at_the_end(item: Item, found: Reached, clock: Clock) -> None:
    """A job at the end of the time, so that it is written down where nobody looked, with nobody present."""
    name = item.public_id
    put(SECOND_LOOK, {"item": name}, key=f"{SECOND_LOOK}-late-{name}", due=found.second_look_due, clock=clock)
