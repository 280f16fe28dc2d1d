"""The house's book as look-ups ask it: what people brought, and nothing that a look-up found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.hotline.cases.rig import KEY
from tests.hotline.takedown.contacts.registered import DESK, registered
from tests.hotline.takedown.making import OFFICER, WORKER, a_clock
from tutela.hotline.takedown.actions import approve_contact, list_contact, refuse_contact
from tutela.hotline.takedown.contacts.book import HotlineBook
from tutela.hotline.takedown.contacts.keys import stored_key
from tutela.hotline.takedown.contacts.models import Contact
from tutela.hotline.takedown.models import Notice
from tutela.kernel.errors import Refused
from tutela.share.notices.book import BookEntry

pytestmark = pytest.mark.django_db
BOOK = HotlineBook(lambda: KEY)


def listed(key: str, address: str = DESK, *, approved: bool = False) -> Contact:
    entry = BookEntry(
        key=key,
        rung="hoster",
        kind="mail",
        address=address,
        organisation="Hoster BV",
        country="NL",
        languages=("nl",),
        approved=approved,
        changed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return list_contact(entry, stored_key(key, KEY), actor=OFFICER, clock=a_clock())


def test_entries_come_back_in_the_order_of_the_keys() -> None:
    listed("as:64500", "abuse@wide.test")
    listed("host:a.test", "abuse@narrow.test", approved=True)
    found = BOOK.entries(["host:a.test", "as:64500", "as:1"])
    assert [(one.key, one.address, one.approved) for one in found] == [
        ("host:a.test", "abuse@narrow.test", True),
        ("as:64500", "abuse@wide.test", False),
    ]
    assert found[0].languages == ("nl",)


def test_what_was_refused_and_what_a_look_up_found_is_not_in_it() -> None:
    refuse_contact(listed("as:1", "abuse@one.test").public_id, actor=OFFICER, clock=a_clock())
    assert not BOOK.entries(["as:1"])
    with registered() as made:
        made.found()
        found = Contact.objects.get(origin="look_up")
        approve_contact(found.public_id, actor=OFFICER, clock=made.clock)
    assert not BOOK.entries(["network:198.51.100.0-198.51.100.255"])


def test_a_machine_writes_nothing_into_it() -> None:
    with pytest.raises(Refused):
        approve_contact(listed("as:64500").public_id, actor=WORKER, clock=a_clock())


def test_an_approved_entry_is_told_at_once_instead_of_what_a_registry_names() -> None:
    with registered() as made:
        listed("host:host.test", "abuse@booked.test", approved=True)
        made.found()
    assert Notice.objects.get().recipient.address == "abuse@booked.test"


def test_an_entry_nobody_approved_and_a_registry_are_two_sources() -> None:
    with registered() as made:
        listed("network:198.51.100.0-198.51.100.255")
        made.found()
    assert Notice.objects.get().recipient.address == DESK


def test_an_entry_that_only_the_book_names_waits_for_a_person() -> None:
    with registered() as made:
        listed("host:host.test", "abuse@booked.test")
        made.found()
    assert not Notice.objects.exists()
    assert Contact.objects.get(origin="look_up").address == "abuse@booked.test"
