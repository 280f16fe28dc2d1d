"""What the sender writes down: that the one document is made, that it stands there, or why not."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from tutela.hotline.cases.actions import record_police_told
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.partners.access import token_digest
from tutela.hotline.partners.actions.queueing import locked_referral
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict

_MACHINE_CLOCK = SystemClock()
SENDER = process("sender")
#: Seconds until a referral is tried again, doubled with each try up to an hour (our own).
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15, 3_600


@transaction.atomic
def record_sealed(
    untrusted_referral: str, sealed: bytes, *, token: str, clock: Clock = _MACHINE_CLOCK
) -> bytes:
    """The document of the referral: this one, or the one that another sender made first.

    From here on there is no other: every later try hands over these very bytes. Of ``token``, which stands
    in the document, a digest is kept. Raises Conflict where the referral is not in line.
    """
    referral = locked_referral(untrusted_referral)
    if referral.document_sha256:
        return bytes(referral.document_sealed)
    if referral.state != "queued":
        raise Conflict(f"the referral is {referral.state} by now")
    referral.document_sealed, referral.answer_digest = sealed, token_digest(token)
    referral.document_sha256 = hashlib.sha256(sealed).hexdigest()
    referral.save(update_fields=["document_sealed", "document_sha256", "answer_digest"])
    facts: dict[str, Fact] = {"size_bytes": len(sealed)}
    record("referral_sealed", actor=SENDER, subject=referral.public_id, facts=facts, clock=clock)
    return sealed


@transaction.atomic
def record_handed(untrusted_referral: str, *, clock: Clock = _MACHINE_CLOCK) -> Referral:
    """The referral, handed over: its document stands durably where the partner takes it.

    Written down twice, it is one hand-over. Raises Conflict where no document was made.
    """
    referral = locked_referral(untrusted_referral)
    if referral.state in ("handed", "answered"):
        return referral
    if referral.state != "queued" or not referral.document_sha256:
        raise Conflict(f"the referral is {referral.state}, or has no document yet")
    return hand_over(referral, clock)


def hand_over(referral: Referral, clock: Clock) -> Referral:
    """The referral, which the caller has locked, handed over.

    Where it went to the police, each item knows from now on that they were told, and is held as the mandate
    says.
    """
    now = clock.now()
    referral.state = "answered" if referral.outcome else "handed"  # who is in doubt may have been answered
    referral.handed_at, referral.moved_at, referral.trouble = now, now, ""
    referral.save(update_fields=["state", "handed_at", "moved_at", "trouble"])
    facts: dict[str, Fact] = {
        "partner": referral.partner.public_id,
        "held": _tell_items(referral, now, clock),
    }
    record("referral_handed", actor=SENDER, subject=referral.public_id, facts=facts, clock=clock)
    return referral


@transaction.atomic
def record_delayed(untrusted_referral: str, trouble: str, *, clock: Clock = _MACHINE_CLOCK) -> datetime:
    """When the referral is tried again. ``trouble``: a word of ``acts.TROUBLES``, what was not there.

    Raises Conflict where it is not in line: what may have gone out is not tried again by itself.
    """
    return put_off(_in_line(untrusted_referral), trouble, clock).due


@transaction.atomic
def record_failed(untrusted_referral: str, trouble: str, *, clock: Clock = _MACHINE_CLOCK) -> Referral:
    """The referral, failed: a person has to change something. Raises Conflict where it is not in line."""
    return put_off(_in_line(untrusted_referral), trouble, clock, heals=False)


def put_off(referral: Referral, trouble: str, clock: Clock, *, heals: bool = True) -> Referral:
    """The referral, which the caller has locked, to be tried later; or failed, where it does not heal."""
    now = clock.now()
    seconds = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(referral.attempts, 10))
    state = "queued" if heals else "failed"
    if referral.state != state:
        referral.state, referral.moved_at = state, now
    referral.attempts, referral.trouble = referral.attempts + 1, trouble
    referral.due = now + timedelta(seconds=seconds)
    referral.save(update_fields=["state", "moved_at", "attempts", "trouble", "due"])
    facts: dict[str, Fact] = {"trouble": trouble, "attempt": referral.attempts}
    act = "referral_delayed" if heals else "referral_failed"
    record(act, actor=SENDER, subject=referral.public_id, facts=facts, clock=clock)
    return referral


def _in_line(untrusted_referral: str) -> Referral:
    referral = locked_referral(untrusted_referral)
    if referral.state != "queued":
        raise Conflict(f"the referral is {referral.state} by now")
    return referral


def counts_as_told(partner: Partner, *, clock: Clock = _MACHINE_CLOCK) -> bool:
    """Whether who hands a case there has told the police: no test endpoint, but in a rehearsal."""
    return partner.kind == "police" and (not partner.test or mandate_in_force(clock=clock).rehearsal)


def _tell_items(referral: Referral, now: datetime, clock: Clock) -> int:
    """How many items are held for the police from now on."""
    if not counts_as_told(referral.partner, clock=clock):
        return 0
    items = referral.items.order_by("pk")
    return sum(record_police_told(one, told=now, actor=SENDER, clock=clock) for one in items)
