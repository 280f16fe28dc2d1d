"""Writing down what somebody says an item is, and what the assessments then amount to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import person as actor_of
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.models import Person
from tutela.hotline.people.vouching.queries import vouched_for
from tutela.hotline.review.access import access_turn, check_looking
from tutela.hotline.review.actions.deciding import decide_item
from tutela.hotline.review.actions.ending import end_displays
from tutela.hotline.review.actions.taking_up import take_up
from tutela.hotline.review.classification import Classification
from tutela.hotline.review.models import Assessment, Exposure, Lease
from tutela.hotline.review.queries import last_exposures
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused

_MACHINE_CLOCK = SystemClock()
#: Outcomes that rest on having seen the item.
SEEN = ("illegal", "not_illegal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What became of an item: its state now, and whether somebody else has to assess it too."""

    item: str
    state: str
    needs_another: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Voter:
    """Who speaks: the person, the credential they signed in with by name, and how they are vouched for."""

    person: Person
    key: str
    vouched: str


@transaction.atomic
def assess(
    person: Person,
    turn: str,
    items: Sequence[str],
    said: Classification,
    *,
    key: str,
    clock: Clock = _MACHINE_CLOCK,
) -> list[Judgement]:
    """What became of these items of what this person has before them, now that they say what they are.

    ``key`` names the credential that they signed in with. Raises Refused where they may not or have not seen
    it, Conflict where somebody was faster or their time is over, Invalid for no item.
    """
    check_looking(person, clock=clock)
    chosen = _chosen(person, turn, items, clock)
    seen = _seen(person, turn, chosen, said)
    voter = voter_of(person, key, clock=clock)
    end_displays(person, "assessed", clock=clock)
    found = [_assessed(one, voter, said, seen.get(one.pk), clock) for one in chosen]
    rows = Lease.objects.filter(turn=turn, ended_at=None, item__in=chosen)
    rows.update(ended_at=clock.now(), how_ended="assessed")
    return found


@transaction.atomic
def withdraw_assessment(person: Person, untrusted_item: str, *, clock: Clock = _MACHINE_CLOCK) -> Assessment:
    """This person's assessment, taken back while nothing has followed from it. Raises Refused."""
    rows = Assessment.objects.select_for_update().filter(item__public_id=untrusted_item, withdrawn_at=None)
    found = rows.filter(who=person.public_id).select_related("item").first()
    if found is None or found.item.state not in ("in_review", "rated"):
        raise Refused("there is no assessment of yours from which nothing has followed yet")
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    record(
        "assessment_withdrawn",
        actor=actor_of(person.public_id),
        subject=found.item.public_id,
        facts={"assessment": found.public_id},
        clock=clock,
    )
    return found


def voter_of(person: Person, key: str, *, clock: Clock) -> Voter:
    """The person as one who votes. Raises Invalid without the name of a credential."""
    if not key:
        raise Invalid("an assessment names the credential it was given with", field="key")
    return Voter(person=person, key=key, vouched=vouched_for(person, clock=clock))


def record_assessment(
    item: Item, voter: Voter, said: Classification, exposure: Exposure | None, *, stage: str, clock: Clock
) -> Assessment:
    """The assessment; the ledger hears that there is one and not what it says: the next person is blind."""
    mandate = mandate_in_force(clock=clock)
    made = Assessment(
        item=item,
        exposure=exposure,
        who=voter.person.public_id,
        key=voter.key,
        vouched=voter.vouched,
        organisation=mandate.house,
        jurisdiction=mandate.jurisdiction,
        stage=stage,
        made_at=clock.now(),
        **said.columns(),
    )
    facts: dict[str, Fact] = {"assessment": made.public_id, "stage": stage, "seen": exposure is not None}
    actor = actor_of(voter.person.public_id)
    made.log_index = record(
        "assessment_recorded", actor=actor, subject=item.public_id, facts=facts, clock=clock
    )
    made.save(force_insert=True)
    return made


def _chosen(person: Person, turn: str, items: Sequence[str], clock: Clock) -> list[Item]:
    """The items as they stand, locked in one order; those that are no longer this person's are refused."""
    held = {one.item.public_id for one in access_turn(person, turn, clock=clock)}
    if not items:
        raise Invalid("choose at least one", field="items")
    if not held.issuperset(items):
        raise Conflict("your time with one of these is over; the others stay as they are")
    rows = Item.objects.select_for_update().filter(public_id__in=set(items))
    return list(rows.order_by("pk"))


def _seen(person: Person, turn: str, chosen: Sequence[Item], said: Classification) -> dict[int, Exposure]:
    """What each rests on. A page rests on what stood on it. Raises Refused for what nobody saw."""
    seen = last_exposures(person, turn, chosen)
    pages = [one for one in chosen if one.pk not in seen and one.page_series.exists()]
    members = Item.objects.filter(memberships__series__page__in=pages)
    stood = list(last_exposures(person, turn, members).values()) if pages else []
    if stood:
        seen |= {one.pk: stood[-1] for one in pages}
    unseen = [one for one in chosen if one.pk not in seen]
    if unseen and said.outcome in SEEN:
        raise Refused("what nobody was shown cannot be judged: look at it, or leave it to a colleague")
    return seen


def _assessed(
    item: Item, voter: Voter, said: Classification, exposure: Exposure | None, clock: Clock
) -> Judgement:
    actor = actor_of(voter.person.public_id)
    item = take_up(item, actor=actor, clock=clock)
    record_assessment(item, voter, said, exposure, stage="first", clock=clock)
    item = decide_item(item, actor=actor, clock=clock)
    return Judgement(item=item.public_id, state=item.state, needs_another=item.state == "rated")
