"""A clock that runs faster, and can be moved on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.demo.world.worlds import START
from tutela.demo.world.clocks import FOUR_WEEKS_A_MINUTE, FastClock
from tutela.kernel.clock import FixedClock


def test_four_weeks_pass_in_a_minute() -> None:
    machine = FixedClock(START)
    clock = FastClock(START, factor=FOUR_WEEKS_A_MINUTE, base=machine)
    machine.advance(60)
    assert clock.now() - START == timedelta(weeks=4)
    assert clock.monotonic_seconds() == timedelta(weeks=4).total_seconds()


def test_it_can_be_moved_on_and_two_with_one_beginning_agree() -> None:
    machine = FixedClock(START)
    machine.advance(1_000)
    one = FastClock(START, factor=10, base=machine)
    other = FastClock(START, factor=10, base=machine, began_seconds=one.began_seconds)
    machine.advance(5)
    assert one.now() == other.now() == START + timedelta(seconds=50)
    one.advance(10)
    assert one.now() == START + timedelta(seconds=60)


def test_time_runs_forwards_and_has_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FastClock(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="forwards"):
        FastClock(START, factor=0)
    with pytest.raises(ValueError, match="backwards"):
        FastClock(START).advance(-1)
