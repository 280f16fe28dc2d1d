from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.hotline.partners.making import a_clock, a_partner, a_referral
from tutela.hotline.partners.models import Partner, Referral

pytestmark = pytest.mark.django_db


def test_the_database_itself_refuses_what_may_not_be() -> None:
    partner = a_partner(a_clock())
    a_referral(a_clock(), partner=partner)
    wrong = (
        lambda: Partner.objects.update(kind="friend"),
        lambda: Partner.objects.update(confirmed_by=partner.named_by),
        lambda: Referral.objects.update(state="lost"),
        lambda: Referral.objects.update(state="handed"),
    )
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()  # type: ignore[no-untyped-call]  # a lambda without arguments


def test_both_are_named_by_their_ids() -> None:
    referral = a_referral(a_clock())
    assert str(referral).startswith("ref_") and str(referral.partner).startswith("prt_")
