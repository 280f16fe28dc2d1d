from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tutela.hotline.people.refusing import refusal


@pytest.mark.django_db
def test_a_refusal_says_why_and_nothing_as_markup() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    answer = refusal(request, "Ask <somebody>.")
    assert answer.status_code == 403 and b"Ask &lt;somebody&gt;." in answer.content
