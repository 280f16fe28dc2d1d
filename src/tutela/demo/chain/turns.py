"""The turns of the machines: who does jobs, who hands letters over, who reads the answers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from tutela.hotline.mailbox.reader import MailReader
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.takedown.courses import next_sending
from tutela.hotline.takedown.sender import Sender
from tutela.hotline.work.queries import is_something_due, next_moment
from tutela.hotline.work.running import Done, Worker
from tutela.kernel.clock import Clock

#: How soon a sender looks again while notices wait, and at the latest: each look that brings nothing doubles.
SOON, LATEST = timedelta(seconds=2), timedelta(minutes=30)


class WorkerTurn:
    """Does every job that is due, of all kinds by default."""

    def __init__(self, clock: Clock, kinds: Collection[str] = ()) -> None:
        self._worker = Worker("worker", kinds, clock=clock, watched=self._note)
        self._clock = clock
        self._done = 0
        #: Jobs that were done, looks at watched places apart: what may make work for people.
        self.events = 0

    def act(self) -> bool:
        """Whether a job was done."""
        before = self._done
        while is_something_due(self._worker.kinds, clock=self._clock) and self._worker.step():
            continue
        return self._done > before

    def next_moment(self) -> datetime | None:
        """When the next job may be claimed."""
        return next_moment(self._worker.kinds, clock=self._clock)

    def _note(self, done: Done) -> None:
        self._done += 1
        self.events += done.kind != CHECK


class ReaderTurn:
    """Reads the answers to letters; ``arrived`` says how many have come so far."""

    def __init__(self, reader: MailReader, arrived: Callable[[], int]) -> None:
        self._reader, self._arrived = reader, arrived
        self._read = 0

    def act(self) -> bool:
        """Whether answers were read."""
        arrived = self._arrived()
        if arrived == self._read:
            return False
        self._read = arrived
        while self._reader.round():
            continue
        return True

    def next_moment(self) -> datetime | None:
        """None: answers come when letters go out."""
        return None


class SenderTurn:
    """Hands over every notice that may go out, and asks for the looks that others need first."""

    def __init__(self, sender: Sender, clock: Clock) -> None:
        self._sender, self._clock = sender, clock
        self._wait = SOON

    def act(self) -> bool:
        """Whether a letter was tried."""
        if next_sending() is None:
            return False
        self._sender.tend_in_time()
        tried = 0
        while self._sender.step():
            tried += 1
        self._wait = SOON if tried else min(2 * self._wait, LATEST)
        return tried > 0

    def next_moment(self) -> datetime | None:
        """When a notice is due; soon, where one is due and waits for a look or for others."""
        due = next_sending()
        if due is None:
            self._wait = SOON
            return None
        return max(due, self._clock.now() + self._wait)
