from __future__ import annotations

import pytest

from tests.hotline.partners.making import a_clock, a_referral, an_item
from tutela.hotline.cases.models import Item
from tutela.hotline.partners.acts import ON_ITS_WAY, STATES
from tutela.hotline.partners.models import Referral
from tutela.hotline.partners.unfinished import is_on_its_way

pytestmark = pytest.mark.django_db


def test_a_case_is_on_its_way_until_its_referral_is_handed_over() -> None:
    clock = a_clock()
    an_item(clock)
    row = a_referral(clock)
    assert list(Item.objects.filter(is_on_its_way())) == list(row.items.all())
    Referral.objects.update(state="handed", document_sha256="d" * 64)
    assert not Item.objects.filter(is_on_its_way()).exists()


def test_every_state_from_which_a_document_may_still_be_made_is_unfinished() -> None:
    assert set(ON_ITS_WAY) == STATES.keys() - {"handed", "answered"}
