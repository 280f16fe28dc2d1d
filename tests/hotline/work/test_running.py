from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from tutela.hotline.work import actions, queries, running
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Arguments, Handler
from tutela.hotline.work.models import Job, Presence
from tutela.hotline.work.running import AWAY_TRIES_MAX, Done, Worker
from tutela.hotline.work.waits import LONGEST_SECONDS
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Refused, Unavailable

Handle = Callable[..., Handler]
pytestmark = pytest.mark.django_db


class Told:
    """What a toy handler was told, and what a worker said came of it."""

    def __init__(self) -> None:
        self.inside: list[tuple[Arguments, Any]] = []
        self.done: list[Done] = []

    def note(self, arguments: Arguments, result: Any, claim: Claim) -> None:
        self.inside.append((arguments, result))

    def outcomes(self) -> list[tuple[str, str]]:
        return [(one.outcome, one.reason) for one in self.done]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def worker(clock: FixedClock, told: Told) -> Callable[..., Worker]:
    def made(**facts: Any) -> Worker:
        return Worker(facts.pop("name", "ann"), ("toy",), clock, watched=told.done.append, **facts)

    return made


def put(clock: FixedClock, **facts: Any) -> None:
    with transaction.atomic():
        actions.put("toy", facts.pop("arguments", {}), clock=clock, **facts)


def raising(error: BaseException) -> Callable[[Arguments, Claim], None]:
    def outside(arguments: Arguments, claim: Claim) -> None:
        raise error

    return outside


