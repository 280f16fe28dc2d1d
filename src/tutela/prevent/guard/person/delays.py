"""Tightening at once, loosening after the delay that was chosen beforehand. Pure: data in, data out.

How the seconds of a wait are counted on a device that is restarted and whose clock is turned:
``device_time``. The delay is the one of the policy that held when the wish was said.

* A change of the policy that loosens takes effect by itself once it has waited.
* A pause that has waited is started by the person, within ``PAUSE_READY_SECONDS``; it ends by itself, at the
  latest with the next restart.
* Leaving that has waited stays open until it is done or taken back: nobody is ever shut in again.
* Taking a wish back is tightening: it holds at once. The emergency stop is not here, because it never waits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tutela.kernel.errors import Refused
from tutela.prevent.guard.person.device_time import Reading, seconds_between
from tutela.prevent.guard.person.loosening import HOSTS, at_once, changes
from tutela.prevent.guard.person.policy import HOSTS_MAX, Policy
from tutela.prevent.guard.person.waits import LEAVING, PAUSE, Pause, Wait, Waits, check_wish

#: Seconds that a pause stays ready (our own: a day, so that none is kept in store).
PAUSE_READY_SECONDS = 86_400.0
#: The part of a delay that the time of one switch-off counts at most (``device_time`` says why).
OFF_PART_MAX = 0.5


def counted(waits: Waits, now: Reading) -> Waits:
    """The same waits at ``now``; a pause that is over, or was ready for too long, is gone."""
    waiting = tuple(_counted(one, waits.last, now) for one in waits.waiting)
    kept = tuple(one for one in waiting if not _lapsed(one))
    return Waits(last=now, waiting=kept, pause=waits.pause if is_paused(waits, now) else None)


def _counted(wait: Wait, last: Reading, now: Reading) -> Wait:
    seconds = seconds_between(last, now, off_seconds_max=wait.delay_seconds * OFF_PART_MAX)
    return replace(wait, counted_seconds=wait.counted_seconds + seconds)


def _lapsed(wait: Wait) -> bool:
    return wait.field == PAUSE and wait.counted_seconds >= wait.delay_seconds + PAUSE_READY_SECONDS


def is_paused(waits: Waits, now: Reading) -> bool:
    """Whether a pause runs at ``now``."""
    pause = waits.pause
    return pause is not None and pause.boot == now.boot and now.boot_seconds < pause.until_boot_seconds


def ask_policy(policy: Policy, wanted: Policy, waits: Waits, now: Reading) -> tuple[Policy, Waits]:
    """The policy that holds from now on, and what waits.

    What loosens waits; what tightens holds at once and takes back what waited for the same field. Raises
    Refused where more hosts would wait than a policy can have.
    """
    waits = counted(waits, now)
    for change in changes(policy, wanted):
        if change.direction == "tightens":
            waits = waits.without(*_keys(change.field, change.before, change.after))
        elif change.direction == "loosens":
            for value in _values(change.field, change.before, change.after):
                waits = _with(waits, change.field, value, policy)
    held = at_once(policy, wanted)
    if len(held.never_intercepted) + sum(one.field == HOSTS for one in waits.waiting) > HOSTS_MAX:
        raise Refused(f"at most {HOSTS_MAX} hosts can be on the list or wait for it")
    return due(held, waits, now)


def _keys(field: str, before: object, after: object) -> list[tuple[str, str]]:
    if isinstance(before, tuple) and isinstance(after, tuple):
        return [(field, host) for host in set(before) - set(after)]
    return [(field, "")]


def _values(field: str, before: object, after: object) -> list[object]:
    if isinstance(before, tuple) and isinstance(after, tuple):
        return sorted(set(after) - set(before))
    return [after]


def _with(waits: Waits, field: str, value: object, policy: Policy) -> Waits:
    """The waits with this wish; one that waits already for the same goes on counting."""
    new = Wait(field=field, value=value, delay_seconds=3600 * policy.delay_hours)
    if any(one.same(new) for one in waits.waiting):
        return waits
    waits = waits.without(new.key)
    return replace(waits, waiting=(*waits.waiting, new))


def due(policy: Policy, waits: Waits, now: Reading) -> tuple[Policy, Waits]:
    """The policy with what has waited long enough, and what waits still."""
    waits = counted(waits, now)
    ready = [one for one in waits.waiting if one.ready and one.field not in {PAUSE, LEAVING}]
    for one in ready:
        value: Any = (
            tuple(sorted({*policy.never_intercepted, one.value})) if one.field == HOSTS else one.value
        )
        policy = replace(policy, **{one.field: value})
    return policy, waits.without(*(one.key for one in ready))


def ask_pause(policy: Policy, minutes: int, waits: Waits, now: Reading) -> Waits:
    """The waits with the wish for a pause. Raises ValueError for other minutes than can be chosen."""
    check_wish(PAUSE, minutes)
    return _with(counted(waits, now), PAUSE, minutes, policy)


def start_pause(waits: Waits, now: Reading) -> Waits:
    """The waits with the pause running. Raises Refused where none is ready, with what is left to wait."""
    waits = counted(waits, now)
    wish = _ready(waits, PAUSE)
    pause = Pause(boot=now.boot, until_boot_seconds=now.boot_seconds + 60 * wish.value)
    return replace(waits.without(wish.key), pause=pause)


def end_pause(waits: Waits, now: Reading) -> Waits:
    """The waits without the pause: tightening, at once."""
    return replace(counted(waits, now), pause=None)


def ask_leaving(policy: Policy, waits: Waits, now: Reading) -> Waits:
    """The waits with the wish to leave."""
    return _with(counted(waits, now), LEAVING, None, policy)


def check_leaving(waits: Waits, now: Reading) -> None:
    """Returns where the person may leave now. Raises Refused with what is left to wait."""
    _ready(counted(waits, now), LEAVING)


def take_back(waits: Waits, key: tuple[str, str], now: Reading) -> Waits:
    """The waits without this wish: tightening, at once."""
    return counted(waits, now).without(key)


def _ready(waits: Waits, field: str) -> Wait:
    wish = waits.find(field)
    if wish is None:
        raise Refused(f"{field}: ask for it first; it then waits as long as you chose")
    if not wish.ready:
        minutes = int(wish.left_seconds // 60) + 1
        raise Refused(f"{field}: {minutes} more minutes to wait, as you chose")
    return wish
