"""A table of contacts becomes the house's book: all of it or nothing, and no host stands in the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.notices_calls import Officer
from tests.hotline.takedown.making import a_clock, acts
from tutela.hotline.cases.index_key import make_index_key
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.contacts.models import Contact

pytestmark = pytest.mark.django_db
TABLE = """key,address,organisation,country,languages
as:64500,Abuse@hoster.test,Hoster BV,NL,nl en
host:pictures.site.test,https://form.test/report,Form Ltd,,
"""


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house with an index key."""
    rehearse(tmp_path, clock=a_clock())
    make_index_key(tmp_path)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.fixture
def officer(capsys: pytest.CaptureFixture[str]) -> Officer:
    return Officer(capsys)


def test_a_table_is_taken_in_and_a_second_time_changes_nothing(officer: Officer, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("\ufeff" + TABLE)
    for _ in range(2):
        assert officer("contacts-import", str(file)) == 0, officer.err
        assert officer.out.startswith("2 contacts in the house's book, not approved")
    network, host = Contact.objects.order_by("pk")
    assert (network.key, network.address, network.languages) == ("as:64500", "Abuse@hoster.test", "nl,en")
    assert (network.state, network.origin, network.decided_by) == ("listed", "house", "")
    assert host.kind == "form" and "site.test" not in host.key
    assert acts(network.public_id) == ["contact_listed", "contact_listed"]


def test_what_was_confirmed_is_approved_by_whoever_brought_it(officer: Officer, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(TABLE)
    assert officer("contacts-import", str(file), "--approved") == 0
    assert {one.state for one in Contact.objects.all()} == {"approved"}
    assert {one.decided_by for one in Contact.objects.all()} == {"operator"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key,address\n", "head"),
        (TABLE + "as:0,a@b.test,X,,\n", "row 4"),
        (TABLE + "as:1,a@b.test,X\n", "row 4"),
        ("\x00", "head"),
    ],
    ids=["no head", "no number", "too few", "bytes"],
)
def test_of_a_wrong_table_nothing_is_taken(officer: Officer, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(text)
    assert officer("contacts-import", str(file)) != 0
    assert said in officer.err
    assert not Contact.objects.exists()
