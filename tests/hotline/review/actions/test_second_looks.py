"""Second looks: by somebody else who looked; a doubt takes back, brings the item to a third, by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hotline.people.making import person
from tests.hotline.review.making import (
    ILLEGAL,
    NOT_ILLEGAL,
    GreyOpener,
    a_clock,
    a_page,
    a_waiting_item,
    acts,
    an_analyst,
    jobs_of,
    judged,
    later,
    state_of,
)
from tutela.hotline.cases.job_kinds import SECOND_LOOK
from tutela.hotline.cases.models import Item
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import AUDITOR
from tutela.hotline.people.vouching.queries import standing_votes
from tutela.hotline.review import ballots
from tutela.hotline.review.access import access_second
from tutela.hotline.review.actions import assessing, claim_next, record_second, second_looks, show_second
from tutela.hotline.review.classification import Classification
from tutela.hotline.review.models import Assessment
from tutela.hotline.review.queries import second_rows
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everybody_is_vouched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stands out for whom is the business of people.vouching and its tests."""
    monkeypatch.setattr(assessing, "vouched_for", lambda person, clock: "roster")
    monkeypatch.setattr(ballots, "standing_votes", lambda votes, clock=None: list(votes))
    monkeypatch.setattr(second_looks, "standing_votes", lambda votes, clock=None: list(votes))


def looked(who: Person, item: Item, said: Classification, clock: FixedClock) -> str:
    show_second(who, item.public_id, opener=GreyOpener(), clock=clock)
    return record_second(who, item.public_id, said, key=f"key-{who.pk}", clock=clock).state


def decided(clock: FixedClock) -> tuple[Item, Person]:
    anna = an_analyst()
    item = a_waiting_item(clock)
    judged(anna, ILLEGAL, clock)
    return item, anna


def test_two_who_agree_end_it() -> None:
    clock, ben = a_clock(), an_analyst("Ben")
    item, _ = decided(clock)
    assert [one.item for one in second_rows(ben, now=clock.now())] == [item.public_id]
    assert looked(ben, item, ILLEGAL, clock) == "right"
    assert second_rows(ben, now=clock.now()) == []
    assert state_of(item) == "verdict"
    assert "second_look_recorded" in acts(item.public_id)


def test_a_doubt_brings_it_to_a_third_person_and_the_notice_back_by_itself() -> None:
    clock, ben, cleo = a_clock(), an_analyst("Ben"), an_analyst("Cleo")
    item, anna = decided(clock)
    before = len(jobs_of(SECOND_LOOK))
    assert looked(ben, item, NOT_ILLEGAL, clock) == "wrong"
    assert len(jobs_of(SECOND_LOOK)) == before + 1
    assert state_of(item) == "rated"
    assert claim_next(anna, clock=clock) is None
    assert claim_next(ben, clock=clock) is None
    (became,) = judged(cleo, NOT_ILLEGAL, clock)
    assert became.state == "closed"


def test_a_third_person_may_say_that_the_first_was_right() -> None:
    clock, ben, cleo = a_clock(), an_analyst("Ben"), an_analyst("Cleo")
    item, _ = decided(clock)
    looked(ben, item, NOT_ILLEGAL, clock)
    (became,) = judged(cleo, ILLEGAL, clock)
    assert became.state == "verdict"
    assert item.verdicts.order_by("-pk")[0].votes == 2
    assert Assessment.objects.exclude(second_look_due=None).count() == 0


@pytest.mark.parametrize("break_it", ["own", "unseen", "nothing waits"])
def test_a_second_look_is_somebody_elses_and_a_look(break_it: str) -> None:
    clock, ben = a_clock(), an_analyst("Ben")
    item, anna = decided(clock)
    tries: dict[str, Callable[[], object]] = {
        "own": lambda: looked(anna, item, ILLEGAL, clock),
        "unseen": lambda: record_second(ben, item.public_id, ILLEGAL, key="k", clock=clock),
        "nothing waits": lambda: looked(ben, a_waiting_item(clock), ILLEGAL, clock),
    }
    with pytest.raises(Refused):
        tries[break_it]()
    assert Assessment.objects.count() == 1


def test_who_is_not_vouched_for_looks_once_and_somebody_whose_word_counts_is_awaited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, ben, cleo = a_clock(), an_analyst("Ben"), an_analyst("Cleo")
    monkeypatch.setattr(assessing, "vouched_for", lambda person, clock: "" if person == ben else "roster")
    item, _ = decided(clock)
    assert looked(ben, item, ILLEGAL, clock) == "awaited"
    assert [one.own for one in second_rows(ben, now=clock.now())] == [True]
    with pytest.raises(Refused, match="somebody else"):
        looked(ben, item, ILLEGAL, clock)
    assert looked(cleo, item, ILLEGAL, clock) == "right"
    assert second_rows(cleo, now=clock.now()) == []


def test_who_is_vouched_for_no_more_does_not_end_a_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, ben = a_clock(), an_analyst("Ben")
    monkeypatch.setattr(second_looks, "standing_votes", standing_votes)  # on whose roster nobody stands
    item, _ = decided(clock)
    assert looked(ben, item, ILLEGAL, clock) == "awaited"


def test_of_two_second_looks_at_once_one_is_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, ben, cleo = a_clock(), an_analyst("Ben"), an_analyst("Cleo")
    item, _ = decided(clock)
    show_second(ben, item.public_id, opener=GreyOpener(), clock=clock)
    first = access_second(ben, item.public_id)
    assert looked(cleo, item, ILLEGAL, clock) == "right"
    monkeypatch.setattr(second_looks, "access_second", lambda person, item: first)  # asked before Cleo's word
    with pytest.raises(Conflict, match="somebody else"):
        record_second(ben, item.public_id, ILLEGAL, key="b", clock=clock)


def test_a_second_look_is_no_other_role_s() -> None:
    clock, auditor = a_clock(), person(AUDITOR)
    item, _ = decided(clock)
    with pytest.raises(Refused, match="role"):
        show_second(auditor, item.public_id, opener=GreyOpener(), clock=clock)
    with pytest.raises(Refused, match="role"):
        record_second(auditor, item.public_id, ILLEGAL, key="a", clock=clock)


def test_a_page_is_looked_at_again_by_what_stood_on_it() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    page, pictures = a_page(clock, 3)
    judged(anna, ILLEGAL, clock)
    shown = show_second(ben, page.public_id, opener=GreyOpener(), clock=clock)
    assert {one.item for one in shown} == {one.public_id for one in pictures}
    assert record_second(ben, page.public_id, ILLEGAL, key="b", clock=clock).state == "right"


def test_what_nobody_looked_at_in_time_is_overdue_and_stays_up() -> None:
    clock, ben = a_clock(), an_analyst("Ben")
    item, _ = decided(clock)
    later(clock, hours=25)
    (row,) = second_rows(ben, now=clock.now())
    assert row.is_overdue
    assert state_of(item) == "verdict"
    assert looked(ben, item, ILLEGAL, clock) == "right"


def test_where_two_are_asked_from_the_beginning_no_second_look_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tutela.hotline.people.configuration import rehearse

    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    rehearse(tmp_path, quorum="standard", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    item = a_waiting_item(clock)
    assert judged(anna, ILLEGAL, clock)[0].needs_another
    assert judged(ben, ILLEGAL, clock)[0].state == "verdict"
    assert item.verdicts.get().votes == 2
    assert not Assessment.objects.exclude(second_look_due=None).exists()
