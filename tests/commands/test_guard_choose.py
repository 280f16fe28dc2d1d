from __future__ import annotations

import pytest

from tests.commands.guard_calls import Person
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes.chosen import read_classes
from tutela.prevent.guard.person.folder import COUNTS, DIARY, Folder


def test_what_is_stricter_holds_at_once_and_what_is_looser_waits(person: Person) -> None:
    person.set_up("--delay", "1")
    assert person("choose", "--films", "blocked", "--never", "bank.example", "--keep-nothing") == 0
    assert "never_intercepted: bank.example, in 60 minutes" in person.out
    status = person.status()
    assert (status["policy"]["films"], status["policy"]["keep_nothing"]) == ("blocked", True)
    assert status["policy"]["never_intercepted"] == []
    assert [one["value"] for one in status["waits"]] == ["bank.example"]


def test_what_was_kept_is_erased_with_keep_nothing_whether_it_runs_or_not(person: Person) -> None:
    person.set_up("--delay", "72")
    for name in (COUNTS, DIARY):
        person.folder.write(name, b"sealed")
    assert person("choose", "--films", "blocked") == 0 and person.folder.read(COUNTS)
    assert person("choose", "--keep-nothing") == 0
    assert (person.folder.read(COUNTS), person.folder.read(DIARY)) == (None, None)


def test_what_could_not_be_erased_with_keep_nothing_is_erased_when_that_is_chosen_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_folder: Folder) -> None:
        raise Unavailable("the disk fails")

    person.set_up("--delay", "72")
    person.folder.write(COUNTS, b"sealed")
    with monkeypatch.context() as patch:
        patch.setattr("tutela.prevent.guard.person.counters.forget_counts", failing)
        assert person("choose", "--keep-nothing") != 0 and person.folder.read(COUNTS)
    assert person("choose", "--keep-nothing") == 0 and person.folder.read(COUNTS) is None


def test_a_wish_is_taken_back_by_its_field_or_its_host(person: Person) -> None:
    person.set_up("--delay", "1")
    person("choose", "--no-known", "--never", "bank.example", "--never", "doctor.example")
    assert person("choose", "--take-back", "bank.example") == 0
    assert [one["value"] for one in person.status()["waits"]] == [False, "doctor.example"]
    assert person("choose", "--take-back", "known_lists") == 0
    assert [one["value"] for one in person.status()["waits"]] == ["doctor.example"]
    assert person("choose", "--take-back", "known_lists") == 2 and "nothing of this name" in person.err


def test_a_site_can_be_looked_into_again_at_once(person: Person) -> None:
    person.set_up("--delay", "0", "--never", "bank.example")
    assert person("choose", "--look-into", "bank.example") == 0
    assert person.status()["policy"]["never_intercepted"] == []


def test_a_model_is_tried_before_it_is_named(person: Person) -> None:
    person.set_up()
    assert person("choose", "--model", "nobody-made-this", "--classifier") == 3
    assert person.status()["policy"]["classifier"] is False
    assert person("choose", "--model", "stand-in", "--classifier") == 0
    assert read_classes(person.folder) == ("stand-in",)
    assert person.status()["policy"]["classifier"] is True


def test_a_model_that_is_not_there_cannot_be_switched_on(person: Person) -> None:
    person.set_up()
    person.adult_is_there = False
    assert person("choose", "--adult") == 2 and "not installed" in person.err
    assert person("choose", "--classifier") == 2 and "name the model" in person.err
    policy = person.status()["policy"]
    assert (policy["adult"], policy["classifier"]) == (False, False)


def test_what_is_no_host_is_refused(person: Person) -> None:
    person.set_up()
    assert person("choose", "--never", "https://bank.example/") == 2
    assert "no host name" in person.err
