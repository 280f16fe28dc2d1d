from __future__ import annotations

import json

from tests.commands.pilot_calls import Pilot
from tests.prevent.guard.pilot.making import card_of


def test_a_study_is_founded_and_its_signs_told(pilot: Pilot) -> None:
    pilot.found(count=3)
    assert "north: numbers 1 to 3" in pilot.out
    assert pilot("codes", str(pilot.folder), "--site", "north", "--count", "1") == 0
    assert "numbers 4 to 4" in pilot.out
    assert pilot("found", str(pilot.folder), "--draft", str(pilot.draft)) == 2 and "already" in pilot.err
    pilot.write_draft({"number = 1": "number = 2"})
    assert pilot("found", str(pilot.folder), "--draft", str(pilot.draft), "--renew") == 0
    assert card_of(pilot.office) in pilot.out and "number 2" in pilot.out


def test_the_sample_is_a_draft_that_can_be_founded(pilot: Pilot) -> None:
    assert pilot("sample") == 0
    pilot.draft.write_text(pilot.out, encoding="utf-8")
    assert pilot("found", str(pilot.folder), "--draft", str(pilot.draft)) == 0, pilot.err
    assert pilot.office.study().destination.encrypted


def test_what_is_wrong_in_a_draft_is_told(pilot: Pilot) -> None:
    pilot.write_draft({'"counts"': '"names"'})
    assert pilot("found", str(pilot.folder), "--draft", str(pilot.draft)) == 2 and "sends" in pilot.err
    assert pilot("found", str(pilot.folder), "--draft", "none") == 2 and "no such text" in pilot.err
    assert not pilot.folder.exists()


def test_arms_are_opened_in_order_and_audited(pilot: Pilot) -> None:
    pilot.found(count=2)
    first, second = pilot.codes()
    assert pilot("enrol", str(pilot.folder), second) == 2 and "next place is number 1" in pilot.err
    assert pilot("enrol", str(pilot.folder), first, "--json") == 0
    assert json.loads(pilot.out)["arm"] in ("guard", "later")
    assert pilot("enrol", str(pilot.folder), second) == 0 and "north, number 2" in pilot.out
    assert pilot("audit", str(pilot.folder)) == 0 and "every arm is as it says" in pilot.out
    (pilot.folder / "keys").rename(pilot.place / "apart")
    assert pilot("audit", str(pilot.folder)) == 3
    assert pilot("audit", str(pilot.folder), "--keys", str(pilot.place / "apart")) == 0


def test_an_altered_list_of_people_fails_the_audit(pilot: Pilot) -> None:
    pilot.found(count=2)
    assert pilot("enrol", str(pilot.folder), pilot.codes()[0]) == 0
    path = pilot.folder / "enrolled"
    text = path.read_text()
    path.write_text(text.replace("guard", "x").replace("later", "guard").replace("x", "later"))
    assert pilot("audit", str(pilot.folder)) == 2
