from __future__ import annotations

from tests.commands.guard_calls import Person


def test_without_a_delay_it_pauses_at_once_and_ends_when_it_is_ended(person: Person) -> None:
    person.set_up("--delay", "0")
    assert person("pause") == 2 and "15, 60 or 240" in person.err
    assert person("pause", "15") == 0 and "pauses for 15 minutes" in person.out
    assert person.status()["state"] == "paused"
    assert person("pause", "--end") == 0
    assert person.status()["state"] == "on"


def test_with_a_delay_it_says_when(person: Person) -> None:
    person.set_up("--delay", "1")
    assert person("pause", "60") == 0 and "in 60 minutes" in person.out
    assert person.status()["state"] == "on"
    assert person("pause", "7") == 2
