from __future__ import annotations

import pytest

from tests.hotline.partners.making import a_clock, a_referral
from tutela.hotline.partners.models import Referral
from tutela.hotline.partners.timeline import tell

pytestmark = pytest.mark.django_db


def test_a_referral_is_told_step_by_step() -> None:
    clock = a_clock()
    referral = a_referral(clock)
    item = referral.items.get()
    assert [str(one.sentence) for one in tell(item)] == ["The case was put in line for Office 7."]
    now = clock.now()
    Referral.objects.update(
        state="answered", document_sha256="d" * 64, handed_at=now, answered_at=now, outcome="arrested"
    )
    told = list(tell(item))
    assert [str(one.sentence) for one in told][1:] == [
        "The case was handed to Office 7.",
        "Office 7 answered: A person was arrested.",
    ]
    assert {(one.route, one.subject) for one in told} == {("referral", referral.public_id)}
