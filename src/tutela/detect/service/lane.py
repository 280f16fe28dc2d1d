"""Pictures on their way through the sandbox without a thread: whoever waits for a media worker waits here.

What waits goes to a worker together, and is judged together when the worker has answered: several at once
spare most of the changes between processes that each small picture would cost, and most of the way to a list.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, runtime_checkable

from tutela.kernel.errors import TutelaError

if TYPE_CHECKING:
    from tutela.detect.media.hearing import Sink
    from tutela.detect.media.opened import Opened
    from tutela.detect.media.shapes import Ask, Examined
    from tutela.detect.media.underway import Seen, Underway
    from tutela.detect.service.admission import Admission

#: Pictures that one worker gets at once. An answer waits for those behind it, so few (our own).
AT_ONCE = 4

T = TypeVar("T")
R = TypeVar("R")


class Job(Protocol):
    """A picture that is to be examined."""

    @property
    def opened(self) -> Opened:
        """The file; it stays open until the answer is there."""

    @property
    def sink(self) -> Sink:
        """Where its form goes."""


J = TypeVar("J", bound=Job)
_Found = Sequence["Seen | None"]


class InThread(Protocol):
    """Runs what may block for a moment: ``Service.in_thread``."""

    def __call__(self, function: Callable[[], T], /) -> Coroutine[Any, Any, T]:
        """What ``function`` returns."""


@runtime_checkable
class Pool(Protocol):
    """What is needed of ``MediaPool``; one without it has every picture examined in a thread."""

    def begin(self, files: Sequence[tuple[Opened, Sink]], ask: Ask) -> Underway | None:
        """Files that an idle worker begins to look at; None: they have to be examined in a thread."""


@dataclass(kw_only=True, slots=True, eq=False)
class _Turn(Generic[J, R]):
    """One picture's turn. ``woken``: True when judged or when it goes its own way, False after too long."""

    job: J
    woken: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    outcome: R | Exception | None = None
    #: Looks a second time, in a thread.
    again: Callable[[], Examined] | None = None
    #: Whether it keeps a worker's place while it is examined in a thread.
    has_place: bool = False

    def said(self, outcome: R | Exception) -> R:
        """What is answered, or raises what is raised. No error keeps its picture until a collection."""
        self.outcome = None
        try:
            if isinstance(outcome, Exception):
                raise outcome.with_traceback(None)  # it may be that of several pictures
            return outcome
        finally:
            del outcome

    def wake(self) -> None:
        """Lets its task go on, unless it went already."""
        if not self.woken.done():
            self.woken.set_result(True)


