"""Verdicts: what counts as passed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.detect.service.conformance.running import START
from tutela.detect.service.conformance.results import Outcome, Row, Sheet, Status


@pytest.mark.parametrize(("found", "total", "passed"), [(0, 0, False), (1, 2, False), (2, 2, True)])
def test_nothing_looked_at_is_not_passed(found: int, total: int, passed: bool) -> None:
    assert Outcome(title="x", found=found, total=total).passed is passed


def sheet(*statuses: Status, left_behind: int = 0) -> Sheet:
    rows = tuple(Row(group="copies", check="x", title="x", status=status) for status in statuses)
    return Sheet(
        shape="hma", host="h", started=START, seconds=1, options={}, rows=rows, left_behind=left_behind
    )


def test_what_is_not_applicable_neither_passes_nor_fails_a_sheet() -> None:
    assert sheet("passed", "not applicable").passed
    assert not sheet("not applicable").passed
    assert not sheet("passed", "failed").passed
    assert not replace(sheet("passed"), left_behind=1).passed
    assert sheet("passed", "passed", "failed").count("passed") == 2