def test_outside_gives_what_inside_writes_down(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    handle(outside=lambda arguments, claim: arguments["number"] * 2, inside=told.note)
    put(clock, arguments={"number": 4})
    one = worker()
    assert one.step() and not one.step()
    assert told.inside == [({"number": 4}, 8)] and told.outcomes() == [("finished", "")]
    assert not Job.objects.exists() and (one.finished, one.failed) == (1, 0)


@pytest.mark.parametrize("error", [KeyError("http://secret.test"), TimeoutError(), OSError()], ids=repr)
def test_a_try_that_fails_waits_and_keeps_only_the_name_of_the_error(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock, error: Exception
) -> None:
    handle(outside=raising(error), inside=told.note)
    put(clock)
    worker().step()
    assert told.outcomes() == [("retried", type(error).__name__)] and not told.inside
    assert Job.objects.get().reason == type(error).__name__
    assert "secret" not in str(Job.objects.values().get())


def test_an_inside_that_fails_is_a_try_that_failed(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    def broken(arguments: Arguments, result: Any, claim: Claim) -> None:
        Presence.objects.create(instance="wrk_x", name="x", started=clock.now(), seen=clock.now())
        raise KeyError

    handle(inside=broken)
    put(clock)
    worker().step()
    assert told.outcomes() == [("retried", "KeyError")] and not Presence.objects.exists()


@pytest.mark.parametrize("error", [Invalid("x"), Refused("x")], ids=repr)
def test_what_waiting_does_not_change_is_parked_at_once(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock, error: Exception
) -> None:
    handle(outside=raising(error))
    put(clock)
    worker().step()
    assert told.outcomes() == [("parked", type(error).__name__)]


def test_a_partner_that_is_away_says_when(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    handle(outside=raising(Unavailable("x", retry_after_seconds=500)))
    put(clock)
    worker().step()
    assert (Job.objects.get().due - clock.now()).total_seconds() == 500


def test_a_job_whose_other_side_is_away_for_minutes_waits_and_is_done_when_it_is_back(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    away = [True]

    def outside(arguments: Arguments, claim: Claim) -> None:
        if away[0]:
            raise Unavailable("x")

    handle(outside=outside)
    put(clock)
    one = worker()
    for _ in range(AWAY_TRIES_MAX - 1):
        one.step()
        clock.advance(LONGEST_SECONDS)
    assert {outcome for outcome, _ in told.outcomes()} == {"retried"}
    away[0] = False
    one.step()
    assert told.outcomes()[-1][0] == "finished" and not Job.objects.exists()


def test_a_job_whose_other_side_stays_away_is_parked_in_the_end(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    handle(outside=raising(Unavailable("x")))
    put(clock)
    one = worker()
    for _ in range(AWAY_TRIES_MAX):
        one.step()
        clock.advance(LONGEST_SECONDS)
    assert told.outcomes()[-1] == ("parked", "Unavailable")


def test_a_poison_job_is_parked_and_the_others_are_done(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    def outside(arguments: Arguments, claim: Claim) -> None:
        if arguments:
            raise KeyError

    handle(outside=outside)
    put(clock, arguments={"poison": 1}, priority=0)
    put(clock)
    one = worker()
    while queries.job_rows(state="parked") == [] or queries.counts()["waiting"]:
        one.step()
        clock.advance(60)
    assert [done.outcome for done in told.done].count("finished") == 1
    assert queries.job_rows()[0].tries == 3


def test_a_worker_whose_job_went_to_another_writes_nothing(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    taken: list[Claim | None] = []

    def outside(arguments: Arguments, claim: Claim) -> None:
        clock.advance(60)  # stopped for a minute
        taken.append(actions.claim_next("ann", ("toy",), clock=clock))

    handle(outside=outside, inside=told.note)
    put(clock)
    worker().step()
    assert told.outcomes() == [("lost", "")] and not told.inside
    assert taken[0] is not None and Job.objects.get().token == taken[0].token


def test_every_eighth_turn_is_the_oldest_ones(
    handle: Handle, worker: Callable[..., Worker], clock: FixedClock
) -> None:
    order: list[str] = []
    handle(outside=lambda arguments, claim: order.append(arguments["name"]))
    put(clock, arguments={"name": "old"}, priority=9)
    clock.advance(61)
    one = worker()
    while "old" not in order:
        put(clock, arguments={"name": "urgent"}, priority=0)
        one.step()
    assert order == ["urgent"] * 7 + ["old"]


def test_an_idle_worker_locks_nothing(
    handle: Handle, worker: Callable[..., Worker], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle()
    one = worker()
    assert not one.step()
    monkeypatch.setattr(actions, "claim_next", raising(AssertionError()))
    assert not one.step()


@pytest.mark.parametrize("name", ["", "Ann B", "a/b"])
def test_a_worker_has_a_word_for_a_name(name: str) -> None:
    with pytest.raises(ValueError):
        Worker(name)


def test_a_worker_of_no_kind_in_particular_does_all(handle: Handle) -> None:
    handle()
    assert "toy" in Worker("ann").kinds
    with pytest.raises(LookupError):
        Worker("ann", ("nobody",))


def test_it_runs_until_nothing_is_due_and_says_good_bye(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    present: list[int] = []
    handle(outside=lambda arguments, claim: present.append(len(queries.workers(name="ann", clock=clock))))
    put(clock)
    put(clock)
    worker().run(threading.Event(), until_empty=True)
    assert present == [1, 1] and len(told.done) == 2 and not Presence.objects.exists()


def test_told_to_stop_it_ends_its_job_and_takes_no_other(
    handle: Handle, worker: Callable[..., Worker], told: Told, clock: FixedClock
) -> None:
    stop = threading.Event()
    handle(outside=lambda arguments, claim: stop.set())
    put(clock)
    put(clock)
    worker().run(stop)
    assert told.outcomes() == [("finished", "")] and queries.counts()["waiting"] == 1


def test_a_database_that_is_away_is_waited_for(
    handle: Handle,
    worker: Callable[..., Worker],
    told: Told,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handle()
    put(clock)
    away = [OperationalError(), OperationalError()]
    claim_next = actions.claim_next

    def claiming(*arguments: Any, **named: Any) -> Claim | None:
        if away:
            raise away.pop()
        return claim_next(*arguments, **named)

    monkeypatch.setattr(actions, "claim_next", claiming)
    monkeypatch.setattr(running, "DATABASE_SECONDS", 0.01)
    monkeypatch.setattr(connections, "close_all", lambda: None)  # it is the test's own
    worker().run(threading.Event(), until_empty=True)
    assert told.outcomes() == [("finished", "")]


@pytest.mark.django_db(transaction=True)
def test_a_long_outside_keeps_its_job(handle: Handle, told: Told) -> None:
    others: list[Claim | None] = []

    def outside(arguments: Arguments, claim: Claim) -> None:
        threading.Event().wait(0.5)
        others.append(actions.claim_next("ben", ("toy",)))

    handle(outside=outside, lease_seconds=0.2)
    with transaction.atomic():
        actions.put("toy", {})
    Worker("ann", ("toy",), watched=told.done.append).step()
    assert others == [None] and told.outcomes() == [("finished", "")]
