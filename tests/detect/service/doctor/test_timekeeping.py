from __future__ import annotations

import sys

import pytest

from tutela.detect.service.doctor.timekeeping import clock, kernel_status


def test_a_clock_that_nobody_keeps_right_is_told() -> None:
    assert clock(lambda: 0x2001).state == "ok"
    assert clock(lambda: 0x0040).state == "warn"
    assert clock(lambda: None).state == "warn"


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_the_kernel_is_asked_and_nothing_is_set() -> None:
    told = kernel_status()
    assert told is None or told & ~0xFFFF == 0
    assert kernel_status() == told


def test_other_systems_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert kernel_status() is None
