"""A place that is still there: two reminders, then the next rung, each in its time; not what is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.cases.rig import PLACE, state_of
from tests.hotline.takedown.actions.test_filling import form_only
from tests.hotline.takedown.contacts.registered import DESK, THERE, Registered, registered
from tests.hotline.takedown.making import OFFICER, WORKER, a_recipient
from tests.hotline.takedown.test_jobs import send
from tests.share.notices.registry_answers import ADDRESS, NETWORK_URL, entity, network
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.actions import approve_contact, retract_notice
from tutela.hotline.takedown.actions.approving import put_find
from tutela.hotline.takedown.actions.dying import record_dead
from tutela.hotline.takedown.actions.filling import record_form_filled
from tutela.hotline.takedown.contacts.models import Contact, Search
from tutela.hotline.takedown.contacts.queries import forms
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.hotline.takedown.timeline import tell
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


def died(address: str, made: Registered) -> None:
    """A mail server says that the mailbox is not there; what went there came back."""
    recipient = Recipient.objects.get(address=address)
    record_dead(recipient, actor=WORKER, clock=made.clock)
    Notice.objects.filter(recipient=recipient, state="sent").update(state="failed", evidence="bounced")


def test_where_a_mailbox_is_not_there_whoever_is_next_is_told_without_waiting() -> None:
    with registered() as made:
        item = sent(made)
        died(DESK, made)
        pass_days(made, 1)
        assert Contact.objects.get(rung="registrar").state == "proposed"
        assert Search.objects.get().dead_left_out == 1
        said = "A mailbox that was named for it is not there any more; whoever is next was looked for."
        assert [str(one.sentence) for one in tell(item)].count(said) == 1
    assert told() == [("hoster", DESK, 0)]


def test_the_next_way_of_the_same_rung_comes_before_the_next_rung() -> None:
    with registered() as made:
        desks = (entity("abuse", mails=(DESK,)), entity("abuse", mails=("second@hoster.test",)))
        made.registries.table[NETWORK_URL] = network(*desks)
        made.found()
        approve_contact(Contact.objects.get(address=DESK).public_id, actor=OFFICER, clock=made.clock)
        made.again()
        send(made)
        died(DESK, made)
        pass_days(made, 1)
        contact = Contact.objects.get(address="second@hoster.test")
        assert (contact.rung, Search.objects.get().contact) == ("hoster", contact)


def test_what_waits_for_a_dead_mailbox_is_withdrawn_where_somebody_else_is_told() -> None:
    with registered() as made:
        made.found()
        approve_contact(Contact.objects.get(rung="hoster").public_id, actor=OFFICER, clock=made.clock)
        made.again()
        died(DESK, made)
        assert Notice.objects.get().state == "queued"
        pass_days(made, 1)
        notice = Notice.objects.get()
        assert (notice.state, notice.evidence) == ("withdrawn", "recipient_changed")
        approve_contact(Contact.objects.get(rung="registrar").public_id, actor=OFFICER, clock=made.clock)
        made.again()
    assert told()[1:] == [("registrar", "abuse@registrar.test", 0)]


def test_a_dead_mailbox_that_a_person_names_again_is_told_again() -> None:
    with registered() as made:
        made.found()
        a_recipient(made.clock, DESK)
        died(DESK, made)
        approve_contact(Contact.objects.get(rung="hoster").public_id, actor=OFFICER, clock=made.clock)
        made.again()
        assert told() == [] and Contact.objects.filter(rung="registrar").exists()
        a_recipient(made.clock, DESK)
        searched = Search.objects.get().sighting
        put_find(searched, clock=made.clock)
        made.again()
    assert told() == [("hoster", DESK, 0)] and Search.objects.get().dead_left_out == 0


def test_a_dead_mailbox_that_alone_is_known_keeps_its_notice() -> None:
    with registered() as made:
        made.registries.table = {NETWORK_URL: made.registries.table[NETWORK_URL]}
        made.found()
        approve_contact(Contact.objects.get(rung="hoster").public_id, actor=OFFICER, clock=made.clock)
        made.again()
        died(DESK, made)
        pass_days(made, 2)
    assert Search.objects.get().state == "exhausted" and Notice.objects.get().state == "queued"


def test_a_standing_recipient_whose_mailbox_is_not_there_is_none() -> None:
    with registered() as made:
        a_recipient(made.clock, "abuse@standing.test")
        died("abuse@standing.test", made)
        made.registries.table = {NETWORK_URL: network()}
        made.found()
    assert Search.objects.get().state == "nobody"


def test_whoever_did_nothing_after_its_form_was_filled_in_is_passed_by_and_the_next_is_reminded() -> None:
    with registered() as made:
        form_only(made)
        (form,) = forms()
        record_form_filled(form.public_id, "", actor=OFFICER, clock=made.clock)
        pass_days(made, 1)
        assert not Contact.objects.filter(rung="registrar").exists()
        pass_days(made, 2)
        assert Contact.objects.get(rung="registrar").state == "proposed"
        assert forms() == [] and Search.objects.get().state == "person"
        approve_contact(Contact.objects.get(rung="registrar").public_id, actor=OFFICER, clock=made.clock)
        made.again()
        send(made)
        pass_days(made, 2)
    assert told() == [("registrar", "abuse@registrar.test", reminder) for reminder in (0, 1)]
