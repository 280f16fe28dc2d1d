"""Taking back: a notice that was wrong, because somebody says so or because the second look says so.

It needs no grant of the mandate and one person (people.quorum.consequences): hard to send, easy to take back.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.people.quorum.deciding import SecondLook, Vote, second_look
from tutela.hotline.people.quorum.reading import quorum_in_force
from tutela.hotline.takedown.actions.moving import locked_notice, move
from tutela.hotline.takedown.actions.taking_back import take_back_order
from tutela.hotline.takedown.acts import RETRACTION
from tutela.hotline.takedown.models import URGENT, Notice
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict

_MACHINE_CLOCK = SystemClock()
#: States in which nothing has left this house, or nothing was taken.
NOT_OUT = ("queued", "failed")


@transaction.atomic
def retract_notice(
    untrusted_public_id: str, *, actor: Actor, reason: str, clock: Clock = _MACHINE_CLOCK
) -> Notice:
    """The notice, withdrawn where it has not left; else a message in the outbox that takes it back.

    The authority whose order it handed on is told by hand. ``reason`` is a word of ``acts.WITHDRAWALS``.
    Raises Conflict where it was taken back already.
    """
    notice = locked_notice(untrusted_public_id)
    if notice.state == "withdrawn" or notice.retracts or Notice.objects.filter(retracts=notice).exists():
        raise Conflict("the notice was taken back already, or takes one back itself")
    now = clock.now()
    notice.second_look_due = None
    if notice.state in NOT_OUT:
        move(notice, "withdrawn", now, "second_look_due")
        made = notice
    else:
        notice.save(update_fields=["second_look_due"])
        made = _retraction(notice, clock)
        take_back_order(notice, actor=actor, clock=clock)
    facts = {"reason": reason, "state": notice.state, "by": made.public_id}
    record("notice_withdrawn", actor=actor, subject=notice.public_id, facts=facts, clock=clock)
    return made


@transaction.atomic
def record_second_look(
    untrusted_public_id: str, votes: Iterable[Vote], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> SecondLook:
    """How the second look stands with these votes; a wrong notice is taken back at once.

    ``votes`` are all on the notice, the first person's too. Raises Conflict where no look is asked for.
    """
    notice = locked_notice(untrusted_public_id)
    if notice.second_look_due is None:
        raise Conflict("no second look at this notice is asked for, or it was taken back")
    need = quorum_in_force(clock=clock).needs(notice.consequence)
    found = second_look(need, votes, now=clock.now())
    if found.state == "right":
        notice.second_look_due = None
        notice.save(update_fields=["second_look_due"])
    elif found.state == "wrong":
        retract_notice(untrusted_public_id, actor=actor, reason="second_look", clock=clock)
    facts = {"found": found.state.replace(" ", "_")}
    record("notice_second_look", actor=actor, subject=notice.public_id, facts=facts, clock=clock)
    return found


def _retraction(notice: Notice, clock: Clock) -> Notice:
    """The message that takes ``notice`` back: urgent, to the same recipient."""
    now = clock.now()
    return Notice.objects.create(
        recipient=notice.recipient,
        host=notice.host,
        sighting=notice.sighting,
        consequence=RETRACTION,
        retracts=notice,
        priority=URGENT,
        due=now,
        queued_at=now,
        moved_at=now,
        seen_at=notice.seen_at,
    )
