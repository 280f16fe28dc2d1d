"""A contact is refused on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.notices_calls import Officer
from tests.hotline.takedown.contacts.registered import DESK, registered, the_contact
from tests.hotline.takedown.making import a_clock
from tutela.hotline.people.configuration import rehearse
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house whose mandate grants notices."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.fixture
def officer(capsys: pytest.CaptureFixture[str]) -> Officer:
    return Officer(capsys)


def test_a_contact_is_refused_once(officer: Officer) -> None:
    with registered() as made:
        made.found()
    contact = the_contact().public_id
    assert officer("refuse", contact) == 0
    assert officer.out == f"{contact}  refused  {DESK}\n"
    assert the_contact().decided_by == "operator"
    assert officer("refuse", contact) != 0
    assert "refused already" in officer.err


@pytest.mark.parametrize("contact", ["x", new_id("con_")], ids=["none", "unknown"])
def test_a_contact_that_is_not_there_is_refused(officer: Officer, contact: str) -> None:
    assert officer("refuse", contact) != 0
    assert "no contact of this id" in officer.err
