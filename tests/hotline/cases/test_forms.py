from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.hotline.cases.making import an_item
from tutela.hotline.cases.forms import CLOSING_NAMES, HOLDING_NAMES, STATE_NAMES, ChoiceForm, HoldForm
from tutela.hotline.cases.states import CLOSING_REASONS, HOLDING_REASONS, STATES

pytestmark = pytest.mark.django_db


def test_every_state_has_a_name() -> None:
    assert set(STATE_NAMES) == set(STATES)


@pytest.mark.parametrize("choice", [{"state": "asleep"}, {"start": "-1"}, {"start": "x"}])
def test_a_wrong_choice_shows_nothing(choice: dict[str, str]) -> None:
    an_item()
    assert ChoiceForm(choice).rows() == [] and len(ChoiceForm({}).rows()) == 1


def test_every_reason_has_words_and_there_is_no_other() -> None:
    assert set(CLOSING_NAMES) == set(CLOSING_REASONS) and set(HOLDING_NAMES) == set(HOLDING_REASONS)


def test_a_time_without_a_zone_is_utc() -> None:
    form = HoldForm({"version": 1, "until": "2026-03-29T02:30"})
    assert form.is_valid() and form.cleaned_data["until"] == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
