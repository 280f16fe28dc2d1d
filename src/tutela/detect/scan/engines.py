"""The slot ``tutela.engines``: who does a scan's independent pieces of work, and how many at once.

An engine is given pieces and a function, and hands back what the function emits, as it comes. It knows
nothing of files or lists, so that a cluster can stand in its place (performance.md section 7).
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, Protocol, TypeVar, runtime_checkable

Piece = TypeVar("Piece")
Result = TypeVar("Result")

#: Entry-point group of this slot.
GROUP = "tutela.engines"
#: Results that may wait for the consumer, for each worker: bounds memory when the consumer is slow.
WAITING_PER_WORKER = 64
#: Results of one piece that are handed over together, and for how long they may wait for each other.
PARCEL_RESULTS, PARCEL_SECONDS = 16, 0.1
#: Seconds that an interrupted run waits for pieces that are being worked on.
STOP_SECONDS = 5.0
#: Seconds without a result after which the consumer gets a turn.
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


@dataclass(kw_only=True)
class _Crew(Generic[Piece, Result]):
    """The threads of one run and the bounded queue between them and the consumer."""

    pieces: Iterator[Piece]
    work: Callable[[Piece], Iterable[Result]]
    workers: int
    stopped: threading.Event = field(default_factory=threading.Event)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.waiting: queue.Queue[_Message[Result]] = queue.Queue(self.workers * WAITING_PER_WORKER)
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
        running = len(self.threads)
        while running:
            try:
                message = self.waiting.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                yield None
                continue
            if message.error is not None:
                raise message.error
            if message.done:
                running -= 1
            else:
                yield from message.results

    def stop(self) -> None:
        """Lets running pieces end at their next result and waits for the threads, but not for a long film.

        A thread that is still waiting for the sandbox then ends when the pool is closed.
        """
        self.stopped.set()
        patience = time.monotonic() + STOP_SECONDS
        while any(thread.is_alive() for thread in self.threads) and time.monotonic() < patience:
            self._drain()
            time.sleep(0.005)

    def _drain(self) -> None:
        try:
            while True:
                self.waiting.get_nowait()
        except queue.Empty:
            return

    def _run(self) -> None:
        try:
            while not self.stopped.is_set():
                with self.turn:
                    pieces = list(islice(self.pieces, 1))
                if not pieces:
                    break
                self._do(pieces[0])
        except BaseException as error:  # noqa: BLE001 - handed to the consumer, who raises it
            self.waiting.put(_Message(error=error))
            return
        self.waiting.put(_Message(done=True))

    def _do(self, piece: Piece) -> None:
        """One piece; results go in small parcels, because each hand-over wakes the other thread."""
        parcel: list[Result] = []
        due = time.monotonic() + PARCEL_SECONDS
        for result in self.work(piece):
            parcel.append(result)
            if len(parcel) >= PARCEL_RESULTS or time.monotonic() >= due:
                self.waiting.put(_Message(results=tuple(parcel)))
                parcel, due = [], time.monotonic() + PARCEL_SECONDS
            if self.stopped.is_set():
                return
        if parcel:
            self.waiting.put(_Message(results=tuple(parcel)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Message(Generic[Result]):
    results: tuple[Result, ...] = ()
    error: BaseException | None = None
    done: bool = False
