"""The second look: another person's word on what one person decided, and what follows from it by itself."""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.evidence import consequence_of
from tutela.hotline.cases.job_kinds import SECOND_LOOK
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.actors import person as actor_of
from tutela.hotline.people.models import Person
from tutela.hotline.people.quorum.deciding import SecondLook, second_look
from tutela.hotline.people.quorum.reading import quorum_in_force
from tutela.hotline.people.vouching.queries import standing_votes
from tutela.hotline.review.access import access_second, check_looking
from tutela.hotline.review.actions.assessing import record_assessment, voter_of
from tutela.hotline.review.actions.ending import end_displays
from tutela.hotline.review.actions.showing import Shown, show_items
from tutela.hotline.review.actions.taking_up import put_back
from tutela.hotline.review.ballots import as_votes, in_force
from tutela.hotline.review.classification import Classification
from tutela.hotline.review.models import Assessment
from tutela.hotline.review.queries import last_exposures
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import URGENT
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.opener.asking import Shows

_MACHINE_CLOCK = SystemClock()
#: Of a page, what is shown at a second look (our own).
_SHEET = 12
#: States from which a doubt brings an item back to people.
_DOUBTED = ("acted", "watched", "verdict", "reappeared")


def show_second(
    person: Person, untrusted_item: str, *, opener: Shows, clock: Clock = _MACHINE_CLOCK
) -> list[Shown]:
    """Protected tiles of an item that waits for this person's second look; of a page those on it.

    Raises Refused where they, the house or the caps say no, or nothing waits for them.
    """
    check_looking(person, clock=clock)
    item = access_second(person, untrusted_item).item
    return show_items(person, _stood_on(item) or [item], "", opener=opener, clock=clock)


@transaction.atomic
def record_second(
    person: Person, untrusted_item: str, said: Classification, *, key: str, clock: Clock = _MACHINE_CLOCK
) -> SecondLook:
    """How the second look stands with what this person says; a notice that is wrong is taken back by itself.

    Raises Refused where nothing waits for them or they have not seen it, Conflict where somebody was faster.
    """
    check_looking(person, clock=clock)
    first = access_second(person, untrusted_item)
    item = Item.objects.select_for_update().get(pk=first.item_id)
    if not Assessment.objects.filter(pk=first.pk).exclude(second_look_due=None).exists():
        raise Conflict("somebody else has given the second look")
    exposure = next(iter(last_exposures(person, "", _stood_on(item) or [item]).values()), None)
    if exposure is None:
        raise Refused("what nobody was shown cannot be judged: look at it first")
    end_displays(person, "assessed", clock=clock)
    voter = voter_of(person, key, clock=clock)
    record_assessment(item, voter, said, exposure, stage="second", clock=clock)
    return _settled(item, first, actor_of(person.public_id), clock)


def _settled(item: Item, first: Assessment, actor: Actor, clock: Clock) -> SecondLook:
    votes = standing_votes(as_votes(in_force(item), first.outcome, first.legal_class), clock=clock)
    need = quorum_in_force(clock=clock).needs(consequence_of(item))
    found = second_look(need, votes, now=clock.now())
    if found.state not in ("awaited", "overdue"):
        first.second_look_due = None
        first.save(update_fields=["second_look_due"])
    put(
        SECOND_LOOK,
        {"item": item.public_id},
        key=f"{SECOND_LOOK}-{item.public_id}",
        priority=URGENT,
        clock=clock,
    )
    facts = {"found": found.state.replace(" ", "_")}
    record("second_look_recorded", actor=actor, subject=item.public_id, facts=facts, clock=clock)
    if found.state == "wrong" and item.state in _DOUBTED:
        item = move_item(item, "in_review", actor=actor, reason="look_asked", clock=clock)
        put_back(item, actor=actor, clock=clock)
    return found


def _stood_on(page: Item) -> list[Item]:
    """What stood on a page and was judged, the first of it; none for what is no page."""
    if page.kind != "url":
        return []
    judged = Item.objects.filter(memberships__series__page=page, assessments__outcome="illegal")
    return list(judged.distinct().order_by("pk")[:_SHEET])
