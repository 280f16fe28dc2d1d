"""Time on a device whose clock its owner may turn, and which is switched off and on.

The rule, from one reading to the next:

* **In the same boot** (same boot id) the seconds of CLOCK_BOOTTIME count, which run on while the device
  sleeps and which nobody can set. The clock on the wall is not looked at: turning it does nothing.
* **Over a switch-off** the seconds since the new start count, and besides the time that the clock on the
  wall says it was off: at least 0, and at most ``off_seconds_max`` for each time it was off.

From this follows, with a wait of D and ``off_seconds_max`` = D / 2 (``delays``):

* Clocks that are turned while the device runs, and read before it is switched off, change nothing.
* A clock set forward while it is off gains at most D / 2 each time; a wait cannot be over after one restart.
* A clock set back loses the time it was off, never more: D seconds of running always suffice.
* With a true clock and a device that is on at least once in every D, a wait is over after 2 D at the latest.

What the last seconds before a sudden power cut are worth is decided by the clock on the wall, as above.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable

#: Where Linux names the boot (proc(5)).
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
#: Characters of a boot id at most: Linux writes 36.
_BOOT_ID_CHARACTERS_MAX = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One look at all clocks. ``wall_seconds`` since 1970 in UTC, ``boot_seconds`` since this boot began."""

    boot: str
    boot_seconds: float
    wall_seconds: float

    def __post_init__(self) -> None:
        if not 0 < len(self.boot) <= _BOOT_ID_CHARACTERS_MAX or self.boot_seconds < 0:
            raise ValueError("a reading names its boot and the seconds since it began")
        if not abs(self.wall_seconds) < float("inf") or not self.boot_seconds < float("inf"):
            raise ValueError("a reading has seconds that are numbers")


class DeviceClock(Protocol):
    """Where readings come from."""

    def read(self) -> Reading:
        """A reading of now. Raises Unavailable where the device has no such clocks."""
        ...


class SystemDeviceClock:
    """The clocks of this device."""

    def __init__(self, clock: Clock | None = None, boot_id: Path = _BOOT_ID) -> None:
        self._clock, self._boot_id = clock or SystemClock(), boot_id

    def read(self) -> Reading:
        """A reading of now. Raises Unavailable where this is not Linux."""
        try:
            boot = self._boot_id.read_text(encoding="ascii").strip()
            boot_seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
        except (OSError, AttributeError) as error:
            raise Unavailable("this device does not tell how long it has been running") from error
        return Reading(boot=boot, boot_seconds=boot_seconds, wall_seconds=self._clock.now().timestamp())


class FixedDeviceClock:
    """A device in a test: it runs, is switched off, and its clock is turned."""

    def __init__(self, *, wall_seconds: float = 0.0) -> None:
        self._boots = 1
        self._reading = Reading(boot="boot-1", boot_seconds=10.0, wall_seconds=wall_seconds)

    def read(self) -> Reading:
        """The reading as it was set."""
        return self._reading

    def run(self, seconds: float) -> None:
        """Let the device run, or sleep."""
        now = self._reading
        self._reading = replace(
            now, boot_seconds=now.boot_seconds + seconds, wall_seconds=now.wall_seconds + seconds
        )

    def turn(self, seconds: float) -> None:
        """Turn the clock on the wall, forward or back."""
        self._reading = replace(self._reading, wall_seconds=self._reading.wall_seconds + seconds)

    def restart(self, *, off_seconds: float) -> None:
        """Switch it off, and on again after ``off_seconds``."""
        self._boots += 1
        wall = self._reading.wall_seconds + off_seconds
        self._reading = Reading(boot=f"boot-{self._boots}", boot_seconds=0.0, wall_seconds=wall)


def seconds_between(before: Reading, now: Reading, *, off_seconds_max: float) -> float:
    """The seconds that count from one reading to the next by the rule above; never below 0."""
    if now.boot == before.boot:
        return max(0.0, now.boot_seconds - before.boot_seconds)
    off_seconds = now.wall_seconds - now.boot_seconds - before.wall_seconds
    return now.boot_seconds + min(max(0.0, off_seconds), off_seconds_max)
