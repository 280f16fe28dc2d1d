from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from proofs import i3_08, quorum_controls
from proofs.configuration_mutations import TEMPTATIONS, Mutation, mutations
from proofs.puppet_machine import CONTROLS
from proofs.quorum_machine import drive
from proofs.quorum_model import LISTS, OUTSIDE, PUPPETS, SIX, TWO, House, Subject, lawful
from tutela.hotline.people.configuration import configuration_in_force, rehearse
from tutela.hotline.people.roles import ROLES, exclusion


def test_every_ungranted_act_is_refused_with_its_reason(tmp_path: Path) -> None:
    facts = i3_08.every_act(tmp_path)
    assert facts["wrong"] == []
    assert {name: facts["counts"][f"refused by {name}"] for name in i3_08.REFUSED} == i3_08.REFUSED


def test_no_changed_configuration_starts(tmp_path: Path) -> None:
    facts = i3_08.changed_files(tmp_path, 240)
    assert facts["through"] == [] and facts["counts"]["refused"] > 200
    assert facts["counts"]["started again as before"] == facts["houses"] == 12


@pytest.mark.slow
def test_no_process_starts_over_changed_files_and_no_variable_changes_them(tmp_path: Path) -> None:
    facts = i3_08.started_processes(tmp_path, 2)
    assert facts["started"] == facts["without a reason"] == 0 and facts["tried"] == 2 and facts["control"]
    assert facts["started with a variable"] == facts["changed by a variable"] == 0


def test_a_change_that_gets_through_is_told(tmp_path: Path) -> None:
    home = tmp_path / "house"
    right = i3_08.meaning(rehearse(home))
    other = i3_08.meaning(rehearse(tmp_path / "other"))
    (same,) = (one for one in (Mutation(what="nothing", files=i3_08.files_of(home)),))
    counts: Counter[str] = Counter()
    assert i3_08._tried(home, same, right, counts) == [] and i3_08._tried(home, same, other, counts) == [
        "nothing"
    ]


def test_the_mutations_are_many_and_repeatable(tmp_path: Path) -> None:
    rehearse(tmp_path / "house")
    rehearse(tmp_path / "other")
    files, other = (i3_08.files_of(tmp_path / name) for name in ("house", "other"))
    first = [one.what for one in islice(mutations(files, other, seed=1), 200)]
    assert first == [one.what for one in islice(mutations(files, other, seed=1), 200)]
    assert len({one.partition(" in ")[0] for one in first}) >= 12
    text = b"".join(files.values())
    assert sum(old in text for old in (b"granted = true", b"votes = 2", b"need = 2", b"expires = ")) == 4
    assert len(TEMPTATIONS) > 15


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, 6])
def test_a_house_lists_nothing_without_quorum_and_never_deadlocks(size: int) -> None:
    counts = drive(size, 400, seed=3)
    assert counts["steps"] >= 400 and not counts["FAULTS"]
    assert counts["rows edited"] and counts["suspended"] and counts["reachability checked"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "votes counted instead of people",
        "more people asked than there are",
        "accounts counted that nobody vouched for",
    ],
)
def test_the_model_finds_a_fault_that_is_put_in(name: str) -> None:
    assert quorum_controls.found_by_the_model(name)


@pytest.mark.slow
def test_one_dishonest_administrator_is_one_person_and_every_broken_rule_is_found() -> None:
    found = i3_08.puppets(150, 2_000)
    counts = found.pop("counts")
    assert counts["steps"] >= 150 and not counts.get("FAULTS") and counts["brought back"]
    assert counts["votes of puppets"] and counts["rosters"]
    assert {name: control["found"] for name, control in found.items()} == dict.fromkeys(CONTROLS, 1)


def test_puppets_are_nobody_to_the_oracle_and_hold_every_role() -> None:
    house = House(TWO, profile="small", mandate="view-and-notify")
    subject = Subject(consequence="own_list")
    for member, stage in ((TWO[1], "assess"), (PUPPETS[0], "approve")):
        assert house.cast(member, subject, stage=stage, look="full", agrees=True)  # type: ignore[arg-type]  # a word of the list
    assert not lawful(subject) and not house.decide(subject).allowed


@pytest.mark.parametrize(("people", "profile"), [(TWO, "small"), (SIX, "standard")])
def test_everything_wanted_is_within_reach_at_the_start(people: tuple[Any, ...], profile: str) -> None:
    house = House(people, profile=profile, mandate="view-and-notify")
    assert all(house.reaches(Subject(consequence=name)) for name in house.wanted())
    assert set(house.wanted()) & set(LISTS)


def test_a_profile_too_large_for_the_house_is_out_of_reach() -> None:
    house = House(TWO, profile="standard", mandate="view-and-notify")
    assert [name for name in house.wanted() if not house.reaches(Subject(consequence=name))] == ["own_list"]


def test_the_oracle_says_no_to_an_empty_entry_and_people_hold_roles_they_may() -> None:
    assert not any(lawful(Subject(consequence=name)) for name in LISTS)
    held = [one.roles for one in (*TWO, *SIX, *OUTSIDE)]
    assert all(roles <= set(ROLES) and exclusion(roles) is None for roles in held)
    assert len(frozenset().union(*(one.roles for one in SIX))) == 5


def test_the_files_are_put_as_given(tmp_path: Path) -> None:
    found = rehearse(tmp_path)
    files = i3_08.files_of(tmp_path)
    i3_08.put(tmp_path, {})
    assert i3_08.files_of(tmp_path) == {}
    i3_08.put(tmp_path, files)
    assert configuration_in_force(tmp_path) == found
