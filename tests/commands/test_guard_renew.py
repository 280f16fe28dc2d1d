from __future__ import annotations

from tests.commands.guard_calls import Person
from tutela.prevent.guard.person.folder import AUTHORITY


def test_a_certificate_that_holds_stays_unless_a_new_one_is_wanted(person: Person) -> None:
    person.set_up()
    before = person.folder.read(AUTHORITY)
    assert person("renew") == 0 and "more than a month" in person.out
    assert person.folder.read(AUTHORITY) == before
    assert person("renew", "--now") == 0 and "in place" in person.out
    assert person.folder.read(AUTHORITY) != before
