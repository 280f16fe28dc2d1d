"""People come now and then, or so long after something began to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tutela.demo.chain.waiting import NowAndThen, Waits
from tutela.kernel.clock import FixedClock

START = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Person:
    """Counts their looks; ``planned`` is what they planned themselves."""

    def __init__(self) -> None:
        self.looks, self.planned = 0, None

    planned: datetime | None

    def act(self) -> bool:
        self.looks += 1
        return False

    def next_moment(self) -> datetime | None:
        return self.planned


def test_they_look_so_often_while_things_happen_and_not_where_nothing_does() -> None:
    clock, person, size = FixedClock(START), Person(), [1]
    coming = NowAndThen(person, HOUR, lambda: size[0], clock)
    coming.act()
    assert person.looks == 0 and coming.next_moment() == START + HOUR
    clock.advance(3600)
    coming.act()
    coming.act()
    assert person.looks == 1 and coming.next_moment() is None
    clock.advance(7200)
    coming.act()
    assert person.looks == 1
    size[0] = 2
    coming.act()
    assert person.looks == 2


def test_what_they_planned_is_done_at_its_time() -> None:
    clock, person = FixedClock(START), Person()
    coming = NowAndThen(person, HOUR, lambda: 0, clock)
    person.planned = START + timedelta(minutes=10)
    coming.act()
    assert person.looks == 0 and coming.next_moment() == person.planned
    clock.advance(600)
    coming.act()
    assert person.looks == 1


def test_their_time_begins_when_something_waits_and_ends_when_nothing_does() -> None:
    clock = FixedClock(START)
    waits = Waits(HOUR, clock)
    asked = [(waits.is_time(waiting=waiting), waits.due) for waiting in (True, False, True)]
    assert asked == [(False, START + HOUR), (False, None), (False, START + HOUR)]
    clock.advance(3600)
    assert (waits.is_time(waiting=True), waits.due) == (True, None)
