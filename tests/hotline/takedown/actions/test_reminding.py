"""A place that is still there: two reminders, then the next rung, each in its time; not what is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.cases.rig import PLACE, state_of
from tests.hotline.takedown.contacts.registered import DESK, THERE, Registered, registered
from tests.hotline.takedown.making import OFFICER
from tests.hotline.takedown.test_jobs import send
from tests.share.notices.registry_answers import ADDRESS, NETWORK_URL, entity, network
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.actions import approve_contact, retract_notice
from tutela.hotline.takedown.contacts.models import Contact, Search
from tutela.hotline.takedown.models import Notice
from tutela.kernel.egress.replaying import Recorded

pytestmark = pytest.mark.django_db
#: Days that a recipient is waited for, and hours until the next look at the most.
WAIT_DAYS, LOOK_HOURS = 2, 27


def sent(made: Registered) -> Item:
    """An item whose hoster was told."""
    item = made.found()
    approve_contact(Contact.objects.get(rung="hoster").public_id, actor=OFFICER, clock=made.clock)
    made.again()
    send(made)
    return item


def pass_days(made: Registered, days: float) -> None:
    """The looks of so many days, and what follows from each."""
    for _ in range(int(days * 24 / LOOK_HOURS) + 1):
        made.later(LOOK_HOURS * 60)
        for _ in range(3):
            made.again()
        send(made)


def told() -> list[tuple[str, str, int]]:
    rows = Notice.objects.filter(retracts=None).order_by("pk")
    return [(row.rung, row.recipient.address, row.reminder) for row in rows]


def test_two_reminders_and_then_a_person_is_asked_about_the_next_rung() -> None:
    with registered() as made:
        item = sent(made)
        pass_days(made, 1)
        assert told() == [("hoster", DESK, 0)]
        pass_days(made, 2)
        assert told() == [("hoster", DESK, 0), ("hoster", DESK, 1)]
        pass_days(made, 2.5)
        assert told()[2:] == [("hoster", DESK, 2)]
        pass_days(made, 3)
        assert len(told()) == 3
        contact = Contact.objects.get(rung="registrar")
        assert contact.state == "proposed" and Search.objects.get().state == "person"
        approve_contact(contact.public_id, actor=OFFICER, clock=made.clock)
        made.again()
        made.again()
        assert told()[3:] == [("registrar", "abuse@registrar.test", 0)]
        assert state_of(item) in ("acted", "watched")
    first, second, third, _ = Notice.objects.order_by("pk")
    assert first.letter is not None
    assert second.reminds_id == third.reminds_id == first.letter_id


def test_after_everybody_who_is_known_was_told_it_says_so() -> None:
    with registered() as made:
        made.registries.table = {
            url: answer for url, answer in made.registries.table.items() if "/domain/" not in url
        }
        sent(made)
        pass_days(made, 10)
    assert [reminder for _, _, reminder in told()] == [0, 1, 2]
    assert Search.objects.get().state == "exhausted"


def test_nobody_is_reminded_of_what_is_gone() -> None:
    with registered() as made:
        item = sent(made)
        made.show({PLACE: Recorded(status=404)})
        pass_days(made, 5)
        assert state_of(item) == "removed"
    assert len(told()) == 1


def test_nobody_is_reminded_of_a_notice_that_was_taken_back() -> None:
    with registered() as made:
        sent(made)
        retract_notice(Notice.objects.get().public_id, actor=OFFICER, reason="person", clock=made.clock)
        pass_days(made, 5)
    assert len(told()) == 1


def test_a_reminder_does_not_go_to_whoever_had_the_place_before() -> None:
    with registered() as made:
        sent(made)
        made.show({PLACE: replace(THERE, address="203.0.113.9")})
        desk = entity("abuse", mails=("abuse@new.test",))
        url = NETWORK_URL.replace(ADDRESS, "203.0.113.9")
        made.registries.table[url] = network(desk, first="203.0.113.0", last="203.0.113.255")
        pass_days(made, 3)
        assert [row.state for row in Notice.objects.filter(reminder=1)] == ["withdrawn"]
        contact = Contact.objects.get(address="abuse@new.test")
        assert (contact.state, contact.rung) == ("proposed", "hoster")
        approve_contact(contact.public_id, actor=OFFICER, clock=made.clock)
        made.again()
        made.again()
    assert told()[-1] == ("hoster", "abuse@new.test", 0)
