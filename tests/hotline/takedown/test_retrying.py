from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.takedown.retrying import probe_after_seconds, retry_after


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_no_pause_is_shorter_than_ten_minutes_or_longer_than_five_hours(attempts: int, chance: float) -> None:
    pause = retry_after(attempts, lambda: chance)
    assert timedelta(minutes=10) <= pause <= timedelta(hours=4) * 1.2 + timedelta(seconds=1)
    assert pause >= retry_after(max(attempts - 1, 1), lambda: 0.0)


def test_what_failed_together_is_not_tried_together() -> None:
    assert retry_after(1, lambda: 0.0) < retry_after(1, lambda: 0.5) < retry_after(1, lambda: 1.0)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_server_is_probed_within_a_minute_or_so(probes: int, chance: float) -> None:
    assert 5 <= probe_after_seconds(probes, lambda: chance) <= 72
