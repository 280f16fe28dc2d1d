"""The slot ``tutela.engines``: who does a scan's independent pieces of work, and how many at once.

An engine is given pieces and a function, and hands back what the function emits, as it comes. It knows
nothing of files or lists, so that a cluster can stand in its place (performance.md section 7).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, runtime_checkable

Piece = TypeVar("Piece")
Result = TypeVar("Result")

#: Entry-point group of this slot.
GROUP = "tutela.engines"
#: Results that may wait for the consumer, for each worker: bounds memory when the consumer is slow.
WAITING_PER_WORKER = 64
#: Share of the waiting room whose filling wakes the consumer: every waking costs both threads a turn.
WAKE_SHARE = 0.5
#: Seconds that an interrupted run waits for pieces that are being worked on.
STOP_SECONDS = 5.0
#: Seconds after which the consumer gets what there is, or a turn without a result.
IDLE_SECONDS = 0.1


@runtime_checkable
class Engine(Protocol):
    """Runs ``work(piece)`` for each piece and yields what it yields, in any order.

    Pieces are taken on demand, results are bounded in number while they wait. ``None`` is yielded when
    nothing came for a moment, so that the consumer can do what is due. An exception of ``work``
    or of ``pieces`` ends the run and is raised to the consumer. When the consumer stops early
    (``close()`` of the iterator), running pieces end at their next result and no new one is begun.
    """

    @property
    def name(self) -> str:
        """The name in the settings."""

    @property
    def version(self) -> str:
        """The version, printed in reports."""

    def run(
        self, pieces: Iterable[Piece], work: Callable[[Piece], Iterable[Result]]
    ) -> Iterator[Result | None]:
        """The results."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SerialEngine:
    """One piece after the other in the caller's thread: the reference for every other engine."""

    name: str = "serial"
    version: str = "1"
    workers: int = 1

    def run(
        self, pieces: Iterable[Piece], work: Callable[[Piece], Iterable[Result]]
    ) -> Iterator[Result | None]:
        """Results in the order of the pieces."""
        for piece in pieces:
            yield from work(piece)


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadEngine:
    """``workers`` threads; each drives a sandboxed process of the media pool and finishes its forms."""

    name: str = "threads"
    version: str = "1"
    workers: int = 2

    def run(
        self, pieces: Iterable[Piece], work: Callable[[Piece], Iterable[Result]]
    ) -> Iterator[Result | None]:
        """Results as they come."""
        crew: _Crew[Piece, Result] = _Crew(pieces=iter(pieces), work=work, workers=self.workers)
        crew.start()
        try:
            yield from crew.results()
        finally:
            crew.stop()


class _Tray(Generic[Result]):
    """Results between the threads and the consumer: at most ``room`` wait, few hand-overs take many."""

    def __init__(self, room: int, threads: int) -> None:
        self._changed = threading.Condition()
        self._room, self._wake = room, max(1, int(room * WAKE_SHARE))
        self._results: list[Result] = []
        self._running = threads
        self._closed = False
        self._error: BaseException | None = None

    def put(self, result: Result) -> bool:
        """Waits for room; False when nobody takes results any more."""
        with self._changed:
            while len(self._results) >= self._room and not self._closed:
                self._changed.wait()
            self._results.append(result)
            if len(self._results) == self._wake:
                self._changed.notify_all()
            return not self._closed

    def end(self, error: BaseException | None = None) -> None:
        """One thread is through, or failed."""
        with self._changed:
            self._running -= 1
            self._error = self._error or error
            self._closed |= error is not None
            self._changed.notify_all()

    def take(self) -> tuple[list[Result], bool]:
        """What there is, and whether more may come; waits a moment for many.

        Raises what a thread raised, after everything that came before it.
        """
        with self._changed:
            self._changed.wait_for(self._due, timeout=IDLE_SECONDS)
            if self._error is not None and not self._results:
                raise self._error
            taken, self._results = self._results, []
            self._changed.notify_all()
            return taken, self._running > 0 or self._error is not None

    def close(self) -> None:
        """Nobody takes any more: waiting threads go on and are told."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _due(self) -> bool:
        return len(self._results) >= self._wake or not self._running or self._error is not None


@dataclass(kw_only=True)
class _Crew(Generic[Piece, Result]):
    """The threads of one run and the tray between them and the consumer."""

    pieces: Iterator[Piece]
    work: Callable[[Piece], Iterable[Result]]
    workers: int
    stopped: threading.Event = field(default_factory=threading.Event)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.tray: _Tray[Result] = _Tray(self.workers * WAITING_PER_WORKER, self.workers)
        self.threads = [
            threading.Thread(target=self._run, name=f"scan-{number}", daemon=True)
            for number in range(self.workers)
        ]

    def start(self) -> None:
        """Begins the work."""
        for thread in self.threads:
            thread.start()

    def results(self) -> Iterator[Result | None]:
        """What the threads yield, until all of them are done; raises what one of them raised."""
        more = True
        while more:
            taken, more = self.tray.take()
            yield from taken
            if not taken and more:
                yield None

    def stop(self) -> None:
        """Lets running pieces end at their next result and waits for the threads, but not for a long film.

        A thread that is still waiting for the sandbox then ends when the pool is closed.
        """
        self.stopped.set()
        self.tray.close()
        patience = time.monotonic() + STOP_SECONDS
        for thread in self.threads:
            thread.join(max(0.0, patience - time.monotonic()))

    def _run(self) -> None:
        error = None
        try:
            while not self.stopped.is_set() and (piece := self._next()) is not None:
                self._do(piece[0])
        except BaseException as raised:  # noqa: BLE001 - handed to the consumer, who raises it
            error = raised
        self.tray.end(error)

    def _next(self) -> tuple[Piece] | None:
        """The next piece, alone in a tuple because any value may be a piece; None when there is none."""
        with self.turn:
            for piece in self.pieces:
                return (piece,)
        return None

    def _do(self, piece: Piece) -> None:
        for result in self.work(piece):
            if not self.tray.put(result):
                return
