"""What people say: it rests on what they saw, one word each, blind, and leads to a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.people.making import person
from tests.hotline.review.making import (
    CANNOT_JUDGE,
    ILLEGAL,
    NOT_ILLEGAL,
    OUT_OF_SCOPE,
    WORKER,
    GreyOpener,
    a_clock,
    a_page,
    a_waiting_item,
    acts,
    an_analyst,
    jobs_of,
    judged,
    state_of,
)
from tutela.hotline.cases.actions import close_item
from tutela.hotline.cases.job_kinds import ACT, SECOND_LOOK
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.roles import AUDITOR
from tutela.hotline.review.actions import assess, claim_next, show, withdraw_assessment
from tutela.hotline.review.models import Assessment, Exposure, Lease
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


def test_one_person_on_duty_brings_it_to_a_notice() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock, urgent=True)
    (became,) = judged(anna, ILLEGAL, clock)
    assert (became.state, became.needs_another) == ("verdict", False)
    verdict = item.verdicts.get()
    assert (verdict.legal_class, verdict.scheme, verdict.category, verdict.votes) == (
        "csam",
        "iccam",
        "baseline",
        1,
    )
    assert jobs_of(ACT) == [{"sighting": item.sightings.get().public_id}]
    assert jobs_of(SECOND_LOOK) == [{"item": item.public_id}]
    made = Assessment.objects.get()
    assert made.exposure is not None
    assert (made.severity, made.elements["age"], made.exposure.tiles) == (2, "pubescent", 1)
    assert made.second_look_due is not None
    assert Lease.objects.get().how_ended == "assessed"


@pytest.mark.parametrize(("said", "reason"), [(NOT_ILLEGAL, "not_illegal"), (OUT_OF_SCOPE, "out_of_scope")])
def test_what_is_none_of_ours_is_closed(said: object, reason: str) -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    judged(anna, said, clock)  # type: ignore[arg-type]
    now = Item.objects.get(pk=item.pk)
    assert (now.state, now.state_reason) == ("closed", reason)
    assert not jobs_of(ACT)


def test_who_cannot_judge_leaves_it_to_a_colleague() -> None:
    clock, anna, ben = a_clock(), an_analyst(), an_analyst("Ben")
    item = a_waiting_item(clock)
    (became,) = judged(anna, CANNOT_JUDGE, clock)
    assert (became.state, became.needs_another) == ("rated", True)
    assert judged(ben, ILLEGAL, clock)[0].state == "verdict"
    assert item.verdicts.get().votes == 1


def test_what_was_not_looked_at_is_not_judged() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    for said in (ILLEGAL, NOT_ILLEGAL):
        with pytest.raises(Refused, match="shown"):
            assess(anna, turn.turn, turn.items, said, key="k", clock=clock)
    assert not Assessment.objects.exists()
    assess(anna, turn.turn, turn.items, OUT_OF_SCOPE, key="k", clock=clock)
    assert state_of(item) == "closed"


def test_the_slower_of_two_is_told_so() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    show(anna, turn.turn, opener=GreyOpener(), clock=clock)
    close_item(Item.objects.get(pk=item.pk), actor=WORKER, reason="duplicate", clock=clock)
    with pytest.raises((Conflict, Refused)):
        assess(anna, turn.turn, turn.items, ILLEGAL, key="k", clock=clock)
    with pytest.raises(Conflict):
        assess(an_analyst("Ben"), turn.turn, turn.items, ILLEGAL, key="k2", clock=clock)
    assert not Assessment.objects.exists()


def test_nothing_chosen_no_credential_and_another_role_are_refused() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    show(anna, turn.turn, opener=GreyOpener(), clock=clock)
    with pytest.raises(Invalid):
        assess(anna, turn.turn, [], ILLEGAL, key="k", clock=clock)
    with pytest.raises(Invalid):
        assess(anna, turn.turn, turn.items, ILLEGAL, key="", clock=clock)
    with pytest.raises(Refused, match="role"):
        assess(person(AUDITOR), turn.turn, turn.items, ILLEGAL, key="k", clock=clock)


def test_the_ledger_does_not_tell_the_next_person_what_the_first_one_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, anna = a_clock(), an_analyst()
    rehearse(tmp_path, quorum="standard", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    item = a_waiting_item(clock)
    assert judged(anna, ILLEGAL, clock)[0].needs_another
    assert "assessment_recorded" in acts(item.public_id)
    leaves = [bytes(one.leaf) for one in LedgerEntry.objects.filter(subject=item.public_id)]
    assert not any(b"csam" in leaf or b"baseline" in leaf for leaf in leaves)
    assert not item.verdicts.exists()


def test_of_a_page_those_that_were_seen_are_judged_and_the_page_with_them() -> None:
    clock, anna = a_clock(), an_analyst()
    page, pictures = a_page(clock, 3)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    shown = show(anna, turn.turn, opener=GreyOpener(), clock=clock)
    assert [bool(one.tiles) for one in shown].count(True) == len(pictures)
    found = assess(anna, turn.turn, turn.items, ILLEGAL, key="k", clock=clock)
    assert {one.state for one in found} == {"verdict"}
    assert Assessment.objects.get(item=page).exposure is not None
    assert Exposure.objects.filter(how_ended="assessed").count() == len(pictures)


def test_an_assessment_can_be_taken_back_until_something_follows() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    judged(anna, CANNOT_JUDGE, clock)
    withdraw_assessment(anna, item.public_id, clock=clock)
    judged(anna, ILLEGAL, clock)
    with pytest.raises(Refused):
        withdraw_assessment(anna, item.public_id, clock=clock)
