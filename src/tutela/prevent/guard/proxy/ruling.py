"""The judge asked in threads, within the time that a picture is held at most. Whatever fails is held."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.shapes import Judge, Ruling, undecided

#: Pictures of one body that wait at once, so that hundreds of small ones crowd nobody out.
PER_BODY: Final = 8


class Rulings:
    """Asks for rulings. All methods but ``close`` belong to the one event loop."""

    def __init__(self, judge: Judge, policy: Policy) -> None:
        self._judge, self._policy, self._waiting = judge, policy, 0
        self._threads = ThreadPoolExecutor(policy.rulings_at_once)

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
        """The ruling on one file's bytes, by ``deadline``."""
        if time.monotonic() >= deadline:
            return undecided("too_slow")
        if self._waiting >= self._policy.rulings_waiting_max:
            return undecided("overloaded")
        self._waiting += 1
        try:
            asked = asyncio.get_running_loop().run_in_executor(
                self._threads, self._asked, untrusted_content, deadline
            )
        except RuntimeError:  # being closed
            self._waiting -= 1
            return undecided("worker_failed")
        asked.add_done_callback(self._answered)
        done, _ = await asyncio.wait({asked}, timeout=max(0.0, deadline - time.monotonic()))
        return asked.result() if done and not asked.cancelled() else undecided("too_slow")

    def _answered(self, _: object) -> None:
        self._waiting -= 1

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
        with contextlib.suppress(RuntimeError):
            self._threads.shutdown(wait=False, cancel_futures=True)
