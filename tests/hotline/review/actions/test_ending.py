"""Displays end once, with what is true of their time."""

from __future__ import annotations

import pytest

from tests.hotline.review.making import GreyOpener, a_clock, a_waiting_item, an_analyst, later
from tutela.hotline.review.actions import claim_next, show
from tutela.hotline.review.actions.ending import end_displays
from tutela.hotline.review.models import Exposure
from tutela.kernel.clock import FixedClock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("minutes", "seconds", "how"), [(0.5, 30.0, "returned"), (5, 300.0, "lapsed"), (600, 300.0, "lapsed")]
)
def test_a_display_ends_once_and_never_later_than_its_longest_time(
    minutes: float, seconds: float, how: str
) -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    show(anna, turn.turn, opener=GreyOpener(), clock=clock)
    later(clock, minutes=minutes)
    end_displays(anna, "returned", clock=clock)
    later(clock, minutes=1)
    end_displays(anna, "next", clock=clock)
    one = Exposure.objects.get()
    assert (one.seconds, one.how_ended) == (seconds, how)


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    clock, anna = FixedClock(a_clock().now()), an_analyst()
    a_waiting_item(clock)
    turn = claim_next(anna, clock=clock)
    assert turn is not None
    later(clock, hours=0.5)
    show(anna, turn.turn, opener=GreyOpener(), clock=clock)
    end_displays(anna, "next", clock=a_clock())
    assert Exposure.objects.get().seconds == 0
