from __future__ import annotations

from tutela.hotline.people.mandate.acts import ACTS
from tutela.hotline.people.quorum.consequences import CONSEQUENCES


def test_every_consequence_is_an_act_that_the_mandate_knows() -> None:
    assert {one.act for one in CONSEQUENCES.values()} <= set(ACTS)


def test_every_floor_can_be_met_and_is_not_below_itself() -> None:
    for one in CONSEQUENCES.values():
        assert not list(one.floor.contradictions()) and not list(one.floor.weaknesses(one.floor))


def test_no_list_is_one_person_s_and_every_removal_is() -> None:
    for name, one in CONSEQUENCES.items():
        if one.act.startswith("list_"):
            assert one.floor.votes >= 2 and one.floor.approvals >= 1, name
        assert one.fixed == (name in ("notice_retraction", "suspension", "withdrawal"))
        if one.fixed:
            assert one.floor.votes == 1 and one.floor.least_look == "none"
            assert not one.floor.heeds_objections
