"""The judge asked in threads, within the time that a picture is held at most. Whatever fails is held."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tutela.prevent.guard.proxy.policy import FILMS_AT_ONCE, Policy
from tutela.prevent.guard.shapes import Judge, Ruling, undecided

#: Pictures of one body that wait at once, so that hundreds of small ones crowd nobody out.
PER_BODY: Final = 8


class Rulings:
    """Asks for rulings. All methods but ``close`` belong to the one event loop."""

    def __init__(self, judge: Judge, policy: Policy) -> None:
        self._judge, self._policy = judge, policy
        self._pictures = _Line(policy.rulings_at_once, policy.rulings_waiting_max)
        self._films = _Line(FILMS_AT_ONCE, policy.films_waiting_max)

    def deadline(self) -> float:
        """Until when what arrives now is held, on the monotonic clock, in seconds."""
        return time.monotonic() + self._policy.hold_seconds

    async def rule_all(self, contents: Collection[bytes], deadline: float) -> dict[bytes, Ruling]:
        """The ruling on each of ``contents``, some of them asked side by side, all by ``deadline``."""
        turn = asyncio.Semaphore(PER_BODY)

        async def in_turn(content: bytes) -> Ruling:
            async with turn:
                return await self.rule(content, deadline)

        rulings = await asyncio.gather(*(in_turn(one) for one in contents))
        return dict(zip(contents, rulings, strict=True))

    async def rule(self, untrusted_content: bytes, deadline: float) -> Ruling:
        """The ruling on one picture's bytes, by ``deadline``."""
        return await self._in_line(self._pictures, untrusted_content, deadline)

    async def rule_film(self, untrusted_content: bytes) -> Ruling:
        """The ruling on one film's bytes, within the time that a film is held, and beside all pictures."""
        return await self._in_line(
            self._films, untrusted_content, time.monotonic() + self._policy.film_seconds
        )

    async def _in_line(self, line: _Line, content: bytes, deadline: float) -> Ruling:
        if time.monotonic() >= deadline:
            return undecided("too_slow")
        if line.waiting >= line.waiting_max:
            return undecided("overloaded")
        line.waiting += 1
        try:
            asked = asyncio.get_running_loop().run_in_executor(line.threads, self._asked, content, deadline)
        except RuntimeError:  # being closed
            line.waiting -= 1
            return undecided("worker_failed")
        asked.add_done_callback(line.answered)
        done, _ = await asyncio.wait({asked}, timeout=max(0.0, deadline - time.monotonic()))
        return asked.result() if done and not asked.cancelled() else undecided("too_slow")

    def _asked(self, content: bytes, deadline: float) -> Ruling:
        """Runs in a thread. Never raises: nobody may be there any more to take it."""
        left_seconds = deadline - time.monotonic()
        if left_seconds <= 0:
            return undecided("too_slow")
        try:
            ruling: object = self._judge.rule(content, within_seconds=left_seconds)
        except Exception:  # noqa: BLE001 - whatever fails is held
            return undecided("worker_failed")
        return ruling if isinstance(ruling, Ruling) else undecided("worker_failed")

    def close(self) -> None:
        """Ends the threads as soon as their rulings come; the judge is its owner's to close."""
        for line in (self._pictures, self._films):
            with contextlib.suppress(RuntimeError):
                line.threads.shutdown(wait=False, cancel_futures=True)


class _Line:
    """Threads that ask, and how many wait for one or for its answer."""

    def __init__(self, at_once: int, waiting_max: int) -> None:
        self.threads, self.waiting, self.waiting_max = ThreadPoolExecutor(at_once), 0, waiting_max

    def answered(self, _: object) -> None:
        """One waits no more."""
        self.waiting -= 1
