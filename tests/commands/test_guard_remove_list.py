from __future__ import annotations

from tests.commands.guard_calls import Person


def test_a_list_goes_only_once_known_pictures_are_off(person: Person) -> None:
    person.set_up("--delay", "0", "--adult")
    assert person("remove-list", "1") == 2 and "--no-known" in person.err
    person("choose", "--no-known")
    assert person("remove-list", "2") == 2 and "no list in place 2" in person.err
    assert person("remove-list", "1") == 0
    assert person("lists") == 0 and "no list is here" in person.out
