"""Handing over: the claim before a connection is opened, and what the server answered.

A claim is its own committed transaction, with attempt number, sender and fencing token, before a byte of the
message goes anywhere (fault-injection.md section 4, rule 1).
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.actions.moving import locked_notice, move
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.permitting import may_write
from tutela.hotline.takedown.retrying import RETRY_SECONDS_MAX, Chance, retry_after
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.answers import Answer
from tutela.kernel.errors import Conflict

_MACHINE_CLOCK = SystemClock()
SENDER = process("sender")
#: Minutes: the content was fetched at most so long before its notice is sent (ST-23, governance.md 5.4).
FRESH_MINUTES = 15
#: States of an item whose notices go out. Not while it is held or judged anew, nor when it is done with.
GOES_OUT = ("acted", "watched", "removed", "reappeared")
RETRACTS = Q(retracts__isnull=False)
MAY_LEAVE = RETRACTS | Q(sighting__item__state__in=GOES_OUT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at one notice, as its sender holds it. ``token`` fences every later write."""

    notice: str
    token: int
    number: int
    message_id: str
    address: str
    retracts: str
    retracts_message_id: str
    host: str
    sighting: str
    url_sealed: bytes = field(repr=False)
    sha256: str = field(repr=False)
    seen_at: datetime
    priority: int


@transaction.atomic
def claim_sending(
    sender: str,
    *,
    lease_seconds: float,
    busy_hosts: Collection[str] = (),
    clock: Clock = _MACHINE_CLOCK,
) -> Attempt | None:
    """The most urgent notice that is due, now ``sending``, or None where nothing is.

    Not claimed: notices to ``busy_hosts``, of an item that is held, judged anew or closed, those whose
    content was last fetched more than 15 minutes ago, and any while the mandate in force does not let this
    house write to hosts. What takes a notice back names no content and always goes.
    """
    now = clock.now()
    leaving = MAY_LEAVE if may_write(clock) else RETRACTS
    notice = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(leaving, is_due(now), ~stale(now) | RETRACTS, state="queued")
        .exclude(host__in=busy_hosts)
        .select_related("recipient", "sighting", "retracts")
        .order_by("priority", "due", "id")
        .first()
    )
    return _claimed(notice, sender, now, timedelta(seconds=lease_seconds), clock) if notice else None


def is_due(now: datetime) -> Q:
    """Notices whose time has come, or lies further off than any pause: the clock was set back (FI-12)."""
    return Q(due__lte=now) | Q(due__gt=now + timedelta(seconds=2 * RETRY_SECONDS_MAX))


def stale(now: datetime) -> Q:
    """Notices whose content was fetched too long ago to send them, or at a time that has not come yet."""
    fresh = timedelta(minutes=FRESH_MINUTES)
    return Q(seen_at__lte=now - fresh) | Q(seen_at__gt=now + fresh)


def _claimed(notice: Notice, sender: str, now: datetime, lease: timedelta, clock: Clock) -> Attempt:
    notice.attempts, notice.token = notice.attempts + 1, notice.token + 1
    notice.sender, notice.lease_until, notice.stage, notice.answer_code = sender, now + lease, "", 0
    notice.claimed_at = now
    move(notice, "claimed", now, "claimed_at", "attempts", "token", "sender", "stage", "answer_code")
    facts: dict[str, Fact] = {"attempt": notice.attempts, "token": notice.token}
    record("notice_claimed", actor=SENDER, subject=notice.public_id, facts=facts, clock=clock)
    return Attempt(
        notice=notice.public_id,
        token=notice.token,
        number=notice.attempts,
        message_id=notice.message_id,
        address=notice.recipient.address,
        retracts=notice.retracts.public_id if notice.retracts else "",
        retracts_message_id=notice.retracts.message_id if notice.retracts else "",
        host=notice.host,
        sighting=notice.sighting.public_id,
        url_sealed=bytes(notice.sighting.url_sealed),
        sha256=notice.sighting.sha256,
        seen_at=notice.seen_at,
        priority=notice.priority,
    )


@transaction.atomic
def record_answer(
    attempt: Attempt, answer: Answer, *, chance: Chance = random.random, clock: Clock = _MACHINE_CLOCK
) -> str:
    """The state in which the attempt leaves its notice.

    A notice that was given up meanwhile and is in doubt takes the answer too: whoever held the connection
    knows best. Raises Conflict where another attempt has begun, or the doubt has been settled.
    """
    now, notice = clock.now(), locked_notice(attempt.notice)
    if notice.token != attempt.token:
        raise Conflict("another attempt at this notice has begun, or its doubt was settled")
    notice.stage, notice.answer_code = answer.stage, answer.code
    notice.due = now + retry_after(notice.attempts, chance)
    move(notice, answer.result, now, "stage", "answer_code", "due")
    facts: dict[str, Fact] = {
        "result": answer.result,
        "stage": answer.stage,
        "code": answer.code,
        "attempt": notice.attempts,
    }
    record("notice_answered", actor=SENDER, subject=notice.public_id, facts=facts, clock=clock)
    return notice.state


def record_sent(attempt: Attempt, *, clock: Clock = _MACHINE_CLOCK) -> str:
    """``sent``: the server said 250 to the last dot. As ``record_answer``."""
    return record_answer(attempt, Answer(result="accepted", stage="end", code=250), clock=clock)


def record_failed(attempt: Attempt, *, code: int, clock: Clock = _MACHINE_CLOCK) -> str:
    """``failed``: the server will never take it. As ``record_answer``."""
    return record_answer(attempt, Answer(result="permanent", stage="end", code=code), clock=clock)
