"""Doubt: found by recovery, settled by evidence or by a person, and never by time (rules 1, 4 and 5)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor, process
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.actions.moving import locked_together, move, state_of
from tutela.hotline.takedown.actions.sending import SENDER
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.permitting import is_person
from tutela.hotline.takedown.states import Event
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid

_MACHINE_CLOCK = SystemClock()
#: Seconds of no lease: far above the longest attempt that the settings allow (our own).
LEASE_SECONDS_MAX = 7_200.0
#: Whoever brings a backup back, in a shell.
OPERATOR = process("operator")
#: Events that settle a doubt, and who may bring them.
BY_EVIDENCE: tuple[Event, ...] = ("trace_accepted", "trace_absent", "trace_bounced", "bounced")
BY_PERSON: tuple[Event, ...] = ("person_sends_again", "person_leaves")


def find_in_doubt(sender: str = "", *, clock: Clock = _MACHINE_CLOCK) -> tuple[str, ...]:
    """Ids of notices that recovery has now put in doubt: nobody is sending them any more.

    With ``sender``: those of an earlier life of the sender of this name, which the caller alone is now; and
    in any case those of any sender whose lease is over, or ends later than any does: the clock was set back
    since (FI-12).
    """
    now = clock.now()
    gone = Q(lease_until__lt=now) | Q(lease_until__gt=now + timedelta(seconds=LEASE_SECONDS_MAX))
    gone |= Q(sender=sender) if sender else Q(pk__in=[])
    rows = Notice.objects.filter(gone, state="sending").order_by("moved_at", "id")
    found: list[str] = []
    for notice, token in rows.values_list("public_id", "token"):
        if notice not in found:
            found += _abandon(notice, token, clock)
    return tuple(found)


@transaction.atomic
def _abandon(public_id: str, token: int, clock: Clock) -> list[str]:
    """Ids of the notice and the others of its letter that were still in that attempt's hands."""
    try:
        notices = [one for one in locked_together(public_id, "sending") if one.token == token]
    except Conflict:
        return []
    for notice in notices:
        move(notice, "abandoned", clock.now())
    for notice in notices:
        facts: dict[str, Fact] = {"attempt": notice.attempts, "token": notice.token}
        record("notice_abandoned", actor=SENDER, subject=notice.public_id, facts=facts, clock=clock)
    return [notice.public_id for notice in notices]


def doubt_after_restore(*, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many notices are in doubt now that the database came back from a backup: all that may go out.

    They may have gone out after the backup was made. In the caller's transaction.
    """
    found = Notice.objects.select_for_update(of=("self",)).filter(state__in=("queued", "sending"))
    notices = list(found.order_by("id"))
    for notice in notices:
        notice.token += 1
        move(notice, "restored", clock.now(), "token")
        facts: dict[str, Fact] = {"attempt": notice.attempts, "token": notice.token}
        record("notice_doubted", actor=OPERATOR, subject=notice.public_id, facts=facts, clock=clock)
    return len(notices)


@transaction.atomic
def resolve_in_doubt(
    untrusted_public_id: str,
    event: Event,
    *,
    actor: Actor,
    token: int | None = None,
    clock: Clock = _MACHINE_CLOCK,
) -> str:
    """The state after a doubt was settled: by evidence, or by a person who chose; for its whole letter.

    ``token``: what the one who settles saw; where another attempt or another person came between, nothing is
    settled. The fencing token grows, so that a sender that was believed dead cannot undo it. Raises Invalid
    for an event that this actor cannot bring, Conflict.
    """
    if event not in (BY_PERSON if is_person(actor) else BY_EVIDENCE):
        raise Invalid("a person sends again or leaves it; a machine brings evidence", field="event")
    notices = locked_together(untrusted_public_id, "in_doubt")
    if token not in {None, notices[0].token}:
        raise Conflict("another attempt or another person came between; look again")
    return _settled(notices, event, actor, "notice_resolved", clock)


@transaction.atomic
def send_again(untrusted_public_id: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> str:
    """``queued``: a person asks for another try of a letter that the server refused. Raises Conflict."""
    if not is_person(actor):
        raise Conflict("a person asks for another try")
    notices = locked_together(untrusted_public_id, "failed")
    return _settled(notices, "person_sends_again", actor, "notice_resolved", clock)


@transaction.atomic
def record_bounce(untrusted_public_id: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> str:
    """``failed``: a bounce that carries the Message-ID of the notice's letter came back. Raises Conflict."""
    notices = locked_together(untrusted_public_id, "sent", "in_doubt")
    return _settled(notices, "bounced", actor, "notice_bounced", clock)


def _settled(notices: list[Notice], event: Event, actor: Actor, act: str, clock: Clock) -> str:
    now, token = clock.now(), max(notice.token for notice in notices) + 1
    for notice in notices:
        notice.token, notice.due = token, now
        move(notice, event, now, "token", "due")
    for notice in notices:
        facts: dict[str, Fact] = {"event": event, "state": notice.state, "attempt": notice.attempts}
        record(act, actor=actor, subject=notice.public_id, facts=facts, clock=clock)
    return state_of(notices)
