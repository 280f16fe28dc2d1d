"""Contacts are proposed once, decided by people alone, and each decision is written down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.takedown.contacts.registered import registered
from tests.hotline.takedown.contacts.test_picking import proposal
from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, acts
from tutela.hotline.ledger.queries import entries_about
from tutela.hotline.takedown.actions import approve_contact, list_contact, propose_contact, refuse_contact
from tutela.hotline.takedown.actions.approving import FIND
from tutela.hotline.takedown.contacts.models import Contact
from tutela.hotline.work.models import Job
from tutela.kernel.errors import Conflict, Refused
from tutela.share.notices.book import BookEntry

pytestmark = pytest.mark.django_db


def proposed() -> Contact:
    return propose_contact(proposal(), actor=WORKER, clock=a_clock())


def test_a_proposal_is_written_down_once() -> None:
    first = proposed()
    assert proposed() == first and acts(first.public_id) == ["contact_proposed"]


def test_a_source_that_is_no_word_of_the_ledger_is_one_there() -> None:
    found = propose_contact(replace(proposal(), source="rfc2142"), actor=WORKER, clock=a_clock())
    assert found.source == "rfc2142"
    assert entries_about(found.public_id, 1)[0].facts["source"] == "usual_mailbox"


@pytest.mark.parametrize("decide", [approve_contact, refuse_contact])
def test_a_machine_decides_nothing(decide: object) -> None:
    contact = proposed()
    with pytest.raises(Refused):
        decide(contact.public_id, actor=WORKER, clock=a_clock())  # type: ignore[operator]  # one of two functions
    contact.refresh_from_db()
    assert contact.state == "proposed"


def test_a_decision_names_the_person_and_may_be_changed() -> None:
    contact, clock = proposed(), a_clock()
    approve_contact(contact.public_id, actor=OFFICER, clock=clock)
    with pytest.raises(Conflict):
        approve_contact(contact.public_id, actor=OFFICER, clock=clock)
    contact = refuse_contact(contact.public_id, actor=OFFICER, clock=clock)
    assert (contact.state, contact.decided_by, contact.decided_at) == ("refused", OFFICER.name, clock.now())
    assert proposed().state == "refused"
    assert acts(contact.public_id) == ["contact_proposed", "contact_approved", "contact_refused"]


def test_a_yes_brings_back_the_places_that_wait_for_it_and_no_others() -> None:
    with registered() as made:
        made.found()
        other = propose_contact(proposal(address="other@b.test"), actor=WORKER, clock=made.clock)
        approve_contact(other.public_id, actor=OFFICER, clock=made.clock)
        assert not Job.objects.filter(kind=FIND).exists()
        approve_contact(the_contact_named("abuse@hoster.test"), actor=OFFICER, clock=made.clock)
        assert Job.objects.filter(kind=FIND).count() == 1


def the_contact_named(address: str) -> str:
    return Contact.objects.get(address=address).public_id


def test_what_people_bring_takes_the_place_of_what_was_proposed() -> None:
    contact, clock = proposed(), a_clock()
    entry = BookEntry(
        key="network:1-2",
        rung="hoster",
        kind="mail",
        address=contact.address,
        organisation="Hoster BV",
        approved=True,
        changed_at=clock.now(),
    )
    with pytest.raises(Refused):
        list_contact(entry, contact.key, actor=WORKER, clock=clock)
    found = list_contact(entry, contact.key, actor=OFFICER, clock=clock)
    assert (found.pk, found.origin, found.state) == (contact.pk, "house", "approved")
    assert acts(contact.public_id) == ["contact_proposed", "contact_listed"]
