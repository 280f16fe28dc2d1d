from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from django.test import Client

from tests.hotline.intake.making import Places, every_row
from tests.hotline.intake.test_shapes import ASELO
from tutela.hotline.intake.models import Report, SelfReportLink
from tutela.hotline.intake.queries import standing_of
from tutela.hotline.settings import SenderSettings
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db
TOKEN = "snd_" + "7" * 32
RIGHT = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def partner(public: Client, places: Places, settings: Any) -> Client:
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    settings.TUTELA_SENDERS = (SenderSettings(name="helpline-a", token_sha256=digest),)
    return public


def post(client: Client, row: Any, **headers: str) -> Any:
    return client.post("/api/reports", row, content_type="application/json", headers={**RIGHT, **headers})


def test_a_partner_hands_a_report_in_and_gets_its_receipt(partner: Client) -> None:
    answer = post(partner, {"addresses": ["https://there.test/1"], "text": "x", "urgent": True})
    assert answer.status_code == 201 and standing_of(answer.json()["receipt"]) is not None
    report = Report.objects.get()
    assert (report.sender, report.channel, report.urgent) == ("helpline-a", "api", False)
    assert report.items.get().source == "partner"


def test_a_partner_that_may_marks_a_report_as_urgent(partner: Client, settings: Any) -> None:
    settings.TUTELA_SENDERS = tuple(
        one.model_copy(update={"urgent": True}) for one in settings.TUTELA_SENDERS
    )
    assert post(partner, {"text": "x", "urgent": True}).status_code == 201
    assert Report.objects.get().urgent


def test_what_comes_again_under_its_key_is_one_report(partner: Client) -> None:
    answers = [post(partner, {"text": "x"}, **{"idempotency-key": "k1"}).json() for _ in range(2)]
    assert answers[0] == answers[1] and Report.objects.count() == 1
    other = post(partner, {"text": "y"}, **{"idempotency-key": "k1"}).json()
    assert other != answers[0] and Report.objects.count() == 2


def test_a_helpline_posts_as_it_does_today(partner: Client) -> None:
    basic = base64.b64encode(f"helpline-a:{TOKEN}".encode()).decode()
    answer = post(partner, ASELO, authorization=f"Basic {basic}")
    assert answer.status_code == 201
    assert standing_of(answer.json()["IWFReportService1.0"]["responseData"]) is not None
    rows = every_row()
    assert "Ada" not in rows and "ada@there.test" not in rows
    assert post(partner, ASELO | {"Live_Report": "T"}).status_code == 201 and Report.objects.count() == 1


@pytest.mark.parametrize(
    "header",
    ["", "Bearer x", "Basic x", "Basic " + base64.b64encode(f"other:{TOKEN}".encode()).decode(), "Digest x"],
)
def test_without_its_token_nobody_comes_in(partner: Client, header: str) -> None:
    answer = post(partner, {"text": "x"}, authorization=header)
    assert answer.status_code == 401 and "WWW-Authenticate" in answer.headers
    assert not Report.objects.exists() and partner.get("/api/reports").status_code == 405


def test_what_is_wrong_is_said_by_field_and_line(partner: Client) -> None:
    error = post(partner, {"addresses": ["https://there.test/", "nowhere"]}).json()["error"]
    assert (error["code"], error["lines"]) == ("report_unclear", [{"line": 2, "problem": "no_address"}])
    assert post(partner, {"colour": 1}).json()["error"]["field"] == "colour"
    assert post(partner, {"text": "x" * (9 << 20)}).status_code == 422


def test_what_cannot_be_kept_is_to_come_again(partner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise Unavailable("full", retry_after_seconds=7)

    monkeypatch.setattr("tutela.hotline.intake.api_views.keep_report", full)
    answer = post(partner, {"text": "x"})
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "7"


def opened(partner: Client, **changed: str) -> Any:
    form = {"secret_key": TOKEN, "case_number": "C-17", "user_age_range": "13-15"} | changed
    return partner.post("/api/self-reports", form)


def test_a_child_reports_itself_by_the_link_of_its_helpline_once(partner: Client, places: Places) -> None:
    token = opened(partner).json()["message"]["access_token"]
    link = SelfReportLink.objects.get()
    assert open_text(bytes(link.text_sealed), places.vault) == "C-17" and token not in every_row()
    page = partner.get(f"/t?={token}").content.decode()
    assert 'value="13_15" checked' in page and 'action="/t"' in page
    sent = partner.post("/t", {"link": token, "text": "it is me", "age": "16_17"})
    assert "You were brave" in sent.content.decode()
    report = Report.objects.get()
    assert (report.way, report.age, report.channel) == ("self", "16_17", "self_report")
    assert report.sender == "helpline-a" and SelfReportLink.objects.get().report == report
    again = partner.get(f"/t?={token}")
    assert again.status_code == 404 and "This link has been used" in again.content.decode()


@pytest.mark.parametrize("wrong", [{"secret_key": "x"}, {"case_number": ""}, {"user_age_range": "40"}])
def test_a_link_is_opened_for_a_helpline_only_and_with_its_number(
    partner: Client, wrong: dict[str, str]
) -> None:
    answer = opened(partner, **wrong)
    assert answer.status_code in {401, 422} and answer.json()["result"] == "Error"
    assert not SelfReportLink.objects.exists()


def test_a_link_that_is_none_leads_to_the_form_without_one(partner: Client) -> None:
    for path in ("/t", "/t?=x", "/t?t=" + "\x00"):
        answer = partner.get(path)
        assert answer.status_code == 404 and 'href="/me' in answer.content.decode()
