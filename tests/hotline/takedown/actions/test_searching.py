"""From what is proven to whoever can take it down: proposed, approved by a person, told; or waiting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.hotline.cases.rig import KNOWN, PLACE, state_of
from tests.hotline.takedown.contacts.registered import (
    DESK,
    DOMAIN_URL,
    THERE,
    Registered,
    registered,
    the_contact,
)
from tests.hotline.takedown.making import OFFICER, a_recipient, acts
from tests.share.notices.registry_answers import ADDRESS, NETWORK_URL, domain, entity, hoster, network
from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.actions import approve_contact, ask_for_looks, refuse_contact
from tutela.hotline.takedown.contacts.models import Contact, Search
from tutela.hotline.takedown.contacts.queries import searches
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.hotline.work.models import Job
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.errors import Unavailable
from tutela.share.notices.registries import Answer

pytestmark = pytest.mark.django_db


def test_a_first_contact_waits_for_a_person_and_goes_out_when_one_agrees() -> None:
    with registered() as made:
        item = made.found()
        contact = the_contact()
        assert (contact.address, contact.state, contact.source) == (DESK, "proposed", "rdap_network")
        assert contact.key.startswith("network:") and ADDRESS not in contact.key
        assert not Notice.objects.exists() and state_of(item) == "acted"
        assert searches()["person"] == 1
        approve_contact(contact.public_id, actor=OFFICER, clock=made.clock)
        assert made.again() == ["takedown_find finished"]
    notice = Notice.objects.get()
    assert (notice.recipient.address, notice.rung, notice.is_proxy) == (DESK, "hoster", False)
    assert (notice.recipient.country, notice.recipient.languages) == ("NL", "nl,en")
    assert searches()["told"] == 1
    assert acts(contact.public_id) == ["contact_proposed", "contact_approved"]


def test_where_the_server_stands_is_kept_with_the_place() -> None:
    announced = network(entity("abuse", mails=(DESK,)), arin_originas0_originautnums=[64_510], country="LU")
    with registered() as made:
        made.registries.table[NETWORK_URL] = announced
        item = made.found()
        place = Sighting.objects.get(search__isnull=False)
        assert (place.country, place.network_number) == ("LU", 64_510)
        approve_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        assert place.item == item and acts(place.public_id).count("whereabouts_recorded") == 1


def test_the_next_place_in_an_approved_network_needs_nobody() -> None:
    with registered() as made:
        made.found()
        approve_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        other = "https://other.test/copy.png"
        made.show({PLACE: THERE, other: Recorded(body=KNOWN, address="198.51.100.9")})
        made.reported(other)
        made.again()
    assert Notice.objects.count() == 2
    assert Contact.objects.count() == 1


def test_the_known_desk_of_another_network_is_no_approval_of_a_registry_that_names_it() -> None:
    with registered() as made:
        made.found()
        approve_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        desk = entity("abuse", mails=(DESK,))
        url = NETWORK_URL.replace(ADDRESS, "203.0.113.9")
        made.registries.table[url] = network(desk, first="203.0.113.0", last="203.0.113.255")
        other = "https://other.test/copy.png"
        made.show({other: Recorded(body=KNOWN, address="203.0.113.9")})
        made.reported(other)
        made.again()
    assert Notice.objects.count() == 1
    assert Contact.objects.filter(state="proposed", address=DESK).count() == 1


def test_whom_people_refused_is_not_told_and_the_next_rung_is_proposed() -> None:
    with registered() as made:
        made.found()
        refuse_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        assert the_contact("registrar").state == "proposed"
    assert not Notice.objects.exists()


def test_what_could_be_the_offenders_is_counted_and_kept_nowhere() -> None:
    with registered() as made:
        own = entity("abuse", mails=("abuse@host.test",))
        made.registries.table = {NETWORK_URL: network(own), DOMAIN_URL: domain(name="host.test")}
        made.found()
    assert not Contact.objects.exclude(source="table").exists() and not Recipient.objects.exists()
    assert searches() | {"nobody": 1, "passed_over": 1} == searches()


def test_a_registry_that_is_down_for_a_day_parks_nothing_and_is_asked_again() -> None:
    with registered() as made:
        made.registries.table[NETWORK_URL] = Unavailable("away", retry_after_seconds=3_600.0)
        made.found()
        for _ in range(30):
            assert searches()["registry"] == 1
            made.later(61)
            made.work()
        made.registries.table[NETWORK_URL] = hoster()
        made.later(7 * 60)
        made.work()
        assert the_contact().address == DESK
    assert not Job.objects.filter(state="parked").exists()
    assert Search.objects.get().tries == 0


def test_a_registry_that_is_busy_is_asked_again_when_it_says() -> None:
    with registered() as made:
        busy = Answer(
            status=429, untrusted_body=b"", untrusted_final_url=NETWORK_URL, retry_after_seconds=30.0
        )
        made.registries.table[NETWORK_URL] = busy
        made.found()
        made.clock.advance(29)
        assert "takedown_find finished" not in made.work()
        made.registries.table[NETWORK_URL] = hoster()
        made.clock.advance(2)
        assert made.work() == ["takedown_find finished"]
    assert the_contact().address == DESK


def test_a_place_whose_content_has_gone_gets_no_notice_and_is_still_looked_at() -> None:
    with registered() as made:
        item = made.found()
        made.show({PLACE: Recorded(status=404)})
        approve_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
        made.again()
        assert searches()["gone"] == 1 and not Notice.objects.exists()
        for _ in range(2):
            made.later(36)
            made.work()
        assert state_of(item) == "removed"


def test_the_standing_recipient_is_told_where_nobody_who_holds_the_place_is_found() -> None:
    with registered() as made:
        a_recipient(made.clock, "abuse@standing.test")
        del made.registries.table[NETWORK_URL]
        made.found()
    assert Notice.objects.get().recipient.address == "abuse@standing.test"


def test_the_standing_recipient_takes_nothing_from_whoever_is_found() -> None:
    with registered() as made:
        a_recipient(made.clock, "abuse@standing.test")
        made.found()
    assert not Notice.objects.exists() and searches()["person"] == 1


def test_a_host_that_takes_forms_only_waits_for_a_hand() -> None:
    form = {"vcardArray": ["vcard", [["contact-uri", {}, "uri", "https://hoster.test/report"]]]}
    with registered() as made:
        made.registries.table[NETWORK_URL] = network({**entity("abuse"), **form})
        made.found()
    assert searches()["by_hand"] == 1
    assert (the_contact().kind, the_contact().address) == ("form", "https://hoster.test/report")


def approved(made: Registered) -> Notice:
    made.found()
    approve_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
    made.again()
    return Notice.objects.get()


def looked_at(made: Registered) -> None:
    """The look that the sender asks for, twenty minutes later."""
    made.later(20)
    ask_for_looks(clock=made.clock)
    made.work()
    made.again()


def test_before_a_notice_goes_out_the_registry_is_asked_anew_and_says_the_same() -> None:
    with registered() as made:
        notice = approved(made)
        before = made.registries.asked.count(NETWORK_URL)
        looked_at(made)
        assert made.registries.asked.count(NETWORK_URL) == before + 1
    notice.refresh_from_db()
    assert notice.state == "queued" and notice.seen_at > notice.queued_at


def test_a_waiting_notice_is_withdrawn_where_another_hoster_has_the_place_by_now() -> None:
    with registered() as made:
        notice = approved(made)
        made.show({PLACE: replace(THERE, address="203.0.113.9")})
        desk = entity("abuse", mails=("abuse@new.test",))
        url = NETWORK_URL.replace(ADDRESS, "203.0.113.9")
        made.registries.table[url] = network(desk, first="203.0.113.0", last="203.0.113.255")
        looked_at(made)
        notice.refresh_from_db()
        assert (notice.state, notice.evidence) == ("withdrawn", "recipient_changed")
        new = Contact.objects.get(address="abuse@new.test")
        approve_contact(new.public_id, actor=OFFICER, clock=made.clock)
        made.again()
    told = Notice.objects.exclude(pk=notice.pk).get()
    assert (told.recipient.address, told.state) == ("abuse@new.test", "queued")


def test_a_registry_that_is_away_before_sending_stops_nothing() -> None:
    with registered() as made:
        notice = approved(made)
        made.registries.down = True
        looked_at(made)
    notice.refresh_from_db()
    assert notice.state == "queued" and notice.seen_at > notice.queued_at
