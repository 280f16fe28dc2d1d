from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.pilot.making import (
    DRAFT,
    PASSPHRASE,
    card_of,
    clock,
    device_at,
    folder_at,
    joined_at,
    note_of,
    office_at,
)
from tutela.kernel.errors import Conflict, Invalid, Refused, Unavailable
from tutela.prevent.guard.person.folder import KEYS, POLICY, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.pilot import taking_part
from tutela.prevent.guard.pilot.taking_part import join, open_device


def test_only_the_passphrase_opens_the_device(tmp_path: Path) -> None:
    folder = folder_at(tmp_path / "d")
    assert open_device(folder, PASSPHRASE, clock()).public
    with pytest.raises(Refused, match="not the passphrase"):
        open_device(folder, "another calm sentence", clock())
    folder.remove(KEYS)
    with pytest.raises(Refused, match="nothing is set up"):
        open_device(folder, PASSPHRASE, clock())
    with pytest.raises(Refused):
        open_device(Folder(tmp_path / "none"), PASSPHRASE, clock())


def test_joining_asks_for_the_clinic_on_the_card_and_a_right_code(tmp_path: Path) -> None:
    office, other = office_at(tmp_path / "s"), office_at(tmp_path / "o")
    device, code = device_at(tmp_path / "d"), office.places()[0].code.text
    with pytest.raises(Invalid, match="not signed by the clinic"):
        join(device, code, note_of(other), clinic=card_of(office), language="en")
    with pytest.raises(Invalid):
        join(device, code[:-1], note_of(office), clinic=card_of(office), language="en")
    with pytest.raises(Refused):
        device.state()
    state = join(device, code.lower(), note_of(office), clinic=card_of(office), language="de")
    assert state.code.text == code and state.agreed.language == "de" and state.agreed.day == device.today
    assert device.state() == state and not state.answers


def test_nobody_joins_before_or_after_the_study_or_twice(tmp_path: Path) -> None:
    office, at = office_at(tmp_path / "s"), clock()
    device = device_at(tmp_path / "d", at)
    words = {"clinic": card_of(office), "language": "en"}
    first, second = (one.code.text for one in office.places()[:2])
    join(device, first, note_of(office), **words)
    for code in (first, second):
        with pytest.raises(Conflict, match="already"):
            join(device, code, note_of(office), **words)
    at.advance(400 * 86_400)
    with pytest.raises(Refused, match="runs from"):
        join(device_at(tmp_path / "e", at), second, note_of(office), **words)


def test_a_later_study_file_is_taken_with_a_new_agreement_and_keeps_what_was_told(tmp_path: Path) -> None:
    office, at = office_at(tmp_path / "s"), clock()
    device = joined_at(tmp_path / "d", office, at=at)
    code, day = office.places()[0].code.text, device.today
    taking_part.answer(device, "start", {"calm": 2})
    office.renew(DRAFT.replace("number = 1", "number = 2"))
    at.advance(86_400)
    state = join(device, code, note_of(office), clinic=card_of(office), language="en")
    assert state.agreed.study == 2 and state.agreed.day == day and state.answers
    with pytest.raises(Conflict):
        join(device, code, note_of(office), clinic=card_of(office), language="en")


def test_who_left_does_not_come_back_by_a_later_study_file(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    device = joined_at(tmp_path / "d", office)
    left = taking_part.leave(device, "rather_not")
    office.renew(DRAFT.replace("number = 1", "number = 2"))
    code = office.places()[0].code.text
    with pytest.raises(Conflict):
        join(device, code, note_of(office), clinic=card_of(office), language="en")
    assert device.state() == left


def test_answers_of_a_moment_replace_earlier_ones(tmp_path: Path) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    taking_part.answer(device, "start", {"calm": 1, "slept": 4})
    taking_part.answer(device, "feedback", {"easy": 4})
    state = taking_part.answer(device, "start", {"calm": 2, "slept": None})
    assert {one.moment: one.answers for one in state.answers} == {
        "start": {"calm": 2, "slept": None},
        "feedback": {"easy": 4},
    }
    with pytest.raises(Invalid):
        taking_part.answer(device, "professional", {"safe": 1})


def test_events_are_told_but_not_where_nothing_is_kept(tmp_path: Path) -> None:
    office = office_at(tmp_path / "s")
    state = taking_part.tell_event(joined_at(tmp_path / "d", office), "sleep", 2)
    assert [(one.kind, one.severity) for one in state.events] == [("sleep", 2)]
    with pytest.raises(Invalid):
        taking_part.tell_event(joined_at(tmp_path / "e", office), "a text", 2)
    quiet = joined_at(tmp_path / "f", office, policy=Policy(keep_nothing=True))
    with pytest.raises(Refused, match="keep nothing"):
        taking_part.tell_event(quiet, "sleep", 2)


def test_who_left_is_asked_nothing_any_more(tmp_path: Path) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    taking_part.show(device)
    state = taking_part.leave(device, "burden")
    assert state.left and state.left.reason == "burden" and not state.shown
    with pytest.raises(Refused, match="you left"):
        taking_part.answer(device, "end", {})
    with pytest.raises(Refused, match="you left"):
        taking_part.tell_event(device, "sleep", 1)
    with pytest.raises(Invalid):
        taking_part.leave(device, "a text of my own")


def test_nothing_is_shown_to_be_sent_after_the_end(tmp_path: Path) -> None:
    at = clock()
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"), at=at)
    assert taking_part.show(device) and device.state().shown == taking_part.show(device)
    at.advance(400 * 86_400)
    with pytest.raises(Refused, match="ended"):
        taking_part.show(device)


def test_damaged_choices_are_told(tmp_path: Path) -> None:
    device = joined_at(tmp_path / "d", office_at(tmp_path / "s"))
    device.folder.write(POLICY, b"{}")
    with pytest.raises(Unavailable):
        taking_part.show(device)
