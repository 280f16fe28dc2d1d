from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person.device_time import (
    FixedDeviceClock,
    Reading,
    SystemDeviceClock,
    seconds_between,
)

SECONDS = st.floats(0, 1e9)


def test_while_it_runs_the_seconds_count_and_the_wall_does_not() -> None:
    device = FixedDeviceClock()
    before = device.read()
    device.run(100)
    device.turn(1e6)
    assert seconds_between(before, device.read(), off_seconds_max=50) == 100
    device.turn(-1e7)
    assert seconds_between(before, device.read(), off_seconds_max=50) == 100


def test_over_a_restart_the_time_it_was_off_counts_up_to_its_bound() -> None:
    device = FixedDeviceClock()
    before = device.read()
    device.restart(off_seconds=30)
    device.run(7)
    assert seconds_between(before, device.read(), off_seconds_max=50) == 37
    assert seconds_between(before, device.read(), off_seconds_max=20) == 27


def test_a_clock_that_was_set_back_while_off_loses_the_time_off_alone() -> None:
    device = FixedDeviceClock()
    before = device.read()
    device.restart(off_seconds=30)
    device.turn(-1e6)
    device.run(7)
    assert seconds_between(before, device.read(), off_seconds_max=50) == 7


@given(SECONDS, st.floats(-1e9, 1e9), SECONDS, SECONDS)
def test_it_is_never_below_what_ran_nor_above_that_and_the_bound(
    ran: float, turned: float, off: float, bound: float
) -> None:
    device = FixedDeviceClock(wall_seconds=1e9)
    before = device.read()
    device.turn(turned)
    device.restart(off_seconds=off)
    device.run(ran)
    assert ran <= seconds_between(before, device.read(), off_seconds_max=bound) <= ran + bound + 1e-6


def test_a_boot_clock_that_goes_back_counts_nothing() -> None:
    later = Reading(boot="b", boot_seconds=50, wall_seconds=0)
    assert seconds_between(later, Reading(boot="b", boot_seconds=20, wall_seconds=90), off_seconds_max=9) == 0


@pytest.mark.parametrize(
    ("boot", "ran", "wall"),
    [("", 0, 0), ("b", -1, 0), ("b", float("inf"), 0), ("b", 0, float("nan")), ("b" * 65, 0, 0)],
)
def test_what_is_no_reading_is_refused(boot: str, ran: float, wall: float) -> None:
    with pytest.raises(ValueError):
        Reading(boot=boot, boot_seconds=ran, wall_seconds=wall)


@pytest.mark.needs("linux")
def test_this_device_tells_its_boot_and_that_it_runs() -> None:
    one, other = SystemDeviceClock().read(), SystemDeviceClock().read()
    assert one.boot == other.boot and one.boot_seconds <= other.boot_seconds


def test_a_device_without_such_a_clock_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        SystemDeviceClock(boot_id=tmp_path / "none").read()
