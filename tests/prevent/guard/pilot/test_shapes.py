from __future__ import annotations

from datetime import date

import pytest

from tutela.prevent.guard.pilot.shapes import Answered, Event, Left

DAY = date(2026, 10, 1)


def test_what_can_be_told_is_closed() -> None:
    assert Answered(moment="start", day=DAY, version=1, answers={"calm": 3, "slept": None}).day == DAY
    assert Event(day=DAY, kind="sleep", severity=3).day == Left(day=DAY, reason="burden").day
    with pytest.raises(ValueError, match="moment"):
        Answered(moment="professional", day=DAY, version=1, answers={})
    with pytest.raises(ValueError, match="moment"):
        Answered(moment="start", day=DAY, version=0, answers={})
    with pytest.raises(ValueError, match="no such question"):
        Answered(moment="start", day=DAY, version=1, answers={"own words": 1})
    with pytest.raises(ValueError, match="event"):
        Event(day=DAY, kind="sleep", severity=4)
    with pytest.raises(ValueError, match="event"):
        Event(day=DAY, kind="a text", severity=1)  # type: ignore[arg-type]  # what is refused
    with pytest.raises(ValueError, match="reason"):
        Left(day=DAY, reason="a text")  # type: ignore[arg-type]  # what is refused
