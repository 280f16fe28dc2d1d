"""When people come to what waits for them: now and then while things happen, or so long after it began."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tutela.demo.chain.passing import Actor
from tutela.kernel.clock import Clock


class NowAndThen:
    """A person who looks at the desk every so often, as long as things happen; ``size`` grows with them.

    Between two looks they see nothing, but for what they have planned themselves.
    """

    def __init__(self, person: Actor, every: timedelta, size: Callable[[], int], clock: Clock) -> None:
        self._person, self._every, self._size, self._clock = person, every, size, clock
        self._looked_at = clock.now()
        self._seen = 0

    def act(self) -> bool:
        """Whether they did something; False between two looks."""
        now = self._clock.now()
        planned = self._person.next_moment()
        if now < self._looked_at + self._every and (planned is None or now < planned):
            return False
        if self._size() == self._seen and planned is None:
            return False
        self._looked_at, self._seen = now, self._size()
        return self._person.act()

    def next_moment(self) -> datetime | None:
        """When they look next: where something has happened since, or what they planned."""
        planned = self._person.next_moment()
        if self._size() == self._seen:
            return planned
        following = self._looked_at + self._every
        return following if planned is None else min(planned, following)


class Waits:
    """A person's time: it begins when something waits, and is over ``after`` that."""

    def __init__(self, after: timedelta, clock: Clock) -> None:
        self._after, self._clock = after, clock
        self._due: datetime | None = None

    def is_time(self, *, waiting: bool) -> bool:
        """Whether they do it now. Asked again and again; once it was True, the time begins anew."""
        now = self._clock.now()
        if not waiting:
            self._due = None
        elif self._due is None:
            self._due = now + self._after
        elif now >= self._due:
            self._due = None
            return True
        return False

    @property
    def due(self) -> datetime | None:
        """When they come; None where nothing waits."""
        return self._due
