from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable
from tutela.web import faults


def request() -> HttpRequest:
    made = RequestFactory().get("/")
    made.user = AnonymousUser()
    return made


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("here")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("a number is right", field="size"), 422),
        (Refused("not here"), 404),
        (Conflict("it moved"), 409),
        (Unavailable("it is away", retry_after_seconds=7.5), 503),
    ],
    ids=lambda one: type(one).__name__,
)
def test_each_family_has_its_page_with_the_reason(error: TutelaError, status: int) -> None:
    answer = faults.Faults(page).process_exception(request(), error)
    assert answer is not None and answer.status_code == status
    assert error.public_message() in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("7" if status == 503 else None)


def test_another_error_goes_to_the_last_resort() -> None:
    assert faults.Faults(page).process_exception(request(), ValueError("secret")) is None


def test_the_last_resort_says_nothing_of_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("secret")
    except ValueError:
        answer = faults.failed(request())
    assert answer.status_code == 500 and b"secret" not in answer.content
    assert "secret" not in capsys.readouterr().err


def test_a_session_that_the_database_did_not_keep_is_no_fault_of_the_browser() -> None:
    ended, locked = SessionInterrupted("ended"), SessionInterrupted("ended")
    locked.__context__ = UpdateError()
    locked.__context__.__context__ = OperationalError("database is locked")
    assert faults.bad_request(request(), ended).status_code == 400
    answer = faults.bad_request(request(), locked)
    assert answer.status_code == 503 and b"busy or away" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["load", "save"])
def test_a_database_that_is_away_is_said_and_no_fault(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def locked(*_arguments: object, **_named: object) -> None:
        raise OperationalError("database is locked: secret")

    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    monkeypatch.setattr(SessionStore, step, locked)
    monkeypatch.setattr(SessionStore, "is_empty", lambda _session: False)
    answer = client.get("/people/")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert b"busy or away" in answer.content and b"secret" not in answer.content


@pytest.mark.django_db
def test_a_page_that_is_not_there_has_a_page() -> None:
    answer = Client().get("/nothing/")
    assert answer.status_code == 404 and b"nothing that you may see" in answer.content


@pytest.mark.django_db
def test_who_tried_too_often_is_told_when_to_try_again(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client, sent = Client(REMOTE_ADDR="192.0.2.7"), {"login": "nobody@house.test", "password": "no"}
    client.post("/account/login/", sent)
    answer = client.post("/account/login/", sent)
    assert answer.status_code == 429 and b"Wait five minutes" in answer.content


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_and_told_why() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {})
    assert answer.status_code == 403 and b"Load it again" in answer.content


@pytest.mark.parametrize(("handler", "status"), [(faults.bad_request, 400), (faults.forbidden, 403)])
def test_django_s_own_refusals_have_a_page(handler: object, status: int) -> None:
    assert handler(request(), exception=ValueError("secret")).status_code == status  # type: ignore[operator]  # two of them
