"""Hand-overs: who is told by a person where no machine writes, and who need not be. One act each.

The hotline of the country where a place stands takes it up under its own law, and so hears of it at once; a
search engine can only hide it, and so is asked when nobody who could take it down is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import transaction

from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.takedown.actions.approving import propose_contact
from tutela.hotline.takedown.actions.filling import locked_form, queue_form, withdraw_forms
from tutela.hotline.takedown.contacts.looking_up import NOTHING_THERE, LookUp
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.contacts.proposals import HANDED_RUNGS
from tutela.hotline.takedown.contacts.queries import house_hand_overs, was_handed_over
from tutela.hotline.takedown.permitting import is_person, may_pass_on
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Refused

#: What a look-up came to where nobody is left who could take the place down: everybody was told, or nobody
#: is known.
NOBODY_LEFT = frozenset({"exhausted", "nobody"})

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def queue_hand_overs(
    sighting: Sighting, up: LookUp, state: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> list[FormNotice]:
    """The hand-overs that a person makes for this place: each of somebody once, since it came back if it did.

    ``state`` is what the look-up came to. Nothing of an exercise is handed over, nor what is not there, and
    nothing to whom people refused. Raises Refused as ``queue_form``.
    """
    if sighting.item.source == "exercise" or _is_gone(up):
        return []
    rungs = _rungs(sighting.item, state, clock)
    contacts = sorted(_contacts(up, rungs, actor, clock), key=lambda one: rungs.index(one.rung))
    if any(one.rung == "hotline" for one in contacts):  # it may stand in another country by now
        withdraw_forms(sighting, actor=actor, clock=clock, rungs=("hotline",), but=contacts)
    wanted = [one for one in contacts if not was_handed_over(sighting, one)]
    return [queue_form(sighting, one, actor=actor, clock=clock) for one in wanted]


@transaction.atomic
def record_not_needed(untrusted_public_id: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> FormNotice:
    """The hand-over, of which this person says that nobody need make it; it does not come again.

    Raises Refused for anybody but a person, for a host's form and where there is none, Conflict where it
    waits no longer.
    """
    if not is_person(actor):
        raise Refused("a person says what is not needed")
    found = locked_form(untrusted_public_id, "waiting")
    if found.contact.rung not in HANDED_RUNGS:
        raise Refused("a host is told; refuse its contact where it is the wrong one")
    found.state, found.moved_at, found.done_by = "not_needed", clock.now(), actor.name
    found.save(update_fields=["state", "moved_at", "done_by"])
    facts = {"rung": found.contact.rung}
    record("hand_over_not_needed", actor=actor, subject=found.public_id, facts=facts, clock=clock)
    return found


def _is_gone(up: LookUp) -> bool:
    return up.seen is not None and up.seen.judged.result in NOTHING_THERE


def _rungs(item: Item, state: str, clock: Clock) -> tuple[str, ...]:
    """Who is told by hand now. In a rehearsal no country is one's own, so no hotline is told at once."""
    at_once = not mandate_in_force(clock=clock).rehearsal
    rungs = HANDED_RUNGS if state in NOBODY_LEFT else ("hotline",) if at_once else ()
    return tuple(one for one in rungs if one != "hotline" or may_pass_on(item, clock=clock))


def _contacts(up: LookUp, rungs: Collection[str], actor: Actor, clock: Clock) -> Iterator[Contact]:
    """Whom the house's book names on these rungs, and of the tables whoever it does not replace.

    Nobody whom people refused.
    """
    proposals = [one for one in up.hand_overs if one.rung in rungs]
    own = house_hand_overs([one.key for one in proposals], rungs) if rungs else []
    yield from own
    replaced = {one.key for one in own}
    for proposal in proposals:
        if proposal.key in replaced:
            continue
        found = propose_contact(proposal, actor=actor, clock=clock)
        if found.state != "refused":
            yield found
