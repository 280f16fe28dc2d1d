"""A house with a roster for tests: ``House.names`` puts people on it, signed anew each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutela.hotline.people.access import roles_held
from tutela.hotline.people.configuration import rehearsal_keys, rehearse, rehearse_roster
from tutela.hotline.people.models import Person
from tutela.hotline.people.vouching.roster import Line, Roster


class House:
    """A rehearsal in a folder of its own, whose signers are at hand."""

    def __init__(self, home: Path) -> None:
        self.home, self.keys = home, rehearsal_keys()
        rehearse(home, keys=self.keys)

    def names(self, *people: Person) -> Roster:
        """The roster in force, which names these people as they stand now and nobody else."""
        return rehearse_roster(self.home, {one.public_id: line_of(one) for one in people}, keys=self.keys)


def line_of(person: Person) -> Line:
    """What a roster says of this person now."""
    person.refresh_from_db()
    return Line(name=person.name, roles=roles_held(person), renewal=person.renewal)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return House(tmp_path)
