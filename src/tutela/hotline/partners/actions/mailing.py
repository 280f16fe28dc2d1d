"""A referral by mail: the claim before a connection is opened, what the server answered, and doubt.

A claim is a transaction of its own, with the number of the try, before a byte of the letter goes anywhere
(fault-injection.md section 4, rule 1). A referral that is found ``sending`` when its lease is over is in
doubt: a person asks the partner, and says whether it arrived or goes out again. Time settles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.partners.actions.handing import SENDER, hand_over, put_off
from tutela.hotline.partners.actions.naming import check_person
from tutela.hotline.partners.actions.queueing import locked_referral
from tutela.hotline.partners.models import Referral
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.answers import Answer
from tutela.kernel.errors import Conflict

_MACHINE_CLOCK = SystemClock()
#: Seconds of no lease: far above the longest try that the settings allow (our own).
LEASE_SECONDS_MAX = 7_200.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Try:
    """One try at a letter, as its sender holds it. ``token`` fences what is written after it."""

    referral: str
    token: int


@transaction.atomic
def claim_mailing(
    untrusted_referral: str, *, message_id: str, lease_seconds: float, clock: Clock = _MACHINE_CLOCK
) -> Try:
    """The try that begins with this. ``message_id`` is that of its letter, the same at every try.

    Raises Conflict where the referral is not in line, or has no document yet.
    """
    referral = locked_referral(untrusted_referral)
    if referral.state != "queued" or not referral.document_sha256:
        raise Conflict(f"the referral is {referral.state} by now, or has no document yet")
    now = clock.now()
    referral.state, referral.moved_at, referral.token = "sending", now, referral.token + 1
    referral.lease_until = now + timedelta(seconds=lease_seconds)
    referral.message_id = message_id
    referral.save(update_fields=["state", "moved_at", "token", "lease_until", "message_id"])
    facts: dict[str, Fact] = {"token": referral.token}
    record("referral_claimed", actor=SENDER, subject=referral.public_id, facts=facts, clock=clock)
    return Try(referral=referral.public_id, token=referral.token)


@transaction.atomic
def record_mailed(attempt: Try, answer: Answer, *, clock: Clock = _MACHINE_CLOCK) -> str:
    """The state in which the server's answer leaves the referral.

    One that was put in doubt meanwhile takes the answer too: whoever held the connection knows best. Raises
    Conflict where another try has begun, or a person settled the doubt.
    """
    referral = locked_referral(attempt.referral)
    if referral.state not in ("sending", "in_doubt") or referral.token != attempt.token:
        raise Conflict("another try at this referral has begun, or its doubt was settled")
    referral.lease_until = None
    referral.save(update_fields=["lease_until"])
    if answer.result == "accepted":
        hand_over(referral, clock)
    elif answer.result == "temporary":
        put_off(referral, "mail_server", clock)
    elif answer.result == "permanent":
        put_off(referral, "mail_refused", clock, heals=False)
    else:
        _doubt(referral, clock)
    return referral.state


def find_doubts(*, clock: Clock = _MACHINE_CLOCK) -> tuple[str, ...]:
    """Ids of referrals that are in doubt from now on: nobody is sending them any more.

    Those whose lease is over, or ends later than any does: the clock was set back since (FI-12).
    """
    now = clock.now()
    gone = Q(lease_until__lt=now) | Q(lease_until__gt=now + timedelta(seconds=LEASE_SECONDS_MAX))
    rows = Referral.objects.filter(gone, state="sending").values_list("public_id", "token")
    return tuple(name for name, token in rows.order_by("queued_at", "id") if _abandon(name, token, clock))


@transaction.atomic
def _abandon(referral: str, token: int, clock: Clock) -> bool:
    """Whether the try was still that one."""
    found = locked_referral(referral)
    if found.state != "sending" or found.token != token:
        return False
    _doubt(found, clock)
    return True


@transaction.atomic
def record_arrived(untrusted_referral: str, *, actor: Actor, clock: Clock = _MACHINE_CLOCK) -> Referral:
    """The referral in doubt, handed over: the partner told a person that it has it. Raises Conflict."""
    check_person(actor)
    referral = locked_referral(untrusted_referral)
    if referral.state != "in_doubt" or not referral.document_sha256:
        raise Conflict("the referral is not in doubt by now, or was never made; look again")
    referral.token += 1
    referral.save(update_fields=["token"])
    record("referral_arrived", actor=actor, subject=referral.public_id, clock=clock)
    return hand_over(referral, clock)


def doubt_referrals_after_restore(*, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many referrals by mail are in doubt now that the database came back from a backup.

    They may have gone out after the backup was made. In the caller's transaction.
    """
    rows = Referral.objects.filter(state__in=("queued", "sending"), partner__how="mail")
    found = list(rows.order_by("id").values_list("public_id", flat=True))
    for name in found:
        referral = locked_referral(name)
        referral.token += 1
        referral.save(update_fields=["token"])
        _doubt(referral, clock)
    return len(found)


def _doubt(referral: Referral, clock: Clock) -> None:
    referral.state, referral.moved_at, referral.lease_until = "in_doubt", clock.now(), None
    referral.trouble = ""
    referral.save(update_fields=["state", "moved_at", "lease_until", "trouble"])
    facts: dict[str, Fact] = {"token": referral.token}
    record("referral_doubted", actor=SENDER, subject=referral.public_id, facts=facts, clock=clock)
