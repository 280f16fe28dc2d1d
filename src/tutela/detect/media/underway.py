"""JPEGs that a worker looks at while their caller waits without a thread: for an event loop.

A thread that waits costs two changes of thread for every file, as much as a small picture itself; and a
worker that is given several files at once has the next one when it is done, and answers them together.
Typical use; ``settle`` may block for a moment and belongs into a thread, all else returns at once::

    underway = pool.begin([(Opened.of(fd), sink)], ask)
    while underway is not None and not underway.heard():
        ...  # until its descriptor is readable, for ``patience_seconds`` in all; ``slow`` after that
    seen = underway.ended() or underway.settle()
    underway.bury()  # in a thread, and nobody need wait for it
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from tutela.detect.media.hearing import Answer, FormDigest, Sink, WorkerLiedError, wall_seconds
from tutela.detect.media.nursery import Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.opened import Opened
from tutela.detect.media.shapes import Ask, Examined

#: How a worker can fail without any fault of the caller.
FAULTS: Final = (WorkerGoneError, WorkerSlowError, WorkerLiedError)
#: Bytes of answers that are taken in without a thread: a JPEG gives one form of 16 KiB; a file of several
#: pictures may give more, and is finished by ``settle``.
LOOP_BYTES_MAX: Final = 256 << 10


class Lender(Protocol):
    """What is needed of ``pool.MediaPool``."""

    def take_back(self, worker: Worker) -> Worker | None:
        """Takes a worker back; the one to be buried for it. Returns at once."""

    def bury(self, worker: Worker) -> None:
        """Ends a worker that ``take_back`` named. May block."""

    def look_again(self, opened: Opened, ask: Ask, answer: Answer, forms: bytes) -> None:
        """A second look by a fresh worker, compared with ``answer`` and a digest of its forms. May block."""

    def end(self, worker: Worker, answer: Answer, fault: Exception | None) -> None:
        """Ends a worker after its answer or its fault, which becomes the answer's trouble. May block."""

    def digest_again(self, opened: Opened, ask: Ask, answer: Answer) -> None:
        """Has the digests computed by a fresh worker where a fault took them away. May block."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What the sandbox said of one file. Where ``again`` is there, a second look is due: call it in a thread,
    since it blocks; what it gives counts instead.
    """

    examined: Examined
    again: Callable[[], Examined] | None = None


@dataclass(kw_only=True, slots=True, eq=False)
class Part:
    """One of the files: where its form goes, what the worker said, and whether all of that was read.

    ``forms`` digests what a file showed that is looked at twice.
    """

    opened: Opened
    sink: Sink
    forms: FormDigest | None = None
    answer: Answer = field(default_factory=Answer)
    read: bool = False

    @classmethod
    def of(cls, opened: Opened, sink: Sink, *, twice: bool) -> Part:
        """A file that is to be looked at, perhaps ``twice``."""
        forms = FormDigest(sink) if twice else None
        return cls(opened=opened, sink=forms or sink, forms=forms)

    def seen(self, pool: Lender, ask: Ask) -> Seen | None:
        """The answer; None when it was not read."""
        if not self.read:
            return None
        again = None if self.forms is None else partial(self._again, pool, ask, self.forms.value)
        return Seen(examined=self.answer.examined(self.opened, ""), again=again)

    def _again(self, pool: Lender, ask: Ask, forms: bytes) -> Examined:
        pool.look_again(self.opened, ask, self.answer, forms)
        return self.answer.examined(self.opened, "")


@dataclass(kw_only=True, slots=True, eq=False)
class Underway:
    """Files in the hands of one worker. For one task; ``abandon`` it when nobody waits any more.

    The answers come in the order of the files. None stands for a file that has to be examined by itself:
    the worker failed at it or at one before it, and nobody can tell which.
    """

    pool: Lender
    worker: Worker
    ask: Ask
    parts: Sequence[Part]
    #: A worker that has to be buried, which nobody need wait for.
    leftover: Worker | None = None
    _fault: Exception | None = None
    _worn: bool = False

    @property
    def patience_seconds(self) -> float:
        """Wall seconds after which the worker is ``slow``."""
        limits = self.ask.limits
        return sum(wall_seconds(one.opened.size_bytes, limits, film=False) for one in self.parts)

    def fileno(self) -> int:
        """The descriptor that becomes readable when more of the answers is there."""
        return self.worker.fileno()

    def heard(self) -> bool:
        """Takes in what has arrived; True when ``ended`` has something to say."""
        return self.worker.hear(len(self.parts)) or self.worker.heard_bytes > LOOP_BYTES_MAX

    def slow(self) -> None:
        """Gives the worker up; ``settle`` then tells that it took too long."""
        self._fault = WorkerSlowError()

    def ended(self) -> list[Seen | None] | None:
        """What the worker said of each file, or None when ``settle`` has to be called."""
        if self._fault is not None or not self.worker.hear(len(self.parts)) or not self._hear_out():
            return None
        if self._worn:
            return None
        self.leftover = self.pool.take_back(self.worker)
        return self._seen()

    def bury(self) -> None:
        """Ends the worker that is left over. May block."""
        if self.leftover is not None:
            self.pool.bury(self.leftover)

    def settle(self) -> list[Seen | None]:
        """What the worker said of each file, waited for where need be; it ends if it failed or is worn."""
        if self._fault is None and not self._worn:
            self._hear_out()
        last = next((one for one in self.parts if not one.read), self.parts[-1])
        self.pool.end(self.worker, last.answer, self._fault)
        if self._fault is not None and len(self.parts) == 1:
            self._tell_fault(last, self._fault)
        return self._seen()

    def abandon(self) -> None:
        """Ends the worker in the middle of its work."""
        self.pool.end(self.worker, Answer(), None)

    def _tell_fault(self, part: Part, fault: Exception) -> None:
        """The trouble of the only file, which nothing else can have caused."""
        if part.answer.digests is None or not isinstance(fault, WorkerSlowError):
            self.pool.digest_again(part.opened, self.ask, part.answer)
        part.read = True

    def _hear_out(self) -> bool:
        """True when every answer was read; a fault is kept for ``settle``.

        After an answer that ends the worker none of the later ones counts.
        """
        for part in self.parts:
            if self._worn:
                break
            if not part.read and not self._read(part):
                return False
        return True

    def _read(self, part: Part) -> bool:
        try:
            part.answer.read(self.worker, self.ask, part.opened, part.sink)
        except FAULTS as fault:
            self._fault = fault
        except BaseException:
            self.abandon()
            raise
        else:
            part.read = True
            self._worn = part.answer.ends_worker
        return part.read

    def _seen(self) -> list[Seen | None]:
        return [one.seen(self.pool, self.ask) for one in self.parts]
