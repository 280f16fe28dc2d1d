"""The wall clock of a process jumps while its monotonic clock goes on, or both."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from proofs.faults.clock_jumps import JUMPS, TEN_YEARS, JumpingClock

pytestmark = pytest.mark.needs("faketime")
ASKED = """
import sys, time
for line in sys.stdin:
    print(time.time(), time.monotonic(), flush=True)
"""


@pytest.fixture
def clock(tmp_path: Path) -> JumpingClock:
    found = JumpingClock(file=tmp_path / "time")
    found.set("+0")
    return found


class Asked:
    """A process that says what time it is as often as it is asked."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", ASKED],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def times(self) -> tuple[float, float]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        wall, monotonic = self.process.stdout.readline().split()
        return float(wall), float(monotonic)


@pytest.fixture
def asked(clock: JumpingClock) -> Iterator[Asked]:
    one = Asked(clock.environment())
    yield one
    one.process.communicate(timeout=10)


@pytest.mark.parametrize("offset", [TEN_YEARS, -TEN_YEARS, 3_600, -660])
def test_the_wall_clock_jumps_and_the_monotonic_one_goes_on(
    clock: JumpingClock, asked: Asked, offset: int
) -> None:
    wall, monotonic = asked.times()
    clock.set(f"{offset:+d}")
    jumped, later = asked.times()
    assert jumped - wall == pytest.approx(offset, abs=5)
    assert 0 <= later - monotonic < 5
    clock.set("+0")
    assert asked.times()[0] - wall < 5


def test_the_monotonic_clock_moves_where_that_is_asked(clock: JumpingClock) -> None:
    moved = Asked(clock.environment(monotonic=True))
    before = moved.times()[1]
    clock.set("+3600")
    assert moved.times()[1] - before == pytest.approx(3_600, abs=5)
    moved.process.communicate(timeout=10)


def test_there_are_twelve_jumps_and_each_is_understood(clock: JumpingClock, asked: Asked) -> None:
    assert len(JUMPS) == 12
    for offset in JUMPS.values():
        clock.set(offset)
        assert asked.times()[0] > 0
