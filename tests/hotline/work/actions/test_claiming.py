from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tutela.hotline.work import actions
from tutela.hotline.work.actions.claiming import BATCH, OLD_SECONDS
from tutela.hotline.work.claims import Claim, HostLimit
from tutela.hotline.work.handlers import LEASE_SECONDS_MAX, TRIES_MAX
from tutela.hotline.work.models import HostTurn, Job
from tutela.kernel.clock import FixedClock

Put = Callable[..., None]
Take = Callable[..., Claim | None]
pytestmark = pytest.mark.django_db


def taken(claim: Take, **facts: object) -> Claim:
    found = claim(**facts)
    assert found is not None
    return found


def test_a_job_is_handed_out_once(put: Put, claim: Take) -> None:
    put(arguments={"item": "itm_x"})
    first = taken(claim)
    assert (first.kind, first.arguments, first.tries, first.worker) == ("toy", {"item": "itm_x"}, 1, "ann")
    assert first.token.startswith("clm_")
    assert claim("ben") is None


def test_two_workers_of_one_name_hold_different_claims(put: Put, claim: Take) -> None:
    put()
    put()
    assert taken(claim).token != taken(claim).token


def test_a_worker_takes_only_its_kinds(put: Put, claim: Take, handle: Callable[..., object]) -> None:
    handle("other")
    put(kind="other")
    assert claim() is None
    assert taken(claim, kinds=("toy", "other")).kind == "other"


def test_a_kind_without_handler_is_no_kind_to_claim(put: Put, claim: Take) -> None:
    with pytest.raises(LookupError):
        claim(kinds=("nobody",))


def test_a_newer_shape_is_left_to_a_newer_worker(
    put: Put, claim: Take, handle: Callable[..., object]
) -> None:
    handle("shaped", version=2)
    put(version=2)
    put(kind="shaped", version=1)
    put(kind="shaped", version=3)
    kinds = ("toy", "shaped")
    found = taken(claim, kinds=kinds)
    assert (found.kind, found.version) == ("shaped", 1)
    assert claim(kinds=kinds) is None


def test_urgent_comes_first_then_the_earlier(put: Put, claim: Take, clock: FixedClock) -> None:
    for name, priority, seconds in (("b", 5, 1), ("c", 5, 2), ("a", 5, 0), ("u", 0, 3)):
        put(arguments={"name": name}, priority=priority, due=clock.now() + timedelta(seconds=seconds))
    clock.advance(5)
    assert [taken(claim).arguments["name"] for _ in range(4)] == ["u", "a", "b", "c"]


def test_a_timer_comes_due_and_not_before(put: Put, claim: Take, clock: FixedClock) -> None:
    put(due=clock.now() + timedelta(seconds=10))
    clock.advance(9)
    assert claim() is None
    clock.advance(1)
    taken(claim)


def test_the_turn_of_the_oldest_takes_what_waited_a_minute(put: Put, claim: Take, clock: FixedClock) -> None:
    put(arguments={"name": "old"}, priority=9)
    clock.advance(OLD_SECONDS + 1)
    put(arguments={"name": "urgent"}, priority=0)
    put(arguments={"name": "second"}, priority=0)
    assert taken(claim).arguments["name"] == "urgent"
    assert taken(claim, oldest=True).arguments["name"] == "old"
    assert taken(claim, oldest=True).arguments["name"] == "second"


def test_more_than_a_batch_of_timers_comes_due(put: Put, claim: Take, clock: FixedClock) -> None:
    due = clock.now() + timedelta(seconds=1)
    facts = {"kind": "toy", "version": 1, "arguments": {}, "state": "later", "priority": 5}
    Job.objects.bulk_create(
        Job(job_id=f"job_{number}", due=due, made=clock.now(), **facts) for number in range(BATCH + 1)
    )
    clock.advance(2)
    taken(claim)
    assert Job.objects.filter(state="waiting").count() == BATCH - 1
    taken(claim)
    assert Job.objects.filter(state="waiting").count() == BATCH - 1


def test_what_a_dead_worker_held_is_free_within_a_minute(held: Claim, claim: Take, clock: FixedClock) -> None:
    assert LEASE_SECONDS_MAX < 60
    clock.advance(held.lease_seconds)
    assert claim() is None
    clock.advance(1)
    again = taken(claim, worker="ben")
    assert (again.job, again.tries, again.worker) == (held.job, 2, "ben")
    assert again.token != held.token


def test_a_job_whose_workers_die_is_parked(held: Claim, claim: Take, clock: FixedClock) -> None:
    for tries in range(2, TRIES_MAX + 1):
        clock.advance(60)
        assert taken(claim).tries == tries
    clock.advance(60)
    assert claim() is None
    job = Job.objects.get()
    assert (job.state, job.reason, job.token) == ("parked", "worker_gone", "")


