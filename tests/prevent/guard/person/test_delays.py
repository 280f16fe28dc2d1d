from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.prevent.guard.person.making import policies
from tutela.kernel.errors import Refused
from tutela.prevent.guard.person import delays
from tutela.prevent.guard.person.delays import PAUSE_READY_SECONDS
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.loosening import looser
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.waits import LEAVING, PAUSE, Waits

DAY = 86_400.0
STRICT = Policy(adult=True, classifier=True, films="blocked", segments="blocked", delay_hours=24)

#: What may happen to a device, with its seconds: it runs, its clock is turned, it is off, it is looked at.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.floats(0, DAY)),
        st.tuples(st.just("turn"), st.floats(-30 * DAY, 30 * DAY)),
        st.tuples(st.just("off"), st.floats(0, 3 * DAY)),
        st.tuples(st.just("look"), st.just(0.0)),
    ),
    max_size=25,
)


def wait_for_leaving(device: FixedDeviceClock, hours: Any = 24) -> Waits:
    return delays.ask_leaving(Policy(delay_hours=hours), Waits(last=device.read()), device.read())


def is_open(waits: Waits, device: FixedDeviceClock) -> bool:
    try:
        delays.check_leaving(waits, device.read())
    except Refused:
        return False
    return True


@given(STEPS)
@settings(max_examples=200)
def test_turning_the_clock_of_a_device_that_runs_shortens_nothing(steps: list[tuple[str, float]]) -> None:
    """Looked at after each turn, as a guard that runs does: only true time counts, at most."""
    device = FixedDeviceClock(wall_seconds=1e9)
    waits, true_seconds = wait_for_leaving(device), 0.0
    for what, seconds in steps:
        if what == "run":
            device.run(seconds)
        elif what == "turn":
            device.turn(seconds)
        elif what == "off":
            device.restart(off_seconds=seconds)
        true_seconds += seconds if what in {"run", "off"} else 0.0
        waits = delays.counted(waits, device.read())
        counted = waits.find(LEAVING).counted_seconds  # type: ignore[union-attr]  # leaving waits to the end
        assert counted <= true_seconds + 1e-3
        assert not is_open(waits, device) or true_seconds >= DAY - 1e-3


@given(STEPS)
@settings(max_examples=200)
def test_whatever_is_done_to_the_clock_the_delay_in_running_time_is_enough(
    steps: list[tuple[str, float]],
) -> None:
    device = FixedDeviceClock(wall_seconds=1e9)
    waits, ran_seconds, gained = wait_for_leaving(device), 0.0, 0
    for what, seconds in steps:
        if what == "run":
            device.run(seconds)
            ran_seconds += seconds
            waits = delays.counted(waits, device.read())
        elif what == "turn":  # nobody looks: this may be while it is off
            device.turn(seconds)
        elif what == "off":
            device.restart(off_seconds=seconds)
            gained += 1
        counted = delays.counted(waits, device.read()).find(LEAVING).counted_seconds  # type: ignore[union-attr]  # as above
        assert ran_seconds - 1e-3 <= counted <= ran_seconds + gained * DAY / 2 + 1e-3
    device.run(DAY - min(ran_seconds, DAY) + 1e-3)
    assert is_open(waits, device)


@given(st.lists(st.tuples(st.floats(0, 0.9 * DAY), st.floats(0, 0.1 * DAY)), min_size=1, max_size=60))
def test_with_a_true_clock_it_is_open_at_the_first_look_after_twice_the_delay(
    days: list[tuple[float, float]],
) -> None:
    """On a device that is on at least once in every delay."""
    device = FixedDeviceClock(wall_seconds=1e9)
    waits, true_seconds = wait_for_leaving(device), 0.0
    for off, on in days:
        device.restart(off_seconds=off)
        waits = delays.counted(waits, device.read())
        device.run(on)
        waits = delays.counted(waits, device.read())
        true_seconds += off + on
        assert is_open(waits, device) or true_seconds < 2 * DAY
        assert true_seconds >= DAY - 1e-3 or not is_open(waits, device)


def test_one_restart_with_the_clock_set_forward_is_not_enough_and_leaving_says_what_is_left() -> None:
    device = FixedDeviceClock()
    waits = wait_for_leaving(device)
    device.restart(off_seconds=400 * DAY)
    with pytest.raises(Refused, match="leaving: 721 more minutes"):
        delays.check_leaving(waits, device.read())
    device.run(DAY / 2)
    delays.check_leaving(waits, device.read())


def test_leaving_is_asked_for_first_and_stays_open() -> None:
    device = FixedDeviceClock()
    with pytest.raises(Refused, match="ask for it first"):
        delays.check_leaving(Waits(last=device.read()), device.read())
    waits = wait_for_leaving(device)
    device.run(1000 * DAY)
    waits = delays.ask_leaving(Policy(delay_hours=72), waits, device.read())
    assert is_open(waits, device), "asked again, it goes on counting under the delay of the first time"


@pytest.mark.parametrize("hours", [0, 1, 24, 72])
def test_each_delay_is_as_long_as_it_says(hours: int) -> None:
    device = FixedDeviceClock()
    waits = wait_for_leaving(device, hours)
    if hours:
        device.run(3600 * hours - 1)
        assert not is_open(waits, device)
        device.run(1)
    assert is_open(waits, device)


