from __future__ import annotations

import threading

import pytest
from django.db import connection

from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_notice, a_recipient, a_sighting, acts
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.actions import claim_sending, name_recipient, queue_notice, withdraw_notice
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


def test_a_notice_waits_in_the_outbox_and_is_in_no_letter_yet() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    stored = Notice.objects.get()
    assert (stored.state, stored.attempts, stored.due) == ("queued", 0, clock.now())
    assert (stored.letter, stored.message_id) == (None, "")
    assert acts(notice.public_id) == ["notice_queued"]


def test_the_notice_of_an_urgent_item_goes_first() -> None:
    clock = a_clock()
    a_notice(clock)
    urgent = a_notice(clock, urgent=True)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None and attempt.notices[0].notice == urgent.public_id


@pytest.mark.parametrize("sources", [("rdap",), ("abuse_table",), ("rdap", "rdap")])
def test_one_source_of_a_machine_is_not_enough_for_a_first_contact(sources: tuple[str, ...]) -> None:
    clock = a_clock()
    for source in sources:
        recipient = name_recipient("abuse@new.test", "New", source=source, actor=WORKER, clock=clock)
    with pytest.raises(Refused, match="two sources or a person"):
        queue_notice(a_sighting(clock), recipient, actor=WORKER, clock=clock)
    assert not Notice.objects.exists()


def test_two_sources_confirm_a_recipient() -> None:
    clock = a_clock()
    for source in ("rdap", "abuse_table"):
        recipient = name_recipient("abuse@NEW.test", "New", source=source, actor=WORKER, clock=clock)
    assert queue_notice(a_sighting(clock), recipient, actor=WORKER, clock=clock).host == "new.test"
    assert Recipient.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    ["", "abuse", "abuse@host", "a@b.test\r\nBcc: x@y.test", "a b@c.test", '"a b"@c.test', "a@[127.0.0.1]",
     "Abuse <a@b.test>", "a@b.test,c@d.test", "ä@b.test", "a@bä.test", "a%b@c.test", "a@-b.test",
     "a@b.test "],
    ids=range(14),
)  # fmt: skip
def test_an_address_that_is_more_or_less_than_one_mailbox_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        name_recipient(address, "Host", source="person", actor=OFFICER)
    assert refused.value.field == "address"
    assert not Recipient.objects.exists()


@pytest.mark.parametrize(
    ("source", "actor"),
    [("rumour", WORKER), ("person", WORKER), ("rdap", OFFICER)],
    ids=["no source", "a machine", "a person"],
)
def test_a_source_is_named_by_whom_it_comes_from(source: str, actor: object) -> None:
    with pytest.raises(Invalid):
        name_recipient("abuse@host.test", "Host", source=source, actor=actor)  # type: ignore[arg-type]  # any


@pytest.mark.parametrize("state", ["matched", "held", "closed"])
def test_a_notice_is_refused_while_its_item_is_not_acted_on(state: str) -> None:
    clock = a_clock()
    sighting = a_sighting(clock)
    Item.objects.update(state=state, held_from="acted" if state == "held" else "")
    sighting.refresh_from_db()
    with pytest.raises(Refused):
        queue_notice(sighting, a_recipient(clock), actor=WORKER, clock=clock)


def test_a_second_notice_of_one_sighting_waits_until_the_first_has_ended() -> None:
    clock = a_clock()
    sighting, recipient = a_sighting(clock), a_recipient(clock)
    first = queue_notice(sighting, recipient, actor=WORKER, clock=clock)
    with pytest.raises(Conflict):
        queue_notice(sighting, recipient, actor=WORKER, clock=clock)
    withdraw_notice(first.public_id, actor=OFFICER, reason="person", clock=clock)
    assert queue_notice(sighting, recipient, actor=WORKER, clock=clock).pk != first.pk


def test_a_withdrawn_notice_does_not_go_out() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    withdraw_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock)
    assert claim_sending("one", lease_seconds=60, clock=clock) is None
    assert acts(notice.public_id) == ["notice_queued", "notice_withdrawn"]


def test_a_notice_on_its_way_is_not_withdrawn() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    claim_sending("one", lease_seconds=60, clock=clock)
    with pytest.raises(Conflict):
        withdraw_notice(notice.public_id, actor=OFFICER, reason="person", clock=clock)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_about_one_place_at_once_one_does() -> None:
    clock = a_clock()
    sighting, recipient = a_sighting(clock), a_recipient(clock)
    refused: list[Conflict] = []

    def write() -> None:
        try:
            queue_notice(sighting, recipient, actor=WORKER, clock=clock)
        except Conflict as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5 and Notice.objects.count() == 1
