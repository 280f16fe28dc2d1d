from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from tests.hotline.takedown.making import URL, a_clock, a_notice, message_id_of
from tutela.hotline.takedown import queries
from tutela.hotline.takedown.actions import claim_sending, record_sent
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(settings: Settings) -> Client:
    """Somebody with a browser, before the public process."""
    from tutela.web import public_settings

    settings.ROOT_URLCONF = public_settings.ROOT_URLCONF
    settings.MIDDLEWARE = public_settings.MIDDLEWARE
    settings.TEMPLATES = public_settings.TEMPLATES
    return Client(headers={"accept-language": "en"})


def page(public: Client, notice: str) -> str:
    answer = public.get(f"/verify/{notice}")
    assert answer.status_code == 200 and not answer.cookies
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_notice_that_we_sent_is_ours_and_nothing_else_is_said(public: Client) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    record_sent(attempt, clock=clock)
    shown = page(public, notice.public_id)
    assert "Yes. We sent a notice" in shown and "2026-05-04" in shown
    for secret in (URL, "canary", "host.test", "Host Ltd", notice.sighting.public_id, message_id_of(notice)):
        assert secret not in shown


def test_a_letter_is_known_by_its_number_on_its_page(public: Client) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    record_sent(attempt, clock=clock)
    own, of_notice = page(public, attempt.letter), page(public, notice.public_id)
    assert "Yes. We sent a notice" in own and own == of_notice.replace(notice.public_id, attempt.letter)


@pytest.mark.parametrize("number", ["notice", "letter", "unknown", "no-number"])
def test_every_number_is_asked_for_in_the_same_way(
    public: Client, number: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    known = {"notice": notice.public_id, "letter": attempt.letter, "unknown": new_id("ltr_")}
    with django_assert_num_queries(4):
        assert queries.sent_on(known.get(number, number)) is None or number in ("notice", "letter")


def test_a_notice_that_never_left_looks_like_one_that_is_none(public: Client) -> None:
    waiting = a_notice(a_clock())
    answers = {
        page(public, number) for number in (waiting.public_id, new_id("ntc_"), "ntc_", "nothing", "%00")
    }
    assert len(answers) == 1 and "No. We have sent no notice" in answers.pop()


def test_nothing_is_taken_by_post(public: Client) -> None:
    assert public.post(f"/verify/{new_id('ntc_')}").status_code == 405


def test_it_can_be_read_in_german(public: Client) -> None:
    answer = public.get(f"/verify/{new_id('ntc_')}?language=de")
    assert answer.headers["Content-Language"] == "de" and "Nein. " in answer.content.decode()
