"""What a partner says became of a case: by its link, without an account, or told to a person.

A link is good until it has said how the case ended. Before that it says *we have it* and *we are
investigating*, each once: who holds it writes no more than three entries into the ledger.
"""

from __future__ import annotations

from django.db import transaction

from tutela.hotline.cases.actions import record_police_released
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import PUBLIC, Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.partners.access import access_asked
from tutela.hotline.partners.actions.handing import counts_as_told
from tutela.hotline.partners.actions.naming import check_person
from tutela.hotline.partners.actions.queueing import locked_referral
from tutela.hotline.partners.acts import INTERIM, OUTCOMES, RELEASED
from tutela.hotline.partners.models import REFERENCE_CHARACTERS, Referral
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Refused

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def record_answer(
    untrusted_referral: str,
    outcome: str,
    *,
    actor: Actor,
    untrusted_reference: str = "",
    clock: Clock = _MACHINE_CLOCK,
) -> Referral:
    """The referral with what the partner told a person. ``outcome`` is a word of ``acts.OUTCOMES``.

    ``released_for_notice`` of the police ends their hold. A later answer replaces an earlier one, which the
    ledger keeps. Raises Invalid, Refused, Conflict where it was not handed over.
    """
    check_person(actor)
    referral = locked_referral(untrusted_referral)
    _write(referral, outcome, untrusted_reference, clock)
    released = 0
    if outcome == RELEASED and counts_as_told(referral.partner, clock=clock):
        for item in referral.items.order_by("pk"):
            released += record_police_released(item, actor=actor, clock=clock)
    _record(referral, actor, "person", released, clock)
    return referral


@transaction.atomic
def record_answer_by_link(
    untrusted_token: str, outcome: str, *, untrusted_reference: str = "", clock: Clock = _MACHINE_CLOCK
) -> Referral:
    """The referral with what was said at its answer link, which is used up by how the case ended.

    It moves no item: a person reads it, and ends a hold where it says so. For the same reason a referral in
    doubt stays there, with what was said: that it arrived a person writes down. What is known already is not
    written again. Raises Invalid, and Refused for a link that is none or was used up.
    """
    referral = locked_referral(access_asked(untrusted_token).public_id)
    if not referral.answer_digest:  # somebody was faster
        raise Refused("this link is no longer good")
    if outcome not in INTERIM:
        referral.answer_digest = ""
    elif _is_known(referral, outcome):
        if referral.reference or not untrusted_reference.strip():
            return referral
        outcome = referral.outcome  # the number alone is new
    _write(referral, outcome, untrusted_reference, clock, also="in_doubt")
    _record(referral, PUBLIC, "link", 0, clock)
    return referral


def _is_known(referral: Referral, outcome: str) -> bool:
    """Whether the case has come as far as this word of ``INTERIM`` says, or further."""
    if not referral.outcome:
        return False
    return referral.outcome not in INTERIM or INTERIM.index(referral.outcome) >= INTERIM.index(outcome)


def _write(
    referral: Referral, outcome: str, untrusted_reference: str, clock: Clock, *, also: str = ""
) -> None:
    if outcome not in OUTCOMES:
        raise Invalid(f"one of {', '.join(OUTCOMES)}", field="outcome")
    if referral.state not in ("handed", "answered", also):
        raise Conflict("the referral has not been handed over yet")
    reference = _checked_reference(untrusted_reference)
    referral.outcome, referral.reference = outcome, reference or referral.reference
    referral.state = referral.state if referral.state == also else "answered"
    referral.answered_at = referral.moved_at = clock.now()
    referral.save(update_fields=["outcome", "reference", "state", "answer_digest", "answered_at", "moved_at"])


def _checked_reference(untrusted: str) -> str:
    """The number as one line of printable characters. Raises Invalid."""
    reference = " ".join(untrusted.split())
    if len(reference) > REFERENCE_CHARACTERS or not reference.isprintable():
        raise Invalid(f"one line, at most {REFERENCE_CHARACTERS} characters", field="reference")
    return reference


def _record(referral: Referral, actor: Actor, way: str, released: int, clock: Clock) -> None:
    facts: dict[str, Fact] = {"outcome": referral.outcome, "way": way, "released": released}
    record("referral_answered", actor=actor, subject=referral.public_id, facts=facts, clock=clock)
