from __future__ import annotations

import pytest

from tests.hotline.partners.making import PUBLIC_KEY, a_clock, a_partner
from tutela.hotline.partners.forms import AnswerForm, ChosenForm, PartnerForm, ReferForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ({}, ("", 0)),
        ({"state": "failed", "start": "7"}, ("failed", 7)),
        ({"state": "x"}, None),
        ({"start": "-1"}, None),
    ],
)
def test_a_choice_of_the_list(typed: dict[str, str], chosen: tuple[str, int] | None) -> None:
    assert ChosenForm(typed).chosen() == chosen


def test_a_partner_as_it_is_typed() -> None:
    typed = {
        "name": "N",
        "kind": "police",
        "country": "DE",
        "language": "de",
        "keys": f" {PUBLIC_KEY}\n\n{PUBLIC_KEY} ",
    }
    form = PartnerForm(typed)
    assert form.is_valid() and form.partner().keys == (PUBLIC_KEY, PUBLIC_KEY) and not form.partner().test
    assert PartnerForm(typed | {"test": "on"}).fields["test"].initial
    assert not PartnerForm(typed | {"country": "de"}).is_valid()


def test_only_whom_cases_may_be_handed_to_is_offered() -> None:
    clock = a_clock()
    usable, other = a_partner(clock), a_partner(clock, test=False, confirmed=False)
    assert ReferForm({"partner": usable.public_id, "grounds": "assessed"}).is_valid()
    assert not ReferForm({"partner": other.public_id, "grounds": "assessed"}).is_valid()


def test_an_answer_is_one_of_the_words() -> None:
    assert AnswerForm({"outcome": "no_case"}).is_valid() and not AnswerForm({"outcome": "won"}).is_valid()
