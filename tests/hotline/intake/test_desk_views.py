from __future__ import annotations

import pytest
from django.test import Client

from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import Places, a_form
from tests.hotline.people import making
from tutela.hotline.intake import queries
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.prepared import Origin
from tutela.hotline.people.roles import ACTS, ANALYST, INTAKE_OFFICER, ROLES

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/reports/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def desk() -> Client:
    """An intake officer's browser."""
    return making.signed_in(making.person(INTAKE_OFFICER))


def test_reports_are_listed_and_lead_to_their_page(desk: Client, places: Places) -> None:
    assert "No report." in page(desk)
    receive_report(a_form(urgent="1"), origin=Origin(language="de"), clock=CLOCK)
    report = Report.objects.get()
    shown = page(desk)
    assert (
        f'href="/reports/{report.public_id}/"' in shown and "urgent</strong>" in shown and "sealed" in shown
    )
    facts = page(desk, f"/reports/{report.public_id}/")
    assert "opened one by one" in facts and "seen today" not in facts and "there.test" not in facts


def test_items_are_named_and_lead_on_for_whoever_may_see_them(desk: Client, places: Places) -> None:
    receive_report(a_form(), clock=CLOCK)
    report = Report.objects.get()
    item = report.items.order_by("pk")[0].public_id
    analyst = making.signed_in(making.person(ANALYST))
    assert f'href="/items/{item}/"' in page(analyst, f"/reports/{report.public_id}/")
    assert item[:12] in page(desk, f"/reports/{report.public_id}/")
    assert f"/items/{item}/" not in page(desk, f"/reports/{report.public_id}/")


def test_a_report_of_words_alone_is_seen_too(desk: Client, places: Places) -> None:
    receive_report(a_form(addresses=""), clock=CLOCK)
    assert "names no address" in page(desk, f"/reports/{Report.objects.get().public_id}/")


@pytest.mark.parametrize("start", ["-1", "x", "9" * 30, "\u0661"])
def test_a_wrong_start_harms_nothing(desk: Client, places: Places, start: str) -> None:
    receive_report(a_form(), clock=CLOCK)
    assert desk.get("/reports/", {"start": start}).status_code == 200


def test_more_than_a_page_has_a_next_one(
    desk: Client, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "ROWS_MAX", 1)
    for _ in range(2):
        receive_report(a_form(), clock=CLOCK)
    assert 'href="?start=1"' in page(desk)
    assert "?start=" not in page(desk, "/reports/?start=1")


def test_a_missing_report_is_no_page(desk: Client) -> None:
    for wrong in ("rep_1", "%00"):
        assert desk.get(f"/reports/{wrong}/").status_code == 404


@pytest.mark.parametrize("role", sorted(set(ROLES) - ACTS["see_reports"].roles))
def test_a_role_that_needs_no_reports_is_refused_and_told_why(role: str) -> None:
    answer = making.signed_in(making.person(role)).get("/reports/")
    assert answer.status_code == 403 and "takes the role of" in answer.content.decode()
