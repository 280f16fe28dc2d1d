"""Handing over: the claim before a connection is opened, and what the server answered.

A claim is its own committed transaction, with attempt number, sender and fencing token, before a byte of the
message goes anywhere (fault-injection.md section 4, rule 1). All notices of a letter are claimed together and
move together: they have one token.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.takedown.actions.gathering import gathered, gathers, letter_of
from tutela.hotline.takedown.actions.moving import locked_carried, move, state_of
from tutela.hotline.takedown.attempts import Attempt, attempt_at
from tutela.hotline.takedown.models import Letter, Notice
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
#: Nothing goes to a mailbox that is not there, until a person names it again (``dying``).
ALIVE = Q(recipient__dead_at=None)
MAY_LEAVE = RETRACTS | Q(sighting__item__state__in=GOES_OUT)
#: What a claim writes into each notice.
_CLAIM = ("letter", "claimed_at", "attempts", "token", "sender", "stage", "answer_code")


@transaction.atomic
def claim_sending(
    sender: str,
    *,
    lease_seconds: float,
    busy_hosts: Collection[str] = (),
    is_test: bool = False,
    gather_seconds: float = 0.0,
    clock: Clock = _MACHINE_CLOCK,
) -> Attempt | None:
    """The letter of the most urgent notice that is due, all its notices now ``sending``; None without one.

    Into a new letter go all notices that are ready and may share one (``gathering``); one that was tried goes
    with the notices that it was tried with. Not claimed: notices to ``busy_hosts``, of an item that is held,
    judged anew or closed, those whose content was last fetched more than 15 minutes ago, those for which
    others are waited for (``gather_seconds``), those to a mailbox that is not there, and any while the
    mandate in force does not let this house write to hosts. What takes a notice back names no content, goes
    alone, and always goes.
    """
    now = clock.now()
    leaving = (MAY_LEAVE & ~gathers(now, gather_seconds)) if may_write(clock) else RETRACTS
    ready = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(leaving, is_due(now), ~stale(now) | RETRACTS, ALIVE, state="queued")
        .exclude(host__in=busy_hosts)
        .select_related("recipient", "sighting", "letter", "retracts__letter", "reminds")
    )
    first = ready.order_by("priority", "due", "id").first()
    if first is None:
        return None
    notices = gathered(first, ready)
    letter = letter_of(notices, clock, is_test=is_test)
    return _claimed(letter, notices, sender, timedelta(seconds=lease_seconds), clock)


def is_due(now: datetime) -> Q:
    """Notices whose time has come, or lies further off than any pause: the clock was set back (FI-12)."""
    return Q(due__lte=now) | Q(due__gt=now + timedelta(seconds=2 * RETRY_SECONDS_MAX))


def stale(now: datetime) -> Q:
    """Notices whose content was fetched too long ago to send them, or at a time that has not come yet."""
    fresh = timedelta(minutes=FRESH_MINUTES)
    return Q(seen_at__lte=now - fresh) | Q(seen_at__gt=now + fresh)


def _claimed(letter: Letter, notices: list[Notice], sender: str, lease: timedelta, clock: Clock) -> Attempt:
    now = clock.now()
    token = max(notice.token for notice in notices) + 1
    for notice in notices:
        notice.attempts, notice.token, notice.claimed_at = notice.attempts + 1, token, now
        notice.sender, notice.lease_until, notice.stage, notice.answer_code = sender, now + lease, "", 0
        move(notice, "claimed", now, *_CLAIM)
    for notice in notices:
        facts: dict[str, Fact] = {
            "attempt": notice.attempts,
            "token": token,
            "letter": letter.public_id,
        }
        record("notice_claimed", actor=SENDER, subject=notice.public_id, facts=facts, clock=clock)
    return attempt_at(letter, notices)


@transaction.atomic
def record_answer(
    attempt: Attempt,
    answer: Answer,
    *,
    failing: Collection[str] = (),
    at_once: bool = False,
    chance: Chance = random.random,
    clock: Clock = _MACHINE_CLOCK,
) -> str:
    """The state in which the attempt leaves the notices of its letter, but for those that were taken back.

    ``failing`` are those that could not be written and fail for good; ``at_once``: the others need not wait
    for their next try. Notices that were given up meanwhile and are in doubt take the answer too: whoever
    held the connection knows best. Raises Conflict where another attempt has begun, or the doubt has been
    settled.
    """
    now, notices = clock.now(), locked_carried(attempt.letter, attempt.token)
    if not notices:
        raise Conflict("another attempt at this letter has begun, or its doubt was settled")
    pause = timedelta() if at_once else retry_after(notices[0].attempts, chance)
    for notice in notices:
        notice.stage, notice.answer_code, notice.due = answer.stage, answer.code, now + pause
        result = "permanent" if notice.public_id in failing else answer.result
        move(notice, result, now, "stage", "answer_code", "due")
    for notice in notices:
        facts: dict[str, Fact] = {
            "result": "permanent" if notice.public_id in failing else answer.result,
            "stage": answer.stage,
            "code": answer.code,
            "attempt": notice.attempts,
        }
        record("notice_answered", actor=SENDER, subject=notice.public_id, facts=facts, clock=clock)
    return state_of([notice for notice in notices if notice.public_id not in failing] or notices)


def record_sent(attempt: Attempt, *, clock: Clock = _MACHINE_CLOCK) -> str:
    """``sent``: the server said 250 to the last dot. As ``record_answer``."""
    return record_answer(attempt, Answer(result="accepted", stage="end", code=250), clock=clock)


def record_failed(attempt: Attempt, *, code: int, clock: Clock = _MACHINE_CLOCK) -> str:
    """``failed``: the server will never take it. As ``record_answer``."""
    return record_answer(attempt, Answer(result="permanent", stage="end", code=code), clock=clock)
