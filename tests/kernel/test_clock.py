from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tutela.kernel.clock import FixedClock, SystemClock, iso_utc

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def test_system_clock_gives_aware_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_system_clock_monotonic_never_goes_back() -> None:
    clock = SystemClock()
    readings = [clock.monotonic_seconds() for _ in range(100)]
    assert readings == sorted(readings)


def test_fixed_clock_stands_still_until_advanced() -> None:
    clock = FixedClock(NOON)
    assert (clock.now(), clock.monotonic_seconds()) == (NOON, 0.0)
    clock.advance(90.5)
    assert (clock.now(), clock.monotonic_seconds()) == (NOON + timedelta(seconds=90.5), 90.5)


def test_fixed_clock_brings_other_zones_to_utc() -> None:
    start = NOON.astimezone(timezone(timedelta(hours=5)))
    assert FixedClock(start).now().utcoffset() == timedelta(0)
    assert FixedClock(start).now() == NOON


def test_fixed_clock_refuses_naive_start() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 1, 2))


def test_fixed_clock_refuses_to_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        FixedClock(NOON).advance(-1)


def test_iso_utc_writes_z_only_for_utc() -> None:
    assert iso_utc(NOON.astimezone(timezone(timedelta(hours=-3)))) == "2026-01-02T12:00:00Z"
    with pytest.raises(ValueError, match="without a zone"):
        iso_utc(datetime(2026, 1, 2))
