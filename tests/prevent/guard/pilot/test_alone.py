from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.pilot.making import (
    card_of,
    clock,
    device_at,
    folder_at,
    joined_at,
    note_of,
    office_at,
)
from tutela.kernel.errors import Conflict, Invalid, Refused
from tutela.prevent.guard.person.folder import find
from tutela.prevent.guard.pilot import taking_part
from tutela.prevent.guard.pilot.alone import PLACE, find_alone, is_alone, make_alone
from tutela.prevent.guard.pilot.taking_part import open_device


def test_somebody_without_the_guard_takes_part_and_leaves_nothing(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    assert find_alone(tmp_path / "data") is None
    folder = make_alone(tmp_path / "data", "other calm words", work_bits=2)
    device = open_device(folder, "other calm words", clock())
    words = {"clinic": card_of(office), "language": "en"}
    taking_part.join(device, office.places()[0].code.text, note_of(office), **words)
    taking_part.answer(device, "start", {"calm": 1})
    taking_part.tell_event(device, "sleep", 1)
    assert taking_part.show(device) and is_alone(folder)
    again = find_alone(tmp_path / "data")
    assert again is not None and again.path == folder.path
    folder.clear()
    assert not (tmp_path / "data").exists()


def test_who_sets_the_guard_up_later_takes_everything_along(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    alone = open_device(
        make_alone(tmp_path / "data", "other calm words", work_bits=2), "other calm words", clock()
    )
    guard = device_at(tmp_path / "guard")
    with pytest.raises(Refused):
        taking_part.move(alone, guard)
    taking_part.join(
        alone, office.places()[0].code.text, note_of(office), clinic=card_of(office), language="en"
    )
    state = taking_part.answer(alone, "start", {"calm": 1})
    assert taking_part.move(alone, guard) == state == guard.state()
    assert find_alone(tmp_path / "data") is None
    other = joined_at(tmp_path / "other", office)
    with pytest.raises(Conflict):
        taking_part.move(other, guard)
    assert other.state().code == office.places()[0].code


def test_the_guards_set_up_does_not_see_it(tmp_path: Path) -> None:
    make_alone(tmp_path, "other calm words", work_bits=2)
    assert find(tmp_path) is None
    guard = folder_at(tmp_path / "calm")
    found = find(tmp_path)
    assert found is not None and found.path == guard.path and not is_alone(guard)


def test_one_is_made_once_and_under_a_long_enough_passphrase(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        make_alone(tmp_path, "short", work_bits=2)
    assert not (tmp_path / PLACE.parts[0]).exists()
    make_alone(tmp_path, "other calm words", work_bits=2)
    with pytest.raises(Refused):
        make_alone(tmp_path, "other calm words", work_bits=2)
