from __future__ import annotations

import pytest

from tests.hotline.takedown.making import WORKER, a_clock, a_notice, acts
from tutela.hotline.cases.actions.urgency import make_urgent
from tutela.hotline.cases.job_kinds import ACT, HASTEN
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.actions import ask_for_looks, claim_sending, plan_check, record_check
from tutela.hotline.takedown.actions.approving import FIND, put_find
from tutela.hotline.takedown.actions.hastening import hasten_notices
from tutela.hotline.takedown.models import Notice, Watch
from tutela.hotline.takedown.removal import Look
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db


def urgent(notice: Notice) -> Item:
    Item.objects.filter(pk=notice.sighting.item_id).update(urgent=True)
    return Item.objects.get(pk=notice.sighting.item_id)


def test_the_notices_that_wait_go_out_before_older_ones() -> None:
    clock = a_clock()
    a_notice(clock)
    clock.advance(1)
    later = a_notice(clock, address="abuse@other.test")
    assert hasten_notices(urgent(later), actor=WORKER, clock=clock) == 1
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None and attempt.host == "other.test"
    assert acts(later.sighting.item.public_id)[-1] == "notices_hastened"


@pytest.mark.parametrize(("state", "number"), [("sending", 1), ("in_doubt", 1), ("sent", 0), ("failed", 0)])
def test_what_may_come_back_to_the_outbox_counts_and_what_is_out_does_not(state: str, number: int) -> None:
    notice = a_notice(a_clock())
    Notice.objects.update(state=state)
    assert hasten_notices(urgent(notice), actor=WORKER, clock=a_clock()) == number
    assert Notice.objects.get().priority == (0 if number else 5)


def test_the_jobs_about_it_go_first_and_no_other_is_put() -> None:
    clock = a_clock()
    notice, other = a_notice(clock), a_notice(clock, address="abuse@other.test")
    for one in (notice, other):
        put_find(one.sighting, clock=clock)
    clock.advance(3_600)
    assert ask_for_looks(clock=clock) == 2
    hasten_notices(urgent(notice), actor=WORKER, clock=clock)
    found = {(job.kind, job.key[len(job.kind) + 1 :]): job.priority for job in Job.objects.all()}
    assert found == {
        (FIND, notice.sighting.public_id): 0,
        (FIND, other.sighting.public_id): 3,
        ("notice_look", notice.public_id): 0,
        ("notice_look", other.public_id): 5,
    }
    assert ACT not in {kind for kind, _ in found}


def test_the_next_look_at_a_place_under_watch_comes_as_early_as_an_urgent_one() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    place = notice.sighting
    for _ in range(14):  # until its looks are as far apart as they get
        looks = tuple(Look(vantage=one, at=clock.now(), result="present") for one in ("here", "there"))
        record_check(place, looks, actor=WORKER, clock=clock)
        Job.objects.all().delete()
        plan_check(place, clock=clock)
        before = Job.objects.get().due
        clock.advance((before - clock.now()).total_seconds())
    Job.objects.all().delete()
    plan_check(place, clock=clock)
    before = Job.objects.get().due
    hasten_notices(urgent(notice), actor=WORKER, clock=clock)
    assert Watch.objects.exists() and clock.now() < Job.objects.get().due < before


def test_an_item_that_is_not_urgent_hastens_nothing() -> None:
    notice = a_notice(a_clock())
    assert hasten_notices(notice.sighting.item, actor=WORKER, clock=a_clock()) == 0
    assert Notice.objects.get().priority == 5


def test_an_item_that_becomes_urgent_puts_the_job_once() -> None:
    notice = a_notice(a_clock())
    for _ in range(2):
        make_urgent(notice.sighting.item, actor=WORKER, clock=a_clock())
    job = Job.objects.get(kind=HASTEN)
    assert (job.arguments, job.priority) == ({"item": notice.sighting.item.public_id}, 0)
