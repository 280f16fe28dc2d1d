from __future__ import annotations

from tests.commands.guard_calls import Person


def test_the_emergency_stop_waits_for_nothing(person: Person) -> None:
    person.set_up("--delay", "72")
    assert person("stop") == 0
    assert person.status()["state"] == "stopped"
