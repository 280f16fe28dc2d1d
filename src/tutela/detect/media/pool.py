"""The media pool: hands open files to sealed workers and trusts nothing that comes back.

Typical use::

    with MediaPool(workers=2) as pool:
        examined = pool.examine(fd, Ask(), sink)

``examine`` never raises for what a file does to a worker: a killed, slow or lying worker is a
``Trouble``, the digests are computed again in a fresh one, and the run goes on. It raises
``Unavailable`` only when no worker can be started at all.
"""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tutela.detect.media import lockdown, protocol
from tutela.detect.media.hearing import Answer, FormDigest, Sink, WorkerLiedError, no_form
from tutela.detect.media.nursery import Ended, Nursery, Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.opened import Kind, Opened
from tutela.detect.media.shapes import WEB, Ask, Examined, Trouble
from tutela.detect.media.spares import Spares
from tutela.detect.media.troubles import trouble
from tutela.detect.media.underway import FAULTS, Part, Underway
from tutela.kernel.errors import Unavailable
from tutela.kernel.log import get_logger

_log = get_logger("media")


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolRules:
    """How workers live and die; ``settings.MediaSettings`` makes one from the configuration."""

    worker_items_max: int = WEB.worker_items_max
    worker_bytes_max: int = WEB.worker_bytes_max
    #: Share of items that a fresh worker examines again, in percent (decisions.md section 1: 1 %).
    recheck_share_percent: float = 1.0
    #: Refuse to work on Linux without Landlock and seccomp (``up`` and ``serve``).
    lockdown_required: bool = False


@dataclass(slots=True)
class PoolCounts:
    """What happened to the workers of a pool so far. Numbers only."""

    items: int = 0
    workers: int = 0
    killed: int = 0
    slow: int = 0
    protocol_faults: int = 0
    rechecked: int = 0
    deviations: int = 0
    peak_bytes: int = 0
    cpu_seconds: float = 0.0


