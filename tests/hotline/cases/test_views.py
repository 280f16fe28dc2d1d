from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from tests.hotline.cases.making import CLOCK, WORKER, an_item
from tests.hotline.cases.test_queries import a_full_item
from tests.hotline.people import making
from tutela.hotline.cases import queries
from tutela.hotline.cases.actions import record_sighting
from tutela.hotline.cases.models import Membership, Series, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.cases.seen import Seen
from tutela.hotline.people.roles import ACTS, ANALYST, ROLES, SENIOR_ANALYST
from tutela.kernel.clock import SystemClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_today")]


@pytest.fixture
def desk() -> Client:
    """An analyst's browser."""
    return making.signed_in(making.person(ANALYST))


def page(client: Client, address: str = "/items/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_items_are_listed_and_lead_to_their_page(desk: Client) -> None:
    assert "No such item." in page(desk)
    item = an_item(urgent=True)
    shown = page(desk)
    assert f'href="/items/{item.public_id}/"' in shown and "urgent</strong>" in shown
    assert "1 received" in shown and "No such item." in page(desk, "/items/?state=closed")


def test_the_page_of_an_item_has_its_facts_and_no_address_or_picture(desk: Client) -> None:
    item = a_full_item()
    shown = page(desk, f"/items/{item.public_id}/")
    assert item.public_id in shown and "2 sha256" in shown and "An item was opened." in shown
    assert (
        "csam" in shown
        and "nothing illegal" in shown
        and "takes a verdict" in shown
        and "waits for review → in review" in shown
    )
    assert "there.test" not in shown and "<img" not in shown


def test_a_bare_item_has_a_page_too(desk: Client) -> None:
    assert "Nowhere yet." in page(desk, f"/items/{an_item().public_id}/")


def test_a_missing_item_is_no_page(desk: Client) -> None:
    assert desk.get("/items/itm_1/").status_code == 404


def test_more_than_a_page_has_a_next_one(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ROWS_MAX", 1)
    for _ in range(2):
        an_item()
    assert 'href="?state=received&amp;start=1"' in page(desk, "/items/?state=received")


@pytest.mark.parametrize("role", sorted(set(ROLES) - ACTS["see_items"].roles))
def test_a_role_that_needs_no_items_is_refused_and_told_why(role: str) -> None:
    item = an_item()
    client = making.signed_in(making.person(role))
    for address in ("/items/", f"/items/{item.public_id}/"):
        answer = client.get(address)
        assert answer.status_code == 403 and "takes the role of" in answer.content.decode()


@pytest.fixture
def senior() -> Client:
    """A senior analyst's browser."""
    return making.signed_in(making.person(SENIOR_ANALYST))


def test_an_item_is_held_its_hold_ended_and_then_it_is_closed(senior: Client) -> None:
    item = an_item()
    place = f"/items/{item.public_id}/"
    assert "Hold it" in page(senior, place) and "Close it for good" in page(senior, place)
    until = (SystemClock().now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    held = senior.post(f"{place}hold/", {"version": 1, "reason": "police_first", "until": until})
    assert held.status_code == 302
    shown = page(senior, place)
    assert "End the hold" in shown and "The item is now: held." in shown
    assert until.replace("T", " ") in shown and until.replace("T", " ") in page(senior, "/items/?state=held")
    senior.post(f"{place}hold/", {"version": 2})
    assert "The item is now: received." in page(senior, place)
    senior.post(place, {"version": 3, "reason": "out_of_scope"})
    shown = page(senior, place)
    assert "The item is now: closed." in shown and "Close it for good" not in shown


@pytest.mark.parametrize(
    ("where", "said", "answer"),
    [
        ("", {"version": 1, "reason": ""}, "This field is required."),
        ("", {"version": 9, "reason": "ended"}, "the item was moved meanwhile"),
        ("hold/", {"version": 1, "reason": "police_first"}, "say until when"),
        ("hold/", {"version": 1, "reason": "police_first", "until": "soon"}, "Enter a valid date/time."),
    ],
    ids=["no reason", "moved meanwhile", "no time", "no such time"],
)
def test_a_wrong_form_changes_nothing_and_says_why(
    where: str, said: dict[str, object], answer: str, senior: Client
) -> None:
    item = an_item()
    place = f"/items/{item.public_id}/"
    sent = senior.post(place + where, said, follow=True)
    assert answer in sent.content.decode().replace("&#x27;", "'")
    item.refresh_from_db()
    assert item.state == "received"


def test_an_analyst_sees_no_form_and_closes_nothing(desk: Client) -> None:
    item = an_item()
    place = f"/items/{item.public_id}/"
    assert "Close it for good" not in page(desk, place)
    for where in ("", "hold/"):
        sent = desk.post(place + where, {"version": 1, "reason": "ended"})
        assert sent.status_code == 403
    item.refresh_from_db()
    assert item.state == "received"


def test_a_place_that_redirects_led_to_says_so_and_the_others_do_not(desk: Client) -> None:
    item, said = an_item(), "a place of its own at another host: redirects lead there"
    seen = Seen(how="fetched", process="fetcher", reason="report")
    record_sighting(item, seen, actor=WORKER, clock=CLOCK)
    assert said not in page(desk, f"/items/{item.public_id}/")
    record_sighting(item, replace(seen, found_as=BY_REDIRECT), actor=WORKER, clock=CLOCK)
    assert page(desk, f"/items/{item.public_id}/").count(said) == 1


def test_the_page_of_a_page_counts_its_group_and_names_what_failed(desk: Client) -> None:
    shown_on, items = an_item(), [an_item() for _ in range(3)]
    counts = {"v": 1, "shown": 9, "opened": 3, "joined": 0, "left": {"cut": 6}}
    series = Series.objects.create(kind="page", page=shown_on, made_at=CLOCK.now(), counts=counts)
    for number, item in enumerate(items):
        Membership.objects.create(item=item, series=series)
        seen = Seen(how="found", process="worker", reason="report", level=1, found_as="picture")
        sighting = record_sighting(item, seen, actor=WORKER, clock=CLOCK)
        Sighting.objects.filter(pk=sighting.pk).update(trouble="not_there" if number else "")
    shown = page(desk, f"/items/{shown_on.public_id}/")
    assert "What stood on this page" in shown and "3: 3 received" in shown
    assert "2 gone (HTTP 404, 410)" in shown and "6 more than are fetched of one page" in shown
    assert "9 pictures, films and frames that it shows" in shown
    shown = page(desk, f"/items/{items[0].public_id}/")
    assert "It stood on a page" in shown and f'href="/items/{shown_on.public_id}/"' in shown
