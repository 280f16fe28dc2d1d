from __future__ import annotations

import pytest

from tests.commands.guard_calls import Person
from tutela.prevent.guard.person.folder import STARTED
from tutela.prevent.guard.running.turn import turn


def test_it_looks_again_after_a_stop(person: Person) -> None:
    person.set_up()
    person("stop")
    assert person("start") == 0
    assert person.status()["state"] == "on"
    assert person("start") == 0


def test_a_guard_that_does_not_run_is_started(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.set_up()
    begun: list[str] = []
    monkeypatch.setattr(
        "tutela.prevent.guard.system.service.begin", lambda _programs, names: begun.append(names.name)
    )
    with turn(person.folder):
        assert person("start") == 0 and begun == []
        assert person.folder.read(STARTED) is not None, "a guard that was stopped on its page alone sees it"
    assert person("start") == 0 and begun == ["Quiet Pages"]
