from __future__ import annotations

import pytest

from tests.commands.guard_calls import Person
from tutela.prevent.guard.person.folder import AUTHORITY
from tutela.prevent.guard.running.turn import turn


def test_a_certificate_that_holds_stays_unless_a_new_one_is_wanted(person: Person) -> None:
    person.set_up()
    before = person.folder.read(AUTHORITY)
    assert person("renew") == 0 and "more than a month" in person.out
    assert person.folder.read(AUTHORITY) == before
    assert person("renew", "--now") == 0 and "in place" in person.out
    assert person.folder.read(AUTHORITY) != before


def test_a_guard_that_runs_is_started_anew_and_takes_it_up(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.set_up()
    asked: list[str] = []
    monkeypatch.setattr("tutela.prevent.guard.system.service.end", lambda *_: asked.append("end"))
    monkeypatch.setattr("tutela.prevent.guard.system.service.begin", lambda *_: asked.append("begin"))
    assert person("renew", "--now") == 0 and asked == []
    with turn(person.folder):
        assert person("renew", "--now") == 0
    assert asked == ["end", "begin"]
