from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from tests.hotline.takedown.making import a_clock
from tutela.hotline.alerts import alarm as module
from tutela.hotline.alerts.alarm import Alarm
from tutela.hotline.alerts.telling import MemoryWay
from tutela.hotline.database_clock import ClocksDiffer

pytestmark = pytest.mark.django_db


class Rounds(threading.Event):
    """Is set after so many waits."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        if not self.left:
            self.set()
        return self.is_set()


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alarm closes its own thread's connection; here it shares the test's."""
    monkeypatch.setattr(module, "connection", SimpleNamespace(close=lambda: None))


def test_every_way_is_told_and_one_that_is_reached_is_enough() -> None:
    clock, up, down = a_clock(), MemoryWay(), MemoryWay(up=False)
    alarm = Alarm(lambda: {"job_parked": 2}, (down, up), clock=clock)
    assert (alarm.round(), alarm.round()) == (1, 0)
    clock.advance(3_600)
    assert alarm.round() == 1
    assert [word.event for word in up.told] == ["began", "goes_on"]


def test_a_word_that_reaches_nobody_is_tried_again_after_five_minutes() -> None:
    clock, way = a_clock(), MemoryWay(up=False)
    alarm = Alarm(lambda: {"job_parked": 2}, (way,), clock=clock)
    assert alarm.round() == 0
    way.up = True
    assert alarm.round() == 0
    clock.advance(300)
    assert alarm.round() == 1
    assert [word.event for word in way.told] == ["began"]


@pytest.mark.parametrize("error", [OperationalError, ClocksDiffer, ZeroDivisionError])
def test_a_look_that_fails_does_not_end_the_looks(error: type[Exception]) -> None:
    looks, way = [error("away"), None], MemoryWay()

    def look() -> dict[str, int]:
        failed = looks.pop(0)
        if failed is not None:
            raise failed
        return {"job_parked": 2}

    Alarm(look, (way,), clock=a_clock()).run(Rounds(2))
    assert [word.kind for word in way.told] == ["job_parked"]


def test_while_the_clocks_differ_nothing_is_looked_at() -> None:
    def differ() -> None:
        raise ClocksDiffer("an hour")

    way = MemoryWay()
    Alarm(lambda: {"job_parked": 2}, (way,), clock=a_clock(), guard=differ).run(Rounds(2))
    assert way.told == []
