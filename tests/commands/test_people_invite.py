from __future__ import annotations

from tests.commands.people_calls import Registrar
from tutela.hotline.ledger.models import LedgerEntry


def test_the_link_is_printed_alone_and_leads_to_the_desk(registrar: Registrar) -> None:
    link = registrar.invite("administrator")
    assert link.startswith("http://localhost:8701/join/inv_") and link.endswith("/")
    assert "shown only now" in registrar.err
    entry = LedgerEntry.objects.latest("index")
    assert (entry.act, entry.actor) == ("person_invited", "operator")


def test_roles_that_exclude_each_other_are_refused(registrar: Registrar) -> None:
    assert registrar("invite", "Ada", "ada@house.test", "--role", "auditor", "--role", "analyst") == 2
    assert "may not do it" in registrar.err and registrar.rows() == []


def test_an_address_that_has_an_account_is_refused(registrar: Registrar) -> None:
    registrar.invite()
    assert registrar("invite", "Eve", "ADA@house.test") == 2
    assert "already" in registrar.err
