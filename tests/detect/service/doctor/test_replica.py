from __future__ import annotations

from ipaddress import ip_address

import pytest

from tutela.detect.service.applied import Applied
from tutela.detect.service.doctor.processes import Listener
from tutela.detect.service.doctor.replica import follower

SOMEBODY = [Listener(address=ip_address("127.0.0.1"), port=8702, inode=1)]


def at(sequence: int, behind_seconds: float = 0.0) -> Applied:
    return Applied(sequence=sequence, behind_seconds=behind_seconds, holds={})


@pytest.mark.parametrize(
    ("pid", "applied", "listeners", "state"),
    [
        (7, at(12), [], "ok"),
        (7, at(0), [], "ok"),
        (7, at(12, 4.0), [], "ok"),
        (7, at(12, 6.0), [], "fail"),
        (None, at(12), [], "ok"),  # its process is out of sight, its word is fresh
        (None, at(12, 60.0), [], "warn"),
        (None, at(12, 60.0), SOMEBODY, "fail"),
        (None, at(0), [], "warn"),
        (7, None, [], "fail"),
    ],
)
def test_somebody_works_in_what_is_new(
    pid: int | None, applied: Applied | None, listeners: list[Listener], state: str
) -> None:
    assert follower(pid, applied, listeners, behind_seconds_max=5.0).state == state


def test_how_far_it_is_behind_is_said() -> None:
    assert "60 seconds behind" in follower(7, at(12, 60.0), [], behind_seconds_max=5.0).what
