"""The paired measurement: ratios of what it measured, and a missing peer said aloud."""

from __future__ import annotations

import pytest

from bench.paired import cpu_seconds, paired, peer


def busy(rounds: int) -> None:
    sum(range(rounds))


def test_ratio_says_how_many_times_as_fast_our_side_is() -> None:
    measured = paired(lambda: busy(20_000), lambda: busy(400_000), pairs=3)
    assert measured.ratio > 3
    assert 0 < measured.ours_seconds < measured.theirs_seconds
    assert cpu_seconds(lambda: None) < 1


def test_missing_peer_is_said_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    assert peer("no_such_peer") is None
    assert "no_such_peer is missing" in capsys.readouterr().err
    assert peer("json") is not None
