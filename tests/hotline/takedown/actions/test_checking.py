from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import START, WORKER, a_clock, a_sighting, acts
from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.actions import plan_check, record_check
from tutela.hotline.takedown.models import Check, Removal
from tutela.hotline.takedown.removal import Look, Result, Standing
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


def a_round(sighting: Sighting, clock: FixedClock, here: Result = "gone", there: Result = "gone") -> Standing:
    looks = tuple(
        Look(vantage=vantage, at=clock.now(), result=result)
        for vantage, result in (("here", here), ("there", there))
    )
    return record_check(sighting, looks, actor=WORKER, clock=clock)


def test_two_rounds_half_an_hour_apart_make_a_removal() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    assert a_round(sighting, clock) == "undecided"
    clock.advance(1_799)
    assert a_round(sighting, clock) == "undecided"
    clock.advance(1)
    assert a_round(sighting, clock) == "removed"
    assert a_round(sighting, clock) == "removed"
    assert Removal.objects.get().removed_at == clock.now() and Check.objects.count() == 8
    assert acts(sighting.public_id)[-1] == "check_recorded"


@pytest.mark.parametrize("result", ["unknown", "changed", "present"])
def test_what_one_vantage_point_does_not_find_gone_is_not_removed(result: Result) -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    for _ in range(4):
        a_round(sighting, clock, there=result)
        clock.advance(3_600)
    assert not Removal.objects.exists()


def test_what_comes_back_reopens_and_can_be_removed_again() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    for _ in range(2):
        a_round(sighting, clock)
        clock.advance(1_800)
    assert a_round(sighting, clock, here="present") == "there"
    assert Removal.objects.get().reopened_at == clock.now()
    for _ in range(2):
        clock.advance(1_800)
        a_round(sighting, clock)
    assert list(Removal.objects.order_by("pk").values_list("reopened_at", flat=True))[-1] is None
    assert Removal.objects.count() == 2


def test_the_next_look_is_one_timer_soon_while_undecided_and_weekly_once_removed() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    for _ in range(2):
        plan_check(sighting, clock=clock)
    assert [(job.due - clock.now()).total_seconds() for job in Job.objects.all()] == [35 * 60]
    Job.objects.all().delete()
    for _ in range(2):
        a_round(sighting, clock)
        clock.advance(1_800)
    plan_check(sighting, clock=clock)
    assert (Job.objects.get().due - clock.now()).days == 7


def test_what_stays_there_is_looked_at_less_and_less_often_but_daily() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    waits = []
    for _ in range(4):
        a_round(sighting, clock, "present", "present")
        plan_check(sighting, clock=clock)
        waits.append((Job.objects.get().due - clock.now()).total_seconds() / 60)
        Job.objects.all().delete()
        clock.advance(3_600)
    assert waits == sorted(waits) and waits[-1] == 1_440


@pytest.mark.parametrize(
    "looks", [(), (("here", "perhaps"),), (("", "gone"),), (("x" * 33, "gone"),)], ids=range(4)
)
def test_a_look_that_is_none_is_refused(looks: tuple[tuple[str, Result], ...]) -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    made = tuple(Look(vantage=vantage, at=clock.now(), result=result) for vantage, result in looks)
    with pytest.raises(Invalid):
        record_check(sighting, made, actor=WORKER, clock=clock)
    assert not Check.objects.exists()


@pytest.mark.parametrize("result", ["present", "gone"])
def test_a_clock_set_back_makes_no_removal_and_hides_no_return(result: Result) -> None:
    """The later look counts as the later one, whatever its clock said, and no half hour passes by a step."""
    clock = a_clock()
    sighting = a_sighting(clock)
    if result == "present":
        a_round(sighting, clock)
        clock.advance(1_800)
        assert a_round(sighting, clock) == "removed"
    else:
        clock.advance(86_400)
        a_round(sighting, clock)
    back = FixedClock(START - timedelta(days=1))
    assert a_round(sighting, back, here=result) == {"present": "there", "gone": "undecided"}[result]
