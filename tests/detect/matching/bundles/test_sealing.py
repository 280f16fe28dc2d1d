"""The publisher seals: only what enough organisations approved, only with its own key."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.detect.matching.bundles.making import (
    NORTH,
    PRINTS_KEY,
    PUBLISHER,
    SOUTH,
    STRANGER,
    TRUST,
    House,
    clock,
    draft,
    sealed,
)
from tutela.detect.matching.bundles.opening import open_bundle
from tutela.detect.matching.bundles.parties import Approval
from tutela.detect.matching.bundles.sealing import Draft, seal
from tutela.kernel.errors import Invalid, Refused

DRAFT = draft()


def approved(made: Draft, *houses: House) -> list[Approval]:
    return [house.approves(made.content) for house in houses]


def test_what_is_sealed_opens() -> None:
    opened = open_bundle(sealed(DRAFT), TRUST, clock(), prints_key=PRINTS_KEY)
    assert opened.content == DRAFT.content


@pytest.mark.parametrize(
    ("houses", "reason"),
    [
        ((NORTH,), "2 organisations"),
        ((NORTH, House(organisation="Other", jurisdiction="DE")), "2 jurisdictions"),
        ((NORTH, PUBLISHER), "publisher"),
    ],
)
def test_without_enough_approvals_nothing_is_sealed(houses: Sequence[House], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        seal(DRAFT, approved(DRAFT, *houses), PUBLISHER.private, prints_key=PRINTS_KEY)


def test_approvals_of_another_content_do_not_count() -> None:
    approvals = [NORTH.approves(DRAFT.content), SOUTH.approves(draft(number=4).content)]
    with pytest.raises(Refused, match="South Hotline"):
        seal(DRAFT, approvals, PUBLISHER.private, prints_key=PRINTS_KEY)


def test_only_the_publisher_seals() -> None:
    with pytest.raises(Refused, match="not that of Publisher"):
        seal(DRAFT, approved(DRAFT, NORTH, SOUTH), STRANGER.private, prints_key=PRINTS_KEY)


def test_pdq_values_need_a_key() -> None:
    with pytest.raises(Invalid, match="32 bytes"):
        seal(DRAFT, approved(DRAFT, NORTH, SOUTH), PUBLISHER.private)
    without = draft(perceptual=False)
    assert seal(without, approved(without, NORTH, SOUTH), PUBLISHER.private)


def test_a_draft_shows_nothing_of_itself() -> None:
    assert DRAFT.clear_prints.hex() not in repr(DRAFT)
    assert "clear_prints" not in repr(DRAFT)
