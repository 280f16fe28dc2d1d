"""A worker: claims one job after the other and does it, until it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from django.db import Error, connections

from tutela.hotline.work import actions, queries
from tutela.hotline.work.claims import Claim, ClaimLost, HostLimit
from tutela.hotline.work.handlers import WORD, handler_of, registered_kinds
from tutela.hotline.work.pulse import Pulse
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Invalid, Refused, Unavailable
from tutela.kernel.ids import new_id
from tutela.kernel.log import declare_words, get_logger

Outcome = Literal["finished", "retried", "parked", "lost"]

#: Seconds between two looks of a worker that has nothing to do.
LOOK_SECONDS = 0.5
#: Seconds between two tries to reach a database that is away; FI-07 asks for 10 at most.
DATABASE_SECONDS = 2.0
#: Seconds between two signs of life.
PRESENCE_SECONDS = 10.0
#: Every so many turns the job that waited longest goes first, so that urgent ones starve nobody.
OLDEST_TURN = 8
#: Tries of a job whose other side is away (Unavailable), where its kind has fewer: by the waits of ``waits``
#: about half a day. An outage of minutes must not leave a person thousands of jobs to put back (our own).
AWAY_TRIES_MAX = 20

declare_words("finished", "retried", "parked", "lost")
_log = get_logger("work")


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of one claim, for whoever watches. ``reason`` is a word, and empty where nothing failed."""

    job: str
    kind: str
    outcome: Outcome
    tries: int
    seconds: float
    reason: str = ""


def unwatched(_: Done) -> None:
    """None: for a worker that nobody watches."""


class Worker:
    """Does the jobs of these kinds (all that are registered). The name is for people; two may share one."""

    def __init__(
        self,
        name: str,
        kinds: Collection[str] = (),
        clock: Clock | None = None,
        *,
        limit: HostLimit | None = None,
        watched: Callable[[Done], None] = unwatched,
    ) -> None:
        """Raises ValueError for a name that is no word, LookupError for a kind that nobody does."""
        if not WORD.fullmatch(name):
            raise ValueError("a worker's name is a short word of lower-case letters, digits, - and _")
        self.name, self.instance = name, new_id("wrk_")
        self.kinds = tuple(handler_of(kind).kind for kind in kinds) or registered_kinds()
        self._clock, self._limit, self._watched = clock or SystemClock(), limit or HostLimit(), watched
        self._turns = self.finished = self.failed = 0
        self._idle = False
        self._present_from = self._clock.monotonic_seconds()

    def step(self) -> bool:
        """True when a job was claimed and done, whatever came of it; False when nothing was due."""
        if self._idle and not queries.is_something_due(self.kinds, clock=self._clock):
            return False
        self._turns += 1
        oldest = self._turns % OLDEST_TURN == 0
        claim = actions.claim_next(self.name, self.kinds, limit=self._limit, oldest=oldest, clock=self._clock)
        self._idle = claim is None
        if claim is None:
            return False
        self._watched(self._do(claim))
        return True

    def _do(self, claim: Claim) -> Done:
        begun = self._clock.monotonic_seconds()
        try:
            outcome, reason = self._tried(claim)
        except ClaimLost:
            _log.warning("claim_lost", job=claim.job)
            outcome, reason = "lost", ""
        self.finished += outcome == "finished"
        self.failed += outcome != "finished"
        return Done(
            job=claim.job,
            kind=claim.kind,
            outcome=outcome,
            tries=claim.tries,
            seconds=self._clock.monotonic_seconds() - begun,
            reason=reason,
        )

    def _tried(self, claim: Claim) -> tuple[Outcome, str]:
        handler = handler_of(claim.kind)
        try:
            with Pulse(claim, lambda: self._beat(claim), handler.longest_seconds):
                result = handler.outside(claim.arguments, claim)
            actions.finish(claim, lambda: handler.inside(claim.arguments, result, claim), clock=self._clock)
        except ClaimLost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, its job waits or is parked
            return self._failed(claim, error), type(error).__name__
        return "finished", ""

    def _failed(self, claim: Claim, error: Exception) -> Outcome:
        """What becomes of the job; the reason that is kept is the name of the error's class alone."""
        word = type(error).__name__
        _log.exception("job_failed", job=claim.job, tries=claim.tries)
        if isinstance(error, Invalid | Refused):  # waiting changes neither
            actions.park(claim, word, clock=self._clock)
            return "parked"
        after, tries_max = 0.0, claim.tries_max
        if isinstance(error, Unavailable):  # nothing is wrong with the job
            after, tries_max = error.retry_after_seconds or 0.0, max(tries_max, AWAY_TRIES_MAX)
        over = actions.fail(claim, word, after_seconds=after, tries_max=tries_max, clock=self._clock)
        return "parked" if over else "retried"

    def _beat(self, claim: Claim) -> None:
        actions.heartbeat(claim, clock=self._clock)
        self._say_present()

    def run(self, stop: threading.Event, *, until_empty: bool = False) -> None:
        """None, when ``stop`` is set and the job in hand is done, or (``until_empty``) when nothing is due.

        A database that is away is waited for; what was claimed meanwhile is free when its lease runs out.
        """
        try:
            while not stop.is_set():
                if self._stepped(stop):
                    continue
                if until_empty and not queries.is_something_due(self.kinds, clock=self._clock):
                    return
                stop.wait(LOOK_SECONDS)
        finally:
            self._leave()

    def _stepped(self, stop: threading.Event) -> bool:
        try:
            self._say_present()
            return self.step()
        except Error:
            _log.exception("database_unavailable")
            connections.close_all()
            stop.wait(DATABASE_SECONDS)
            return True

    def _say_present(self) -> None:
        now = self._clock.monotonic_seconds()
        if now < self._present_from:
            return
        actions.say_present(self.instance, self.name, self.finished, self.failed, clock=self._clock)
        actions.forget_hosts(self._clock.now())
        self._present_from = now + PRESENCE_SECONDS

    def _leave(self) -> None:
        try:
            actions.say_gone(self.instance)
        except Error:  # it is forgotten after a day
            _log.warning("database_unavailable")