def test_what_tightens_holds_at_once_and_what_loosens_waits() -> None:
    device = FixedDeviceClock()
    wanted = replace(STRICT, adult=False, known_lists=True, delay_hours=72, sign="page")
    policy, waits = delays.ask_policy(STRICT, wanted, Waits(last=device.read()), device.read())
    assert policy == replace(STRICT, delay_hours=72, sign="page")
    device.run(DAY - 1)
    assert delays.due(policy, waits, device.read()) == (policy, delays.counted(waits, device.read()))
    device.run(1)
    after, left = delays.due(policy, waits, device.read())
    assert after == wanted and left.empty, "it waited the delay that held when it was asked"


@given(policies(), policies(), st.floats(0, 1e4))
def test_nothing_ever_loosens_before_its_delay(before: Policy, wanted: Policy, seconds: float) -> None:
    device = FixedDeviceClock()
    policy, waits = delays.ask_policy(before, wanted, Waits(last=device.read()), device.read())
    assert not looser(before, policy) or before.delay_hours == 0
    device.run(seconds)
    later, _ = delays.due(policy, waits, device.read())
    assert not looser(before, later) or seconds >= 3600 * before.delay_hours
    device.run(3600 * before.delay_hours)
    assert delays.due(policy, waits, device.read())[0] == wanted


def test_tightening_takes_back_what_waited_for_the_same_and_nothing_else() -> None:
    device = FixedDeviceClock()
    policy, waits = delays.ask_policy(
        STRICT, replace(STRICT, delay_hours=0, adult=False), Waits(last=device.read()), device.read()
    )
    policy, waits = delays.ask_policy(policy, replace(policy, delay_hours=72), waits, device.read())
    device.run(100 * DAY)
    assert delays.due(policy, waits, device.read())[0] == replace(STRICT, delay_hours=72, adult=False)


def test_hosts_wait_each_alone_and_one_that_is_taken_back_does_not_come() -> None:
    device, none = FixedDeviceClock(), Waits(last=FixedDeviceClock().read())
    policy, waits = delays.ask_policy(
        STRICT, replace(STRICT, never_intercepted=("a.test", "b.test")), none, device.read()
    )
    assert policy == STRICT
    waits = delays.take_back(waits, ("never_intercepted", "a.test"), device.read())
    device.run(DAY)
    policy, _ = delays.due(policy, waits, device.read())
    assert policy.never_intercepted == ("b.test",)
    tighter, left = delays.ask_policy(policy, STRICT, none, device.read())
    assert tighter == STRICT and left.empty


def test_a_host_that_is_taken_off_stops_waiting_to_come_back() -> None:
    device = FixedDeviceClock()
    one = replace(STRICT, never_intercepted=("a.test",))
    _, waits = delays.ask_policy(STRICT, one, Waits(last=device.read()), device.read())
    _, waits = delays.ask_policy(one, STRICT, waits, device.read())
    assert waits.empty


def test_no_more_hosts_wait_than_a_policy_can_have() -> None:
    device = FixedDeviceClock()
    many = tuple(sorted(f"h{number}.test" for number in range(150)))
    more = tuple(sorted(f"k{number}.test" for number in range(150)))
    _, waits = delays.ask_policy(
        STRICT, replace(STRICT, never_intercepted=many), Waits(last=device.read()), device.read()
    )
    with pytest.raises(Refused, match="at most 200"):
        delays.ask_policy(STRICT, replace(STRICT, never_intercepted=more), waits, device.read())


def test_a_wish_said_again_goes_on_counting_and_another_one_begins_anew() -> None:
    device = FixedDeviceClock()
    waits = delays.ask_pause(STRICT, 60, Waits(last=device.read()), device.read())
    device.run(DAY / 2)
    assert delays.ask_pause(STRICT, 60, waits, device.read()).find(PAUSE).counted_seconds == DAY / 2  # type: ignore[union-attr]  # it waits
    assert delays.ask_pause(STRICT, 15, waits, device.read()).find(PAUSE).counted_seconds == 0  # type: ignore[union-attr]  # it waits
    with pytest.raises(ValueError):
        delays.ask_pause(STRICT, 100, waits, device.read())


def test_a_pause_waits_is_started_and_ends_by_itself() -> None:
    device = FixedDeviceClock()
    waits = delays.ask_pause(STRICT, 15, Waits(last=device.read()), device.read())
    with pytest.raises(Refused, match="pause: 1441 more minutes"):
        delays.start_pause(waits, device.read())
    device.run(DAY)
    waits = delays.start_pause(waits, device.read())
    assert delays.is_paused(waits, device.read()) and waits.find(PAUSE) is None
    device.turn(-DAY)
    device.run(15 * 60 - 1)
    assert delays.is_paused(waits, device.read())
    device.run(1)
    assert not delays.is_paused(waits, device.read()) and delays.counted(waits, device.read()).empty


def test_a_pause_ends_with_a_restart_and_at_the_persons_wish() -> None:
    device = FixedDeviceClock()
    waits = delays.ask_pause(replace(STRICT, delay_hours=0), 240, Waits(last=device.read()), device.read())
    waits = delays.start_pause(waits, device.read())
    assert not delays.is_paused(delays.end_pause(waits, device.read()), device.read())
    device.restart(off_seconds=0)
    assert not delays.is_paused(waits, device.read())


def test_no_pause_is_kept_in_store() -> None:
    device = FixedDeviceClock()
    waits = delays.ask_pause(STRICT, 15, Waits(last=device.read()), device.read())
    device.run(DAY + PAUSE_READY_SECONDS - 1)
    assert delays.counted(waits, device.read()).find(PAUSE)
    device.run(1)
    assert delays.counted(waits, device.read()).empty
