"""How fast and how much each caller may ask: a token bucket a second, and a count a day.

Both hold for digests as well, whose enumeration nothing else slows down (threat ST-16).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from tutela.detect.service.roles import Caller
from tutela.detect.service.tables import CALLERS_MAX
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable

#: Seconds of its rate that a caller may use at once after a pause (our own).
BURST_SECONDS = 2.0
#: Seconds of a day, as POSIX counts them.
DAY_SECONDS = 86_400


@dataclass(kw_only=True, slots=True)
class _Account:
    level: float
    at_seconds: float
    day: int = 0
    asked_today: float = 0.0


class Rates:
    """Counts what every caller asks for. Safe to share between threads; each process counts for itself.

    ``share`` is this process's part of a caller's limits: 1 / number of processes, so that all of them
    together keep it. A bucket never holds less than one query.
    """

    def __init__(self, *, clock: Clock | None = None, share: float = 1.0) -> None:
        """Raises ValueError when the share is not above 0 and at most 1."""
        if not 0 < share <= 1:
            raise ValueError("a share is above 0 and at most 1")
        self._clock = SystemClock() if clock is None else clock
        self._share = share
        self._lock = threading.Lock()
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def admit(self, caller: Caller, *, queries: int = 1) -> None:
        """Returns when the caller may ask so many queries now, and counts them.

        More than fit into the full bucket are let in when it is full, and are paid off before the next.
        Raises Unavailable with ``retry_after_seconds``; the edge answers 429.
        """
        if queries < 1:
            raise ValueError("a question is at least one query")
        per_second = caller.limits.queries_per_second * self._share
        full = max(1.0, per_second * BURST_SECONDS)
        now, today = self._clock.monotonic_seconds(), self._clock.now().timestamp()
        with self._lock:
            account = self._account(caller.id, full, now)
            account.level = min(full, account.level + per_second * (now - account.at_seconds))
            account.at_seconds = now
            self._check_day(account, caller, queries, today)
            lacking = min(float(queries), full) - account.level
            if lacking > 0:
                raise Unavailable("too many queries a second", retry_after_seconds=lacking / per_second)
            account.level -= queries
            account.asked_today += queries

    def _account(self, caller_id: str, full: float, now: float) -> _Account:
        account = self._accounts.setdefault(caller_id, _Account(level=full, at_seconds=now))
        self._accounts.move_to_end(caller_id)
        while len(self._accounts) > CALLERS_MAX:
            self._accounts.popitem(last=False)
        return account

    def _check_day(self, account: _Account, caller: Caller, queries: int, today: float) -> None:
        """Begins a new day (UTC) with nothing asked; raises Unavailable when its queries are used up."""
        day = int(today // DAY_SECONDS)
        if day != account.day:
            account.day, account.asked_today = day, 0.0
        if account.asked_today + queries > max(1.0, caller.limits.queries_per_day * self._share):
            left = (day + 1) * DAY_SECONDS - today
            raise Unavailable("the queries of this day are used up", retry_after_seconds=left)
