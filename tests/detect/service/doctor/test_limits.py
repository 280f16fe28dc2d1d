from __future__ import annotations

from pathlib import Path

import pytest

from tutela.detect.service.doctor.limits import core_dumps, descriptors
from tutela.detect.service.doctor.processes import Processes


class Limited(Processes):
    """Processes that all have the same limit."""

    def __init__(self, limit: int | None) -> None:
        super().__init__()
        self._limit = limit

    def limit(self, pid: int | str, name: str) -> int | None:
        return self._limit


@pytest.mark.parametrize(
    ("limit", "supervisor", "state"),
    [
        (1_024, 7, "ok"),
        (-1, 7, "ok"),
        (648, 7, "ok"),
        (647, 7, "fail"),
        (647, None, "warn"),
        (None, None, "warn"),
    ],
)
def test_each_request_and_list_needs_descriptors(
    limit: int | None, supervisor: int | None, state: str
) -> None:
    told = descriptors(256, 2, supervisor, Limited(limit))
    assert told.state == state
    assert "648" in told.line()


@pytest.mark.parametrize(
    ("limit", "pattern", "state"),
    [
        (0, "core", "ok"),
        (0, "|/usr/lib/systemd/systemd-coredump %P %u", "ok"),
        (0, "|/usr/local/bin/keep-everything %P", "warn"),
        (-1, "core", "warn"),
        (None, "core", "warn"),
    ],
)
def test_core_dumps_are_off(tmp_path: Path, limit: int | None, pattern: str, state: str) -> None:
    (tmp_path / "core_pattern").write_text(pattern + "\n", encoding="ascii")
    assert core_dumps(7, Limited(limit), tmp_path / "core_pattern").state == state


def test_a_pattern_that_is_not_shown_names_no_program(tmp_path: Path) -> None:
    assert core_dumps(None, Limited(0), tmp_path / "none").state == "ok"
