from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.hotline.people import making
from tests.hotline.takedown.abroad import found_house
from tests.hotline.takedown.making import URL, WORKER, a_clock, a_notice, acts
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.roles import ANALYST, AUDITOR, SENIOR_ANALYST, TAKEDOWN_OFFICER
from tutela.hotline.takedown import queries
from tutela.hotline.takedown.actions import (
    claim_sending,
    find_in_doubt,
    record_check,
    record_failed,
    record_look,
)
from tutela.hotline.takedown.models import Notice, Recipient
from tutela.hotline.takedown.removal import Look
from tutela.kernel.clock import SystemClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    """A takedown officer's browser."""
    return making.signed_in(making.person(TAKEDOWN_OFFICER))


def page(client: Client, address: str = "/notices/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def a_doubt() -> Notice:
    clock = a_clock()
    a_notice(clock)
    claim_sending("one", lease_seconds=60, clock=clock)
    find_in_doubt("one", clock=clock)
    return Notice.objects.get()


def test_an_empty_outbox_says_so(desk: Client) -> None:
    shown = page(desk)
    assert "0 wait" in shown and "No such notice." in shown and "In doubt</h2>" not in shown


def test_a_doubt_is_called_out_and_leads_to_both_choices(desk: Client) -> None:
    notice = a_doubt()
    assert f'href="/notices/{notice.public_id}/"' in page(desk) and "In doubt</h2>" in page(desk)
    shown = page(desk, f"/notices/{notice.public_id}/")
    assert "gets it twice" in shown and "nobody is told" in shown and notice.message_id.strip("<>") in shown


def test_no_page_shows_the_address_of_an_item(desk: Client) -> None:
    notice = a_doubt()
    for address in ("/notices/", f"/notices/{notice.public_id}/", "/recipients/"):
        assert "canary" not in page(desk, address) and URL not in page(desk, address)


def test_a_held_notice_and_a_place_gone_from_one_side_say_so(desk: Client) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    assert "gone, seen from one place" not in page(desk)
    for _ in range(2):
        gone = Look(vantage="direct", at=clock.now(), result="gone")
        record_check(notice.sighting, (gone,), actor=WORKER, clock=clock)
        clock.advance(1_800)
    record_look(notice.public_id, "parked", actor=WORKER, clock=clock)
    shown = page(desk)
    assert "gone, seen from one place" in shown and "1 gone as seen from one place" in shown
    assert "the whole host shows one page" in shown
    assert "the whole host shows one page" in page(desk, f"/notices/{notice.public_id}/")


@pytest.mark.parametrize(("what", "state"), [("send_again", "queued"), ("leave", "sent")])
def test_a_choice_settles_the_doubt_and_names_who_chose(desk: Client, what: str, state: str) -> None:
    notice = a_doubt()
    answer = desk.post(f"/notices/{notice.public_id}/", {"what": what, "token": notice.token})
    assert answer.status_code == 302
    notice.refresh_from_db()
    assert notice.state == state and acts(notice.public_id)[-1] == "notice_resolved"
    assert LedgerEntry.objects.get(act="notice_resolved").actor.startswith("usr_")


def test_a_choice_about_what_has_moved_on_changes_nothing_and_says_so(desk: Client) -> None:
    notice = a_doubt()
    answer = desk.post(
        f"/notices/{notice.public_id}/", {"what": "leave", "token": notice.token + 1}, follow=True
    )
    assert "look again" in answer.content.decode()
    notice.refresh_from_db()
    assert notice.state == "in_doubt"


@pytest.mark.parametrize(
    "form", [{}, {"what": "forget", "token": 1}, {"what": "leave"}, {"what": "leave", "token": -1}]
)
def test_a_choice_that_is_none_changes_nothing(desk: Client, form: dict[str, str | int]) -> None:
    notice = a_doubt()
    assert desk.post(f"/notices/{notice.public_id}/", form).status_code == 200
    assert Notice.objects.get().state == "in_doubt"


def test_a_refused_notice_can_be_tried_again(desk: Client) -> None:
    clock = a_clock()
    notice = a_notice(clock)
    attempt = claim_sending("one", lease_seconds=60, clock=clock)
    assert attempt is not None
    record_failed(attempt, code=550, clock=clock)
    assert "Two choices" not in page(desk, f"/notices/{notice.public_id}/")
    desk.post(f"/notices/{notice.public_id}/", {"what": "send_again", "token": 1})
    assert Notice.objects.get().state == "queued"


def test_a_wrong_notice_is_taken_back_from_its_page_once(desk: Client) -> None:
    notice = a_doubt()
    address = f"/notices/{notice.public_id}/"
    assert "Take it back" in page(desk, address)
    desk.post(address, {"what": "retract", "token": notice.token})
    made = Notice.objects.get(retracts=notice)
    assert "Take it back" not in page(desk, address) and "It was taken back" in page(desk, address)
    shown = page(desk, f"/notices/{made.public_id}/")
    assert "Takes back" in shown and address in shown and "Take it back" not in shown


def test_an_auditor_sees_a_doubt_and_cannot_settle_it() -> None:
    notice = a_doubt()
    auditor = making.signed_in(making.person(AUDITOR))
    assert "Two choices" not in page(auditor, f"/notices/{notice.public_id}/")
    answer = auditor.post(f"/notices/{notice.public_id}/", {"what": "leave", "token": notice.token})
    assert answer.status_code == 403 and Notice.objects.get().state == "in_doubt"


@pytest.mark.parametrize("address", ["/notices/", "/notices/ntc_x/", "/recipients/"])
def test_who_has_no_business_with_notices_is_told_why(address: str) -> None:
    analyst = making.signed_in(making.person(ANALYST))
    answer = analyst.get(address)
    assert answer.status_code == 403 and "takedown officer" in answer.content.decode()
    assert Client().get(address).status_code == 302


def test_a_notice_that_is_not_there_is_missing(desk: Client) -> None:
    assert desk.get("/notices/ntc_nothing/").status_code == 404


def test_old_notices_and_overdue_looks_are_called_out(desk: Client) -> None:
    clock = a_clock()
    a_notice(clock)
    Notice.objects.update(second_look_due=SystemClock().now() - timedelta(minutes=1))
    shown = page(desk)
    assert "more than an hour" in shown or SystemClock().now() - clock.now() < timedelta(hours=1)
    assert "1 second look is overdue" in shown


@pytest.mark.parametrize("choice", ["state=asleep", "start=-1", "start=x"])
def test_a_wrong_choice_shows_nothing_and_harms_nothing(desk: Client, choice: str) -> None:
    a_notice(a_clock())
    assert "No such notice." in page(desk, f"/notices/?{choice}")


def test_more_than_a_page_has_a_next_one(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ROWS_MAX", 1)
    for _ in range(2):
        a_notice(a_clock())
    assert 'href="?state=queued&amp;start=1"' in page(desk, "/notices/?state=queued")
    assert "start=2" not in page(desk, "/notices/?state=queued&start=1")


def test_a_person_names_a_recipient_and_confirms_it_by_that(desk: Client) -> None:
    assert desk.post("/recipients/", {"address": "Abuse@HOST.test", "name": "Host"}).status_code == 302
    assert queries.recipients()[0].confirmed and Recipient.objects.get().address == "Abuse@host.test"
    assert "Abuse@host.test" in page(desk, "/recipients/")


def test_an_address_that_is_none_is_not_taken(desk: Client) -> None:
    answer = desk.post("/recipients/", {"address": "a@b.test, c@d.test", "name": "Host"})
    assert "without a name around it" in answer.content.decode() and not Recipient.objects.exists()


def test_a_senior_analyst_settles_doubts_and_names_nobody() -> None:
    senior = making.signed_in(making.person(SENIOR_ANALYST))
    assert "Name and confirm" not in page(senior, "/recipients/")
    assert senior.post("/recipients/", {"address": "a@b.test", "name": "x"}).status_code == 403


def test_the_list_asks_the_database_as_often_for_many_as_for_few(desk: Client) -> None:
    counted = []
    for _ in range(2):
        for _ in range(3):
            a_notice(a_clock())
        with CaptureQueriesContext(connection) as captured:
            page(desk)
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_an_order_is_handed_on_and_its_notice_says_so(
    desk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_house(tmp_path / "house", monkeypatch, orders=True)
    notice = a_notice(a_clock())
    address = f"/notices/{notice.public_id}/order/"
    assert "a request" in page(desk, f"/notices/{notice.public_id}/")
    assert f'href="{address}"' in page(desk, f"/notices/{notice.public_id}/")
    assert "is asked, and not ordered" in page(desk, address)
    until = (SystemClock().now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    told = {"authority": "Court of Somewhere", "base": "Act, 3", "until": until}
    assert desk.post(address, told | {"until": "soon"}).status_code == 200
    assert "a year at most" in desk.post(address, told | {"until": "2020-01-01T10:00"}).content.decode()
    assert "a request" in page(desk, f"/notices/{notice.public_id}/")
    assert desk.post(address, told).status_code == 302
    shown = page(desk, f"/notices/{notice.public_id}/")
    assert "an order of Court of Somewhere under Act, 3, until 20" in shown
    assert acts(notice.public_id) == ["notice_queued", "order_handed_on"]


def test_a_house_that_may_only_ask_hears_why_and_others_see_no_form(desk: Client) -> None:
    notice = a_notice(a_clock())
    address = f"/notices/{notice.public_id}/order/"
    told = {"authority": "Court", "base": "Act", "until": "2030-01-01T10:00"}
    assert "may ask and not order" in desk.post(address, told).content.decode()
    auditor = making.signed_in(making.person(AUDITOR))
    assert "Authority that gave" not in page(auditor, address)
    assert auditor.post(address, told).status_code == 403
