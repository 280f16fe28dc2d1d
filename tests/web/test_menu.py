from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests.hotline.people import making
from tutela.hotline.people.roles import ACTS, ADMINISTRATOR, ANALYST
from tutela.web.menu import ENTRIES, menu


def texts(person: object, path: str = "/") -> list[tuple[str, bool]]:
    request = RequestFactory().get(path)
    request.user = person  # type: ignore[assignment]  # either of two
    return [(str(row["text"]), bool(row["here"])) for row in menu(request)["menu"]]


@pytest.mark.django_db
def test_the_menu_holds_what_somebody_may_see_and_where_they_are() -> None:
    administrator = texts(making.person(ADMINISTRATOR), "/people/")
    assert ("People", True) in administrator and ("Desk", False) in administrator
    assert "People" not in dict(texts(making.person(ANALYST)))


def test_nobody_has_no_menu() -> None:
    assert texts(AnonymousUser()) == []


def test_every_entry_stands_for_an_act_and_has_a_key_of_its_own() -> None:
    assert {entry.act for entry in ENTRIES} <= ACTS.keys()
    assert len({entry.key for entry in ENTRIES}) == len(ENTRIES)
