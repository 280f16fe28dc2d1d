from __future__ import annotations

from tests.commands.guard_calls import Person


def test_it_looks_again_after_a_stop(person: Person) -> None:
    person.set_up()
    person("stop")
    assert person("start") == 0
    assert person.status()["state"] == "on"
    assert person("start") == 0
