from __future__ import annotations

from datetime import timedelta

import pytest

from tutela.hotline.settings import HotlineSettings
from tutela.hotline.work.actions.claiming import HOST_FAR
from tutela.hotline.work.claims import Claim, ClaimLost, HostLimit
from tutela.kernel.errors import Conflict


@pytest.mark.django_db
def test_a_claim_does_not_change(held: Claim) -> None:
    with pytest.raises(AttributeError):
        held.token = "clm_other"  # type: ignore[misc]  # wrong on purpose


def test_a_lost_claim_is_a_conflict() -> None:
    assert issubclass(ClaimLost, Conflict)


def test_a_turn_binds_as_long_as_the_most_requests_take_and_clocks_may_differ() -> None:
    assert HostLimit(apart_seconds=2).turn_max == timedelta(seconds=90 + 16 * 2)


def test_no_turn_that_the_settings_allow_is_forgotten_as_too_far_ahead() -> None:
    (most,) = [
        one.le for one in HotlineSettings.model_fields["host_apart_seconds"].metadata if hasattr(one, "le")
    ]
    assert HostLimit(apart_seconds=most).turn_max < HOST_FAR
