"""Films that a page plays: what the site answers for each."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from tutela.demo.guard import filmed, films
from tutela.demo.guard.deliveries import Deliver, Delivery, Places
from tutela.demo.guard.pictures import Picture
from tutela.prevent.guard.proxy.policy import BODY_BYTES_MAX, FILM_BYTES_MAX

PICTURE = Picture(kind="known", number=1)
ALL: tuple[Deliver, ...] = (
    filmed.film,
    filmed.long_film,
    filmed.endless,
    filmed.in_ranges,
    filmed.inside,
    filmed.in_segments,
)


def made(deliver: Deliver, turn: int = 0) -> Delivery:
    return deliver(replace(PICTURE, turn=turn), Places(path="/1/a"))


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("deliver", ALL)
def test_a_script_plays_it_and_is_waited_for(deliver: Deliver, turn: int) -> None:
    one = made(deliver, turn)
    assert one.html == '<span id="p1-a"></span>' and "{0}" not in one.script and "play(" in one.script
    assert all(path in one.script for path in one.answers)


def test_a_film_in_one_file_is_its_beginning_and_its_segment() -> None:
    whole = made(filmed.film).answers["/1/a/file"].body
    parts = made(filmed.in_segments).answers
    assert whole == parts["/1/a/file"].body + parts["/1/a/file-1"].body
    assert films.vp8_frame(PICTURE.encoded("webp")) in whole


def test_long_ones_are_longer_than_the_guard_keeps() -> None:
    unsaid, said = (made(filmed.long_film, turn).answers["/1/a/file"] for turn in (0, 1))
    assert sum(map(len, unsaid.pieces or ())) > BODY_BYTES_MAX and not unsaid.body
    assert len(said.body) > FILM_BYTES_MAX and said.pieces is None


def test_one_without_an_end_outlasts_a_page() -> None:
    answer = made(filmed.endless).answers["/1/a/file"]
    assert answer.pieces is not None and len(answer.pieces) * answer.pause_seconds > 5


def test_ranges_are_those_that_are_asked_for_or_come_all_the_same() -> None:
    same, asked = (made(filmed.in_ranges, turn).answers["/1/a/file"] for turn in (0, 1))
    assert (same.status, same.ranges, asked.status, asked.ranges) == (206, False, 200, True)


def test_inside_other_bodies_in_turns() -> None:
    whole = filmed.whole(PICTURE)
    assert b64encode(whole).decode() in made(filmed.inside).script
    assert made(filmed.inside, 1).answers["/1/a/file"].messages == (filmed.whole(replace(PICTURE, turn=1)),)
    (event,) = made(filmed.inside, 2).answers["/1/a/file"].pieces or ()
    assert event.startswith(b"data: data:video/webm;base64,")
