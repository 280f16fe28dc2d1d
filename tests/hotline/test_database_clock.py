"""A clock eleven minutes off: nothing is signed or released, and it is said once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from django.db import OperationalError, connection

from tutela.hotline import database_clock
from tutela.hotline.database_clock import SKEW_SECONDS, ClockGuard, ClocksDiffer, skew_seconds
from tutela.kernel.clock import Clock, SystemClock

pytestmark = pytest.mark.django_db


class Off(SystemClock):
    """A clock that is wrong by so many minutes."""

    def __init__(self, minutes: float) -> None:
        self.minutes = minutes

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=self.minutes)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The events that were logged."""

    class Log:
        events: ClassVar[list[str]] = []

        def error(self, event: str, **_: object) -> None:
            self.events.append(event)

        warning = error

    Log.events = []
    monkeypatch.setattr(database_clock, "_log", Log())
    return Log.events


def test_ten_minutes_are_the_promise() -> None:
    assert SKEW_SECONDS == 600


def test_a_database_on_this_machine_agrees(said: list[str]) -> None:
    assert abs(skew_seconds(SystemClock())) < 30
    ClockGuard().check()
    assert not said


@pytest.mark.parametrize("minutes", [11, -11])
def test_the_database_s_own_clock_is_asked(minutes: int) -> None:
    if connection.vendor != "postgresql":
        assert skew_seconds(Off(minutes)) == 0
        return
    assert abs(skew_seconds(Off(minutes)) - 60 * minutes) < 30
    with pytest.raises(ClocksDiffer):
        ClockGuard(Off(minutes)).check()


@pytest.mark.parametrize("skew", [601.0, -601.0])
def test_it_is_refused_until_both_are_right_and_said_once(
    monkeypatch: pytest.MonkeyPatch, said: list[str], skew: float
) -> None:
    skews = iter([599.0, skew, skew, -599.0])
    monkeypatch.setattr(database_clock, "skew_seconds", lambda _clock: next(skews))
    guard = ClockGuard()
    guard.check()
    for _ in range(2):
        with pytest.raises(ClocksDiffer, match="601 seconds") as caught:
            guard.check()
        assert caught.value.retry_after_seconds
    guard.check()
    assert said == ["clocks_differ", "clocks_agree"]


def test_whoever_only_reports_goes_on_without_a_database_and_with_a_wrong_clock(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    def away(_clock: Clock) -> float:
        raise OperationalError("postgresql://user:word@db.test")

    monkeypatch.setattr(database_clock, "skew_seconds", away)
    ClockGuard().report()
    monkeypatch.setattr(database_clock, "skew_seconds", lambda _clock: 700.0)
    ClockGuard().report()
    assert said == ["clocks_not_compared", "clocks_differ"]
