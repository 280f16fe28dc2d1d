from __future__ import annotations

from collections.abc import Callable

import pytest

from tutela.hotline.work import queries
from tutela.hotline.work.forms import STATES, ChoiceForm, SteerForm


def test_every_state_has_a_name() -> None:
    assert set(STATES) == set(queries.STATES)


@pytest.mark.django_db
def test_a_choice_gives_rows_and_a_wrong_one_none(put: Callable[..., None]) -> None:
    put()
    assert len(ChoiceForm({}).rows()) == len(ChoiceForm({"state": "waiting", "kind": "toy"}).rows()) == 1
    assert ChoiceForm({"start": "1"}).rows() == ChoiceForm({"state": "asleep"}).rows() == []


def test_only_two_things_can_be_done() -> None:
    assert SteerForm({"what": "retry"}).is_valid() and SteerForm({"what": "park"}).is_valid()
    assert not SteerForm({"what": "delete"}).is_valid()
