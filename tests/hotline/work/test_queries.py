from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tutela.hotline.work import actions, queries
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Refused

Put = Callable[..., None]
Take = Callable[..., Claim | None]
pytestmark = pytest.mark.django_db


def test_jobs_are_shown_in_the_order_of_their_turn(
    put: Put, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number, priority in enumerate((5, 0, 9)):
        put(arguments={"number": number}, priority=priority)
    with django_assert_num_queries(5):
        assert [one.arguments["number"] for one in queries.job_rows()] == [1, 0, 2]
    with django_assert_num_queries(2):
        assert len(queries.job_rows(state="waiting")) == 3
    assert [one.priority for one in queries.job_rows(start=1, limit=1)] == [5]


def test_jobs_are_chosen_by_state_and_kind(put: Put, held: Claim, clock: FixedClock) -> None:
    put(kind="elsewhere", due=clock.now() + timedelta(seconds=1))
    assert [one.job for one in queries.job_rows(state="running")] == [held.job]
    assert [one.kind for one in queries.job_rows(kind="elsewhere")] == ["elsewhere"]
    assert queries.job_rows(state="running", kind="elsewhere") == []
    assert "toy" in queries.kinds() and "elsewhere" not in queries.kinds()


def test_the_kind_of_a_parked_job_may_be_chosen_though_nobody_here_does_it(put: Put) -> None:
    put(kind="elsewhere")
    Job.objects.update(state="parked")
    assert "elsewhere" in queries.kinds()


def test_a_job_of_a_key_waits_for_a_person_once_it_is_parked(put: Put) -> None:
    put(key="one")
    put(key="two")
    assert not queries.is_parked("one")
    Job.objects.filter(key="one").update(state="parked")
    assert queries.is_parked("one") and not queries.is_parked("two")


def test_the_last_page_asks_for_no_row_of_another() -> None:
    assert queries.rows_wanted(0) == queries.ROWS_MAX + 1
    assert queries.rows_wanted(queries.START_MAX) == queries.ROWS_MAX


def test_a_page_further_down_reads_no_row_before_it_and_joins_none(put: Put) -> None:
    for number in range(5):
        put(arguments={"number": number}, priority=number)
    rows = Job.objects.filter(state="waiting").order_by("-priority", "pk")
    with CaptureQueriesContext(connection) as asked:
        found = queries.rows_of_page(rows, 1, 3)
    assert [one.arguments["number"] for one in found] == [3, 2, 1]
    keys, whole = (one["sql"] for one in asked.captured_queries)
    assert "arguments" not in keys and "OFFSET" in keys
    assert "arguments" in whole and "OFFSET" not in whole and "waiting" not in whole
    assert queries.rows_of_page(rows, 5, 3) == []


def test_every_state_is_counted(held: Claim) -> None:
    assert queries.counts() == {"later": 0, "waiting": 0, "running": 1, "parked": 0}


def test_one_job_is_found_by_its_id_and_another_is_refused(held: Claim) -> None:
    assert queries.find_job(held.job).worker == "ann"
    with pytest.raises(Refused):
        queries.find_job("job_nothing")


def test_how_long_the_oldest_waits(put: Put, claim: Take, clock: FixedClock) -> None:
    assert queries.oldest_due(clock=clock) == 0
    put()
    put(due=clock.now() + timedelta(hours=1))
    clock.advance(30)
    assert queries.oldest_due(clock=clock) == 30
    claim()
    assert queries.oldest_due(clock=clock) == 0


def test_whether_something_is_due(
    put: Put, claim: Take, clock: FixedClock, handle: Callable[..., object]
) -> None:
    put(due=clock.now() + timedelta(seconds=5))
    assert not queries.is_something_due(["toy"], clock=clock)
    clock.advance(5)
    assert queries.is_something_due(["toy"], clock=clock)
    handle("elsewhere")
    assert not queries.is_something_due(["elsewhere"], clock=clock)
    assert claim() is not None
    assert not queries.is_something_due(["toy"], clock=clock)
    clock.advance(60)
    assert queries.is_something_due(["toy"], clock=clock)


def test_a_clock_set_back_hides_no_dead_workers_job(claim: Take, put: Put, clock: FixedClock) -> None:
    """A worker with nothing to do looks only here, and would never take it back."""
    put()
    assert claim() is not None
    Job.objects.update(lease_until=clock.now() + timedelta(days=365))
    assert queries.is_something_due(["toy"], clock=clock)


def test_a_worker_without_a_sign_of_life_is_not_shown(clock: FixedClock) -> None:
    actions.say_present("wrk_a", "ann", 0, 0, clock=clock)
    clock.advance(61)
    assert queries.workers(clock=clock) == []


def test_the_next_moment_is_that_of_a_job_and_of_its_host(put: Put, claim: Take, clock: FixedClock) -> None:
    assert queries.next_moment(["toy"], clock=clock) is None
    later = clock.now() + timedelta(hours=1)
    put(due=later)
    assert queries.next_moment(["toy"], clock=clock) == later
    put(host="a")
    put(host="a")
    assert queries.next_moment(["toy"], clock=clock) == clock.now()
    assert claim() is not None
    assert queries.next_moment(["toy"], clock=clock) == clock.now() + timedelta(seconds=1)
