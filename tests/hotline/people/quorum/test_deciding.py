from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.people.quorum.ballots import NOW, profile, vote
from tutela.hotline.people.quorum.consequences import CONSEQUENCES
from tutela.hotline.people.quorum.deciding import Vote, decide, second_look
from tutela.hotline.people.quorum.needs import Need

SOLO, SMALL, STANDARD = profile("solo-duty"), profile("small"), profile("standard")
ABROAD: dict[str, Any] = {"organisation": "other.test", "jurisdiction": "YY"}


def test_one_person_acts_on_a_saturday_and_somebody_looks_within_a_day() -> None:
    decision = SOLO.decide("notice_unknown", [vote("anna")])
    assert decision.allowed and decision.second_look_due == NOW + timedelta(hours=24)
    assert SOLO.decide("referral", [vote("anna", look="none")]).allowed
    assert not SOLO.decide("notice_unknown", [vote("anna", look="none")]).allowed
    assert not SOLO.decide("notice_unknown", []).allowed


def test_the_standard_house_needs_two_for_unknown_material() -> None:
    assert not STANDARD.decide("notice_unknown", [vote("anna")]).allowed
    decision = STANDARD.decide("notice_unknown", [vote("anna"), vote("ben")])
    assert decision.allowed and decision.second_look_due is None


@pytest.mark.parametrize("name", [name for name in CONSEQUENCES if name.endswith(("list", "list_law"))])
def test_nobody_alone_lists(name: str) -> None:
    for quorum in (SOLO, SMALL, STANDARD):
        alone = [
            vote("anna", hours=at, stage=stage, key=f"key-{at}", organisation_kind=kind, **where)
            for at, (stage, where, kind) in enumerate(
                [("propose", {}, "hotline"), ("assess", ABROAD, "police"), ("approve", ABROAD, "court")]
            )
        ]
        decision = quorum.decide(name, alone, publisher="list.test", law="Section 1")
        assert not decision.allowed and decision.tally.votes == 1


def test_an_own_list_needs_one_who_assesses_and_another_who_approves() -> None:
    assess, approve = vote("anna"), vote("ben", stage="approve")
    assert SMALL.decide("own_list", [assess, approve]).allowed
    assert not SMALL.decide("own_list", [assess, vote("ben")]).allowed
    assert not SMALL.decide("own_list", [vote("anna", stage="approve"), approve]).allowed
    assert not SMALL.decide("own_list", [assess, vote("ben", stage="approve", look="none")]).allowed
    assert not SMALL.decide("own_list", [assess, vote("ben", stage="approve", key="key-anna")]).allowed


def test_a_shared_list_needs_another_organisation() -> None:
    three = [vote("anna"), vote("ben"), vote("cleo", stage="approve", look="none")]
    decision = SMALL.decide("shared_list", three)
    assert decision.lacking == ("organisations: 1 of 2",)
    abroad = vote("cleo", stage="approve", look="none", **ABROAD)
    assert SMALL.decide("shared_list", [*three[:2], abroad]).allowed


def test_a_provider_s_list_under_a_law_needs_an_authority_and_the_law() -> None:
    police = vote(
        "paul", organisation="police.test", organisation_kind="police", stage="approve", look="none"
    )
    votes = [vote("anna"), vote("ben"), police]
    assert SMALL.decide("provider_list_law", votes, law="Section 1").allowed
    assert SMALL.decide("provider_list_law", votes).lacking == ("the law that is cited",)
    other = [vote("anna"), vote("ben"), vote("cleo", stage="approve", **ABROAD)]
    lacking = SMALL.decide("provider_list_law", other, law="Section 1").lacking
    assert lacking == ("a vote of the police or a court",)


@pytest.mark.parametrize("name", ["device_list", "provider_list"])
def test_a_device_list_needs_two_organisations_in_two_countries_beside_the_publisher(name: str) -> None:
    assessed = [vote("anna", organisation="list.test"), vote("ben", organisation="list.test")]
    here, abroad = vote("cleo", stage="approve"), vote("dora", stage="approve", **ABROAD)
    assert STANDARD.decide(name, [*assessed, here, abroad], publisher="list.test").allowed
    assert "who publishes the list" in STANDARD.decide(name, [*assessed, here, abroad]).lacking
    one_country = vote("dora", stage="approve", organisation="other.test")
    lacking = STANDARD.decide(name, [*assessed, here, one_country], publisher="list.test").lacking
    assert lacking == ("jurisdictions: 1 of 2",)
    publisher = STANDARD.decide(name, [*assessed, here, abroad], publisher="other.test")
    assert not publisher.allowed and publisher.tally.organisations == 1


