"""Whether a notice may be queued: what the mandate grants, who stands behind it, how its item stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tutela.hotline.cases.evidence import consequence_of
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.people.quorum.reading import quorum_in_force
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Refused

#: The act of the mandate; and what passing an item on to another country is for it, and for the quorum.
ACT = "notify_host"
PASS_ON, PASSED_ON = "refer_partner", "partner_referral"
#: What a law rests on under whose grant to write an authority's order may be handed on.
ORDERING = frozenset({"statute", "police_agreement"})
#: State of an item in which messages go out (cases.states).
ACTED = "acted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Permit:
    """That a notice may be queued, on what grounds, and until when a second person has to look."""

    item: Item
    consequence: str
    second_look_due: datetime | None


def check_permitted(
    sighting: Sighting, *, votes: Iterable[Vote], police_told: datetime | None, clock: Clock
) -> Permit:
    """The grounds on which a notice about this sighting may be queued. Raises Refused with the reason.

    ``votes`` are those of people on the notice; ``police_told`` when the police heard of the item, where
    somebody knows it who is not the item itself (``Item.police_told_at``).
    """
    item = sighting.item
    if item.state != ACTED:
        raise Refused(f"a notice goes out while its item is acted on; it is {item.state.replace('_', ' ')}")
    mandate = mandate_in_force(clock=clock)
    mandate.check(ACT)
    if item.police_released_at is None:
        mandate.check_police(ACT, told=police_told or item.police_told_at, now=clock.now())
    consequence = consequence_of(item)
    decision = quorum_in_force(clock=clock).decide(consequence, votes)
    if not decision.allowed:
        raise Refused(f"not enough stands behind this notice: {decision.reason}")
    return Permit(item=item, consequence=consequence, second_look_due=decision.second_look_due)


def may_write(clock: Clock) -> bool:
    """Whether the mandate lets this house write to hosts now; not where none is in force."""
    try:
        mandate_in_force(clock=clock).check(ACT)
    except Refused:
        return False
    return True


def may_pass_on(item: Item, *, clock: Clock) -> bool:
    """Whether the mandate lets this house tell the hotline of another country of the item now."""
    try:
        _check_passing_on(item, clock)
    except Refused:
        return False
    return True


def check_passed_on(item: Item, actor: Actor, *, clock: Clock) -> None:
    """None where this person may tell the hotline of another country of the item. Raises Refused.

    Whoever tells it votes for it; the account is the credential.
    """
    _check_passing_on(item, clock)
    own = Vote(
        person=actor.name, organisation="", key=actor.name, look="none", at=clock.now(), stage="propose"
    )
    decision = quorum_in_force(clock=clock).decide(PASSED_ON, [own])
    if not decision.allowed:
        raise Refused(f"not enough stands behind this hand-over: {decision.reason}")


def _check_passing_on(item: Item, clock: Clock) -> None:
    mandate = mandate_in_force(clock=clock)
    mandate.check(PASS_ON)
    if item.police_released_at is None:
        mandate.check_police(PASS_ON, told=item.police_told_at, now=clock.now())


def check_orders(clock: Clock) -> None:
    """None where this house may hand on orders of authorities. Raises Refused.

    A right to notify hosts is everybody's and one to ask; an order takes a law that names this house, or an
    agreement with the police, behind the grant to write.
    """
    mandate = mandate_in_force(clock=clock)
    mandate.check(ACT)
    law = mandate.granted["write"]
    if law.basis not in ORDERING:
        raise Refused(
            f"this house may ask and not order: its mandate ({mandate.name}, number {mandate.number}) grants "
            f"writing to hosts by '{law.name}' alone, which is no statute and no agreement with the police"
        )


def may_write_at_once(clock: Clock) -> bool:
    """The same of an item of which the police have heard nothing yet: not where they come first."""
    try:
        mandate_in_force(clock=clock).check_police(ACT, told=None, now=clock.now())
    except Refused:
        return False
    return may_write(clock)


def is_person(actor: Actor) -> bool:
    """Whether a person acts: at the desk, or as the operator in a shell."""
    return actor.kind == "person" or actor.name == "operator"
