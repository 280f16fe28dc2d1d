"""A page is told once for all that ends within two seconds, whoever ends it."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.hotline.cases.making import CLOCK, an_item
from tutela.hotline.cases.actions.telling import tell_pages
from tutela.hotline.cases.models import Item, Membership, Series
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db


def in_group_of(page: Item, *items: Item) -> None:
    series = Series.objects.create(kind="page", page=page, made_at=CLOCK.now())
    for item in items:
        Membership.objects.create(item=item, series=series)


def test_each_page_is_told_once_in_the_priority_of_its_report() -> None:
    pages, items = [an_item(urgent=urgent) for urgent in (True, False)], [an_item(), an_item()]
    for page in pages:
        in_group_of(page, *items)
    with transaction.atomic():
        for item in items:
            tell_pages(item, clock=CLOCK)
    jobs = Job.objects.filter(kind="settle_page")
    assert sorted(jobs.values_list("priority", flat=True)) == [0, 5]
    assert {one.arguments["item"] for one in jobs} == {page.public_id for page in pages}
    assert all(one.due > CLOCK.now() for one in jobs)


def test_what_may_have_to_be_taken_back_waits_for_nothing() -> None:
    page, item = an_item(), an_item()
    in_group_of(page, item)
    with transaction.atomic():
        tell_pages(item, clock=CLOCK, at_once=True)
    job = Job.objects.get(kind="settle_page")
    assert (job.priority, job.due) == (0, CLOCK.now())


def test_an_item_on_no_page_tells_nobody_and_a_closed_page_is_not_told() -> None:
    item, page = an_item(), an_item()
    in_group_of(page, item)
    Item.objects.filter(pk=page.pk).update(state="closed")
    with transaction.atomic():
        tell_pages(item, clock=CLOCK)
        tell_pages(an_item(), clock=CLOCK)
    assert not Job.objects.filter(kind="settle_page").exists()
