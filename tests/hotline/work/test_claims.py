from __future__ import annotations

import pytest

from tutela.hotline.work.claims import Claim, ClaimLost
from tutela.kernel.errors import Conflict


@pytest.mark.django_db
def test_a_claim_does_not_change(held: Claim) -> None:
    with pytest.raises(AttributeError):
        held.token = "clm_other"  # type: ignore[misc]  # wrong on purpose


def test_a_lost_claim_is_a_conflict() -> None:
    assert issubclass(ClaimLost, Conflict)
