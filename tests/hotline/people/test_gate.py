from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.hotline.people import making
from tutela.hotline.people.gate import BEGUN, LONGEST_SESSION_SECONDS, Gate
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ACTS, ADMINISTRATOR, ANALYST, ROLES
from tutela.hotline.routes import declared

#: Pages whose address has a part that is made up by nobody.
EXAMPLES: dict[str, Any] = {"place": 1, "provider_id": "house"}


def routes(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    """Every address of the desk's tree."""
    for one in get_resolver("tutela.web.urls.desk").url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns)
        else:
            yield one


def test_every_page_of_the_desk_declares_what_it_is_for() -> None:
    assert [one.name for one in routes() if declared(one.callback) is None] == []


def test_every_declared_act_is_one() -> None:
    found = [declared(one.callback) for one in routes()]
    acts = {act for route in found if route for act in (route.read, route.write) if act}
    assert acts and acts <= ACTS.keys()


def test_few_pages_are_open_and_each_says_why() -> None:
    reasons = {
        str(one.name): route.open_because
        for one in routes()
        if (route := declared(one.callback)) and route.open_because
    }
    assert set(reasons) == {
        "account_login",
        "account_logout",
        "asset",
        "csp_report",
        "join",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "openid_connect_callback",
        "openid_connect_login",
        "set_language",
    }
    assert all(len(reason) > 15 for reason in reasons.values())


def undeclared(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@pytest.mark.django_db
def test_a_page_that_declares_nothing_is_refused_to_everybody() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    answer = Gate(undeclared).process_view(request, undeclared, (), {})
    assert answer is not None and answer.status_code == 403 and b"secret" not in answer.content


@pytest.mark.django_db
def test_nobody_is_sent_to_the_sign_in_page_and_back() -> None:
    answer = Client().get("/people/?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/account/login/?next=%2Fpeople%2F%3Fa%3D1",
    )


@pytest.mark.django_db
def test_without_a_second_proof_there_is_only_the_page_that_sets_one_up() -> None:
    client = making.signed_in(making.person(ADMINISTRATOR, factor=False))
    assert client.get("/people/").headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_the_wrong_role_is_refused_and_told_why() -> None:
    answer = making.signed_in(making.person(ANALYST)).get("/people/")
    assert answer.status_code == 403
    assert "administrator or auditor" in answer.content.decode() and "analyst" in answer.content.decode()


@pytest.mark.django_db
def test_a_sensitive_act_asks_for_a_fresh_proof_first() -> None:
    administrator = making.person(ADMINISTRATOR)
    client = making.signed_in(administrator, stepped_up=False)
    answer = client.get("/people/invite/")
    assert answer.headers["Location"] == "/account/again/code/?next=%2Fpeople%2Finvite%2F"
    making.step_up(client, administrator)
    assert client.get("/people/invite/").status_code == 200


@pytest.mark.django_db
def test_a_page_without_a_form_takes_no_post() -> None:
    assert making.signed_in(making.person(ADMINISTRATOR)).post("/people/").status_code == 405


@pytest.mark.django_db
def test_no_session_lasts_longer_than_a_shift() -> None:
    client = making.signed_in(making.person(ANALYST))
    assert client.get("/").status_code == 200
    session: Any = client.session
    session[BEGUN] -= LONGEST_SESSION_SECONDS
    session.save()
    assert client.get("/").headers["Location"].startswith("/account/login/")
    assert SESSION_KEY not in client.session


def who(*, right: bool) -> list[tuple[str, str, str, str]]:
    """Every staff page with method and act, and each role that has (not) the act."""
    return [
        (str(one.name), method, act, role)
        for one in routes()
        for method in ("GET", "POST")
        if (route := declared(one.callback)) and (act := route.act(method))
        for role in ROLES
        if (role in ACTS[act].roles) is right
    ]


def address_of(name: str, somebody: Person) -> str:
    """The address of a page, about this person where it is about one."""
    pattern = next(one for one in routes() if one.name == name)
    names = pattern.pattern.regex.groupindex
    return reverse(name, kwargs={one: EXAMPLES.get(one, somebody.public_id) for one in names})


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "method", "act", "role"), who(right=False))
def test_each_wrong_role_is_refused_everywhere_and_told_why(
    name: str, method: str, act: str, role: str
) -> None:
    somebody, client = making.person(), making.signed_in(making.person(role))
    answer = client.generic(method, address_of(name, somebody))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert f"To {ACTS[act].says} takes" in page.replace("&#x27;", "'") and str(ROLES[role]) in page


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "method", "act", "role"), who(right=True))
def test_each_right_role_is_let_through(name: str, method: str, act: str, role: str) -> None:
    somebody, client = making.person(), making.signed_in(making.person(role))
    assert client.generic(method, address_of(name, somebody)).status_code not in (403, 405, 500)
