"""What waits, how long it has waited, and the one text in which that is kept over restarts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

from tutela.kernel.formats import check_version
from tutela.prevent.guard.person.device_time import Reading
from tutela.prevent.guard.person.loosening import HOSTS, NEUTRAL
from tutela.prevent.guard.person.policy import DelayHours, Policy, checked_hosts

#: Version of the file.
FORMAT = 1
#: What waits besides the fields of a policy.
PAUSE, LEAVING = "pause", "leaving"
#: Minutes that a pause may have (our own).
PAUSE_MINUTES = (15, 60, 240)
#: Seconds of every delay that can be chosen.
_DELAYS_SECONDS = tuple(3600 * hours for hours in get_args(DelayHours))


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """One loosening. ``field``: of a policy, or ``pause``, or ``leaving``; ``value``: what it is to be.

    Of the hosts one waits alone; of a pause the value is its minutes, of leaving None.
    """

    field: str
    value: Any
    delay_seconds: int
    counted_seconds: float = 0.0

    @property
    def ready(self) -> bool:
        """Whether it has waited as long as was chosen."""
        return self.counted_seconds >= self.delay_seconds

    @property
    def left_seconds(self) -> float:
        """Seconds that it waits still; never below 0."""
        return max(0.0, self.delay_seconds - self.counted_seconds)

    def same(self, other: Wait) -> bool:
        """Whether both are the same wish."""
        return self.key == other.key and self.value == other.value

    @property
    def key(self) -> tuple[str, str]:
        """Of each key one waits: the newer wish takes the place of the older one."""
        return (self.field, self.value if self.field == HOSTS else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A pause that runs: it ends at that second of this boot, and with the boot."""

    boot: str
    until_boot_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """Everything that waits, as it was counted at ``last``; and the pause that runs."""

    last: Reading
    waiting: tuple[Wait, ...] = ()
    pause: Pause | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.waiting and self.pause is None

    def find(self, field: str) -> Wait | None:
        """The wait for this field; of the hosts the first."""
        return next((one for one in self.waiting if one.field == field), None)

    def without(self, *keys: tuple[str, str]) -> Waits:
        """The same without the waits of these keys."""
        return replace(self, waiting=tuple(one for one in self.waiting if one.key not in keys))


def render_waits(waits: Waits) -> str:
    """The one text of these waits."""
    return json.dumps({"format": FORMAT, **asdict(waits)}, indent=2, sort_keys=True) + "\n"


def parse_waits(untrusted_text: str) -> Waits:
    """The waits of a text that ``render_waits`` wrote. Raises ValueError."""
    row = json.loads(untrusted_text)
    if not isinstance(row, dict) or set(row) != {"format", "last", "waiting", "pause"}:
        raise ValueError("waits have a format, the last reading, what waits, and a pause or null")
    check_version("the waits", row["format"], reads=FORMAT)
    if not isinstance(row["waiting"], list):
        raise ValueError("waiting: a list")
    try:
        waits = Waits(
            last=_reading(row["last"]),
            waiting=tuple(_wait(one) for one in row["waiting"]),
            pause=None if row["pause"] is None else _pause(row["pause"]),
        )
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError("the waits are not as they were written") from error
    if len({one.key for one in waits.waiting}) != len(waits.waiting):
        raise ValueError("a field waits twice")
    return waits


def _reading(row: Mapping[str, Any]) -> Reading:
    return Reading(
        boot=str(row["boot"]),
        boot_seconds=float(row["boot_seconds"]),
        wall_seconds=float(row["wall_seconds"]),
    )


def _pause(row: Mapping[str, Any]) -> Pause:
    until = float(row["until_boot_seconds"])
    if not until < float("inf"):
        raise ValueError("a pause ends")
    return Pause(boot=str(row["boot"]), until_boot_seconds=until)


def _wait(row: Mapping[str, Any]) -> Wait:
    wait = Wait(**row)
    if wait.delay_seconds not in _DELAYS_SECONDS or not 0 <= wait.counted_seconds < float("inf"):
        raise ValueError("a wait has one of the delays that can be chosen, and a count")
    check_wish(wait.field, wait.value)
    return wait


def check_wish(field: str, value: Any) -> None:
    """Returns where a field of this name may wait for this value. Raises ValueError."""
    if field == LEAVING and value is None:
        return
    if field == PAUSE and type(value) is int and value in PAUSE_MINUTES:
        return
    if field == HOSTS and checked_hosts([value]) == (value,):
        return
    if field in {PAUSE, LEAVING, HOSTS, *NEUTRAL} or field not in Policy.__dataclass_fields__:
        raise ValueError(f"{field}: does not wait, or not for that")
    replace(Policy(), **{field: value})