class MediaPool:
    """Up to ``workers`` sealed workers of each kind. Thread-safe; not to be used after a fork."""

    def __init__(self, rules: PoolRules | None = None, *, workers: int = 1) -> None:
        self.rules = rules or PoolRules()
        self.counts = PoolCounts()
        self._workers_max = max(1, workers)
        self._free = threading.Condition()
        self._idle: dict[str, list[Worker]] = {}
        self._busy: dict[str, int] = {}
        self._nurseries: dict[str, Nursery] = {}
        self._spares = Spares()
        self._batch = 0
        self._random = random.SystemRandom()
        #: Second looks that fell to files of ``begin``: the next file has one instead.
        self._owed = 0
        self._layers: int | None = None
        self._closed = False
        with self._free:
            self._idle["picture"] = [self._nursery("picture").worker()]

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """Digests, facts and trouble of ONE open file; its shown forms go to ``sink`` as they come.

        ``fd`` stays the caller's and is only read. An archive is not opened here: it gives the
        trouble ``container not opened``, which ``everything.examine_all`` takes away after
        opening it. ``name_hint`` only serves the reason ``name_differs``; it never leaves the parent.
        Raises Unavailable when no worker can be started.
        """
        opened = Opened.of(fd)
        if opened.trouble is not None:
            return Examined(member=None, size_bytes=0, md5=b"", sha1=b"", sha256=b"", trouble=opened.trouble)
        try:
            answer = self._examine_checked(opened, ask, sink)
        finally:
            opened.close()
        with self._free:
            self.counts.items += 1
        return answer.examined(opened, name_hint)

    def begin(self, files: Sequence[tuple[int, Sink]], ask: Ask) -> Underway | None:
        """Files that an idle worker begins to look at, as ``examine`` would; see ``underway``.

        None where one is no JPEG, no worker is idle, or a second look is due: ``examine`` them then.
        The descriptors must stay open until the end.
        """
        parts = [Part(opened=Opened.of(fd), sink=sink) for fd, sink in files]
        usable = not ask.pixels and all(one.opened.kind == "jpeg" for one in parts)
        worker = self._idle_one("picture", len(parts)) if usable and not self._owed else None
        if worker is None:
            for one in parts:
                one.opened.close()
            return None
        underway = Underway(pool=self, worker=worker, ask=ask, parts=parts)
        try:
            for one in parts:
                worker.order(_message(one.opened, ask, protocol.EXAMINE), one.opened.fd)
        except WorkerGoneError:
            underway.abandon()
            return None
        with self._free:
            self.counts.items += len(parts)
            self._owed += sum(self._is_drawn() for _ in parts)
            self._spares.keep(self._nursery("picture"))
        return underway

    def take_back(self, worker: Worker) -> bool:
        """Whether a worker that answered ``begin`` may go on; otherwise ``end`` it. Returns at once."""
        with self._free:
            if not self._is_fit(worker) or len(self._idle["picture"]) + self._busy["picture"] > (
                self._workers_max
            ):
                return False
        self._give_back("picture", worker)
        return True

    def end(self, worker: Worker, answer: Answer, fault: Exception | None) -> None:
        """Ends a worker after its answer to ``begin``, or after its fault, which becomes a trouble."""
        if fault is None:
            self._retire("picture", worker)
        else:
            self._after_fault("picture", worker, fault, answer)

    def digest_again(self, opened: Opened, ask: Ask, answer: Answer) -> None:
        """The digests of a file whose worker failed, from a fresh one."""
        answer.digests = self._digests_only(opened, ask)

    def new_batch(self) -> None:
        """Lets no worker live on: the next item meets fresh ones (one batch per worker life)."""
        with self._free:
            self._batch += 1
            stale = [(kind, worker) for kind, idle in self._idle.items() for worker in idle]
            for idle in self._idle.values():
                idle.clear()
        for kind, worker in stale:
            self._bury(kind, worker)

    @contextmanager
    def borrow(self, kind: Kind) -> Iterator[Worker]:
        """A worker of ``kind`` for one order of one's own; replaced if the block raises.

        For ``containers``: send with ``worker.order``, read with ``worker.read_frame`` until
        ``END``. The worker returns to the pool only when the block ends normally.
        """
        worker = self._take(kind)
        try:
            yield worker
        except BaseException:
            worker.ended = self._retire(kind, worker)
            raise
        self._give_back(kind, worker)

    @property
    def layers(self) -> int:
        """Bits of the sandbox layers in force (``lockdown``); starts a worker if there is none."""
        if self._layers is None:
            with self.borrow("picture") as worker:
                worker.greet()
        return self._layers or 0

    @property
    def missing_layers(self) -> tuple[str, ...]:
        """Names of the sandbox layers that do not work here: say so visibly when not empty."""
        return lockdown.missing_layers(self.layers)

    def close(self) -> None:
        """Ends every worker and nursery. Safe to call twice."""
        with self._free:
            self._closed = True
            nurseries = list(self._nurseries.values())
            self._spares.close()
            stale = [(kind, worker) for kind, idle in self._idle.items() for worker in idle]
            self._idle.clear()
        for kind, worker in stale:
            self._bury(kind, worker)
        for nursery in nurseries:
            nursery.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _examine_checked(self, opened: Opened, ask: Ask, sink: Sink) -> Answer:
        """One item, and for a random share of them a second look by a fresh worker."""
        if not self._is_rechecked():
            return self._examine_once(opened, ask, sink, fresh=False)
        first_forms, second_forms = FormDigest(sink), FormDigest(None)
        answer = self._examine_once(opened, ask, first_forms, fresh=False)
        again = self._examine_once(opened, ask, second_forms, fresh=True)
        with self._free:
            self.counts.rechecked += 1
        if answer.comparable(again) and (answer.digests, first_forms.value) != (
            again.digests,
            second_forms.value,
        ):
            self._record_deviation()
            answer.trouble = trouble("refused", "deviated")
            answer.digests = again.digests
        return answer

    def _is_rechecked(self) -> bool:
        """True for the share that is looked at twice, and for each of it that ``begin`` left over."""
        with self._free:
            owed = self._owed > 0
            self._owed -= owed
        return owed or self._is_drawn()

    def _is_drawn(self) -> bool:
        return self._random.random() * 100 < self.rules.recheck_share_percent

    def _examine_once(self, opened: Opened, ask: Ask, sink: Sink, *, fresh: bool) -> Answer:
        kind = opened.worker_kind
        answer = Answer()
        worker = self._take(kind, fresh=fresh)
        try:
            worker.order(_message(opened, ask, protocol.EXAMINE), opened.fd)
            answer.read(worker, ask, opened, sink)
        except FAULTS as fault:
            self._after_fault(kind, worker, fault, answer)
            if answer.digests is None or not isinstance(fault, WorkerSlowError):
                answer.digests = self._digests_only(opened, ask)
        except BaseException:
            self._retire(kind, worker)
            raise
        else:
            (self._retire if answer.ends_worker else self._give_back)(kind, worker)
        return answer

    def _digests_only(self, opened: Opened, ask: Ask) -> protocol.Digests | None:
        """Digests from a worker that has seen nothing and decodes nothing; None if that fails too."""
        answer = Answer()
        worker = self._take("picture", fresh=True)
        try:
            worker.order(_message(opened, ask, protocol.DIGESTS_ONLY), opened.fd)
            answer.read(worker, ask, opened, no_form)
        except FAULTS:
            return None
        finally:
            self._retire("picture", worker)
        return answer.digests

    def _after_fault(self, kind: Kind, worker: Worker, fault: Exception, answer: Answer) -> None:
        """Buries the worker and turns its end into a trouble."""
        ended = self._retire(kind, worker)
        with self._free:
            if isinstance(fault, WorkerSlowError):
                self.counts.slow += 1
                answer.trouble = trouble("refused", "wall")
            elif isinstance(fault, WorkerLiedError):
                self.counts.protocol_faults += 1
                answer.trouble = trouble("unreadable", "protocol")
            else:
                self.counts.killed += 1
                answer.trouble = _trouble_of_end(ended)

    def _record_deviation(self) -> None:
        with self._free:
            self.counts.deviations += 1
            _log.error("recheck_deviated", deviations=self.counts.deviations, items=self.counts.items)
        self.new_batch()

    def _nursery(self, kind: str) -> Nursery:
        """The living nursery of a kind; a dead one is replaced. Call with the lock held."""
        nursery = self._nurseries.get(kind)
        if nursery is None or not nursery.alive:
            nursery = Nursery(kind, bytes_max=self.rules.worker_bytes_max)
            self._nurseries[kind] = nursery
        return nursery

    def _take(self, kind: Kind, *, fresh: bool = False) -> Worker:
        """A worker for one item: an idle one of this batch, else a new one; waits for its turn."""
        with self._free:
            # A walk waits for the walk of a container inside it, so these are never made to wait.
            self._free.wait_for(
                lambda: fresh or kind == "container" or self._busy.get(kind, 0) < self._workers_max
            )
            if self._closed:
                raise Unavailable("the media pool is closed")
            self._busy[kind] = self._busy.get(kind, 0) + 1
            idle = self._idle.setdefault(kind, [])
            try:
                worker = idle.pop() if idle and not fresh else self._spares.new_one(self._nursery(kind))
            except BaseException:
                self._busy[kind] -= 1
                raise
            self._enrol(worker)
        try:
            self._note_layers(worker.greet().layers)
        except BaseException:
            self._retire(kind, worker)
            raise
        return worker

    def _idle_one(self, kind: Kind, files: int) -> Worker | None:
        """A worker that is there, has nothing to do and may see so many files, or None."""
        with self._free:
            idle = self._idle.get(kind, [])
            if self._closed or self._busy.get(kind, 0) >= self._workers_max:
                return None
            seen_max = self.rules.worker_items_max - files
            there = (one for one in reversed(idle) if one.ready is not None and one.batch >= 0)
            worker = next((one for one in there if one.items <= seen_max), None)
            if worker is not None:
                idle.remove(worker)
            elif not idle and not lockdown.missing_layers(self._spares.layers(kind) or 0):
                worker = self._spares.new_one(self._nursery(kind))
                self._enrol(worker)
            if worker is not None:
                self._busy[kind] = self._busy.get(kind, 0) + 1
            return worker

    def _enrol(self, worker: Worker) -> None:
        """Makes a new worker one of this batch. Call with the lock held."""
        if worker.batch < 0:
            self.counts.workers += 1
            worker.batch = self._batch

    def _is_fit(self, worker: Worker) -> bool:
        """Whether a worker may see another file. Call with the lock held."""
        return worker.items < self.rules.worker_items_max and worker.batch == self._batch and not self._closed

    def _note_layers(self, layers: int) -> None:
        self._layers = layers
        if self.rules.lockdown_required and lockdown.missing_layers(layers):
            missing = ", ".join(lockdown.missing_layers(layers))
            raise Unavailable(f"this system cannot lock a media worker down: {missing} missing")

    def _give_back(self, kind: Kind, worker: Worker) -> None:
        with self._free:
            if self._is_fit(worker):
                idle = self._idle.setdefault(kind, [])
                idle.append(worker)
                worker = max(idle, key=lambda one: one.items)
                if len(idle) + self._busy[kind] - 1 <= self._workers_max:
                    self._busy[kind] -= 1
                    self._free.notify()
                    return
                idle.remove(worker)  # a second look left one too many: the oldest goes
        self._retire(kind, worker)

    def _retire(self, kind: Kind, worker: Worker) -> Ended:
        ended = self._bury(kind, worker)
        with self._free:
            self._busy[kind] -= 1
            self._free.notify()
        return ended

    def _bury(self, kind: str, worker: Worker) -> Ended:
        with self._free:
            nursery = self._nurseries[kind]
        ended = nursery.bury(worker)
        with self._free:
            self.counts.peak_bytes = max(self.counts.peak_bytes, ended.peak_bytes)
            self.counts.cpu_seconds += ended.cpu_seconds
        return ended


def _message(opened: Opened, ask: Ask, operation: int) -> bytes:
    return protocol.render_request(
        protocol.Request(operation=operation, size_bytes=opened.size_bytes, ask=ask)
    )


def _trouble_of_end(ended: Ended) -> Trouble:
    if ended.signal_number in (signal.SIGPROF, signal.SIGXCPU):
        return trouble("refused", "cpu")
    return trouble("unreadable", "killed")
