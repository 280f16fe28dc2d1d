"""What a look-up comes to: for a place that nobody was told of, and for one that is there all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.takedown.actions.approving import propose_contact
from tutela.hotline.takedown.contacts.looking_up import NOTHING_THERE, LookUp
from tutela.hotline.takedown.contacts.models import Contact
from tutela.hotline.takedown.contacts.picking import Way, is_agreed, pick
from tutela.hotline.takedown.contacts.proposals import TOLD_RUNGS, Proposal
from tutela.hotline.takedown.contacts.queries import decided_on, tries_of
from tutela.hotline.takedown.models import Recipient
from tutela.hotline.takedown.queries import dead_among, standing_recipient, told_ways
from tutela.kernel.clock import Clock

#: Look-ups that a registry did not answer, after which one goes on to the next rung without it (our own).
TRIES_BEFORE_CLIMBING = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a look-up came to, and whom it is about: nobody where both are None, and nobody is told then.

    ``dead_left_out`` counts mailboxes that are not there: whoever is next was taken instead.
    """

    state: str
    proposal: Proposal | None = None
    contact: Contact | None = None
    recipient: Recipient | None = None
    dead_left_out: int = 0


def outcome_of(sighting: Sighting, up: LookUp, *, actor: Actor, clock: Clock) -> Outcome:
    """What the look-up means for the place; a proposal is written down where one is made."""
    dead = dead_among([one.address for one in up.proposals])
    alive = replace(up, proposals=tuple(one for one in up.proposals if one.address not in dead))
    outcome = _climbed(sighting, alive, actor, clock) or _first(alive, actor, clock)
    return replace(outcome, dead_left_out=len(dead))


def _first(up: LookUp, actor: Actor, clock: Clock) -> Outcome:
    """Who is told first."""
    if up.seen is not None and up.seen.judged.result in NOTHING_THERE:
        return Outcome(state="gone")
    decided = decided_on(up.proposals)
    best = pick(up.proposals, decided, rungs=("hoster",))
    if best is None and up.retry_after_seconds is not None:
        return Outcome(state="registry")
    if best is None:
        standing = standing_recipient()
        if standing is not None:
            return Outcome(state="told", recipient=standing)
        best = pick(up.proposals, decided)
    if best is None:
        return Outcome(state="nobody")
    return _asked_for(best, decided, actor, clock)


def _climbed(sighting: Sighting, up: LookUp, actor: Actor, clock: Clock) -> Outcome | None:
    """The next rung, where somebody was told in vain; None where nobody was told yet.

    A rung on which somebody else stands by now is none that was told.
    """
    rungs, addresses = told_ways(sighting)
    if not rungs:
        return None
    if up.seen is not None and up.seen.judged.result in NOTHING_THERE:
        return Outcome(state="told")
    still_there = {one.rung for one in up.proposals if one.address in addresses}
    proposals = [one for one in up.proposals if one.address not in addresses]
    decided = decided_on(proposals)
    best = pick(proposals, decided, rungs=[one for one in TOLD_RUNGS if one not in rungs & still_there])
    if up.retry_after_seconds is not None and tries_of(sighting) < TRIES_BEFORE_CLIMBING:
        return Outcome(state="registry")
    if best is None:
        return Outcome(state="exhausted")
    return _asked_for(best, decided, actor, clock)


def _asked_for(best: Proposal, decided: Mapping[Way, str], actor: Actor, clock: Clock) -> Outcome:
    """They are told, or a person is asked first."""
    if best.kind != "form" and is_agreed(best, decided):
        return Outcome(state="told", proposal=best)
    contact = propose_contact(best, actor=actor, clock=clock)
    return Outcome(state="by_hand" if best.kind == "form" else "person", proposal=best, contact=contact)
