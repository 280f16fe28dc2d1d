"""Pictures by scripts: what the site answers, and that each script waits for its picture."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace

import pytest

from tutela.demo.guard import scripted
from tutela.demo.guard.deliveries import Deliver, Delivery, Places
from tutela.demo.guard.pictures import Picture

PICTURE = Picture(kind="known", number=1)
JPEG = PICTURE.encoded("jpeg")
ALL: tuple[Deliver, ...] = (
    scripted.in_json,
    scripted.bare,
    scripted.in_script,
    scripted.fetched,
    scripted.by_worker,
    scripted.in_asked_ranges,
    scripted.over_socket,
    scripted.in_events,
)


def made(deliver: Deliver, turn: int = 0) -> Delivery:
    return deliver(replace(PICTURE, turn=turn), Places(path="/1/a"))


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("deliver", ALL)
def test_a_script_fills_its_slot_and_is_waited_for(deliver: Deliver, turn: int) -> None:
    one = made(deliver, turn)
    assert one.html == '<span id="p1-a"></span>' and "{0}" not in one.script
    assert one.script.startswith("waits.push((async slot => {") and "getElementById('p1-a')" in one.script
    assert all(path in one.script for path in one.answers)


def test_in_json_and_in_letters() -> None:
    told = json.loads(made(scripted.in_json).answers["/1/a/file"].body)["picture"]
    assert told.startswith("data:image/jpeg;base64,")
    letters = json.loads(made(scripted.bare).answers["/1/a/file"].body)["picture"]
    assert b64decode(letters) == JPEG
    assert not made(scripted.bare, 1).answers


def test_messages_are_bytes_and_letters_in_turns() -> None:
    (plain,) = made(scripted.over_socket).answers["/1/a/file"].messages or ()
    (letters,) = made(scripted.over_socket, 1).answers["/1/a/file"].messages or ()
    assert plain == JPEG and b64decode(letters) == JPEG


def test_ranges_are_given_where_a_script_asks_for_some() -> None:
    assert made(scripted.in_asked_ranges).answers["/1/a/file"].ranges
