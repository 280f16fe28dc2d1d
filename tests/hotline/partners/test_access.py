from __future__ import annotations

import pytest

from tests.hotline.partners.making import a_clock, a_partner, a_referral
from tutela.hotline.partners.access import access_asked, access_partner, access_referral, token_digest
from tutela.hotline.partners.actions import record_handed, record_sealed
from tutela.kernel.errors import Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def test_what_is_there_is_got_by_its_id_and_nothing_else() -> None:
    partner = a_partner(a_clock())
    referral = a_referral(a_clock(), partner=partner)
    assert access_partner(partner.public_id) == partner and access_referral(referral.public_id) == referral
    for access, prefix in ((access_partner, "prt_"), (access_referral, "ref_")):
        for wrong in (new_id(prefix), "", "1", "x" * 1_000):
            with pytest.raises(Refused):
                access(wrong)


def test_a_token_is_good_from_the_hand_over_on() -> None:
    referral = a_referral(a_clock())
    record_sealed(referral.public_id, b"x", token="a", clock=a_clock())
    with pytest.raises(Refused):
        access_asked("a")
    record_handed(referral.public_id, clock=a_clock())
    assert access_asked("a") == referral and token_digest("a") != token_digest("b")
