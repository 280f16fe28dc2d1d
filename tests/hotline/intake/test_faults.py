from __future__ import annotations

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory

from tutela.hotline.intake import faults


def asked(language: str) -> HttpRequest:
    return RequestFactory().get("/x", headers={"accept-language": language})


@pytest.mark.usefixtures("public")
def test_each_fault_says_what_and_what_to_do() -> None:
    missing = faults.missing(asked("en"), ValueError("secret"))
    broken = faults.bad_request(asked("en"), ValueError("secret"))
    failed = faults.failed(asked("de"))
    assert (missing.status_code, broken.status_code, failed.status_code) == (404, 400, 500)
    assert b"no page at this address" in missing.content and b"cannot be read" in broken.content
    assert "Das ist unser Fehler" in failed.content.decode()
    assert b"secret" not in missing.content + broken.content


def test_a_fault_of_ours_shows_no_trace(public: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("https://secret.test/")

    monkeypatch.setattr("tutela.hotline.intake.forms.keep_report", breaks)
    public.raise_request_exception = False
    response = public.post("/report", {"text": "x"})
    assert response.status_code == 500 and b"secret" not in response.content
    assert b"This is a fault of ours" in response.content


def test_a_database_that_is_away_is_worth_another_try(
    public: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_named: object) -> None:
        raise OperationalError("at secret.test")

    monkeypatch.setattr("tutela.hotline.intake.receipt_views.standing_of", away)
    public.raise_request_exception = False
    response = public.post("/receipt", {"receipt": "abacus"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert b"try again in a minute" in response.content and b"secret" not in response.content
