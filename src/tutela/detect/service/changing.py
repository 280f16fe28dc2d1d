"""One change of a list for somebody who waits: written down for good, then waited for, then answered.

201 or 200 with ``{"change": n, "live": true}`` once every question here finds the list so; 202 with
``"live": false`` when that takes longer, or when the change waits for a release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import anyio
import anyio.to_thread
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from tutela.detect.service.applied import Outcome
    from tutela.detect.service.changes import Draft
    from tutela.detect.service.running import Service

#: Seconds that somebody waits for a change to be live (design of the service; usual is 0.1).
WAIT_SECONDS = 2.0
#: Threads that wait for changes; more callers than that wait their turn (our own: curators are few).
WAITING_THREADS = 32
NO_STORE = {"Cache-Control": "no-store"}


class Waiting(Protocol):
    """What is needed of ``shelf.Shelf``."""

    def reach(self, sequence: int, timeout_seconds: float) -> bool:
        """True when everything up to the change is live here; False when that took longer. Blocks."""

    def wait(self, sequence: int, timeout_seconds: float) -> Outcome:
        """What became of a change; neither applied nor a problem when that took longer. Blocks."""


class Changes:
    """Appends to the change log of one service and waits on its shelf. For one event loop."""

    def __init__(self, service: Service, shelf: Waiting, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._service, self._shelf, self._wait_seconds = service, shelf, wait_seconds
        self._threads = anyio.CapacityLimiter(WAITING_THREADS)

    async def caught_up(self) -> bool:
        """True when this process sees all that was acknowledged up to now, by any process or replica.

        False when that takes too long: then nobody may be told that something stands already, since a
        change that is not live here yet may have ended it.
        """
        head = await self._service.in_thread(self._service.log.head)
        return await anyio.to_thread.run_sync(
            self._shelf.reach, head, self._wait_seconds, limiter=self._threads
        )

    async def answer(self, draft: Draft, *, status: int = 200, patient: bool = True) -> Response:
        """The answer for a change that is now in the log; ``status`` is said once it is live.

        Not ``patient``: does not wait for that, since this replica is known to be behind.
        Raises the error for which the change could not be applied, Unavailable when the log is away.
        """
        sequence = await self._service.in_thread(self._service.log.append, draft)
        wait_seconds = self._wait_seconds if patient else 0.0
        outcome = await anyio.to_thread.run_sync(
            self._shelf.wait, sequence, wait_seconds, limiter=self._threads
        )
        if outcome.applied:
            return changed(sequence, status=status)
        if outcome.held:
            return changed(sequence, status=202, live=False, held=True)
        if outcome.problem is not None:
            raise outcome.problem
        return changed(sequence, status=202, live=False)


def changed(sequence: int, *, status: int = 200, live: bool = True, held: bool = False) -> Response:
    """The answer that names a change."""
    fields = {"change": sequence, "live": live} | ({"held": True} if held else {})
    return JSONResponse(fields, status_code=status, headers=NO_STORE)