def test_a_report_that_says_viewed_needs_somebody_who_saw_the_whole() -> None:
    assert not SMALL.decide("cybertip_viewed", [vote("anna")]).allowed
    assert SMALL.decide("cybertip_viewed", [vote("anna", look="full")]).allowed
    assert SMALL.decide("cybertip", [vote("anna", look="none")]).allowed


def test_known_material_of_an_approved_entry_needs_nobody_again() -> None:
    assert all(quorum.decide("notice_known", []).allowed for quorum in (SOLO, SMALL, STANDARD))


def test_each_objection_asks_for_one_vote_more() -> None:
    votes = [vote("anna"), vote("ben", stage="approve"), vote("cleo", agrees=False)]
    decision = SMALL.decide("own_list", votes)
    assert decision.lacking == ("votes of different people: 2 of 3",) and decision.tally.objections == 1
    assert SMALL.decide("own_list", [*votes, vote("dora")]).allowed
    assert SMALL.decide("own_list", [*votes, vote("cleo", hours=1)]).allowed  # cleo thought again


@pytest.mark.parametrize("name", [name for name, one in CONSEQUENCES.items() if one.fixed])
def test_one_person_takes_back_and_nobody_can_stop_it(name: str) -> None:
    objecting = [vote(person, agrees=False) for person in ("ben", "cleo", "dora")]
    for quorum in (SOLO, SMALL, STANDARD):
        assert quorum.decide(name, [*objecting, vote("anna", look="none")]).allowed
        assert not quorum.decide(name, objecting).allowed


def test_what_a_house_does_not_do_no_votes_bring_about() -> None:
    many = [vote(f"person-{at}", stage="approve", **ABROAD) for at in range(9)]
    assert SOLO.decide("device_list", many, publisher="list.test").lacking == (
        "this house does not do this (quorum.toml: off)",
    )


def test_who_takes_part_twice_counts_once_and_the_last_word_stands() -> None:
    votes = [vote("anna"), vote("anna", hours=1, stage="approve", key="key-other", **ABROAD)]
    assert decide(Need(votes=2), votes).tally.votes == 1
    assert decide(Need(votes=1), [vote("anna"), vote("anna", hours=1, agrees=False)]).allowed is False


def test_a_key_that_two_people_used_counts_for_neither() -> None:
    shared = [vote("anna", key="key"), vote("ben", key="key"), vote("cleo")]
    assert decide(Need(votes=1), shared).tally.votes == 1
    assert decide(Need(votes=1), [vote("", key="key-1"), vote("anna", key="")]).tally.votes == 0


def test_the_second_look_is_awaited_then_overdue() -> None:
    need, votes = SMALL.needs("notice_unknown"), [vote("anna")]
    due = NOW + timedelta(hours=24)
    assert second_look(need, votes, now=NOW).state == "awaited"
    assert second_look(need, votes, now=due).state == "overdue"
    assert second_look(need, votes, now=due).due == due
    assert second_look(need, [], now=NOW).state == "not needed"
    assert second_look(STANDARD.needs("notice_unknown"), votes, now=NOW).state == "not needed"


def test_the_second_look_is_right_or_wrong_by_what_another_person_saw() -> None:
    need, first = SMALL.needs("notice_unknown"), vote("anna")
    assert second_look(need, [first, vote("ben", hours=1)], now=NOW).state == "right"
    assert second_look(need, [first, vote("ben", hours=1, agrees=False)], now=NOW).state == "wrong"
    assert second_look(need, [first, vote("anna", hours=1, agrees=False)], now=NOW).state == "wrong"
    for unseen in (vote("ben", look="none"), vote("ben", look="none", agrees=False)):
        assert second_look(need, [first, unseen], now=NOW).state == "awaited"


def test_nobody_puts_the_second_look_off_by_voting_again() -> None:
    need = SMALL.needs("notice_unknown")
    votes = [vote("anna", hours=at) for at in range(0, 30, 5)]
    assert second_look(need, votes, now=NOW + timedelta(hours=24)).state == "overdue"
    assert second_look(need, [*votes, vote("ben", key="key-anna")], now=NOW).state == "awaited"


