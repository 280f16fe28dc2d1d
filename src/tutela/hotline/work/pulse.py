"""The heartbeat of a claim: a thread that prolongs its lease while the outside part of a handler runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from django.db import Error, connections

from tutela.hotline.work.claims import Claim, ClaimLost
from tutela.kernel.log import get_logger

#: Beats in one lease: two may be missed.
BEATS = 3

_log = get_logger("work")


class Pulse:
    """A context in which ``beat`` is called three times in a lease, until the claim is lost.

    A block that lasts longer than ``longest_seconds`` hangs: it gets no more beats, and the job falls free.

    A stopped process (SIGSTOP, a machine that sleeps) does not beat: its lease runs out, and what it writes
    when it comes back is refused by its token.
    """

    def __init__(self, claim: Claim, beat: Callable[[], None], longest_seconds: float) -> None:
        self._claim, self._beat = claim, beat
        self._until = time.monotonic() + longest_seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pulse-{claim.job}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.wait(self._claim.lease_seconds / BEATS):
                if time.monotonic() > self._until:
                    _log.error("job_hangs", job=self._claim.job)
                    return
                self._beat_once()
        except ClaimLost:
            _log.warning("claim_lost", job=self._claim.job)
        finally:
            connections.close_all()

    def _beat_once(self) -> None:
        try:
            self._beat()
        except (
            Error
        ):  # the database is away: the next beat asks again, and the lease says when it is too late
            _log.warning("heartbeat_failed", job=self._claim.job)
            connections.close_all()
