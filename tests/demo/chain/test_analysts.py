"""What the analysts of the story say follows from what the world says; tests of the story run them."""

from __future__ import annotations

import pytest

from tests.hotline.takedown.making import a_sighting
from tutela.demo.chain.analysts import HARMLESS, ILLEGAL, Knowledge, _sheets
from tutela.demo.chain.story import Stage
from tutela.hotline.cases.models import Sighting


@pytest.mark.django_db
def test_a_place_that_is_declared_harmless_is_and_everything_else_is_not(stage: Stage) -> None:
    harmless, other = a_sighting(stage.clock), a_sighting(stage.clock)
    Sighting.objects.filter(pk=harmless.pk).update(url_digest="d" * 64)
    ids = [harmless.item.public_id, other.item.public_id]
    assert list(Knowledge(frozenset({"d" * 64})).of(ids).values()) == [HARMLESS, ILLEGAL]


def test_items_come_in_sheets() -> None:
    assert [list(one) for one in _sheets(("a", "b", "c"), 2)] == [["a", "b"], ["c"]]
