"""Places and rates: who comes too often is told when to come back; nothing grows without end."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from tutela.kernel.clock import FixedClock
from tutela.kernel.egress import hosts
from tutela.kernel.egress.hosts import HostBudgets
from tutela.kernel.egress.reasons import StoppedError


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


def budgets(
    clock: FixedClock, *, per_second: float = 1.0, burst: int = 2, concurrent: int = 2
) -> HostBudgets:
    return HostBudgets(per_second=per_second, burst=burst, concurrent=concurrent, clock=clock)


def refused_for(limits: HostBudgets, name: str = "a", *, following: bool = False) -> float | None:
    """Seconds after which one may come back, 0.0 when one may enter now."""
    try:
        with limits.place(name, following=following):
            return 0.0
    except StoppedError as stopped:
        return stopped.retry_after_seconds if stopped.reason == "host_busy" else None


def test_a_bucket_empties_and_fills_again(clock: FixedClock) -> None:
    limits = budgets(clock, per_second=0.5)
    assert [refused_for(limits) for _ in range(3)] == [0.0, 0.0, 2.0]
    clock.advance(1)
    assert refused_for(limits) == 1.0
    clock.advance(1)
    assert refused_for(limits) == 0.0
    clock.advance(1_000)
    assert [refused_for(limits) for _ in range(3)] == [0.0, 0.0, 2.0]


def test_hosts_do_not_share(clock: FixedClock) -> None:
    limits = budgets(clock, burst=1)
    assert [refused_for(limits, name) for name in ("a", "b", "a")] == [0.0, 0.0, 1.0]


def test_places_are_given_back_whatever_happens(clock: FixedClock) -> None:
    limits = budgets(clock, burst=100)
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(limits.place("a"))
        assert refused_for(limits) == hosts.PLACE_RETRY_SECONDS
    with pytest.raises(KeyError), limits.place("a"):
        raise KeyError
    assert refused_for(limits) == 0.0


def test_a_step_of_a_redirect_is_counted_and_not_refused(clock: FixedClock) -> None:
    limits = budgets(clock)
    assert [refused_for(limits, following=True) for _ in range(4)] == [0.0] * 4
    assert refused_for(limits) == 3.0


def test_forgotten_are_only_hosts_that_lost_nothing_by_it(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "HOSTS_MAX", 2)
    limits = budgets(clock, burst=1)
    assert [refused_for(limits, name) for name in ("a", "b")] == [0.0, 0.0]
    assert refused_for(limits, "c") == hosts.PLACE_RETRY_SECONDS
    clock.advance(1)
    assert refused_for(limits, "c") == 0.0
    assert refused_for(limits, "a") == 0.0


@pytest.mark.parametrize("wrong", [{"per_second": 0}, {"burst": 0}, {"concurrent": 0}])
def test_limits_that_let_nobody_in_are_refused(clock: FixedClock, wrong: dict[str, int]) -> None:
    limits = {"per_second": 1, "burst": 1, "concurrent": 1} | wrong
    with pytest.raises(ValueError):
        HostBudgets(**limits, clock=clock)
