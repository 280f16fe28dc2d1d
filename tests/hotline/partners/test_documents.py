from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.partners.making import a_clock, a_partner, a_referral
from tutela.hotline.partners.documents import ReferralDocument, build_document
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db


def built(opened: object, **facts: Any) -> ReferralDocument:
    clock = a_clock()
    referral = a_referral(clock, partner=a_partner(clock, **facts))
    mandate = mandate_in_force(clock=clock)
    return build_document(referral, mandate, answer="x", made_at=clock.now(), opened=opened)  # type: ignore[arg-type]  # one of two


def test_each_text_is_opened_for_its_own_sighting() -> None:
    asked: list[str] = []

    def opened(sighting: str, sealed: bytes) -> str:
        asked.append(sighting)
        return "{}" if len(asked) > 1 else "https://one.test/"

    document = built(opened)
    seen = document.items[0].sightings[0]
    assert asked == [seen.sighting] * 2 and seen.address == "https://one.test/" and seen.way == {}


def test_what_cannot_be_opened_makes_no_document() -> None:
    def away(sighting: str, sealed: bytes) -> str:
        raise Unavailable("away")

    with pytest.raises(Unavailable):
        built(away)


def test_everything_of_a_rehearsal_is_a_test() -> None:
    assert built(lambda *_: "{}", test=False).test


def test_no_address_stands_in_a_line_of_a_log() -> None:
    assert "one.test" not in repr(built(lambda *_: "https://one.test/").items[0].sightings[0])
