"""A JPEG that a worker looks at while its caller waits without a thread: for an event loop.

A thread that waits costs two changes of thread for every file, as much as a small picture itself. Typical
use; ``settle`` may block for a moment and belongs into a thread, all else returns at once::

    underway = pool.begin(fd, ask, sink)
    while underway is not None and not underway.heard():
        ...  # until its descriptor is readable, for ``patience_seconds`` in all; ``slow`` after that
    examined = underway.ended() or underway.settle()
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from tutela.detect.media.hearing import Answer, Sink, WorkerLiedError, wall_seconds
from tutela.detect.media.nursery import Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.opened import Opened
from tutela.detect.media.shapes import Ask, Examined

#: How a worker can fail without any fault of the caller.
FAULTS: Final = (WorkerGoneError, WorkerSlowError, WorkerLiedError)
#: Bytes of an answer that are taken in without a thread: a JPEG gives one form of 16 KiB; a file of several
#: pictures may give more, and is finished by ``settle``.
LOOP_BYTES_MAX: Final = 256 << 10


class Lender(Protocol):
    """What is needed of ``pool.MediaPool``."""

    def take_back(self, worker: Worker) -> bool:
        """False when the worker has lived long enough: then ``end`` it. Returns at once."""

    def end(self, worker: Worker, answer: Answer, fault: Exception | None) -> None:
        """Ends a worker after its answer or its fault, which becomes the answer's trouble. May block."""

    def digest_again(self, opened: Opened, ask: Ask, answer: Answer) -> None:
        """Has the digests computed by a fresh worker where a fault took them away. May block."""


@dataclass(kw_only=True, slots=True, eq=False)
class Underway:
    """One file in the hands of one worker. For one task; ``abandon`` it when nobody waits any more."""

    pool: Lender
    worker: Worker
    opened: Opened
    ask: Ask
    sink: Sink
    answer: Answer = field(default_factory=Answer)
    _fault: Exception | None = None
    _read: bool = False

    @property
    def patience_seconds(self) -> float:
        """Wall seconds after which the worker is ``slow``."""
        return wall_seconds(self.opened.size_bytes, self.ask.limits, film=False)

    def fileno(self) -> int:
        """The descriptor that becomes readable when more of the answer is there."""
        return self.worker.fileno()

    def heard(self) -> bool:
        """Takes in what has arrived; True when ``ended`` has something to say."""
        return self.worker.hear() or self.worker.heard_bytes > LOOP_BYTES_MAX

    def slow(self) -> None:
        """Gives the worker up; ``settle`` then tells that it took too long."""
        self._fault = WorkerSlowError()

    def ended(self) -> Examined | None:
        """What the worker said, or None when ``settle`` has to be called."""
        if self._fault is not None or not self.worker.hear() or not self._hear_out():
            return None
        if self.answer.ends_worker or not self.pool.take_back(self.worker):
            return None
        return self._examined()

    def settle(self) -> Examined:
        """What the worker said, waited for where need be; a worker that failed or is worn is ended."""
        if self._fault is None and not self._read:
            self._hear_out()
        self.pool.end(self.worker, self.answer, self._fault)
        if self._fault is not None and not (self.answer.digests and isinstance(self._fault, WorkerSlowError)):
            self.pool.digest_again(self.opened, self.ask, self.answer)
        return self._examined()

    def abandon(self) -> None:
        """Ends the worker in the middle of its work."""
        self.pool.end(self.worker, self.answer, None)
        self.opened.close()

    def _hear_out(self) -> bool:
        """True when the whole answer was read; a fault is kept for ``settle``."""
        try:
            self.answer.read(self.worker, self.ask, self.opened, self.sink)
        except FAULTS as fault:
            self._fault = fault
        except BaseException:
            self.abandon()
            raise
        else:
            self._read = True
        return self._read

    def _examined(self) -> Examined:
        self.opened.close()
        return self.answer.examined(self.opened, "")
