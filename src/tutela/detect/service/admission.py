"""How much one process takes on: requests in hand, bytes held, uploads looked at, queries of one caller.

What is too much is answered 429 with a time to come back; nothing queues without a bound.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread

from tutela.detect.service.problems import Busy
from tutela.kernel.clock import Clock, SystemClock

T = TypeVar("T")

#: Seconds of queries that a caller may ask at once after a pause (our own; a page of uploads).
BURST_SECONDS = 2.0
#: Callers whose rate is remembered (our own: tokens are given out by hand; the oldest are forgotten).
CALLERS_MAX = 1_000
#: Share of a new measurement in the running mean of how long a look takes (our own).
_NEW_SHARE = 0.1
#: What a look is taken to need before one was measured, in seconds (4 ms a picture, performance.md 2).
_FIRST_LOOK_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class AdmissionRules:
    """The bounds; ``ServiceSettings`` has each of them with its source."""

    requests_max: int = 256
    looks_at_once: int = 4
    wait_seconds_max: float = 30.0
    held_bytes_max: int = 2_560 << 20


class Admission:
    """Counts what is in hand. For one event loop; only ``look`` leaves it, into a thread.

    ``processes`` share the rate of a caller evenly.
    """

    def __init__(
        self, rules: AdmissionRules | None = None, *, processes: int = 1, clock: Clock | None = None
    ) -> None:
        self.rules = rules or AdmissionRules()
        self._processes = max(1, processes)
        self._clock = SystemClock() if clock is None else clock
        self._turns = anyio.Semaphore(self.rules.looks_at_once)
        #: Half of the turns: films and archives may not keep every picture waiting for minutes.
        self._slow_turns = anyio.Semaphore(max(1, self.rules.looks_at_once // 2))
        self._threads = anyio.CapacityLimiter(self.rules.looks_at_once)
        self._mean_seconds = _FIRST_LOOK_SECONDS
        self._rates: OrderedDict[str, _Rate] = OrderedDict()
        #: Requests in hand, those of them that wait for a look, and bytes of bodies held.
        self.in_hand = 0
        self.waiting = 0
        self.held_bytes = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one request. Raises Busy when all are taken."""
        if self.in_hand >= self.rules.requests_max:
            raise Busy("too many requests are in hand", retry_after_seconds=self.wait_seconds())
        self.in_hand += 1
        try:
            yield
        finally:
            self.in_hand -= 1

    def hold(self, size_bytes: int) -> None:
        """Takes note of bytes that are held. Raises Busy when there is no room; ``release`` gives it back."""
        if self.held_bytes + size_bytes > self.rules.held_bytes_max:
            raise Busy("too many bytes are in hand", retry_after_seconds=self.wait_seconds())
        self.held_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        """Gives back room that ``hold`` took."""
        self.held_bytes -= size_bytes

    def check_rate(self, name: str, queries_per_second: float, queries: int = 1) -> None:
        """Takes note of ``queries`` of the caller ``name``. Raises Busy when they come too fast.

        A caller has ``BURST_SECONDS`` worth of queries to spend at once; more than that in one request
        pass when nothing was spent before, and are waited off afterwards.
        """
        now_seconds = self._clock.monotonic_seconds()
        rate = self._rates.get(name)
        if rate is None:
            rate = self._rates[name] = _Rate(left=BURST_SECONDS * queries_per_second, at_seconds=now_seconds)
            if len(self._rates) > CALLERS_MAX:
                self._rates.popitem(last=False)
        self._rates.move_to_end(name)
        rate.fill(queries_per_second / self._processes, BURST_SECONDS * queries_per_second, now_seconds)
        burst = min(queries, int(BURST_SECONDS * queries_per_second) or 1)
        if rate.left < burst:
            missing_seconds = (burst - rate.left) * self._processes / queries_per_second
            raise Busy("this token asks too often", retry_after_seconds=missing_seconds)
        rate.left -= queries

    async def look(self, function: Callable[[], T], *, slow: bool = False) -> T:
        """What ``function`` returns, run in one of a few threads. Raises Busy after too long a wait.

        ``slow`` looks (films, archives) get half of the turns at most.
        """
        turns = (self._slow_turns, self._turns) if slow else (self._turns,)
        async with AsyncExitStack() as held:
            await self._take(turns, held)
            begun_seconds = self._clock.monotonic_seconds()
            held.callback(self._measure, begun_seconds)
            return await anyio.to_thread.run_sync(function, limiter=self._threads)

    async def _take(self, turns: Sequence[anyio.Semaphore], held: AsyncExitStack) -> None:
        """Takes a turn of each, which ``held`` gives back. Raises Busy when that takes too long."""
        self.waiting += 1
        try:
            with anyio.move_on_after(self.rules.wait_seconds_max) as patience:
                for one in turns:
                    await one.acquire()
                    held.callback(one.release)
        finally:
            self.waiting -= 1
        if patience.cancelled_caught:
            raise Busy("the wait for a turn was too long", retry_after_seconds=self.wait_seconds())

    def _measure(self, begun_seconds: float) -> None:
        took_seconds = self._clock.monotonic_seconds() - begun_seconds
        self._mean_seconds += _NEW_SHARE * (took_seconds - self._mean_seconds)

    def wait_seconds(self) -> float:
        """Seconds until a new request would have its turn, as far as can be told; at least 1."""
        ahead = self.in_hand / self.rules.looks_at_once
        return max(1.0, min(self.rules.wait_seconds_max, ahead * self._mean_seconds))


@dataclass(kw_only=True, slots=True)
class _Rate:
    """A bucket of queries that fills at a steady rate; may go below zero."""

    left: float
    at_seconds: float

    def fill(self, per_second: float, most: float, now_seconds: float) -> None:
        self.left = min(most, self.left + per_second * (now_seconds - self.at_seconds))
        self.at_seconds = now_seconds
