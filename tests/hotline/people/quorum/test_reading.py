from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.people.quorum.ballots import NOW, profile
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.quorum.consequences import CONSEQUENCES
from tutela.hotline.people.quorum.reading import PROFILES, profile_text, quorum_in_force
from tutela.kernel.clock import FixedClock

OWN = "[consequences.own_list]\nvotes = 2"
SHARED = 'votes = 3\nleast_look = "protected"\nlooks = 2\napprovals = 1\norganisations = 2'


@pytest.mark.parametrize("name", PROFILES)
def test_a_signed_profile_is_in_force(tmp_path: Path, name: str) -> None:
    clock = FixedClock(NOW)
    rehearse(tmp_path, quorum=name, clock=clock)
    assert quorum_in_force(tmp_path, clock=clock) == profile(name)


@pytest.mark.parametrize("name", PROFILES)
def test_no_shipped_profile_is_below_a_floor(name: str) -> None:
    quorum = profile(name)
    for word, one in CONSEQUENCES.items():
        assert not list(quorum.needs(word).weaknesses(one.floor)) or quorum.needs(word).off


def test_the_architecture_s_numbers_are_those_of_the_profiles() -> None:
    small, standard = profile("small"), profile("standard")
    assert small.needs("referral").votes == 1
    assert small.needs("notice_unknown").votes == 1
    assert small.needs("notice_unknown").second_look_within == timedelta(hours=24)
    assert standard.needs("notice_unknown").votes == 2
    assert small.needs("own_list").votes == 2
    assert (small.needs("shared_list").votes, small.needs("shared_list").organisations) == (3, 2)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (OWN, OWN.replace("2", "1"), "consequences.own_list.votes: at least 2"),
        (SHARED, SHARED.replace("organisations = 2", "organisations = 1"), "organisations: at least 2"),
        (SHARED, SHARED.replace("approvals = 1", "approvals = 0"), "approvals: at least 1"),
        (SHARED, SHARED.replace('"protected"', '"none"'), "least_look: at least protected"),
        (SHARED, SHARED.replace("looks = 2", "looks = 4"), "looks: at most as many as votes"),
        ("second_look_within_hours = 24", "second_look_within_hours = 25", "from 1 to 24, or votes"),
        ("second_look_within_hours = 24", "", "from 1 to 24, or votes"),
        ("[consequences.suspension]\nvotes = 1", "[consequences.suspension]\nvotes = 2", "to remove"),
        (
            "[consequences.withdrawal]\nvotes = 1",
            "[consequences.withdrawal]\noff = true\n#",
            "what removes, and",
        ),
        (
            "[consequences.referral]",
            "[consequences.raid]\nvotes = 1\n[consequences.referral]",
            "raid: nobody",
        ),
        ("[consequences.duplicate]\nvotes = 1", "[consequences.duplicate]\nvotes = 99", "from 0 to 16"),
        ("[consequences.referral]\nvotes = 1", "[consequences.referral]\noff = true\n#", "way to the police"),
    ],
    ids=lambda one: one[:40],
)
def test_a_profile_below_the_floor_is_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        profile("small", (old, new))


def test_an_operator_may_ask_for_more() -> None:
    tight = profile("small", (OWN, OWN.replace("2", "5")), ("_within_hours = 24", "_within_hours = 8"))
    assert tight.needs("own_list").votes == 5
    assert tight.needs("notice_unknown").second_look_within == timedelta(hours=8)


def test_a_consequence_that_is_off_is_off() -> None:
    assert profile("solo-duty").needs("device_list").off and not profile("standard").needs("device_list").off


def test_an_unknown_word_or_profile_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no consequence"):
        profile("small").needs("raid")
    with pytest.raises(ValueError, match="one of: solo-duty"):
        profile_text("alone", now=NOW)


@pytest.mark.parametrize(("name", "open_"), [("duplicate", False), ("referral", True), ("suspension", True)])
def test_what_is_left_out_is_off_unless_no_house_can_be_without_it(name: str, open_: bool) -> None:
    row = f'[consequences.{name}]\nvotes = 1\nleast_look = "none"\n'
    need = profile("small", (row, "")).needs(name)
    assert need.off != open_ and need.votes == 1
