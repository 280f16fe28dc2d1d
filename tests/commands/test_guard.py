from __future__ import annotations

from tests.commands.guard_calls import Person
from tutela.commands.guard import COMMANDS


def test_each_command_is_there_and_the_group_names_it(person: Person) -> None:
    for name in COMMANDS:
        assert person(name, "--help") == 0 and f"tutela guard {name}" in person.out
    assert person("--help") == 0
    assert all(name in person.out for name in COMMANDS)
    assert person("nothing") == 2
