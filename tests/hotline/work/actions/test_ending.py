from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tutela.hotline.work import actions
from tutela.hotline.work.claims import Claim, ClaimLost
from tutela.hotline.work.models import HostTurn, Job
from tutela.kernel.clock import FixedClock

Put = Callable[..., None]
Take = Callable[..., Claim | None]
Write = Callable[[Claim], object]
pytestmark = pytest.mark.django_db

#: Every write of a worker about its job.
WRITES: dict[str, Write] = {
    "heartbeat": actions.heartbeat,
    "finish": lambda claim: actions.finish(claim, note),
    "fail": lambda claim: actions.fail(claim, "TimeoutError"),
    "park": lambda claim: actions.park(claim, "TimeoutError"),
}


def note() -> None:
    """Something that a handler writes inside."""
    HostTurn.objects.create(host="noted", free_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_finished_job_is_gone_and_its_effect_stands(held: Claim) -> None:
    actions.finish(held, note)
    assert not Job.objects.exists() and HostTurn.objects.exists()


def test_an_effect_that_fails_leaves_the_job_where_it_was(held: Claim) -> None:
    def broken() -> None:
        note()
        raise KeyError

    with pytest.raises(KeyError):
        actions.finish(held, broken)
    assert Job.objects.get().token == held.token and not HostTurn.objects.exists()


@pytest.mark.parametrize("what", WRITES)
def test_a_worker_that_holds_its_job_may_write(held: Claim, what: str) -> None:
    WRITES[what](held)


@pytest.mark.parametrize("what", WRITES)
def test_a_worker_that_comes_back_is_refused(held: Claim, claim: Take, clock: FixedClock, what: str) -> None:
    clock.advance(60)
    other = claim("ann")  # of the same name, which is worth nothing
    assert other is not None
    before = Job.objects.values().get()
    with pytest.raises(ClaimLost):
        WRITES[what](held)
    assert Job.objects.values().get() == before and not HostTurn.objects.exists()
    actions.finish(other)


@pytest.mark.parametrize("what", WRITES)
def test_nobody_writes_twice(held: Claim, what: str) -> None:
    actions.finish(held)
    with pytest.raises(ClaimLost):
        WRITES[what](held)


def test_a_heartbeat_keeps_the_job(held: Claim, claim: Take, clock: FixedClock) -> None:
    for _ in range(5):
        clock.advance(held.lease_seconds / 2)
        actions.heartbeat(held, clock=clock)
        assert claim("ben") is None


def test_a_failed_try_comes_again_after_a_wait(held: Claim, claim: Take, clock: FixedClock) -> None:
    assert not actions.fail(held, "TimeoutError", clock=clock)
    assert (Job.objects.get().reason, Job.objects.get().state) == ("TimeoutError", "later")
    clock.advance(2.4)
    assert claim() is None
    clock.advance(2.6)
    again = claim()
    assert again is not None and again.tries == 2


def test_a_partner_says_when_to_come_again(held: Claim, claim: Take, clock: FixedClock) -> None:
    actions.fail(held, "Unavailable", after_seconds=100, clock=clock)
    clock.advance(99)
    assert claim() is None
    clock.advance(1)
    assert claim() is not None


def test_the_last_try_parks_the_job(held: Claim, claim: Take, clock: FixedClock) -> None:
    now: Claim | None = held
    outcomes = []
    while now is not None:
        outcomes.append(actions.fail(now, "TimeoutError", clock=clock))
        clock.advance(3600)
        now = claim()
    assert outcomes == [False, False, True]
    assert (Job.objects.get().state, Job.objects.get().reason) == ("parked", "TimeoutError")


@pytest.mark.parametrize("reason", ["could not open http://a.test", "x" * 61, "", "na\u00efve"])
def test_a_reason_is_a_word_or_other(held: Claim, reason: str) -> None:
    actions.park(held, reason)
    assert Job.objects.get().reason == "other"
