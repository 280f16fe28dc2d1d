from __future__ import annotations

import pytest

from tests.commands.guard_calls import PASSPHRASE, Person
from tutela.prevent.guard.classes.chosen import read_classes
from tutela.prevent.guard.person.folder import KEYS, PORT
from tutela.prevent.guard.person.sealing import read_keys
from tutela.prevent.guard.person.words import words_for


def test_after_the_text_and_a_yes_it_is_set_up_as_chosen(person: Person) -> None:
    chosen = ("--delay", "1", "--films", "blocked", "--never", "Bank.example")
    assert person.set_up(*chosen, "--port", "8799") == 0
    assert words_for("en").say("consent.sees") in person.out
    assert "name: Quiet Pages" in person.out
    status = person.status()
    assert (status["runs"], status["state"]) == (False, "on")
    policy = status["policy"]
    assert (policy["known_lists"], policy["delay_hours"], policy["films"]) == (True, 1, "blocked")
    assert policy["never_intercepted"] == ["bank.example"]
    assert person.folder.path.name == "quiet-pages"
    assert person.folder.read(PORT) == b"8799"
    assert read_keys(person.folder.read(KEYS) or b"").open(PASSPHRASE)
    assert person("lists") == 0 and "sample for devices, number 1" in person.out


@pytest.mark.parametrize("answer", ["2", "3"])
def test_a_no_changes_nothing_and_whoever_was_made_to_sees_who_can_help(person: Person, answer: str) -> None:
    assert person.set_up(answers=f"{answer}\n") == 0
    assert person.left() == []
    assert ("116" in person.out or "http" in person.out) is (answer == "3")


def test_the_text_comes_in_the_language_of_the_call(person: Person) -> None:
    person("setup", "--language", "de", "--adult", stdin="2\n")
    assert words_for("de").say("consent.question") in person.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing would be blocked"),
        (("--known",), "need a list"),
        (("--classifier",), "name the model"),
        (("--adult", "--never", "com"), "no host name"),
    ],
)
def test_what_would_not_work_is_refused_before_anything_is_asked(
    person: Person, words: tuple[str, ...], said: str
) -> None:
    assert person("setup", *words) == 2
    assert said in person.err and person.out == ""
    assert person.left() == []


def test_a_port_of_another_user_is_refused_before_anything_is_asked(person: Person) -> None:
    person.taken.add(8704)
    assert person.set_up() == 2 and words_for("en").say("told.other_user") in person.err
    assert person.out == "" and person.left() == []
    assert person("setup", "--adult", "--language", "de") == 2
    assert words_for("de").say("told.other_user") in person.err and "--port" in person.err
    assert person.set_up("--port", "8714") == 0
    person.taken.add(8714)
    assert person.set_up("--port", "8714") == 2 and "leave first" in person.err


@pytest.mark.parametrize("language", ["en", "pt"])
def test_another_proxy_is_told_in_the_language_of_the_call(
    person: Person, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert person.set_up("--language", language) == 2
    there = {"where": "http_proxy", "address": "http://proxy.example:3128"}
    assert words_for(language).say("told.other_proxy", **there) in person.err
    assert person.left() == []
    assert person.set_up("--upstream", "proxy.example:3128") == 0
    assert person.status()["troubles"] == []


def test_a_model_that_is_not_installed_is_refused(person: Person) -> None:
    person.adult_is_there = False
    assert person("setup", "--adult") == 2 and "not installed" in person.err
    assert person.left() == []


def test_a_list_is_opened_before_anything_is_asked(person: Person) -> None:
    assert person("setup", "--list", str(person.list)) == 2 and "--trust" in person.err
    person.list.write_bytes(b"no list")
    assert person.set_up() == 2 and "device list" in person.err
    assert person.out == "" and person.left() == []


def test_a_model_stands_behind_its_switch(person: Person) -> None:
    assert person.set_up("--model", "stand-in", "--name", "2") == 0
    assert read_classes(person.folder) == ("stand-in",)
    assert person.status()["policy"]["classifier"] is True
    assert person.folder.path.name == "evening-light"


def test_a_short_passphrase_and_a_second_set_up_are_refused(person: Person) -> None:
    assert person.set_up(answers="1\nshort\nshort\n") == 2 and "10 characters" in person.err
    assert person.left() == []
    assert person.set_up() == 0
    assert person.set_up() == 2 and "leave first" in person.err
