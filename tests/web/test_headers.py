from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tutela.web.headers import FIXED, Headers, PublicHeaders


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page")


def policy(headers: Any) -> dict[str, list[str]]:
    lines = (line.split() for line in headers["Content-Security-Policy"].split("; "))
    return {name: values for name, *values in lines}


@pytest.mark.django_db
def test_the_desk_loads_nothing_inline_and_nothing_foreign() -> None:
    found = policy(Client().get("/account/login/").headers)
    assert found["default-src"] == ["'none'"] and found["frame-ancestors"] == ["'none'"]
    assert found["script-src"] == found["style-src"] == found["form-action"] == ["'self'"]
    assert found["require-trusted-types-for"] == ["'script'"] and found["report-to"] == ["csp"]
    assert not any("unsafe" in value for values in found.values() for value in values)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/account/login/", "/nothing/", "/join/x/", "/csp-report/"])
def test_every_answer_carries_them_and_is_kept_nowhere(path: str) -> None:
    headers = Client().get(path).headers
    assert FIXED.items() <= dict(headers).items()
    assert "no-store" in headers["Cache-Control"] and headers["Referrer-Policy"] == "same-origin"
    assert headers["Reporting-Endpoints"] == 'csp="/csp-report/"'


def test_the_public_side_runs_no_script_and_names_no_page() -> None:
    headers = PublicHeaders(answer)(RequestFactory().get("/")).headers
    assert policy(headers)["script-src"] == ["'none'"] and headers["Referrer-Policy"] == "no-referrer"


def test_forms_may_lead_to_the_provider_where_there_is_one(settings: Any) -> None:
    settings.TUTELA_FORM_TARGETS = ["https://id.house.test"]
    headers = Headers(answer)(RequestFactory().get("/")).headers
    assert policy(headers)["form-action"] == ["'self'", "https://id.house.test"]


@pytest.mark.django_db
def test_no_page_holds_script_or_style_of_its_own() -> None:
    page = Client().get("/account/login/").content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_under_tls_browsers_come_back_by_tls_only(settings: Any) -> None:
    assert "Strict-Transport-Security" not in Headers(answer)(RequestFactory().get("/")).headers
    settings.TUTELA_HSTS_SECONDS = 63_072_000
    headers = Headers(answer)(RequestFactory().get("/")).headers
    assert headers["Strict-Transport-Security"] == "max-age=63072000"


@pytest.mark.parametrize("host", [f"{'a' * 56}.onion", f"NL.{'a' * 56}.ONION:80"])
def test_an_onion_service_promises_no_tls(settings: Any, host: str) -> None:
    settings.TUTELA_HSTS_SECONDS = 63_072_000
    headers = PublicHeaders(answer)(RequestFactory().get("/", headers={"host": host})).headers
    assert "Strict-Transport-Security" not in headers and FIXED.items() <= dict(headers).items()
