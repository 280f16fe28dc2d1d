"""Who works in the story, and what they know."""

from __future__ import annotations

import pytest

from tutela.demo.chain.analysts import HARMLESS
from tutela.demo.chain.persons import Desk, knowledge_of, officers_of
from tutela.demo.chain.staff import Account
from tutela.demo.chain.story import Stage
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.people.models import Person


@pytest.mark.django_db
def test_one_officer_looks_now_and_then_and_the_world_is_known(stage: Stage) -> None:
    cleo = Account(person=Person(), email="cleo@hotline.test", roles=frozenset(), secret="")
    desk = Desk(accounts={"cleo": cleo}, events=lambda: 1, clock=stage.clock)
    keeper, filler = officers_of(desk, stage.world, print)
    assert not keeper.act() and not filler.act()
    knowledge = knowledge_of(stage.world, IndexKey(raw=b"i" * 32))
    assert HARMLESS not in knowledge.of(["itm_1"]).values()
