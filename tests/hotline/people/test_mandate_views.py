from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.hotline.people import making
from tutela.hotline.people.configuration import configuration_in_force, rehearse
from tutela.hotline.people.roles import AUDITOR, INTAKE_OFFICER

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[AUDITOR, INTAKE_OFFICER])
def client(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The browser of somebody who works here; the house has a folder of its own."""
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    return making.signed_in(making.person(request.param))


def page(client: Client) -> str:
    answer = client.get("/mandate/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_is_granted_refused_and_needed(client: Client, tmp_path: Path) -> None:
    found = rehearse(tmp_path, mandate="no-storage", quorum="standard")
    shown = page(client)
    assert "the mandate no storage, number 1" in shown and "A rehearsal" in shown
    assert "To keep the bytes of an item in the vault: the mandate does not grant store." in shown
    assert "suspend an entry of a list" in shown and "4 people; 2 after a protected look" in shown
    assert all(digest in shown for digest in found.digests.values())
    assert "Hosts and partners may hear of an item at once" in shown
    assert "the mandate does not grant it" in shown  # a legal hold, which keeps bytes


def test_the_police_come_first_where_it_is_so(client: Client, tmp_path: Path) -> None:
    rehearse(tmp_path, mandate="police-first")
    shown = page(client)
    assert "The police hear of an item before any host" in shown and "None of the 37 acts" in shown


def test_where_nothing_is_in_force_the_page_says_why(client: Client, tmp_path: Path) -> None:
    assert "Nothing is in force" in page(client)
    rehearse(tmp_path)
    assert configuration_in_force(tmp_path).mandate.name in page(client)
    path = tmp_path / "configuration" / "quorum.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("votes = 2", "votes = 1"), encoding="utf-8")
    shown = page(client)
    assert "Nothing is in force" in shown and "quorum.toml" not in shown and "does not fit" in shown


def test_who_is_not_signed_in_does_not_see_it() -> None:
    assert Client().get("/mandate/").status_code in (302, 403)
