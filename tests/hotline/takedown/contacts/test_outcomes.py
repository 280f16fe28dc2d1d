"""What a look-up comes to: for a place that nobody was told of, and for one that is there all the same."""

from __future__ import annotations

import pytest

from tests.hotline.takedown.contacts.registered import DESK, Registered, registered
from tests.hotline.takedown.making import OFFICER, WORKER
from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.actions import approve_contact
from tutela.hotline.takedown.contacts.looking_up import LookUp, look_up
from tutela.hotline.takedown.contacts.models import Contact, Search
from tutela.hotline.takedown.contacts.outcomes import TRIES_BEFORE_CLIMBING, Outcome, outcome_of

pytestmark = pytest.mark.django_db


def outcome(made: Registered, up: LookUp | None = None) -> Outcome:
    sighting = Sighting.objects.get(how="fetched")
    seen = up or look_up(sighting, made.equipment())
    return outcome_of(sighting, seen, actor=WORKER, clock=made.clock)


def test_who_was_told_is_not_told_again_and_the_next_rung_is_asked_for() -> None:
    with registered() as made:
        made.found()
        assert outcome(made).proposal is not None
        assert outcome(made).state == "person"
        approve_contact(Contact.objects.get().public_id, actor=OFFICER, clock=made.clock)
        first = outcome(made)
        assert (first.state, first.proposal and first.proposal.address) == ("told", DESK)
        made.again()
        after = outcome(made)
    assert (after.state, after.proposal and after.proposal.rung) == ("person", "registrar")


def test_without_anybody_to_ask_nobody_is_known_and_nobody_above() -> None:
    with registered() as made:
        made.found()
        assert outcome(made, LookUp()).state == "nobody"
        approve_contact(Contact.objects.get().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        assert outcome(made, LookUp()).state == "exhausted"


def test_a_registry_that_is_away_is_waited_for_but_not_for_ever() -> None:
    with registered() as made:
        made.found()
        approve_contact(Contact.objects.get().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        away = LookUp(retry_after_seconds=60.0)
        assert outcome(made, away).state == "registry"
        Search.objects.update(tries=TRIES_BEFORE_CLIMBING)
        assert outcome(made, away).state == "exhausted"
