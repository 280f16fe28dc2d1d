from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.hotline.cases.making import an_item
from tests.hotline.people import making
from tutela.hotline.cases.choices import close, hold
from tutela.hotline.ledger.actors import Actor, person
from tutela.hotline.people.roles import SENIOR_ANALYST
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Conflict, Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_today")]


@pytest.fixture
def officer() -> Actor:
    return person(making.person(SENIOR_ANALYST).public_id)


def chosen(version: int, **facts: Any) -> dict[str, Any]:
    until = SystemClock().now() + timedelta(days=1)
    return {"version": version, "reason": "police_first", "until": until, **facts}


def test_one_choice_holds_and_the_same_one_ends_it(officer: Actor) -> None:
    item = an_item().public_id
    assert hold(item, chosen(1), actor=officer) == "held"
    assert hold(item, chosen(2, reason="", until=None), actor=officer) == "received"


def test_a_hold_says_why(officer: Actor) -> None:
    with pytest.raises(Invalid, match="why"):
        hold(an_item().public_id, chosen(1, reason=""), actor=officer)


def test_who_saw_an_earlier_version_closes_nothing(officer: Actor) -> None:
    item = an_item()
    hold(item.public_id, chosen(1), actor=officer)
    with pytest.raises(Conflict):
        close(item.public_id, chosen(1, reason="ended"), actor=officer)
    assert close(item.public_id, chosen(2, reason="ended"), actor=officer) == "closed"
