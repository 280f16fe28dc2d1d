"""One change of a bank: written down for good, then waited for, as long as HMA's clients would wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from tutela.kernel.errors import Conflict

if TYPE_CHECKING:
    from tutela.detect.service.changes import Draft
    from tutela.detect.service.hma.shape import Hma

#: Threads of one process that wait for changes (our own; changing.WAITING_THREADS).
_WAITERS = 32


class Changing:
    """Appends to the service's log and waits on its shelf."""

    def __init__(self) -> None:
        self._threads = anyio.CapacityLimiter(_WAITERS)

    async def caught_up(self, hma: Hma) -> bool:
        """True when this process sees all that was acknowledged up to now; False when that takes too long.

        See ``service.changing.Changes.caught_up``. Raises Unavailable when the log is away.
        """
        head = await hma.service.in_thread(hma.service.log.head)
        return await anyio.to_thread.run_sync(
            hma.shelf.reach, head, hma.rules.change_wait_seconds, limiter=self._threads
        )

    async def change(self, hma: Hma, draft: Draft) -> None:
        """Returns once the change is live here, or is sure to be soon.

        Raises the error for which it could not be applied, Conflict when it waits for a release (FI-24).
        """
        service = hma.service
        sequence = await service.in_thread(service.log.append, draft)
        outcome = await anyio.to_thread.run_sync(
            hma.shelf.wait, sequence, hma.rules.change_wait_seconds, limiter=self._threads
        )
        if outcome.held:
            raise Conflict("the change is written down and held until somebody releases it")
        if outcome.problem is not None:
            raise outcome.problem
