from __future__ import annotations

import pytest

from tutela.detect.service.applied import Applied
from tutela.detect.service.doctor.replica import follower


def at(sequence: int, behind_seconds: float = 0.0) -> Applied:
    return Applied(sequence=sequence, behind_seconds=behind_seconds, holds={})


@pytest.mark.parametrize(
    ("pid", "applied", "is_served", "state"),
    [
        (7, at(12), False, "ok"),
        (7, at(0), False, "ok"),
        (7, at(12, 4.0), False, "ok"),
        (7, at(12, 6.0), False, "fail"),
        (None, at(12), False, "ok"),  # its process is out of sight, its word is fresh
        (None, at(12, 60.0), False, "warn"),
        (None, at(12, 60.0), True, "fail"),
        (None, at(0), False, "warn"),
        (7, None, False, "fail"),
    ],
)
def test_somebody_works_in_what_is_new(
    pid: int | None, applied: Applied | None, is_served: bool, state: str
) -> None:
    assert follower(pid, applied, is_served=is_served, behind_seconds_max=5.0).state == state


def test_how_far_it_is_behind_is_said() -> None:
    assert "60 seconds behind" in follower(7, at(12, 60.0), is_served=True, behind_seconds_max=5.0).what
