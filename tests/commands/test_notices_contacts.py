"""Contacts on the command line: listed, and heard in the exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.notices_calls import Officer
from tests.hotline.takedown.contacts.registered import DESK, registered, the_contact
from tests.hotline.takedown.making import a_clock
from tutela.commands.notices_contacts import STATES
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.contacts.models import CONTACT_STATES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house whose mandate grants notices."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.fixture
def officer(capsys: pytest.CaptureFixture[str]) -> Officer:
    return Officer(capsys)


def test_an_empty_book_says_so(officer: Officer) -> None:
    assert officer("contacts") == 0
    assert officer.out.startswith("no such contact\n") and "0 wait for a yes" in officer.out


def test_a_proposal_is_listed_without_its_place_and_heard_in_the_exit_code(officer: Officer) -> None:
    with registered() as made:
        made.found()
    assert officer("contacts", "--state", "proposed") == 1
    assert officer.out.startswith(f"{the_contact().public_id}  proposed  hoster     mail {DESK}")
    assert "1 wait for a yes" in officer.out and "host.test" not in officer.out
    assert officer("contacts", "--json") == 1
    assert f'"address": "{DESK}"' in officer.out
    assert officer("contacts", "--state", "approved") == 1
    assert DESK not in officer.out


def test_the_states_are_those_of_the_app() -> None:
    assert set(STATES) == set(CONTACT_STATES)
