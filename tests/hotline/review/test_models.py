"""What the tables themselves refuse: two at one item, a class without a look, a word that is none."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.hotline.review.making import ILLEGAL, START, a_clock, a_waiting_item, an_analyst, judged, later
from tutela.hotline.review.models import Assessment, Exposure, Lease

pytestmark = pytest.mark.django_db


def refused(act: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_an_item_is_one_persons_at_a_time() -> None:
    clock = a_clock()
    row = {"item": a_waiting_item(clock), "who": "a", "taken_at": START, "until": START}
    first = Lease.objects.create(turn="t", **row)
    refused(lambda: Lease.objects.create(turn="u", **row))
    refused(lambda: Lease.objects.filter(pk=first.pk).update(ended_at=START))
    Lease.objects.filter(pk=first.pk).update(ended_at=START, how_ended="returned")
    Lease.objects.create(turn="u", **row)


def test_a_person_has_one_word_on_an_item_and_it_is_whole() -> None:
    clock, anna = a_clock(), an_analyst()
    a_waiting_item(clock)
    judged(anna, ILLEGAL, clock)
    made = Assessment.objects.get()
    mine = Assessment.objects.filter(pk=made.pk)
    refused(lambda: mine.update(legal_class=""))
    refused(lambda: mine.update(outcome="not_illegal"))
    refused(lambda: mine.update(outcome="perhaps", legal_class=""))
    refused(lambda: mine.update(exposure=None))
    made.pk, made.public_id = None, "asm_other"
    refused(made.save)


def test_a_display_ends_with_its_seconds_and_how() -> None:
    clock, anna = a_clock(), an_analyst()
    item = a_waiting_item(clock)
    later(clock, seconds=1)
    shown = Exposure.objects.create(
        item=item, sighting=item.sightings.get(), who=anna.public_id, level="protected", begun_at=START
    )
    mine = Exposure.objects.filter(pk=shown.pk)
    assert (shown.public_id[:4], Assessment().public_id[:4]) == ("exp_", "asm_")
    refused(lambda: mine.update(ended_at=START))
    refused(lambda: mine.update(ended_at=START, seconds=-1, how_ended="next"))
    refused(lambda: mine.update(level="full"))
