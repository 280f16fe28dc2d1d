from __future__ import annotations

import pytest

from tests.commands.guard_calls import Person
from tutela.prevent.guard.person.discretion import FORBIDDEN, offered
from tutela.prevent.guard.person.folder import GOING


def test_without_a_delay_everything_is_gone_at_once(person: Person) -> None:
    person.set_up("--delay", "0")
    assert person.left() != []
    assert person("leave", "--yes") == 0 and person.out == "it is gone\n"
    assert person.left() == []
    assert person.found(*FORBIDDEN, *offered()[0].words) == []
    assert person("leave") == 2


def test_with_a_delay_it_says_when_and_the_wish_can_be_taken_back(person: Person) -> None:
    person.set_up("--delay", "24")
    assert person("leave", "--yes") == 0 and "in 1440 minutes" in person.out
    assert person.folder.finished
    assert person("leave", "--take-back") == 0
    assert person.status()["waits"] == []


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_a_no_leaves_everything_there(person: Person, answer: str) -> None:
    person.set_up("--delay", "0")
    assert person("leave", stdin=answer) == 130
    assert person.folder.finished


def test_leaving_that_was_begun_goes_on_without_a_delay(person: Person) -> None:
    person.set_up("--delay", "72")
    person.folder.write(GOING, b"")
    assert person("leave", "--yes") == 0 and person.out == "it is gone\n"
    assert person.left() == []
