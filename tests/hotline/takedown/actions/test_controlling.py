"""A control look counts for an hour, for one host and one vantage point."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tutela.hotline.takedown.actions.controlling import fresh_control, record_control
from tutela.hotline.takedown.control_looks import ControlLook
from tutela.hotline.takedown.judging import Control, PageSigns, Pdq, Shown
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
HOST = "ab" * 32
SIGNS = PageSigns(text_bytes=40, text_digest="cd" * 32, text_simhash=(1 << 64) - 1, media=2)
CONTROL = Control(
    nothing=Shown(status=404, whole=True, size_bytes=40, sha256="ef" * 32, page=SIGNS),
    front=Shown(status=200, whole=True, size_bytes=9, sha256="01" * 32),
)


def test_it_comes_back_as_it_was_for_an_hour() -> None:
    clock = FixedClock(START)
    assert fresh_control(HOST, "north", clock=clock) is None
    record_control(HOST, "north", CONTROL, clock=clock)
    clock.advance(3_599)
    assert fresh_control(HOST, "north", clock=clock) == CONTROL
    assert fresh_control(HOST, "south", clock=clock) is None
    assert fresh_control("ba" * 32, "north", clock=clock) is None
    clock.advance(1)
    assert fresh_control(HOST, "north", clock=clock) is None


def test_one_of_the_future_does_not_count() -> None:
    clock = FixedClock(START)
    record_control(HOST, "north", CONTROL, clock=clock)
    assert fresh_control(HOST, "north", clock=FixedClock(START.replace(year=2025))) is None


def test_the_latest_takes_the_place_of_the_one_before_and_pictures_are_not_kept() -> None:
    clock = FixedClock(START)
    record_control(HOST, "north", CONTROL, clock=clock)
    seen = replace(CONTROL.front, pictures=(Pdq(value=1, quality=2),))
    record_control(HOST, "north", replace(CONTROL, front=seen), clock=clock)
    assert ControlLook.objects.count() == 1
    assert fresh_control(HOST, "north", clock=clock) == CONTROL


def test_one_of_another_format_does_not_count() -> None:
    clock = FixedClock(START)
    record_control(HOST, "north", CONTROL, clock=clock)
    ControlLook.objects.update(answers={"v": 0})
    assert fresh_control(HOST, "north", clock=clock) is None
