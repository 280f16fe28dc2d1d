"""Who goes first when more reports come than can be kept: lanes, each with its own budget, and no CAPTCHA.

At rest nobody notices. Above the plain lane's budget a form needs a ticket that is 20 seconds old, which most
have who typed anything, or a puzzle solved by the browser. Urgent reports have a lane of their own. All of it
is counts in memory: nothing of a reader is kept.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock

from django.conf import settings

from tutela.hotline.intake.tickets import Tickets, is_solved

#: Seconds that somebody waits under load who runs no JavaScript (decisions.md section 4: 20 to 60).
WAIT_SECONDS = 20
#: Seconds for which a ticket is good: a form that stood open over a night begins anew.
TICKET_SECONDS = 8 * 3_600
#: Reports that a lane takes at once after a rest, in seconds of its rate. Our own: what a talk on television
#: brings is no flood; a larger burst would stand in line before the urgent ones.
PLAIN_BURST_SECONDS, PROVEN_BURST_SECONDS, URGENT_BURST_SECONDS = 20, 20, 40
#: Tickets remembered as used; the oldest are forgotten first (some 20 MB).
USED_MAX = 100_000
#: Seconds between two lines of the log that say how many were asked to wait (our own).
NEWS_SECONDS = 60


class Budget:
    """So many a second, and after a rest so many at once. Not safe for threads by itself."""

    def __init__(self, *, per_second: float, burst: float, now: Callable[[], float]) -> None:
        self.per_second, self.burst = per_second, burst
        self._now, self._left, self._seen = now, burst, now()

    def left(self) -> float:
        """How many may be taken now."""
        at = self._now()
        self._left = min(self.burst, self._left + (at - self._seen) * self.per_second)
        self._seen = at
        return self._left

    def take(self) -> bool:
        """True where there was one, which is gone now."""
        if self.left() < 1:
            return False
        self._left -= 1
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A form that was sent: its ticket and the puzzle's answer as they came, a digest of what it says."""

    untrusted_ticket: str
    untrusted_number: str
    written: bytes
    urgent: bool


class Crowd:
    """Decides which forms are taken in now. Safe for threads; one for each process."""

    def __init__(self, *, per_second: float, now: Callable[[], float] = time.monotonic) -> None:
        self.tickets = Tickets(now=now)
        self._plain = Budget(per_second=per_second, burst=per_second * PLAIN_BURST_SECONDS, now=now)
        self._proven = Budget(per_second=per_second, burst=per_second * PROVEN_BURST_SECONDS, now=now)
        self._urgent = Budget(per_second=per_second, burst=per_second * URGENT_BURST_SECONDS, now=now)
        self._used: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()
        self._now, self._told, self._asked = now, now() - NEWS_SECONDS, 0

    @property
    def busy(self) -> bool:
        """Whether forms should say what a browser can do in order not to wait."""
        with self._lock:
            return self._plain.left() < 1

    def ticket_for(self, untrusted_ticket: str) -> str:
        """The ticket of a form that is shown again: the one it had, whose time goes on, else a new one."""
        age = self.tickets.age_seconds(untrusted_ticket)
        with self._lock:
            good = age is not None and age < TICKET_SECONDS and untrusted_ticket not in self._used
        return untrusted_ticket if good else self.tickets.issue()

    def admit(self, attempt: Attempt) -> bool:
        """True where the report is to be taken in now; else its sender waits, and loses nothing."""
        with self._lock:
            if self._is_proven(attempt) and self._proven.take():
                self._use(attempt)
                return True
            admitted = (attempt.urgent and self._urgent.take()) or self._plain.take()
            self._asked += not admitted
            return admitted

    def news(self) -> int:
        """How many were asked to wait since it was last told; 0 where that was less than a minute ago."""
        with self._lock:
            if self._now() - self._told < NEWS_SECONDS:
                return 0
            asked, self._asked, self._told = self._asked, 0, self._now()
            return asked

    def _is_proven(self, attempt: Attempt) -> bool:
        """Whether somebody waited or worked for this form, and for no other text than this one."""
        age = self.tickets.age_seconds(attempt.untrusted_ticket)
        if age is None or age > TICKET_SECONDS:
            return False
        if self._used.get(attempt.untrusted_ticket, attempt.written) != attempt.written:
            return False
        return age >= WAIT_SECONDS or is_solved(attempt.untrusted_ticket, attempt.untrusted_number)

    def _use(self, attempt: Attempt) -> None:
        self._used[attempt.untrusted_ticket] = attempt.written
        while len(self._used) > USED_MAX:
            self._used.popitem(last=False)


@cache
def crowd() -> Crowd:
    """The one of this process."""
    return Crowd(per_second=settings.TUTELA_REPORTS_PER_SECOND)
