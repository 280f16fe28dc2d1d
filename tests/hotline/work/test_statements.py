"""The written-out statements answer as the models do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tutela.hotline.work.claims import Claim
from tutela.hotline.work.models import LATER, RUNNING, WAITING, HostTurn, Job
from tutela.hotline.work.statements import end, first_ready, leave_alone, take_turn, what_is_to_do
from tutela.kernel.clock import FixedClock

Put = Callable[..., None]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def ready(clock: FixedClock, **facts: object) -> Job | None:
    now = clock.now()
    told = {"bound": (now, now + HOUR), "running_max": 2, "without": ()} | facts
    return first_ready(told.pop("kinds", [("toy", 1)]), **told)  # type: ignore[arg-type]


def test_a_row_is_read_as_the_model_reads_it(put: Put, clock: FixedClock) -> None:
    put(arguments={"item": "itm_x", "among": 3}, key="one", host="h1", priority=2)
    found = ready(clock)
    assert found is not None
    model = Job.objects.get()
    columns = [field.attname for field in Job._meta.concrete_fields]
    assert [getattr(found, name) for name in columns] == [getattr(model, name) for name in columns]
    assert found.arguments == {"item": "itm_x", "among": 3} and found.due == clock.now()


def test_urgent_ones_go_first_and_old_ones_where_they_are_asked_for(put: Put, clock: FixedClock) -> None:
    put(key="old", priority=9)
    clock.advance(seconds=90)
    put(key="urgent", priority=0)
    put(key="usual", priority=5)
    first, old = ready(clock), ready(clock, due_before=clock.now() - timedelta(seconds=60))
    assert (first and first.key, old and old.key) == ("urgent", "old")
    assert ready(clock, due_before=clock.now() - timedelta(seconds=91)) is None


@pytest.mark.parametrize(
    ("free_in_seconds", "is_met"),
    [(-1, True), (0, True), (1, False), (3_600, False), (3_601, True), (-7_200, True)],
)
def test_a_host_whose_turn_binds_is_not_met(
    put: Put, clock: FixedClock, free_in_seconds: int, is_met: bool
) -> None:
    put(key="one", host="h1")
    HostTurn.objects.create(host="h1", free_at=clock.now() + timedelta(seconds=free_in_seconds))
    assert (ready(clock) is not None) == is_met


def test_hosts_that_are_full_or_left_out_are_passed_by(put: Put, clock: FixedClock) -> None:
    for key, host in (("a", "h1"), ("b", "h1"), ("c", "h1"), ("d", "h2"), ("e", "h3"), ("f", "")):
        put(key=key, host=host)
    Job.objects.filter(key__in=["a", "b"]).update(state=RUNNING)
    found = [ready(clock, without=left) for left in ((), ("h2",), ("h2", "h3"))]
    assert [one and one.key for one in found] == ["d", "e", "f"]
    third = ready(clock, running_max=3)
    assert third is not None and third.key == "c"


def test_a_kind_is_taken_up_to_the_shape_that_is_read(put: Put, clock: FixedClock) -> None:
    put(key="newer", version=2)
    put(key="other", kind="other")
    assert ready(clock) is None and ready(clock, kinds=[]) is None
    found = ready(clock, kinds=[("other", 1), ("toy", 2)])
    assert found is not None and found.key == "newer"


def test_what_is_to_do_is_seen(put: Put, clock: FixedClock) -> None:
    now = clock.now()
    assert what_is_to_do(now, now + HOUR) == (False, False)
    put(key="later", due=now + timedelta(seconds=5))
    put(key="held")
    held = Job.objects.filter(key="held")
    held.update(state=RUNNING, lease_until=now + timedelta(seconds=5))
    assert what_is_to_do(now, now + HOUR) == (False, False)
    assert what_is_to_do(now + timedelta(seconds=5), now + HOUR) == (True, False)
    assert what_is_to_do(now + timedelta(seconds=6), now + HOUR) == (True, True)
    held.update(lease_until=now + 2 * HOUR)
    assert what_is_to_do(now, now + HOUR) == (False, True)


def test_a_turn_is_taken_by_one(clock: FixedClock) -> None:
    now, soon = clock.now(), clock.now() + timedelta(seconds=1)
    HostTurn.objects.create(host="h1", free_at=now)
    assert [take_turn("h1", soon, now=now, never=now + HOUR) for _ in range(2)] == [True, False]
    assert not take_turn("h2", soon, now=now, never=now + HOUR)
    leave_alone("h1", now)  # earlier than it is: nothing changes
    assert HostTurn.objects.get().free_at == soon
    leave_alone("h1", soon + HOUR)
    assert HostTurn.objects.get().free_at == soon + HOUR
    assert take_turn("h1", soon, now=now, never=now + HOUR)  # later than any turn: the clock was set back


def test_only_who_holds_a_job_ends_it(held: Claim) -> None:
    assert not end(held.job, "clm_another") and not end("job_another", held.token)
    Job.objects.update(again=True)
    assert not end(held.job, held.token)
    Job.objects.update(again=False, state=WAITING)
    assert not end(held.job, held.token)
    Job.objects.update(state=RUNNING)
    assert end(held.job, held.token) and not Job.objects.exists()


def test_a_job_that_is_later_is_not_ready(put: Put, clock: FixedClock) -> None:
    put(due=clock.now() + timedelta(seconds=1))
    assert Job.objects.get().state == LATER and ready(clock) is None
