"""Sample accounts are active, vouched for where they vote, and printed with what signs them in."""

from __future__ import annotations

import pytest

from tutela.demo.chain.founding import found_house
from tutela.demo.chain.staff import PASSWORD, PEOPLE, render_accounts, take_on
from tutela.demo.chain.story import Stage
from tutela.hotline.people.signing_in import has_factor
from tutela.hotline.people.vouching.queries import vouched_for

pytestmark = pytest.mark.django_db


def test_everybody_can_sign_in_and_whoever_votes_is_vouched_for(stage: Stage) -> None:
    keys = found_house(stage.home, stage.settings, stage.clock)
    accounts = take_on(stage.home, keys, stage.clock)
    assert list(accounts) == list(PEOPLE)
    for one in accounts.values():
        one.person.refresh_from_db()
        assert one.person.is_active and one.person.check_password(PASSWORD)
        assert has_factor(one.person)
    vouched = {
        word for word, one in accounts.items() if vouched_for(one.person, clock=stage.clock) == "roster"
    }
    assert vouched == {"ada", "ben", "cleo"}
    lines = list(render_accounts(accounts))
    assert len(lines) == len(PEOPLE) + 1 and PASSWORD in lines[-1]
    assert "ada@hotline.test" in lines[0] and accounts["ada"].secret in lines[0]
