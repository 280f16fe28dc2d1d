from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.hotline.takedown.making import START, a_clock, a_notice, a_sighting
from tutela.hotline.takedown.models import Check, Notice, Recipient, Removal

pytestmark = pytest.mark.django_db


def test_a_state_that_is_none_does_not_get_in() -> None:
    a_notice(a_clock())
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.update(state="lost")


def test_one_removal_of_a_sighting_stands_at_a_time() -> None:
    sighting = a_sighting(a_clock())
    Removal.objects.create(sighting=sighting, removed_at=START, reopened_at=START)
    Removal.objects.create(sighting=sighting, removed_at=START)
    with pytest.raises(IntegrityError), transaction.atomic():
        Removal.objects.create(sighting=sighting, removed_at=START)


def test_rows_are_named_by_ids_that_may_be_shown() -> None:
    names = [str(one()) for one in (Recipient, Notice, Check, Removal)]
    assert [name[:4] for name in names] == ["rcp_", "ntc_", "chk_", "rmv_"]
