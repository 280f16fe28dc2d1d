"""What a look-up comes to: somebody is told, waits for a person's yes, or for a registry. One act each."""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.cases.actions import record_whereabouts
from tutela.hotline.cases.models import Sighting
from tutela.hotline.cases.votes import votes_on
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.actions.approving import put_find
from tutela.hotline.takedown.actions.filling import queue_form, withdraw_forms
from tutela.hotline.takedown.actions.handing_over import queue_hand_overs
from tutela.hotline.takedown.actions.moving import locked_notice, move
from tutela.hotline.takedown.actions.queueing import name_recipient, queue_notice
from tutela.hotline.takedown.contacts.looking_up import LookUp
from tutela.hotline.takedown.contacts.models import Search
from tutela.hotline.takedown.contacts.outcomes import Outcome, outcome_of
from tutela.hotline.takedown.contacts.picking import is_agreed
from tutela.hotline.takedown.contacts.proposals import BY_HAND, TOLD_RUNGS, Proposal
from tutela.hotline.takedown.contacts.queries import decided_on
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.hotline.takedown.queries import waiting_for_dead
from tutela.hotline.takedown.removal import SEEN
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict

#: Seconds until a registry that did not answer is asked again: it says how long, or at least these, doubled
#: with each time, and at most six hours (our own: a registry that is down for a day is met again soon).
AGAIN_SECONDS, AGAIN_SECONDS_MAX = 5.0, 21_600.0

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def record_search(sighting: Sighting, up: LookUp, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Search:
    """How far the search for whoever takes the place down is now. Its item is acted on, and locked.

    Where nobody has to agree any more, a notice is queued; where a registry has to be asked again, the job
    comes again. Raises Refused as ``queue_notice``.
    """
    outcome = outcome_of(sighting, up, actor=actor, clock=clock)
    search = _kept(sighting, up, outcome, clock)
    record_whereabouts(
        sighting, country=up.country, network_number=up.network_number, actor=actor, clock=clock
    )
    if outcome.state != "by_hand":
        rungs = BY_HAND if outcome.state == "gone" else TOLD_RUNGS
        withdraw_forms(sighting, actor=actor, clock=clock, rungs=rungs)
    if outcome.proposal or outcome.recipient:
        _withdraw_for_dead(sighting, actor, clock)
    if outcome.state == "told" and (outcome.proposal or outcome.recipient):
        _tell(sighting, up, outcome, actor, clock)
    elif outcome.state == "by_hand" and outcome.contact is not None:
        queue_form(sighting, outcome.contact, actor=actor, clock=clock)
    elif outcome.state == "registry":
        again = min(AGAIN_SECONDS * 2.0 ** min(search.tries, 20), AGAIN_SECONDS_MAX)
        after = max(up.retry_after_seconds or 0.0, again)
        put_find(sighting, clock=clock, after_seconds=after)
    queue_hand_overs(sighting, up, outcome.state, actor=actor, clock=clock)
    facts: dict[str, Fact] = {
        "state": outcome.state,
        "rung": outcome.proposal.rung if outcome.proposal else "none",
        "passed_over": up.passed_over,
        "dead_left_out": outcome.dead_left_out,
    }
    record("search_recorded", actor=actor, subject=sighting.public_id, facts=facts, clock=clock)
    return search


@transaction.atomic
def withdraw_outdated(
    untrusted_notice: str, up: LookUp, *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> bool:
    """Whether the waiting notice was withdrawn, because somebody else has the place by now.

    The search begins anew then, with whoever is named now. Not where the registry does not say, nor where
    what was seen takes the notice back anyway. Raises Conflict where the notice waits no longer.
    """
    notice = locked_notice(untrusted_notice)
    if notice.state != "queued":
        raise Conflict("the notice is no longer waiting")
    if up.seen is None or up.seen.judged.result not in SEEN or not _is_elsewhere(notice, up):
        return False
    _withdraw(notice, actor, clock)
    put_find(notice.sighting, clock=clock)
    return True


def _withdraw_for_dead(sighting: Sighting, actor: Actor, clock: Clock) -> None:
    """What waits for a mailbox that is not there is withdrawn: there is somebody else who is told."""
    for public_id in waiting_for_dead(sighting):
        _withdraw(locked_notice(public_id), actor, clock)


def _withdraw(notice: Notice, actor: Actor, clock: Clock) -> None:
    """Nobody is told by it: somebody else is, in its place."""
    move(notice, "recipient_changed", clock.now())
    facts: dict[str, Fact] = {"reason": "recipient_changed"}
    record("notice_withdrawn", actor=actor, subject=notice.public_id, facts=facts, clock=clock)


def _is_elsewhere(notice: Notice, up: LookUp) -> bool:
    """Whether the look-up names somebody on the notice's rung, and not its recipient as agreed."""
    on_it = [one for one in up.proposals if one.rung == notice.rung]
    decided = decided_on(on_it)
    still = [one for one in on_it if is_agreed(one, decided) and one.address == notice.recipient.address]
    return bool(on_it) and not still


def _kept(sighting: Sighting, up: LookUp, outcome: Outcome, clock: Clock) -> Search:
    """The row of the place, as it stands after this look-up."""
    now = clock.now()
    found = Search.objects.select_for_update().filter(sighting=sighting).first()
    row = found or Search(sighting=sighting, since=now)
    row.since = row.since if row.state == outcome.state else now
    row.tries = row.tries + 1 if outcome.state == "registry" else 0
    row.state, row.contact, row.searched_at = outcome.state, outcome.contact, now
    row.dead_left_out = outcome.dead_left_out
    row.passed_over, row.looked_up = up.passed_over, up.seen is not None
    row.save()
    return row


def _tell(sighting: Sighting, up: LookUp, outcome: Outcome, actor: Actor, clock: Clock) -> None:
    """The notice to whom the look-up named; what was just seen there needs no other look before it goes."""
    is_seen = up.seen is not None and up.seen.judged.result in SEEN
    proposal = outcome.proposal
    recipient = outcome.recipient or _recipient(proposal, actor, clock)
    queue_notice(
        sighting,
        recipient,
        actor=actor,
        votes=votes_on(sighting.item),
        seen_at=up.seen.at if up.seen is not None and is_seen else sighting.seen_at,
        rung=proposal.rung if proposal else "hoster",
        is_proxy=proposal is not None and proposal.is_proxy,
        clock=clock,
    )


def _recipient(proposal: Proposal | None, actor: Actor, clock: Clock) -> Recipient:
    """The recipient of an address that somebody agreed to."""
    if proposal is None:
        raise ValueError("a notice goes to whom a look-up named, or to the standing recipient")
    known = Recipient.objects.filter(address=proposal.address).first()
    if known is not None and Recipient.Source.BOOK in known.sources.split(","):
        return known
    name = proposal.organisation or proposal.address.rpartition("@")[2]
    return name_recipient(
        proposal.address,
        name,
        source=Recipient.Source.BOOK,
        actor=actor,
        country=proposal.country,
        languages=proposal.languages,
        clock=clock,
    )
