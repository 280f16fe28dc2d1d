"""Pictures on their way through the sandbox without a thread: whoever waits for a media worker waits here.

One of those who wait leads: its task waits for the worker, on behalf of all whose pictures the worker got.
Several at once spare most of the changes between processes that each small picture would cost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import anyio

if TYPE_CHECKING:
    from tutela.detect.media.hearing import Sink
    from tutela.detect.media.shapes import Ask, Examined
    from tutela.detect.media.underway import Underway
    from tutela.detect.service.admission import Admission

#: Pictures that one worker gets at once. An answer waits for those behind it, so few (our own).
AT_ONCE = 4

_Found = Sequence["Examined | None"]
#: Runs what may block for a moment: ``Service.in_thread``.
InThread = Callable[[Callable[[], _Found]], Coroutine[Any, Any, _Found]]


@runtime_checkable
class Pool(Protocol):
    """What is needed of ``MediaPool``; one without it has every picture examined in a thread."""

    def begin(self, files: Sequence[tuple[int, Sink]], ask: Ask) -> Underway | None:
        """Files that an idle worker begins to look at; None: they have to be examined in a thread."""


class Lane:
    """The turns of one process at its media workers. For one event loop."""

    def __init__(
        self, pool: Pool, ask: Ask, *, workers: int, admission: Admission, in_thread: InThread
    ) -> None:
        self._pool, self._ask, self._in_thread = pool, ask, in_thread
        self._admission = admission
        self._free = workers
        self._queue: deque[Turn] = deque()

    def turn(self, fd: int, sink: Sink) -> Turn:
        """A turn for a JPEG; its form goes to ``sink``."""
        return Turn(lane=self, fd=fd, sink=sink)

    def join(self, turn: Turn) -> None:
        """Puts a turn at the end, or begins with it."""
        self._queue.append(turn)
        if self._free:
            self._free -= 1
            self.go_on()

    def leave(self, turn: Turn) -> None:
        """Takes back a turn that did not begin."""
        if turn in self._queue:
            self._queue.remove(turn)

    def go_on(self) -> None:
        """Begins with the next ones, where there are any; the first of them leads."""
        group = [self._queue.popleft() for _ in range(min(AT_ONCE, len(self._queue)))]
        if not group:
            self._free += 1
            return
        underway = self._pool.begin([(one.fd, one.sink) for one in group], self._ask)
        if underway is None:  # the first goes into a thread, the others wait on
            self._queue.extendleft(reversed(group[1:]))
            del group[1:]
        group[0].lead(group, underway)

    async def woken(self, turn: Turn) -> None:
        """Returns when it is a turn's time. Raises Busy after too long a wait."""
        await self._admission.wait(turn.woken)

    async def ended(self, underway: Underway) -> _Found:
        """What the sandbox says, waited for without a thread unless something is amiss."""
        begun_seconds = anyio.current_time()
        try:
            with anyio.move_on_after(underway.patience_seconds) as patience:
                await anyio.wait_readable(underway)
                while not underway.heard():
                    await anyio.wait_readable(underway)
        except BaseException:
            underway.abandon()
            raise
        if patience.cancelled_caught:
            underway.slow()
        found = underway.ended() or await self._in_thread(underway.settle)
        self._admission.measure((anyio.current_time() - begun_seconds) / len(found))
        return found


@dataclass(kw_only=True, slots=True, eq=False)
class Turn:
    """One picture's turn, a context: gives what the sandbox says, or None for a picture that must be examined
    in a thread, within the block.
    """

    lane: Lane
    fd: int
    sink: Sink
    #: Set when the picture was examined, or when its task is to lead.
    woken: anyio.Event = field(default_factory=anyio.Event)
    _examined: Examined | None = None
    _group: list[Turn] = field(default_factory=list)
    _underway: Underway | None = None

    def lead(self, group: list[Turn], underway: Underway | None) -> None:
        """Makes it wait on behalf of a group, whose first it is; None: it has to go into a thread."""
        self._group, self._underway = group, underway
        self.woken.set()

    async def __aenter__(self) -> Examined | None:
        self.lane.join(self)
        try:
            if not self.woken.is_set():
                await self.lane.woken(self)
        except BaseException:
            self._give_up()
            raise
        underway, self._underway = self._underway, None
        if underway is not None:
            found: _Found = [None] * len(self._group)
            try:
                found = await self.lane.ended(underway)
            finally:
                self._pass_on(found)
        return self._examined

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pass_on([None])

    def _give_up(self) -> None:
        self.lane.leave(self)
        if self._underway is not None:
            self._underway.abandon()
        self._pass_on([None] * len(self._group))

    def _pass_on(self, found: _Found) -> None:
        """Lets the next ones begin, then tells each of the group what was found; once."""
        group, self._group = self._group, []
        if not group:
            return
        self.lane.go_on()
        for turn, examined in zip(group, found, strict=True):
            turn._examined = examined
            turn.woken.set()
