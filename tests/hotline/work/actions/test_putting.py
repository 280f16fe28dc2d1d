from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tutela.hotline.work import actions
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock

Put = Callable[..., None]
Take = Callable[..., Claim | None]
pytestmark = pytest.mark.django_db


def test_a_job_that_is_put_waits(put: Put, clock: FixedClock) -> None:
    put(arguments={"item": "itm_x"}, priority=2)
    job = Job.objects.get()
    assert (job.state, job.priority, job.arguments, job.due) == ("waiting", 2, {"item": "itm_x"}, clock.now())
    assert job.job_id.startswith("job_")


def test_a_job_falls_with_its_transaction(put: Put) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        put()
        raise KeyError
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_is_not_put_outside_of_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        actions.put("toy", {})


@pytest.mark.parametrize(
    "call",
    [
        {"kind": "Toy Job"},
        {"arguments": {"url": "http://a.test/"}},
        {"arguments": {"name": "a.test"}},
        {"arguments": {"Bad Name": 1}},
        {"arguments": {"nested": {"a": 1}}},
        {"key": "k" * 121},
        {"host": "host.test"},
        {"priority": 10},
        {"priority": -1},
    ],
    ids=str,
)
def test_a_wrong_call_puts_nothing(put: Put, call: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        put(**call)
    assert not Job.objects.exists()


def test_a_kind_that_this_process_cannot_do_may_be_put(put: Put) -> None:
    put(kind="elsewhere")
    assert Job.objects.get().priority == 5


def test_the_handler_says_how_urgent_its_jobs_are(put: Put, handle: Callable[..., object]) -> None:
    handle("hasty", priority=1)
    put(kind="hasty")
    assert Job.objects.get().priority == 1


def test_a_key_is_open_once_and_the_more_urgent_call_counts(put: Put, clock: FixedClock) -> None:
    later = clock.now() + timedelta(hours=1)
    put(key="check:itm_x", due=later, priority=4)
    put(key="check:itm_x", due=later + timedelta(hours=1), priority=2)
    job = Job.objects.get()
    assert (job.state, job.due, job.priority) == ("later", later, 2)
    put(key="check:itm_x", priority=6)
    job.refresh_from_db()
    assert (job.due, job.priority) == (clock.now(), 2)


def test_jobs_without_a_key_are_as_many_as_were_put(put: Put) -> None:
    put()
    put()
    assert Job.objects.count() == 2


def test_what_is_put_while_its_key_runs_runs_once_more(held: Claim, put: Put, claim: Take) -> None:
    put(key="toy:itm_x")
    put(key="toy:itm_x")
    assert claim() is None
    actions.finish(held)
    again = claim()
    assert again is not None and (again.job, again.tries) == (held.job, 1)
    actions.finish(again)
    assert not Job.objects.exists()


def test_a_parked_job_leaves_its_key_free(held: Claim, put: Put, claim: Take) -> None:
    actions.park(held, "Refused")
    put(key="toy:itm_x")
    new = claim()
    assert new is not None and new.job != held.job


def test_a_timer_puts_its_next_one_inside(held: Claim, put: Put, clock: FixedClock) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    actions.finish(held, lambda: put(key="toy:itm_x", due=tomorrow))
    assert [(one.state, one.due) for one in Job.objects.all()] == [("later", tomorrow)]


def test_many_new_jobs_are_put_at_once_and_none_whose_key_is_taken(put: Put, clock: FixedClock) -> None:
    put(key="one", priority=3)
    jobs = [actions.NewJob(arguments={"item": "itm_x"}, key=key, host="h") for key in ("one", "two", "three")]
    with transaction.atomic():
        actions.put_new("toy", jobs, priority=2, clock=clock)
    rows = Job.objects.exclude(key="one")
    assert sorted(rows.values_list("key", "state", "priority", "host")) == [
        ("three", "waiting", 2, "h"),
        ("two", "waiting", 2, "h"),
    ]
    assert Job.objects.get(key="one").priority == 3


@pytest.mark.parametrize(
    "job", [{"arguments": {"url": "https://x.test/"}, "key": "k"}, {"arguments": {}, "key": "a/b"}]
)
def test_many_jobs_carry_no_more_than_one(job: dict[str, Any], clock: FixedClock) -> None:
    with pytest.raises(ValueError), transaction.atomic():
        actions.put_new("toy", [actions.NewJob(**job)], priority=2, clock=clock)
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_jobs_are_not_put_outside_of_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        actions.put_new("toy", [], priority=2)


def test_open_jobs_of_some_keys_go_first_and_none_is_made(put: Put) -> None:
    for key in ("one", "two", "three"):
        put(key=key)
    Job.objects.filter(key="two").update(state="running", token="clm_x")
    Job.objects.filter(key="three").update(state="parked")
    assert actions.hasten(["one", "two", "three", "four"]) == 2
    assert dict(Job.objects.values_list("key", "priority")) == {"one": 0, "two": 0, "three": 5}
