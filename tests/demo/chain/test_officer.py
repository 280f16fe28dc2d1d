"""The officer approves who is right, refuses who is not, and fills in the form of a host that wants one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.demo.world.worlds import tell
from tutela.demo.chain.founding import found_house
from tutela.demo.chain.officer import FORMS_AFTER, ContactKeeper, FormFiller
from tutela.demo.chain.staff import take_on
from tutela.demo.chain.story import Stage
from tutela.hotline.ledger.actors import process
from tutela.hotline.takedown.actions.approving import propose_contact
from tutela.hotline.takedown.contacts.proposals import Proposal
from tutela.hotline.takedown.contacts.queries import contacts


def proposal(address: str, stage: Stage) -> Proposal:
    return Proposal(
        key="as:64512", rung="hoster", kind="mail", address=address, organisation="", country="NL",
        languages=(), source="rdap_network", answer_sha256="a" * 64, reasons=("abuse_role",),
        found_at=stage.clock.now(), agreed=False, is_proxy=False,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_wrong_one_is_refused_and_the_right_one_approved(stage: Stage) -> None:
    accounts = take_on(stage.home, found_house(stage.home, stage.settings, stage.clock), stage.clock)
    said: list[str] = []
    officer = ContactKeeper(accounts["cleo"], {"abuse@elsewhere.test"}, said.append, stage.clock)
    assert not officer.act() and officer.next_moment() is None
    for address in ("abuse@elsewhere.test", "abuse@right.test"):
        propose_contact(proposal(address, stage), actor=process("worker"), clock=stage.clock)
    assert officer.act()
    assert {one.address: one.state for one in contacts()} == {
        "abuse@elsewhere.test": "refused",
        "abuse@right.test": "approved",
    }
    assert len(said) == 1 and "abuse@elsewhere.test" in said[0]


def test_a_form_is_filled_in_a_day_after_the_desk_asked_for_it(stage: Stage) -> None:
    world, said = stage.world, list[str]()
    item = next(one for one in world.items if one.host == "form.test")
    filler = FormFiller(world, said.append, stage.clock)
    assert not filler.act() and filler.next_moment() is None
    tell(world, item)
    assert not filler.act() and filler.next_moment() == stage.clock.now() + FORMS_AFTER
    assert world.expected(item).end == "by_hand"
    stage.clock.advance((FORMS_AFTER + timedelta(seconds=1)).total_seconds())
    assert filler.act() and not filler.act()
    assert world.expected(item).end == "removed"
    assert "form.test" in said[0]
