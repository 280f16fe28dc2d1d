from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from tests.hotline.cases.known import a_known_item, met
from tests.hotline.cases.making import CLOCK, WORKER, a_sighting, an_item, moved
from tests.hotline.people import making
from tutela.hotline.cases import timeline as module
from tutela.hotline.cases.actions import close_item, hold_item, record_sighting, release_item
from tutela.hotline.cases.actions.withdrawing import withdraw_matches
from tutela.hotline.cases.grounds import grounds
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.cases.seen import Seen
from tutela.hotline.cases.states import STATES
from tutela.hotline.cases.timeline import MOVED, Told, add_teller, timeline
from tutela.hotline.people.roles import ANALYST

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_today")]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other app tells anything here."""
    monkeypatch.setattr(module, "_tellers", {})


def said(item: Item) -> list[str]:
    return [str(told.sentence) for told in timeline(item)]


def test_every_state_is_told_of_by_a_sentence_or_by_what_brought_it() -> None:
    assert set(STATES) - set(MOVED) == {"received", "fetched", "held", "closed"}


def test_an_item_s_way_is_told_in_order() -> None:
    item = an_item()
    a_sighting(item)
    item = moved(item, "fetched", "fingerprinted", "unmatched", "rated")
    assert said(item) == [
        "It was fetched and sealed, and nobody saw it.",
        "Fingerprints were made of what was fetched.",
        "No list knows it.",
        "It was put into the queue, for people to look at.",
    ]


def test_a_place_at_another_host_says_that_redirects_led_there() -> None:
    item = an_item()
    place = a_sighting(item)
    place.found_as, place.country = BY_REDIRECT, "NL"
    place.save()
    assert said(item) == [
        "Redirects led to another host, and the same was met there: that is a place of its own."
    ]


def test_a_hold_and_a_closing_say_why() -> None:
    item = moved(an_item(), "fetched")
    item = hold_item(item, actor=WORKER, reason="legal_hold", until=None)
    item = release_item(item, actor=WORKER)
    close_item(item, actor=WORKER, reason="duplicate")
    told = said(item)
    assert "It was held: a court or an authority forbids to touch it: somebody ends it." in told
    assert "Its hold ended." in told and "It was closed: another item is about the same." in told


def test_other_apps_tell_what_they_know_and_time_orders_it() -> None:
    item = moved(an_item(), "fetched", "fingerprinted")
    add_teller("one", lambda _: [Told(at=CLOCK.now() + timedelta(days=1), sentence="later")])
    add_teller("two", lambda _: [Told(at=CLOCK.now() - timedelta(days=1), sentence="earlier")])
    told = said(item)
    assert (told[0], told[-1]) == ("earlier", "later") and len(told) == 3


def _told(told: Told, _item: Item) -> list[Told]:
    return [told]


def test_the_page_has_the_timeline_and_links_only_where_the_reader_may_go() -> None:
    item = an_item()
    for act, subject in (("see_reports", "rep_1"), ("see_people", "usr_1")):
        told = Told(
            at=CLOCK.now(), sentence=f"{act}.", link="Page", route="desk_report", subject=subject, act=act
        )
        add_teller(act, partial(_told, told))
    client: Client = making.signed_in(making.person(ANALYST))
    page = client.get(f"/items/{item.public_id}/").content.decode()
    assert '<ol class="timeline">' in page and "see_people." in page
    assert 'href="/reports/rep_1/"' in page and "usr_1" not in page


def test_a_visit_is_told_of_and_says_that_nobody_saw_the_page_itself() -> None:
    item = an_item()
    record_sighting(item, Seen(how="visited", process="visitor", reason="visit"), actor=WORKER)
    assert "outline" in said(item)[0] and "sealed" in said(item)[0]


def test_an_entry_that_is_gone_is_told_of_and_whether_the_item_stays() -> None:
    for other, sentence in (
        ("", "Its entry is gone from the list that knew it: what was said because of it is taken back."),
        ("another", "Its entry is gone from a list that knew it; it stays, since it is known otherwise."),
    ):
        item = a_known_item()
        if other:
            met(item, 2, list_id=other)
        gone = list(grounds().filter(item=item, list_id="own").values_list("pk", flat=True))
        withdraw_matches(item, gone, {}, actor=WORKER, clock=CLOCK)
        assert sentence in said(item)
