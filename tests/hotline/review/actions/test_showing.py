"""Showing: within the caps, counted once, ended by what comes next, and never what is known byte for byte."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.hotline.review.making import (
    ILLEGAL,
    GreyOpener,
    a_clock,
    a_page,
    a_waiting_item,
    acts,
    an_analyst,
    judged,
    later,
    matched,
)
from tests.hotline.review.opened import a_picture, opened
from tutela.hotline.people.models import Person
from tutela.hotline.review import rules
from tutela.hotline.review.actions import claim_next, cover, show
from tutela.hotline.review.actions.showing import check_room, show_items
from tutela.hotline.review.models import Exposure
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def capped(settings: Any) -> None:
    settings.TUTELA_REVIEW = dataclasses.replace(rules.rules_in_force(), hour_displays=3, sheet_tiles=2)


def turn_of(who: Person, clock: FixedClock) -> str:
    found = claim_next(who, clock=clock)
    assert found is not None
    return found.turn


def test_a_display_is_written_down_with_what_was_seen_and_for_how_long() -> None:
    clock, anna, opener = a_clock(), an_analyst(), GreyOpener()
    item = a_waiting_item(clock)
    (shown,) = show(anna, turn_of(anna, clock), opener=opener, clock=clock)
    assert len(shown.tiles) == 1
    (order,) = opener.asked
    assert (order.purpose, order.kind, order.who, order.case) == (
        "tile",
        "person",
        anna.public_id,
        item.public_id,
    )
    later(clock, seconds=20)
    cover(anna, clock=clock)
    seen = Exposure.objects.get()
    assert (seen.who, seen.level, seen.tiles, seen.pixels) == (anna.public_id, "protected", 1, 4_096)
    assert (seen.seconds, seen.how_ended) == (20.0, "next")
    assert "item_shown" in acts(item.public_id)


def test_a_display_that_nobody_ended_counts_for_its_longest_time() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    turn = turn_of(anna, clock)
    show(anna, turn, opener=GreyOpener(), clock=clock)
    later(clock, minutes=30)
    show(anna, turn, opener=GreyOpener(), clock=clock)
    first, second = Exposure.objects.order_by("pk")
    assert (first.seconds, first.how_ended, second.how_ended) == (300.0, "lapsed", "")


@pytest.mark.usefixtures("capped")
def test_beyond_the_cap_nothing_is_shown_and_the_reason_is_said() -> None:
    clock, anna, opener = a_clock(), an_analyst(), GreyOpener()
    _, pictures = a_page(clock, 5)
    turn = turn_of(anna, clock)
    names = [one.public_id for one in pictures]
    assert len(show(anna, turn, names, opener=opener, clock=clock)) == 2
    assert len(show(anna, turn, names[2:], opener=opener, clock=clock)) == 1
    with pytest.raises(Refused, match="3 items an hour"):
        show(anna, turn, names[4:], opener=opener, clock=clock)
    assert len(opener.asked) == 3
    set_back = FixedClock(clock.now() - timedelta(hours=2))
    with pytest.raises(Refused):
        check_room(anna, clock=set_back)
    later(clock, hours=3, minutes=2)
    assert check_room(anna, clock=clock) == 3


def test_what_an_approved_list_knows_byte_for_byte_is_shown_to_nobody() -> None:
    clock, anna, opener = a_clock(), an_analyst(), GreyOpener()
    item = a_waiting_item(clock)
    turn = turn_of(anna, clock)
    matched(item, confirmed="sha256")
    (shown,) = show(anna, turn, opener=opener, clock=clock)
    assert not shown.tiles
    assert "shown to nobody" in shown.why
    (shown,) = show_items(anna, [item], "", opener=opener, clock=clock)
    assert "shown to nobody" in shown.why
    assert not opener.asked
    assert not Exposure.objects.exists()


def test_where_the_opener_is_away_or_nothing_shows_no_display_is_counted() -> None:
    clock, anna, opener = a_clock(), an_analyst(), GreyOpener()
    a_waiting_item(clock)
    turn = turn_of(anna, clock)
    opener.away = True
    (shown,) = show(anna, turn, opener=opener, clock=clock)
    assert shown.why
    opener.away, opener.empty = False, True
    (shown,) = show(anna, turn, opener=opener, clock=clock)
    assert shown.why == "nothing of it can be shown"
    assert check_room(anna, clock=clock) == rules.rules_in_force().hour_displays
    assert set(Exposure.objects.values_list("how_ended", flat=True)) == {"nothing"}


def test_nobody_is_shown_what_a_colleague_has() -> None:
    clock, anna, ben, opener = a_clock(), an_analyst(), an_analyst("Ben"), GreyOpener()
    a_waiting_item(clock)
    turn = turn_of(anna, clock)
    with pytest.raises(Conflict):
        show(ben, turn, opener=opener, clock=clock)
    later(clock, minutes=61)
    with pytest.raises(Conflict):
        show(anna, turn, opener=opener, clock=clock)
    assert not opener.asked


def test_an_assessment_ends_the_display_that_it_rests_on() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    judged(anna, ILLEGAL, clock)
    assert Exposure.objects.get().how_ended == "assessed"


def test_no_byte_of_an_object_and_no_clear_pixel_comes_to_the_desk() -> None:
    anna, body = an_analyst(), a_picture()
    with opened(body) as (made, opener):
        made.reported()
        made.work()
        turn = turn_of(anna, made.clock)
        (shown,) = show(anna, turn, opener=opener, clock=made.clock)
    (crossed,) = opener.crossed
    assert set(json.loads(crossed)) == {"tiles"}
    assert len(crossed) < 6_000
    pieces = {body[at : at + 16] for at in range(0, len(body) - 16, 16)}
    luma = shown.tiles[0].luma
    assert not any(piece in crossed or piece in luma for piece in pieces)
    samples = np.frombuffer(luma, dtype=np.uint8).astype(int)
    assert np.abs(np.diff(samples.reshape(64, 64), axis=1)).max() < 16
