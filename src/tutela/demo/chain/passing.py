"""Time that stands still until nothing more can be done, and then jumps to the next thing that is due.

Nothing here waits: four weeks take as long as the work in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from tutela.kernel.clock import FixedClock

#: Least step: where something is said to be due and is not done, time goes on all the same.
STEP_MIN = timedelta(milliseconds=50)
#: Rounds in one moment after which something is wrong with who acts: nobody has so much to do at once.
ROUNDS_MAX = 10_000


class Actor(Protocol):
    """A machine or a person that does what is due."""

    def act(self) -> bool:
        """Whether something was done."""
        ...

    def next_moment(self) -> datetime | None:
        """When there may be something to do next; None where there is nothing."""
        ...


def pass_time(
    actors: Sequence[Actor], clock: FixedClock, until: datetime, *, on_day: Callable[[], None]
) -> None:
    """Return once it is ``until``. ``on_day`` is called when a day (UTC) is over, and at the end.

    Raises RuntimeError where the actors never come to rest in one moment.
    """
    while clock.now() < until:
        _settle(actors)
        moments = (one.next_moment() for one in actors)
        due = min((at for at in moments if at is not None), default=until)
        now, midnight = clock.now(), _midnight_after(clock.now())
        target = min(max(due, now + STEP_MIN), until)
        if target >= midnight:
            on_day()
        clock.advance((target - now).total_seconds())
    _settle(actors)
    on_day()


def _settle(actors: Sequence[Actor]) -> None:
    for _round in range(ROUNDS_MAX):
        if sum(one.act() for one in actors) == 0:  # each has its turn
            return
    raise RuntimeError("what is to be done in one moment has no end")


def _midnight_after(moment: datetime) -> datetime:
    return (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
