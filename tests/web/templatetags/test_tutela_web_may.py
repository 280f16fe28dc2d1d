from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from tests.hotline.people import making
from tutela.hotline.people.roles import ADMINISTRATOR, AUDITOR


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "shown"), [(ADMINISTRATOR, "yes"), (AUDITOR, "no")])
def test_a_page_shows_what_its_reader_may_do(role: str, shown: str) -> None:
    request = RequestFactory().get("/")
    request.user = making.person(role)
    page = (
        '{% load tutela_web %}{% may "steer_work" as may_steer %}{% if may_steer %}yes{% else %}no{% endif %}'
    )
    assert Template(page).render(Context({"request": request})) == shown
