"""What is known of a recipient."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from tutela.share.notices.ladder import REASONS, RUNGS, Candidate, Provenance, Reason

CANDIDATE = Candidate(
    rung="hoster",
    kind="mail",
    address="abuse@secret.test",
    organisation="Secret BV",
    country="NL",
    languages=("nl", "en"),
    provenance=Provenance(
        source="rdap_network", url="https://secret.test/", at=datetime(2026, 1, 1, tzinfo=UTC)
    ),
    reasons=("abuse_role", "unconfirmed"),
    person="first_contact",
)


def test_the_host_is_told_first_and_hotlines_last() -> None:
    assert RUNGS[0] == "hoster"
    assert RUNGS[-1] == "hotline"


def test_a_first_contact_needs_a_person_unless_nobody_has_to_agree() -> None:
    assert CANDIDATE.first_contact_needs_person
    assert not CANDIDATE.could_be_the_offender
    assert not replace(CANDIDATE, person="none").first_contact_needs_person
    assert replace(CANDIDATE, reasons=("could_be_the_offender",)).could_be_the_offender


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == set(get_args(Reason))


def test_no_address_shows_in_repr() -> None:
    assert "secret" not in repr(CANDIDATE).lower()
