"""What a person may ask of the page about contacts."""

from __future__ import annotations

import pytest

from tutela.hotline.takedown.contacts.forms import ContactsForm, DecisionForm, StaysToldForm
from tutela.hotline.takedown.contacts.models import CONTACT_STATES
from tutela.hotline.takedown.contacts.words import STATE_NAMES


@pytest.mark.parametrize(("asked", "chosen"), [("approved", "approved"), ("", ""), ("other", "")])
def test_a_wrong_choice_shows_all(asked: str, chosen: str) -> None:
    assert ContactsForm({"state": asked}).chosen() == chosen


@pytest.mark.parametrize(("what", "valid"), [("approve", True), ("refuse", True), ("forget", False)])
def test_a_decision_is_one_of_two(what: str, valid: bool) -> None:
    assert DecisionForm({"contact": "con_x", "what": what}).is_valid() is valid


def test_every_state_has_a_name() -> None:
    assert set(STATE_NAMES) == set(CONTACT_STATES)


@pytest.mark.parametrize(("why", "valid"), [("not_there", True), ("", False), ("a whim", False)])
def test_what_stays_told_has_a_reason_of_the_list(why: str, *, valid: bool) -> None:
    assert StaysToldForm({"why": why}).is_valid() is valid
