from __future__ import annotations

from typing import get_args

import pytest

from tests.commands.pilot_calls import Pilot
from tests.prevent.guard.pilot.making import PASSPHRASE, card_of, folder_at
from tutela.commands.guard_pilot_joining import LANGUAGES, REASONS
from tutela.prevent.guard.person import words
from tutela.prevent.guard.pilot.shapes import Reason
from tutela.prevent.guard.pilot.state import FILE
from tutela.prevent.guard.pilot.wording import words_for


def test_the_choices_are_those_of_the_room() -> None:
    assert get_args(Reason) == REASONS and words.LANGUAGES == LANGUAGES


def test_somebody_reads_the_consent_and_takes_part(pilot: Pilot) -> None:
    pilot.found()
    assert pilot.join() == 0, pilot.err
    said = words_for("en")
    assert "Clinic of Example" in pilot.err and "GDPR Article 9(2)(a)" in pilot.err
    assert said.say("consent.asked") in pilot.err and said.say("told.joined") in pilot.err
    assert (pilot.device / FILE).exists()
    assert pilot.join() == 2 and "already" in pilot.err


def test_the_consent_is_read_in_six_languages(pilot: Pilot) -> None:
    pilot.found()
    for language in LANGUAGES:
        words = (pilot.codes()[0], "--study", str(pilot.folder / "study"), "--language", language)
        assert pilot.mine("join", *words, "--clinic", card_of(pilot.office), typed="1\n") == 2
        assert words_for(language).say("consent.never_sent") in pilot.err
        assert not (pilot.device / FILE).exists(), "who says no leaves nothing"


def test_another_clinic_is_refused_before_anything_is_asked(pilot: Pilot) -> None:
    pilot.found()
    words = (pilot.codes()[0], "--study", str(pilot.folder / "study"), "--clinic", pilot.codes()[1])
    assert pilot.mine("join", *words) == 2 and "not signed by the clinic on your card" in pilot.err
    assert "Clinic of Example" not in pilot.err
    missing = (pilot.codes()[0], "--study", "none", "--clinic", pilot.codes()[1])
    assert pilot.mine("join", *missing) == 2 and "no such text" in pilot.err


def test_leaving_works_without_a_network_and_can_leave_nothing_behind(pilot: Pilot) -> None:
    pilot.found()
    assert pilot.join() == 0
    assert pilot.mine("leave", "--reason", "burden") == 0, pilot.err
    assert words_for("en").say("told.left") in pilot.err
    assert pilot.mine("answer", "end", "--set", "calm=1") == 2
    assert pilot.mine("leave", "--forget") == 0 and not (pilot.device / FILE).exists()
    assert words_for("en").say("told.forgotten") in pilot.err


def test_what_could_not_be_taken_back_stays_to_be_asked_again(pilot: Pilot) -> None:
    from tests.serving import free_port

    pilot.write_draft(port=free_port())
    pilot.found()
    assert pilot.join() == 0
    assert pilot.mine("leave", "--take-back") == 3, "nobody listens there"
    assert (pilot.device / FILE).exists()


def test_the_arm_that_waits_takes_part_without_the_guard(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = pilot.place / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    pilot.found()
    words = ("--study", str(pilot.folder / "study"), "--clinic", card_of(pilot.office), "--passphrase-stdin")
    typed = "other calm words\n"
    assert pilot("join", pilot.codes()[0], "--alone", *words, stdin=f"{typed}1\n") == 2
    assert not data.exists(), "who says no leaves nothing"
    assert pilot("join", pilot.codes()[0], "--alone", *words, stdin=f"{typed}0\n") == 0, pilot.err
    assert pilot("answer", "start", "--set", "calm=1", "--passphrase-stdin", stdin=typed) == 0, pilot.err
    assert pilot("show", "--passphrase-stdin", stdin=typed) == 0 and '"calm": 1' in pilot.out
    assert pilot("leave", "--forget", "--passphrase-stdin", stdin=typed) == 0, pilot.err
    assert not data.exists()


def test_answers_go_along_to_the_guard(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(pilot.place / "data"))
    pilot.found()
    where = ("--folder", str(pilot.device), "--passphrase-stdin")
    assert pilot("move", *where) == 2 and "--alone" in pilot.err
    words = ("--study", str(pilot.folder / "study"), "--clinic", card_of(pilot.office), "--passphrase-stdin")
    typed = "other calm words\n"
    assert pilot("join", pilot.codes()[0], "--alone", *words, stdin=f"{typed}0\n") == 0, pilot.err
    folder_at(pilot.device)
    assert pilot("move", *where, stdin=f"{typed}{PASSPHRASE}\n") == 0, pilot.err
    assert pilot.mine("show") == 0 and not (pilot.place / "data").exists()
