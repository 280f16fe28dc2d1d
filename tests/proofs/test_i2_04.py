"""The parts of bar 4 that need no million entries."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from proofs.figure import Figure
from proofs.i2_04 import Child, _record, _value
from proofs.replica import LIST, addition
from tutela.detect.service.changes import checked_draft
from tutela.detect.service.sqlite_log import SqliteChangeLog

GOOD = {
    "taken_up_seconds": 1.0,
    "found_ms": [10.0] * 99,
    "acknowledged_ms": [5.0],
    "never": 0,
    "calm_gap_ms": 5.0,
    "gap_ms": 50.0,
    "answers": 100,
    "missed": 0,
    "acknowledged": 7,
    "lost": 0,
    "twice": 0,
    "faults": [],
}


def test_additions_are_of_the_list_that_is_asked_and_values_are_far_apart() -> None:
    draft = checked_draft(addition("n1", _value("n1")))
    assert draft.list == LIST and draft.entries[0].entry == "n1"
    one, two = (np.frombuffer(_value(name), np.uint8) for name in ("n1", "n2"))
    assert int(np.bitwise_count(one ^ two).sum()) > 64
    assert _value("n1") == _value("n1")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"found_ms": [10.0] * 90 + [2_000.0] * 9},
        {"never": 1},
        {"gap_ms": 2_000.0},
        {"missed": 1},
        {"lost": 1},
        {"twice": 1},
        {"acknowledged": 0},
        {"faults": ["a reader ended"]},
    ],
)
def test_bar_holds_only_when_nothing_went_wrong(tmp_path: Path, wrong: dict[str, object]) -> None:
    figure = Figure(bar="i2-4", tier="full", folder=tmp_path)
    _record(figure, GOOD | wrong, "full")
    assert figure.passed is not bool(wrong)


@pytest.mark.slow
def test_what_a_killed_process_acknowledged_is_known(tmp_path: Path) -> None:
    with SqliteChangeLog(tmp_path / "changes.sqlite") as log:
        child = Child("put", str(tmp_path / "changes.sqlite"), str(tmp_path))
        try:
            child.wait_ready()
            child.tell("n1", _value("n1"))
            deadline = time.monotonic() + 20
            while "n1" not in child.acknowledged and time.monotonic() < deadline:
                time.sleep(0.01)
        finally:
            child.kill()
        child.tell("n2", _value("n2"))
        assert child.acknowledged["n1"][0] == log.head() == 1
