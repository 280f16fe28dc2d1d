from __future__ import annotations

import pytest

from tests.hotline.cases.making import an_item
from tutela.hotline.cases.forms import STATE_NAMES, ChoiceForm
from tutela.hotline.cases.states import STATES

pytestmark = pytest.mark.django_db


def test_every_state_has_a_name() -> None:
    assert set(STATE_NAMES) == set(STATES)


@pytest.mark.parametrize("choice", [{"state": "asleep"}, {"start": "-1"}, {"start": "x"}])
def test_a_wrong_choice_shows_nothing(choice: dict[str, str]) -> None:
    an_item()
    assert ChoiceForm(choice).rows() == [] and len(ChoiceForm({}).rows()) == 1