class Lane(Generic[J, R]):
    """The turns of one process at its media workers. For one event loop of asyncio."""

    def __init__(
        self,
        pool: Pool,
        ask: Ask,
        judge: Callable[[Sequence[tuple[J, Examined]]], Sequence[R | Exception]],
        *,
        workers: int,
        admission: Admission,
        in_thread: InThread,
    ) -> None:
        """``judge`` says what the answers to some pictures are, or what is to be raised for one of them."""
        self._pool, self._ask, self._judge, self._in_thread = pool, ask, judge, in_thread
        self._admission = admission
        self._free = workers
        self._queue: deque[_Turn[J, R]] = deque()
        self._beside: set[asyncio.Task[None]] = set()

    async def answer(self, job: J, alone: Callable[[], Awaitable[R]]) -> R:
        """What is judged of a picture; ``alone`` examines one in a thread for which that is needed.

        Raises Busy after too long a wait, and what ``judge`` and ``alone`` say.
        """
        turn: _Turn[J, R] = _Turn(job=job)
        self._queue.append(turn)
        try:
            self._begin()
            await self._admission.wait(turn.woken, lambda: turn in self._queue)
            if turn.again is not None:
                (turn.outcome,) = self._judge([(job, await self._in_thread(turn.again))])
            if turn.outcome is None:
                return await alone()
        finally:
            self._leave(turn)
        return turn.said(turn.outcome)

    def _leave(self, turn: _Turn[J, R]) -> None:
        """Takes back a turn that did not begin, and the place of one that went into a thread."""
        turn.woken.cancel()
        if turn in self._queue:
            self._queue.remove(turn)
        if turn.has_place:
            turn.has_place = False
            self._give_place()

    def _give_place(self) -> None:
        self._free += 1
        self._begin()

    def _begin(self) -> None:
        """Begins with the next ones, where there are any and a worker may take them."""
        while self._free and self._queue:
            group = self._next()
            if not group:
                return
            self._free -= 1
            try:
                underway = self._pool.begin([(one.job.opened, one.job.sink) for one in group], self._ask)
            except (TutelaError, OSError):
                underway = None  # whoever goes into a thread meets it there, and says so
            if underway is not None:
                _Group(lane=self, turns=group, underway=underway).listen()
                continue
            first, *others = group  # the first goes into a thread, the others wait on
            self._queue.extendleft(reversed(others))
            first.has_place = True
            first.wake()

    def _next(self) -> list[_Turn[J, R]]:
        """The next turns, without those whose task goes on already: its picture may be gone soon."""
        group: list[_Turn[J, R]] = []
        while self._queue and len(group) < AT_ONCE:
            turn = self._queue.popleft()
            if not turn.woken.done():
                group.append(turn)
        return group

    def ended(self, group: _Group[J, R], found: _Found) -> None:
        """Lets the next ones begin, then judges what was found of these and tells each of them."""
        whole: list[tuple[_Turn[J, R], Examined]] = []
        try:
            self._give_place()
            self._admission.measure(group.seconds / len(found))
            for turn, seen in zip(group.turns, found, strict=True):
                if seen is not None and seen.again is None:
                    whole.append((turn, seen.examined))
                elif seen is not None:
                    turn.again = seen.again
            outcomes = self._judge([(turn.job, examined) for turn, examined in whole])
            for (turn, _), outcome in zip(whole, outcomes, strict=True):
                turn.outcome = outcome
        finally:
            for turn in group.turns:
                turn.wake()

    def beside(self, function: Callable[[], T], then: Callable[[T | None], None]) -> None:
        """Has ``function`` done in a thread and ``then`` told what it returned, None after a fault."""

        async def carry_out() -> None:
            returned: T | None = None
            try:
                returned = await self._in_thread(function)
            finally:
                then(returned)

        task = asyncio.get_running_loop().create_task(carry_out())
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


@dataclass(kw_only=True, slots=True, eq=False)
class _Group(Generic[J, R]):
    """Turns whose pictures one worker has."""

    lane: Lane[J, R]
    turns: list[_Turn[J, R]]
    underway: Underway
    seconds: float = 0.0
    _timer: asyncio.TimerHandle | None = None

    def listen(self) -> None:
        """Hears the worker whenever it says something, as long as there is patience."""
        loop = asyncio.get_running_loop()
        self.seconds = -loop.time()
        self._timer = loop.call_later(self.underway.patience_seconds, self._lose_patience)
        loop.add_reader(self.underway.fileno(), self._hear)

    def _hear(self) -> None:
        if self.underway.heard():
            self._stop_listening()
            self._end()

    def _lose_patience(self) -> None:
        self._stop_listening()
        self.underway.slow()
        self._end()

    def _stop_listening(self) -> None:
        loop = asyncio.get_running_loop()
        self.seconds += loop.time()
        loop.remove_reader(self.underway.fileno())
        if self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        found: _Found | None = [None] * len(self.turns)
        try:
            found = self.underway.ended()
        finally:  # what a sink raises ends the worker; each of its pictures then goes its own way
            if self.underway.leftover is not None:
                self.lane.beside(self.underway.bury, _nothing)
            if found is not None:
                self.lane.ended(self, found)
        if found is None:
            self.lane.beside(self._settled, self._settle)

    def _settled(self) -> _Found:
        """What the worker said, waited for in a thread; nothing where somebody left, and a file with them."""
        if any(one.woken.done() for one in self.turns):
            self.underway.abandon()
            return [None] * len(self.turns)
        return self.underway.settle()

    def _settle(self, found: _Found | None) -> None:
        self.lane.ended(self, found or [None] * len(self.turns))


def _nothing(_returned: object) -> None:
    """Nobody waits for it."""
