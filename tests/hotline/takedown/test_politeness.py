from __future__ import annotations

from tutela.hotline.takedown.politeness import Politeness


def test_a_host_has_had_enough_for_a_minute() -> None:
    counted = Politeness(2)
    for second in (0.0, 10.0):
        assert counted.busy(second) == []
        counted.sent("one.test", second)
    assert counted.busy(59.9) == ["one.test"]
    assert counted.busy(60.0) == []
    counted.sent("one.test", 60.0)
    assert counted.busy(69.9) == ["one.test"] and counted.busy(70.0) == []
    assert counted.busy(200.0) == []
