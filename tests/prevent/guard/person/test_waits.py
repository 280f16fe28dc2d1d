from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.person.device_time import Reading
from tutela.prevent.guard.person.waits import (
    LEAVING,
    PAUSE,
    Pause,
    Wait,
    Waits,
    check_wish,
    parse_waits,
    render_waits,
)

LAST = Reading(boot="b", boot_seconds=5.5, wall_seconds=1e9)
WISHES: list[tuple[str, Any]] = [
    (LEAVING, None), (PAUSE, 60), ("adult", False), ("films", "checked"), ("delay_hours", 1),
    ("never_intercepted", "a.test"), ("never_intercepted", "b.test"),
]  # fmt: skip
WAITS = Waits(
    last=LAST,
    waiting=tuple(Wait(field=field, value=value, delay_seconds=3600) for field, value in WISHES),
    pause=Pause(boot="b", until_boot_seconds=99.0),
)


@given(st.sets(st.sampled_from(range(len(WISHES)))), st.floats(0, 1e7), st.booleans())
def test_waits_come_back_from_their_text_as_they_were(chosen: set[int], seconds: float, paused: bool) -> None:
    waiting = tuple(replace(WAITS.waiting[one], counted_seconds=seconds) for one in sorted(chosen))
    waits = replace(WAITS, waiting=waiting, pause=WAITS.pause if paused else None)
    assert parse_waits(render_waits(waits)) == waits


@given(st.text(max_size=100))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_waits(text)


def broken(**changes: Any) -> str:
    row = json.loads(render_waits(WAITS))
    row["waiting"][0] |= changes
    return json.dumps(row)


@pytest.mark.parametrize(
    "changes",
    [
        {"delay_seconds": 5},
        {"counted_seconds": -1},
        {"counted_seconds": float("inf")},
        {"counted_seconds": "1"},
        {"field": "sign", "value": "page"},
        {"field": "none"},
        {"field": "adult", "value": 0},
        {"value": 1},
        {"field": "pause", "value": 60},
        {"field": "pause", "value": True},
        {"more": 1},
        {"field": "never_intercepted", "value": "com"},
        {"field": "never_intercepted", "value": ["a.test"]},
    ],
)
def test_a_wait_that_nobody_can_have_asked_for_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_waits(broken(**changes))


@pytest.mark.parametrize("part", ["last", "waiting", "pause", "format"])
def test_a_part_that_lacks_or_is_something_else_is_refused(part: str) -> None:
    row = json.loads(render_waits(WAITS))
    for other in (
        {**row, part: 7},
        {name: value for name, value in row.items() if name != part},
        {**row, part: {}},
    ):
        with pytest.raises(ValueError):
            parse_waits(json.dumps(other))
    with pytest.raises(ValueError):
        parse_waits(json.dumps(row | {"pause": {"boot": "b", "until_boot_seconds": float("inf")}}))


def test_what_is_ready_and_what_is_left() -> None:
    wait = Wait(field=LEAVING, value=None, delay_seconds=100)
    assert (wait.ready, wait.left_seconds) == (False, 100)
    over = replace(wait, counted_seconds=100.0)
    assert (over.ready, over.left_seconds) == (True, 0)


def test_of_each_key_one_waits_and_each_host_alone() -> None:
    assert len({wait.key for wait in WAITS.waiting}) == len(WISHES)
    assert WAITS.without((LEAVING, "")).find(LEAVING) is None and WAITS.find(LEAVING) is not None
    assert WAITS.waiting[0].same(replace(WAITS.waiting[0], counted_seconds=9.0))
    assert not WAITS.waiting[1].same(replace(WAITS.waiting[1], value=15))
    assert Waits(last=LAST).empty and not WAITS.empty and not replace(WAITS, waiting=()).empty


def test_a_wish_is_one_that_can_be_had() -> None:
    for field, value in WISHES:
        check_wish(field, value)
    with pytest.raises(ValueError, match="pause"):
        check_wish("pause", 5)