def test_a_clock_set_back_holds_no_job(held: Claim, put: Put, claim: Take, clock: FixedClock) -> None:
    Job.objects.update(lease_until=clock.now() + timedelta(hours=1))
    assert taken(claim).job == held.job


@pytest.mark.parametrize("back", [timedelta(minutes=2), timedelta(minutes=36), timedelta(days=365)])
def test_a_clock_set_back_holds_no_host(put: Put, claim: Take, clock: FixedClock, back: timedelta) -> None:
    put(host="a" * 64)
    HostTurn.objects.create(host="a" * 64, free_at=clock.now() + back)
    assert taken(claim).host == "a" * 64
    assert HostTurn.objects.get().free_at == clock.now() + timedelta(seconds=1)


def test_a_host_that_is_to_be_left_alone_for_long_is(put: Put, claim: Take, clock: FixedClock) -> None:
    limit = HostLimit(apart_seconds=3_600)
    put(host="aa")
    put(host="aa")
    assert taken(claim, limit=limit).host == "aa"
    clock.advance(3_599)
    assert claim(limit=limit) is None


def test_jobs_of_one_host_begin_apart(put: Put, claim: Take, clock: FixedClock) -> None:
    limit = HostLimit(running_max=9, apart_seconds=5)
    for name in "ab":
        put(arguments={"name": name}, host="aa")
    put(arguments={"name": "free"}, priority=9)
    assert [taken(claim, limit=limit).arguments["name"] for _ in range(2)] == ["a", "free"]
    assert claim(limit=limit) is None
    clock.advance(5)
    assert taken(claim, limit=limit).arguments["name"] == "b"


def test_the_next_job_of_a_host_begins_apart_from_the_end_of_a_long_one_too(
    put: Put, claim: Take, clock: FixedClock
) -> None:
    limit = HostLimit(apart_seconds=2)
    put(host="aa")
    put(host="aa")
    first = taken(claim, limit=limit)
    clock.advance(1.5)
    actions.finish(first, clock=clock)
    clock.advance(1.9)
    assert claim(limit=limit) is None
    clock.advance(0.2)
    assert taken(claim, limit=limit).host == "aa"


def test_a_host_is_left_alone_for_each_request_of_a_job(
    put: Put, claim: Take, clock: FixedClock, handle: Callable[..., object]
) -> None:
    handle("rounds", requests=lambda: 3)
    put(kind="rounds", host="aa")
    held = taken(claim, kinds=("rounds",), limit=HostLimit(apart_seconds=2))
    actions.finish(held, clock=clock)
    assert HostTurn.objects.get().free_at == clock.now() + timedelta(seconds=6)


def test_a_failed_try_and_a_parked_job_leave_their_host_alone_too(
    put: Put, claim: Take, clock: FixedClock
) -> None:
    limit = HostLimit(apart_seconds=2)
    for end in (actions.park, actions.fail):
        put(host="aa")
        held = taken(claim, limit=limit)
        clock.advance(5)
        end(held, "word", clock=clock)
        assert HostTurn.objects.get().free_at == clock.now() + timedelta(seconds=2)
        clock.advance(3)


def test_only_so_many_jobs_of_one_host_run(put: Put, claim: Take, clock: FixedClock) -> None:
    limit = HostLimit(running_max=2, apart_seconds=0)
    for host in ("aa", "aa", "aa", "bb"):
        put(host=host)
    running = [taken(claim, limit=limit) for _ in range(3)]
    assert sorted(one.host for one in running) == ["aa", "aa", "bb"]
    assert claim(limit=limit) is None
    actions.finish(running[0])
    assert taken(claim, limit=limit).host == "aa"


def test_a_host_is_forgotten_after_an_hour_and_met_anew(put: Put, claim: Take, clock: FixedClock) -> None:
    put(host="aa")
    taken(claim)
    clock.advance(3600)
    assert actions.forget_hosts(clock.now()) == 0
    clock.advance(2)
    assert actions.forget_hosts(clock.now()) == 1
    put(host="aa")
    assert taken(claim).host == "aa"


@pytest.mark.parametrize(("ahead", "forgotten"), [(timedelta(hours=2), 0), (timedelta(hours=25), 1)])
def test_a_turn_that_nobody_can_have_is_forgotten_and_no_other(
    clock: FixedClock, ahead: timedelta, forgotten: int
) -> None:
    HostTurn.objects.create(host="aa", free_at=clock.now() + ahead)
    assert actions.forget_hosts(clock.now()) == forgotten


def test_hosts_whose_turn_is_not_now_are_passed_over(put: Put, claim: Take, clock: FixedClock) -> None:
    limit = HostLimit(running_max=1, apart_seconds=0)
    put(host="aa")
    taken(claim, limit=limit)
    clock.advance(1)
    put(host="aa", priority=0)
    put(arguments={"name": "free"})
    assert taken(claim, limit=limit).arguments["name"] == "free"
