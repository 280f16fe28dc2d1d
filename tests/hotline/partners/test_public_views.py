from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.hotline.partners.making import URL, a_clock, a_referral
from tutela.hotline.intake.crowd import Budget
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.partners import public_views
from tutela.hotline.partners.actions import record_handed, record_sealed
from tutela.hotline.partners.models import Referral

pytestmark = pytest.mark.django_db
TOKEN = "a-token"


@pytest.fixture(autouse=True)
def rested() -> None:
    public_views.pace.cache_clear()


@pytest.fixture
def public(settings: Settings) -> Client:
    """Somebody with a browser, before the public process."""
    from tutela.web import public_settings

    settings.ROOT_URLCONF = public_settings.ROOT_URLCONF
    settings.MIDDLEWARE = public_settings.MIDDLEWARE
    settings.TEMPLATES = public_settings.TEMPLATES
    return Client(headers={"accept-language": "en"})


def handed() -> Referral:
    clock = a_clock()
    referral = a_referral(clock)
    record_sealed(referral.public_id, b"sealed", token=TOKEN, clock=clock)
    return record_handed(referral.public_id, clock=clock)


def test_an_answer_is_given_once_and_nothing_of_the_case_is_shown(public: Client) -> None:
    referral = handed()
    shown = public.get(f"/answer/{TOKEN}")
    assert shown.status_code == 200 and not shown.cookies and referral.public_id in shown.content.decode()
    sent = public.post(f"/answer/{TOKEN}", {"outcome": "arrested", "reference": "AZ 7"})
    assert sent.status_code == 200 and "Thank you" in sent.content.decode()
    for answer in (shown, sent):
        for secret in (URL, "canary", referral.partner.name, referral.items.get().public_id):
            assert secret not in answer.content.decode()
    kept = Referral.objects.get()
    assert (kept.outcome, kept.reference, kept.answer_digest) == ("arrested", "AZ 7", "")
    assert LedgerEntry.objects.get(act="referral_answered").actor_kind == "public"
    again = public.post(f"/answer/{TOKEN}", {"outcome": "no_case"})
    assert again.status_code == 404 and Referral.objects.get().outcome == "arrested"


def test_a_link_is_good_until_the_case_has_ended(public: Client) -> None:
    handed()
    for outcome, said in (("received", "still good"), ("identified", "used up")):
        assert said in public.post(f"/answer/{TOKEN}", {"outcome": outcome}).content.decode()
    assert Referral.objects.get().outcome == "identified"
    assert public.get(f"/answer/{TOKEN}").status_code == 404


def test_links_that_are_not_good_look_alike(public: Client) -> None:
    handed()
    public.post(f"/answer/{TOKEN}", {"outcome": "no_case"})
    record_sealed(a_referral(a_clock()).public_id, b"x", token="waiting", clock=a_clock())
    answers = [public.get(f"/answer/{token}") for token in (TOKEN, "another", "waiting", "%00", "x" * 200)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"\s+", " ", answer.content.decode()) for answer in answers}) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose what"),
        ({"outcome": "won"}, "Choose what"),
        ({"outcome": "received", "reference": "x" * 90}, "80"),
    ],
)
def test_a_mistyped_answer_is_said_and_uses_nothing_up(
    typed: dict[str, str], said: str, public: Client
) -> None:
    handed()
    answer = public.post(f"/answer/{TOKEN}", typed)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert public.post(f"/answer/{TOKEN}", {"outcome": "received"}).status_code == 200


def test_who_asks_too_often_waits_and_loses_nothing(public: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    handed()
    time = [0.0]
    slow = public_views.Pace(Budget(per_second=1, burst=2, now=lambda: time[0]))
    monkeypatch.setattr(public_views, "pace", lambda: slow)
    statuses = [public.get("/answer/wrong").status_code for _ in range(3)]
    assert statuses == [404, 404, 429]
    assert public.post(f"/answer/{TOKEN}", {"outcome": "received"}).status_code == 429
    time[0] = 1.0
    assert public.post(f"/answer/{TOKEN}", {"outcome": "received"}).status_code == 200


def test_it_can_be_read_in_german(public: Client) -> None:
    handed()
    answer = public.get(f"/answer/{TOKEN}?language=de")
    assert (
        answer.headers["Content-Language"] == "de" and "Was aus einem Fall wurde" in answer.content.decode()
    )
