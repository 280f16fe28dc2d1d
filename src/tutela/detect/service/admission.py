"""How much one process takes on: requests in hand, bytes held, uploads looked at.

What is too much is answered 429 with a time to come back; nothing queues without a bound.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread

from tutela.detect.service.problems import Busy
from tutela.kernel.clock import Clock, SystemClock

T = TypeVar("T")

#: Share of a new measurement in the running mean of how long a look takes (our own).
_NEW_SHARE = 0.1
#: What a look is taken to need before one was measured, in seconds (4 ms a picture, performance.md 2).
_FIRST_LOOK_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class AdmissionRules:
    """The bounds; ``ServiceSettings`` has each of them with its source."""

    requests_max: int = 256
    caller_requests_max: int = 192
    looks_at_once: int = 4
    wait_seconds_max: float = 30.0
    held_bytes_max: int = 2_560 << 20


@dataclass(kw_only=True, slots=True, eq=False)
class _Place:
    """One request in hand; whose it is, is known once its token was read."""

    caller: str = ""


#: The place of the request that this task answers.
_PLACE: ContextVar[_Place | None] = ContextVar("place", default=None)


class Admission:
    """Counts what is in hand. For one event loop; only ``look`` leaves it, into a thread."""

    def __init__(self, rules: AdmissionRules | None = None, *, clock: Clock | None = None) -> None:
        self.rules = rules or AdmissionRules()
        self._clock = SystemClock() if clock is None else clock
        self._turns = anyio.Semaphore(self.rules.looks_at_once)
        #: Half of the turns: films and archives may not keep every picture waiting for minutes.
        self._slow_turns = anyio.Semaphore(max(1, self.rules.looks_at_once // 2))
        self._threads = anyio.CapacityLimiter(self.rules.looks_at_once)
        self._mean_seconds = _FIRST_LOOK_SECONDS
        #: Requests in hand, those of them that wait for a look, and bytes of bodies held.
        self.in_hand = 0
        self.waiting = 0
        #: Requests in hand by caller, of those whose caller is known.
        self._callers: Counter[str] = Counter()
        self.held_bytes = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one request. Raises Busy when all are taken."""
        if self.in_hand >= self.rules.requests_max:
            raise Busy("too many requests are in hand", retry_after_seconds=self.wait_seconds())
        self.in_hand += 1
        place = _Place()
        before = _PLACE.set(place)
        try:
            yield
        finally:
            _PLACE.reset(before)
            self.in_hand -= 1
            self._give_back(place)

    def belongs(self, caller: str) -> None:
        """Notes whose place this task holds, if it holds one. Raises Busy when that caller has too many."""
        place = _PLACE.get()
        if place is None or place.caller == caller:
            return
        if self._callers[caller] >= self.rules.caller_requests_max:
            raise Busy("too many requests of this token are in hand", retry_after_seconds=self.wait_seconds())
        self._give_back(place)
        place.caller = caller
        self._callers[caller] += 1

    def _give_back(self, place: _Place) -> None:
        if place.caller:
            self._callers[place.caller] -= 1
            self._callers += Counter()  # whoever holds none is forgotten

    def hold(self, size_bytes: int) -> None:
        """Takes note of bytes that are held. Raises Busy when there is no room; ``release`` gives it back."""
        if self.held_bytes + size_bytes > self.rules.held_bytes_max:
            raise Busy("too many bytes are in hand", retry_after_seconds=self.wait_seconds())
        self.held_bytes += size_bytes

    def release(self, size_bytes: int) -> None:
        """Gives back room that ``hold`` took."""
        self.held_bytes -= size_bytes

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

    async def wait(self, woken: asyncio.Future[bool], waits: Callable[[], bool]) -> None:
        """Returns when ``woken`` is done. Raises Busy after too long, if it still ``waits`` for a turn.

        A timer costs less than a third of a cancel scope (1.3 and 4.5 microseconds), and every picture waits.
        """
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self.rules.wait_seconds_max, self._lose_patience, woken, waits)
        self.waiting += 1
        try:
            in_time = await woken
        finally:
            self.waiting -= 1
            timer.cancel()
        if not in_time:
            raise self._too_long()

    def _lose_patience(self, woken: asyncio.Future[bool], waits: Callable[[], bool]) -> None:
        if not woken.done() and waits():
            woken.set_result(False)

    def _too_long(self) -> Busy:
        return Busy("the wait for a turn was too long", retry_after_seconds=self.wait_seconds())

    def measure(self, took_seconds: float) -> None:
        """Takes note of how long a look took; ``wait_seconds`` is told from it."""
        self._mean_seconds += _NEW_SHARE * (took_seconds - self._mean_seconds)

    async def _take(self, turns: Sequence[anyio.Semaphore], held: AsyncExitStack) -> None:
        """Takes a turn of each, which ``held`` gives back. Raises Busy when that takes too long."""
        deadline_seconds: float | None = None
        for one in turns:
            try:
                one.acquire_nowait()
            except anyio.WouldBlock:
                now_seconds = anyio.current_time()
                deadline_seconds = deadline_seconds or now_seconds + self.rules.wait_seconds_max
                await self._wait(one.acquire, deadline_seconds - now_seconds)
            held.callback(one.release)

    async def _wait(self, until: Callable[[], Awaitable[object]], seconds: float) -> None:
        self.waiting += 1
        try:
            with anyio.move_on_after(seconds) as patience:
                await until()
        finally:
            self.waiting -= 1
        if patience.cancelled_caught:
            raise self._too_long()

    def _measure(self, begun_seconds: float) -> None:
        self.measure(self._clock.monotonic_seconds() - begun_seconds)

    def wait_seconds(self) -> float:
        """Seconds until a new request would have its turn, as far as can be told; at least 1."""
        ahead = self.in_hand / self.rules.looks_at_once
        return max(1.0, min(self.rules.wait_seconds_max, ahead * self._mean_seconds))
