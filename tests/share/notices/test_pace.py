"""Each server once a second."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tutela.kernel.clock import FixedClock
from tutela.share.notices import pace as module
from tutela.share.notices.pace import Pace


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


def test_a_server_is_asked_once_a_second_and_others_meanwhile(clock: FixedClock) -> None:
    pace = Pace(clock=clock)
    assert [pace.claim("a.test"), pace.claim("a.test"), pace.claim("b.test")] == [0, 1, 0]
    clock.advance(0.4)
    assert pace.claim("a.test") == pytest.approx(0.6)
    clock.advance(0.5)
    assert pace.claim("a.test") == pytest.approx(0.1)
    clock.advance(0.1)
    assert pace.claim("a.test") == 0


def test_a_server_that_wants_to_be_left_alone_is(clock: FixedClock) -> None:
    pace = Pace(clock=clock)
    pace.hold("a.test", 90)
    clock.advance(89)
    assert pace.claim("a.test") == pytest.approx(1)


def test_only_servers_that_may_be_asked_are_forgotten(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SERVERS_MAX", 3)
    pace = Pace(clock=clock)
    pace.hold("held.test", 1_000)
    for name in ("a.test", "b.test"):
        pace.claim(name)
    clock.advance(5)
    for name in ("c.test", "d.test", "e.test"):
        assert pace.claim(name) == 0
    assert pace.claim("held.test") > 0


def test_a_rate_is_above_nothing() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Pace(per_second=0)
