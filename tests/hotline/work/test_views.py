from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.hotline.people import making
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.roles import ADMINISTRATOR, ANALYST, AUDITOR
from tutela.hotline.work import actions, queries
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.models import Job
from tutela.kernel.clock import SystemClock

Put = Callable[..., None]
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    """An administrator's browser."""
    return making.signed_in(making.person(ADMINISTRATOR))


def page(client: Client, address: str = "/jobs/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_table_says_that_nobody_works(desk: Client) -> None:
    shown = page(desk)
    assert "0 waiting" in shown and "No such job." in shown and "Nobody works" in shown


def test_jobs_are_shown_and_lead_to_their_page(desk: Client, held: Claim, put: Put) -> None:
    put(kind="elsewhere")
    shown = page(desk)
    assert f'href="/jobs/{held.job}/">toy</a>' in shown and ">elsewhere</a>" in shown and "ann" in shown
    assert '<option value="toy">' in shown
    assert ">elsewhere</a>" not in page(desk, "/jobs/?kind=toy")
    assert ">toy</a>" not in page(desk, "/jobs/?state=waiting")


def test_parked_jobs_are_called_out(desk: Client, held: Claim) -> None:
    assert "?state=parked" not in page(desk)
    actions.park(held, "Refused")
    assert "1 job is parked" in page(desk)


@pytest.mark.parametrize("choice", ["state=asleep", "start=-1", "start=x", f"kind={'k' * 41}"])
def test_a_wrong_choice_shows_nothing_and_harms_nothing(desk: Client, held: Claim, choice: str) -> None:
    assert "No such job." in page(desk, f"/jobs/?{choice}")


def test_more_than_a_page_has_a_next_one(desk: Client, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "ROWS_MAX", 2)
    for _ in range(3):
        put()
    assert 'href="?kind=toy&amp;start=2"' in page(desk, "/jobs/?kind=toy")
    assert "Next page" not in page(desk, "/jobs/?kind=toy&start=2")


def test_workers_are_shown_and_two_of_one_name_visibly(desk: Client) -> None:
    actions.say_present("wrk_a", "ann", 3, 1, clock=SystemClock())
    assert "Nobody works" not in page(desk) and "another one has this name" not in page(desk)
    actions.say_present("wrk_b", "ann", 3, 1, clock=SystemClock())
    assert page(desk).count("another one has this name") == 2


def test_one_job_is_shown_with_why_it_is_parked(desk: Client, held: Claim) -> None:
    assert "itm_x" in page(desk, f"/jobs/{held.job}/")
    actions.park(held, "TimeoutError")
    assert "an error of the class TimeoutError" in page(desk, f"/jobs/{held.job}/")


def test_a_job_that_is_not_there_is_not_found(desk: Client) -> None:
    assert desk.get("/jobs/job_nothing/").status_code == 404


def test_a_parked_job_goes_back_and_the_ledger_knows_who(desk: Client, held: Claim) -> None:
    actions.park(held, "Refused")
    answer = desk.post(f"/jobs/{held.job}/", {"what": "retry"}, follow=True)
    assert "The job waits again" in answer.content.decode()
    assert Job.objects.get().state == "waiting"
    entry = LedgerEntry.objects.get(act="job_retried")
    assert entry.subject == held.job and entry.actor.startswith("usr_")


def test_a_job_is_taken_out_of_the_line_once(desk: Client, held: Claim) -> None:
    desk.post(f"/jobs/{held.job}/", {"what": "park"})
    assert Job.objects.get().state == "parked"
    answer = desk.post(f"/jobs/{held.job}/", {"what": "park"}, follow=True)
    assert "parked already" in answer.content.decode()
    assert LedgerEntry.objects.filter(act="job_parked").count() == 1


@pytest.mark.parametrize("what", ["", "delete"])
def test_another_wish_changes_nothing(desk: Client, held: Claim, what: str) -> None:
    assert desk.post(f"/jobs/{held.job}/", {"what": what}).status_code == 200
    assert Job.objects.get().token == held.token


def test_who_may_only_look_sees_no_button_and_is_refused(held: Claim) -> None:
    auditor = making.signed_in(making.person(AUDITOR))
    assert 'name="what"' not in page(auditor, f"/jobs/{held.job}/")
    assert auditor.post(f"/jobs/{held.job}/", {"what": "park"}).status_code == 403
    assert Job.objects.get().token == held.token


def test_who_has_no_business_here_is_refused(held: Claim) -> None:
    analyst = making.signed_in(making.person(ANALYST))
    assert analyst.get("/jobs/").status_code == analyst.get(f"/jobs/{held.job}/").status_code == 403
