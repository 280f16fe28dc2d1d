"""A place ended as it should only where the hotline found what its host's character implies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutela.demo.chain.truth import Row, ended, table
from tutela.demo.world.planted import Item, expected_of
from tutela.hotline.takedown.courses import Course

PLACE = Course(
    sighting="sgt_1",
    item="itm_1",
    url_digest="d",
    state="watched",
    state_reason="",
    standing="there",
    found=frozenset({"present"}),
    removals=0,
    came_back=0,
    told=(("abuse@one.test", "sent"),),
)


@pytest.mark.parametrize(
    ("place", "expected", "found"),
    [
        (PLACE, "present", "present"),
        (replace(PLACE, standing="removed", removals=1), "removed", "removed"),
        (replace(PLACE, standing="removed", removals=1), "altered", "removed"),
        (replace(PLACE, found=frozenset({"altered", "present"})), "altered", "altered"),
        (PLACE, "altered", "watched, there"),
        (replace(PLACE, found=frozenset({"blocked"}), standing="undecided"), "bot_wall", "bot_wall"),
        (replace(PLACE, found=frozenset({"blocked"})), "bot_wall", "watched, there"),
        (replace(PLACE, removals=1, came_back=1), "reappeared", "reappeared"),
        (replace(PLACE, state="closed", state_reason="not_illegal", told=()), "left_alone", "left_alone"),
        (PLACE, "left_alone", "told about"),
    ],
)
def test_the_end_of_a_place(place: Course, expected: str, found: str) -> None:
    assert ended([place], expected) == found  # type: ignore[arg-type]


def test_a_place_that_nobody_found_and_one_that_ended_in_two_ways_are_wrong() -> None:
    assert ended([], "removed") == "never found"
    two = [replace(PLACE, removals=1), PLACE]
    assert ended(two, "present") == "present and removed"


def test_the_table_counts_what_is_right_and_names_what_is_not() -> None:
    item = Item(name="one.test/known-0", host="one.test", path="/files/1.jpg", kind="known", seed=1)
    expected = expected_of("known", "removed")
    right = Row(item=item, expected=expected, ended="removed", shown=0)
    lines = list(table([right, replace(right, ended="watched, there")]))
    assert lines[1].split() == ["one.test", "2", "removed", "1", "1", "watched,", "there"]
