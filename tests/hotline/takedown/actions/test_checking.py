from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import START, WORKER, a_clock, a_sighting, acts
from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.actions import plan_check, record_check
from tutela.hotline.takedown.models import Check, Removal, Watch
from tutela.hotline.takedown.queries import standings
from tutela.hotline.takedown.removal import RESULTS, Look, Result, Standing
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


@pytest.mark.parametrize("result", [one for one in RESULTS if one != "gone"])
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


def minutes_to_next(sighting: Sighting, clock: FixedClock) -> float:
    plan_check(sighting, clock=clock)
    return (Job.objects.get().due - clock.now()).total_seconds() / 60


def test_the_next_look_is_one_timer_soon_while_undecided_and_a_day_after_a_removal() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    for _ in range(2):
        assert 35 <= minutes_to_next(sighting, clock) < 36
    Job.objects.all().delete()
    for _ in range(2):
        a_round(sighting, clock)
        clock.advance(1_800)
    assert 0.9 < minutes_to_next(sighting, clock) / 1_440 < 1.1
    assert Job.objects.get().host == sighting.host_digest


def test_a_place_is_watched_for_a_year_after_its_removal_and_then_no_more() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    for _ in range(2):
        a_round(sighting, clock)
        clock.advance(1_800)
    rounds = 0
    while plan_check(sighting, clock=clock):
        clock.advance((Job.objects.get().due - clock.now()).total_seconds())
        Job.objects.all().delete()
        a_round(sighting, clock)
        rounds += 1
    assert 14 <= rounds <= 17
    assert 365 <= (clock.now() - Removal.objects.get().removed_at).days < 400
    assert sighting.watch.ended_at == clock.now() and not Job.objects.exists()


def test_gone_from_one_place_has_its_own_standing_and_count() -> None:
    clock = a_clock()
    one, other = a_sighting(clock), a_sighting(clock)
    for _ in range(2):
        assert a_round(other, clock) in ("undecided", "removed")
        last = a_round(one, clock, there="blocked")
        clock.advance(1_800)
    assert last == "gone_one_place"
    assert standings() == {"there": 0, "removed": 1, "gone_one_place": 1, "undecided": 0}
    assert (one.watch.standing, one.watch.found) == ("gone_one_place", "blocked")
    assert Removal.objects.get().sighting == other


def test_a_removal_stands_in_the_count_until_the_content_is_seen() -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    standing = []
    for here in ("gone", "gone", "changed", "unknown", "altered"):
        a_round(sighting, clock, here=here, there="gone")
        standing.append(Watch.objects.get().standing)
        clock.advance(1_800)
    assert standing == ["undecided", "removed", "removed", "removed", "there"]


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