LOTS = st.lists(
    st.builds(
        Vote,
        person=st.sampled_from(["anna", "ben", "cleo", ""]),
        organisation=st.sampled_from(["house.test", "other.test", ""]),
        key=st.sampled_from(["1", "2", "3", "4", ""]),
        look=st.sampled_from(["none", "protected", "full"]),
        at=st.integers(0, 99).map(lambda hours: NOW + timedelta(hours=hours)),
        stage=st.sampled_from(["propose", "assess", "approve"]),
        agrees=st.booleans(),
        jurisdiction=st.sampled_from(["XX", "YY", ""]),
    ),
    max_size=8,
)


@given(LOTS, st.sampled_from(sorted(CONSEQUENCES)), st.sampled_from([SOLO, SMALL, STANDARD]))
def test_what_is_allowed_has_as_many_people_keys_and_houses_as_it_needs(
    votes: list[Vote], name: str, quorum: Any
) -> None:
    decision, need = quorum.decide(name, votes, publisher="list.test", law="1"), quorum.needs(name)
    assert decision.allowed == (not decision.lacking) and decision.reason
    if not decision.allowed:
        return
    agreeing = [one for one in votes if one.agrees and one.person and one.key]
    assert len({one.person for one in agreeing}) >= need.votes
    assert len({one.key for one in agreeing}) >= need.votes
    assert len({one.organisation for one in agreeing if one.organisation}) >= need.organisations


@given(LOTS, st.randoms(), st.sampled_from(sorted(CONSEQUENCES)))
def test_the_order_of_the_votes_in_the_list_does_not_matter(
    votes: list[Vote], chance: Any, name: str
) -> None:
    distinct = {(one.person, one.at): one for one in votes}
    first = list(distinct.values())
    second = chance.sample(first, len(first))
    assert SMALL.decide(name, first).tally == SMALL.decide(name, second).tally


def test_where_several_are_needed_only_who_is_vouched_for_counts() -> None:
    puppets = [vote(name, vouched="", stage="approve") for name in ("eve", "eva", "ewa")]
    decision = SMALL.decide("own_list", [vote("anna"), *puppets])
    assert not decision.allowed and decision.tally.votes == 1 and decision.tally.uncounted == 3
    assert "3 not vouched for" in decision.reason and decision.tally.approvals == 0
    decision = SMALL.decide("own_list", [vote("anna"), vote("ben", stage="approve", vouched="colleagues")])
    assert decision.allowed
    assert (decision.tally.by_roster, decision.tally.by_colleagues, decision.tally.by_organisations) == (
        1,
        1,
        0,
    )


def test_one_who_is_not_vouched_for_acts_where_one_is_enough_and_is_looked_after() -> None:
    decision = SOLO.decide("notice_unknown", [vote("eve", vouched="")])
    assert decision.allowed and decision.second_look_due is not None and decision.tally.uncounted == 0
    both = [vote("eve", vouched=""), vote("anna", hours=1)]
    assert SOLO.decide("notice_unknown", both).second_look_due is not None  # the two may be one person
    assert SOLO.decide("notice_unknown", [vote("ben"), vote("anna")]).second_look_due is None


def test_an_objection_makes_a_single_voter_who_is_not_vouched_for_count_no_more() -> None:
    against = vote("ben", agrees=False)
    assert not SOLO.decide("verdict", [vote("eve", vouched=""), vote("anna"), against]).allowed
    assert SOLO.decide("verdict", [vote("cleo"), vote("anna"), against]).allowed
    unvouched = vote("ben", agrees=False, vouched="")
    assert not SOLO.decide("verdict", [vote("anna"), unvouched]).allowed  # easy to stop, for everybody


def test_a_second_look_takes_a_second_person() -> None:
    need = SOLO.needs("notice_unknown")

    def state(*votes: Vote) -> str:
        return second_look(need, votes, now=NOW + timedelta(hours=3)).state

    first = vote("anna")
    assert state(first, vote("eve", hours=1, vouched="")) == "awaited"
    assert state(first, vote("ben", hours=1)) == "right"
    assert state(vote("eve", vouched=""), vote("anna", hours=1)) == "awaited"
    assert state(vote("eve", vouched=""), vote("anna", hours=1), vote("ben", hours=2)) == "right"
    assert state(first, vote("eve", hours=1, vouched="", agrees=False)) == "wrong"
