from __future__ import annotations

from tests.commands.people_calls import Registrar


def test_roles_are_shown_and_changed(registrar: Registrar) -> None:
    registrar.invite("analyst")
    assert registrar("roles", "ada@house.test") == 0 and registrar.out == "analyst\n"
    registrar("roles", "ada@house.test", "--role", "intake_officer", "--role", "takedown_officer")
    assert registrar.out == "intake_officer, takedown_officer\n"
    assert registrar("roles", "ada@house.test", "--none") == 0 and registrar.out == "no role\n"


def test_all_and_none_is_a_wrong_call(registrar: Registrar) -> None:
    assert registrar("roles", "ada@house.test", "--none", "--role", "auditor") == 2


def test_nobody_of_that_name_is_refused(registrar: Registrar) -> None:
    assert registrar("roles", "nobody@house.test") == 2 and "nobody" in registrar.err
