from __future__ import annotations

import pytest

from tests.commands.board import Board
from tutela.hotline.people.quorum.consequences import CONSEQUENCES
from tutela.hotline.people.quorum.reading import PROFILES


@pytest.mark.parametrize("profile", PROFILES)
def test_check_says_what_a_quorum_means(board: Board, profile: str) -> None:
    said = board.does("quorum", "check", board.sample("quorum", profile))
    assert all(one.sentence in said for one in CONSEQUENCES.values())
    needs = board.json("quorum", "check", "quorum.toml")["needs"]
    assert set(needs) == set(CONSEQUENCES) and needs["own_list"]["votes"] >= 2
    hours = needs["notice_unknown"]["second_look_within_hours"]
    assert hours == (None if profile == "standard" else 24)
    assert ("a second look within 24 hours" in said) == (profile != "standard")
    assert ("put an item on a list for devices: not done here" in said) == (profile != "standard")


def test_the_needs_are_said_in_words(board: Board) -> None:
    lines = board.does("quorum", "check", board.sample("quorum", "standard")).splitlines()
    said = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert said["suspend an entry of a list"] == "1 person"
    assert said["write to a host about a byte-identical copy of an approved entry"] == "nobody further"
    assert said["file with a clearing house, as viewed"] == "1 person; 1 after a full look"
    assert said["put an item on a list for devices"] == (
        "4 people; 2 after a protected look or a full one; 2 of them approving; of 2 organisations;"
        " in 2 jurisdictions, none of them the publisher"
    )
    assert "one of the police or a court" in said["put an item on a list for providers under a national law"]
