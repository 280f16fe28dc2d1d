"""Time, injected. Wall time is always aware UTC; deadlines run on the monotonic clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where a room gets the time from, so that a test can say what time it is."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        ...

    def monotonic_seconds(self) -> float:
        """Seconds since an arbitrary start; never goes back. For deadlines and rates."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that may ask the machine

    def monotonic_seconds(self) -> float:
        """Seconds of CLOCK_MONOTONIC."""
        return time.monotonic()


class FixedClock:
    """A clock that stands still until ``advance`` is called. For tests and reproducible output."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the start needs a time zone, for example datetime(2026, 1, 1, tzinfo=UTC)")
        self._now = start.astimezone(UTC)
        self._monotonic_seconds = 0.0

    def now(self) -> datetime:
        """The time it was set to, plus what was advanced."""
        return self._now

    def monotonic_seconds(self) -> float:
        """Seconds advanced so far."""
        return self._monotonic_seconds

    def advance(self, seconds: float) -> None:
        """Move both clocks forward. ``seconds`` >= 0."""
        if seconds < 0:
            raise ValueError("time does not run backwards: seconds must be 0 or more")
        self._now += timedelta(seconds=seconds)
        self._monotonic_seconds += seconds


def iso_utc(moment: datetime) -> str:
    """``2026-01-02T03:04:05Z``: ISO 8601 in UTC, whole seconds, ``Z`` only because it is UTC."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be written as UTC")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
