from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import transaction

from tests.hotline.cases.making import CLOCK, WORKER, a_sighting, acts, an_item, moved
from tutela.hotline.cases.actions import join_item
from tutela.hotline.cases.actions.urgency import hand_urgency_on, make_urgent
from tutela.hotline.cases.job_kinds import FETCH, MAKE_URGENT
from tutela.hotline.cases.jobs import become_urgent
from tutela.hotline.cases.models import Item
from tutela.hotline.work.actions import put
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db


def waiting(kind: str) -> list[tuple[str, int]]:
    return [(str(job.arguments), job.priority) for job in Job.objects.filter(kind=kind).order_by("pk")]


def test_an_item_becomes_urgent_once_with_the_jobs_that_fetch_it() -> None:
    item = an_item("https://there.test/one")
    name = item.sightings.get().public_id
    with transaction.atomic():
        put(FETCH, {"sighting": name}, key=f"{FETCH}-{name}", clock=CLOCK)
    assert make_urgent(item, actor=WORKER, clock=CLOCK).urgent
    make_urgent(item, actor=WORKER, clock=CLOCK)
    assert Item.objects.get().urgent
    assert acts().count("item_made_urgent") == 1
    assert waiting(FETCH) == [(str({"sighting": name}), 0)]


def test_what_was_fetched_already_is_not_fetched_again() -> None:
    item = moved(an_item("https://there.test/one"), "fetched")
    make_urgent(item, actor=WORKER, clock=CLOCK)
    assert waiting(FETCH) == []


def test_a_closed_item_stays_as_it_is() -> None:
    item = moved(an_item(), "closed")
    assert not make_urgent(item, actor=WORKER, clock=CLOCK).urgent
    with transaction.atomic():
        hand_urgency_on([item, an_item(urgent=True)], "rep", clock=CLOCK)
    assert waiting(MAKE_URGENT) == []


@pytest.mark.parametrize("urgent", [True, False])
def test_an_urgent_item_that_joins_another_hands_its_urgency_on(
    urgent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutela.hotline.cases.jobs.equipment", lambda: SimpleNamespace(clock=CLOCK))
    item, other = an_item(urgent=urgent), an_item()
    with transaction.atomic():
        join_item(item, other, [a_sighting(other)], actor=WORKER, clock=CLOCK)
    jobs = Job.objects.filter(kind=MAKE_URGENT)
    assert [job.arguments["item"] for job in jobs] == [other.public_id] * urgent
    for job in jobs:
        become_urgent(job.arguments, None, None)  # type: ignore[arg-type]  # no claim is looked at
    assert Item.objects.get(pk=other.pk).urgent is urgent
