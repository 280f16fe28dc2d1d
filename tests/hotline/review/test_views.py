"""The pages of the assessment desk: everything by forms, nothing without a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.hotline.people import making
from tests.hotline.review.making import GreyOpener, a_page, a_waiting_item, state_of
from tutela.hotline.cases.models import Item
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST, TAKEDOWN_OFFICER
from tutela.hotline.review import views
from tutela.hotline.review.models import Assessment, Exposure, Lease
from tutela.kernel.clock import FixedClock, SystemClock

pytestmark = pytest.mark.django_db
SAID = {
    "do": "assess",
    "outcome": "illegal",
    "legal_class": "csam",
    "category": "baseline",
    "element_age": "infant",
    "site_kind": "forum",
    "self_generated": "no",
    "commercial": "unknown",
}


def now() -> FixedClock:
    return FixedClock(SystemClock().now())


@pytest.fixture(autouse=True)
def today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GreyOpener:
    """Pages ask the clock of the machine: this house is founded now; its opener shows grey tiles."""
    rehearse(tmp_path)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    opener = GreyOpener()
    monkeypatch.setattr(views, "opener", lambda: opener)
    return opener


@pytest.fixture
def anna() -> Person:
    return making.person(ANALYST, name="Anna")


@pytest.fixture
def desk(anna: Person) -> Client:
    return making.signed_in(anna)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.content.decode()


def sent(client: Client, address: str, **typed: object) -> str:
    answer = client.post(address, typed, follow=True)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.content.decode()


def test_an_item_goes_from_the_queue_to_a_verdict_by_forms_alone(desk: Client) -> None:
    item = a_waiting_item(now())
    assert "came within the last 24 hours" in page(desk, "/review/")
    assert "Before you" in sent(desk, "/review/")
    assert "data:image" not in page(desk, "/review/mine/")
    shown = sent(desk, "/review/mine/", do="show")
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="Protected picture 1 of item', shown)
    assert "written down" in sent(desk, "/review/mine/", items=[item.public_id], **SAID)
    assert state_of(item) == "verdict"
    made = Assessment.objects.get()
    assert (made.elements["age"], made.site_kind, made.self_generated) == ("infant", "forum", "no")
    assert made.key.startswith("totp-usr_")


def test_what_is_missing_is_said_at_its_field_and_nothing_is_judged(desk: Client) -> None:
    item = a_waiting_item(now())
    sent(desk, "/review/")
    sent(desk, "/review/mine/", do="show")
    answer = sent(desk, "/review/mine/", items=[item.public_id], **{**SAID, "legal_class": ""})
    assert "say which class" in answer
    assert "Choose at least one" in sent(desk, "/review/mine/", **SAID)
    assert not Assessment.objects.exists()


def test_what_was_not_shown_is_not_judged(desk: Client) -> None:
    item = a_waiting_item(now())
    sent(desk, "/review/")
    assert "nobody was shown" in sent(desk, "/review/mine/", items=[item.public_id], **SAID)
    assert state_of(item) == "in_review"


def test_it_can_be_covered_and_given_back(desk: Client) -> None:
    a_waiting_item(now())
    sent(desk, "/review/")
    sent(desk, "/review/mine/", do="show")
    assert "data:image" not in sent(desk, "/review/mine/", do="cover")
    assert Exposure.objects.get().how_ended == "next"
    assert "waits again" in sent(desk, "/review/mine/", do="back")
    assert Lease.objects.get().how_ended == "returned"


def test_a_page_comes_as_one_group_and_some_of_it_can_be_left_for_later(desk: Client) -> None:
    whole, pictures = a_page(now(), 3)
    sent(desk, "/review/")
    shown = sent(desk, "/review/mine/", do="show")
    assert shown.count("data:image/png") == 3
    names = [one.public_id for one in (whole, *pictures[:2])]
    sent(desk, "/review/mine/", items=names, **SAID)
    assert Item.objects.filter(state="verdict").count() == 3
    assert pictures[2].public_id in page(desk, "/review/mine/")


def test_a_second_look_is_given_by_somebody_else(desk: Client, anna: Person) -> None:
    item = a_waiting_item(now())
    sent(desk, "/review/")
    sent(desk, "/review/mine/", do="show")
    sent(desk, "/review/mine/", items=[item.public_id], **SAID)
    assert "you said it" in page(desk, "/review/second/")
    assert "somebody else" in sent(desk, f"/review/second/{item.public_id}/", do="say", word="agree")
    other = making.signed_in(making.person(ANALYST, name="Ben"))
    address = f"/review/second/{item.public_id}/"
    assert "sexual abuse of children" in page(other, address)
    assert "data:image/png" in sent(other, address, do="show")
    assert "taken back" in sent(other, address, do="say", word="not_illegal")
    assert state_of(item) == "rated"


def test_where_the_house_may_not_look_the_page_says_so(
    desk: Client, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_waiting_item(now())
    home = tmp_path_factory.mktemp("blind")
    rehearse(home, mandate="no-viewing")
    monkeypatch.setenv("TUTELA_HOME", str(home))
    assert "may not show an item" in page(desk, "/review/")
    assert "may not show an item" in sent(desk, "/review/")
    assert not Lease.objects.exists()


def test_another_role_does_not_get_in() -> None:
    officer = making.signed_in(making.person(TAKEDOWN_OFFICER))
    for address in ("/review/", "/review/mine/", "/review/second/"):
        assert officer.get(address).status_code == 403


def test_who_has_nothing_is_led_to_what_waits(desk: Client) -> None:
    assert "nothing before you" in desk.get("/review/mine/", follow=True).content.decode()
    assert "Nothing waits for you" in sent(desk, "/review/")
