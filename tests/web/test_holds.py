from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests.hotline.cases.making import an_item, moved
from tests.hotline.people import making
from tutela.hotline.cases.models import Item
from tutela.hotline.people.roles import ANALYST
from tutela.kernel.clock import SystemClock
from tutela.web.holds import holds

pytestmark = pytest.mark.django_db


def a_hold(days: int) -> None:
    item = moved(an_item(), "fetched")
    at = SystemClock().now() - timedelta(days=days)
    facts = {"state": "held", "state_reason": "legal_hold", "held_from": "fetched", "moved_at": at}
    Item.objects.filter(pk=item.pk).update(**facts)


def test_the_first_page_names_old_holds_without_an_end_and_leads_to_them() -> None:
    client = making.signed_in(making.person(ANALYST))
    a_hold(89)
    assert "Legal holds" not in client.get("/").content.decode()
    a_hold(91)
    page = client.get("/").content.decode()
    assert "Legal holds to be looked at: 1." in page and 'href="/items/?state=held"' in page
    assert "older than 90 days" in page and "Legal holds" not in client.get("/items/").content.decode()


def test_who_may_see_no_items_is_told_of_no_holds() -> None:
    a_hold(91)
    request = RequestFactory().get("/")
    for person in (AnonymousUser(), making.person()):
        request.user = person
        assert holds(request) == {}
