"""A picture that is met at another host: its place there is the item's, and its own hoster is told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pytest

from tests.hotline.cases.actions.test_moved import a_place
from tests.hotline.cases.rig import KEY, KNOWN, OTHER, PLACE, Rig, rig, state_of
from tests.hotline.takedown.contacts.registered import DESK, THERE, registered
from tests.hotline.takedown.making import OFFICER, WORKER
from tests.hotline.takedown.test_jobs import acted, send
from tests.share.notices.registry_answers import ADDRESS, NUMBERS, entity, network
from tutela.hotline.cases.actions import put_act
from tutela.hotline.cases.job_kinds import ACT
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT, MOVED_MAX
from tutela.hotline.cases.page_proof import SHOWN_FORM
from tutela.hotline.takedown.actions import retract_notice, withdraw_notice
from tutela.hotline.takedown.actions.approving import approve_contact
from tutela.hotline.takedown.actions.following import follow_moved
from tutela.hotline.takedown.contacts.models import Contact, Search
from tutela.hotline.takedown.models import Check, Notice, Removal
from tutela.hotline.work.models import Job
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.egress.urls import parse_url

pytestmark = pytest.mark.django_db

CELLAR = "https://cellar.test/picture.png"


def leading(first: str = PLACE, to: str = CELLAR, body: bytes = KNOWN) -> dict[str, Recorded]:
    return {first: Recorded(status=302, leads_to=to), to: Recorded(body=body)}


def moved_of(item: Item) -> list[Sighting]:
    return list(item.sightings.filter(found_as=BY_REDIRECT).order_by("pk"))


def told(made: Rig) -> Item:
    """An item about whose place somebody was told."""
    item = acted(made)
    send(made)
    return item


def looked_again(made: Rig, recorded: Mapping[str, Recorded], minutes: float = 24 * 60 + 200) -> None:
    """What is done once the internet is this one and the next look is due."""
    made.show(recorded)
    made.later(minutes)
    made.work()
    made.later(1)  # two jobs that concern one host do not begin in one second
    made.work()


def led_away(made: Rig) -> tuple[Item, Sighting]:
    """An item about which somebody was told, and the place to which its own was seen to lead since."""
    item = told(made)
    looked_again(made, leading())
    (place,) = moved_of(item)
    return item, place


def named(letter: bytes) -> set[str]:
    return {one for one in (PLACE, CELLAR) if one.encode() in letter}


def test_what_a_recheck_meets_at_another_host_is_told_there_by_a_letter_of_its_own() -> None:
    with rig() as made:
        item, place = led_away(made)
        letters = [named(one.content) for one in send(made).accepted]
        address = open_text(bytes(place.url_sealed), made.vault)
    assert (address, place.url_digest) == (CELLAR, KEY.address_digest(parse_url(CELLAR)))
    assert place.host_digest == KEY.host_digest(parse_url(CELLAR))
    assert place.found_on == item.sightings.get(how="fetched", found_as="")
    assert {CELLAR} in letters
    assert Notice.objects.filter(sighting=place, state="sent").exists()
    assert state_of(item) == "acted"


def test_later_looks_go_to_the_new_place_and_find_it_by_what_was_seen_there() -> None:
    with rig() as made:
        item = told(made)
        looked_again(made, leading())
        send(made)
        (place,) = moved_of(item)
        looked_again(made, leading())
        looked_again(made, leading(body=OTHER))
    assert place.sha256 == hashlib.sha256(KNOWN).hexdigest()
    assert place.fingerprints.get().value == place.sha256
    found = list(Check.objects.filter(sighting=place).order_by("pk").values_list("result", flat=True))
    assert found[0] == "present" and found[-1] == "changed"
    assert len(moved_of(item)) == 1  # the same address is one place, however often it is met


def test_the_item_is_removed_once_the_other_host_has_removed_it_too() -> None:
    with rig() as made:
        item = told(made)
        looked_again(made, leading())
        send(made)
        only_there = {PLACE: Recorded(status=404), CELLAR: Recorded(body=KNOWN)}
        for _ in range(3):
            looked_again(made, only_there)
            send(made)
        first = item.sightings.get(how="fetched", found_as="")
        assert Removal.objects.get().sighting == first
        assert state_of(item) != "removed"
        for _ in range(3):
            looked_again(made, {})
            looked_again(made, {PLACE: Recorded(status=404), CELLAR: Recorded(status=404)})
    assert Removal.objects.count() == 2
    assert state_of(item) == "removed"


def test_a_place_that_nobody_was_told_of_yet_keeps_its_item_from_being_removed() -> None:
    with rig() as made:
        item, place = led_away(made)
        Notice.objects.filter(sighting=place).delete()
        only_there = {PLACE: Recorded(status=404), CELLAR: Recorded(body=KNOWN)}
        for _ in range(3):
            looked_again(made, only_there)
        assert Removal.objects.count() == 1
    assert state_of(item) != "removed"


@pytest.mark.parametrize(
    "there", [Recorded(status=404), Recorded(body=OTHER), Recorded(status=403, body=b"log in")], ids=str
)
def test_what_is_not_the_content_opens_no_place(there: Recorded) -> None:
    with rig() as made:
        item = told(made)
        looked_again(made, {PLACE: Recorded(status=302, leads_to=CELLAR), CELLAR: there})
    assert Check.objects.exists() and not moved_of(item)


def test_a_page_that_shows_nothing_known_any_more_opens_no_place_where_it_leads() -> None:
    with rig() as made:
        item = told(made)
        item.fingerprints.update(form=SHOWN_FORM)  # what proved the page is gone from it
        looked_again(made, leading())
    assert set(Check.objects.values_list("result", flat=True)) == {"changed"} and not moved_of(item)


@pytest.mark.parametrize("same", ["https://www.host.test/picture.png", "https://host.test/other/path.png"])
def test_another_path_of_the_host_is_no_other_place(same: str) -> None:
    with rig() as made:
        item = told(made)
        looked_again(made, leading(to=same))
    assert "present" in set(Check.objects.values_list("result", flat=True)) and not moved_of(item)


def test_a_host_that_leads_on_and_on_makes_at_most_so_many_places_and_no_circle() -> None:
    hosts = [PLACE, *(f"https://host{number}.test/picture.png" for number in range(MOVED_MAX + 2))]
    with rig() as made:
        item = told(made)
        for to in hosts[1:]:
            looked_again(made, leading(PLACE, to))
        assert len(moved_of(item)) == MOVED_MAX
        circle = {PLACE: Recorded(status=302, leads_to=hosts[1]), hosts[1]: Recorded(body=KNOWN)}
        looked_again(made, circle)
    assert len(moved_of(item)) == MOVED_MAX
    assert len({one.url_digest for one in moved_of(item)}) == MOVED_MAX


def test_the_referrer_that_led_there_is_said_at_the_new_place_too() -> None:
    page = "https://page.test/"
    with rig() as made:
        item = told(made)
        sealed = made.equipment().sealing()
        Sighting.objects.filter(how="fetched").update(
            referrer_sealed=seal_text(page, sealed.vault), referrer_for_fetch=seal_text(page, sealed.fetch)
        )
        wants = {PLACE: leading()[PLACE], CELLAR: Recorded(body=KNOWN, only_from=page)}
        looked_again(made, wants)
        (place,) = moved_of(item)
        looked_again(made, wants)
    assert open_text(bytes(place.referrer_for_fetch), made.fetch) == page
    assert set(Check.objects.filter(sighting=place).values_list("result", flat=True)) == {"present"}


@pytest.mark.parametrize("act", [withdraw_notice, retract_notice])
def test_where_people_took_the_notice_back_nobody_is_told_elsewhere(act: object) -> None:
    with rig() as made:
        item = acted(made)
        notice = Notice.objects.get().public_id
        if act is withdraw_notice:
            withdraw_notice(notice, actor=OFFICER, reason="person", clock=made.clock)
        else:
            send(made)
            retract_notice(notice, actor=OFFICER, reason="person", clock=made.clock)
        looked_again(made, leading())
    assert Check.objects.filter(result="moved").exists() and not moved_of(item)


def test_the_look_before_a_letter_goes_out_opens_the_place_too() -> None:
    with rig() as made:
        item = acted(made)
        made.show(leading())
        made.later(20)
        send(made)
        made.work_of("notice_look")
        (place,) = moved_of(item)
        made.work()
    assert Notice.objects.filter(sighting=place).exists() and not Check.objects.exists()


def test_acting_on_one_place_acts_on_those_that_redirects_led_to() -> None:
    with rig() as made:
        item, place = led_away(made)
        Notice.objects.filter(sighting=place).delete()
        Search.objects.filter(sighting=place).delete()
        first = item.sightings.get(how="fetched", found_as="")
        put_act([first], clock=made.clock)
        assert made.work().count("notify_item finished") == 2  # the place does not put itself again
        put_act([first], clock=made.clock)
        made.later(1)
        assert made.work().count("notify_item finished") == 1  # nor the first one what was looked up
    assert Notice.objects.filter(sighting=place).count() == 1


@pytest.mark.parametrize(("state", "is_put"), [("acted", True), ("matched", False), ("in_review", False)])
def test_where_the_item_waits_for_people_the_place_elsewhere_does_too(state: str, is_put: bool) -> None:
    with rig() as made:
        item = told(made)
        Item.objects.filter(pk=item.pk).update(state=state)
        first, place = item.sightings.get(how="fetched"), a_place(made, CELLAR)
        item.refresh_from_db()
        follow_moved(item, first, [place], actor=WORKER, clock=made.clock)
    (opened,) = moved_of(item)
    assert Job.objects.filter(kind=ACT, arguments={"sighting": opened.public_id}).exists() == is_put


#: Another network than the place's own, and its desk.
OTHER_ADDRESS, OTHER_DESK = "203.0.113.9", "abuse@cellar-hosting.test"


def elsewhere() -> dict[str, Recorded]:
    """The place of the rig in its own network, leading to one in another."""
    return {
        PLACE: Recorded(status=302, leads_to=CELLAR, address=ADDRESS),
        CELLAR: Recorded(body=KNOWN, address=OTHER_ADDRESS),
    }


def test_each_place_is_looked_up_by_its_own_machine() -> None:
    with registered(THERE) as made:
        desk = entity("abuse", mails=(OTHER_DESK,))
        there = network(desk, first="203.0.113.0", last="203.0.113.255")
        made.registries.table[f"{NUMBERS}ip/{OTHER_ADDRESS}"] = there
        made.show(elsewhere())
        item = made.reported()
        made.work()
        made.later(1)  # one registry has both, and is not asked twice at once
        made.work()
        first, (place,) = item.sightings.get(how="fetched", found_as=""), moved_of(item)
        for contact in Contact.objects.filter(rung="hoster"):
            approve_contact(contact.public_id, actor=OFFICER, clock=made.clock)
        made.again()
    told = set(Notice.objects.values_list("sighting", "recipient__address"))
    assert told == {(first.pk, DESK), (place.pk, OTHER_DESK)}
