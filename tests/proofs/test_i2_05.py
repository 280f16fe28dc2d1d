"""What bar 5 of issue 2 counts as a hole reported, and as tutela passing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from proofs import i2_05
from proofs.figure import Figure


def sheet(statuses: Mapping[str, str]) -> dict[str, Any]:
    rows = [
        {"title": title, "check": title, "status": status, "words": "", "found": 0, "total": 4}
        for title, status in statuses.items()
    ]
    return {"rows": rows, "left_behind": 0}


def own(odd: Mapping[str, str] = {}) -> dict[str, Any]:
    return sheet({**{f"line {number}": "passed" for number in range(20)}, **odd})


def figure(folder: Path) -> Figure:
    return Figure(bar=i2_05.BAR, tier="ci", folder=folder)


HMA = dict.fromkeys(i2_05.KNOWN_HOLES, "failed") | dict.fromkeys(i2_05.FOUND_BY_HMA, "passed")


@pytest.mark.parametrize("shape", ["hma", "tutela"])
def test_no_line_is_excused(tmp_path: Path, shape: str) -> None:
    made = figure(tmp_path)
    i2_05.record_own(made, {"tutela": own(), "hma": own(), shape: own({"10 % crop a side": "failed"})})
    assert not made.passed


def test_what_passes_everywhere_passes(tmp_path: Path) -> None:
    made = figure(tmp_path)
    i2_05.record_own(made, {"tutela": own(), "hma": own()})
    assert made.passed


def test_what_is_left_behind_fails(tmp_path: Path) -> None:
    made = figure(tmp_path)
    i2_05.record_own(made, {"tutela": own() | {"left_behind": 1}, "hma": own()})
    assert not made.passed


def test_every_known_hole_must_be_reported_and_nothing_that_works(tmp_path: Path) -> None:
    good, silent, harsh = figure(tmp_path), figure(tmp_path), figure(tmp_path)
    i2_05.record_hma(good, sheet(HMA), sheet({}))
    i2_05.record_hma(silent, sheet(HMA | {"GIF": "passed"}), sheet({}))
    i2_05.record_hma(harsh, sheet(HMA | {"JPEG": "failed"}), sheet({}))
    assert [good.passed, silent.passed, harsh.passed] == [True, False, False]
    assert "passes it" in good.notes[0]


def test_the_batch_abort_must_be_reported(tmp_path: Path) -> None:
    good, silent = figure(tmp_path), figure(tmp_path)
    i2_05.record_command(good, sheet({"batch": "failed", "same-bytes": "passed"}))
    i2_05.record_command(silent, sheet({"batch": "passed", "same-bytes": "passed"}))
    assert [good.passed, silent.passed] == [True, False]
