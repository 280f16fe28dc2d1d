"""A referral put in line: what the mandate grants, who stands behind it, and to whom it may go."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.partners.access import access_partner, access_referral
from tutela.hotline.partners.actions.naming import check_person
from tutela.hotline.partners.acts import GROUNDS, ON_ITS_WAY
from tutela.hotline.partners.models import Partner, Referral, ReferredItem
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.mandate.shapes import Mandate
from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.people.quorum.reading import quorum_in_force
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused

_MACHINE_CLOCK = SystemClock()
#: Most items of one referral: a gallery of 500 pictures and its page (our own; issue 5, bar 8).
ITEMS_MAX = 520
#: Kind of a partner -> act of the mandate, and consequence of the quorum.
ACTS_OF_KINDS = {"police": ("refer_police", "referral"), "hotline": ("refer_partner", "partner_referral")}


@transaction.atomic
def queue_referral(
    items: Collection[Item],
    partner: Partner,
    *,
    grounds: str,
    actor: Actor,
    votes: Iterable[Vote] = (),
    clock: Clock = _MACHINE_CLOCK,
) -> Referral:
    """The referral, in line; the sender takes it from there. Whoever puts it there has voted for it.

    ``votes`` are those of other people. Raises Invalid for no items or too many, or unknown grounds; Refused
    where the mandate, the quorum or an unconfirmed partner says no, or where an exercise would go to a real
    office; Conflict where a referral of one of the items to this partner is still on its way.
    """
    check_person(actor)
    if grounds not in GROUNDS:
        raise Invalid(f"one of {', '.join(GROUNDS)}", field="grounds")
    partner = Partner.objects.select_for_update().get(pk=partner.pk)  # of two at once, one finds the other's
    _check_items(items, partner)
    _check_partner(partner)
    _check_behind(items, partner, [*votes, _own_vote(actor, clock)], clock)
    now = clock.now()
    referral = Referral.objects.create(
        partner=partner, grounds=grounds, queued_at=now, queued_by=actor.name, moved_at=now, due=now
    )
    ReferredItem.objects.bulk_create(ReferredItem(referral=referral, item=one) for one in items)
    facts: dict[str, Fact] = {
        "partner": partner.public_id,
        "grounds": grounds,
        "items": len(items),
        "test": partner.test,
    }
    facts |= {"item": next(iter(items)).public_id} if len(items) == 1 else {}
    record("referral_queued", actor=actor, subject=referral.public_id, facts=facts, clock=clock)
    return referral


@transaction.atomic
def retry_referral(untrusted_referral: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Referral:
    """The referral in line again, after a person changed what was wrong, or chose so in doubt.

    The fencing token grows: a sender that was believed dead cannot undo it. Raises Conflict.
    """
    check_person(actor)
    referral = locked_referral(untrusted_referral)
    if referral.state not in ("failed", "queued", "in_doubt"):
        raise Conflict(f"the referral is {referral.state} by now; look again")
    referral.state, referral.trouble, referral.token = "queued", "", referral.token + 1
    referral.moved_at = referral.due = clock.now()
    referral.save(update_fields=["state", "trouble", "token", "moved_at", "due"])
    record("referral_retried", actor=actor, subject=referral.public_id, clock=clock)
    return referral


def locked_referral(untrusted_referral: str) -> Referral:
    """The referral as it stands, locked until the transaction ends. Raises Refused where there is none."""
    found = access_referral(untrusted_referral)
    rows = Referral.objects.select_for_update(of=("self",)).select_related("partner")
    return rows.get(pk=found.pk)


def is_usable(partner: Partner) -> bool:
    """Whether cases may be handed to it: a test endpoint, or one that a second person confirmed."""
    return partner.test or partner.confirmed_at is not None


def access_usable(untrusted_partner: str) -> Partner:
    """The partner, where cases may be handed to it. Raises Refused."""
    partner = access_partner(untrusted_partner)
    _check_partner(partner)
    return partner


def _check_partner(partner: Partner) -> None:
    if partner.kind not in ACTS_OF_KINDS:
        raise Refused("a clearing house takes reports through its own interface, not by folder or mail")
    if not is_usable(partner):
        raise Refused("a second person has to confirm this partner before it is handed its first case")


def _check_items(items: Collection[Item], partner: Partner) -> None:
    if not 1 <= len(items) <= ITEMS_MAX:
        raise Invalid(f"1 to {ITEMS_MAX} items", field="items")
    if not partner.test and any(one.source == "exercise" for one in items):
        raise Refused("an item of an exercise goes to a test endpoint only")
    waiting = Referral.objects.filter(partner=partner, state__in=ON_ITS_WAY, items__in=list(items))
    if waiting.exclude(state="failed", trouble="too_large").exists():
        raise Conflict("a referral of this item to this partner is on its way, or waits for somebody")


def _check_behind(items: Collection[Item], partner: Partner, votes: list[Vote], clock: Clock) -> None:
    act, consequence = ACTS_OF_KINDS[partner.kind]
    mandate = mandate_in_force(clock=clock)
    mandate.check(act)
    for told, released in {(one.police_told_at, one.police_released_at) for one in items}:
        _check_police(mandate, act, told, released, clock)
    decision = quorum_in_force(clock=clock).decide(consequence, votes)
    if not decision.allowed:
        raise Refused(f"not enough stands behind this referral: {decision.reason}")


def _check_police(
    mandate: Mandate, act: str, told: datetime | None, released: datetime | None, clock: Clock
) -> None:
    if released is None:
        mandate.check_police(act, told=told, now=clock.now())


def _own_vote(actor: Actor, clock: Clock) -> Vote:
    """The vote of who puts it in line: the account is the credential."""
    return Vote(
        person=actor.name, organisation="", key=actor.name, look="none", at=clock.now(), stage="propose"
    )
