from __future__ import annotations

from tests.commands.guard_calls import Person


def test_each_list_says_what_it_is_and_nothing_of_what_is_in_it(person: Person) -> None:
    person.set_up()
    assert person("lists") == 0
    assert person.out.startswith("1: sample for devices, number 1, csam")
    person.folder.write("list-1", b"damaged")
    assert person("lists") == 0 and "cannot be read" in person.out


def test_no_list_is_told(person: Person) -> None:
    person("setup", "--adult", stdin="1\nfour calm words here\nfour calm words here\n")
    assert person("lists") == 0 and "no list is here" in person.out
