"""Bar 1 in short: the hotline killed at 60 of its durable and sending calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs.figure import Figure, Progress
from proofs.i3_01 import POINTS, record, shares, steps_of, swept


@pytest.mark.slow
@pytest.mark.needs("linux")
def test_nothing_is_lost_or_doubled_at_sixty_kills(tmp_path: Path) -> None:
    figure = Figure(bar="i3-1", tier="ci", folder=tmp_path)
    record(figure, "sqlite", swept("sqlite", "ci", Progress("i3-1", "ci", folder=tmp_path)), "ci")
    assert figure.passed, figure.as_json()["failures"] or figure.as_json()["figures"]
    points = next(one for one in figure.as_json()["figures"] if one["name"] == "sqlite: kills that happened")
    assert points["value"] >= POINTS["ci"]


def test_points_are_shared_evenly_and_short_stages_are_whole() -> None:
    assert shares({"intake": 100, "worker": 200, "sender": 5}, 65) == {
        "sender": 5,
        "intake": 30,
        "worker": 30,
    }
    assert sum(shares({"intake": 10, "worker": 11}, 100).values()) == 21


def test_steps_hold_every_number_once() -> None:
    plan = {"intake": {"numbers": list(range(1, 200))}, "worker": {"numbers": list(range(1, 120))}}
    steps = steps_of(plan)
    assert all(sum(len(numbers) for _, numbers in step) <= 150 for step in steps)
    for stage, one in plan.items():
        held = [number for step in steps for name, numbers in step if name == stage for number in numbers]
        assert held == one["numbers"]
