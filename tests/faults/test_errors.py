"""Calls that fail: a careful flow loses nothing, and one that overlooks a failed sync is found out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proofs.faults.errors import KINDS, failing
from proofs.faults.places import Slot, slots
from proofs.faults.small_world import SmallFlow
from proofs.faults.sweep import Sweep

pytestmark = [pytest.mark.needs("linux"), pytest.mark.slow]


@pytest.fixture(scope="module")
def two() -> Iterator[list[Slot]]:
    with slots(2) as found:
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_the_careful_flow_survives_each_kind(two: list[Slot], kind: str) -> None:
    sweep = Sweep(flow=SmallFlow(), slots=two)
    found = failing(sweep, "intake", sweep.templates()["intake"], kind, most=5)
    assert found.violations == []
    assert len(found.points) == 5
    assert all(point.call in KINDS[kind] for point in found.points)
    assert any(point.exit for point in found.points) is (kind != "short")  # SQLite writes the rest


def test_an_acknowledgement_after_a_failed_sync_is_found(two: list[Slot]) -> None:
    sweep = Sweep(flow=SmallFlow(careless="sync"), slots=two)
    found = failing(sweep, "intake", sweep.templates()["intake"], "EIO", most=20)
    assert any("after a sync that failed" in text for _, text in found.violations)
